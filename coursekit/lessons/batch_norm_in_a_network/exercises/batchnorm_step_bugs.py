"""Find the bug: two mistakes with gamma and beta, before the training and in a step."""

import numpy as np

from coursekit.lab.exercise import Exercise, WrongAnswer


def momentum_step(gamma, beta, v, d, learning_rate):
    v_gamma = 0.9 * v[0] + 0.1 * d[0]
    v_beta = 0.9 * v[1] + 0.1 * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def found_momentum_step(gamma, beta, v, d, learning_rate):
    beta = 0.9  # the momentum
    v_gamma = beta * v[0] + (1 - beta) * d[0]
    v_beta = beta * v[1] + (1 - beta) * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def _momentum(gamma, beta, v, d, learning_rate, *, old=0.9, new=0.1):
    v_gamma, v_beta = old * v[0] + new * d[0], old * v[1] + new * d[1]
    return gamma - learning_rate * v_gamma, beta - learning_rate * v_beta, v_gamma, v_beta


def _momentum_cases():
    rng = np.random.default_rng(83)
    draws = [(rng.normal(size=(6, n)), rate) for n, rate in ((3, 0.1), (5, 1.0))]
    return [(draw[0], draw[1], (draw[2], draw[3]), (draw[4], draw[5]), rate) for draw, rate in draws]


def initial_scale_and_shift(n):
    return np.ones(n), np.zeros(n)


def found_initial_scale_and_shift(n):
    return np.zeros(n), np.zeros(n)  # as for every b


NAME_CLASH = Exercise(
    name="08.3",
    prompt="A step of momentum for gamma and beta: `v` holds the averages so far of both gradients, `d` the gradients. The notes call the momentum beta, and this code does too. Find the bug and mend it.",
    solution=momentum_step,
    found=found_momentum_step,
    cases=_momentum_cases,
    wrong_answers=(
        WrongAnswer(
            found_momentum_step,
            lambda seen: (
                f"Beta was {np.round(seen.args[1], 2)} before the step, and is {np.round(seen.got[1], 2)} after it, at rate {seen.args[4]:g}. Who wrote over it?"
            ),
        ),
        WrongAnswer(
            lambda gamma, beta, v, d, learning_rate: _momentum(
                gamma, beta, v, d, learning_rate, old=beta, new=1 - beta
            ),
            lambda seen: (
                f"v_gamma became {np.round(seen.got[2], 2)}: now batch norm's beta, {np.round(seen.args[1], 2)}, stands where the share of the old average belongs. Two different things, one letter."
            ),
        ),
        WrongAnswer(
            lambda *args: _momentum(*args, old=0.1, new=0.9),
            "The names are apart now. But the old average keeps a tenth: 0.9 is the share that stays.",
        ),
        WrongAnswer(
            lambda *args: _momentum(*args, new=1.0),
            "The names are apart now. The new gradient came in with its full weight: the shares were to add up to 1.",
        ),
        WrongAnswer(
            lambda gamma, beta, v, d, learning_rate: (gamma - learning_rate * d[0], beta - learning_rate * d[1], *v),
            "That is plain gradient descent: the averages are neither updated nor used.",
        ),
    ),
    otherwise=lambda seen: (
        f"From beta {np.round(seen.args[1], 3)} it went to {np.round(seen.got[1], 3)}; expected {np.round(seen.expected[1], 3)}."
    ),
    hints=(
        "How many meanings has the name `beta` in these four lines?",
        "Give the momentum a name of its own, such as `decay`.",
    ),
    why="Batch norm's beta is an array, learned, one number a unit. Momentum's is one number that you choose, and so are Adam's two. The letter is all that they share, and a program has one place for a name.",
)

GAMMA_OF_ZERO = Exercise(
    name="08.6",
    prompt="Gamma and beta of a layer with n units, before any training. With these, and ReLUs, nothing in the whole network ever moves but the last b. Find the bug and mend it.",
    solution=initial_scale_and_shift,
    found=found_initial_scale_and_shift,
    cases=lambda: [(3,), (5,)],
    wrong_answers=(
        WrongAnswer(
            found_initial_scale_and_shift,
            lambda seen: (
                f"Whatever comes in, gamma {np.asarray(seen.got[0])} makes of it 0 in each of the {seen.args[0]} units. What should batch norm hand on before anybody has learned anything?"
            ),
        ),
        WrongAnswer(
            lambda n: (np.ones(n), np.ones(n)),
            "Gamma is right. With this beta every unit begins at mean 1: a ReLU would cut off a sixth of its values, not a half.",
        ),
        WrongAnswer(
            lambda n: (np.zeros(n), np.ones(n)),
            "Now they are the wrong way round: which of the two multiplies?",
        ),
        WrongAnswer(
            lambda n: (1.0, 0.0),
            "One number for all units: it would begin well, but all units would have to share what is learned.",
        ),
        WrongAnswer(
            lambda n: (np.full(n, 0.01), np.zeros(n)),
            "Small, as for weights? The 1/100 goes into the next layer. If that has batch norm, it is undone there; if it is the last one, the logits begin at almost nothing.",
        ),
    ),
    otherwise=lambda seen: (
        f"For {seen.args[0]} units gamma is {np.round(np.asarray(seen.got[0]), 3)} and beta {np.round(np.asarray(seen.got[1]), 3)}."
    ),
    hints=(
        "What is gamma × z_norm + beta with these two?",
        "At first batch norm should hand on what it has normalised, as it is.",
    ),
    why="At gamma 1 and beta 0 each unit starts with mean 0 and variance 1. At gamma 0 the gradient of W is 0: it has gamma as a factor. With beta 0 as well, the ReLU hands on nothing, neither forward nor back, so that gamma and beta stay there too.",
)
