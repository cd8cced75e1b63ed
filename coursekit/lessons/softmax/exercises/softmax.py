"""Softmax: to predict, and to write for a batch."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_even_where_nan, same_values


def softmax_batch(z):
    t = np.exp(z - z.max(axis=-1, keepdims=True))
    return t / t.sum(axis=-1, keepdims=True)


def _batches():
    rng = np.random.default_rng(0)
    series = np.array([3.0, -1.0, 0.5, 2.0, 4.0, -2.0, 1.0])
    windows = np.lib.stride_tricks.sliding_window_view(series, 3, writeable=True)
    far = np.array([[1000.0, 998.0, 1001.0, 1000.0], [-1000.0, -999.0, -1003.0, -1000.0], [5.0, 2.0, -1.0, 3.0]])
    alone = np.array([[1000.0, 0.0, 0.0, 0.0], [0.0, 0.0, 2.0, 1.0]])
    whole = np.array([[1, 2, 4], [3, 3, 0]])
    return [(rng.normal(0, 2, (5, 3)),), (rng.normal(0, 2, (4, 4)),), (far,), (windows,), (alone,), (whole,)]


def _axis_0(z):
    t = np.exp(z - z.max(axis=0))
    return t / t.sum(axis=0)


def _whole_batch(z):
    t = np.exp(z - z.max())
    return t / t.sum()


def _no_shift(z):
    t = np.exp(z)
    return t / t.sum(axis=-1, keepdims=True)


def _one_shift(z):
    return _no_shift(z - z.max())


def _shift_by_mean(z):
    return _no_shift(z - z.mean(axis=-1, keepdims=True))


def _in_an_array_like_z(z):
    shares = np.zeros_like(z)
    for i, row in enumerate(z):
        shares[i] = softmax_batch(row)
    return shares


def _shift_by_column(z):
    return _no_shift(z - z.max(axis=0))


def _no_keepdims(z):
    t = np.exp(z - z.max(axis=-1))
    return t / t.sum(axis=-1)


def _subtract_in_place(z):
    z -= z.max(axis=-1, keepdims=True)
    return _no_shift(z)


def _all_in_place(z):
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    return z


def _rows_in_place(z):
    shares = []
    for row in z:
        row -= row.max()  # noqa: PLW2901 - the mistake that is meant
        t = np.exp(row)
        shares.append(t / t.sum())
    return np.array(shares)


def _not_normalized(z):
    return np.exp(z - z.max(axis=-1, keepdims=True))


def _logarithms(z):
    return np.log(softmax_batch(z))


def _no_power(z):
    return z / z.sum(axis=-1, keepdims=True)


def _row_sums(seen: Seen) -> str:
    return f"the rows of your shares sum to {', '.join(f'{total:.2f}' for total in np.sum(seen.got, axis=-1))}"


def _first_wrong_row(seen: Seen) -> str:
    got = np.asarray(seen.got)
    i = next(i for i, row in enumerate(seen.expected) if not same_values(got[i], row))
    return f"Row {i} should be {np.round(seen.expected[i], 3)}; yours is {np.round(got[i], 3)}."


SOFTMAX_BATCH = Exercise(
    name="11.1",
    prompt="Write `softmax_batch(z)`: the shares of a batch, `z` of shape `(m, C)` with an example in each row. Right for any finite logits, and `z` stays as it is.",
    solution=softmax_batch,
    cases=_batches,
    same=same_even_where_nan,
    shows=_first_wrong_row,
    wrong_answers=(
        WrongAnswer(
            _axis_0,
            lambda seen: (
                f"For `z` of shape {seen.args[0].shape}, {_row_sums(seen)}. You let the examples of a column compete. Who should compete with whom?"
            ),
        ),
        WrongAnswer(
            _whole_batch,
            lambda seen: (
                f"All shares of the batch together sum to 1, but {_row_sums(seen)}. How many sums does a batch of {len(seen.args[0])} examples need?"
            ),
        ),
        WrongAnswer(
            _no_shift,
            lambda seen: (
                f"Right for small logits. For the row {seen.args[0][0]} the first share is {np.asarray(seen.got)[0, 0]}: e to the power of 1000 is too large for a float. What may you add to a row without a change?"
            ),
        ),
        WrongAnswer(
            _one_shift,
            lambda seen: (
                f"You take one number off the whole batch. That cures the row {seen.args[0][0]}, and the row {seen.args[0][1]} becomes {np.asarray(seen.got)[1]}: its powers are all 0."
            ),
        ),
        WrongAnswer(
            _shift_by_column,
            "The rows sum to 1, but within a row you take a different number off each logit, and that changes the shares. {shown}",
        ),
        WrongAnswer(
            _shift_by_mean,
            "You take something off each row, and in the row {args[0][0]} it leaves more than 709: e to the power of that is too large for a float. Which number taken off leaves nothing above 0?",
        ),
        WrongAnswer(
            _in_an_array_like_z,
            "For logits that are whole numbers you return zeros and ones: `np.zeros_like(z)` makes an array of whole numbers then, and that cuts every share down to 0.",
        ),
        WrongAnswer(
            _no_keepdims,
            "Shape (5, 3) and shape (5,) do not broadcast: NumPy lays the five numbers along the three classes. They should stand one beside each row, in shape (5, 1).",
        ),
        WrongAnswer(
            _subtract_in_place,
            "Right, until the rows of `z` share memory, as windows of one series do. Your function writes into `z`, and so into rows that it still needs. {shown} `z` belongs to the caller.",
        ),
        WrongAnswer(
            _all_in_place,
            "You hand back `z` itself, overwritten: whoever called has lost the logits. It shows where the rows of `z` share memory, as windows of one series do. {shown}",
        ),
        WrongAnswer(
            _rows_in_place,
            "Each `row` of your loop is a view: to change it is to change `z`. It shows where the rows share memory, as windows of one series do. {shown}",
        ),
        WrongAnswer(
            _not_normalized,
            lambda seen: f"These are the powers; {_row_sums(seen)}. Shares of a whole sum to 1.",
        ),
        WrongAnswer(
            _logarithms,
            lambda seen: (
                f"All your values are negative or 0, the largest is {np.max(seen.got):.3f}: these are the logarithms of the shares."
            ),
        ),
        WrongAnswer(
            _no_power,
            lambda seen: (
                f"The rows sum to 1, but your smallest share is {np.min(seen.got):.2f}. Logits can be negative: what makes them positive?"
            ),
        ),
        WrongAnswer(
            lambda z: _no_shift(z / z.max(axis=-1, keepdims=True)),
            "You divide by the largest logit. That changes the differences between logits, and the shares are made of these.",
        ),
        WrongAnswer(
            lambda z: _no_shift(np.clip(z, -500, 500)),
            "You clip the logits: 998, 1000 and 1001 all become 500, and get the same share. What can be done to a row that leaves its differences alone?",
        ),
        WrongAnswer(
            lambda z: np.exp(z - z.max(axis=-1, keepdims=True)) / np.exp(z - z.max(axis=-1, keepdims=True)).sum(),
            "All shares of the batch together sum to 1: you divide by one sum. How many sums does a batch of {args[0].shape[0]} examples need?",
        ),
        WrongAnswer(
            lambda z: (z == z.max(axis=-1, keepdims=True)) * 1.0,
            "You give all of it to the largest: that is a hardmax. A share is for every class, larger or smaller.",
        ),
        WrongAnswer(
            lambda z: np.exp(z - np.log(np.exp(z).sum(axis=-1, keepdims=True))),
            "Right for small logits. For the row {args[0][0]} the sum of the powers is too large for a float: nothing has been taken off before them.",
        ),
        WrongAnswer(
            lambda z: np.round(softmax_batch(z), 2),
            "You round the shares: what is small is gone, and the rows no longer sum to 1.",
        ),
        WrongAnswer(
            lambda z: 1 / (1 + np.exp(-z)),
            "{shown} A sigmoid looks at one logit alone. Shares depend on all of a row: what one class gets, the others lose.",
        ),
    ),
    otherwise=lambda seen: f"For `z` of shape {seen.args[0].shape}, {_row_sums(seen)}. {_first_wrong_row(seen)}",
    hints=(
        "Each row has a largest logit and a sum of its own. Along which axis do its classes lie?",
        "`keepdims=True` keeps that axis with length 1, so that one number a row broadcasts over its classes.",
        "Take `z.max(axis=-1, keepdims=True)` off first, into a new array. Then powers, then divide by their sum.",
    ),
    why="It works for any number of classes, for logits of 1000 and of \u22121000, and with a model axis in front, too: -1 is the last axis, whatever comes before it. This is `softmax(z)` in coursekit.",
)

A_NEGATIVE_LOGIT = Prediction(
    name="11.a",
    question="Four classes have the logits 5, 2, \u22121 and 3. What share does the class with the logit \u22121 get?",
    options=("a negative one", "none: 0", "a small one, above 0", "none can be computed"),
    answer="a small one, above 0",
    why="e to any power is positive: e^\u22121 is 0.368, and that is divided by a positive sum. A logit of 0 gives t = 1, and no logit gives 0.",
)

A_HUNDRED_MORE = Prediction(
    name="11.b",
    question="The class with the logit 5 has a share of 0.842. You add 100 to all four logits. What is its share now?",
    options=("almost 1", "0.842, as before", "closer to 1/4", "100 times as large"),
    answer="0.842, as before",
    why="Every t becomes e^100 times as large, and so does their sum. The factor cancels.",
)

TWICE_AS_LARGE = Prediction(
    name="11.c",
    question="Now you multiply all four logits by 2 instead. What becomes of the share of 0.842?",
    options=("it stays 0.842", "it grows to 0.980", "it falls to 0.609", "it doubles to 1.684"),
    answer="it grows to 0.980",
    why="The differences between the logits double, so the ratios of the t are squared: the largest is further ahead. Dividing by 2 would give 0.609.",
)

A_THOUSAND_MORE = Prediction(
    name="11.d",
    question="Adding 100 changed nothing. You add 1000 and compute `np.exp(z) / np.exp(z).sum()` in float64. What do you get?",
    options=("the same four shares", "four zeros", "four times nan, not a number", "an error that stops the program"),
    answer="four times nan, not a number",
    why="The largest float64 is about 10^308, and e^1000 is about 10^434: it becomes `inf`, and `inf` divided by `inf` is not a number. NumPy warns, and goes on.",
)

THREE_RINGS = Prediction(
    name="11.e",
    question="Three classes lie on three rings, one around the other. A softmax classifier without hidden layers learns to tell them apart. What share of the points does it name rightly?",
    options=("about a third", "about a half", "about two thirds", "nearly all"),
    answer="about a third",
    why="Its borders are straight, and no straight line parts a ring from what it surrounds. Straight borders could still cut pieces off, and name 6 in 10; but the rings have one centre, so no direction lowers the loss, and it ends near a guess: a third.",
)
