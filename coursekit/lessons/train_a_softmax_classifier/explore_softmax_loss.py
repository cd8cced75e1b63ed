"""The softmax loss: which probabilities count, and what one step of its gradient does to the logits."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, ORANGE, PALE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.softmax import softmax, softmax_loss
from coursekit.types import Array

CLASSES = ("none of these", "cat", "dog", "chick")  # the lecture's, in its order
HIGHEST_LOSS = 11.5
MOST_STEPS = 60
HIGHEST_IN_TIME = 3.4
HEAD = 0.12  # a push that is shorter has no head: it would hide how short


class Answer(NamedTuple):
    """What a network answers, and what is true.

    Attributes
    ----------
    p : array, shape (4,)
        The probabilities.
    truth : int
        The true class.
    """

    p: Array
    truth: int

    @property
    def terms(self) -> Array:
        """What each class puts into the loss, shape (4,)."""
        terms = np.zeros(len(self.p))
        terms[self.truth] = -np.log(self.p[self.truth])
        return terms

    @property
    def loss(self) -> float:
        """Their sum."""
        return float(self.terms.sum())


class Descent(NamedTuple):
    """Gradient descent on the four logits of one example.

    Attributes
    ----------
    z : array, shape (n_steps + 1, 4)
        The logits, from the start on.
    p : array, shape (n_steps + 1, 4)
        Their probabilities.
    losses : array, shape (n_steps + 1,)
        The loss on the way.
    truth : int
        The true class.
    learning_rate : float
        How far a step goes along the gradient.
    """

    z: Array
    p: Array
    losses: Array
    truth: int
    learning_rate: float

    @property
    def gradient(self) -> Array:
        """The difference p - y, where the descent stands now; shape (4,)."""
        return np.asarray(self.p[-1] - (np.arange(self.p.shape[-1]) == self.truth))


def what_counts() -> Picture:
    """Show the probabilities, the term of each class, and the loss on the curve of -log."""
    figure, (shares, terms, curve) = canvas(1000, 340, columns=3, width_ratios=(4, 3, 5))
    _rows(shares)
    shares.set(xlim=(0, 1.4), xticks=[0, 0.5, 1], xlabel="probability")
    _rows(terms, named=False)
    terms.set(xlim=(0, 1.6 * HIGHEST_LOSS), xticks=[0, 5, 10], xlabel="its term of the loss")
    p = np.geomspace(1e-5, 1, 400)
    curve.plot(p, -np.log(p), color=PALE, linewidth=4)
    curve.set(xlim=(-0.03, 1.03), ylim=(-0.4, HIGHEST_LOSS), ylabel=r"loss: $-$log p")
    curve.set(xlabel="p: probability of the true class")
    others, true = _Bars(shares, GREY), _Bars(shares, BLUE)
    term = _Bars(terms, BLUE)
    zeros = _Bars(terms, GREY)
    guide = line(curve, BLUE, linewidth=1.2, linestyle=":")
    dot = line(curve, BLUE, marker="o", markersize=11, linestyle="", markeredgecolor="white")
    name = label(curve, 0, 0, color=BLUE, size=14, fontweight="bold", va="center")

    def move(state: Answer) -> None:
        is_true = np.arange(len(CLASSES)) == state.truth
        true.set(state.p, is_true, ".3g")
        others.set(state.p, ~is_true, ".3g")
        term.set(state.terms, is_true, ".3f")
        zeros.set(state.terms, ~is_true, ".0f")
        p, loss = state.p[state.truth], state.loss
        guide.set_data([p, p, 0], [0, loss, loss])
        dot.set_data([p], [loss])
        name.set(text=f"{loss:.3f}", position=(min(p + 0.05, 0.8), loss + 0.8))

    moving = flat(guide, *(flat(bars.line, bars.texts) for bars in (others, true, zeros, term)), dot, name)
    return Picture(figure, move, moving, ghosts=[others.line, true.line, term.line, dot])


def step_by_step() -> Picture:
    """Show the probabilities, the push that each logit gets, and the loss step by step."""
    figure, (shares, pushes, course) = canvas(1000, 360, columns=3, width_ratios=(4, 4, 5))
    _rows(shares)
    shares.set(xlim=(0, 1.4), xticks=[0, 0.5, 1], xlabel="probability")
    _rows(pushes, named=False)
    pushes.set(xlim=(-2, 2), xticks=[-1, 0, 1], xlabel="push on the logit")
    pushes.axvline(0, color=GREY, linewidth=1)
    course.set(xlim=(-1.5, MOST_STEPS + 1.5), ylim=(-0.1, HIGHEST_IN_TIME), xlabel="step", ylabel="loss")
    course.set(yticks=[0, 1, 2, 3])
    others, true = _Bars(shares, GREY), _Bars(shares, BLUE)
    down, up = _Arrows(pushes, ORANGE), _Arrows(pushes, BLUE)
    path = line(course, BLUE, linewidth=2.5)
    now = line(course, BLUE, marker="o", markersize=10, linestyle="", markeredgecolor="white")
    name = label(course, 0, 0, color=BLUE, size=14, fontweight="bold", va="bottom")

    def move(state: Descent) -> None:
        is_true, p = np.arange(len(CLASSES)) == state.truth, state.p[-1]
        true.set(p, is_true, ".3f")
        others.set(p, ~is_true, ".3f")
        up.set(-state.gradient, is_true)
        down.set(-state.gradient, ~is_true)
        steps = np.arange(len(state.losses))
        path.set_data(steps, np.minimum(state.losses, HIGHEST_IN_TIME))
        now.set_data(steps[-1:], np.minimum(state.losses[-1:], HIGHEST_IN_TIME))
        loss = state.losses[-1]
        name.set(text=f"{loss:.3f}", position=(min(steps[-1] + 2, MOST_STEPS - 9), min(loss, 2.9) + 0.12))

    bars = flat(*(flat(each.line, each.texts) for each in (others, true)))
    arrows = flat(*(flat(each.line, each.heads, each.texts) for each in (down, up)))
    return Picture(figure, move, [*bars, *arrows, path, now, name], ghosts=[others.line, true.line, path, now])


def _rows(ax: Axes, *, named: bool = True) -> None:
    ax.set(ylim=(len(CLASSES) - 0.4, -0.6), yticks=range(len(CLASSES)) if named else [])
    if named:
        ax.set_yticklabels(CLASSES)
    ax.tick_params(axis="y", length=0)


class _Bars:
    """Bars of some rows, all of them one line with gaps, and the numbers at their ends."""

    def __init__(self, ax: Axes, color: str) -> None:
        self.line = line(ax, color, linewidth=22, solid_capstyle="butt")
        self.texts = [label(ax, 0, i, color=color, size=12, va="center") for i in range(len(CLASSES))]

    def set(self, values: Array, shown: Any, form: str) -> None:
        rows = np.flatnonzero(shown)
        ends = np.stack([np.zeros(len(rows)), values[rows], np.full(len(rows), np.nan)], axis=1)
        self.line.set_data(ends.ravel(), np.repeat(rows, 3))
        for i, text in enumerate(self.texts):
            text.set(text=f" {values[i]:{form}}" if shown[i] else "", position=(values[i], i))


class _Arrows:
    """Arrows from 0 for some rows: a line with gaps, heads that are markers, and the numbers behind the heads."""

    def __init__(self, ax: Axes, color: str) -> None:
        self.line = line(ax, color, linewidth=4, solid_capstyle="butt")
        self.heads = [line(ax, color, marker=marker, markersize=11, linestyle="") for marker in ("<", ">")]
        self.texts = [label(ax, 0, i, color=color, size=12, va="center") for i in range(len(CLASSES))]

    def set(self, values: Array, shown: Any) -> None:
        rows = np.flatnonzero(shown)
        ends = np.stack([np.zeros(len(rows)), values[rows], np.full(len(rows), np.nan)], axis=1)
        self.line.set_data(ends.ravel(), np.repeat(rows, 3))
        for head, points in zip(self.heads, (rows[values[rows] < -HEAD], rows[values[rows] > HEAD]), strict=True):
            head.set_data(values[points], points)
        for i, text in enumerate(self.texts):
            is_left = values[i] < 0
            words = f"{values[i]:+.3f}".replace("-", "\u2212") if shown[i] else ""
            text.set(
                text=words, ha="right" if is_left else "left", position=(values[i] + (-0.16, 0.16)[not is_left], i)
            )


CAT = (0.3, 0.2, 0.1, 0.4)  # what the lecture's network says of a cat


def answer(truth: str, cat: float, none: float, dog: float) -> Answer:
    """Give the cat its probability, and deal the rest out among the others: to none of these, then to the dog."""
    rest = 1 - cat
    left = (1 - none) * rest
    return Answer(np.array([none * rest, cat, dog * left, (1 - dog) * left]), CLASSES.index(truth))


def describe_answer(state: Answer) -> Words:
    """Say what the loss is, and that three of its four terms are 0."""
    p = state.p[state.truth]
    named = ", ".join(f"{name} {share:.3g}" for name, share in zip(CLASSES, state.p, strict=True))
    return Words(
        f"Loss {state.loss:.3f} = \u2212log {p:.3g}",
        f"The network says: {named}. The truth is: {CLASSES[state.truth]}. Its term of the loss is {state.loss:.3f}, "
        f"the other three terms are 0: however the other {1 - p:.3g} is dealt out, the loss stays.",
    )


def descend(truth: str, learning_rate: float, n_steps: int) -> Descent:
    """Start at the lecture's probabilities, and follow the gradient of the loss with respect to the logits."""
    y = CLASSES.index(truth)
    z = [np.log(CAT)]
    for _ in range(n_steps):
        _, d_z = softmax_loss(z[-1:], [y])
        z.append(z[-1] - learning_rate * d_z[0])
    losses, _ = softmax_loss(z, [y] * len(z), reduction="none")
    return Descent(np.array(z), softmax(z), losses, y, learning_rate)


