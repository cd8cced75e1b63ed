"""A batch of five: move one, and see what becomes of the other four."""

from collections.abc import Mapping

import numpy as np

from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import Pieces, forward_pieces
from coursekit.lab.controls import Slider, Value
from coursekit.lab.explorer import Explorer, Touch, Words
from coursekit.lessons.batch_norm_step_by_step.picture_batchnorm_five import RANGE, Five, batch_of_five
from coursekit.scales import LinearScale

START = (2.0, 4.0, 5.0, 6.0, 8.0)


def normalize_five(z1: float, z2: float, z3: float, z4: float, z5: float) -> Five:
    """Normalise five numbers by their own mean and standard deviation.

    Parameters
    ----------
    z1, z2, z3, z4, z5 : float

    Returns
    -------
    Five
    """
    z, start = (_pieces(values) for values in ((z1, z2, z3, z4, z5), START))
    return Five(z.z[:, 0], z.z_norm[:, 0], float(z.mean[0]), float(np.sqrt(z.var[0])), start.z[:, 0],
                start.z_norm[:, 0])  # fmt: skip


def _pieces(values: tuple[float, ...]) -> Pieces:
    return forward_pieces(np.array(values)[:, None], [1.0], [0.0])


def describe_five(state: Five) -> Words:
    """Say what goes out, and whose output has moved though its z stayed."""
    moved = np.abs(state.z - state.start) > 1e-9
    outputs = ", ".join(f"{round(value, 2) + 0.0:.2f}" for value in state.out)
    others = np.sum((np.abs(state.out - state.start_out) > 0.005) & ~moved)
    steps = np.abs(state.out - state.start_out)[~moved]
    farthest = f", the farthest by {steps.max():.2f}" if others else ""
    return Words(
        f"z_norm = {outputs}",
        f"z = {', '.join(f'{value:.1f}' for value in state.z)}, with mean {state.mean:.2f} and standard deviation "
        f"{state.sd:.2f}. You have moved {moved.sum()} of 5; of those that you have not touched, {others} have another "
        f"output than at the start{farthest}. The largest output in size is {np.abs(state.out).max():.2f}.",
    )


def drag_a_point(touch: Touch, values: Mapping[str, Value]) -> dict[str, Value]:
    """Set the z of the point whose row is nearest to where the pointer was pressed, so that a drag keeps its point.

    Parameters
    ----------
    touch : Touch
        In the first axes, that of z; in the other one it sets nothing.
    values : mapping
        Where the sliders stand.

    Returns
    -------
    dict
        The new z of one example.
    """
    if touch.axes != 0:
        return {}
    row = int(np.clip(np.rint(touch.pressed[1]), 1, len(values)))
    return {f"z{row}": float(np.clip(touch.x, *RANGE))}


BATCH_OF_FIVE = Explorer(
    name="batch-of-five",
    title="What does one example do to the others?",
    task="Drag one point and find an output that stays. Then make one output as large as you can. Then move all five "
    "so that no output changes.",
    controls=tuple(
        Slider(f"z{i}", LinearScale(*RANGE), start, f"z of example {i}") for i, start in enumerate(START, start=1)
    ),
    compute=normalize_five,
    picture=batch_of_five,
    describe=describe_five,
    touch=drag_a_point,
)
