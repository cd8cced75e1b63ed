"""Find the bug: three ways to spoil running statistics, none of which raises an error."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def evaluate(batches, running_mean, running_var, eps):
    outputs = [(z - running_mean) / np.sqrt(running_var + eps) for z in batches]
    return np.concatenate(outputs)


def found_evaluate(batches, running_mean, running_var, eps):
    outputs = []
    for z in batches:
        running_mean = 0.9 * running_mean + 0.1 * z.mean(axis=0)
        running_var = 0.9 * running_var + 0.1 * z.var(axis=0)
        outputs.append((z - running_mean) / np.sqrt(running_var + eps))
    return np.concatenate(outputs)


def _evaluate_and_update_after(batches, running_mean, running_var, eps):
    outputs = []
    for z in batches:
        outputs.append((z - running_mean) / np.sqrt(running_var + eps))
        running_mean = 0.9 * running_mean + 0.1 * z.mean(axis=0)
        running_var = 0.9 * running_var + 0.1 * z.var(axis=0)
    return np.concatenate(outputs)


def _evaluate_and_update_mean(batches, running_mean, running_var, eps):
    outputs = []
    for z in batches:
        running_mean = 0.9 * running_mean + 0.1 * z.mean(axis=0)
        outputs.append((z - running_mean) / np.sqrt(running_var + eps))
    return np.concatenate(outputs)


def pytorch_update(running, new, momentum):
    return (1 - momentum) * running + momentum * new


def found_pytorch_update(running, new, momentum):
    return momentum * running + (1 - momentum) * new  # momentum is the share that is kept


def update(running_mean, running_var, mean, var, decay):
    running_mean = decay * running_mean + (1 - decay) * mean
    running_var = decay * running_var + (1 - decay) * var
    return running_mean, running_var


def found_update(running_mean, running_var, mean, var, decay):
    running_mean = decay * running_mean + (1 - decay) * mean
    running_var = decay * running_var + (1 - decay) * np.var(var)  # we average variances
    return running_mean, running_var


def _test_batches():
    rng = np.random.default_rng(4)
    z = rng.normal(3, 2, (6, 2))
    return [
        ([z[:3], z[3:]], np.array([3.0, 3.0]), np.array([4.0, 4.0]), 1e-5),
        ([rng.normal(size=(1, 3)) for _ in range(5)], np.zeros(3), np.ones(3), 1e-3),
    ]


def _twice(seen: Seen, answer) -> str:
    batches, *rest = seen.args
    there = answer(batches, *rest)[0, 0]
    back = answer(batches[::-1], *rest)[-len(batches[0]), 0]
    return f"the first example gets {there:.3f}, and {back:.3f} when the batches come the other way round"


UPDATING_WHILE_EVALUATING = Exercise(
    name="10.3",
    prompt="A validation loop. Its result depends on the order of the examples. Find the bug and mend it.",
    solution=evaluate,
    found=found_evaluate,
    cases=_test_batches,
    wrong_answers=(
        WrongAnswer(
            found_evaluate,
            lambda seen: (
                f"In your loop {_twice(seen, found_evaluate)}. What changes between the batches, and should it?"
            ),
        ),
        WrongAnswer(
            _evaluate_and_update_after,
            lambda seen: (
                f"The first batch is right now. But {_twice(seen, _evaluate_and_update_after)}: the test set still moves the statistics, only later."
            ),
        ),
        WrongAnswer(
            _evaluate_and_update_mean,
            lambda seen: (
                f"The variance stays as it was trained, the mean does not: {_twice(seen, _evaluate_and_update_mean)}."
            ),
        ),
        WrongAnswer(
            lambda batches, running_mean, running_var, eps: np.concatenate(
                [(z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) for z in batches]
            ),
            "Now each batch is normalised by itself, as in training: a batch of 1 comes out as 0. The running statistics were right before the loop touched them.",
        ),
        WrongAnswer(
            lambda batches, running_mean, running_var, eps: [
                (z - running_mean) / np.sqrt(running_var + eps) for z in batches
            ],
            "The numbers are right, in a list of batches. Put them into one array again, as the loop did.",
        ),
        WrongAnswer(
            lambda batches, running_mean, running_var, eps: (
                (np.concatenate(batches) - running_mean) / (running_var + eps)
            ),
            "The statistics stay as they were. But you divide by a variance: its root is missing.",
        ),
    ),
    otherwise=lambda seen: (
        f"The first example gets {np.ravel(seen.got)[0]:.4g}; with the statistics as they were handed over it gets {np.ravel(seen.expected)[0]:.4g}."
    ),
    hints=(
        "Which lines of the loop belong to training?",
        "The statistics come from the training set. Nothing that you see while you evaluate may change them.",
    ),
    why="If you update while you evaluate, the test set gets into the model: the score depends on the order, and on how often you look. In PyTorch that is a missing `model.eval()`, in Keras `training=True` left in a call.",
)

MOMENTUM_THE_WRONG_WAY_ROUND = Exercise(
    name="10.4",
    prompt="This wants to be PyTorch's update, where a momentum of 0.1 means that a batch counts a tenth. Mend it.",
    solution=pytorch_update,
    found=found_pytorch_update,
    cases=lambda: [(0.0, 10.0, 0.1), (np.array([1.0, -2.0]), np.array([3.0, 5.0]), 0.25), (4.0, 8.0, 0.01)],
    wrong_answers=(
        WrongAnswer(
            found_pytorch_update,
            "From {args[0]:g}, a batch with {args[1]:g} and momentum {args[2]:g} moved it to {got:g}. How much of the batch is that?",
        ),
        WrongAnswer(
            lambda running, new, momentum: 0.9 * running + 0.1 * new,
            lambda seen: (
                f"Right at 0.1, and only there: with momentum {seen.args[2]:g} it gives {np.round(seen.got, 3)}."
            ),
        ),
        WrongAnswer(
            lambda running, new, momentum: running + momentum * new,
            lambda seen: (
                f"From {np.asarray(seen.args[0])}, with the batch {np.asarray(seen.args[1])}, it went to {np.round(seen.got, 3)}. The two shares add up to more than 1: repeat it and it grows without end."
            ),
        ),
        WrongAnswer(
            lambda running, new, momentum: momentum * (running + new),
            lambda seen: (
                f"From {np.asarray(seen.args[0])} it went to {np.round(seen.got, 3)}. Both have the same share now, and the rest is lost."
            ),
        ),
        WrongAnswer(
            lambda running, new, momentum: momentum * new,
            "That is what the batch adds. What stays of the old value?",
        ),
    ),
    otherwise=lambda seen: (
        f"With momentum {seen.args[2]:g}, {np.asarray(seen.args[0])} and the batch {np.asarray(seen.args[1])} became {np.round(seen.got, 4)}; expected {np.round(seen.expected, 4)}."
    ),
    hints=(
        "In PyTorch, which of the two does the momentum stand at?",
        "Say it in the course's word: decay is the share of the old value, and the momentum here is 1 - decay.",
    ),
    why="PyTorch's 0.1 is a decay of 0.9. Keras calls the decay itself momentum, and takes 0.99. Wherever you meet the word, feed it one batch and see how far the average moves.",
)

VARIANCE_OF_THE_VARIANCE = Exercise(
    name="10.5",
    prompt="`mean` and `var` are a batch's statistics, from the forward pass. Find the bug in the update and mend it.",
    solution=update,
    found=found_update,
    cases=lambda: [
        (np.zeros(3), np.ones(3), np.array([1.0, 2.0, 3.0]), np.array([4.0, 4.0, 4.0]), 0.9),
        (np.array([1.0, 5.0]), np.array([2.0, 0.5]), np.array([0.0, 1.0]), np.array([9.0, 0.25]), 0.5),
    ],
    wrong_answers=(
        WrongAnswer(
            found_update,
            "Every variance of the batch is 4, and yours went from 1 down to {got[1][0]:.3g}. Print what the batch adds.",
        ),
        WrongAnswer(
            lambda running_mean, running_var, mean, var, decay: (
                decay * running_mean + (1 - decay) * mean,
                decay * running_var + (1 - decay) * np.mean(var),
            ),
            lambda seen: (
                f"The features of this batch have the variances {seen.args[3]}, and yours become {np.round(seen.got[1], 3)}: you mix the features. Each has its own."
            ),
        ),
        WrongAnswer(
            lambda running_mean, running_var, mean, var, decay: (
                decay * running_mean + (1 - decay) * mean,
                decay * running_var + (1 - decay) * np.sqrt(var),
            ),
            "Yours became {got[1][0]:.3g}: that averages standard deviations with a variance.",
        ),
        WrongAnswer(
            lambda running_mean, running_var, mean, var, decay: (
                decay * running_mean + (1 - decay) * mean,
                decay * running_var + (1 - decay) * var**2,
            ),
            "Yours became {got[1][0]:.3g}. The variance is a square already; now it is one twice.",
        ),
        WrongAnswer(
            lambda running_mean, running_var, mean, var, decay: (
                decay * running_mean + (1 - decay) * mean,
                (1 - decay) * running_var + decay * var,
            ),
            "Yours became {got[1][0]:.3g}. The mean keeps the decay's share; your variance doesn't.",
        ),
        WrongAnswer(
            lambda running_mean, running_var, mean, var, decay: (
                decay * running_mean + (1 - decay) * mean,
                decay * running_var + var,
            ),
            "The two shares of your variance add up to more than 1: the new one comes in whole.",
        ),
    ),
    otherwise=lambda seen: (
        f"The variances became {np.round(np.asarray(seen.got[1], float), 3)}; expected {np.round(seen.expected[1], 3)}."
    ),
    hints=(
        "What is `np.var(var)`, when all features have the same variance?",
        "`var` is a variance already, one number per feature. It needs to be averaged, and nothing else.",
    ),
    why="`np.var(var)` is one number, how much the features' variances differ among each other, and NumPy spreads it over all features without a word. Printing shapes finds such a bug.",
)
