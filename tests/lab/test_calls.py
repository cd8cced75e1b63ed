# ruff: noqa: ARG005, E501 - wrong answers leave arguments unused; what is said stands in one line
"""A check stays in control: whatever an answer does, it ends, and the solution is what it was."""

import asyncio
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from coursekit.lab import calls
from coursekit.lab import judge as judging
from coursekit.lab.exercise import Exercise, WrongAnswer
from coursekit.lab.judge import judge
from coursekit.lab.same import same_values


def grow(x, rate):
    return np.exp(rate * x)


GROW = Exercise(
    name="99.3", prompt="Write `grow(x, rate)`.", solution=grow, same=same_values, why="It grows.", hints=("How?",),
    cases=lambda: [(np.arange(3.0), 0.5), (np.arange(4.0) - 1, 0.25)], otherwise="No.",
    wrong_answers=(WrongAnswer(lambda x, rate: x, "Not at all."),),
)  # fmt: skip


@pytest.fixture
def _soon(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.3)


def endless(x, rate):
    n = 0
    while n != 0.5:
        n += 1
    return n


def endless_and_stubborn(x, rate):
    n = 0
    while True:
        try:
            n += 1 / n
        except:  # noqa: E722 - what learners write
            n = 1


def waiting(x, rate):
    while True:
        time.sleep(0.01)


@pytest.mark.seconds
@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize(
    ("answer", "loop"),
    [(endless, "while n != 0.5:"), (endless_and_stubborn, "while True:"), (waiting, "while True:")],
    ids=["works", "bare except", "waits"],
)
def test_a_loop_without_end_is_stopped_and_named(answer, loop):
    status, message = judge(GROW, answer)
    assert status == "not yet"
    assert message.startswith("It was stopped after ")
    assert message.endswith(f"Then it was in your loop `{loop}`. What ends it?")


@pytest.mark.seconds
@pytest.mark.usefixtures("_soon")
def test_a_loop_without_end_is_stopped_in_another_thread_too():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(judge(GROW, endless)))
    thread.start()
    thread.join(timeout=60)
    assert verdicts[0].status == "not yet"
    assert judge(GROW, grow).status == "correct", "and nothing is thrown afterwards"


class SilentError(Exception):
    def __str__(self):
        return self.text  # never set


def raises(error):
    def answer(x, rate):
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [SystemExit(), asyncio.CancelledError(), GeneratorExit(), SilentError(), BaseException("all")], ids=type
)
def test_whatever_is_raised_the_check_goes_on(error):
    status, message = judge(GROW, raises(error))
    assert status == "not yet"
    assert message.startswith(f"It raised {type(error).__name__}")


class Exits:
    """Something that ends the program when it is looked at."""

    def __array__(self, *args, **options):
        raise asyncio.CancelledError

    def __eq__(self, other):
        raise SystemExit

    __hash__ = None


class ExitingList(list):
    def __iter__(self):
        raise SystemExit


class Endless:
    def __array__(self, *args, **options):
        while True:
            pass


@pytest.mark.parametrize(
    "thing", [Exits(), (Exits(), 1), ExitingList([1, 2]), [Exits()]], ids=lambda each: str(type(each))
)
def test_whatever_is_returned_the_check_goes_on(thing):
    assert judge(GROW, lambda x, rate: thing).status == "not yet"


@pytest.mark.seconds
@pytest.mark.usefixtures("_soon")
def test_what_never_becomes_an_array_is_stopped():
    assert judge(GROW, lambda x, rate: Endless()).message.startswith("It was stopped after ")


WATCHED = """
import cProfile
from coursekit.lab.calls import attempt

def endless():
    while True:
        pass

late = attempt(endless, 0.2)
assert attempt(int, 5.0) == 0
cProfile.Profile().runcall(lambda: 1)
print(late.is_late)
"""


@pytest.mark.seconds
def test_a_debugger_works_after_a_check_that_stopped_a_loop():
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("n_good", range(1, 30, 3))
def test_an_error_at_a_later_call_gets_a_verdict(n_good):
    n_calls = 0

    def answer(x, rate):
        nonlocal n_calls
        n_calls += 1
        if n_calls > n_good:
            raise SystemExit
        return grow(x, rate) + 1

    assert judge(GROW, answer).status == "not yet"


