"""Find the bug: a search that is resumed, and a test set that is opened too often."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.scales import LogScale

RATES = LogScale(1e-4, 1)


def left(scale, n_trials, seed, done):
    rates = scale.sample(n_trials, np.random.default_rng(seed))
    return [rates[number] for number in range(n_trials) if number not in done]


def found_left(scale, n_trials, seed, done):
    missing = [number for number in range(n_trials) if number not in done]
    return list(scale.sample(len(missing), np.random.default_rng(seed)))


def _rates(rates) -> str:
    return ", ".join(f"{rate:.2g}" for rate in rates)


RESUME = Exercise(
    name="15.5",
    prompt="A search of `n_trials` learning rates was stopped when the trials with the numbers in `done` were finished; `left` is to give the rates of the others, those that they would have had. Find the bug and mend it.",
    solution=left,
    found=found_left,
    cases=lambda: [(RATES, 6, 0, {0, 1, 3}), (RATES, 5, 4, {2}), (RATES, 4, 1, {3, 0})],
    wrong_answers=(
        WrongAnswer(
            found_left,
            lambda seen: (
                f"Trials {sorted(seen.args[3])} are done. You go on with the rates {_rates(seen.got)}. But {seen.got[0]:.2g} is what trial 0 had, and it is done: you train it a second time. Where does the generator begin?"
            ),
        ),
        WrongAnswer(
            lambda scale, n_trials, seed, done: list(scale.sample(n_trials, np.random.default_rng(seed)))[len(done) :],
            lambda seen: (
                f"You take it that the first {len(seen.args[3])} are done, but done are {sorted(seen.args[3])}: with two processes, they finish in any order."
            ),
        ),
        WrongAnswer(
            lambda scale, n_trials, seed, done: found_left(scale, n_trials, seed + 1, done),
            lambda seen: (
                f"Your rates are {_rates(seen.got)}: another seed makes another search. Nothing is repeated, but who was never stopped gets other trials than you."
            ),
        ),
        WrongAnswer(
            lambda scale, n_trials, seed, done: list(scale.sample(n_trials, np.random.default_rng(seed))),
            lambda seen: f"You give all {len(seen.got)}, those that are done as well.",
        ),
        WrongAnswer(
            lambda scale, n_trials, seed, done: [scale.sample(n_trials, np.random.default_rng(seed))[i] for i in done],
            "Those are the rates of the trials that *are* done.",
        ),
        WrongAnswer(
            lambda scale, n_trials, seed, done: [
                scale.sample(1, np.random.default_rng(seed + i))[0] for i in range(n_trials) if i not in done
            ],
            "You give every trial a generator of its own. The search had one for all: which rates did it draw from that?",
        ),
    ),
    otherwise=lambda seen: f"You go on with {_rates(seen.got)}; expected {_rates(seen.expected)}.",
    hints=(
        "Print the rates of a search that was never stopped, and yours below them.",
        "A generator gives the same numbers from the beginning. Draw all, then leave out what is done.",
    ),
    why="It raises no error, and the log looks complete. `run` gives each trial a seed of its own, made from the search's seed and the trial's number: then nobody needs to draw what is done.",
)


def final_score(networks, validation, open_test):
    return open_test(networks[int(np.argmax(validation))])


def found_final_score(networks, validation, open_test):
    finalists = sorted(zip(validation, networks, strict=True))[-2:]
    return max(open_test(network) for _, network in finalists)  # of the better one


class SecondLookError(Exception):
    """The test set was asked again."""


def _judge(scores):
    """Make a test set that can be opened once."""
    asked = []

    def open_test(network):
        asked.append(network)
        if len(asked) > 1:
            raise SecondLookError("the test set was opened a second time")
        return scores[network]

    return open_test


def _reported(seen: Seen) -> str:
    return f"With the validation scores {seen.args[1]} you report {float(seen.got):.3f}"


OPENED_ONCE = Exercise(
    name="15.6",
    prompt="Some networks have reached the end, each with a validation score. `final_score` is to report what the one to be used gets on the test set; `open_test(network)` tells, and can be asked once. Find the bug and mend it.",
    solution=final_score,
    found=found_final_score,
    cases=lambda: [
        (["A", "B", "C"], [0.96, 0.97, 0.95], _judge({"A": 0.955, "B": 0.950, "C": 0.965})),
        (["A", "B", "C", "D"], [0.92, 0.91, 0.90, 0.94], _judge({"A": 0.93, "B": 0.92, "C": 0.91, "D": 0.925})),
    ],
    shows=_reported,
    wrong_answers=(
        WrongAnswer(
            found_final_score,
            "The test set was opened a second time: it judges one network, once. Whoever shows it several lets it choose, and nothing is left that can judge the choice. Which scores are there to choose by?",
        ),
        WrongAnswer(
            lambda networks, validation, open_test: max(validation),
            "{shown}: the score by which it was chosen, luck included. Open the test set.",
        ),
        WrongAnswer(
            lambda networks, validation, open_test: open_test(networks[0]),
            "{shown}: opened once, for the first network of the list. Which one do you use?",
        ),
        WrongAnswer(
            lambda networks, validation, open_test: open_test(networks[int(np.argmin(validation))]),
            "{shown}: that of the network with the lowest validation score.",
        ),
    ),
    otherwise="{shown}; expected {expected:.3f}.",
    hints=("Choose first, by `validation` alone.", "Then ask `open_test` about that one network, and about no other."),
    why="The best of several test scores is a validation score under another name. It happens where nobody counts: so count.",
)
