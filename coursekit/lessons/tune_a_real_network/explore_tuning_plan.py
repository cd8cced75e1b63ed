"""Plan a search, hear what the lessons object, and run it: live, as one stack of networks."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from coursekit.lessons.tune_a_real_network.advice import LAYOUTS, SETS, objections, on_borders
from coursekit.lab.controls import Checkbox, Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.tune_a_real_network.picture_tuning_plan import Planned
from coursekit.lessons.tune_a_real_network.picture_tuning_plan import plan as plan_picture
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Setting, Space
from coursekit.lessons.tune_a_real_network.tuning import ADAM, MOMENTA, N_TRIALS, UNITS, sets_of, train, unscaled

SEED, SPLIT = 15, 20  # the lesson's test set is sealed, and the stored tables are of the splits 0 to 19
N_EPOCHS = 6
LOG, LINEAR, BY_MEMORY = "log", "linear", "ratios of 1 / (1 \u2212 momentum)"
FIELDS = {"validation": "validation", "training": "train", "test": "test"}
BATCH_SIZES = (2, 10, 50, 150)


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


def planned(  # noqa: PLR0917 - the controls
    rate_scale: str, low: float, high: float, momentum_scale: str, layout: str, n_trials: int, batch_size: int,
    batch_norm: bool, normalized: bool, chosen_by: str, n_again: int, n_epochs: int = N_EPOCHS,
) -> Iterator[Planned]:  # fmt: skip
    """Say what the lessons object; then train all trials at once, and the winner again."""
    space = the_space(low, high, rate_scale, momentum_scale)
    settings = lay_out(space, layout, n_trials)
    against = objections(space, n_trials=len(settings), layout=layout, batch_size=batch_size, batch_norm=batch_norm,
                         normalized=normalized, chosen_by=chosen_by, n_again=n_again)  # fmt: skip
    rates, memories = np.array([(each["learning_rate"], 1 / (1 - each["momentum"])) for each in settings]).T
    state = Planned(rates, memories, chosen_by, np.full(len(settings), np.nan), 0, n_epochs, np.empty(0), n_again,
                    (low, high), against)  # fmt: skip
    yield state
    sets = sets_of(SPLIT) if normalized else unscaled(sets_of(SPLIT))
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
    task="Read the objections, and change the plan until nobody objects. Press Start. Then contradict one lesson at a "
    "time: which objection comes true here, and which does not?",
    controls=(
        Dropdown("rate_scale", (LOG, LINEAR), LINEAR, "learning rate: scale"),
        Slider("low", LogScale(1e-6, 1e-4), 1e-5, "learning rate: from", steps=20),
        Slider("high", LogScale(1e-3, 10), 1, "learning rate: to", steps=40),
        Dropdown("momentum_scale", (BY_MEMORY, LINEAR), LINEAR, "momentum: scale"),
        Dropdown("layout", LAYOUTS, "random", "layout"),
        Slider("n_trials", IntegerScale(8, N_TRIALS), N_TRIALS, "trials"),
        Slider("batch_size", ChoiceScale(BATCH_SIZES), 50, "batch size"),
        Checkbox("batch_norm", start=True, label="batch norm"),
        Checkbox("normalized", start=False, label="inputs normalized"),
        Dropdown("chosen_by", SETS, "training", "chosen by the set for"),
        Slider("n_again", IntegerScale(0, 5), 0, "winner again, times"),
    ),
    compute=planned,
    picture=plan_picture,
    describe=describe_plan,
    quick={"n_epochs": 1},
    waits=True,
)
