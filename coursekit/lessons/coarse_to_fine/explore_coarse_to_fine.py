"""Coarse to fine, live on digits: zoom in around the best setting, then train it again and see what it was worth."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.datasets import Split, digits
from coursekit.lab.controls import Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.task import Part
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import N_AGAIN, SPACE, Search
from coursekit.lessons.coarse_to_fine.picture_coarse_to_fine import search as search_picture
from coursekit.network import Network, forward, init_network
from coursekit.optimizers import momentum
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.search import Setting, Space
from coursekit.training import fit
from coursekit.types import Array

N_EPOCHS = 2
N_HELD_OUT = 597
BORDER = 0.25  # the outer quarter, as six trainings are too few to hit a narrower border often


@lru_cache(maxsize=16)
def held_out_split(search: int = 0) -> Split:
    """Return the 1,200 digits to train on and the 597 to judge by, split anew for each search."""
    return digits(np.random.default_rng([search, 8]))


def train(
    settings: Sequence[Setting], seed: int | Sequence[int], *, search: int = 0, n_epochs: int = N_EPOCHS
) -> NDArray[np.bool_]:
    """Train a network 64-32-10 at each setting, all as one stack, and judge each on a search's 597 held-out digits."""
    rng, data = np.random.default_rng(seed), held_out_split(search)
    rates, momenta = (np.array([setting[name] for setting in settings]) for name in ("learning_rate", "momentum"))
    network = Network([64, 32, 10])
    start = init_network(network, rng, n_models=len(settings))
    parameters, _ = fit(network, start, data.X_train, data.y_train, learning_rate=rates, momentum=momenta,
                        n_epochs=n_epochs, optimizer=momentum, rng=rng)  # fmt: skip
    z, _ = forward(network, parameters, data.X_test)
    right: NDArray[np.bool_] = z.argmax(axis=-1) == data.y_test
    return right


