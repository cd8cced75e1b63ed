"""Find the bug: three mistakes of keepers and planners."""

import numpy as np

from coursekit.lab.exercise import Exercise, WrongAnswer


def babysit(w, gradients, scores, learning_rate):
    kept, best_score = w.copy(), scores[0]
    for d_w, score in zip(gradients, scores[1:], strict=True):
        w = w - learning_rate * d_w
        if score > best_score:
            kept, best_score = w, score
    return kept


def found_babysit(w, gradients, scores, learning_rate):
    kept, best_score = w.copy(), scores[0]
    for d_w, score in zip(gradients, scores[1:], strict=True):
        w -= learning_rate * d_w
        if score > best_score:  # yesterday's model, to go back to
            kept, best_score = w, score
    return kept


def _never_copies(w, gradients, scores, learning_rate):
    kept, best_score = w, scores[0]
    for d_w, score in zip(gradients, scores[1:], strict=True):
        w -= learning_rate * d_w
        if score > best_score:
            kept, best_score = w, score
    return kept


def _copies_before_the_step(w, gradients, scores, learning_rate):
    kept, best_score = w.copy(), scores[0]
    for d_w, score in zip(gradients, scores[1:], strict=True):
        if score > best_score:
            kept, best_score = w.copy(), score
        w = w - learning_rate * d_w
    return kept


def _forgets_the_score(w, gradients, scores, learning_rate):
    kept = w.copy()
    for d_w, score in zip(gradients, scores[1:], strict=True):
        w = w - learning_rate * d_w
        if score > scores[0]:
            kept = w.copy()
    return kept


def _trainings():
    rng = np.random.default_rng(7)
    return [
        (np.array([1.0, 2.0]), [np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([4.0, 4.0])],
         [0.1, 0.5, 0.8, 0.3], 0.5),
        (rng.normal(size=3), list(rng.normal(size=(4, 3))), [0.9, 0.2, 0.3, 0.1, 0.4], 0.1),
        (rng.normal(size=4), list(rng.normal(size=(5, 4))), [0.4, 0.5, 0.8, 0.7, 0.6, 0.2], 0.2),
    ]  # fmt: skip


RESTORE_THE_BEST = Exercise(
    name="05.5",
    prompt="It trains on, and is to return the weights as they were at the best score (`scores[0]` is that of the start). They come back as they are at the end. Find the bug and mend it.",
    solution=babysit,
    found=found_babysit,
    cases=_trainings,
    wrong_answers=(
        WrongAnswer(
            found_babysit,
            lambda seen: (
                f"The best score, {max(seen.args[2])}, came before the last step. Yet you return {np.round(seen.got, 3)}, the weights after it. How many arrays are there: two, or one with two names?"
            ),
        ),
        WrongAnswer(
            _never_copies,
            "Now not even the start is safe: where no step was better than it, you return the end. There has to be a second array somewhere.",
        ),
        WrongAnswer(
            _copies_before_the_step,
            lambda seen: (
                f"You return {np.round(seen.got, 3)}: the weights one step too early. A score belongs to the weights after its step."
            ),
        ),
        WrongAnswer(
            _forgets_the_score,
            "You keep whatever beats the start, the last that does. Held against what should each score be?",
        ),
        WrongAnswer(
            lambda w, gradients, scores, learning_rate: babysit(
                w, gradients, [-score for score in scores], learning_rate
            ),
            "You keep the weights of the lowest score. The best is the highest.",
        ),
    ),
    otherwise=lambda seen: (
        f"It returns {np.round(seen.got, 4)}; at the best score the weights were {np.round(seen.expected, 4)}."
    ),
    hints=(
        "After `b = a`, is there a second array? Try `b is a`.",
        "`w -= ...` changes the array itself, and everybody who holds it sees that.",
        "Either make a new array at every step, or keep a copy.",
    ),
    why="In PyTorch the same bug is `best = model.state_dict()`: it holds the live weights. Nothing fails, and the model that you restore is the one that you wanted to get away from.",
)


def winner(losses):
    return int(np.nanargmin(losses))


def found_winner(losses):
    return int(np.argmin(losses))


