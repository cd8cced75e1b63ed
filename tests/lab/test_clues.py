# ruff: noqa: ARG005, E501, PLR0917 - wrong answers leave arguments unused; what is said stands in one line
"""What the judge finds out about an answer that nobody has met: each mechanism, with answers of its own."""

import numpy as np
import pytest

from coursekit.lab.digits import tell_apart
from coursekit.lab.exercise import Exercise, WrongAnswer
from coursekit.lab.judge import judge
from coursekit.lab.same import same_distribution, same_values


def asked(solution, cases, **changes):
    """Make an exercise that knows no wrong answer but one that nobody gives, and has no words of its own."""
    fields = {
        "name": "99.2", "prompt": "Write it.", "solution": solution, "cases": cases, "same": same_values,
        "wrong_answers": (WrongAnswer(lambda *_: -123.0, "Never."),), "otherwise": "No.", "hints": ("None.",),
        "why": "Because.",
    }  # fmt: skip
    return Exercise(**fields | changes)


def matrices():
    rng = np.random.default_rng(0)
    return [(rng.normal(2.0, 3.0, (m, 3)), rng.uniform(1, 2, 3), rng.normal(size=3), 0.1) for m in (4, 6, 7)]


def norm(z, gamma, beta, eps):
    return gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps) + beta


NORM = asked(norm, matrices)


def normalized(z, mean, var, gamma, beta, eps):
    return gamma * (z - mean) / np.sqrt(var + eps) + beta


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda z, gamma, beta, eps: norm(z, gamma, beta, 0),
         "Your result ignores `eps`: it stays the same whatever `eps` is. It returns"),
        (lambda z, gamma, beta, eps: norm(z, 1, 0, eps), "Your result ignores `gamma` and `beta`: it stays the same"),
        (lambda z, gamma, beta, eps: norm(z + beta, gamma, 0, eps), "Your result ignores `beta`"),
        (lambda z, gamma, beta, eps: norm(z, beta, gamma, eps),
         "Your result would be right if `gamma` and `beta` changed places."),
        (lambda z, gamma, beta, eps: norm(z, gamma, -beta, eps),
         "Your result is the right one for `-beta` in place of `beta`."),
        (lambda z, gamma, beta, eps: norm(z, gamma, beta, eps**2),
         "Your result is the right one for the square of `eps` in place of `eps`."),
        (lambda z, gamma, beta, eps: normalized(z, z.mean(), z.var(), gamma, beta, eps),
         "Each column of your result changes with the other columns of `z`, and it should not: look at what you"),
        (lambda z, gamma, beta, eps: normalized(z, 2.0, 9.0, gamma, beta, eps),
         "Each row of your result depends on the same row of `z` alone: the other rows should count, too."),
        (lambda beta, z, gamma, eps: norm(beta, z, gamma, eps) * 2,
         "It is called with `(z, gamma, beta, eps)`; your arguments stand in another order, `(beta, z, gamma, eps)`."),
        (lambda *_: 0.0, "It returns a single number where an array of shape (4, 3) was expected. Your result was"),
        (lambda z, gamma, beta, eps: norm(z, gamma, beta, eps).T,
         "It returns an array of shape (3, 4) where an array of shape (4, 3) was expected. What you return is what it "
         "should be, transposed."),
        (lambda z, gamma, beta, eps: z, "What you return is `z` itself, and nothing else."),
        (lambda z, gamma, beta, eps: norm(z, gamma, beta, eps)[:-1],
         "It returns an array of shape (3, 3) where an array of shape (4, 3) was expected. What you return is what it "
         "should be, without its last number or row."),
    ],
)  # fmt: skip
def test_what_an_answer_depends_on_is_told(answer, says):
    status, message = judge(NORM, answer)
    assert status == "not yet"
    assert message.startswith(says), message


def slope(w, learning_rate):
    return learning_rate * w.mean(axis=0)


