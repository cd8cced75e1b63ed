"""Who matters: to predict, to measure, and to rank by evidence."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def share(groups, scores):
    within = 0.0
    for group in np.unique(groups):
        members = scores[groups == group]
        within += np.sum((members - members.mean()) ** 2)
    return 1 - within / np.sum((scores - scores.mean()) ** 2)


def _means(groups, scores):
    return np.array([scores[groups == group].mean() for group in np.unique(groups)])


def _counts(groups):
    return np.unique(groups, return_counts=True)[1]


def _cases():
    rng = np.random.default_rng(4)
    units = rng.choice([8.0, 16.0, 64.0, 128.0], size=60, p=[0.55, 0.25, 0.15, 0.05])
    return [
        (np.array([8.0, 8.0, 8.0, 16.0, 16.0]), np.array([0.1, 0.3, 0.2, 0.9, 0.8])),
        (units, 0.1 * np.log(units) + rng.normal(0, 0.1, 60)),
        (rng.integers(5, size=40) / 5, rng.random(40)),
    ]


def _seen(seen: Seen) -> str:
    groups, scores = seen.args
    named = ", ".join(f"{group:g}" for group in groups)
    if len(scores) > 5:
        return f"For {len(scores)} trials in {len(np.unique(groups))} groups your share is {float(seen.got):.3g}"
    return f"For groups {named} with scores {scores.tolist()} your share is {float(seen.got):.3g}"


SHARE = Exercise(
    name="01.4",
    prompt="Write `share(groups, scores)`: 1 minus (what is left of the squared distances to the mean when each group has its own mean) over (what there was with one mean for all).",
    solution=share,
    cases=_cases,
    shows=_seen,
    wrong_answers=(
        WrongAnswer(
            lambda groups, scores: 1 - share(groups, scores),
            "{shown}. That is the part which is left within the groups.",
        ),
        WrongAnswer(
            lambda groups, scores: np.var(_means(groups, scores)) / np.var(scores),
            "{shown}. You count every group's mean once, whether it has two trials or two hundred.",
        ),
        WrongAnswer(
            lambda groups, scores: (
                1 - np.mean([scores[groups == group].var() for group in np.unique(groups)]) / np.var(scores)
            ),
            "{shown}. You average the groups' variances as if all groups were of one size.",
        ),
        WrongAnswer(
            lambda groups, scores: np.corrcoef(groups, scores)[0, 1] ** 2,
            "{shown}. That asks how well a straight line fits. The groups' numbers are names: their order says nothing.",
        ),
        WrongAnswer(
            lambda groups, scores: 1 - np.sqrt(1 - share(groups, scores)),
            "{shown}. You compare standard deviations; shares add up only for variances.",
        ),
        WrongAnswer(
            lambda groups, scores: np.sum(_counts(groups) * (_means(groups, scores) - scores.mean()) ** 2),
            "{shown}. That is what the groups explain, in squared accuracies. Which share of all?",
        ),
        WrongAnswer(
            lambda groups, scores: (
                1 - sum(scores[groups == group].var() for group in np.unique(groups)) / np.var(scores)
            ),
            "{shown}. You add the groups' variances up. A variance is a mean of squares: with more groups your sum grows, whatever they hold.",
        ),
        WrongAnswer(
            lambda groups, scores: (
                1
                - sum(
                    np.abs(scores[groups == group] - scores[groups == group].mean()).sum()
                    for group in np.unique(groups)
                )
                / np.abs(scores - scores.mean()).sum()
            ),
            "{shown}. You add the distances up. Squared ones were asked for: only they fall into what is explained and what is left.",
        ),
        WrongAnswer(
            lambda groups, scores: share(groups, scores) / (1 - share(groups, scores)),
            "{shown}. You divide what the groups explain by what is left. It is a share of all that there was.",
        ),
        WrongAnswer(
            lambda groups, scores: (
                1
                - sum(
                    (n - 1 > 0) * n * np.var(scores[groups == g], ddof=min(1, n - 1))
                    for g, n in zip(np.unique(groups), _counts(groups), strict=True)
                )
                / (len(scores) * np.var(scores, ddof=1))
            ),
            "{shown}. You divide by one less than the number of trials, in groups of unequal sizes. No division is needed: add up the squared distances.",
        ),
    ),
    otherwise=lambda seen: f"{_seen(seen)}; expected {float(seen.expected):.3g}.",
    hints=(
        "For each group: the squared distances of its scores to its own mean. Sum them over all groups.",
        "The same with one mean for all scores is what there was. Divide, and take it from 1.",
    ),
    why="This is the whole idea behind analysis of variance, and behind fANOVA. coursekit's `explained_share` divides each sum by its degrees of freedom as well, so that many small groups do not look clever.",
)


def ranking(shares):
    mean, spread = shares.mean(axis=0), shares.std(axis=0)
    order = np.argsort(-mean)
    return order[mean[order] > 2 * spread[order]]


def _resamples():
    first = np.array([[0.02, 0.50, 0.10, -0.01], [-0.02, 0.40, 0.12, 0.00], [0.03, 0.45, 0.14, 0.01]])
    rng = np.random.default_rng(6)
    means, spreads = np.array([0.25, 0.30, 0.20, 0.0, 0.12, 0.05]), np.array([0.05, 0.03, 0.15, 0.02, 0.02, 0.04])
    long = rng.normal(size=(50, 6))
    long = means + spreads * (long - long.mean(axis=0)) / long.std(axis=0)
    unit = np.array([[-1.0], [0.0], [1.0]]) * np.sqrt(1.5)  # mean 0, sd 1
    near = np.array([5.0, 1.08, 1.0]) + unit * [0.1, 1.0, 2.0]  # within two sds of 0, but for the first
    return [(first,), (long,), (np.array([[0.3, 0.1], [0.32, 0.09], [0.28, 0.11], [0.30, 0.10]]),), (near,)]


def _ranked(seen: Seen) -> str:
    n, d = seen.args[0].shape
    return f"For {n} resamples of {d} hyperparameters you give {np.asarray(seen.got).tolist()}"


def _above(shares, limit):
    means = shares.mean(axis=0)
    return np.array([j for j in np.argsort(-means) if means[j] > limit[j]], int)


RANKING = Exercise(
    name="01.5",
    prompt="Write `ranking(shares)`: rows are resamples of the trials, columns hyperparameters. Return the columns that have evidence (mean above 2 standard deviations over the resamples), the largest mean first.",
    solution=ranking,
    cases=lambda: [(shares.copy(),) for (shares,) in _resamples()],
    shows=_ranked,
    wrong_answers=(
        WrongAnswer(
            lambda shares: np.argsort(-shares.mean(axis=0)),
            "{shown}: all of them. Which could be luck, by the resamples' own spread?",
        ),
        WrongAnswer(
            lambda shares: ranking(shares)[::-1],
            "{shown}: the smallest comes first.",
        ),
        WrongAnswer(
            lambda shares: np.sort(ranking(shares)),
            "{shown}. The right ones, in the order of the columns, not of their means.",
        ),
        WrongAnswer(
            lambda shares: np.argsort(-shares.mean(axis=0))[
                np.sort(-shares.mean(axis=0))
                < -2 * shares.std(axis=0)[np.argsort(-shares.mean(axis=0))] / np.sqrt(len(shares))
            ],
            "{shown}. You divide the spread by the root of the number of resamples. But resamples of one set of trials are not new trials: with enough of them, everything would have evidence.",
        ),
        WrongAnswer(
            lambda shares: np.argsort(-shares.mean(axis=0) / shares.std(axis=0))[
                : int(np.sum(shares.mean(axis=0) > 2 * shares.std(axis=0)))
            ],
            "{shown}: the surest comes first. Asked for is the largest.",
        ),
        WrongAnswer(
            lambda shares: np.array([j for j in np.argsort(-shares.mean(axis=0)) if shares.mean(axis=0)[j] > 0]),
            "{shown}. Above 0 is not enough: half of what has no effect is above 0 by luck.",
        ),
        WrongAnswer(
            lambda shares: _above(shares, shares.std(axis=0)),
            "{shown}: those above 1 standard deviation. Asked for are 2.",
        ),
        WrongAnswer(
            lambda shares: _above(shares, 2 * shares.var(axis=0)),
            "{shown}: you hold the means against variances. A mean is compared with its root.",
        ),
        WrongAnswer(
            lambda shares: np.argsort(-shares.mean(axis=0)[shares.mean(axis=0) > 2 * shares.std(axis=0)]),
            "{shown}: the places among those that you kept. Which columns of the table are these?",
        ),
        WrongAnswer(
            lambda shares: np.sort(shares.mean(axis=0)[shares.mean(axis=0) > 2 * shares.std(axis=0)])[::-1],
            "{shown}. Those are their means, and in the right order. Which columns have them?",
        ),
        WrongAnswer(
            lambda shares: np.array(
                [j for j in np.argsort(-shares.mean(axis=1)) if shares.mean(axis=1)[j] > 2 * shares.std(axis=1)[j]]
            ),
            "You take mean and spread along each row, over the hyperparameters. A row is a resample: the spread asked for is over these.",
        ),
    ),
    otherwise=lambda seen: f"{_ranked(seen)}; expected {np.asarray(seen.expected).tolist()}.",
    hints=(
        "Mean and standard deviation over the resamples: one of each for every column.",
        "`np.argsort` sorts upwards; sort the negative means. Then keep those columns of the order that pass.",
    ),
    why="An order without its uncertainty is a rumour. The columns that you drop are not proven useless: these trials can't tell them from nothing.",
)

HOW_MUCH_THE_RATE = Prediction(
    name="01.c",
    question="600 networks, trained with Adam, all eight hyperparameters drawn at random; the learning rate from 0.0001 to 1. How much of the variance of their accuracy goes with the learning rate alone?",
    options=("about 10%", "about 45%", "about 75%", "about 95%"),
    answer="about 45%",
    why="It leads by far. But what a rate does depends on the network that it meets, and that part belongs to pairs, not to the rate alone. If you have only ever changed one thing at a time, you say 95%.",
)

NARROWED = Prediction(
    name="01.d",
    question="Of the 600 trials with Adam, keep those whose learning rate lies within the decade around 0.01, where it works. Which hyperparameter explains most of the variance among these?",
    options=("the learning rate, as before", "the hidden units", "the hidden layers", "none: only noise is left"),
    answer="the hidden units",
    why="A rate that is right everywhere in its range has little left to explain, and what it hid comes forward. Layers were second mostly because of what they do to a bad rate. The variance itself is ten times smaller, so noise counts for more, but still for less than the units.",
)
