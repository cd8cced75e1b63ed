"""Hardmax: to write for a batch."""

import numpy as np

from coursekit.lab.exercise import Exercise, WrongAnswer
from coursekit.softmax import softmax


def hardmax_batch(z):
    return np.eye(z.shape[-1])[z.argmax(axis=-1)]


HARDMAX_BATCH = Exercise(
    name="11.2",
    prompt="Write `hardmax_batch(z)`: in each row of `z`, shape `(m, C)`, the largest logit gets 1, all others 0. Of a tie, the first one gets it.",
    solution=hardmax_batch,
    cases=lambda: [
        (np.array([[5.0, 2.0, -1.0, 3.0], [0.0, 7.0, 7.0, 1.0], [-4.0, -4.0, -4.0, -4.0]]),),
        (np.array([[0.1, 0.2, 0.15], [-3.0, -1.0, -1.0], [9.0, 1.0, 9.0]]),),
        (np.random.default_rng(1).normal(size=(5, 3)),),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda z: (z == z.max(axis=-1, keepdims=True)).astype(float),
            "Right where one logit is the largest. In the row {args[0][1]} two are, and both get a 1: how would you name one class?",
        ),
        WrongAnswer(
            lambda z: hardmax_batch(z[:, ::-1])[:, ::-1],
            lambda seen: (
                f"In the row {seen.args[0][1]} the 1 goes to class {np.argmax(np.asarray(seen.got)[1])}: the last of the tie. The first one should get it."
            ),
        ),
        WrongAnswer(
            lambda z: z.argmax(axis=-1),
            "{got} are the numbers of the largest classes, and they are right. Hardmax has a 1 at each of these places and 0 elsewhere.",
        ),
        WrongAnswer(
            lambda z: hardmax_batch(z.T).T,
            lambda seen: (
                f"Each column has a 1 now, and your rows sum to {np.sum(seen.got, axis=-1)}. An example is a row."
            ),
        ),
        WrongAnswer(
            lambda z: (z == z.max()).astype(float),
            lambda seen: (
                f"Only the largest logit of the whole batch counts here: your rows sum to {np.sum(seen.got, axis=-1)}. Each row has a largest one."
            ),
        ),
        WrongAnswer(
            lambda z: np.round(softmax(z)),
            "You round shares. In the row {args[0][1]} no share is above one half, and nobody gets the 1.",
        ),
        WrongAnswer(
            lambda z: np.round(softmax(1e3 * z), 6),
            lambda seen: (
                f"In the row {seen.args[0][1]} the tie is shared out: {np.asarray(seen.got)[1]}. That is what softmax does. Hardmax decides."
            ),
        ),
        WrongAnswer(
            lambda z: (np.arange(z.size) == z.argmax()).reshape(z.shape) * 1.0,
            "One 1 in the whole batch: `argmax` without an axis looks at all of it. Each row has a largest logit.",
        ),
        WrongAnswer(
            lambda z: np.isin(np.arange(z.shape[1]), z.argmax(axis=1)) * np.ones_like(z, float),
            "A column that is the largest in some row gets a 1 in every row: `h[:, places]` means all rows. Each row has a place of its own.",
        ),
        WrongAnswer(
            lambda z: np.eye(z.shape[1])[z.argmin(axis=1)],
            "The 1 goes to the smallest logit of each row.",
        ),
    ),
    otherwise=lambda seen: (
        f"The row {seen.args[0][1]} should become {seen.expected[1]}; yours is {np.asarray(seen.got)[1]}."
    ),
    hints=(
        "Which class has the largest logit? `argmax` says it for each row, and takes the first of a tie.",
        "Row 2 of the identity matrix `np.eye(4)` is 0, 0, 1, 0: the answer for an example whose largest logit is z_2.",
        "An array of row numbers picks a row for each: `np.eye(4)[[2, 0, 2]]` has three of them.",
    ),
    why="One class, always, even if all logits are equal. This is `hardmax(z)` in coursekit. It stays the same when the logits change a little, so no gradient can improve it; that is why networks learn with softmax.",
)
