"""The training set measures the test set: to predict, and two mistakes to find."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer
from coursekit.lessons.normalize_the_inputs.exercises.normalize import examples, numbers


def scale_pixels(X_train, X_test):
    mean, sd = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_test - mean) / np.where(sd == 0, 1, sd)


def found_scale_pixels(X_train, X_test):
    mean, sd = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_test - mean) / (sd + 1e-8)


def standardize_test_set(X_train, X_test):
    mean, sd = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_test - mean) / sd


def found_standardize_test_set(X_train, X_test):
    train_and_test = [(X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test)]
    return train_and_test[1]


def _pixels():
    """Make five training images of four pixels, the first of which is always 0, and three test images."""
    rng = np.random.default_rng(5)
    X_train, X_test = rng.integers(0, 17, (5, 4)).astype(float), rng.integers(0, 17, (3, 4)).astype(float)
    X_train[:, 0], X_test[:, 0] = 0, [2, 1, 3]
    X_train[:, 3], X_test[:, 3] = [0.2, 0.1, 0.3, 0.2, 0.2], [0.1, 0.4, 0.2]
    return X_train, X_test


def _bright_pixels():
    """Make images whose first pixel is always 9 in training."""
    X_train, X_test = _pixels()
    X_train[:, 0], X_test[:, 0] = 9, [8, 7, 12]
    return X_train, X_test


CONSTANT_PIXELS = Exercise(
    name="06.8",
    prompt="A small number is added so that no pixel is divided by zero. Where a pixel is constant in the training set, shift it and leave its scale alone; scale all others by their sd.",
    solution=scale_pixels,
    found=found_scale_pixels,
    cases=lambda: [_pixels(), _bright_pixels()],
    wrong_answers=(
        WrongAnswer(
            found_scale_pixels,
            lambda seen: (
                f"Pixel values go from {np.min(seen.args[1]):g} to {np.max(seen.args[1]):g}, and your largest result is {np.max(np.abs(seen.got)):,.0f}. Look at the pixel that never changes in training."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / X_train.std(axis=0),
            lambda seen: f"{np.sum(~np.isfinite(seen.got))} of your results are infinite or not a number.",
        ),
        WrongAnswer(
            lambda X_train, X_test: np.nan_to_num((X_test - X_train.mean(axis=0)) / X_train.std(axis=0)),
            lambda seen: f"You turn what is not a number into one, and infinity into {np.max(seen.got):.2g}.",
        ),
        WrongAnswer(
            lambda X_train, X_test: np.where(X_train.std(axis=0) == 0, X_test, scale_pixels(X_train, X_test)),
            lambda seen: (
                f"A pixel that is always {seen.args[0][0, 0]:g} in training keeps its {numbers(seen.args[1][:, 0])} in the test images: shift it as well."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / np.maximum(X_train.std(axis=0), 1),
            lambda seen: (
                f"The constant pixel is right. But a pixel that varies a little, with sd {seen.args[0][:, 3].std():.3f}, is no longer scaled: only an sd of 0 is special."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / (X_train.std(axis=0) + 1),
            lambda seen: (
                f"Nothing explodes, but every pixel is scaled too little: your first row is {numbers(seen.got[0])}. Only an sd of 0 is special."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: np.where(
                X_train.std(axis=0) == 0, 0, (X_test - X_train.mean(axis=0)) / X_train.std(axis=0)
            ),
            "The constant pixel becomes 0 in every test image. That is safe, but the prompt wants it shifted: a 3 where the training set has only 0 should stay a 3.",
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / np.sqrt(X_train.var(axis=0) + 1e-8),
            "The small number stands under the root now: the constant pixel is divided by 0.0001, and a change of 1 becomes 10,000.",
        ),
        WrongAnswer(
            lambda X_train, X_test: ((X_test - X_train.mean(axis=0)) / X_train.std(axis=0))[:, X_train.std(axis=0) > 0],
            "You leave the constant pixel out. The prompt wants it shifted, and the network as many inputs as before.",
        ),
    ),
    otherwise=lambda seen: (
        f"Your first row is {numbers(np.asarray(seen.got)[0])}; expected {numbers(seen.expected[0])}."
    ),
    hints=(
        "Print sd. Which pixel has an sd of 0, and what is 1 divided by 0.00000001?",
        "`np.where(condition, this, that)` chooses element by element.",
        "Where sd is 0, divide by 1.",
    ),
    why="It raises no error: one pixel of one test image drowns all others, and the network is wrong with great confidence. Real measurements can be constant up to rounding; coursekit's `Standardizer` sees to that as well.",
)

FITTED_ON_THE_TEST_SET = Exercise(
    name="06.9",
    prompt="Normalise the test set as well, the notes say. Mend where the mean and the sd come from.",
    solution=standardize_test_set,
    found=found_standardize_test_set,
    cases=lambda: [(examples(8, 7), examples(9, 4, means=(4.0, -30.0, 600.0))), (examples(10, 6), examples(11, 3))],
    wrong_answers=(
        WrongAnswer(
            found_standardize_test_set,
            lambda seen: (
                f"The test set's means are {numbers(seen.args[1].mean(axis=0))}, the training set's {numbers(seen.args[0].mean(axis=0))}. In your result that difference is gone: all means are 0. Two equal examples, one in each set, no longer become equal."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (
                (X_test - np.vstack([X_train, X_test]).mean(axis=0)) / np.vstack([X_train, X_test]).std(axis=0)
            ),
            lambda seen: (
                f"You measure all {len(seen.args[0]) + len(seen.args[1])} examples. The test set stands for data that do not exist yet: what you learn from it leaks."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / X_test.std(axis=0),
            "The mean is the training set's, the standard deviation is not yet.",
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_test.mean(axis=0)) / X_train.std(axis=0),
            "The standard deviation is the training set's, the mean is not yet.",
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_train - X_train.mean(axis=0)) / X_train.std(axis=0),
            lambda seen: (
                f"You return {len(seen.got)} rows, the training set; {len(seen.args[1])} test examples came in."
            ),
        ),
        WrongAnswer(
            lambda X_train, X_test: (X_test - X_train.mean(axis=0)) / X_train.var(axis=0),
            "From the training set now. But that is a variance: its root is the sd.",
        ),
    ),
    otherwise=lambda seen: (
        f"Your first row is {numbers(np.asarray(seen.got)[0])}; expected {numbers(seen.expected[0])}."
    ),
    hints=(
        "The weights were learned from numbers in some unit. In which unit does the test set have to be?",
        "Both statistics come from X_train; only what is shifted and scaled is X_test.",
    ),
    why="mean and sd belong to the model, as its weights do. At test time a single example may come, and it has no standard deviation: lesson 10 meets the same question inside the network.",
)

CONSTANT_PIXEL = Prediction(
    name="06.d",
    question="A pixel is 0 in every training image. In one test image it is 1, of at most 16. What does (x - mean) / (sd + 1e-8) make of it?",
    options=("0", "1", "16", "100,000,000"),
    answer="100,000,000",
    why="Mean and sd are 0, so 1 is divided by 0.00000001. The small number avoids the error message, and not the error.",
)

MEASURED_BY_ITSELF = Prediction(
    name="06.e",
    question="A network reads 97 of 100 test digits when they are standardised by the training set. Now the test digits come sorted, and each class is standardised by its own mean and sd. How many of 100 does the network read?",
    options=("97, as before", "about 90", "about 50", "fewer than 20"),
    answer="fewer than 20",
    why="Subtract the mean of all zeros from a zero, and what made it a zero is gone. The network sees deviations from its own class, which mean nothing to it.",
)