def describe_descent(state: Descent) -> Words:
    """Say where the loss is, and what pushes on which logit."""
    n_steps, push = len(state.losses) - 1, -state.gradient
    total = abs(round(float(push.sum()), 6))
    others = ", ".join(
        f"{name} {each:.3f}" for i, (name, each) in enumerate(zip(CLASSES, push, strict=True)) if i != state.truth
    )
    return Words(
        f"After {n_steps} step{'s' * (n_steps != 1)}: {CLASSES[state.truth]} {state.p[-1, state.truth]:.3f}, "
        f"loss {state.losses[-1]:.3f}",
        f"The next step pushes the true class up by {push[state.truth]:.3f} times the rate of "
        f"{state.learning_rate:g}, and the others down: {others}. The four pushes sum to {total:.0f}.",
    )


SOFTMAX_LOSS = Explorer(
    name="softmax-loss",
    title="Which probabilities count in the loss?",
    task="Deal the rest out anew with the last two sliders: does the loss move? Then make the loss as large as you "
    "can: above 10.",
    controls=(
        Dropdown("truth", CLASSES, "cat", "the truth"),
        Slider("cat", LogScale(0.001, 0.99), 0.2, "probability of cat"),
        Slider("none", LinearScale(0.05, 0.95), 0.375, "none, of the rest"),
        Slider("dog", LinearScale(0.05, 0.95), 0.2, "dog, of what is left"),
    ),
    compute=answer,
    picture=what_counts,
    describe=describe_answer,
    marks=(Along("x", "cat", within=(0.5, 1.5)),),
    parts=(
        Part("the rest, dealt out anew",
             lambda values, _: (values["truth"] == "cat" and values["cat"] == 0.2 and values["none"] != 0.375
                                and values["dog"] != 0.2),
             "The loss has not moved: it asks what the true class was given, and nothing else.",
             {"none": 0.95, "dog": 0.95}),
        Part("a loss above 10", lambda _, state: state.loss > 10,
             "The true class was given less than 1 in 20,000: the surer an answer is, the more it costs to be wrong.",
             {"truth": "chick", "cat": 0.99, "none": 0.95, "dog": 0.95}),
    ),
)  # fmt: skip

SOFTMAX_STEP = Explorer(
    name="softmax-step",
    title="Where does one step of the gradient move the probabilities?",
    task="Go step by step, and watch the arrows shrink, until the loss is below 0.1. Which wrong class is pushed "
    "hardest? Then make the true class the one that leads already.",
    controls=(
        Slider("learning_rate", LogScale(0.03, 10), 0.5, "learning rate"),
        Slider("n_steps", IntegerScale(0, MOST_STEPS), 1, "steps", plays=True),
        Dropdown("truth", CLASSES, "cat", "the truth"),
    ),
    compute=descend,
    picture=step_by_step,
    describe=describe_descent,
    marks=(Along("x", "n_steps", axes=2),),
    parts=(
        Part("a loss below 0.1", lambda values, state: values["truth"] == "cat" and state.losses[-1] < 0.1,
             "Each push is ŷ − y: it shrinks as the answer gets better, and it is hardest on the largest wrong share.",
             {"n_steps": 60}),
        Part("the one that leads already", lambda values, _: values["truth"] == "chick",
             "Where the answer is right the push is not 0: it goes on until the share is 1.", {"truth": "chick"}),
    ),
)  # fmt: skip