def test_an_error_when_it_draws_once_more_gets_a_verdict():
    def draw(size, rng):
        return rng.random(size)

    n_calls = 0

    def answer(size, rng):
        nonlocal n_calls
        n_calls += 1
        if n_calls > 1:
            raise ValueError("no more")
        return rng.random(size)

    once = Exercise(**{**vars(GROW), "solution": draw, "cases": lambda: [(5, np.random.default_rng(0))]})
    status, message = judge(once, answer)
    assert status == "not yet"
    assert message == "Called once more, it fails. It raised ValueError: no more"


def test_the_solution_is_judged_by_numpys_own_functions(monkeypatch):
    def mine(x):
        return 1 + x

    monkeypatch.setattr(np, "exp", mine)
    status, message = judge(GROW, lambda x, rate: 1 + rate * x)
    assert status == "not yet", "the solution did not change with it"
    status, message = judge(GROW, lambda x, rate: np.exp(rate * x))
    assert status == "not yet"
    assert message.startswith("It would be right, but `np.exp` is no longer NumPy's own")
    assert judge(GROW, lambda x, rate: np.e ** (rate * x)).status == "correct"
    assert np.exp is mine, "what a learner did is theirs"


def test_a_buffer_that_is_used_again_does_not_spoil_what_was_returned():
    scratch = np.empty(10)

    def answer(x, rate):
        scratch[: len(x)] = grow(x, rate)
        return scratch[: len(x)]

    assert judge(GROW, answer) == ("correct", "It grows.")


def test_arguments_that_are_changed_are_named():
    def answer(x, rate):
        x *= rate
        return np.exp(x)

    status, message = judge(GROW, answer)
    assert status == "correct"
    assert message == ("It grows. It also changes `x`, which belongs to whoever calls it: they find other numbers there "
                       "afterwards. Work on a copy.")  # fmt: skip
    assert judge(GROW, lambda x, rate: grow(x.copy(), rate)) == ("correct", "It grows.")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0]), np.array([2.0]), False),
        ([np.array([1.0])], [np.array([2.0])], False),
        ({"a": [1, 2]}, {"a": [1, 2]}, True),
        ({"a": [1, 2]}, {"a": [1, 2], "b": 3}, False),
        ((1, "a", float("nan")), (1, "a", float("nan")), True),
        (object(), object(), True),
    ],
)
def test_what_counts_as_changed(before, after, same):
    assert calls.unchanged(before, after) is same


def test_an_error_is_told_with_the_learners_line_and_what_stood_there():
    def answer(x, rate):
        weights = np.ones((4, 2))
        return weights @ x * rate

    assert judge(GROW, answer).message.endswith(
        "Your line: `return weights @ x * rate`, where `weights` has shape (4, 2), `x` has shape (3,) and `rate` is 0.5. "
        "A product wants as many columns on the left as rows on the right."
    )


@pytest.mark.parametrize(
    ("answer", "in_words"),
    [
        (lambda x, rate: max(x, 0), "`if`, `and`, `or`, `max` and `min` want one truth, and a whole array has many"),
        (lambda x, rate: list(x) - list(x), "A list can't be calculated with as an array can."),
        (lambda x, rate: x[: 2 * rate], "Counts and places must be whole numbers, of type `int`."),
        (lambda x, rate: rate(x), "Round brackets after a name call it"),
        (lambda x, rate: nothing * x, "Is it misspelled, or made only later?"),  # noqa: F821
    ],
)
def test_common_errors_are_told_in_other_words(answer, in_words):
    assert in_words in judge(GROW, answer).message


def test_a_page_of_traceback_is_cut_to_what_counts():
    page = (
        'in user code:\n\n    File "cell", line 3, in step  *\n        return w * b\n\n    ValueError: shapes differ\n'
    )
    assert judge(GROW, raises(TypeError(page))).message == "It raised TypeError: ValueError: shapes differ"
