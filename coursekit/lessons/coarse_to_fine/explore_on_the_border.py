"""The best on the border: the same search in a range that ends too early, with and without moving the range."""

from collections.abc import Iterator

from coursekit.lab.controls import Checkbox, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.coarse_to_fine.explore_coarse_to_fine import compared
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import N_AGAIN, SPACE, Search
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import search as search_picture
from coursekit.scales import IntegerScale, LogScale
from coursekit.search import Space

N_ROUNDS, PER_ROUND, SHRINK, N_VALIDATION = 4, 6, 0.5, 300


def space_up_to(high: float) -> Space:
    """Return the space whose learning rates end at ``high``."""
    return Space(**{**SPACE.scales, "learning_rate": LogScale(0.001, high)})


def search_up_to(high: float, widen: bool, search: int) -> Iterator[Search]:
    """Zoom in a range that ends at ``high``; and, to compare, search it at random without leaving it."""
    yield from compared(search, N_ROUNDS, PER_ROUND, SHRINK, N_VALIDATION, space=space_up_to(high), widen=widen)


def describe_border(state: Search) -> Words:
    """Say how far each round's range goes, and what was found in it."""
    ends = [float(window.scales["learning_rate"].from_unit(1)) for window in state.windows]
    where = f"Best learning rate {state.best['learning_rate']:.2g}"
    sentence = (
        f"The range ends at {', '.join(f'{end:.2g}' for end in ends)}, round by round. By {state.scores.size} "
        f"trainings it found {state.scores.max():.3f}; random search within the first range found "
        f"{state.random_scores.max():.3f} by {state.random_scores.size}."
    )
    if not state.again.size:
        return Words(f"{where}: {state.scores.max():.3f} so far", sentence)
    return Words(
        f"{where}: {state.again.mean():.3f} again; random search: {state.random_again.mean():.3f} again",
        f"{sentence} Again: {N_AGAIN} trainings of each choice, with new seeds.",
    )


ON_THE_BORDER = Explorer(
    name="on-the-border",
    title="What if the best lies on the border?",
    task="Let the range end at 0.1 and watch where the windows go. Tick the box, so that the search moves its "
    "range when the best lies on the border. Then, without the box, find an end at which it is not needed.",
    controls=(
        Slider("high", LogScale(0.03, 10), 0.1, "highest rate", steps=40),
        Checkbox("widen", False, "move the range"),
        Slider("search", IntegerScale(1, 20), 1, "search number"),
    ),
    compute=search_up_to,
    picture=search_picture,
    describe=describe_border,
    marks=(Along("x", "high", axes=1),),
    parts=(
        Part("the range that moved",
             lambda values, state: values["widen"] and values["high"] <= 0.1 and state.best["learning_rate"] > 0.12,
             "It followed the best beyond the end that you had set, and found what the first range does not hold.",
             {"widen": True}),
        Part("an end at which no move is needed",
             lambda values, state: not values["widen"] and values["high"] < 3 and state.again.mean() > 0.93,
             "The good rates lie well inside of it, so nothing pushes against the border.", {"high": 0.548}),
    ),
)  # fmt: skip
