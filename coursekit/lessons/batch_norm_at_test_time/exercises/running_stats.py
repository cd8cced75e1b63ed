"""Running statistics: to predict, and to keep."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def running_statistics(batches, decay):
    n = batches[0].shape[1]
    running_mean, running_var = np.zeros(n), np.ones(n)
    for z in batches:
        running_mean = decay * running_mean + (1 - decay) * z.mean(axis=0)
        running_var = decay * running_var + (1 - decay) * z.var(axis=0)
    return running_mean, running_var


def _averaged(batches, decay, start=(0.0, 1.0), *, spread=np.var, decay_of_var=None):
    decays = decay, decay if decay_of_var is None else decay_of_var
    averages = []
    for first, each, kept in zip(start, (np.mean, spread), decays, strict=True):
        average = np.full(batches[0].shape[1], first)
        for z in batches:
            average = kept * average + (1 - kept) * each(z, axis=0)
        averages.append(average)
    return averages[0], averages[1]


def _around_the_running_mean(batches, decay):
    mean, var = 0.0, 1.0
    for z in batches:
        mean = decay * mean + (1 - decay) * z.mean(axis=0)
        var = decay * var + (1 - decay) * np.mean((z - mean) ** 2, axis=0)
    return mean, var


def _cases():
    rng = np.random.default_rng(7)
    return [
        ([np.array([[1.0, 10.0], [3.0, 20.0], [5.0, 60.0]])], 0.9),
        ([rng.normal(5, 3, (4, 2)) for _ in range(6)], 0.75),
        ([rng.normal(-2, 0.1, (10, 3)) for _ in range(25)], 0.98),
    ]


def _first(seen: Seen) -> str:
    mean, var = (np.ravel(part)[0] for part in (seen.got[0], seen.got[1]))
    n, decay = len(seen.args[0]), seen.args[1]
    return f"After {n} batch{'es' * (n > 1)} with decay {decay} your first mean is {mean:.4g}, the variance {var:.4g}"


RUNNING_STATISTICS = Exercise(
    name="10.2",
    prompt="Write `running_statistics(batches, decay)`: start at mean 0 and variance 1, update with every batch, return both.",
    solution=running_statistics,
    cases=_cases,
    shows=_first,
    wrong_answers=(
        WrongAnswer(
            lambda batches, decay: _averaged(batches, 1 - decay),
            lambda seen: (
                f"{_first(seen)}. The batch's own mean is {np.mean(seen.args[0][0], axis=0)[0]:.4g}: which of the two did you keep the decay's share of?"
            ),
        ),
        WrongAnswer(
            lambda batches, decay: _averaged(batches, decay, (0.0, 0.0)),
            "{shown}. Your variance starts at 0, and the prompt has it start elsewhere.",
        ),
        WrongAnswer(
            lambda batches, decay: _averaged(batches, decay, spread=np.std),
            "{shown}. That averages standard deviations: what is kept is the variance.",
        ),
        WrongAnswer(
            lambda batches, decay: _averaged(batches, decay, spread=lambda z, axis: np.var(z, axis=axis, ddof=1)),
            "{shown}. You divide by m - 1, as PyTorch does here. This course averages what the forward pass used: the mean of the squares.",
        ),
        WrongAnswer(
            lambda batches, decay: (
                np.mean([z.mean(axis=0) for z in batches], axis=0),
                np.mean([z.var(axis=0) for z in batches], axis=0),
            ),
            "{shown}. All batches count the same there. Where does the decay come in?",
        ),
        WrongAnswer(
            lambda batches, decay: (batches[-1].mean(axis=0), batches[-1].var(axis=0)),
            "{shown}: the last batch's own. The earlier ones are forgotten at once.",
        ),
        WrongAnswer(
            lambda batches, decay: (
                _averaged(batches, decay)[0] / (1 - decay ** len(batches)),
                _averaged(batches, decay, (0.0, 0.0))[1] / (1 - decay ** len(batches)),
            ),
            "{shown}. You correct the bias, which is a better estimate early on. Here, leave it out: the start may weigh what it weighs.",
        ),
        WrongAnswer(
            lambda batches, decay: _averaged(batches, decay, start=(batches[0].mean(axis=0), batches[0].var(axis=0))),
            "{shown}. You start from the first batch itself. Asked for is a start at mean 0 and variance 1, so that it counts as every other.",
        ),
        WrongAnswer(
            lambda batches, decay: (
                running_statistics(batches, decay)[0],
                _averaged(batches, decay, spread=np.std)[1] ** 2,
            ),
            "{shown}. The mean is right. You average standard deviations and square the average; variances were to be averaged.",
        ),
        WrongAnswer(
            lambda batches, decay: _averaged(batches, decay, start=(1.0, 1.0)),
            "{shown}. Your mean starts at 1. The variance does; the mean starts at 0.",
        ),
        WrongAnswer(
            lambda batches, decay: tuple(
                each / (1 - decay ** len(batches)) for each in running_statistics(batches, decay)
            ),
            "{shown}. You divide by 1 - decay^n, which corrects an average that starts at 0. Your variance starts at 1, and here nothing is corrected at all.",
        ),
        WrongAnswer(
            _around_the_running_mean,
            "{shown}. The mean is right. Your variance measures how far the examples lie from the running mean; it is the batch's own, around its own mean, that is averaged.",
        ),
    ),
    otherwise="{shown}; expected {expected[0][0]:.4g} and {expected[1][0]:.4g}.",
    hints=(
        "Two averages, each updated once a batch. What of the old one stays, and how much of the new one is added?",
        "`decay` is the share of the old value; the batch's own gets what is left of 1.",
        "The statistics of a batch are over its examples, which are its rows.",
    ),
    why="Two lines a batch, and inference has all that it needs. In coursekit it is `RunningStats`, which can also correct the start.",
)

SHARE_AFTER_AN_EPOCH = Prediction(
    name="10.c",
    question="A running mean starts at 0 and has a decay of 0.99. After one epoch, 24 batches, how much of the true mean does it hold?",
    options=("about 99%", "about 79%", "about 21%", "about 2%"),
    answer="about 21%",
    why="Each update keeps 99% of what was there, so after 24 of them the start still weighs 0.99^24, which is 79%. The batches share the other 21%. With a decay of 0.9 they would have 92%, with 0.999 they would have 2.4%.",
)

MOVED_MOMENTUM = Prediction(
    name="10.d",
    question="In Keras, batch norm had `momentum=0.99`. You write the network again in PyTorch and keep the 0.99. What do its running statistics hold now?",
    options=(
        "the same as before",
        "almost only the last batch",
        "almost only the first batch",
        "an average of the last 99 batches",
    ),
    answer="almost only the last batch",
    why="Keras's momentum is the share of the old value, PyTorch's that of the new one. Kept at 0.99 it weighs the last batch 99%, and nothing warns you. The same average in PyTorch is `momentum=0.01`.",
)
