"""Every exercise and every prediction, the moment that it is declared: nobody has to write a test for it."""

import functools
import inspect
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from coursekit.lab.exercise import WrongAnswer
from coursekit.lab.judge import judge
from coursekit.lab.tensorflow_lazily import keras, tf, v1
from coursekit.lessons import EXERCISES, PREDICTIONS

FALLBACK = "not the kind of thing"


@pytest.fixture(params=EXERCISES.values(), ids=EXERCISES)
def exercise(request):
    return request.param


def squeezed(code):
    return re.sub(r"\s", "", code)


def lines_of(function):
    """What a learner has to write, line by line, without blanks."""
    body = inspect.getsource(function).splitlines()[1:]
    return [squeezed(line).removeprefix("return") for line in body if line.strip()]


def run(code):
    names = {"np": np, "tf": tf, "keras": keras, "v1": v1}
    exec(compile(code, "stub", "exec"), names)  # noqa: S102 - what the learner runs
    return names


@functools.cache
def verdicts(name):
    """What is said to each known wrong answer, and by which one's reason: judged once for all tests that read it."""
    exercise, said = EXERCISES[name], []

    def recorded(i, reason):
        return lambda seen: (said.append(i), exercise.say(reason, seen))[1]

    known = [WrongAnswer(each.answer, recorded(i, each.reason)) for i, each in enumerate(exercise.wrong_answers)]
    spy = replace(exercise, wrong_answers=known)
    return [(judge(spy, each.answer), said[-1:]) for each in known]


def told(exercise, i):
    return judge(exercise, exercise.wrong_answers[i].answer)


def test_the_solution_is_correct(exercise):
    assert judge(exercise, exercise.solution) == ("correct", exercise.why)


@pytest.mark.seconds
def test_every_wrong_answer_is_caught_with_its_own_reason(exercise):
    for i, (verdict, said) in enumerate(verdicts(exercise.name)):
        assert verdict.status == "not yet"
        assert said == [i], f"{i} is told the reason of {said}"


@pytest.mark.seconds
def test_every_reason_can_be_said_and_is_said_but_once(exercise):
    messages = [verdict.message for verdict, _ in verdicts(exercise.name)]
    assert len(set(messages)) == len(messages)
    for message in messages:
        assert FALLBACK not in message
        assert re.search(r"[.?]$", message), message
        assert message.count("`") % 2 == 0, message


@pytest.mark.seconds
@pytest.mark.sampled(4)
def test_a_verdict_is_the_same_each_time(exercise):
    assert [told(exercise, i) for i in (0, -1)] == [verdicts(exercise.name)[i][0] for i in (0, -1)]


@pytest.mark.seconds
@pytest.mark.sampled(3)
def test_an_answer_that_nobody_has_met_is_told_what_was_seen(exercise):
    def almost(*args):
        right = exercise.solution(*args)
        try:
            return np.asarray(right) * 1.5
        except TypeError:  # it is no number
            return [right]

    status, message = judge(exercise, almost)
    assert status == "not yet"
    assert re.search(r"\d", message)
    assert FALLBACK not in message


def test_the_stub_runs_and_is_judged_kindly(exercise):
    written = run(exercise.stub)[exercise.solution.__name__]
    assert list(inspect.signature(written).parameters) == list(inspect.signature(exercise.solution).parameters)
    if exercise.found is None:
        assert judge(exercise, written) == ("not attempted", "Replace the `...`.")
    else:
        assert judge(exercise, written) == judge(exercise, exercise.found)
        assert judge(exercise, written).status == "not yet"


def test_the_bug_to_find_is_one_of_the_known_ones(exercise):
    assert exercise.found is None or exercise.found in [known.answer for known in exercise.wrong_answers]


def test_the_prompt_names_what_to_write(exercise):
    signature = f"`{exercise.solution.__name__}({', '.join(inspect.signature(exercise.solution).parameters)})`"
    assert exercise.found is not None or signature in exercise.prompt


@pytest.mark.seconds
def test_neither_hints_nor_reasons_give_the_solution_away(exercise):
    reasons = [verdict.message for verdict, _ in verdicts(exercise.name)]
    for text, line in itertools.product([*exercise.hints, *reasons], lines_of(exercise.solution)):
        assert line not in squeezed(text), f"{text!r} holds {line!r}"


