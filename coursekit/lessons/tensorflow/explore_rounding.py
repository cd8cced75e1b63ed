"""Where gradient descent comes to rest: not at the minimum, but where its steps round away."""

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.tensorflow.picture_rounding import Rested, rest
from coursekit.lessons.tensorflow.rounding import PRECISIONS, descend_until_still
from coursekit.scales import LogScale


def descend(learning_rate: float, precision: str) -> Rested:
    """Descend on J(w) = w^2 - 10 w + 25 from 0 until w rests."""
    return Rested(learning_rate, precision, descend_until_still(learning_rate, precision))


def describe_rest(state: Rested) -> Words:
    """Say where it rests, how far from 5, and why."""
    w, step, half_gap = (each[-1] for each in state.path)
    n_steps, error = len(state.path.w) - 1, abs(float(w) - 5)
    where = f"{error:.1e} from 5" if error else "at 5 exactly"
    why = "the slope is 0 there" if step == 0 else f"the next step would be {step:.2e}, half a gap is {half_gap:.2e}"
    return Words(
        f"After {n_steps:,} step{'s' * (n_steps != 1)} w rests, {where}",
        f"{state.precision}, learning rate {state.learning_rate:.3g}: w = {w!s}; {why}.",
    )


ROUNDED_AWAY = Explorer(
    name="rounded-away",
    title="Where does gradient descent come to rest?",
    task="Make the rate ten times smaller. Does w rest nearer to 5, or farther? Then choose float16: where does it "
    "rest at a rate of 0.001? Leave the rate, and keep only w in float32: how near does it come now?",
    controls=(
        Slider("learning_rate", LogScale(0.001, 0.4), 0.01, "learning rate"),
        Dropdown("precision", tuple(PRECISIONS), "float32", "numbers"),
    ),
    compute=descend,
    picture=rest,
    describe=describe_rest,
)
