"""Plan a search, hear what the lessons object, and run it: live, as one stack of networks."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lab.marks import Along
from coursekit.lab.picture import BLUE, GREY, INK, ORANGE, Picture, canvas, label, line, powers_of_ten
from coursekit.lab.task import Part
from coursekit.lessons.tune_a_real_network.advice import Objection, objections, on_borders
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTA, N_TRIALS, UNITS, sets_of, train, unscaled
from coursekit.scales import IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Setting, Space
from coursekit.types import Array

LOWEST, HIGHEST = -6, 1
MOST_LINES = 6
AT_WORK = 0.9


class Planned(NamedTuple):
    """A plan, its trials as far as they have come, and what is held against it.

    Attributes
    ----------
    rates, memories : array, shape (n,)
        The learning rate of each trial, and the 1 / (1 - momentum) of it.
    chosen_by : str
        The set whose accuracy the scores are.
    scores : array, shape (n,)
        nan before the first epoch.
    epoch, n_epochs : int
        How far they are.
    again : array, shape (r,)
        The validation accuracies of the winner with new seeds; empty before the end.
    n_again : int
        How many there will be.
    ends : (float, float)
        The range of the learning rates.
    objections : sequence of Objection
    """

    rates: Array
    memories: Array
    chosen_by: str
    scores: Array
    epoch: int
    n_epochs: int
    again: Array
    n_again: int
    ends: tuple[float, float]
    objections: Sequence[Objection]

    @property
    def progress(self) -> float:
        """The share of the work that is done."""
        return (self.epoch + self.again.size) / (self.n_epochs + self.n_again)

    @property
    def best(self) -> int | None:
        """The trial with the highest score so far."""
        return int(np.nanargmax(self.scores)) if np.isfinite(self.scores).any() else None


def plan() -> Picture:
    """Show the trials as rate and memory, their scores over the rate, and a line for each objection."""
    figure, axes = canvas(1000, 520, rows=2, columns=2, height_ratios=(2, 1))
    (left, right), (below, gone) = axes
    grid = below.get_gridspec()
    below.remove()
    gone.remove()
    below = figure.add_subplot(grid[1, :])
    for ax in (left, right):
        powers_of_ten(ax, LOWEST, HIGHEST)
        ax.set_xlabel("learning rate (log axis)")
    left.set(yscale="log", ylim=(1.6, 1500), ylabel="memory, 1 / (1 \u2212 momentum)")
    left.set(title=f"where the trials lie (large: above {AT_WORK})")
    left.set_yticks([2, 10, 100, 1000], ["2", "10", "100", "1000"])
    left.minorticks_off()
    right.set(ylim=(-0.02, 1.04), ylabel="accuracy", title="what they come to")
    below.set(xlim=(0, 1), ylim=(MOST_LINES + 0.6, -0.4), xticks=[], yticks=[])
    below.spines[:].set_visible(False)
    edges = [line(ax, GREY, linestyle=":", linewidth=1.2) for ax in (left, right)]
    there = line(left, BLUE, marker="o", markersize=8, linestyle="", markeredgecolor="white")
    good = line(left, BLUE, marker="o", markersize=13, linestyle="", markeredgecolor="white")
    dots = line(right, BLUE, marker="o", markersize=8, linestyle="", markeredgecolor="white")
    stars = [line(ax, INK, marker="*", markersize=17, linestyle="", markeredgecolor="white") for ax in (left, right)]
    again = line(right, ORANGE, marker="D", markersize=7, linestyle="", markeredgecolor="white")
    says = label(below, 1, 0, color=INK, va="center", ha="right", size=12)
    head = label(below, 0, 0, color=INK, size=12, fontweight="bold", va="center")
    lines = [label(below, 0, i + 1, color=INK, va="center") for i in range(MOST_LINES)]

    def move(state: Planned) -> None:
        low, high = state.ends
        for edge, (bottom, top) in zip(edges, ((1.6, 1500), (-0.02, 1.04)), strict=True):
            edge.set_data([low, low, np.nan, high, high], [bottom, top, np.nan, bottom, top])
        there.set_data(state.rates, state.memories)
        at_work = np.nan_to_num(state.scores) > AT_WORK
        good.set_data(state.rates[at_work], state.memories[at_work])
        dots.set_data(state.rates, state.scores)
        best = state.best
        place = [] if best is None else [best]
        stars[0].set_data(state.rates[place], state.memories[place])
        stars[1].set_data(state.rates[place], state.scores[place])
        again.set_data(np.full(state.again.size, state.rates[place[0]] if place else 1), state.again)
        says.set_text(_says(state))
        n = len(state.objections)
        head.set_text(f"{n} objection{'s' * (n != 1)}" + " to this plan" * (n > 0) + ": go ahead" * (n == 0))
        shown = [f"{each.lesson}  {each.words}" for each in state.objections]
        if n > MOST_LINES:
            shown = [*shown[: MOST_LINES - 1], f"and {n - MOST_LINES + 1} more"]
        for artist, text in zip(lines, [*shown, *[""] * (MOST_LINES - len(shown))], strict=True):
            artist.set_text(text)

    moving = [*edges, there, good, dots, *stars, again, says, head, *lines]
    return Picture(figure, move, moving, ghosts=[there, dots])


def _says(state: Planned) -> str:
    if state.best is None:
        return f"{len(state.rates)} trials, not trained yet"
    return f"epoch {state.epoch} of {state.n_epochs}, {state.chosen_by} set; star: the best"


SEED, SPLIT = 15, 20  # the lesson's test set is sealed, and the stored tables are of the splits 0 to 19
N_EPOCHS = 6
LOG, LINEAR, BY_MEMORY = "log", "linear", "ratios of 1 / (1 \u2212 momentum)"
FIELDS = {"validation": "validation", "training": "train", "test": "test"}


def the_space(low: float, high: float, rate_scale: str, momentum_scale: str) -> Space:
    """Make the space of a plan."""
    return Space(
        learning_rate=(LogScale if rate_scale == LOG else LinearScale)(low, high),
        momentum=(LinearScale if momentum_scale == LINEAR else ReverseLogScale)(*MOMENTA),
        units=IntegerScale(*UNITS),
    )


def lay_out(space: Space, layout: str, n_trials: int) -> list[Setting]:
    """Draw the settings; or lay a grid with as many values of each as n trials allow."""
    if layout == "grid":
        return space.grid(max(1, int(n_trials ** (1 / len(space.scales)) + 1e-9)))
    return space.random(n_trials, np.random.default_rng([SEED, 5]))


def planned(  # noqa: PLR0917 - the controls, and what a plan of one's own may set besides
    rate_scale: str, high: float, normalized: bool, n_again: int, low: float = 1e-5, momentum_scale: str = BY_MEMORY,
    layout: str = "random", n_trials: int = N_TRIALS, batch_size: int = 50, batch_norm: bool = True,
    chosen_by: str = "validation", n_epochs: int = N_EPOCHS, n_digits: int | None = None,
) -> Iterator[Planned]:  # fmt: skip
    """Say what the lessons object; then train all trials at once, on all digits or some, and the winner again."""
    space = the_space(low, high, rate_scale, momentum_scale)
    settings = lay_out(space, layout, n_trials)
    against = objections(space, n_trials=len(settings), layout=layout, batch_size=batch_size, batch_norm=batch_norm,
                         normalized=normalized, chosen_by=chosen_by, n_again=n_again)  # fmt: skip
    rates, memories = np.array([(each["learning_rate"], 1 / (1 - each["momentum"])) for each in settings]).T
    state = Planned(rates, memories, chosen_by, np.full(len(settings), np.nan), 0, n_epochs, np.empty(0), n_again,
                    (low, high), against)  # fmt: skip
    yield state
    sets = sets_of(SPLIT) if normalized else unscaled(sets_of(SPLIT))
    sets = sets._replace(X_train=sets.X_train[:n_digits], y_train=sets.y_train[:n_digits])
    how: dict[str, Any] = {"optimizer": ADAM, "n_epochs": n_epochs, "batch_size": batch_size, "batch_norm": batch_norm}
    rngs = [np.random.default_rng([SEED, 2, i]) for i in range(len(settings))]
    for epoch, scores in enumerate(train(settings, rngs, sets, **how), start=1):
        state = state._replace(scores=getattr(scores, FIELDS[chosen_by]), epoch=epoch)
        if epoch == n_epochs:
            state = state._replace(objections=[*against, *on_borders(space, settings, state.scores)])
        yield state
    best = settings[state.best or 0]
    for repeat in range(1, n_again + 1):
        *_, scores = train([best], [np.random.default_rng([SEED, 4, repeat])], sets, order=repeat, **how)
        state = state._replace(again=np.append(state.again, scores.validation))
        yield state


def describe_plan(state: Planned) -> Words:
    """Say how many object and who, and what the search came to."""
    n = len(state.objections)
    lessons = ", ".join(dict.fromkeys(each.lesson for each in state.objections))
    who = f"{n} objection{'s' * (n != 1)}" + f", of lesson{'s' * (',' in lessons)} {lessons}" * (n > 0)
    median = np.median(state.scores)
    if state.best is None:
        return Words(who, f"{len(state.rates)} trials are planned, and none is trained yet.")
    best = f"best {state.scores[state.best]:.3f} at a rate of {state.rates[state.best]:.2g}"
    came = f"{len(state.rates)} trials, epoch {state.epoch} of {state.n_epochs}, {state.chosen_by} set: {best}"
    if state.again.size:
        again = f" Again, {state.again.size} times with new seeds: {state.again.mean():.3f} on the validation set."
    else:
        again = ""
    low, high = state.ends
    return Words(
        who,
        f"{came}, half above {median:.3f}. Memories from {state.memories.min():.1f} to {state.memories.max():.0f} "
        f"steps, rates from {low:.2g} to {high:.2g}.{again}",
    )


PLAN = Explorer(
    name="plan-a-search",
    title="Which of your choices would the lessons object to?",
    task="Read the objections, and change the plan until nobody objects. Press Start. Then contradict one lesson "
    "at a time: which objection comes true here, and which does not?",
    controls=(
        Dropdown("rate_scale", (LOG, LINEAR), LINEAR, "scale of the rate"),
        Slider("high", LogScale(1e-3, 10), 1, "rates end at", steps=40),
        Checkbox("normalized", start=False, label="inputs normalized"),
        Slider("n_again", IntegerScale(0, 5), 0, "winner again, times"),
    ),
    compute=planned,
    picture=plan,
    describe=describe_plan,
    quick={"n_epochs": 1, "n_digits": 100},
    waits=True,
    marks=(Along("x", "high"), Along("x", "high", axes=1)),
    parts=(
        Part("a plan that nobody objects to", lambda _, state: state.progress == 1 and not state.objections,
             "What the lessons ask for costs a thought before the start, and a few trainings at the end.",
             {"rate_scale": LOG, "normalized": True, "n_again": 3}),
        Part("against lesson 03 alone",
             lambda _, state: state.progress == 1 and {each.lesson for each in state.objections} == {"03"},
             "Half of the trials end lower: most rates are far too large. That the best is as good is luck: a small rate "
             "was drawn here, and on average this scale costs a point.",
             {"normalized": True, "n_again": 3}),
        Part("against lesson 06 alone",
             lambda _, state: state.progress == 1 and {each.lesson for each in state.objections} == {"06"},
             "It does not come true here: batch norm standardises what the first layer makes of the raw pixels.",
             {"rate_scale": LOG, "n_again": 3}),
    ),
)  # fmt: skip
