"""Where softmax overflows, and how that is cured."""

import numpy as np

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.softmax.picture_overflow import FURTHEST, PRECISIONS, Overflow, largest_exponent
from coursekit.lessons.softmax.picture_overflow import overflow as overflow_picture
from coursekit.lessons.softmax.picture_softmax import Z, number
from coursekit.scales import IntegerScale
from coursekit.softmax import softmax


def shift_far(shift: int) -> Overflow:
    """Compute the shares of the shifted example both ways, in both precisions."""
    logits = [(np.array(Z) + shift).astype(precision) for _, precision in PRECISIONS]
    with np.errstate(all="ignore"):
        powers = [np.exp(z) for z in logits]
        naive = [t / t.sum() for t in powers]
    return Overflow(shift, np.array(naive, float), np.array([softmax(z) for z in logits], float))


def describe_overflow(state: Overflow) -> Words:
    """Say which of the four computations still give shares."""
    says = [f"{name} {'gives ' + number(naive[0]) if np.allclose(naive, safe, atol=5e-4) else 'breaks'}"
            for (name, _), naive, safe in zip(PRECISIONS, state.naive, state.safe, strict=True)]  # fmt: skip
    power = largest_exponent(state.shift)
    return Words(
        f"Shift {state.shift}: naive {', naive '.join(says)}",
        f"The largest t is e to the power {max(Z) + state.shift:g}, about 10 to the power {power:.0f}. With the "
        f"largest logit taken off first it is 1, and class 0 gets {state.safe[0, 0]:.3f} in float32 and "
        f"{state.safe[1, 0]:.3f} in float64.",
    )


SOFTMAX_OVERFLOW = Explorer(
    name="softmax-overflow",
    title="How far can logits go before softmax breaks?",
    task="Find the largest shift that naive float32 survives, and the one for float64. And the smallest ones?",
    controls=(Slider("shift", IntegerScale(-FURTHEST, FURTHEST), 0, "shift of all logits"),),
    compute=shift_far,
    picture=overflow_picture,
    describe=describe_overflow,
)
