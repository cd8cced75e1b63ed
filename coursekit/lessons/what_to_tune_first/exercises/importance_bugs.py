"""Find the bug: three that make a search or a training lie about its hyperparameters, without an error."""

import numpy as np
from numpy.typing import NDArray

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def draw_trials(n, n_hyperparameters, seed):
    rng = np.random.default_rng(seed)
    return rng.random((n, n_hyperparameters))


def found_draw_trials(n, n_hyperparameters, seed):
    columns = []
    for _ in range(n_hyperparameters):
        rng = np.random.default_rng(seed)  # the same search each time
        columns.append(rng.random(n))
    return np.stack(columns, axis=1)


def _one_draw_bent(n, n_hyperparameters, seed):
    u = np.random.default_rng(seed).random(n)
    return np.stack([u ** (1 + j) for j in range(n_hyperparameters)], axis=1)


def _correlations(u: object) -> NDArray[np.float64]:
    return np.asarray(np.corrcoef(np.asarray(u, float).T))


def _same_draws(got: object, expected: object) -> bool:
    """Say whether two tables have the same shape, spread evenly over the same range, and hang together alike."""
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    if got.shape != expected.shape:
        return False
    quantiles = [np.quantile(u, [0, 0.25, 0.5, 0.75, 1], axis=0) for u in (got, expected)]
    alike = np.max(np.abs(_correlations(got) - _correlations(expected))) < 0.15
    return bool(alike and np.max(np.abs(quantiles[0] - quantiles[1])) < 0.06)


def _together(seen: Seen) -> str:
    return f"The first two columns of your table have a correlation of {float(_correlations(seen.got)[0, 1]):.2f}"


HANGING_TOGETHER = Exercise(
    name="01.6",
    prompt="A random search over several hyperparameters: one row per trial, each column uniform in [0, 1]. In its results every hyperparameter has the same importance. Find the bug and mend it.",
    solution=draw_trials,
    found=found_draw_trials,
    cases=lambda: [(2000, 3, 0), (3000, 5, 7)],
    same=_same_draws,
    shows=_together,
    wrong_answers=(
        WrongAnswer(
            found_draw_trials,
            "{shown}: a trial with a large rate gets many layers, too. Where does each column's randomness come from?",
        ),
        WrongAnswer(
            _one_draw_bent,
            "{shown}. Other shapes, and still one draw for all columns.",
        ),
        WrongAnswer(
            lambda n, n_hyperparameters, seed: np.random.default_rng(seed).random((n_hyperparameters, n)),
            "Independent now. But a trial is a row here, and yours is a column.",
        ),
        WrongAnswer(
            lambda n, n_hyperparameters, seed: np.random.default_rng(seed).normal(size=(n, n_hyperparameters)),
            lambda seen: f"Independent now, but the draws go from {np.min(seen.got):.2g} to {np.max(seen.got):.2g}.",
        ),
    ),
    otherwise=lambda seen: f"{_together(seen)}, and its values go from {np.min(seen.got):.2g} to {np.max(seen.got):.2g}; expected a correlation near 0, and values from 0 to 1.",
    hints=(
        "Print the first row. What do you notice?",
        "A generator made anew from the same seed gives the same numbers. How many generators does a search need?",
    ),
    why="If two hyperparameters always move together, no method can say which of them it was. Look at the scatter of each pair before you read importances. One generator for the whole search is enough.",
)  # fmt: skip


def to_classical(learning_rate, momentum):
    return learning_rate * (1 - momentum), momentum


def found_to_classical(learning_rate, momentum):
    return learning_rate, momentum  # momentum is momentum


def _carried(seen: Seen) -> str:
    rate, share = seen.args
    return f"From a rate of {rate:g} with momentum {share:g} you carry over {float(seen.got[0]):.3g} and {float(seen.got[1]):.3g}"  # fmt: skip


