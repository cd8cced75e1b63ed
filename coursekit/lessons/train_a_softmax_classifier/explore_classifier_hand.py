"""A digit under the learner's hand: shifted, turned, thickened, blotted, drawn; and what a trained network says."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.datasets import ThreeSets, three_sets
from coursekit.images import FULL_INK, blotted, moved, thickened
from coursekit.lab.controls import Drawing, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Touch, Words
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, flat, label, line
from coursekit.lab.task import Part
from coursekit.network import Network, forward, init_network
from coursekit.scales import LinearScale
from coursekit.softmax import softmax
from coursekit.training import fit
from coursekit.types import Array, Parameters


class Handled(NamedTuple):
    """A picture, what the network says of it, and of all validation digits handled in the same way.

    Attributes
    ----------
    picture : array, shape (8, 8)
        From 0 to 16.
    truth : int or None
        What it was before it was handled; None for an empty sheet.
    p : array, shape (10,)
        The network's probabilities.
    shares : array, shape (10,)
        The share of each class's validation digits that is still named rightly.
    accuracy : float
        On all of them together.
    nearest : int
        The class of the training digit that is most like the picture.
    distance : float
        How far away that one is: the root of the summed squares of the pixels' differences.
    spot : tuple of float
        Where the blot is, or would be: its column and its row.
    """

    picture: Array
    truth: int | None
    p: Array
    shares: Array
    accuracy: float
    nearest: int
    distance: float
    spot: tuple[float, float]


def under_the_hand() -> Picture:
    """Show the digit, the ten probabilities, and how many of all validation digits survive the same."""
    figure, (sheet, chances, shares) = canvas(1000, 400, columns=3, width_ratios=(5, 4, 4))
    sheet.set(xticks=[], yticks=[], xlim=(-0.5, 7.5), ylim=(7.5, -0.5), title="the sheet: draw on it with the pointer")
    image = sheet.imshow(np.zeros((8, 8)), cmap="Greys", vmin=0, vmax=16, interpolation="nearest")
    spot = line(sheet, ORANGE, marker="+", markersize=11, markeredgewidth=2, linestyle="")
    sheet.set_aspect("equal")
    sheet.spines[:].set_visible(True)
    _classes(chances, "probability", "what the network says of it")
    chances.set_ylabel("class")
    _classes(shares, "share named rightly", "")
    bars = {color: _bars(chances, color) for color in (GREY, ORANGE, BLUE)}
    rights = _bars(shares, GREY)
    numbers = [[label(ax, 0, i, va="center") for i in range(10)] for ax in (chances, shares)]
    title = label(shares, 0.7, -0.85, size=12, ha="center", va="bottom")

    def move(state: Handled) -> None:
        image.set_data(state.picture)
        spot.set_data(*([each] for each in state.spot))
        classes, named = np.arange(10), int(state.p.argmax())
        is_true = classes == state.truth
        for color, shown in ((BLUE, is_true), (ORANGE, (classes == named) & ~is_true)):
            _fill(bars[color], state.p, shown)
        _fill(bars[GREY], state.p, ~is_true & (classes != named))
        _fill(rights, state.shares, classes >= 0)
        for texts, values in zip(numbers, (state.p, state.shares), strict=True):
            for text, value, i in zip(texts, values, classes, strict=True):
                text.set(text=f" {value:.2f}", position=(value, i))
        title.set_text(f"all 300, handled alike: {state.accuracy:.0%}")

    moving = flat(image, spot, *bars.values(), rights, *(flat(texts) for texts in numbers), title)
    return Picture(figure, move, moving, ghosts=[*bars.values(), rights])


def _classes(ax: Axes, name: str, title: str) -> None:
    ax.set(xlim=(0, 1.4), xticks=[0, 0.5, 1], xticklabels=["0", "0.5", "1"], xlabel=name, title=title)
    ax.set(ylim=(9.7, -0.7), yticks=range(10))
    ax.tick_params(axis="y", length=0)


def _bars(ax: Axes, color: str) -> Any:
    return line(ax, color, linewidth=13, solid_capstyle="butt")


def _fill(bars: Any, values: Array, shown: Any) -> None:
    rows = np.flatnonzero(shown)
    ends = np.stack([np.zeros(len(rows)), values[rows], np.full(len(rows), np.nan)], axis=1)
    bars.set_data(ends.ravel(), np.repeat(rows, 3))


SEED, N_HIDDEN, N_EPOCHS, BATCH_SIZE, RATE = 12, 64, 20, 32, 0.003
NETWORK = Network([64, N_HIDDEN, 10])
EMPTY = "an empty sheet"
SHEETS = (*(f"a {digit}" for digit in range(10)), EMPTY)
PEN = 1.2  # pixel: how far from a stroke its ink reaches


class Ready(NamedTuple):
    """Digits, a network that has learnt from the training set, and the pictures of two sets, shape (m, 8, 8)."""

    sets: ThreeSets
    parameters: Parameters
    training: Array
    validation: Array


@lru_cache
def ready(seed: int = SEED) -> Ready:
    """Train 64-64-10 on 900 digits for 20 epochs of Adam; in float64, so that it is the same network everywhere.

    Examples
    --------
    >>> ready().validation.shape
    (300, 8, 8)
    """
    sets, rng = three_sets(np.random.default_rng(seed)), np.random.default_rng([seed, 1])
    start = init_network(NETWORK, rng)
    parameters, _ = fit(NETWORK, start, sets.X_train, sets.y_train, learning_rate=RATE, n_epochs=N_EPOCHS,
                        batch_size=BATCH_SIZE, rng=rng)  # fmt: skip
    pictures = (sets.standardizer.undo(X).reshape(-1, 8, 8) for X in (sets.X_train, sets.X_validation))
    return Ready(sets, parameters, *pictures)


def probabilities(network: Ready, pictures: Array) -> Array:
    """Say what the network makes of pictures, shape (..., 8, 8): its probabilities, shape (m, 10)."""
    z, _ = forward(NETWORK, network.parameters, network.sets.standardizer.apply(pictures.reshape(-1, 64)))
    return softmax(z)


def handle(  # noqa: PLR0917 - the controls
    pictures: Array, right: float, down: float, degrees: float, thickness: float, blot: float, blot_x: float,
    blot_y: float, ink: tuple[float, ...] = (),
) -> Array:  # fmt: skip
    """Do to pictures, shape (..., 8, 8), all that the learner does: first to the stroke, then to the sheet."""
    pictures = moved(thickened(pictures, thickness), right=right, down=down, degrees=degrees)
    pictures = blotted(pictures, x=blot_x, y=blot_y, radius=blot)
    return np.maximum(pictures, FULL_INK * np.reshape(ink, (8, 8))) if ink else pictures


def judge(sheet: str, ink: tuple[float, ...] = (), **handling: float) -> Handled:
    """Handle one picture, and all validation digits alike, and ask the network."""
    network, y = ready(), ready().sets.y_validation
    truth = SHEETS.index(sheet) if sheet != EMPTY else None
    original = np.zeros((8, 8)) if truth is None else network.validation[_typical(truth)]
    picture = handle(original, **handling, ink=ink)
    named = probabilities(network, handle(network.validation, **handling, ink=ink)).argmax(axis=-1)
    shares = np.array([np.mean(named[y == digit] == digit) for digit in range(10)])
    distances = np.sqrt(((network.training - picture) ** 2).sum(axis=(1, 2)))
    nearest = int(distances.argmin())
    return Handled(picture, truth, probabilities(network, picture)[0], shares, float(np.mean(named == y)),
                   int(network.sets.y_train[nearest]), float(distances[nearest]),
                   (handling["blot_x"], handling["blot_y"]))  # fmt: skip


@lru_cache
def _typical(digit: int) -> int:
    """Return the validation digit of a class whose probability is the median of the class."""
    network = ready()
    members = np.flatnonzero(network.sets.y_validation == digit)
    p = probabilities(network, network.validation[members])[:, digit]
    return int(members[np.argsort(p)[len(members) // 2]])


@lru_cache
def usual_distance() -> float:
    """Return how far half of the validation digits are, at most, from their nearest training digit."""
    one, other = (pictures.reshape(-1, 64) for pictures in (ready().validation, ready().training))
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T  # of the distances
    return float(np.median(np.sqrt(squares.min(axis=1))))


def stroke(ink: tuple[float, ...], start: tuple[float, float], end: tuple[float, float]) -> tuple[float, ...]:
    """Draw a line on a sheet of 8 x 8 pixels.

    Examples
    --------
    >>> stroke((), (0, 0), (1, 0))[:4]
    (1.0, 1.0, 0.2, 0.0)
    """
    y, x = np.mgrid[:8, :8]
    (x0, y0), (x1, y1) = start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0, 1) if length else 0.0
    distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
    drawn = np.maximum(np.reshape(ink or (0.0,) * 64, (8, 8)), np.clip(PEN - distance, 0, 1))
    return tuple(float(value) for value in drawn.round(3).ravel())


def draw(touch: Touch, values: Mapping[str, Any]) -> dict[str, Any]:
    """Draw where the pointer goes, on the sheet; elsewhere it sets nothing."""
    return {"ink": stroke(values["ink"], touch.before, (touch.x, touch.y))} if touch.axes == 0 else {}


def describe_handled(state: Handled) -> Words:
    """Say what the network calls it and how sure it is, and how far it is from all that it has learnt from."""
    named = int(state.p.argmax())
    was = "It was an empty sheet" if state.truth is None else f"It was a {state.truth}, and that gets "
    chance = "" if state.truth is None else f"{state.p[state.truth]:.2f}"
    return Words(
        f"The network says {named}, with probability {state.p[named]:.2f}",
        f"{was}{chance}. Of all 300 validation digits, handled alike, {state.accuracy:.0%} are named rightly. The "
        f"nearest of 900 training digits is a {state.nearest}, at distance {state.distance:.0f}; half of the "
        f"validation digits, as they are, have one within {usual_distance():.0f}. The cross, where a blot goes, is in "
        f"column {state.spot[0]:.1f}, row {state.spot[1]:.1f}.",
    )


def _sliders() -> tuple[Any, ...]:
    shift, place = LinearScale(-4, 4), LinearScale(0, 7)
    return (
        Slider("right", shift, 0, "shift right", steps=80),
        Slider("down", shift, 0, "shift down", steps=80),
        Slider("degrees", LinearScale(-180, 180), 0, "turn clockwise", steps=120),
        Slider("thickness", LinearScale(-1, 1), 0, "thicker or thinner", steps=40),
        Slider("blot", LinearScale(0, 4), 0, "blot: radius", steps=40),
        Slider("blot_x", place, 5, "blot: column", steps=70),
        Slider("blot_y", place, 5, "blot: row", steps=70),
    )


def _is_fooled(values: Mapping[str, Any], state: Handled, *by: str) -> bool:
    """Say whether the 6 is called something else, with nothing done to it but what these controls do."""
    rest = [value for name, value in values.items() if name not in (*by, "sheet", "blot_x", "blot_y")]
    return values["sheet"] == "a 6" and not any(rest) and int(state.p.argmax()) != 6


DIGIT_IN_HAND = Explorer(
    name="digit-in-hand",
    title="How much may you do to a digit before the network takes it for another?",
    task="Turn the 6 as little as you can until it is called something else. Set it back, and find the smallest "
    "shift that fools the network. Then find the smallest blot: is it on the 6, or at the edge? Then make it sure, "
    "above 0.99, of something that is no digit. On an empty sheet, draw one of your own.",
    controls=(
        Dropdown("sheet", SHEETS, "a 6", "begin with"),
        *_sliders(),
        Drawing("ink", stroke((), (1, 6), (6, 1)), "your ink"),
    ),
    touch=draw,
    compute=judge,
    picture=under_the_hand,
    describe=describe_handled,
    parts=(
        Part("a turn that fools it",
             lambda values, state: 0 < abs(values["degrees"]) <= 30 and _is_fooled(values, state, "degrees"),
             "A turn that you hardly mind makes it a 4: it has never seen a 6 that leans so far.",
             {"degrees": -27.0}),
        Part("the smallest shift that fools it",
             lambda values, state: (abs(values["right"]) + abs(values["down"]) < 0.55
                                    and _is_fooled(values, state, "right", "down")),
             "Half a pixel is enough: to the network each pixel is a feature of its own, and no shape moves.",
             {"right": 0.5}),
        Part("a blot that fools it",
             lambda values, state: (0 < values["blot"] <= 1
                                    and _is_fooled(values, state, "blot", "blot_x", "blot_y")),
             "At the edge, nearly always white, a spot is enough; on the 6 itself it takes twice its radius or more.",
             {"blot": 1.0, "blot_x": 0.0, "blot_y": 0.0}),
        Part("sure of no digit", lambda values, state: values["sheet"] == EMPTY and state.p.max() > 0.99,
             "The ten shares sum to 1 whatever comes in: being sure is not the same as having seen it before.",
             {"sheet": EMPTY, "blot": 4.0}),
    ),
)  # fmt: skip
