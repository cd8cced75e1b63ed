"""What the stops of an explorer can't know by themselves: values that its task or its lesson names, and what may cost.

A value is named here where no part of the task names it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

# Sliders that choose a sample: any value is as good as another, so the first few will do.
AS_GOOD_AS_ANY = {"draw", "seed", "search", "deal", "deal_number", "race", "run", "number", "epoch", "unit"}

_TRAIN = "train 2 epochs"
_GAMES = (
    _TRAIN, "rate × 3", _TRAIN, "rate × 3", *[_TRAIN] * 5, "rate ÷ 3", *[_TRAIN] * 5, "stop and test",
    "next game", _TRAIN, "back to the best", "rate ÷ 3", "rate ÷ 3", *[_TRAIN] * 6, "rate ÷ 3", *[_TRAIN] * 5,
    "stop and test",
)  # fmt: skip

# Values of a control that is to stop there.
NAMED: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "averaging-window": {"decay": [0.9, 0.99, 0.999], "nudge": [0.0005]},
    "babysitting": {"moves": [_GAMES]},
    "descent-by-tape": {"learning_rate": [0.25, 0.5, 1.0], "steepness": [1, 2]},
    "effective-rate": {"scale": [0.1, 1, 10], "rate": [0.001, 0.1, 10, 100]},
    "first-descent": {"learning_rate": [0.3, 0.5, 0.9, 1.0, 1.01]},
    "learning-curves": {"learning_rate": [0.001, 0.01, 0.1, 1], "momentum": [0.9]},
    "random-grid-trials": {"n": [29, 44, 59, 299], "q": [0.01, 0.05, 0.1]},
    "rounded-away": {"learning_rate": [0.001, 0.01]},
    "scale-race": {"race": [*range(1, 11)]},
    "running-stats": {"decay": [0.9, 0.99, 0.999], "n_steps": [24]},
    "saturation-by-layer": {"sd": [0.03, 0.5]},
    "softmax-shares": {name: [-10, -1, 2, 3, 5, 10] for name in ("z0", "z1", "z2", "z3")},
    "softmax-temperature": {"temperature": [1]},
    "three-bowls": {"x1": [4, 20, 2000], "share": [0.5]},
    "trials": {"decades": [1], "middle": [0.01]},
    "tape-parabola": {"w": [5]},
    "what-batch-norm-undoes": {"scale": [0.1, 1, 10]},
    "winners-curse": {"n": [1, 100], "n_validation": [50, 300]},
}

# Sliders whose every step is a stop: a threshold between two of them is what the task asks for.
ALL_OF: Mapping[str, Sequence[str]] = {
    "softmax-overflow": ("shift",),
    "tape-parabola": ("w", "step"),
    "saturation-by-layer": ("sd",),
    "before-or-after": ("learning_rate",),
}

# How many settings there may be where another number fits better: what is slow to compute has fewer.
MOST_OF: Mapping[str, int] = {
    "at-test-time": 700,
    "covariate-shift": 500,
    "softmax-overflow": 2001,
    "trials": 800,
    "what-batch-norm-undoes": 150,
}

# Explorers with so many controls that not all of them can go together: these do.
APART: Mapping[str, Sequence[Mapping[str, Sequence[Any]]]] = {
    "digit-in-hand": [
        {"sheet": ["a 6", "a 9", "a 1", "a 4"], "degrees": [*range(-180, 181, 15)]},
        {"sheet": ["a 6", "a 9"], "right": [-4, -3, -2, -1, 0, 1, 2, 3, 4], "down": [-4, -2, -1, 0, 1, 2, 4]},
        {"sheet": ["a 6", "a 0", "an empty sheet"], "blot": [0, 1, 2, 4], "blot_x": [0, 3, 5, 7],
         "blot_y": [0, 2, 5, 7]},
        {"sheet": ["a 6", "a 4", "a 8"], "thickness": [-1, -0.5, 0, 0.5, 1], "degrees": [-90, -30, 0, 30, 90]},
    ],
}  # fmt: skip

# The same for what trains.
TOGETHER: Mapping[str, Sequence[Mapping[str, Sequence[Any]]]] = {
    "decision-regions": [
        {"data": ["blobs", "rings", "spirals"], "n_classes": [2, 4, 6],
         "depth": ["no hidden layer", "1 hidden layer", "2 hidden layers"]},
    ],
    "scale-race": [{"optimizer": ["Adam", "SGD"], "depth": ["1 hidden layer", "4 hidden layers"], "race": [1, 2, 3]}],
    "training-dashboard": [
        {"learning_rate": [0.001, 0.01, 0.1, 1], "optimizer": ["Adam", "SGD"], "batch_norm": [False, True]},
    ],
    "with-and-without": [
        {"depth": ["2 hidden layers", "5 hidden layers"], "activation": ["relu", "tanh", "sigmoid"],
         "optimizer": ["SGD", "Adam"]},
        {"activation": ["relu", "sigmoid"], "learning_rate": [0.03, 0.3, 1, 3, 10]},
    ],
    "batch-norm-tolerance": [
        {"rate": [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10], "scale": [0.01, 0.1, 1, 10, 100]},
    ],
    "coarse-to-fine": [{"search": [1, 2, 3, 4, 5], "shrink": [0.05, 0.5]}, {"n_validation": [30, 50, 300]}],
    "effective-rate": [{"scale": [0.1, 0.3, 1, 3, 10], "rate": [0.001, 0.01, 0.1, 1, 10, 100]}],
    "learning-curves": [{"learning_rate": [0.001, 0.03, 0.3, 1, 3], "optimizer": ["momentum", "Adam"]}],
    "many-at-once": [{"n_models": [1, 4, 24], "draw": [1, 2, 3]}],
    "on-the-border": [{"high": [0.03, 0.1, 1, 10], "widen": [False, True]}],
    "plan-a-search": [
        {"rate_scale": ["linear", "log"], "normalized": [False, True]},
        {"rate_scale": ["log"], "normalized": [True], "high": [0.1, 1], "n_again": [0, 3]},
    ],
    "random-grid-digits": [
        {"pair": ["learning rate and beta1", "learning rate and starting weights"], "start": [1e-05, 0.0001, 0.001]},
    ],
    "successive-halving": [{"keep": [0.1, 0.34, 0.5, 0.7], "first": [1, 2]}, {"search": [3, 15], "keep": [0.34, 0.5]}],
    "diagnosis-by-layer": [{"rate": [0.01, 0.1, 1, 10], "scale": [0.1, 0.32, 1, 3.2, 10]}],
}  # fmt: skip

# How many states of a training are kept, evenly from its first to its last, where they are too many for one file.
KEPT_STATES: Mapping[str, int] = {"decision-regions": 6, "training-dashboard": 12}