def slopes():
    rng = np.random.default_rng(1)
    return [(rng.uniform(1, 2, (m, 2)), rate) for m, rate in ((5, 0.1), (8, 0.3))]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda x, w: -x, "What you return is minus what it should be: the sign is the other way round."),
        (lambda x, w: 1 - x, "What you return is 1 minus what it should be."),
        (lambda x, w: 1 / x, "What you return is 1 divided by what it should be: it is upside down."),
        (lambda x, w: x**2, "What you return is the square of what it should be."),
        (lambda x, w: np.sqrt(x), "What you return is the root of what it should be."),
        (lambda x, w: x[::-1], "What you return is what it should be, from back to front."),
        (lambda x, w: 100 * x, "What you return is what it should be, times 100."),
        (lambda x, w: x / np.log(2), "What you return is what it should be, times 1 / log 2, 1.443: another base of the"),
        (lambda x, w: len(w) * x,
         "What you return is m times what it should be, m being the number of rows of `w`: is a sum there in place of a "
         "mean?"),
        (lambda x, w: len(w) / (len(w) - 1) * x,
         "What you return is off by a factor of m and m - 1, m being the number of rows of `w`: the one is used where "
         "the other is meant (`ddof`)."),
        (
            lambda x, w: x * len(w) / w.shape[1],
            "What you return is off by a factor of a over b, a being the number of rows of `w` and b the number of columns of `w`",
        ),
        (lambda x, w: x + 3, "What you return is 3 too large everywhere."),
        (lambda x, w: 5 / x, "What you return is 5 divided by what it should be: it is upside down."),
        (lambda x, w: x * [1, -1], "What you return is right but for the signs."),
        (lambda x, w: x.sum(), "It returns a single number where an array of shape (2,), one per column of `w`, was "
         "expected. What you return is the sum of what was asked for: all of its numbers are wanted."),
        (lambda x, w: np.stack([x - 3, x - 1, x + 4]), "It returns an array of shape (3, 2) where an array of shape (2,), one "
         "per column of `w`, was expected. What you return is not brought together yet"),
        (lambda x, w: x[:, None], "It returns an array of shape (2, 1) where an array of shape (2,), one per column of "
         "`w`, was expected. What you return is made of the right numbers, in shape (2, 1) instead of (2,)."),
        (lambda x, w: x / 0, "It returns inf where finite numbers are expected: something was divided by 0, or"),
    ],
)  # fmt: skip
def test_what_lies_between_an_answer_and_the_right_one_is_told(change, says):
    status, message = judge(asked(slope, slopes), lambda w, learning_rate: change(slope(w, learning_rate), w))
    assert status == "not yet"
    assert message.startswith(says), message