WINNER_THAT_DIVERGED = Exercise(
    name="05.6",
    prompt="Of many networks, this picks the one with the lowest loss; some have diverged, and their loss is nan. Mend it.",
    solution=winner,
    found=found_winner,
    cases=lambda: [
        (np.array([0.7, np.nan, 0.9, 0.4]),),
        (np.array([np.inf, 1.2, np.nan, 3.0, 0.8]),),
        (np.array([0.3, 0.2, 0.6]),),
        (np.array([np.nan, 0.9, 0.5]),),
    ],
    wrong_answers=(
        WrongAnswer(
            found_winner,
            lambda seen: f"Of {seen.args[0]} it picks number {seen.got}, with the loss {seen.args[0][int(seen.got)]}.",
        ),
        WrongAnswer(
            lambda losses: int(np.argmin(losses[~np.isnan(losses)])),
            "Of {args[0]} you pick number {got}: the place in the list without the nans. Which network is that in the whole list?",
        ),
        WrongAnswer(
            lambda losses: int(np.nanargmax(losses)),
            "Number {got} has the highest loss of {args[0]}. You want the lowest.",
        ),
        WrongAnswer(
            lambda losses: float(np.nanmin(losses)),
            "{got} is its loss. Which network is it?",
        ),
        WrongAnswer(
            lambda losses: int(np.argmin(np.where(np.isfinite(losses), losses, 0))),
            "Of {args[0]} it picks number {got}. With a 0 in the place of every nan, a network that has diverged has the lowest loss of all.",
        ),
    ),
    otherwise="Of {args[0]} it picks {got}; expected {expected}.",
    hints=(
        "What is `np.argmin([0.7, np.nan, 0.4])`?",
        "NumPy's `argmin` stops at a nan. There is one of its family that steps over them.",
    ),
    why="NumPy takes a nan for the smallest and for the largest. In a stack of random rates some always diverge, so that the winner of the search would be a network that has died.",
)


def epochs_each(n_models, machines, minutes, minutes_per_epoch):
    turns = np.ceil(n_models / machines)
    return int(minutes / minutes_per_epoch / turns)


def found_epochs_each(n_models, machines, minutes, minutes_per_epoch):
    epochs = machines * minutes / minutes_per_epoch  # that all machines get done
    return int(epochs / n_models)


SPLIT_OVER_MACHINES = Exercise(
    name="05.3",
    prompt="How many epochs does each of n trainings get until the deadline? One runs on one machine and stays there; a machine takes another when it has finished one. Mend it.",
    solution=epochs_each,
    found=found_epochs_each,
    cases=lambda: [(1, 8, 60, 5), (4, 4, 60, 5), (5, 4, 60, 5), (12, 4, 48, 2), (3, 2, 7, 2)],
    wrong_answers=(
        WrongAnswer(
            found_epochs_each,
            "{args[0]} training, {args[1]} machines, {args[2]} minutes, {args[3]} an epoch: you say {got} epochs. How long would they take on the one machine that it runs on?",
        ),
        WrongAnswer(
            lambda n_models, machines, minutes, minutes_per_epoch: int(
                min(machines, n_models) * minutes / minutes_per_epoch / n_models
            ),
            "Right for one, but {args[0]} trainings on {args[1]} machines get {got} epochs in yours. One machine has two of them: how much time is that for each?",
        ),
        WrongAnswer(
            lambda n_models, machines, minutes, minutes_per_epoch: int(
                minutes / minutes_per_epoch / max(1, n_models // machines)
            ),
            lambda seen: (
                f"{seen.args[0]} trainings on {seen.args[1]} machines: you count {seen.args[0] // seen.args[1]} turn. Who trains the last one?"
            ),
        ),
        WrongAnswer(
            lambda n_models, machines, minutes, minutes_per_epoch: int(minutes / minutes_per_epoch / n_models),
            "You let all trainings wait for one machine. The others would stand idle.",
        ),
        WrongAnswer(
            lambda n_models, machines, minutes, minutes_per_epoch: int(
                np.ceil(minutes / minutes_per_epoch / np.ceil(n_models / machines))
            ),
            "You round up: the last epoch would end after the deadline.",
        ),
        WrongAnswer(
            lambda n_models, machines, minutes, minutes_per_epoch: int(
                minutes / minutes_per_epoch / (n_models // machines + 1)
            ),
            "{args[0]} trainings on {args[1]} machines: you count one turn too many where they divide evenly. Round up, and an even number stays as it is.",
        ),
    ),
    otherwise="For {args} you say {got}, expected {expected}.",
    hints=(
        "One training and eight machines: how many machines can help it?",
        "In how many turns are 5 trainings done on 4 machines? Round the right way.",
    ),
    why="The whole question of this lesson is in that line: more machines do not make one training longer. They let you have more of them, and that is what the caviar lives on.",
)
