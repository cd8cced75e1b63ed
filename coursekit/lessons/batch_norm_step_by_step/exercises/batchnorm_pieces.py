"""Batch norm backward: the eight pieces, each judged on its own."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_values
from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import forward_pieces
from coursekit.lessons.batch_norm_step_by_step.exercises.batchnorm_steps import cases as forward_cases
from coursekit.types import Array


def backward(d_out, z_norm, centered, sd, gamma):
    m = len(d_out)
    d_beta = d_out.sum(axis=0)
    d_gamma = np.sum(d_out * z_norm, axis=0)
    d_z_norm = d_out * gamma
    d_sd = -np.sum(d_z_norm * z_norm, axis=0) / sd
    d_var = d_sd / (2 * sd)
    d_centered = d_z_norm / sd + d_var * 2 * centered / m
    d_mean = -d_centered.sum(axis=0)
    d_z = d_centered + d_mean / m
    return d_beta, d_gamma, d_z_norm, d_sd, d_var, d_centered, d_mean, d_z


class Given(NamedTuple):
    """What the exercise hands over, and the learner's own pieces so far, by which the next one is judged."""

    d_out: Array
    z_norm: Array
    centered: Array
    sd: Array
    gamma: Array
    d: Sequence[Array]

    @property
    def m(self) -> int:
        """The size of the batch."""
        return len(self.d_out)


Formula = Callable[[Given], Any]


class Piece(NamedTuple):
    """One piece: its name, how it follows from those before it, and the ways to get it wrong, each with its reason."""

    name: str
    right: Formula
    wrong: Sequence[tuple[Formula, str]]


BETA, GAMMA, Z_NORM, SD, VAR, CENTERED, MEAN = range(7)
PIECES = (
    Piece("d_beta", lambda g: g.d_out.sum(axis=0), (
        (lambda g: g.d_out, "one number per example. β is shared by the whole batch, so what comes from each example has to be put together."),
        (lambda g: g.d_out.mean(axis=0), "too small by the factor m. Each example moves with β; a mean belongs to the loss, and is in d_out already."),
    )),
    Piece("d_gamma", lambda g: np.sum(g.d_out * g.z_norm, axis=0), (
        (lambda g: g.d_out.sum(axis=0), "that is β's. What does γ stand beside, in the forward pass?"),
        (lambda g: g.d_out * g.z_norm, "one number per example. γ is shared by the whole batch."),
        (lambda g: np.mean(g.d_out * g.z_norm, axis=0), "too small by the factor m: the examples' parts add up."),
        (lambda g: np.sum(g.d_out * g.centered, axis=0), "γ multiplies what is normalised already: z_norm, not c."),
    )),
    Piece("d_z_norm", lambda g: g.d_out * g.gamma, (
        (lambda g: g.d_out, "γ is missing: the forward pass multiplied by it, so the gradient is, too."),
        (lambda g: g.d_out / g.gamma, "you divide by γ. Double γ, and z_norm moves the output twice as far."),
    )),
    Piece("d_sd", lambda g: -np.sum(g.d[Z_NORM] * g.z_norm, axis=0) / g.sd, (
        (lambda g: np.sum(g.d[Z_NORM] * g.z_norm, axis=0) / g.sd, "the sign is wrong. A larger sd makes c / sd smaller."),
        (lambda g: -np.sum(g.d[Z_NORM] * g.z_norm, axis=0), "a factor 1 / sd is missing. The derivative of c / sd is -c / sd²: one sd is in z_norm, and the other?"),
        (lambda g: -np.mean(g.d[Z_NORM] * g.z_norm, axis=0) / g.sd, "too small by the factor m: all examples are divided by this one sd, and their parts add up."),
        (lambda g: -g.d[Z_NORM] * g.z_norm / g.sd, "one number per example. All of them share one sd: their parts add up."),
    )),
    Piece("d_var", lambda g: g.d[SD] / (2 * g.sd), (
        (lambda g: g.d[SD] / g.sd, "the 2 is missing. What is the derivative of a root?"),
        (lambda g: g.d[SD] * 2 * g.sd, "that is the way from sd to its square. You go the other way: how much does sd move when the variance does?"),
        (lambda g: g.d[SD] / 2, "a factor 1 / sd is missing: a root is steep near 0, and flat far out."),
    )),
    Piece("d_centered", lambda g: g.d[Z_NORM] / g.sd + g.d[VAR] * 2 * g.centered / g.m, (
        (lambda g: g.d[Z_NORM] / g.sd, "the way through the variance is missing. c goes to two nodes in the graph, so two terms come back."),
        (lambda g: g.d[VAR] * 2 * g.centered / g.m, "the direct way is missing: c is also what is divided by sd."),
        (lambda g: g.d[Z_NORM] / g.sd + g.d[VAR] * g.centered / g.m, "in the way through the variance a factor is missing. What is the derivative of a square?"),
        (lambda g: g.d[Z_NORM] / g.sd + g.d[VAR] * 2 * g.centered, "the way through the variance is too large by the factor m: the variance is a mean."),
        (lambda g: g.d[Z_NORM] + g.d[VAR] * 2 * g.centered / g.m, "the direct way does not pass the division: where is its sd?"),
    )),
    Piece("d_mean", lambda g: -g.d[CENTERED].sum(axis=0), (
        (lambda g: g.d[CENTERED].sum(axis=0), "the sign is wrong: the mean is subtracted."),
        (lambda g: -g.d[CENTERED].mean(axis=0), "too small by the factor m. The 1 / m belongs to the next piece; all examples have this one mean taken off."),
        (lambda g: -g.d[CENTERED], "one number per example. All have the same mean taken off: their parts add up."),
    )),
    Piece("d_z", lambda g: g.d[CENTERED] + g.d[MEAN] / g.m, (
        (lambda g: g.d[CENTERED], "the way through the mean is missing. z goes to two nodes in the graph."),
        (lambda g: g.d[CENTERED] + g.d[MEAN], "the way through the mean is too large by the factor m: one z moves the mean by 1 / m."),
        (lambda g: g.d[CENTERED] - g.d[MEAN] / g.m, "the way through the mean has the wrong sign. The minus is in d_mean already."),
    )),
)  # fmt: skip


