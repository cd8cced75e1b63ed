"""Why eps stands inside of the root: how much a feature that hardly varies is magnified."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.picture import BLUE, GREY, ORANGE, Picture, canvas, label, line, powers_of_ten
from coursekit.scales import LogScale

LOW, HIGH = -8, 0  # powers of ten of the sd


class Magnified(NamedTuple):
    """What batch norm makes of a feature with a given standard deviation.

    Attributes
    ----------
    sd, eps : float
    """

    sd: float
    eps: float

    @property
    def factors(self) -> tuple[float, float]:
        """What the feature is multiplied by, with eps inside of the root and outside."""
        return inside(self.sd, self.eps), outside(self.sd, self.eps)


def inside(sd: Any, eps: float) -> Any:
    """Return 1 / sqrt(var + eps), for numbers or arrays."""
    return 1 / np.sqrt(sd**2 + eps)


def outside(sd: Any, eps: float) -> Any:
    """Return 1 / (sqrt(var) + eps), for numbers or arrays."""
    return 1 / (sd + eps)


FORMS = (("inside: 1 / √(σ² + ε)", BLUE, "-", "o", inside), ("outside: 1 / (σ + ε)", ORANGE, "--", "D", outside))


def eps_inside_or_outside() -> Picture:
    """Show the factor over the feature's sd, and the sd that is left after normalising, for both forms."""
    figure, (left, right) = canvas(1000, 400, columns=2)
    for ax in (left, right):
        powers_of_ten(ax, LOW, HIGH)
        ax.set_xlabel("sd of z (log axis)")
    left.set_xlim(10.0**LOW * 0.7, 1.5)
    right.set_xlim(10.0**LOW * 0.7, 1.5)
    left.set(yscale="log", ylim=(0.5, 3e8), ylabel="z is multiplied by (log axis)")
    right.set(ylim=(-0.04, 1.12), ylabel="sd of z_norm")
    right.axhline(1, color=GREY, linewidth=1, linestyle=":")
    label(right, 2e-8, 1.05, "what one expects: 1", color=GREY)
    curves = [_curves(left, right, color, dash) for _, color, dash, _, _ in FORMS]
    dots = [line(ax, color, marker=marker, markersize=11, linestyle="")
            for _, color, _, marker, _ in FORMS for ax in (left, right)]  # fmt: skip
    names = [label(left, 0.985, 0.93 - 0.08 * i, color=color, ha="right", transform=left.transAxes)
             for i, (_, color, *_) in enumerate(FORMS)]  # fmt: skip
    sds = 10 ** np.linspace(LOW, HIGH, 200)

    def move(state: Magnified) -> None:
        for i, (name, *_, factor) in enumerate(FORMS):
            at_each, here = factor(sds, state.eps), factor(state.sd, state.eps)
            curves[i][0].set_data(sds, at_each)
            curves[i][1].set_data(sds, at_each * sds)
            dots[2 * i].set_data([state.sd], [here])
            dots[2 * i + 1].set_data([state.sd], [here * state.sd])
            names[i].set_text(f"{name} = {here:,.0f}" if here >= 100 else f"{name} = {here:.3g}")

    moving = [*(curve for pair in curves for curve in pair), *dots, *names]
    return Picture(figure, move, moving, ghosts=moving[:8])


def _curves(left: Axes, right: Axes, color: str, dash: str) -> tuple:  # type: ignore[type-arg]
    return tuple(line(ax, color, linewidth=2.5, linestyle=dash) for ax in (left, right))


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