def deal(n_validation: int, search: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Deal the held-out digits out: ``n_validation`` to choose by, and all others to test the choice."""
    order = np.random.default_rng([search, 9]).permutation(N_HELD_OUT)
    return order[:n_validation], order[n_validation:]


class Round(NamedTuple):
    """A round of a search: the space that it looked through, its settings, and what each network gets right."""

    space: Space
    settings: list[Setting]
    right: NDArray[np.bool_]


def rounds(
    search: int, n_rounds: int, per_round: int, shrink: float | None, n_validation: int, *, space: Space = SPACE,
    widen: bool = False,
) -> Iterator[Round]:  # fmt: skip
    """Search round by round: each looks closer around the best setting so far."""
    rng, (chosen_by, _) = np.random.default_rng([search, 0]), deal(n_validation, search)
    settings: list[Setting] = []
    scores: list[float] = []
    for i in range(n_rounds):
        if i and shrink is not None:
            space = _next(space, settings[int(np.argmax(scores))], shrink, widen=widen)
        drawn = space.random(per_round, rng)
        right = train(drawn, [search, 1, i], search=search)
        settings += drawn
        scores += right[:, chosen_by].mean(axis=-1).tolist()
        yield Round(space, drawn, right)


def _next(space: Space, best: Setting, shrink: float, *, widen: bool) -> Space:
    zoom = space.zoom(best, shrink, border=BORDER)
    if not (widen and "learning_rate" in zoom.on_border):
        return zoom.space
    return moved(space, best["learning_rate"])


def moved(space: Space, rate: float) -> Space:
    """Move the range of the learning rate, as wide as it is, so that ``rate`` is its middle: it may leave the old one.

    Examples
    --------
    >>> moved(Space(learning_rate=LogScale(0.001, 0.1)), 0.1)
    Space(learning_rate=LogScale(low=0.01, high=1.0))
    """
    scale: Any = space.scales["learning_rate"]
    half = np.sqrt(scale.high / scale.low)
    low, high = (float(end) for end in np.clip([rate / half, rate * half], 0.001, 10))
    return Space(**{**space.scales, "learning_rate": LogScale(low, high)})


class Outcome(NamedTuple):
    """What a search found, and what became of it.

    Attributes
    ----------
    setting : dict
        The best, by its score.
    found : float
        That score.
    again : array, shape (r,)
        The scores of the same setting with new seeds, on the same digits.
    test : float
        Their mean accuracy on the digits that nothing was chosen by.
    """

    setting: Setting
    found: float
    again: Array
    test: float


def outcome(done: Sequence[Round], n_validation: int, search: int) -> Outcome:
    """Take the best of all rounds, and train it again with new seeds."""
    chosen_by, others = deal(n_validation, search)
    settings = [setting for each in done for setting in each.settings]
    scores = np.concatenate([each.right[:, chosen_by].mean(axis=-1) for each in done])
    best = settings[int(np.argmax(scores))]
    right = train([best] * N_AGAIN, [search, 2], search=search)
    return Outcome(best, float(scores.max()), right[:, chosen_by].mean(axis=-1), float(right[:, others].mean()))


def compared(
    search: int, n_rounds: int, per_round: int, shrink: float, n_validation: int, *, space: Space = SPACE,
    widen: bool = False,
) -> Iterator[Search]:  # fmt: skip
    """Follow a search round by round, beside a random search of the same size; at last train what each found again."""
    chosen_by, _ = deal(n_validation, search)
    plain = list(rounds(search, n_rounds, per_round, None, n_validation, space=space))
    random_scores = np.concatenate([each.right[:, chosen_by].mean(axis=-1) for each in plain])
    done: list[Round] = []
    for each in rounds(search, n_rounds, per_round, shrink, n_validation, space=space, widen=widen):
        done.append(each)
        state = Search(
            settings=[each.settings for each in done],
            scores=np.stack([each.right[:, chosen_by].mean(axis=-1) for each in done]),
            windows=[each.space for each in done],
            random_scores=random_scores, n_rounds=n_rounds, shrink=shrink, n_validation=n_validation,
        )  # fmt: skip
        yield state
    found, randomly = (outcome(each, n_validation, search) for each in (done, plain))
    yield state._replace(again=found.again, test=found.test, random_again=randomly.again, random_test=randomly.test)


def coarse_to_fine(n_rounds: int, shrink: float, per_round: int, n_validation: int, search: int) -> Iterator[Search]:
    """Zoom, beside a random search of the same size."""
    yield from compared(search, n_rounds, per_round, shrink, n_validation)


def describe_search(state: Search) -> Words:
    """Say what the search found, and what is left of it with new seeds."""
    best, n = state.best, state.scores.size
    where = f"learning rate {best['learning_rate']:.2g}, momentum {best['momentum']:.2g}"
    in_rounds = f"{len(state.settings)} of {state.n_rounds} round{'s' * (state.n_rounds > 1)}"
    done = f"{in_rounds}, {n} trainings, each window {state.shrink:g} as wide"
    if not state.again.size:
        return Words(f"Best score so far: {state.scores.max():.3f}", f"After {done}: {where}.")
    return Words(
        f"Found {state.scores.max():.3f}; again {state.again.mean():.3f}; other digits {state.test:.3f}",
        f"After {done}: {where}, chosen by {state.n_validation} digits. Again: the mean of {N_AGAIN} trainings with "
        f"new seeds. Random search, {n} trainings: found {state.random_scores.max():.3f}, again "
        f"{state.random_again.mean():.3f}, other digits {state.random_test:.3f}.",
    )


def _fall(state: Search) -> float:
    return float(state.scores.max() - state.again.mean())


COARSE_TO_FINE = Explorer(
    name="coarse-to-fine",
    title="How fast may you zoom in?",
    task="Take searches 1 to 5 at shrink 0.05: find one in which zoom ends far below random, again. Then choose by "
    "30 digits, and find a best that falls far; then by 300, and find one that hardly falls.",
    controls=(
        Slider("n_rounds", IntegerScale(1, 5), 4, "rounds"),
        Slider("shrink", LinearScale(0.05, 1), 0.5, "shrink factor", steps=19),
        Slider("per_round", IntegerScale(3, 10), 6, "trainings a round"),
        Slider("n_validation", IntegerScale(30, 300), 50, "digits to choose by"),
        Slider("search", IntegerScale(1, 20), 1, "search number"),
    ),
    compute=coarse_to_fine,
    picture=search_picture,
    describe=describe_search,
    parts=(
        Part("a zoom that was too fast",
             lambda values, state: values["shrink"] < 0.06 and state.again.mean() < state.random_again.mean() - 0.02,
             "It shut itself into a corner after six trainings, and nothing better could be found there.",
             {"shrink": 0.05, "search": 5}),
        Part("a best that falls far", lambda values, state: values["n_validation"] <= 40 and _fall(state) > 0.03,
             "By 30 digits the best score holds points of luck, and luck does not come again with new seeds.",
             {"n_validation": 30, "search": 4}),
        Part("a best that hardly falls", lambda values, state: values["n_validation"] >= 280 and _fall(state) < 0.025,
             "Among ten times as many digits there is less luck, so what is found is nearly what it is worth.",
             {"n_validation": 300, "search": 5}),
    ),
)  # fmt: skip
