"""What softmax makes of logits: shares; what it notices; and why two classes need one logit."""

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
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
    task="Let two classes tie for the largest logit. What does each of the two do with them?",
    controls=tuple(Slider(f"z{i}", LOGIT, z, f"logit of class {i}", steps=200) for i, z in enumerate(Z)),
    compute=share_out,
    picture=shares_picture,
    describe=describe_shares,
    marks=tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(4)),
)

SOFTMAX_TEMPERATURE = Explorer(
    name="softmax-temperature",
    title="Which change of the logits does softmax notice?",
    task="Drag the shift from end to end. Then take the temperature down to hardmax, and up to where all are equal.",
    controls=(
        Slider("shift", LinearScale(-10, 10), 0, "shift of all logits", steps=200),
        Slider("temperature", LogScale(0.1, 100), 1, "temperature T", steps=120),
    ),
    compute=heat,
    picture=heated_picture,
    describe=describe_heated,
    marks=(Along("x", "temperature", axes=1),),
)

TWO_CLASSES = Explorer(
    name="two-classes",
    title="How many numbers decide between two classes?",
    task="Move both logits so that no share changes.",
    controls=tuple(Slider(f"z{i}", LOGIT, z, f"logit of class {i}", steps=200) for i, z in enumerate((1.3, -0.4))),
    compute=share_between,
    picture=pair_picture,
    describe=describe_pair,
    marks=tuple(Along("x", f"z{i}", within=(i - 0.5, i + 0.5)) for i in range(2)),
)
