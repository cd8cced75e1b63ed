"""The judge: what it says of an answer, word for word."""

import re
import sys
import warnings

import numpy as np
import pytest

from coursekit.lab import tensorflow_lazily
from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer
from coursekit.lab.judge import judge
from coursekit.lab.same import same_distribution, same_values
from coursekit.lessons import EXERCISES


def double(x):
    return 2 * x


def exercise(**changes):
    return Exercise(
        **{
            "name": "99.1",
            "prompt": "Write `double(x)`.",
            "solution": double,
            "cases": lambda: [(0.0,), (3.0,), (np.array([1.0, 2.0]),)],
            "same": same_values,
            "wrong_answers": (
                WrongAnswer(lambda x: x + 2, lambda seen: f"From {seen.args[0]:g} you come to {seen.got:g}: you add."),
                WrongAnswer(lambda x: x**2, "You square."),
            ),
            "otherwise": lambda seen: f"From {seen.args[0]} it makes {seen.got}; expected {seen.expected}.",
            "hints": ("Twice.",),
            "why": "Twice is twice.",
        }
        | changes
    )


def raises(error):
    def answer(x):
        raise error

    return answer


def changes_its_argument(x):
    x *= 2
    return x


NOT_YET, NOT_ATTEMPTED, CORRECT = "not yet", "not attempted", "correct"


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        (double, CORRECT, "Twice is twice."),
        (lambda x: x + x, CORRECT, "Twice is twice."),
        (changes_its_argument, CORRECT,
         "Twice is twice. It also changes `x`, which belongs to whoever calls it: they find other numbers there "
         "afterwards. Work on a copy."),
        (lambda x: x + 2, NOT_YET, "From 0 you come to 2: you add."),
        (lambda x: 2 + x * 1, NOT_YET, "From 0 you come to 2: you add."),
        (np.square, NOT_YET, "You square."),
        (lambda x: 3 * x, NOT_YET,
         "What you return is what it should be, times 1.5. From 3.0 it makes 9.0; expected 6.0."),
        (lambda x: [2 * x], NOT_YET,
         "It returns an array of shape (1,) where a single number was expected. What you return is made of the right "
         "numbers, in shape (1,) instead of ()."),
        (lambda _: "6", NOT_YET,
         "It returns '6', which is not the kind of thing that was asked for: a single number."),
        (lambda _: print(end=""), NOT_YET, "It returns `None`. Is the `return` missing?"),
        (lambda _: ..., NOT_ATTEMPTED, "It returns the `...`: replace it."),
        (lambda x: 2 * x + ..., NOT_ATTEMPTED, "There is still a `...` in it: replace it."),
        (raises(ZeroDivisionError("division by zero")), NOT_YET, "It raised ZeroDivisionError: division by zero"),
        (raises(SystemExit(1)), NOT_YET, "It raised SystemExit: 1"),
        (raises(RuntimeWarning("overflow")), NOT_YET, "It raised RuntimeWarning: overflow"),
        (lambda: 3, NOT_YET, "It is called with 1 argument, `(x)`; yours takes `()`."),
        (lambda x, y: x + y, NOT_YET, "It is called with 1 argument, `(x)`; yours takes `(x, y)`."),
        (6.0, NOT_YET, "Hand over the function itself, `double` without brackets; this is 6.0."),
        (None, NOT_ATTEMPTED, "Replace the `...`."),
        (..., NOT_ATTEMPTED, "Replace the `...`."),
    ],
)  # fmt: skip
def test_the_verdict_word_for_word(answer, status, message):
    assert judge(exercise(), answer) == (status, message)


def test_an_interrupt_goes_through():
    with pytest.raises(KeyboardInterrupt):
        judge(exercise(), raises(KeyboardInterrupt()))


def test_a_recursion_without_end_gets_a_verdict():
    def forever(x):
        return forever(x)

    limit = sys.getrecursionlimit()
    assert judge(exercise(), forever).message.startswith("It raised RecursionError")
    assert sys.getrecursionlimit() == limit