def test_a_factor_that_is_not_the_same_in_every_call_is_not_told():
    factors = iter(range(2, 1000))
    message = judge(asked(slope, slopes), lambda w, learning_rate: next(factors) ** 2 * slope(w, learning_rate)).message
    assert "times" not in message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: x.sum() / 3, "What you return is not whole: cut to a whole number, it would be right."),
        (lambda x: 1, "Your result was the same in all calls"),  # and no softmax, as that of one number always is
    ],
)
def test_what_can_be_said_of_one_whole_number(answer, says):
    thirds = asked(lambda x: int(x.sum() // 3), lambda: [(np.array([1.0, 2.0, 8.0]),), (np.array([3.0, 5.0]),)])
    assert judge(thirds, answer).message.startswith(says)


def test_which_end_is_left_out_is_not_said_where_both_fit():
    constant = asked(lambda n: np.full(n, 3.0), lambda: [(4,), (6,)])
    assert "one number or row short" in judge(constant, lambda n: np.full(n - 1, 3.0)).message


@pytest.mark.seconds
def test_a_known_mistake_is_named_where_most_of_the_wrong_calls_show_it_and_nothing_else_is_known():
    def cases():
        rng = np.random.default_rng(1)
        return [(rng.uniform(1, 2, (m, 4)), rate) for m, rate in ((5, 0.1), (6, 0.4), (8, 0.3), (9, 0.2))]

    def below(n):
        return lambda w, rate: (np.sin if len(w) < n else np.cos)(w.sum(axis=0)) * rate

    known = asked(slope, cases, wrong_answers=(WrongAnswer(below(100), "{args[1]}: a sine."),))
    assert judge(known, below(9)) == ("not yet", "0.1: a sine.")
    assert "sine" not in judge(known, below(8)).message


@pytest.mark.seconds
def test_places_tell_a_known_mistake_and_a_table_of_0_and_1_does_not():
    def cases():
        rng = np.random.default_rng(2)
        return [(rng.permutation(m),) for m in (6, 7, 8, 9)]

    def one(x):
        return (x == x.max()).astype(int)

    known = {"wrong_answers": (WrongAnswer(lambda x: x * 3 + 5, "Three."), WrongAnswer(lambda x: 0 * x, "Zero."))}
    places = asked(lambda x: x**2, cases, **known)
    assert judge(places, lambda x: x * 3 + 5 if len(x) < 9 else x ^ 5).message == "Three."
    table = asked(one, cases, **known)
    assert judge(table, lambda x: 0 * x if len(x) < 9 else 1 - one(x)).message != "Zero."


def test_sorted_or_used_as_a_set_an_argument_is_not_called_ignored():
    ranks = asked(lambda x: np.argsort(-x), lambda: [(np.array([0.3, 0.9, 0.5]),), (np.array([0.1, 0.7, 0.2]),)])
    assert "whatever" not in judge(ranks, lambda x: np.sort(x)[::-1]).message
    labels = asked(lambda y: y * 2.0, lambda: [(np.array([0, 2, 1, 2]),), (np.array([1, 0, 0, 3]),)])
    assert "whatever" not in judge(labels, lambda y: np.full(len(y), len(set(y.tolist())) + 0.5)).message


def test_what_is_drawn_anew_each_time_is_told_and_a_count_is_no_part():
    z, y = np.eye(4) * 5, np.array([0, 1, 2, 0])
    loss = asked(lambda z, y: np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]), lambda: [(z, y)])
    drawn = judge(loss, lambda z, y: z.mean() + np.random.default_rng().random()).message
    assert drawn.startswith("With the same arguments, it returns something else each time.")
    assert "first row" not in judge(loss, lambda z, y: np.mean(z.argmax(axis=1) == y) + 0.01).message


def test_a_part_is_called_the_only_one_that_counts_only_if_no_other_does():
    total = asked(lambda x: x.sum(), lambda: [(np.arange(1.0, 9.0),), (np.arange(2.0, 12.0),)])
    assert judge(total, lambda x: x[0] ** 2).message.startswith("Of `x`, only the first entry counts")
    assert "only the first" not in judge(total, lambda x: x[0] ** 2 + x[1]).message


def rows_by_length(x, w):
    return x / np.sqrt((x**2).sum(axis=1, keepdims=True)) * w


def stretched():
    rng = np.random.default_rng(3)
    return [(rng.normal(size=(m, 3)), w) for m, w in ((4, 2.0), (5, 3.0))]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, w: x / np.abs(x + 1).sum(axis=1, keepdims=True) * w,
         "If `x` is doubled, the right result would stay the same; yours would not."),
        (lambda x, w: np.roll(x, 1, axis=1) * w,
         "If `x` is doubled, the right result would stay the same; yours would double."),
        (lambda x, w: rows_by_length(x, np.exp(w)), "If `w` is doubled, the right result would double; yours would not."),
    ],
)  # fmt: skip
def test_a_law_that_the_right_result_keeps_is_told(answer, says):
    assert says in judge(asked(rows_by_length, stretched), answer).message


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda z, gamma, beta, eps: gamma * (z - z.mean(axis=0)) / (z.std(axis=0) + eps) + beta,
         "It would be right if `eps` were 0: look at where `eps` comes in."),
        (lambda z, gamma, beta, eps: gamma * (norm(z, 1, 0, eps) + beta),
         "It would be right if `gamma` were 1: look at where `gamma` comes in."),
        (lambda z, gamma, beta, eps: norm(z, gamma, 0.5 * beta + 0.5 * gamma, eps),
         "It would be right if `gamma` and `beta` were the same: one of them stands where the other is meant."),
    ],
)  # fmt: skip
def test_the_argument_on_which_a_mistake_hangs_is_named(answer, says):
    assert judge(NORM, answer).message.startswith(says)


