"""``needs``: a lesson where its framework is missing, in a real kernel; and what is said there, word for word."""

import ast
import os
import sys
from pathlib import Path

import nbformat
import notebook_files
import pytest
from nbclient import NotebookClient

from coursekit.notebook import needing, needs

NOWHERE = """
import sys
from importlib.abc import MetaPathFinder

class Nowhere(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"tensorflow", "keras"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Nowhere())
"""
NEEDY = [path for path in notebook_files.find([]) if "needs(" in path.read_text(encoding="utf-8")]


def run(notebook, folder, **environment):
    """Run a notebook in a kernel of its own."""
    here = {**os.environ, "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")), **environment}
    NotebookClient(
        notebook, kernel_name="python3", timeout=600, resources={"metadata": {"path": folder}}, coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    ).execute(env=here)  # fmt: skip
    return notebook


def shown(cell):
    """What a cell shows, as text, one line after the other."""
    parts = [output.get("text") or output.data["text/plain"] for output in cell.outputs]
    return "".join(part.rstrip() + "\n" for part in parts).splitlines()


def written(*sources, outputs=None):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        cell.outputs = (outputs or {}).get(cell.source, [])
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def nowhere(tmp_path):
    """The environment of a kernel that has neither TensorFlow nor Keras."""
    (tmp_path / "sitecustomize.py").write_text(NOWHERE)
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(notebook_files.ROOT)])}


FIRST = 'from coursekit.notebook import needs\n\nneeds("tensorflow")'


@pytest.mark.slow
def test_where_it_is_missing_the_cells_that_do_not_need_it_run(tmp_path, nowhere):
    notebook = written(
        FIRST,
        "import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\nprint(np.ones(2))",
        "w = tf.Variable(0.0)",
        "w.assign_add(1)",
        "w = 3\nprint(w)",
        "print(w + 1)",
        "import tensorflow",
    )
    first, second, *rest, last = run(notebook, tmp_path, **nowhere).cells
    assert shown(first)[0].startswith("TensorFlow is missing: ")
    assert shown(second) == ["[1. 1.]"]
    missing = [[f"Not run: it needs {name}, missing here."] for name in ("tf", "w")]
    assert [shown(cell) for cell in rest] == [*missing, ["3"], ["4"]]
    assert last.outputs == []


@pytest.mark.slow
def test_where_it_is_there_that_is_all_it_says_and_an_error_is_an_error(tmp_path):
    tf = pytest.importorskip("tensorflow")
    notebook = written(FIRST, "import tensorflow as tf\nprint(float(tf.square(3.0)))", "tf.square('three')")
    notebook.cells[2].metadata.tags = ["raises-exception"]
    first, second, third = run(notebook, tmp_path, PYTHONPATH=str(notebook_files.ROOT)).cells
    there = f"TensorFlow {'.'.join(tf.__version__.split('.')[:2])} is here."
    assert [output.get("name", output.output_type) for cell in (first, second) for output in cell.outputs] == [
        "display_data",
        "stdout",
    ]
    assert shown(first) == [there]
    assert shown(second) == ["9.0"]
    assert "Square" in third.outputs[-1].evalue


@pytest.mark.sampled(2)
@pytest.mark.slow
@pytest.mark.parametrize("path", NEEDY, ids=lambda path: path.stem)
def test_a_lesson_runs_to_the_end_without_it_and_shows_what_is_stored(path, nowhere):
    stored = notebook_files.read(path)
    ran = run(notebook_files.read(path), path.parent, **nowhere)
    passed = 0
    for before, after in zip(stored.cells, ran.cells, strict=True):
        if after.cell_type == "code" and after.outputs and shown(after)[0].startswith("Not run: "):
            assert shown(after)[1:] == shown(before), after.source
            passed += 1
    assert passed > 0
    asked = [cell for cell in ran.cells if cell.cell_type == "code" and cell.source.startswith(("predict(", "show("))]
    assert all("Not run" not in shown(cell)[0] for cell in asked)


@pytest.fixture
def displayed(monkeypatch):
    """Everything that is displayed."""
    outputs = []
    monkeypatch.setattr(needing, "display", lambda data, *, metadata=None, raw: outputs.append((data, metadata, raw)))
    return outputs


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """A folder for the stored lessons."""
    monkeypatch.setattr(needing, "LESSONS", tmp_path)
    return tmp_path


def store(path, outputs, *sources):
    path.write_text(nbformat.writes(written(*sources, outputs=outputs)), encoding="utf-8")


def passed_over(*cells):
    """Hand cells to the transformer, and return what it would have run."""
    transformer = needing.PassOver()
    return [ast.unparse(transformer.visit(ast.parse(cell))) for cell in ("import tensorflow as tf", *cells)][1:]