STUBS = [
    "def double(x): ...",
    "def double(x):\n    pass",
    "def double(x: float, *, y: int = 3) -> float:\n    ...",
    'def double(x):\n    """Twice x."""\n    ...',
    'def double(x):\n    """Twice x."""',
    "def double(x):\n    return",
    "def double(x):\n    # twice x\n    ...",
]
NO_STUBS = [
    "def double(x): return x",
    "def double(x): y = 2 * x",
    "def double(x): print(end='')",
    "def double(x): yield x",
    "def double(x): 'twice'; return 'text'",
    "double = lambda x: 0",
]


def written(code):
    names = {}
    exec(code, names)  # noqa: S102 - what a learner writes
    return names["double"]


@pytest.mark.parametrize("code", STUBS)
def test_an_empty_function_is_not_attempted(code):
    assert judge(exercise(), written(code)) == (NOT_ATTEMPTED, "Replace the `...`.")


@pytest.mark.parametrize("code", NO_STUBS)
def test_a_function_that_does_anything_is_an_attempt(code):
    assert judge(exercise(), written(code)).status == NOT_YET


def test_a_method_can_be_an_answer():
    class Mine:
        def double(self, x):
            return 2 * x

        def later(self, x): ...

    assert judge(exercise(), Mine().double).status == CORRECT
    assert judge(exercise(), Mine().later).status == NOT_ATTEMPTED


def test_a_reason_that_cannot_be_said_is_replaced():
    # it formats a number, and there is an array
    first_an_array = exercise(cases=lambda: [(np.array([1.0, 5.0]),)])
    message = judge(first_an_array, lambda x: x + 2).message
    assert message == (
        "It returns array([3., 7.]), which is not the kind of thing that was asked for: an array of shape (2,), one "
        "per entry of `x`."
    )


def test_an_answer_of_many_numbers_is_not_written_out():
    message = judge(exercise(), list(range(10_000))).message
    assert message == "Hand over the function itself, `double` without brackets; this is [0, 1, 2, 3, 4, 5, ...]."


def test_a_noisy_answer_makes_no_noise():
    def noisy(x):
        warnings.warn("careful", stacklevel=1)
        return 2 * x + 0 * np.log(-1.0) if np.ndim(x) else 2 * x

    with warnings.catch_warnings(record=True) as heard, np.errstate(all="warn"):
        warnings.simplefilter("always")
        assert judge(exercise(), noisy).status == NOT_YET
        assert judge(exercise(), lambda x: 2 * x + 1j).status == NOT_YET
    assert heard == []


def test_none_may_be_right():
    nothing = exercise(solution=lambda _: None, same=lambda got, expected: got is expected)
    assert judge(nothing, lambda _: print(end="")).status == CORRECT


def test_same_values_compares_tuples_piece_by_piece():
    expected = (1.0, np.array([1.0, 2.0]))
    assert same_values((1.0, [1.0, 2.0]), expected)
    assert not same_values((1.0, [1.0, 2.1]), expected)
    assert not same_values((1.0,), expected)
    assert not same_values([1.0, [1.0, 2.0]], expected)
    assert same_values((1.0, [1.0, 2.1]), expected, rtol=0.1)


def test_same_values_looks_at_the_shape():
    assert same_values([[1, 2]], np.array([[1.0, 2.0]]))
    assert not same_values([1, 2], np.array([[1.0, 2.0]]))
    assert not same_values(1.0, np.array([1.0, 1.0]))
    assert not same_values(np.nan, 1.0)


def test_same_distribution_tells_samples_apart(rng):
    one = rng.normal(size=20_000)
    assert same_distribution(list(rng.normal(size=20_000)), one)
    assert same_distribution(rng.normal(size=20_000).astype(np.float32), one)
    for other in (0.1 + one, 1.2 * one, np.abs(one), one[:100], one.reshape(2, -1), np.where(one > 3, np.nan, one)):
        assert not same_distribution(other, one)


