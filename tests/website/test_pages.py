"""A notebook becomes a page on which all that it shows is alive, and nothing stands that only a kernel can do."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from notebook_files import NOTEBOOKS, read
from website.front import front_page, lessons
from website.markup import exercise_html
from website.mistakes import MOST, as_written, mistakes
from website.pages import explorers_of, lay_page
from website.recording import Recording

from coursekit.lab.exercise import Exercise
from coursekit.lab.explorer import Words
from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES, EXPLORERS

STILL = dict.fromkeys(EXPLORERS, Recording(b"", b"", Words("answer", "sentence"), (1000, 400)))
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.seconds
@pytest.mark.sampled(6)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem[:2])
def test_all_that_a_notebook_shows_is_on_its_page(path: Path, tmp_path: Path) -> None:
    stored = read(path)
    lay_page(path, tmp_path, tmp_path, STILL)
    page = read(tmp_path / path.name)
    calls = Counter(
        node.value.func.id
        for cell in stored["cells"] if cell["cell_type"] == "code"
        for node in ast.parse(cell["source"]).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
    )  # fmt: skip
    html = "".join(output["data"]["text/html"] for cell in page["cells"] for output in cell.get("outputs", [])
                   if "text/html" in output.get("data", {}))  # fmt: skip
    assert html.count('<section class="coursekit-group explorer"') == calls["show"]
    assert html.count('<form class="prediction"') == calls["predict"]
    assert html.count('class="coursekit-verdict exercise"') == calls["check"]
    for cell in page["cells"]:
        alone = cell["source"].startswith(("show(", "predict("))
        assert (cell["metadata"].get("tags") == ["remove-input"]) >= (alone and cell["source"].count("\n") == 0)
    assert "image/png" not in str(
        [output.get("data", {}).keys() for cell in page["cells"] for output in cell.get("outputs", [])]
    )


def test_every_explorer_and_lesson_has_its_place() -> None:
    shown = [name for path in PATHS for name in explorers_of(read(path))]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(EXPLORERS)
    assert [lesson.page for lesson in lessons()] == [path.stem for path in PATHS]
    front = front_page(lessons(), STILL)
    assert front.count('class="card"') == len(PATHS)
    for lesson in lessons():
        assert f"{lesson.minutes} minutes" in front
        assert f'href="{lesson.page}.html"' in front


@pytest.mark.seconds
@pytest.mark.sampled(8)
@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_mistakes_are_written_as_a_learner_writes_and_have_their_verdict(exercise: Exercise) -> None:
    known = [wrong.answer for wrong in exercise.wrong_answers[:MOST]]
    for answer, mistake in zip(known, mistakes(exercise), strict=True):
        (function,) = ast.parse(mistake.code).body
        assert isinstance(function, ast.FunctionDef)
        assert function.name == exercise.solution.__name__
        assert mistake.code == as_written(answer, exercise)
        assert mistake.verdict == judge(exercise, answer).message
    page = exercise_html(exercise, "")
    places = [page.index(f"Hint {i} of") for i in range(1, len(exercise.hints) + 1)] + [page.index("A solution")]
    assert places == sorted(places), "the solution comes last"


def test_a_mistake_behaves_as_the_one_it_was_written_from() -> None:
    import numpy as np

    exercise = EXERCISES["03.1"]
    for wrong, mistake in zip(exercise.wrong_answers, mistakes(exercise), strict=False):
        names = {"np": np}
        exec(mistake.code, names)  # noqa: S102 - it is our own
        mine = names[exercise.solution.__name__](1e-3, 1, 5, np.random.default_rng(0))
        assert np.array_equal(mine, wrong.answer(1e-3, 1, 5, np.random.default_rng(0)))