def test_where_nothing_is_left_to_agree_on_nothing_is_said():
    assert "would be right" not in judge(NORM, lambda z, gamma, beta, eps: gamma * np.tanh(z - eps) + beta).message
    share = asked(lambda x, y: 1 - ((x - y) ** 2).sum(), lambda: [(np.arange(3.0), np.arange(3.0) ** 2)])
    assert "would be right" not in judge(share, lambda x, y: 1 - ((x - y) ** 2).mean() ** 2).message


def test_a_table_that_lies_on_its_side_is_told_whatever_it_holds():
    draws = asked(lambda n, rng: rng.random((n, 2)), lambda: [(5, np.random.default_rng(0))], same=same_distribution)
    assert "Rows and columns have changed places." in judge(draws, lambda n, rng: rng.normal(size=(2, n))).message


def test_what_a_largest_value_depends_on_is_not_called_apart():
    whole = asked(lambda x: x / np.sqrt((x**2).sum()), lambda: [(x,) for x, _ in stretched()])
    assert "alone" not in judge(whole, lambda x: x / np.abs(x).max() ** 1.1).message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, w, rate: x - rate * w - rate * x, "What you return is what it should be, minus `x` times `rate`."),
        (lambda x, w, rate: (x - rate * w) / (1 - x + rate * w),
         "What you return is x / (1 - x), x being what it should be: the part over the rest."),
    ],
)  # fmt: skip
def test_a_term_too_much_and_a_part_over_the_rest_are_told(answer, says):
    cases = [(*np.random.default_rng(5).random((2, 3)), rate) for rate in (0.1, 0.4)]
    steps = asked(lambda x, w, rate: x - rate * w, lambda: cases)
    assert judge(steps, answer).message.startswith(says)


def test_the_right_places_with_more_behind_them_are_told():
    best = asked(lambda x, n: np.argsort(-x)[:n], lambda: [(np.array([0.3, 0.9, 0.5, 0.1]), n) for n in (1, 2)])
    assert "with 1 more behind it" in judge(best, lambda x, n: np.argsort(-x)[: n + 1]).message


def three(x):
    return x.sum(), x**2, -x[0]


def vectors():
    return [(np.array([1.0, 2.0, 4.0]),), (np.array([-3.0, 0.5]),)]


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (lambda x: list(three(x)), "correct", "Because."),
        (lambda x: (x.sum(), x**2), "not yet", "You return 2 values where 3 are asked for; your first and second are "
         "among them."),
        (lambda x: x**2, "not yet", "You return one value where 3 are asked for: yours is the second of them."),
        (lambda x: (x**2, x.sum(), -x[0]), "not yet", "Your 3 values are right, in another order: your first should be "
         "the second."),
        (lambda x: (x.sum(), (x**2, -x[0])), "not yet", "The values are right, but some stand inside another tuple or "
         "list: return 3 side by side."),
        (lambda x: (x.sum(), x**2, x[0]), "not yet", "The third of your 3 values is minus what it should be: the sign"),
        (lambda x: (x.sum(), np.cos(x), -x[0]), "not yet", "The second of your 3 values is wrong, the rest is right. If `x` "
         "is doubled, the right second value would become 4 times as large; yours would not. It returns 0.5403 at [0] in "
         "the second of your 3 values where 1 is expected."),
        (lambda x: (x.sum(), None, -x[0]), "not yet", "The second of the values that you return is `None`."),
        (lambda x: {"sum": 3}, "not yet", "It returns {'sum': 3}, which is not the kind of thing that was asked for: 3 "
         "values."),
    ],
)  # fmt: skip
def test_how_a_tuple_is_built_is_told_apart_from_its_numbers(answer, status, says):
    verdict = judge(asked(three, vectors), answer)
    assert verdict.status == status
    assert verdict.message.startswith(says), verdict.message


