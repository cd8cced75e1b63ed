"""Find the bug: a rule whose minus one slipped, and a slope that nobody sets back to 0."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer


def power_rule(d, a, n):
    return d * n * a ** (n - 1)


def found_power_rule(d, a, n):
    return d * n * a**n - 1  # from the power rule: n times a to the n - 1


def _powers():
    rng = np.random.default_rng(7)
    return [(1.0, 3.0, 2), (2.0, 4.0, 3), (-1.0, 2.0, -1), (rng.normal(size=(2, 3)), 1 + rng.random((2, 3)), 0.5)]


def _sent(seen: Seen) -> str:
    d, a, n = (float(np.ravel(each)[0]) for each in seen.args)
    return f"For {a:.3g} to the power of {n:g}, with d = {d:.3g}, it sends back {float(np.ravel(seen.got)[0]):.3g}"


SLIPPED_POWER = Exercise(
    name="13.3",
    prompt="The tape's rule for a to the power of n, n a constant. It returns what goes to a alone. With it, J(w) at w = 3 has the slope 7. Find the bug and mend it.",
    solution=power_rule,
    found=found_power_rule,
    cases=_powers,
    shows=_sent,
    wrong_answers=(
        WrongAnswer(
            found_power_rule,
            "{shown}. What does Python subtract the 1 from?",
        ),
        WrongAnswer(
            lambda d, a, n: n * a ** (n - 1) + 0 * d,
            "{shown}: the 1 is where it belongs, and d is gone.",
        ),
        WrongAnswer(
            lambda d, a, n: d * n * a**n,
            "{shown}: now the 1 is gone altogether.",
        ),
        WrongAnswer(
            lambda d, a, n: d * a ** (n - 1),
            "{shown}: the power is right. What comes down in front?",
        ),
        WrongAnswer(
            lambda d, a, n: d * (n - 1) * a ** (n - 1),
            "{shown}: what comes down in front is the old power, not the new one.",
        ),
        WrongAnswer(
            lambda d, a, n: d * (n * a**n - 1),
            "{shown}. The 1 is taken off the product, not off the exponent: a power binds before a minus.",
        ),
        WrongAnswer(
            lambda d, a, n: d * a**n * np.log(a),
            "{shown}: that is the slope with respect to n. What moves here is a.",
        ),
        WrongAnswer(
            lambda d, a, n: d * a ** (n + 1) / (n + 1),
            "{shown}: that is an integral. A slope goes the other way.",
        ),
        WrongAnswer(
            lambda d, a, n: d * n * a ** (n + 1),
            "{shown}: the power went up. Does x squared have a slope with x cubed in it?",
        ),
    ),
    otherwise=lambda seen: f"{_sent(seen)}; expected {float(np.ravel(seen.expected)[0]):.3g}.",
    hints=(
        "Take a = 3 and n = 2, and compute the line by hand, as Python does: power first, then times, then minus.",
        "The 1 belongs to the exponent. How do you tell Python?",
    ),
    why="One wrong rule, and everything that is built on it learns something else, without an error. That is why every rule of coursekit's tape is tested against nudges, as PyTorch's are by its `gradcheck`.",
)


def descend(w, learning_rate, n_steps):
    path = [w]
    for _ in range(n_steps):
        d_w = 2 * path[-1] - 10
        path.append(path[-1] - learning_rate * d_w)
    return np.array(path)


def found_descend(w, learning_rate, n_steps):
    path, d_w = [w], 0.0
    for _ in range(n_steps):
        d_w += 2 * path[-1] - 10  # backward adds to what is there
        path.append(path[-1] - learning_rate * d_w)
    return np.array(path)


def _never_moves(w, learning_rate, n_steps):
    return np.array([w] + [w - learning_rate * (2 * w - 10)] * n_steps)


def _descents():
    return [(0.0, 0.01, 20), (0.0, 0.01, 1000), (9.0, 0.3, 3), (0.0, 0.1, 0)]


def _where(seen: Seen) -> str:
    w, rate, n_steps = seen.args
    return f"From w = {w:g}, after {n_steps} steps at a rate of {rate:g}, w is {float(np.ravel(seen.got)[-1]):.4g}"


NEVER_ZEROED = Exercise(
    name="13.5",
    prompt="This descent swings around the minimum for ever, at a rate that should crawl to it. Find the bug and mend it.",
    solution=descend,
    found=found_descend,
    cases=_descents,
    shows=_where,
    wrong_answers=(
        WrongAnswer(
            found_descend,
            "{shown}; it goes on to 10 and back. Each step goes by all slopes since the start. A tape adds up what the ways of one forward pass bring; what has the step before to do with it?",
        ),
        WrongAnswer(
            _never_moves,
            "{shown}, and after one step as well: every slope is taken where you began.",
        ),
        WrongAnswer(
            lambda w, learning_rate, n_steps: descend(w, -learning_rate, n_steps),
            "{shown}: uphill.",
        ),
        WrongAnswer(
            lambda w, learning_rate, n_steps: descend(w, learning_rate / 2, n_steps),
            "{shown}: right in form, and half as fast as it should be.",
        ),
        WrongAnswer(
            lambda w, learning_rate, n_steps: w - learning_rate * (2 * w - 10) * np.arange(n_steps + 1),
            "{shown}. Every step has the slope of the start: it has to be taken anew where w is by then.",
        ),
        WrongAnswer(
            lambda w, learning_rate, n_steps: 10 + (w - 10) * (1 - 2 * learning_rate) ** np.arange(n_steps + 1),
            "{shown}. Your slope is 2 (w - 10): it is 0 at 10. Where is the minimum?",
        ),
    ),
    otherwise=lambda seen: f"{_where(seen)}; it should be {float(seen.expected[-1]):.4g}.",
    hints=(
        "Print d_w at each step. When does it begin to shrink?",
        "Where a step begins, the slope of the step before is of no use any more.",
    ),
    why="In PyTorch this is a forgotten `zero_grad`, the best known bug of all: `backward` adds, as it must where a value is used twice. TensorFlow's tape and JAX's `grad` begin anew each time.",
)