def test_the_stored_outputs_stand_in_for_a_cell_however_it_is_spaced(lessons, displayed, capsys):
    cell = "print(tf.zeros(2))"
    stream = nbformat.v4.new_output("stream", text="[0. 0.]\n")
    picture = nbformat.v4.new_output("display_data", {"image/png": "AAAA", "text/plain": "words"}, metadata={"a": 1})
    store(lessons / "14_x.ipynb", {cell: [stream, picture]}, "a = 1", cell)
    assert passed_over("print( tf.zeros(2) )  # mine") == [""]
    (said, _, _), drawn = displayed
    assert said["text/plain"] == "Not run: it needs tf, missing here. Where that was there, it showed:"
    assert said["text/markdown"] == f"*{said['text/plain'].replace('tf', '`tf`', 1)}*"
    assert drawn == ({"image/png": "AAAA", "text/plain": "words"}, {"a": 1}, True)
    assert capsys.readouterr().out == "[0. 0.]\n"


def test_another_cell_is_only_said_to_be_passed_over(lessons, displayed, capsys):
    store(lessons / "14_x.ipynb", {}, "print(tf.zeros(2))")
    assert passed_over("print(tf.zeros(3))", "print(tf.zeros(2))", "f(3)") == ["", "", "f(3)"]
    assert [said["text/plain"] for said, *_ in displayed] == ["Not run: it needs tf, missing here."] * 2
    assert capsys.readouterr().out == ""


def test_without_the_projects_notebooks_cells_are_passed_over_as_well(monkeypatch, tmp_path, displayed):
    monkeypatch.setattr(needing, "LESSONS", tmp_path / "nowhere")
    assert passed_over("w = tf.zeros(2)", "print(w)", "w = 1", "print(w)") == ["", "", "w = 1", "print(w)"]
    assert len(displayed) == 2


def test_of_two_lessons_that_share_a_cell_the_one_that_we_are_in_is_shown(lessons, displayed, capsys):
    for lesson, own in (("13", "tf.a"), ("14", "tf.b")):
        stream = nbformat.v4.new_output("stream", text=lesson)
        store(lessons / f"{lesson}_x.ipynb", {"tf.both": [stream]}, own, "tf.both")
    passed_over("tf.both", "tf.b", "tf.both", "tf.a", "tf.both")
    assert capsys.readouterr().out == "131413"


GET = '`pip install "{}==2.21.*"` where Jupyter runs, then restart the kernel.'
REST = " The cells that need it are passed over, and show what they showed where it was; all others run."


@pytest.mark.parametrize(
    ("python", "system", "machine", "said"),
    [
        ((3, 12), "linux", "x86_64", GET.format("tensorflow-cpu")),
        ((3, 11), "linux", "aarch64", GET.format("tensorflow")),
        ((3, 13), "win32", "AMD64", GET.format("tensorflow")),
        ((3, 14), "linux", "x86_64", "it has releases for Python 3.11 to 3.13, none yet for this one, 3.14."),
        ((3, 12), "darwin", "x86_64", "it has no release any more for a Mac with an Intel processor."),
    ],
)  # fmt: skip
def test_what_is_missing_and_how_to_get_it(python, system, machine, said, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (*python, 0))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(needing.platform, "machine", lambda: machine)
    assert needing.why_not(ModuleNotFoundError("No module named 'keras'")) == f"TensorFlow is missing: {said}{REST}"


def test_one_that_does_not_start_says_why():
    words = needing.why_not(ImportError("DLL load failed"))
    assert words == f"TensorFlow is installed but does not start: DLL load failed.{REST}"


class Shell:
    def __init__(self):
        self.ast_transformers = ["somebody's"]


def test_asked_twice_there_is_one_that_passes_over_and_none_once_it_is_there(monkeypatch, displayed):
    shell = Shell()
    monkeypatch.setattr(needing, "get_ipython", lambda: shell)
    monkeypatch.setitem(sys.modules, "keras", None)
    needs("tensorflow")
    needs("tensorflow")
    assert [type(each) for each in shell.ast_transformers] == [str, needing.PassOver]
    monkeypatch.delitem(sys.modules, "keras")
    pytest.importorskip("tensorflow")
    needs("tensorflow")
    assert shell.ast_transformers == ["somebody's"]
    assert displayed[-1][0]["text/plain"].endswith(" is here.")


def test_another_package_is_refused():
    with pytest.raises(ValueError, match=r"^needs: package must be 'tensorflow'; got 'torch'\.$"):
        needs("torch")
