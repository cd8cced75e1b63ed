"""The learner's own file: what is written comes back, nothing is lost, and nothing raises."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.lab.controls import Checkbox, Drawing, Dropdown, Moves, Slider
from coursekit.lab.task import Part
from coursekit.notebook import asking, checking, course_map, memory, showing
from coursekit.notebook.memory import FILE, Memory
from coursekit.notebook.restoring import fitting
from coursekit.scales import IntegerScale, LogScale

PUT = ("03", "predictions", "03.a", "the log scale")


@pytest.fixture
def workbook(tmp_path):
    """A folder as tools/workbook.py lays it."""
    (tmp_path / ".laid.json").write_text("{}")
    return tmp_path


@pytest.fixture
def kept(workbook, monkeypatch):
    """All of the notebook room remembers in a workbook."""
    mine = Memory(workbook)
    for room in (asking, checking, course_map, showing, memory):
        monkeypatch.setattr(room, "memory", mine)
    return mine


def content(workbook):
    return json.loads((workbook / FILE).read_bytes())


def test_only_a_workbook_has_a_memory(tmp_path, capsys):
    for folder in (tmp_path, None):
        nowhere = Memory(folder)
        nowhere.put(*PUT, at="prediction 03.a")
        nowhere.put_soon("03", "controls", "small", {"rate": 1}, at="here")
        nowhere.flush()
        nowhere.say_news()
        assert nowhere.get(*PUT[:3]) is None
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""


def test_the_course_itself_is_no_workbook():
    root = Path(__file__).resolve().parents[2]
    assert Memory(root / "notebooks").folder is None
    assert Memory(root).folder is None
    assert memory.memory.folder is None, "the tests read and write no learner's file"


def test_what_is_put_comes_back_in_another_kernel_and_can_be_read(workbook):
    Memory(workbook).put(*PUT, at="prediction 03.a")
    Memory(workbook).put("01", "exercises", "01.1", True, at="exercise 01.1")
    assert Memory(workbook).get(*PUT[:3]) == "the log scale"
    text = (workbook / FILE).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert "stays on this machine" in text
    assert content(workbook)["last"] == {"lesson": "01", "at": "exercise 01.1"}
    assert not list(workbook.glob("*.part"))


def test_what_a_hand_moves_is_written_once_it_rests(workbook, monkeypatch):
    monkeypatch.setattr(memory, "REST", 1000)
    mine = Memory(workbook)
    for rate in (1, 2, 3):
        mine.put_soon("03", "controls", "small", {"rate": rate}, at="here")
    assert not (workbook / FILE).exists()
    assert mine.get("03", "controls", "small") == {"rate": 3}, "whoever asks is told the newest"
    mine._timer = None


def test_the_timer_writes_too(workbook, monkeypatch):
    monkeypatch.setattr(memory, "REST", 0.01)
    mine = Memory(workbook)
    mine.put_soon("03", "controls", "small", {"rate": 3}, at="here")
    mine._timer.join()
    assert content(workbook)["lessons"]["03"]["controls"]["small"] == {"rate": 3}


def test_two_pages_at_once_lose_nothing(workbook):
    def page(letter):
        mine = Memory(workbook)
        for i in range(20):
            mine.put("03", "tasks", "small", [f"{letter}{i}"], at=letter)
            mine.put("03", "predictions", f"{letter}{i}", i, at=letter)

    threads = [threading.Thread(target=page, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lesson = content(workbook)["lessons"]["03"]
    expected = {f"{letter}{i}" for letter in "ab" for i in range(20)}
    assert set(lesson["tasks"]["small"]) == expected
    assert set(lesson["predictions"]) == expected


@pytest.mark.seconds
def test_two_kernels_at_once_lose_nothing(workbook):
    code = "import sys; from pathlib import Path; from coursekit.notebook.memory import Memory\n"
    code += (
        "m = Memory(Path(sys.argv[1]))\nfor i in range(15): m.put('03', 'predictions', sys.argv[2] + str(i), i, at='')"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", code, workbook, letter]) for letter in "ab"]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    assert len(content(workbook)["lessons"]["03"]["predictions"]) == 30


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe", b"[1, 2]", b'{"lessons": 3}', b'{"lessons": {"03": []}}', b'{"last": 1}', b"[" * 9999],
)
def test_a_damaged_file_is_put_aside_by_name_and_said(workbook, capsys, damage):
    for kept_as in (".progress_damaged.json", ".progress_damaged_2.json"):
        (workbook / FILE).write_bytes(damage)
        mine = Memory(workbook)
        assert mine.get(*PUT[:3]) is None
        assert (workbook / kept_as).read_bytes() == damage
        mine.put(*PUT, at="")
        mine.say_news()
        mine.say_news()
        assert Memory(workbook).get(*PUT[:3]) == "the log scale"
        said = f"Your progress in {FILE} could not be read: it is kept as {kept_as}, and a new file is begun.\n"
        assert capsys.readouterr().out == said


def test_where_nothing_can_be_written_it_lasts_as_the_kernel_does(workbook, capsys, monkeypatch):
    Memory(workbook).put("01", "exercises", "01.1", True, at="")

    def refuse(self, *args, **options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", refuse)
        mine = Memory(workbook)
        mine.put(*PUT, at="")
        mine.put("03", "predictions", "03.b", "yes", at="")
        mine.say_news()
    assert capsys.readouterr().out.count("Permission denied") == 1
    assert (mine.get(*PUT[:3]), mine.get("01", "exercises", "01.1")) == ("the log scale", True)
    mine.put("03", "predictions", "03.c", "no", at="")
    assert set(content(workbook)["lessons"]["03"]["predictions"]) == {"03.a", "03.b", "03.c"}, "later it is all written"


CONTROLS = (
    Slider("rate", LogScale(0.001, 1), 0.1, "rate"), Slider("n", IntegerScale(1, 9), 3, "n"),
    Dropdown("kind", ("a", "b"), "a", "kind"), Checkbox("on", start=False, label="on"),
    Moves("moves", ("up", "down"), "do", most=2, allows=lambda done: ("down",) if done else ("up",)),
    Drawing("ink", (0.5, 0.5), "your ink"),
)  # fmt: skip


@pytest.mark.parametrize(
    "stored",
    [
        {"rate": 0.0123, "n": 7, "kind": "b", "on": True, "moves": ["up", "down"], "ink": [0, 1.0]},
        {"moves": [], "ink": []},
    ],
)
def test_a_control_stands_where_it_stood(stored):
    fitted = fitting(CONTROLS, json.loads(json.dumps(stored)))
    assert fitted == {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}


@pytest.mark.parametrize("stored", [
    None, [], "rate", {"rate": 7}, {"rate": "0.1"}, {"rate": True}, {"rate": float("nan")}, {"n": 2.5}, {"n": 10},
    {"kind": "c"}, {"kind": []}, {"on": 1}, {"moves": "up"}, {"moves": ["down"]}, {"moves": ["up", "down", "down"]},
    {"ink": [1]}, {"ink": ["a", "b"]}, {"other": 1},
])  # fmt: skip
def test_a_control_does_not_stand_where_it_can_not(stored):
    assert fitting(CONTROLS, stored) == {}


# ---- what the notebook room remembers

FOUND = (
    Part("a large rate", lambda _, state: state["rate"] > 0.5, "It is large.", {"rate": 1}),
    Part("the other optimizer", lambda values, _: values["optimizer"] == "Adam", "It is Adam.", {"optimizer": "Adam"}),
)


def test_a_part_is_found_once_and_stays_found(explorer):
    panel = showing.Panel(replace(explorer, parts=FOUND))
    assert (panel.view.n_parts, panel.view.found) == (2, [])
    handle = panel.knobs["rate"].widget.children[0]
    handle.value = 100
    assert panel.view.found == [["a large rate", "It is large."]]
    handle.value = 75
    panel.reset.click()
    assert panel.view.found == [["a large rate", "It is large."]]
    panel.knobs["optimizer"].widget.value = "Adam"
    assert [name for name, _ in panel.view.found] == ["a large rate", "the other optimizer"]


def test_a_panel_comes_up_where_it_was_left_with_what_was_found(explorer, kept, workbook):
    explorer = replace(explorer, parts=FOUND)
    first = showing.Panel(explorer)
    first.knobs["rate"].widget.children[1].value = "0.777"
    first.knobs["centred"].widget.value = True
    kept.flush()
    again = showing.Panel(explorer)
    assert again.values == {"rate": 0.777, "optimizer": "SGD", "centred": True}
    assert again.words == ("rate 0.777", "SGD, centred.")
    assert again.view.found == [["a large rate", "It is large."]]
    again.reset.click()
    assert again.values == explorer.start
    again.knobs["optimizer"].widget.value = "Adam"
    (lesson,) = content(workbook)["lessons"].values()
    assert lesson["explorers"] == {"small": True}
    assert lesson["tasks"] == {"small": ["a large rate", "the other optimizer"]}


def test_a_panel_whose_last_place_fails_begins_at_the_start(explorer, kept):
    showing.Panel(explorer).knobs["rate"].widget.children[0].value = 0  # which this explorer refuses
    kept.flush()
    assert showing.Panel(explorer).values == explorer.start


def test_a_prediction_stays_committed(kept, page):
    question = asking.Question(asking.PREDICTIONS["00.a"])
    question.options.value = "it flies off"
    question.commit.click()
    again = asking.Question(asking.PREDICTIONS["00.a"])
    assert again.options.disabled
    assert again.options.value == "it flies off"
    assert again.verdict.value == question.verdict.value
    assert kept.all["last"] == {"lesson": "00", "at": "prediction 00.a"}


@pytest.mark.parametrize("stored", ["no option of it", 7, ["it flies off"]])
def test_a_prediction_that_was_never_an_option_is_asked(kept, stored):
    kept.put("00", "predictions", "00.a", stored, at="")
    assert not asking.Question(asking.PREDICTIONS["00.a"]).options.disabled


def test_an_exercise_is_solved_when_it_is_right(kept, page):
    checking.check("00.1", lambda w, d_w, learning_rate: w + learning_rate * d_w)
    assert kept.get("00", "exercises", "00.1") is None
    checking.check("00.1", checking.EXERCISES["00.1"].solution)
    assert kept.get("00", "exercises", "00.1") is True
    checking.check("00.1", lambda w, d_w, learning_rate: w + learning_rate * d_w)
    said = [output.data["text/plain"].endswith("(You solved it before.)") for output in page]
    assert said == [False, False, True]


# ---- the map

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# 03 · Scales\n", "It takes about 60 minutes."]},
        {"cell_type": "code", "source": ['predict("03.a")']},
        {"cell_type": "code", "source": ["show(SMALL)"]},
        {"cell_type": "code", "source": ["def answer(x):\n", "    ...\n", "\n", 'check("03.1", answer)']},
        {"cell_type": "code", "source": ['check("03.2", answer)']},
    ]
}


@pytest.fixture
def course(workbook):
    """A workbook of two lessons, of one that got newer, and of one that the learner has broken."""
    for name in ("03_scales", "04_later", "03_scales_newer", "03_scales_mine_2"):
        text = json.dumps(NOTEBOOK).replace("03 ·", f"{name[:2]} ·").replace('"03.', '"04.' if "04" in name else '"03.')
        (workbook / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (workbook / "05_broken.ipynb").write_text("no notebook")
    return workbook


def said(page):
    return page[-1].data["text/plain"].splitlines()


def test_the_map_says_what_is_done_what_is_left_and_where_to_go_on(course, kept, page):
    course_map.show_progress()
    assert said(page) == [
        "About 2 hours are left. Go on with lesson 03.",
        "03 Scales: predictions 0 of 1, exercises 0 of 2, tasks 0 of 1; 60 minutes left",
        "04 Scales: predictions 0 of 1, exercises 0 of 2, tasks 0 of 1; 60 minutes left",
        "05 05_broken: predictions 0 of 0, exercises 0 of 0, tasks 0 of 0; 0 minutes left",
    ]
    for name in ("04.1", "04.2"):
        kept.put("04", "exercises", name, True, at=f"exercise {name}")
    course_map.show_progress()
    assert said(page)[0] == "About 90 minutes are left. Go on with lesson 04; last you were at exercise 04.2."
    assert said(page)[2].endswith("exercises 2 of 2, tasks 0 of 1; 30 minutes left")
    assert '<a href="04_later.ipynb">Scales</a>' in page[-1].data["text/html"]


def test_the_map_of_all_that_is_done_says_so(course, kept, page):
    for lesson in ("03", "04"):
        kept.put(lesson, "predictions", f"{lesson}.a", "yes", at="")
        kept.put(lesson, "explorers", "small", True, at="")
        for i in (1, 2):
            kept.put(lesson, "exercises", f"{lesson}.{i}", True, at="")
    course_map.show_progress()
    assert said(page)[0] == "You have done all of it."
    assert page[-1].data["text/html"].count("<td>done</td>") == 3


def test_outside_of_a_workbook_there_is_one_line_that_never_changes(page, monkeypatch):
    monkeypatch.setattr(course_map, "memory", Memory(None))
    course_map.show_progress()
    assert said(page) == ["Nothing is kept here. In your own copy, which `make lab` opens, .progress.json remembers."]
