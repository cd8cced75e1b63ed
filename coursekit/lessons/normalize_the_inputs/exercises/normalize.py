"""Normalised inputs and the bowl behind them: to predict, and to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def standardize(X_train, X):
    mean = X_train.mean(axis=0)
    sd = X_train.std(axis=0)
    return (X - mean) / sd


def hessian(X):
    m = len(X)
    return X.T @ X / m


def largest_stable_rate(X):
    H = X.T @ X / len(X)
    return 2 / np.linalg.eigvalsh(H).max()


def examples(seed, m, means=(3.0, -40.0, 500.0), sds=(0.5, 8.0, 90.0)):
    """Draw m examples whose features differ in mean and spread."""
    return np.random.default_rng(seed).normal(means, sds, size=(m, len(means)))


def numbers(values, digits=3):
    """Write a few numbers, so that they can be read in a sentence."""
    return ", ".join(f"{value:.{digits}g}" for value in np.ravel(values))


def _first(seen: Seen) -> str:
    return f"Your first row is {numbers(np.asarray(seen.got)[0])}"


STANDARDIZE = Exercise(
    name="06.1",
    prompt="Write `standardize(X_train, X)`: shift and scale the examples in X as the training set in X_train says.",
    solution=standardize,
    cases=lambda: [(examples(i, 7 + i), examples(10 + i, 4)) for i in range(3)],
    shows=_first,
    wrong_answers=(
        WrongAnswer(
            lambda X_train, X: (X - X_train.mean(axis=0)) / X_train.var(axis=0),
            lambda seen: (
                f"{_first(seen)}. With these features standardised, the spread of each should be about 1; yours is {numbers(np.std(seen.got, axis=0), 2)}: large for the narrow feature, tiny for the wide one. You divide by the variance, which is in squared units."
            ),
        ),
        WrongAnswer(
            lambda X_train, X: (X - X.mean(axis=0)) / X.std(axis=0),
            "Your X has mean 0 and standard deviation 1 whatever X_train is: you measure X by itself. Call it with a single example, and every feature would become 0 / 0.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X_train.mean()) / X_train.std(),
            "{shown}. You take one mean and one standard deviation for all features together. Along which axis do the examples lie?",
        ),
        WrongAnswer(
            lambda X_train, X: X / X_train.std(axis=0),
            "{shown}. The scale is right. What about the mean?",
        ),
        WrongAnswer(
            lambda X_train, X: X - X_train.mean(axis=0),
            "{shown}. The features are centred, and still in units that differ 200-fold.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X_train.min(axis=0)) / np.ptp(X_train, axis=0),
            "{shown}. That maps the lowest and the highest training value to 0 and 1: min-max scaling. Standardised features have mean 0.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X_train.mean(axis=0)) / X_train.std(axis=0, ddof=1),
            lambda seen: (
                f"{_first(seen)}, too small by a factor of {np.max(np.divide(seen.got, seen.expected)):.3f}. You divide the squares by m - 1. The lecture divides by m, here {len(seen.args[0])}."
            ),
        ),
        WrongAnswer(
            lambda X_train, X: (X_train - X_train.mean(axis=0)) / X_train.std(axis=0),
            lambda seen: (
                f"You return {len(seen.got)} rows where {len(seen.args[1])} were handed over in X: this is the training set itself."
            ),
        ),
        WrongAnswer(
            lambda X_train, X: X - X_train.mean(axis=0) / X_train.std(axis=0),
            "{shown}. Division comes before subtraction: only the mean is divided. Where do brackets belong?",
        ),
        WrongAnswer(
            lambda X_train, X: (X - np.vstack([X_train, X]).mean(axis=0)) / np.vstack([X_train, X]).std(axis=0),
            "{shown}. You measure both sets together. X stands for examples that do not exist yet: what they are like must not matter.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X_train.mean(axis=0)) * X_train.std(axis=0),
            "{shown}. You multiply by the standard deviation: what was wide becomes wider.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - np.median(X_train, axis=0)) / X_train.std(axis=0),
            "{shown}. You take the median off. To standardise is to take the mean off.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X_train.mean(axis=0)) / (X_train.std(axis=0) + 1e-3),
            "You add a small number to the standard deviation. It protects from a division by 0, and no feature here is constant; a narrow one loses some of its spread by it. Leave it out.",
        ),
        WrongAnswer(
            lambda X_train, X: (X - X.mean(axis=0)) / X_train.std(axis=0),
            "You divide by what the training set says, and take off the mean of X itself. A single example would become 0, whatever it is.",
        ),
    ),
    otherwise=lambda seen: f"{_first(seen)}; expected {numbers(seen.expected[0])}.",
    hints=(
        "Two arrays come in. One says what is usual, the other is to be changed.",
        "Per feature: the mean over the examples, and the standard deviation. The examples lie along axis 0.",
        "Subtract the training mean from X, then divide by the training standard deviation: `X_train.std(axis=0)`.",
    ),
    why="The training set's two numbers a feature are part of the model from now on, and travel with its weights. `Standardizer.fit(X_train).apply(X)` in coursekit does the same.",
)

HESSIAN = Exercise(
    name="06.2",
    prompt="Write `hessian(X)`: the matrix of second derivatives of J(w) = sum of (X w - y)\u00b2 / 2m, for any number of features.",
    solution=hessian,
    cases=lambda: [
        (np.array([[-1.0, 10.0], [1.0, 10.0], [-1.0, -10.0], [1.0, -10.0]]),),
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),),
        (examples(0, 9),),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda X: X.T @ X,
            lambda seen: (
                f"Your first row is {numbers(seen.got[0])}. It grows with the number of examples, here {len(seen.args[0])}; the cost is a mean."
            ),
        ),
        WrongAnswer(
            lambda X: 2 * X.T @ X / len(X),
            lambda seen: (
                f"Your first row is {numbers(seen.got[0])}, twice what it should be. The cost has a 2 below the line: what does it cancel?"
            ),
        ),
        WrongAnswer(
            lambda X: X @ X.T / len(X),
            lambda seen: (
                f"Your matrix is {len(seen.got)} by {len(seen.got)}, a row an example. The Hessian has a row a weight, here {seen.args[0].shape[1]}."
            ),
        ),
        WrongAnswer(
            lambda X: np.cov(X.T, bias=True),
            lambda seen: (
                f"Right for features with mean 0, but only there. For X = {seen.args[0].tolist()} the means are {numbers(seen.args[0].mean(axis=0))}, and you subtract them. The Hessian keeps them."
            ),
        ),
        WrongAnswer(
            lambda X: np.diag(np.mean(X**2, axis=0)),
            lambda seen: (
                f"Your diagonal is right. Beside it you have 0, and the products of x1 and x2 have the mean {np.mean(seen.args[0][:, 0] * seen.args[0][:, 1]):.3g}."
            ),
        ),
        WrongAnswer(
            lambda X: np.sum(X**2) / len(X),
            "One number, the sum of all curvatures. A slope with respect to each weight has a slope with respect to each weight: how many are that?",
        ),
    ),
    otherwise=lambda seen: (
        f"Your first row is {numbers(np.asarray(seen.got)[0])}; expected {numbers(seen.expected[0])}."
    ),
    hints=(
        "The derivative with respect to w1 is the mean of (X w - y) x1. Take the derivative again, with respect to w1 and to w2.",
        "In row j and column k stands the mean, over the examples, of xj times xk. No y is left in it.",
        "All these sums at once are `X.T @ X`.",
    ),
    why="No y in it, and no w: the shape of the bowl depends on the inputs alone. That is why you can mend it before you train.",
)

LARGEST_STABLE_RATE = Exercise(
    name="06.3",
    prompt="Write `largest_stable_rate(X)`: the learning rate above which gradient descent on that bowl diverges.",
    solution=largest_stable_rate,
    cases=lambda: [
        (np.array([[-1.0, 10.0], [1.0, 10.0], [-1.0, -10.0], [1.0, -10.0]]),),
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),),
        (examples(1, 9),),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda X: 1 / np.linalg.eigvalsh(X.T @ X / len(X)).max(),
            "At {got:.3g} the steepest axis arrives in one step: the factor is 0. At which rate is it -1?",
        ),
        WrongAnswer(
            lambda X: 2 / np.linalg.eigvalsh(X.T @ X / len(X)).min(),
            lambda seen: (
                f"At {seen.got:.3g} the flattest axis still holds. The steepest one has the curvature {2 / seen.expected:.3g}, and its factor is {1 - 2 * seen.got / seen.expected:.3g}."
            ),
        ),
        WrongAnswer(
            lambda X: 2 / np.linalg.eigvalsh(X.T @ X).max(),
            lambda seen: (
                f"{seen.got:.3g} is {seen.expected / seen.got:.0f} times too small, the number of examples. Is the cost a sum or a mean?"
            ),
        ),
        WrongAnswer(
            lambda X: 2 / np.mean(X**2, axis=0).max(),
            lambda seen: (
                f"{seen.got:.3g} is right where the bowl's axes are w1 and w2. For X = {seen.args[0].tolist()} it is tilted, and steeper than any entry on the Hessian's diagonal."
            ),
        ),
        WrongAnswer(
            lambda X: 2 / np.sum(np.linalg.eigvalsh(X.T @ X / len(X))),
            "{got:.3g} is safe, and too small: expected {expected:.3g}. You add the curvatures up; which one of them breaks first?",
        ),
        WrongAnswer(
            lambda X: 2 / sum(np.linalg.eigvalsh(hessian(X))[[0, -1]]),
            "{got:.4g} is the rate at which steepest and flattest axis shrink alike: the fastest one. Asked for is where the steepest stops shrinking.",
        ),
        WrongAnswer(
            lambda X: np.linalg.eigvalsh(hessian(X)).max(),
            "{got:.4g} is the largest curvature. The steeper it is, the smaller a rate must be.",
        ),
        WrongAnswer(
            lambda X: 2 / np.linalg.norm(X, 2),
            "{got:.4g}: you take the largest singular value of X itself. The curvature is made of squares, and it is a mean.",
        ),
        WrongAnswer(
            lambda X: 2 / np.linalg.eigvalsh(hessian(X)).mean(),
            "{got:.4g}: the mean curvature holds for no axis. Which one breaks first?",
        ),
        WrongAnswer(
            lambda X: 2 / np.linalg.eigvalsh(np.cov(X.T)).max(),
            "It gives {got:.4g}. `np.cov` takes the mean off first, and divides by m - 1. The bowl knows X as it is, and its cost is a mean over m.",
        ),
    ),
    otherwise="It gives {got:.4g}; expected {expected:.4g}.",
    hints=(
        "Along an axis with curvature l, each step multiplies the distance by 1 - rate times l. When does that grow?",
        "It grows when the factor is below -1. The steepest axis gets there first.",
        "`np.linalg.eigvalsh` gives the curvatures of the Hessian, from the flattest to the steepest.",
    ),
    why="The steepest axis sets the speed limit, the flattest has the longest way: their ratio, the condition number, is about how many steps you pay.",
)

STEPS_ON_RAW_FEATURES = Prediction(
    name="06.a",
    question="x1 runs from 0 to 2,000, x2 from 1 to 5; each matters as much for y. You fit y = w1 x1 + w2 x2 by gradient descent, at half of the largest rate that does not diverge. How many steps until 1% of the first loss is left?",
    options=("about 10", "about 1,000", "about 30,000", "more than 100,000"),
    answer="more than 100,000",
    why="The rate that x1 can bear is far too small for x2. Count it below, without taking the steps.",
)

NARROW_WAY = Prediction(
    name="06.b",
    question="x1 has much larger values than x2. You draw the loss over w1, to the right, and w2, upwards. In which direction is the bowl narrow?",
    options=("along w1", "along w2", "it is as wide along both"),
    answer="along w1",
    why="A small change of w1 is multiplied by a large x1, so the loss rises steeply. A wide feature makes a narrow bowl.",
)

CORRELATED = Prediction(
    name="06.c",
    question="Two features are standardised, and their correlation is 0.9. What is the condition number of their bowl?",
    options=("1: they are standardised", "about 2", "19", "81"),
    answer="19",
    why="The Hessian is the matrix of correlations, with 1 on the diagonal and 0.9 beside it. Its curvatures are 1 + 0.9 and 1 - 0.9, and 1.9 / 0.1 is 19.",
)
