"""Why eps stands inside of the root: how much a feature that hardly varies is magnified."""

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.batch_norm_step_by_step.picture_batchnorm_eps import Magnified, eps_inside_or_outside
from coursekit.scales import LogScale


def describe_magnified(state: Magnified) -> Words:
    """Say by how much each form magnifies, and what sd it leaves."""
    within, without = state.factors
    return Words(
        f"Inside the root × {_short(within)}, outside × {_short(without)}",
        f"A feature with sd {_short(state.sd)}, and ε = {_short(state.eps)}. With ε inside the root, z_norm has sd "
        f"{within * state.sd:.3f} and variance {(within * state.sd) ** 2:.3f}, and no feature is multiplied by more "
        f"than {_short(state.eps**-0.5)}. With ε outside, sd {without * state.sd:.3f}, and the most is "
        f"{_short(1 / state.eps)}.",
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


EPS_PLACE = Explorer(
    name="eps-place",
    title="How much does batch norm magnify a feature that hardly varies?",
    task="With ε = 0.00001, find the sd at which z_norm has variance 0.5. Then take the sd down to a millionth and "
    "compare the two forms.",
    controls=(
        Slider("sd", LogScale(1e-8, 1), 0.1, "sd of z (log)", steps=160),
        Slider("eps", LogScale(1e-8, 1e-1), 1e-5, "ε (log)", steps=140),
    ),
    compute=Magnified,
    picture=eps_inside_or_outside,
    describe=describe_magnified,
)
