"""What softmax makes of logits: shares; what it notices; and why two classes need one logit."""

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.softmax.picture_softmax import HIGHEST, Heated, Pair, Shares, Z, number
from coursekit.lessons.softmax.picture_softmax import heated as heated_picture
from coursekit.lessons.softmax.picture_softmax import pair as pair_picture
from coursekit.lessons.softmax.picture_softmax import shares as shares_picture
from coursekit.scales import LinearScale, LogScale
from coursekit.softmax import hardmax, softmax
from coursekit.types import Array

LOGIT = LinearScale(-HIGHEST, HIGHEST)


def share_out(z0: float, z1: float, z2: float, z3: float) -> Shares:
    """Take four logits to their powers of e, and to their shares by softmax and hardmax."""
    z = np.array([z0, z1, z2, z3])
    return Shares(z, np.exp(z), softmax(z), hardmax(z))


def describe_shares(state: Shares) -> Words:
    """Say what each class gets, and who shares the largest logit."""
    first, *others = (int(i) for i in np.flatnonzero(state.z == state.z.max()))
    if others:
        tied = f"{', '.join(map(str, [first, *others][:-1]))} and {others[-1]}"
        who = f"Classes {tied} tie: softmax gives {number(state.soft[first])} to each, hardmax all to class {first}"
    else:
        who = f"Class {first} has the largest logit: {number(state.soft[first])} of softmax, all of hardmax"
    return Words(
        f"Softmax: {_list(state.soft)}; hardmax: {_list(state.hard)}",
        f"The logits {', '.join(f'{z:g}' for z in state.z)} have t = {_list(state.t)}, with the sum "
        f"{number(state.t.sum())}. {who}.",
    )


def heat(shift: float, temperature: float) -> Heated:
    """Shift the example's logits, and take their shares at a temperature."""
    z = np.array(Z) + shift
    return Heated(z, temperature, softmax(z / temperature))


def describe_heated(state: Heated) -> Words:
    """Say what the shares are, and how far they are from those without shift, and from hardmax and uniform."""
    change = np.abs(state.shares - softmax(np.array(Z) / state.temperature)).max()
    ratio = np.exp((Z[0] - Z[3]) / state.temperature)
    return Words(
        f"Shares at temperature {state.temperature:g}: {_list(state.shares)}",
        f"The logits are {', '.join(f'{z:.3g}' for z in state.z)}; the shift has changed no share by more than "
        f"{change:.6f}. Class 0 gets {number(ratio)} times what class 3 gets: e to the power of 2 / "
        f"{state.temperature:g}.",
    )


def share_between(z0: float, z1: float) -> Pair:
    """Take two logits to their shares."""
    z = np.array([z0, z1])
    return Pair(z, softmax(z))


def describe_pair(state: Pair) -> Words:
    """Say that the sigmoid of the difference is the share."""
    z, a = state
    difference = z[0] - z[1]
    return Words(
        f"softmax({z[0]:g}, {z[1]:g}): class 0 gets {number(a[0])} = sigmoid({difference:.3g})",
        f"Class 1 gets {number(a[1])} = sigmoid({0 - difference:.3g}). Only the difference of the logits counts: "
        f"{z[0] + 1:g} and {z[1] + 1:g} would give the same.",
    )


def _list(values: Array) -> str:
    return ", ".join(number(value) for value in values)


SOFTMAX_SHARES = Explorer(
    name="softmax-shares",
    title="What do softmax and hardmax make of four logits?",
    task="Let two classes tie for the largest logit. What does each of the two do with them? Then let all four "
    "tie.",
    controls=tuple(Slider(f"z{i}", LOGIT, z, f"logit of class {i}", steps=200) for i, z in enumerate(Z)),
    compute=share_out,
    picture=shares_picture,
    describe=describe_shares,
    marks=tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(4)),
    parts=(
        Part("two that tie", lambda _, state: np.sum(state.z == state.z.max()) == 2,
             "Softmax gives both the same, and hardmax gives all to the first: it has to choose.", {"z3": 5.0}),
        Part("four that tie", lambda _, state: np.ptp(state.z) == 0,
             "Each gets a quarter, whatever the logits are: only their differences count.",
             {"z1": 5.0, "z2": 5.0, "z3": 5.0}),
    ),
)  # fmt: skip

SOFTMAX_TEMPERATURE = Explorer(
    name="softmax-temperature",
    title="Which change of the logits does softmax notice?",
    task="Drag the shift to one end. Then take the temperature down to hardmax, and up to where all are equal.",
    controls=(
        Slider("shift", LinearScale(-10, 10), 0, "shift of all logits", steps=200),
        Slider("temperature", LogScale(0.1, 100), 1, "temperature T", steps=120),
    ),
    compute=heat,
    picture=heated_picture,
    describe=describe_heated,
    marks=(Along("x", "temperature", axes=1),),
    parts=(
        Part("a shift to the end", lambda values, _: abs(values["shift"]) > 9.5,
             "No share has moved: the same factor stands above and below the line, and cancels.", {"shift": 10.0}),
        Part("cold: hardmax", lambda _, state: state.shares.max() > 0.995,
             "Divided by a small T the differences grow, and the largest logit takes all.", {"temperature": 0.1}),
        Part("hot: all alike", lambda _, state: np.ptp(state.shares) < 0.02,
             "Divided by a large T the differences vanish, and so does what tells the classes apart.",
             {"temperature": 100.0}),
    ),
)  # fmt: skip

TWO_CLASSES = Explorer(
    name="two-classes",
    title="How many numbers decide between two classes?",
    task="Move both logits so that no share changes.",
    controls=tuple(Slider(f"z{i}", LOGIT, z, f"logit of class {i}", steps=200) for i, z in enumerate((1.3, -0.4))),
    compute=share_between,
    picture=pair_picture,
    describe=describe_pair,
    marks=tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(2)),
    parts=(
        Part("other logits with the same shares",
             lambda values, state: values["z0"] != 1.3 and abs(state.z[0] - state.z[1] - 1.7) < 1e-9,
             "One number decides between two classes, the difference: that is logistic regression.",
             {"z0": 2.3, "z1": 0.6}),
    ),
)  # fmt: skip