def test_same_distribution_looks_at_the_kind_of_number(rng):
    one = rng.integers(2, 5, 20_000)
    assert same_distribution(rng.integers(2, 5, 20_000, dtype=np.uint8), one)
    assert not same_distribution(one.astype(float), one)
    assert not same_distribution(one + 0j, one)
    assert not same_distribution(one > 3, one)


@pytest.mark.parametrize("argument", ["hints", "wrong_answers"])
def test_an_exercise_needs_hints_and_wrong_answers(argument):
    message = f"Exercise: {argument} must hold at least one of them for exercise 99.1; got none."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        exercise(**{argument: ()})


def test_a_prediction_needs_its_answer_among_the_options():
    message = "Prediction: answer must be one of 'a', 'b'; got 'c'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Prediction("99.a", "Which?", ("a", "b"), "c", "Because.")


def found_double(x):
    return 2 + x  # double


def test_the_stub_has_the_name_of_the_solution():
    assert exercise().stub == "def double(x):\n    ..."
    assert exercise(found=found_double).stub == "def double(x):\n    return 2 + x  # double"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda low, high, size, rng: np.geomspace(low, high, size), "With another `rng` it returns the same values"),  # noqa: ARG005
        (
            lambda low, high, size, rng: 10 ** np.random.uniform(np.log10(low), np.log10(high), size),  # noqa: ARG005, NPY002
            "With the same `rng` it returns other values each time",
        ),
    ],
    ids=["laid out", "from np.random"],
)
def test_values_that_are_spread_right_but_not_drawn_are_told_from_draws(answer, says):
    verdict = judge(EXERCISES["03.1"], answer)
    assert verdict.status == "not yet"
    assert verdict.message.startswith(says)


def test_a_misconception_that_raises_is_recognised():
    verdict = judge(
        EXERCISES["03.2"],
        lambda low, high, size, rng: 1 - 10 ** rng.uniform(np.log10(1 - low), np.log10(1 - high), size),
    )
    assert verdict == (NOT_YET, "`rng.uniform` wants the smaller end first, and yours are the other way round. Which "
                       "decay has the smaller 1 - decay?")  # fmt: skip


class Counter:
    """Something that an answer changes beside what it returns."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1


def test_more_than_what_an_answer_returns_can_be_judged():
    def twice(counter):
        counter()
        counter()
        return 5

    def once(counter):
        counter()
        return 5

    def observe(answer, args):
        return answer(*args), args[0].times

    counted = exercise(
        solution=twice, cases=lambda: [(Counter(),)], same=same_values, observe=observe,
        wrong_answers=(WrongAnswer(once, lambda seen: f"It was called {seen.got[1]} times."),),
    )  # fmt: skip
    assert judge(counted, twice).status == "correct"
    assert judge(counted, once) == (NOT_YET, "It was called 1 times.")
    assert judge(exercise(**{**vars(counted), "observe": None}), once).status == "correct", "not by what it returns"


def test_where_what_it_needs_is_missing_nothing_is_judged_and_no_stub_takes_offence():
    def fails(*_):
        raise ModuleNotFoundError

    lacking = exercise(missing=lambda: "TensorFlow", solution=fails, cases=fails)
    assert judge(lacking, lambda x: x) == ("not attempted", "Nobody can judge it here: TensorFlow is missing.")
    assert judge(lacking, ...) == ("not attempted", "Replace the `...`.")


def test_tensorflow_is_missing_where_it_can_not_be_imported_and_is_asked_for_when_something_is_wanted_of_it(
    monkeypatch,
):
    monkeypatch.setitem(sys.modules, "keras", None)
    assert tensorflow_lazily.no_tensorflow() == "TensorFlow"
    with pytest.raises(AttributeError):
        _ = tensorflow_lazily.tf.__wrapped__
    with pytest.raises(ModuleNotFoundError):
        _ = tensorflow_lazily.tf.constant