def all_pieces(at: int = -1, formula: Formula | None = None) -> Callable[..., tuple[Array, ...]]:
    """Return a backward pass in which one piece, if any, follows another formula."""

    def answer(d_out, z_norm, centered, sd, gamma):
        found: list[Any] = []
        for i, piece in enumerate(PIECES):
            given = Given(d_out, z_norm, centered, sd, gamma, found)
            found.append(formula(given) if i == at and formula else piece.right(given))
        return tuple(found)

    return answer


def diagnose(seen: Seen) -> str:
    """Judge each piece by the learner's own before it; say what the first wrong one lacks, and name the others."""
    got = seen.got if isinstance(seen.got, tuple | list) else (seen.got,)
    for i, piece in enumerate(PIECES):
        if i >= len(got) or got[i] is None or got[i] is ...:
            return f"{_before(i)} Next: {piece.name}. Return what you have so far, in order."
        given = _given(seen, got, i)
        if same_values(got[i], piece.right(given)):
            continue
        for formula, reason in piece.wrong:
            if same_values(got[i], formula(given)):
                return f"{_before(i)} {piece.name}: {reason}{_others(seen, got, i + 1)}"
        return f"{_before(i)} {piece.name} is {_brief(got[i])}; expected {_brief(piece.right(given))}."
    return f"{_before(len(PIECES))} You return {len(got)} things, and the last of the eight is d_z."


def _given(seen: Seen, got: Sequence[Any], i: int) -> Given:
    d_out, z_norm, centered, sd, gamma = seen.args
    return Given(d_out, z_norm, centered, sd, gamma, [np.asarray(each) for each in got[:i]])


def _others(seen: Seen, got: Sequence[Any], first: int) -> str:
    """Name the later pieces that do not follow from the learner's own before them: wrong by themselves."""
    wrong = []
    for i, piece in enumerate(PIECES[first : len(got)], start=first):
        try:
            follows = same_values(got[i], piece.right(_given(seen, got, i)))
        except (TypeError, ValueError):  # what came before has no shape to go on with
            break
        if not follows:
            wrong.append(piece.name)
    return f" Wrong by itself, too: {', '.join(wrong)}." if wrong else ""


def _before(i: int) -> str:
    return f"{i} of {len(PIECES)} pieces are right." if i != 1 else f"1 of {len(PIECES)} pieces is right."


def _brief(values: Any) -> str:
    array = np.asarray(values, float)
    shape = f" in shape {array.shape}" if array.ndim else ""
    return f"{', '.join(f'{value:.3g}' for value in array.ravel()[:3])}{shape}"


def cases() -> list[tuple[Any, ...]]:
    """Forward passes of several shapes, without the constant feature, and a gradient that comes back to each."""
    rng = np.random.default_rng(77)
    made = []
    for z, gamma, beta, eps in forward_cases()[:3]:
        pieces = forward_pieces(z, gamma, beta, eps=eps)
        made.append((rng.normal(size=z.shape), pieces.z_norm, pieces.centered, pieces.sd, gamma))
    return made[1:] + made[:1]


PIECE_BY_PIECE = Exercise(
    name="07.3",
    prompt="Write `backward(d_out, z_norm, centered, sd, gamma)` and return the pieces in this order: d_beta, d_gamma, d_z_norm, d_sd, d_var, d_centered, d_mean, d_z. You may return only the first few and check them: each is judged by what you returned before it.",
    solution=backward,
    cases=cases,
    same=lambda got, expected: isinstance(got, tuple | list) and same_values(tuple(got), expected),
    wrong_answers=tuple(
        WrongAnswer(all_pieces(i, formula), diagnose) for i, piece in enumerate(PIECES) for formula, _ in piece.wrong
    ),
    otherwise=diagnose,
    otherwise_first=True,
    hints=(
        "One line a piece, from the end of the graph to its start. What is shared by the batch collects a sum over it.",
        "Two nodes have two ways out, c and z, and so get two terms back. A division by sd gives -1 / sd² for sd.",
        "The derivative of √v is 1 / (2 √v), that of c² is 2 c, and a mean hands 1 / m of its gradient to each example.",
    ),
    why="Eight lines, each of them a rule from school, and each checked. You need not see the short form at once; this is where it comes from.",
)
