"""The twenty training digits that cost most, to be judged one by one: which labels are wrong, and which digits odd."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import three_sets
from coursekit.lab.controls import Dropdown, Moves, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line
from coursekit.lab.task import Part
from coursekit.lessons.train_a_softmax_classifier.flawed_data import KINDS, mislabeled
from coursekit.network import Network, forward, init_network
from coursekit.scales import ChoiceScale
from coursekit.softmax import softmax_loss
from coursekit.training import fit
from coursekit.types import Array, Labels

ROWS, COLUMNS, SIDE = 2, 10, 8
WIDTH, HEIGHT = 11, 16  # of a tile, in pixels of a digit: the digit, its label above it, two lines below
N_SHOWN = ROWS * COLUMNS
IS_WRONG, IS_RIGHT = "its label is wrong", "its label is right"
SEED, NETWORK = 12, Network([64, 50, 10])


class Costliest(NamedTuple):
    """The training digits with the largest loss, and how they were judged so far.

    Attributes
    ----------
    pictures : array, shape (20, 8, 8)
    given, true, named : array of int, shape (20,)
        Their labels, what they are, and what the network calls them.
    losses : array, shape (20,)
    n_wrong : int
        How many of all 900 labels are wrong.
    found : float
        The share of these among the costliest, as many as there are mistakes.
    n_epochs : int
    judged : tuple of str
        What was said of the first, the second, and so on.
    """

    pictures: Array
    given: Labels
    true: Labels
    named: Labels
    losses: Array
    n_wrong: int
    found: float
    n_epochs: int
    judged: tuple[str, ...]

    @property
    def hits(self) -> NDArray[np.bool_]:
        """Which of the judgements are right."""
        n = len(self.judged)
        said = np.array([each == IS_WRONG for each in self.judged], bool)
        return np.asarray(said == (self.given != self.true)[:n])


@lru_cache(maxsize=32)
def _trained(kind: str, share: float, n_epochs: int) -> Costliest:
    sets, rng = three_sets(np.random.default_rng(SEED), dtype=np.float32), np.random.default_rng([SEED, 7])
    given, is_wrong = mislabeled(sets.y_train, share, rng, n_classes=10, kind=kind)
    start = init_network(NETWORK, rng, dtype=np.float32)
    parameters, _ = fit(NETWORK, start, sets.X_train, given, learning_rate=0.003, n_epochs=n_epochs, rng=rng)
    z, _ = forward(NETWORK, parameters, sets.X_train)
    losses, _ = softmax_loss(z, given, reduction="none")
    order = np.argsort(-losses)
    top = order[:N_SHOWN]
    pictures = sets.standardizer.undo(sets.X_train[top]).reshape(-1, SIDE, SIDE)
    return Costliest(
        pictures, given[top], sets.y_train[top], z[top].argmax(axis=1), losses[top], int(is_wrong.sum()),
        float(is_wrong[order[: is_wrong.sum()]].mean()), n_epochs, (),
    )  # fmt: skip


def costliest(kind: str, share: float, n_epochs: int, judged: tuple[str, ...]) -> Costliest:
    """Train on labels of which a share is wrong, and show the digits that cost most."""
    return _trained(kind, share, n_epochs)._replace(judged=judged)


def sheet() -> Picture:
    """Show each digit with its label above it, and below it what the network says and what was true."""
    figure, ax = canvas(1000, 400)
    ax.set(xticks=[], yticks=[], xlim=(-1.5, COLUMNS * WIDTH), ylim=(ROWS * HEIGHT, -2.5))
    ax.spines[:].set_visible(False)
    ax.set_title("the twenty training digits with the largest loss, from the upper left on", loc="left")
    extent = (0, COLUMNS * WIDTH, ROWS * HEIGHT, 0)
    blank = np.zeros((ROWS * HEIGHT, COLUMNS * WIDTH))
    image = ax.imshow(blank, cmap="Greys", vmin=0, vmax=16, extent=extent, interpolation="nearest")
    ax.set_aspect("auto")
    corners = [(WIDTH * (i % COLUMNS), HEIGHT * (i // COLUMNS)) for i in range(N_SHOWN)]
    frame = line(ax, ORANGE, linewidth=2.5)
    lines = [[label(ax, x, y + down, color=color, va="center") for x, y in corners]
             for down, color in ((0.9, BLUE), (11.4, INK), (13.4, GREY))]  # fmt: skip

    def move(state: Costliest) -> None:
        tiles = np.zeros((N_SHOWN, HEIGHT, WIDTH))
        tiles[:, 2 : 2 + SIDE, :SIDE] = state.pictures
        image.set_data(tiles.reshape(ROWS, COLUMNS, HEIGHT, WIDTH).swapaxes(1, 2).reshape(blank.shape))
        n, hits = len(state.judged), state.hits
        x, y = corners[min(n, N_SHOWN - 1)]
        is_open = n < N_SHOWN
        frame.set_data([x - 0.7, x + 8.7, x + 8.7, x - 0.7, x - 0.7] if is_open else [],
                       [y + 1.8, y + 1.8, y + 10.3, y + 10.3, y + 1.8] if is_open else [])  # fmt: skip
        for i in range(N_SHOWN):
            lines[0][i].set_text(f"label {state.given[i]}")
            lines[1][i].set_text(f"network: {state.named[i]}")
            mark = f"{'✓' if hits[i] else '✗'} it is a {state.true[i]}" if i < n else ""
            lines[2][i].set(text=mark, color=INK if i < n and hits[i] else ORANGE)

    moving = [image, frame, *(text for each in lines for text in each)]
    return Picture(figure, move, moving, ghosts=[frame])


def describe(state: Costliest) -> Words:
    """Say how the judgements stand, and what the next digit is called; at the end, what was to be found."""
    n, n_top = len(state.judged), int((state.given != state.true).sum())
    data = f"{state.n_wrong} of 900 training labels are wrong; {state.n_epochs} epochs"
    if n < N_SHOWN:
        now = (
            f"Digit {n + 1} has the label {state.given[n]} and a loss of {state.losses[n]:.1f}; the network calls it "
            f"{state.named[n]}"
        )
    else:
        now = f"Of these 20 labels {n_top} are wrong. Among the {state.n_wrong} costliest are {state.found:.0%} of all"
        now += " mistakes"
    return Words(f"{n} judged, {int(state.hits.sum())} of them rightly", f"{data}. {now}.")


def _controls() -> tuple[Any, ...]:
    return (
        Moves("judged", (IS_WRONG, IS_RIGHT), "the framed digit", most=N_SHOWN),
        Slider("share", ChoiceScale((0.02, 0.05, 0.1, 0.2, 0.4)), 0.02, "share of wrong labels"),
        Slider("n_epochs", ChoiceScale((1, 5, 30)), 5, "epochs"),
        Dropdown("kind", KINDS, "random", "mistakes"),
    )


WRONG_LABELS_FOUND = Explorer(
    name="wrong-labels-found",
    title="Can you find the wrong labels among the costliest digits?",
    task="Judge the framed digit by its picture, then the next, until all 20 are judged. Which cost much though "
    "their label is right? Then find a number of epochs after which the mistakes are harder to find, and, after 5, "
    "the kind and share of mistakes that hide best.",
    controls=_controls(),
    compute=costliest,
    picture=sheet,
    describe=describe,
    parts=(
        Part("all 20 judged", lambda _, state: len(state.judged) == N_SHOWN and state.hits.sum() >= 12,
             "Most of the costliest are mistakes; those whose label is right are written so that you would doubt, too.",
             {"judged": (IS_WRONG,) * N_SHOWN}),
        Part("epochs after which they hide",
             lambda values, state: values["kind"] == "random" and values["n_epochs"] != 5 and state.found < 0.8,
             "After one epoch the network knows too little to be surprised; after 30 it knows some of them by heart.",
             {"n_epochs": 1}),
        Part("mistakes that hide",
             lambda values, state: values["kind"] != "random" and values["n_epochs"] == 5 and state.found < 0.7,
             "Mistakes that follow a rule are learnt as a rule, and cost little then.",
             {"kind": "systematic", "share": 0.4}),
    ),
)  # fmt: skip
