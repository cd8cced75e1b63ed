"""``check`` and ``reset``: what the learner reads, with a kernel and without."""

import ast
import functools
import inspect
import re
from contextlib import suppress
from dataclasses import replace
from xml.etree import ElementTree as ET

import nbformat
import notebook_files
import pytest

from coursekit.lab.exercise import source_of
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES
from coursekit.notebook import check, checking, reset


def parsed(output):
    """The page as a tree: refuses what is not well formed."""
    return ET.fromstring(output.data["text/html"])  # noqa: S314 - it comes from this project


def text_of(element):
    return "".join(element.itertext())


some_exercises = pytest.mark.sampled(20)  # one page shows them all


@pytest.fixture(params=EXERCISES.values(), ids=EXERCISES)
def exercise(request):
    return request.param


@some_exercises
def test_a_wrong_answer_is_told_why_with_a_sign_and_words(exercise, page):
    for known in exercise.wrong_answers:
        page.clear()
        check(exercise.name, known.answer)
        (output,) = page
        message = judge(exercise, known.answer).message
        assert output.data["text/plain"] == f"{exercise.name} Not yet. {message}"
        shown = text_of(parsed(output))
        assert shown.startswith(f"Exercise {exercise.name}: {exercise.prompt.replace('`', '')}")
        assert f"✗ Not yet. {message.replace('`', '')}" in shown
        assert output.data.keys() == {"text/html", "text/plain"}
        assert output.metadata == {"coursekit": {"check": exercise.name}}


@some_exercises
def test_a_right_answer_is_told_why_it_matters_and_can_be_compared_with_the_solution(exercise, page):
    check(exercise.name, exercise.solution)
    (output,) = page
    assert output.data["text/plain"] == f"{exercise.name} Correct. {exercise.why}"
    tree = parsed(output)
    assert f"✓ Correct. {exercise.why.replace('`', '')}" in text_of(tree)
    (details,) = tree.iter("details")
    summary, source = details
    assert summary.text == "A solution, to compare"
    assert f"def {exercise.solution.__name__}(" in text_of(source)


@some_exercises
def test_an_empty_answer_is_not_attempted(exercise, page):
    check(exercise.name, ...)
    (output,) = page
    assert output.data["text/plain"] == f"{exercise.name} Not attempted yet. Replace the `...`."
    assert "○ Not attempted yet. Replace the ...." in text_of(parsed(output))


@functools.cache
def imported_by_the_lesson(number):
    """What a solution finds when a learner pastes it into the lesson: NumPy, and whatever its cells import."""
    (path,) = notebook_files.find([number])
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    names = {}
    for line in ast.parse("\n".join(code)).body:
        if isinstance(line, ast.Import | ast.ImportFrom):
            with suppress(ModuleNotFoundError):  # of TensorFlow, where lesson 13 passes over what needs it
                exec(compile(ast.Module([line], []), str(path), "exec"), names)  # noqa: S102 - the project's own imports
    return names


@some_exercises
def test_hints_open_one_at_a_time_and_the_solution_last(exercise, page):
    check(exercise.name, ...)
    details = parsed(page[0]).find("details")
    n = len(exercise.hints)
    for number, hint in enumerate(exercise.hints, start=1):
        assert details.attrib == {}, "closed"
        summary, body, inner = details
        assert (summary.tag, summary.text) == ("summary", f"Hint {number} of {n}")
        assert text_of(body) == hint.replace("`", "")
        details = inner
    summary, source = details
    assert summary.text == "A solution"
    assert source.tag == "pre"
    assert "noqa" not in text_of(source)
    assert text_of(source) == source_of(exercise.solution), "escaped on the way"


@pytest.mark.seconds
def test_the_solution_is_one_when_it_is_pasted_into_its_lesson(exercise):
    names = dict(imported_by_the_lesson(exercise.name[:2]))
    exec(source_of(exercise.solution), names)  # noqa: S102 - the project's own solution
    assert judge(exercise, names[exercise.solution.__name__]).status == "correct"


@some_exercises
def test_the_output_is_the_same_each_time(exercise, page):
    for answer in (exercise.solution, exercise.wrong_answers[0].answer):
        check(exercise.name, answer)
        check(exercise.name, answer)
        assert page[-1] == page[-2]


def test_what_an_answer_says_is_escaped(page):
    def answer(w, d_w, learning_rate):
        raise ValueError("<script>alert('a' & `b`)</script>")

    check("00.1", answer)
    (output,) = page
    assert output.data["text/plain"].endswith("It raised ValueError: <script>alert('a' & `b`)</script>")
    assert "&lt;script&gt;alert('a' &amp; <code>b</code>)&lt;/script&gt;" in output.data["text/html"]
    assert parsed(output).find(".//script") is None


def at_most(x, limit):
    return x if x < limit else "<b>no</b>"


def test_a_solution_is_escaped(page, monkeypatch):
    one = EXERCISES["00.1"]
    monkeypatch.setitem(EXERCISES, "00.1", replace(one, solution=at_most, prompt="a < `b` & c", hints=("1 < 2",)))
    check("00.1", ...)
    tree = parsed(page[0])
    assert text_of(tree).startswith("Exercise 00.1: a < b & c")
    assert [text_of(each) for each in tree.iter("pre")] == [inspect.getsource(at_most)]
    assert "1 < 2" in text_of(tree.find("details"))
    assert tree.find(".//b") is None


@pytest.mark.parametrize("function", [check, reset])
@pytest.mark.parametrize("name", ["03.99", "log_uniform", None, 3.1])
def test_an_unknown_exercise_is_answered_with_those_that_there_are(function, name, page, capsys):
    function(name, 3) if function is check else function(name)
    there_are = ", ".join(EXERCISES)
    assert capsys.readouterr().out == f"{function.__name__}: there is no exercise {name!r}. There are: {there_are}.\n"
    assert page == []


class Shell:
    def set_next_input(self, text):
        self.text = text


@some_exercises
def test_reset_lays_the_stub_in_a_new_cell(exercise, page, monkeypatch):
    shell = Shell()
    monkeypatch.setattr(checking, "get_ipython", lambda: shell)
    reset(exercise.name)
    names = {"np": __import__("numpy"), "check": check}
    exec(compile(shell.text, "cell", "exec"), names)  # noqa: S102 - what the learner runs
    assert re.match(rf"{exercise.name} (Not attempted yet|Not yet)\. ", page[0].data["text/plain"])
    assert shell.text == f'{exercise.stub}\n\ncheck("{exercise.name}", {exercise.solution.__name__})'


def test_reset_outside_of_a_notebook_does_nothing(monkeypatch, capsys):
    monkeypatch.setattr(checking, "get_ipython", lambda: None)
    reset("00.1")
    assert capsys.readouterr().out == ""
