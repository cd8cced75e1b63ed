"""The best on the border: the same search in a range that ends too early, with and without moving the range."""

from collections.abc import Iterator

import numpy as np

from coursekit.explorers.coarse_to_fine import deal, outcome, rounds
from coursekit.explorers.controls import Checkbox, Slider
from coursekit.explorers.declare import Explorer, Words
from coursekit.figures.coarse_to_fine import N_AGAIN, SPACE, Search
from coursekit.figures.coarse_to_fine import search as search_picture
from coursekit.scales import IntegerScale, LogScale
from coursekit.search import Space

N_ROUNDS, PER_ROUND, SHRINK, N_VALIDATION = 4, 6, 0.5, 300


def space_up_to(high: float) -> Space:
    """Return the space whose learning rates end at ``high``."""
    return Space(**{**SPACE.scales, "learning_rate": LogScale(0.001, high)})


def search_up_to(high: float, widen: bool, search: int) -> Iterator[Search]:
    """Zoom in a range that ends at ``high``; and, to compare, search it at random without leaving it."""
    space, (chosen_by, _) = space_up_to(high), deal(N_VALIDATION, search)
    plain = list(rounds(search, N_ROUNDS, PER_ROUND, None, N_VALIDATION, space=space))
    random_scores = np.concatenate([each.right[:, chosen_by].mean(axis=-1) for each in plain])
    done = []
    for each in rounds(search, N_ROUNDS, PER_ROUND, SHRINK, N_VALIDATION, space=space, widen=widen):
        done.append(each)
        state = Search(
            settings=[each.settings for each in done],
            scores=np.stack([each.right[:, chosen_by].mean(axis=-1) for each in done]),
            windows=[each.space for each in done],
            random_scores=random_scores, n_rounds=N_ROUNDS, shrink=SHRINK, n_validation=N_VALIDATION,
        )  # fmt: skip
        yield state
    found, randomly = (outcome(each, N_VALIDATION, search) for each in (done, plain))
    yield state._replace(again=found.again, test=found.test, random_again=randomly.again, random_test=randomly.test)


def describe_border(state: Search) -> Words:
    """Say how far each round's range goes, and what was found in it."""
    ends = [float(window.scales["learning_rate"].from_unit(1)) for window in state.windows]
    again = state.again.mean() if state.again.size else state.scores.max()
    return Words(
        f"Best learning rate {state.best['learning_rate']:.2g}: {again:.3f}{' again' if state.again.size else ''}",
        f"The range ends at {', '.join(f'{end:.2g}' for end in ends)}, round by round. Random search within the first "
        f"range found {state.random_scores.max():.3f}; the best, of {state.scores.size} trainings, "
        f"{state.scores.max():.3f}. Again: {N_AGAIN} trainings with new seeds.",
    )


ON_THE_BORDER = Explorer(
    name="on-the-border",
    title="What if the best lies on the border?",
    task="Let the range end at 0.1 and watch where the windows go. Then let the search move its range when the best "
    "lies on the border.",
    controls=(
        Slider("high", LogScale(0.03, 10), 0.1, "range of the rate: up to", steps=40),
        Checkbox("widen", False, "move the range when the best is on its border"),
        Slider("search", IntegerScale(1, 20), 1, "search number"),
    ),
    compute=search_up_to,
    picture=search_picture,
    describe=describe_border,
)
