"""Lesson 13's own tape: whoever runs a cell again, or goes back to it, sees what they saw before."""

import re

import nbformat
import notebook_files
import numpy as np
import pytest

pytestmark = pytest.mark.seconds


class Counted(np.ndarray):
    """An array whose matrix products count their multiplications, and hand the count on with their result."""

    done = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(x) for x in inputs]
        if ufunc is np.matmul:
            Counted.done += plain[0].size * plain[1].shape[-1]
        return np.asanyarray(getattr(ufunc, method)(*plain, **options)).view(Counted)


@pytest.fixture(autouse=True)
def _print_options():
    with np.printoptions():  # the lesson sets its own
        yield


@pytest.fixture(scope="module")
def cells():
    """The code cells up to the first framework that need no page to stand on."""
    (path,) = notebook_files.find(["13"])
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    (first,) = [i for i, source in enumerate(code) if source.startswith("import tensorflow")]
    code = [source.replace('needs("tensorflow")\n', "") for source in code[:first]]
    return [source for source in code if not re.search(r"\b(show|predict|check)\(", source)]


def run(source, names, capsys):
    exec(source, names)  # noqa: S102 - the project's own lesson
    return re.sub(r" at 0x\w+", "", capsys.readouterr().out)


def test_every_cell_says_the_same_when_it_is_run_again(cells, capsys):
    names, said = {"__name__": "lesson"}, []
    for source in cells:
        once, again = run(source, names, capsys), run(source, names, capsys)
        assert once == again, source
        said.append(once)
    assert "by the tape -4.0, by hand 2w − 10 = -4.0" in "".join(said)
    assert len(cells) >= 9


def test_one_can_go_back_to_the_tape_after_the_frameworks(cells, capsys):
    names = {"__name__": "lesson"}
    said = [run(source, names, capsys) for source in cells]
    names |= dict.fromkeys(("tf", "optimizer", "tape", "w", "J", "x", "model"), "a framework's own")
    for source, before in zip(cells, said, strict=True):
        if "my_tape.clear()" in source or "def backward" in source:
            assert run(source, names, capsys) == before


def test_the_tape_trains_lesson_12s_network_as_fit_does(cells, capsys):
    names = {"__name__": "lesson"}
    said = [run(source, names, capsys) for source in cells]
    (scores,) = [re.findall(r"\d\.\d\d", each) for each in said if "by your tape" in each]
    assert scores[0] == scores[1]
    assert 0.92 < float(scores[0]) < 0.96, "lesson 12's 0.94"
    for name, array in names["by_fit"].items():
        np.testing.assert_allclose(names["parameters"][name], array, rtol=0, atol=1e-6)


def test_a_tape_with_a_wrong_rule_trains_another_network(cells, capsys):
    names = {"__name__": "lesson"}
    for source in cells:
        run(source.replace("d * (a > b), None", "d, None"), names, capsys)
    assert abs(names["parameters"]["W1"] - names["by_fit"]["W1"]).max() > 0.01


def test_the_way_back_takes_two_forward_passes_of_multiplications_however_many_parameters(cells, capsys):
    names = {"__name__": "lesson"}
    for source in cells:
        run(source, names, capsys)
        if "def mean_loss" in source:
            break
    rng = np.random.default_rng(0)
    for n_pixels, n_hidden in ((8, 5), (64, 50), (300, 400)):
        shapes = ((n_pixels, n_hidden), (1, n_hidden), (n_hidden, 10), (1, 10))
        names["my_tape"].clear()
        p = [names["Value"](rng.normal(scale=0.1, size=shape).view(Counted)) for shape in shapes]
        Counted.done = 0
        J = names["mean_loss"](*p, rng.random((50, n_pixels)), rng.integers(0, 10, 50))
        forward = Counted.done
        names["backward"](J)
        assert forward == 50 * ((n_pixels + 1) * n_hidden + (n_hidden + 1) * 10 + 10)
        assert Counted.done == 3 * forward
        assert all(np.abs(each.d).max() > 0 for each in p)