CARRIED_OVER = Exercise(
    name="01.7",
    prompt="You tuned with v = momentum * v + (1 - momentum) * d_w. PyTorch keeps v = momentum * v + d_w. Mend `to_classical`: the rate and the momentum that take the same steps there.",
    solution=to_classical,
    found=found_to_classical,
    cases=lambda: [(0.3, 0.9), (1.0, 0.0), (0.05, 0.99), (2.0, 0.5)],
    shows=_carried,
    wrong_answers=(
        WrongAnswer(
            found_to_classical,
            "{shown}. Feed both forms the gradient 1, over and over: where does your v end, and where PyTorch's?",
        ),
        WrongAnswer(
            lambda learning_rate, momentum: (learning_rate / (1 - momentum), momentum),
            "{shown}. PyTorch's v is the longer one. Does its rate have to grow or to shrink?",
        ),
        WrongAnswer(
            lambda learning_rate, momentum: (learning_rate * (1 - momentum), 1 - momentum),
            "{shown}. The rate is right. The share of the old v is called momentum in both; it is batch norm's momentum that turns round.",
        ),
        WrongAnswer(
            lambda learning_rate, momentum: (learning_rate, 1 - momentum),
            "{shown}. Both keep the same share of the old v. What differs is the size of v.",
        ),
        WrongAnswer(
            lambda learning_rate, momentum: (learning_rate * momentum, momentum),
            "{shown}. With momentum 0 both forms are plain gradient descent, and you stand still.",
        ),
        WrongAnswer(
            lambda learning_rate, momentum: learning_rate * (1 - momentum),
            "The rate is right. Return the momentum as well, in second place.",
        ),
    ),
    otherwise="{shown}; expected {expected[0]:.3g} and {expected[1]:.3g}.",
    hints=(
        "Under a constant gradient of 1, v in the first form goes to 1. Where does it go in the second?",
        "It goes to 1 / (1 - momentum). The steps are rate times v, and they are to stay as long as they were.",
    ),
    why="A rate is a number of one optimizer in one notation. Carried over as it is, 0.3 with momentum 0.9 takes steps ten times too long, and the network of this lesson is lost.",
)


def rate_at_step(learning_rate, decay_rate, step, n_examples, batch_size):
    steps_per_epoch = -(-n_examples // batch_size)
    epoch = step // steps_per_epoch
    return learning_rate / (1 + decay_rate * epoch)


def found_rate_at_step(learning_rate, decay_rate, step, n_examples, batch_size):
    batch_size = min(batch_size, n_examples)
    return learning_rate / (1 + decay_rate * step)  # alpha = alpha0 / (1 + decay_rate * epoch)


def _at(seen: Seen) -> str:
    rate, decay_rate, step, n, batch_size = seen.args
    return f"At step {step}, with {n:,} examples in batches of {batch_size} and a decay rate of {decay_rate:g}, the rate of {rate:g} is {float(seen.got):.3g} with you"


COUNTED_IN_STEPS = Exercise(
    name="01.3",
    prompt="The formula decays once an epoch; `step` counts mini-batches from 0, the last of an epoch may be short. Find the bug and mend it.",
    solution=rate_at_step,
    found=found_rate_at_step,
    cases=lambda: [
        (0.3, 1.0, 37, 1200, 32), (0.3, 1.0, 38, 1200, 32), (0.1, 0.5, 0, 100, 10), (0.1, 0.5, 25, 100, 10),
        (0.2, 2.0, 11, 10, 4), (0.2, 0.1, 7, 64, 64),
    ],
    shows=_at,
    wrong_answers=(
        WrongAnswer(
            found_rate_at_step,
            "{shown}. How many epochs are over by then?",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: (
                learning_rate / (1 + decay_rate * (step // (n_examples // batch_size)))
            ),
            "{shown}. The short batch at the end of an epoch is a step as well.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: (
                learning_rate / (1 + decay_rate * step * batch_size / n_examples)
            ),
            "{shown}. It slides within the epoch; the formula changes it once an epoch.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: (
                learning_rate / (1 + decay_rate * (step // batch_size))
            ),
            "{shown}. How many steps make an epoch? The batch size alone does not say.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: (
                learning_rate / (1 + decay_rate * (1 + step // -(-n_examples // batch_size)))
            ),
            "{shown}. In the first epoch the rate is full: epochs count from 0 here.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: learning_rate / (1 + decay_rate * (step * min(batch_size, n_examples) // n_examples)),
            "{shown}. You count examples as if every batch were full. The short one ends an epoch earlier.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: learning_rate / (1 + decay_rate * step / -(-n_examples // batch_size)),
            "{shown}. The steps of an epoch are counted well, but the rate slides within it. Whole epochs count.",
        ),
        WrongAnswer(
            lambda learning_rate, decay_rate, step, n_examples, batch_size: learning_rate * decay_rate ** (step // -(-n_examples // batch_size)),
            "{shown}. The epochs are right; another formula stands there now. The prompt's divides.",
        ),
    ),
    otherwise=lambda seen: f"{_at(seen)}; expected {float(seen.expected):.3g}.",
    hints=(
        "1,200 examples in batches of 32: how many steps is an epoch, with the short batch at its end?",
        "Rounded up, that is 38. Whole epochs behind you: `//`.",
    ),
    why="Counted in steps, with a decay rate of 1, the rate is down to a tenth after nine steps, and the mini-batch size sets the schedule: two hyperparameters that should be independent hang together. Read what your library counts.",
)  # fmt: skip
