"""From the loss back to the logits, in three pieces: the fractions cancel under the learner's own hand."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_values

PIECES = (
    "The slopes of the loss with respect to the probabilities",
    "The slopes of the true class's p with respect to the logits",
    "The slopes of the loss with respect to the logits",
)


def way_back(p, true):
    d_p = np.zeros(len(p))
    d_p[true] = -1 / p[true]
    slopes = -p[true] * p
    slopes[true] += p[true]
    return d_p, slopes, d_p[true] * slopes


def _one_hot(p, true):
    return (np.arange(len(p)) == true).astype(float)


def _first(of):
    """Return the whole way back, its first piece by another formula."""

    def answer(p, true):
        d_p, slopes = of(p, _one_hot(p, true)), way_back(p, true)[1]
        return d_p, slopes, d_p[true] * slopes

    return answer


def _second(of):
    def answer(p, true):
        d_p, slopes = way_back(p, true)[0], of(p, p[true], _one_hot(p, true))
        return d_p, slopes, d_p[true] * slopes

    return answer


def _third(of):
    return lambda p, true: (*way_back(p, true)[:2], of(*way_back(p, true), p))


def _cases():
    rng = np.random.default_rng(12)
    return [(np.array([0.3, 0.2, 0.1, 0.4]), 1), (np.array([0.5, 0.25, 0.25]), 0), (rng.dirichlet(np.ones(5)), 4)]


def _shown(array) -> str:
    return ", ".join(f"{value:.3f}" for value in np.ravel(np.asarray(array, float))[:4])


def same_pieces(got, expected):
    """Take a list or an array of three for a tuple as well."""
    return isinstance(got, tuple | list | np.ndarray) and same_values(tuple(got), expected)


def _where(seen: Seen) -> str:
    """Name the first piece that is wrong, with its numbers."""
    got = seen.got if isinstance(seen.got, tuple | list | np.ndarray) else (seen.got,)
    for i, (name, right) in enumerate(zip(PIECES, seen.expected, strict=True)):
        if i >= len(got):
            return f"{i} of 3 pieces are there. Next: {name[0].lower()}{name[1:]}."
        if not same_values(got[i], right):
            return f"{name}: {_shown(got[i])}; a nudge says {_shown(right)}."
    return f"You return {len(got)} things; three are asked for."


def _piece(seen: Seen, i: int) -> str:
    return f"{PIECES[i]}: {_shown(seen.got[i])}"


WAY_BACK = Exercise(
    name="12.7",
    prompt="Derive it yourself. Write `way_back(p, true)` for one example: `p` are the probabilities that softmax made of logits, `true` is the number of the true class. Return three arrays, each with an entry for every class: the slopes of the loss −log p[true] with respect to each probability; the slopes of p[true] with respect to each logit; and, from both by the chain rule, the slopes of the loss with respect to each logit.",
    solution=way_back,
    cases=_cases,
    same=same_pieces,
    wrong_answers=(
        WrongAnswer(
            _first(lambda p, hot: hot / p),
            lambda seen: f"{_piece(seen, 0)}. When the true class's p grows, the loss falls: which sign has its slope?",
        ),
        WrongAnswer(
            _first(lambda p, _: -1 / p),
            lambda seen: f"{_piece(seen, 0)}. Only one of the probabilities stands in the loss.",
        ),
        WrongAnswer(
            _first(lambda p, hot: -hot * np.log(p)),
            lambda seen: f"{_piece(seen, 0)}: that is the loss itself. How fast does it change with p?",
        ),
        WrongAnswer(
            _second(lambda _, p_true, hot: p_true * (1 - p_true) * hot),
            lambda seen: (
                f"{_piece(seen, 1)}. All logits stand in softmax's sum: raise another one, and the true class's share falls."
            ),
        ),
        WrongAnswer(
            _second(lambda p, _p_true, _hot: p * (1 - p)),
            lambda seen: (
                f"{_piece(seen, 1)}: that is the slope of each p with respect to its own logit. Asked for is one p, with respect to all logits."
            ),
        ),
        WrongAnswer(
            _second(lambda p, p_true, hot: p_true * (hot * (1 - p) + (1 - hot) * p)),
            lambda seen: f"{_piece(seen, 1)}, all above 0. Can all logits raise the share of one class?",
        ),
        WrongAnswer(
            _second(lambda p, _, hot: hot - p),
            lambda seen: (
                f"{_piece(seen, 1)}. The rule of e^z divided by a sum leaves a factor in front: of a share near 0, what is there to take?"
            ),
        ),
        WrongAnswer(
            _third(lambda d_p, slopes, *_: d_p * slopes),
            lambda seen: (
                f"{_piece(seen, 2)}. You multiply class by class. But the loss depends on one p alone, and every logit reaches it through that p."
            ),
        ),
        WrongAnswer(
            _third(lambda *pieces: pieces[-1]),
            lambda seen: f"{_piece(seen, 2)}, with the sum 1. What the true class is short of is not in it.",
        ),
        WrongAnswer(
            _third(lambda *pieces: -pieces[2]),
            lambda seen: f"{_piece(seen, 2)}: as a slope, it says that a larger true logit makes the loss larger.",
        ),
    ),
    otherwise=_where,
    hints=(
        "The slope of log p is 1 / p. The other probabilities do not stand in the loss.",
        "p of class i is e^z of i over the sum S. The slope of u / S is u' / S less u S' / S². With respect to its own logit, u' is u; with respect to another one, it is 0. S' is e^z of that logit, always.",
        "For the true logit that makes p (1 − p); for another one, minus the true p times the other's. The chain rule multiplies all of them by one number.",
    ),
    why="The true class's p stands below in the first piece and in front in the second, and cancels. What is left is p less 1 at the true class, and p at the others: ŷ − y.",
)