def test_texts_are_whole_sentences(exercise):
    for text in (exercise.prompt, exercise.why, *exercise.hints):
        assert re.search(r"[.?!]`?$", text), text
        assert text.count("`") % 2 == 0, text
        assert "  " not in text, text


class Unreadable:
    """Something that can be neither written nor made an array."""

    def __array__(self, *args, **options):
        raise KeyError("no")

    def __repr__(self):
        raise RuntimeError("no")


SINGLE = (
    None, ..., "text", b"bytes", object(), print, {}, {1}, [], (), (None,), [...], [[1, 2], [3]], [1, "a"], range(3),
    Unreadable(), True, 1 + 2j, np.nan, np.inf, -np.inf, 1e308, 10**400, np.ma.masked, np.datetime64("2020-01-01"),
    np.array(["a", "b"]), np.ones((2, 7, 3)), (i for i in range(3)),
)  # fmt: skip
THINNED = (
    6  # each exercise meets a sixth of the nonsense, and six of them all of it; where the deep is wanted, each all
)
FILL = (0, -1, 1e308, np.nan, np.inf, 1j, True, "a", None, np.float32(0.5))


def one_of_each_kind():
    """An exercise of each way of looking at a result and comparing it; for the others the judge does the same again."""
    seen = set()
    for each in EXERCISES.values():
        kind = each.same, each.observe
        yield pytest.param(each, len(seen), id=each.name, marks=[pytest.mark.deep] if kind in seen else [])
        seen.add(kind)


@pytest.mark.seconds
@pytest.mark.parametrize(("exercise", "nth"), list(one_of_each_kind()))
def test_nonsense_gets_a_verdict(exercise, nth, deep):
    def shaped(fill):
        return lambda *args: np.full(np.shape(exercise.solution(*args)), fill)

    answers = [*(lambda *_, single=single: single for single in SINGLE), *map(shaped, FILL)]
    for answer in answers if deep else answers[nth % THINNED :: THINNED]:
        status, message = judge(exercise, answer)
        assert status in {"not yet", "not attempted"}
        assert len(message) < 400


@pytest.mark.parametrize(
    "answer", [3, "log_uniform", [1, 2], np.ones(20_000), list(range(20_000)), Unreadable()], ids=type
)
def test_what_is_no_function_is_told_to_be_one(exercise, answer):
    status, message = judge(exercise, answer)
    assert status == "not yet"
    assert message.startswith(
        f"Hand over the function itself, `{exercise.solution.__name__}` without brackets; this is "
    )
    assert len(message) < 250


@pytest.mark.seconds
@pytest.mark.sampled(3)
def test_an_answer_that_spoils_its_arguments_spoils_nothing_else(exercise):
    def spoils(*args):
        result = exercise.solution(*args)
        for each in args:
            if isinstance(each, np.ndarray):
                each[...] = np.nan if each.dtype.kind == "f" else 0
            if isinstance(each, np.random.Generator):
                each.random(7)
        return result

    assert judge(exercise, spoils).status == "correct"
    assert told(exercise, 0) == verdicts(exercise.name)[0][0]
    assert judge(exercise, exercise.solution).status == "correct"


def test_exercises_are_numbered_and_predictions_lettered_within_their_lesson():
    for kind, registry, ids in (("exercise", EXERCISES, "123456789"), ("prediction", PREDICTIONS, "abcdefghi")):
        assert all(re.fullmatch(r"\d\d\.[0-9a-z]", name) for name in registry), kind
        for lesson, names in itertools.groupby(registry, lambda name: name[:3]):
            there = list(names)
            assert there == [lesson + each for each in ids[: len(there)]], kind


@pytest.mark.parametrize("prediction", PREDICTIONS.values(), ids=PREDICTIONS)
def test_a_prediction_has_distinct_options_and_a_reason(prediction):
    assert prediction.answer in prediction.options
    assert 2 <= len(prediction.options) == len({option.strip().lower() for option in prediction.options})
    assert prediction.question.endswith("?")
    for text in (prediction.question, prediction.why, *prediction.options):
        assert text.strip() == text != ""
        assert "  " not in text
    assert prediction.why.endswith(".")
