"""Grid against random on an objective whose two hyperparameters matter more and less."""

from functools import lru_cache

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.task import Part
from coursekit.lessons.random_beats_grid.picture_random_grid import ENDS, HALTON, MIDPOINTS, RANDOM, Search, share_won
from coursekit.lessons.random_beats_grid.picture_random_grid import search as search_picture
from coursekit.scales import IntegerScale, LinearScale
from coursekit.search.layouts import Score, compare, distance_to_nearest, grid_points, halton
from coursekit.types import Array

N_SEARCHES = 4000
CURVE_AT = np.linspace(0, 1, 21)


@lru_cache
def searches(n: int) -> tuple[Array, Array, Array]:
    """Draw many optima, and for each of them a random search and a shifted Halton set of ``n`` trials.

    Examples
    --------
    >>> [array.shape for array in searches(4)]
    [(4000, 2), (4000, 4, 2), (4000, 4, 2)]
    """
    rng = np.random.default_rng(n)
    optima, random = rng.random((N_SEARCHES, 2)), rng.random((N_SEARCHES, n, 2))
    return optima, random, (halton(n) + rng.random((N_SEARCHES, 1, 2))) % 1


def play(n_per_axis: int, kind: str, relevance: float) -> tuple[Score, ...]:
    """Let the three layouts look for every optimum.

    Examples
    --------
    >>> play(5, MIDPOINTS, 1.0)[0].second > 2500  # the grid wins more than 2,500 of 4,000
    True
    """
    optima, random, quasi = searches(n_per_axis**2)
    layouts = grid_points(n_per_axis, ends=kind == ENDS), random, quasi
    grid, at_random, shifted = (distance_to_nearest(points, optima, [1, relevance]) for points in layouts)
    return compare(at_random, grid), compare(shifted, grid), compare(shifted, at_random)


@lru_cache
def _curves(n_per_axis: int, kind: str) -> Array:
    shares = [[share_won(score) for score in play(n_per_axis, kind, at)[:2]] for at in CURVE_AT]
    return np.array(shares).T


def look_for_it(relevance: float, kind: str, n_per_axis: int, number: int) -> Search:
    """Lay out one search in three ways, and count who wins many of them."""
    optima, random, quasi = searches(n_per_axis**2)
    points = grid_points(n_per_axis, ends=kind == ENDS), random[number], quasi[number]
    optimum = optima[number]
    distances = [distance_to_nearest(each, optimum[None], [1, relevance])[0] for each in points]
    return Search(kind, relevance, number, optimum, points, np.array(distances),
                  play(n_per_axis, kind, relevance), CURVE_AT, _curves(n_per_axis, kind))  # fmt: skip


def describe_search(state: Search) -> Words:
    """Say who wins how often, and what each layout tries of the first hyperparameter."""
    random, halton_, against_random = (share_won(score) for score in state.scores)
    n = len(state.points[0])
    values = [len(np.unique(points[:, 0])) for points in state.points]
    near = [f"{distance:.3f}" for distance in state.distances]
    return Words(
        f"Closer than the grid: random in {random:.0%}, Halton in {halton_:.0%} of {N_SEARCHES:,} searches",
        f"{n} trials each: the grid ({state.kind}) tries {values[0]} values of the first hyperparameter, the others "
        f"{values[RANDOM]}. A step along the second counts {state.relevance:.2f} of one along the first. Halton is "
        f"closer than random in {against_random:.0%}. In search {state.number} the nearest trial is {near[0]} (grid), "
        f"{near[RANDOM]} (random) and {near[HALTON]} (Halton) from the best setting.",
    )


RANDOM_GRID = Explorer(
    name="random-grid",
    title="Who comes closer to the best setting?",
    task="Find how much the second must count for random and the midpoint grid to be level. Then take the grid with "
    "ends: can it beat Halton anywhere?",
    controls=(
        Slider("relevance", LinearScale(0, 1), 0, "second counts"),
        Dropdown("kind", (MIDPOINTS, ENDS), MIDPOINTS, "grid"),
        Slider("n_per_axis", IntegerScale(2, 8), 5, "values per axis"),
        Slider("number", IntegerScale(1, 100), 1, "search number"),
    ),
    compute=look_for_it,
    picture=search_picture,
    describe=describe_search,
    marks=(Along("x", "relevance", axes=3),),
    parts=(
        Part("where random and the grid are level",
             lambda values, state: (values["kind"] == MIDPOINTS and values["n_per_axis"] == 5
                                    and abs(share_won(state.scores[0]) - 0.5) < 0.015),
             "Where the second counts more, the even grid is closer more often; where it counts less, random is.",
             {"relevance": 0.26}),
        Part("the grid with ends at its best", lambda values, _: values["kind"] == ENDS and values["relevance"] > 0.95,
             "It spends its outer trials on the border: even where both count alike, Halton comes closer more often.",
             {"kind": ENDS, "relevance": 1.0}),
    ),
)  # fmt: skip
