"""The table of frameworks, the same program in each, and how facts become numbers."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import environment
import nbformat
import notebook_files
import numpy as np
import pytest

from coursekit.lab.measured import measured
from coursekit.lessons.choose_a_framework.exercises.frameworks import mean_of_known
from coursekit.lessons.choose_a_framework.explore_frameworks import facts, time
from coursekit.lessons.choose_a_framework.frameworks import (
    CRITERIA,
    KINDS,
    PROGRAMS,
    RUN,
    bounds,
    frameworks,
    n_lines,
    program,
    ranking,
    step_of,
    worth,
)

NAMES = ["Caffe", "Caffe2", "CNTK", "DL4J", "JAX", "Keras", "Lasagne", "MXNet", "PaddlePaddle", "PyTorch", "TensorFlow",
         "Theano", "Torch"]  # fmt: skip
IN_THE_NOTES = set(NAMES) - {"JAX", "PaddlePaddle", "PyTorch"}
TABLE = {each.name: each for each in frameworks()}


class TestTable:
    def test_it_has_all_that_the_notes_name_and_the_living_ones(self):
        assert [each.name for each in frameworks()] == NAMES

    @pytest.mark.parametrize("each", frameworks(), ids=lambda each: each.name)
    def test_every_fact_is_there_with_its_source_and_the_date_of_the_check(self, each):
        for field in ("languages", "fate", "version", "governed_by", "licence", "source"):
            assert getattr(each, field).strip() == getattr(each, field) != ""
        assert re.fullmatch(r"20\d\d-(0\d|1[0-2])", each.released)
        assert each.checked == "2026-11" > each.released
        assert each.kind in KINDS
        assert (each.year == "") == each.fate.startswith("lives")
        assert re.fullmatch(r"(20\d\d)?", each.year)
        in_words = {"the year", "the month of the release", "the version", "the languages"}
        assert set(filter(None, each.from_memory.split("; "))) <= in_words

    def test_what_is_nobodys_is_told_so_and_the_others_are_not(self):
        for each in frameworks():
            assert (each.kind == "nobody") == each.governed_by.startswith("nobody now")

    def test_two_of_the_ten_in_the_notes_had_a_release_within_two_years(self):
        assert {name for name in IN_THE_NOTES if TABLE[name].released >= "2024-11"} == {"Keras", "TensorFlow"}

    def test_all_are_open_source(self):
        assert {worth(each)["licence"] for each in frameworks()} == {1.0}


class TestPrograms:
    @pytest.mark.parametrize("name", PROGRAMS)
    def test_each_takes_the_same_thousand_steps(self, name):
        source = program(name)
        compile(source, name, "exec")
        assert source.count("1000") == (2 if name == "keras" else 1), "the experiment replaces the number of steps"
        assert "0.01" in source
        assert n_lines(name) <= 11

    @pytest.mark.parametrize("name", ["hand", "coursekit"])
    def test_those_in_64_bits_arrive(self, name, capsys):
        exec(program(name), {})  # noqa: S102 - the project's own program
        assert capsys.readouterr().out == "w = 5.00000\n"

    @pytest.mark.parametrize("name", ["tensorflow", "keras"])
    def test_the_lesson_runs_what_the_file_says_and_gets_the_lectures_result(self, name):
        (path,) = notebook_files.find(["13"])
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.source == program(name).strip()]
        (cell,) = cells
        assert [output.text for output in cell.outputs] == ["w = 4.99999\n"]

    @pytest.mark.deep  # where they are not, they are installed first
    @pytest.mark.parametrize("name", ["pytorch", "jax"])
    def test_those_that_the_lesson_shows_work_as_well(self, name):
        done = subprocess.run([peers_python(), "-c", program(name)], capture_output=True, text=True, check=True)
        assert done.stdout == "w = 4.99999\n"

    def test_a_name_that_is_none_is_refused(self):
        names = ", ".join(map(repr, PROGRAMS))
        with pytest.raises(ValueError, match=f"^program: name must be one of {names}; got 'torch'\\.$"):
            program("torch")


def peers_python() -> Path:
    """Return the Python that has PyTorch and JAX; on CI it is made, elsewhere the test is left out without it."""
    if os.environ.get("CI") == "true":
        subprocess.run([sys.executable, environment.__file__, "peers"], check=True)
    if not environment.is_ready("peers"):
        pytest.skip("PyTorch and JAX are not here: `python3 tools/environment.py peers` makes .venv-peers with them.")
    return environment.python_of("peers")


class TestMeasured:
    def test_every_program_was_timed_as_it_stands(self):
        table = measured("framework_steps")
        assert tuple(table["program"]) == PROGRAMS
        assert [int(lines) for lines in table["lines"]] == [n_lines(name) for name in PROGRAMS]
        assert (table["microseconds"] <= table["median"]).all()
        assert (table["median"] <= table["most"]).all()

    def test_what_the_lesson_says_of_the_times(self):
        times = {row["program"]: row["microseconds"] for row in measured("framework_steps")}
        assert times["hand"] < 1
        assert 1 / 2 < times["coursekit"] / times["pytorch"] < 2
        assert times["jax"] < min(times[name] for name in ("tensorflow", "keras", "pytorch", "paddlepaddle"))
        assert times["pytorch"] < times["paddlepaddle"] < 1.5 * times["pytorch"], "not much longer"
        assert 15 < times["tensorflow"] / times["pytorch"] < 25, "some twenty times as long"
        assert 0.35 < times["keras"] / times["tensorflow"] < 0.6, "about half the time"
        with_optimizer, without = measured("tensorflow_optimizer")["microseconds"]
        assert 0.3 < without / with_optimizer < 0.5, "less than half of the time"

    def test_of_pytorch_and_jax_there_are_newer_versions_than_those_that_were_timed(self):
        timed = {name: step_of(TABLE[name])["version"].split("+")[0] for name in RUN}
        newer = {name for name, version in timed.items() if version != TABLE[name].version}
        assert newer == {"PyTorch", "JAX"}


class TestWorth:
    def test_the_rules_one_by_one(self):
        jax, torch, keras = worth(TABLE["JAX"]), worth(TABLE["Torch"], "Lua"), worth(TABLE["Keras"])
        assert jax["lines"] == jax["speed"] == 1, "the shortest and the fastest of the four"
        assert worth(TABLE["PyTorch"])["lines"] == pytest.approx(n_lines("jax") / n_lines("pytorch"))
        assert torch["release"] == torch["governance"] == 0
        assert not {"lines", "speed"} & set(torch), "a gap, not a zero"
        assert torch["language"] == 1 > worth(TABLE["Torch"])["language"] == 0
        assert keras["release"] == pytest.approx(1 - (4 / 12) / 5, abs=0.001)
        assert [worth(TABLE[name])["governance"] for name in ("PyTorch", "Keras", "Caffe")] == [1, 1 / 2, 0]

    def test_a_step_a_thousand_times_slower_is_worth_nothing(self):
        fast, slow = (float(step_of(TABLE[name])["microseconds"]) for name in ("JAX", "TensorFlow"))
        expected = 1 - math.log10(slow / fast) / 3
        assert worth(TABLE["TensorFlow"])["speed"] == pytest.approx(expected)

    @pytest.mark.parametrize("each", frameworks(), ids=lambda each: each.name)
    def test_all_numbers_are_between_0_and_1(self, each):
        numbers = worth(each)
        assert tuple(numbers) == (CRITERIA if each.name in RUN else CRITERIA[2:])
        assert all(0 <= value <= 1 for value in numbers.values())


class TestRanking:
    def test_it_follows_the_weights(self):
        leaders = {name: ranking({name: 1})[0][0].name for name in ("lines", "speed", "release")}
        assert leaders == {"lines": "JAX", "speed": "JAX", "release": "JAX"}
        assert [each.name for each, _ in ranking({"governance": 1})][:2] == ["DL4J", "PyTorch"]
        assert ranking({"language": 1}, "Lua")[0][0].name == "Torch"

    def test_the_licence_alone_tells_nobody_apart(self):
        assert {mean for _, mean in ranking({"licence": 3})} == {1}

    def test_a_gap_is_left_out_with_its_weight(self):
        weights = {"lines": 4, "speed": 2, "governance": 1, "language": 3}
        means = {each.name: mean for each, mean in ranking(weights)}
        numbers = np.array([[worth(each).get(name, np.nan) for name in CRITERIA] for each in frameworks()])
        known = mean_of_known(numbers, np.array([weights.get(name, 0) for name in CRITERIA]))
        np.testing.assert_allclose([means[each.name] for each in frameworks()], known)
        assert means["MXNet"] == pytest.approx((1 * 0 + 3 * 1) / 4)

    def test_leaving_a_gap_out_helps_those_that_were_not_run(self):
        weights = {"lines": 5, "licence": 1}
        means = {each.name: mean for each, mean in ranking(weights)}
        leaders = {name for name, mean in means.items() if mean == pytest.approx(1)}
        assert leaders == {*set(NAMES) - set(RUN), "JAX"}, "Caffe leads, with its licence alone"

    def test_the_bounds_hold_every_way_to_fill_a_gap_and_are_one_where_there_is_none(self):
        weights = {"lines": 4, "speed": 2, "governance": 1}
        means = {each.name: mean for each, mean in ranking(weights)}
        for each in frameworks():
            low, high = bounds(each, weights)
            assert low - 1e-12 <= means[each.name] <= high + 1e-12
            assert high - low == pytest.approx(0 if each.name in RUN else 6 / 7)

    def test_where_nothing_is_known_of_what_has_a_weight_the_mean_is_0(self):
        assert {each.name for each, mean in ranking({"lines": 1}) if mean == 0} == set(NAMES) - set(RUN)

    def test_the_mean_is_weighted(self):
        means = {each.name: mean for each, mean in ranking({"lines": 3, "governance": 1})}
        assert means["JAX"] == pytest.approx((3 * 1 + 1 / 2) / 4)

    def test_without_any_weight_nothing_is_said(self):
        assert {mean for _, mean in ranking(dict.fromkeys(CRITERIA, 0))} == {0}

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            ({"fame": 1}, "ranking: weights must be one of 'lines', 'speed', 'release', 'licence', 'governance', "
             "'language'; got 'fame'."),
            ({"speed": -1}, "ranking: weights must be a number of at least 0; got -1."),
        ],
    )  # fmt: skip
    def test_what_it_refuses(self, weights, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            ranking(weights)


def test_facts_are_written_as_they_are():
    assert facts(TABLE["Torch"], "Lua")["lines"] == facts(TABLE["Torch"], "Lua")["speed"] == "not run"
    assert facts(TABLE["JAX"], "Python")["lines"] == str(n_lines("jax"))
    caffe = {language: facts(TABLE["Caffe"], language)["language"] for language in ("Python", "C++", "Lua")}
    assert caffe == {"Python": "Python, ...", "C++": "C++, ...", "Lua": "C++, ..."}
    assert facts(TABLE["Keras"], "Lua")["language"] == "Python"
    assert [time(value) for value in (0.24, 34.3, 174.0, 868.0, 1370.0, 12_345.0)] == [
        "0.2 µs", "34 µs", "174 µs", "868 µs", "1.4 ms", "12 ms",
    ]  # fmt: skip