def test_places_and_values_are_told_apart():
    best = asked(lambda scores: np.argsort(-scores)[:2], lambda: [(np.array([0.1, 0.7, 0.4, 0.6]),), (np.arange(9.0),)])
    message = judge(best, lambda scores: np.sort(scores)[::-1][:2]).message
    assert message.startswith("What you return is made of the values of `scores`: their places were asked for.")


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        (lambda batches: batches[:-1], "Your result is the right one for `batches` without its last entry"),
        (lambda batches: batches[-1:], "Your result is the right one for the last entry of `batches` alone"),
        (lambda batches: [*batches[:-1], 0 * batches[-1]], "Your result ignores the last entry of `batches`."),
    ],
)
def test_a_part_that_is_left_out_is_named(left_out, says):
    def total(batches):
        return sum(batch.mean() for batch in batches) / len(batches) + 0.25

    def cases():
        return [([np.arange(3.0) * (i + 1) ** 2 for i in range(n)],) for n in (3, 5)]

    message = judge(asked(total, cases), lambda batches: total(left_out(batches))).message
    assert message.startswith(says), message


def test_only_the_last_row_wrong():
    def cases():
        return [(np.arange(12.0).reshape(4, 3) + 1,), (np.arange(15.0).reshape(5, 3) + 1,)]

    def answer(z):
        out = z**2
        out[-1] = np.cos(z[-1])
        return out

    assert judge(asked(lambda z: z**2, cases), answer).message.startswith("Only the last row is wrong.")


def test_numbers_that_nearly_agree_are_written_until_they_differ():
    assert tell_apart(0.5, 2 / 3) == ("0.5", "0.6667")
    assert tell_apart(1.0000021, 1.0) == ("1.000002", "1")
    message = judge(asked(slope, slopes, otherwise=lambda seen: f"You have {seen.got[0]:.3f}; expected {seen.expected[0]:.3f}."),
                    lambda w, learning_rate: slope(w, learning_rate) + np.array([3e-6, 0])).message  # fmt: skip
    yours, theirs = message.split("It returns ")[1].split(" at [0] where ")
    assert yours != theirs.split(" is expected")[0]


def test_draws_are_compared_as_draws():
    def draw(low, high, size, rng):
        return 10 ** rng.uniform(low, high, size)

    drawn = asked(draw, lambda: [(-2.0, 1.0, 20_000, np.random.default_rng(3))], same=same_distribution)
    exponents = judge(drawn, lambda low, high, size, rng: rng.uniform(low, high, size)).message
    assert exponents.startswith("What you return is the logarithm, to base 10, of what it should be.")
    dealt = judge(drawn, lambda low, high, size, rng: rng.permutation(10 ** np.linspace(low, high, size))).message
    assert dealt.startswith("With another `rng` it returns the same values in another order")
    in_order = judge(drawn, lambda *args: np.sort(drawn.solution(*args))).message
    assert in_order.startswith("They are the right values, and they come in order.")


def test_a_known_wrong_answers_own_words_come_first():
    known = asked(
        slope, slopes, wrong_answers=(WrongAnswer(lambda w, learning_rate: -slope(w, learning_rate), "Uphill."),)
    )
    assert judge(known, lambda w, learning_rate: -slope(w, learning_rate)) == ("not yet", "Uphill.")


def test_what_a_maximum_does_not_feel_is_not_called_ignored():
    def cases():
        return [(np.array([9.0, 1.0, 2.0, 5.0]), 10), (np.array([7.0, 3.0, 1.0, 0.5]), 20)]

    largest = asked(lambda x, n: x.max() + round(n**0.5), cases)
    message = judge(largest, lambda x, n: np.abs(x - 5.1).max() + round(n**0.5)).message
    assert "ignores" not in message, message


def test_a_seed_has_to_be_followed():
    def shuffled(x, seed):
        return x[np.random.default_rng(seed).permutation(len(x))]

    def same(got, expected):
        return np.array_equal(np.sort(got), np.sort(expected))

    order = asked(shuffled, lambda: [(np.arange(30.0), 3)], same=same)
    assert judge(order, shuffled).status == "correct"
    assert judge(order, lambda x, seed: x) == (
        "not yet", "With another `seed` it returns the same values: where does it come in?"
    )  # fmt: skip
    assert judge(order, lambda x, seed: np.random.default_rng().permutation(x)) == (
        "not yet", "With the same `seed` it returns other values each time. Make the generator from it."
    )  # fmt: skip
