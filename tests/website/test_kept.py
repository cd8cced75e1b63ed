"""A recording is kept as long as its declaration, its math and its stops stay what they were."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from website import kept
from website.recording import Recording
from website.stops import plan

from coursekit.lab.explorer import Words
from coursekit.lessons import EXPLORERS

EXPLORER = EXPLORERS["softmax-shares"]
PLAN = plan(EXPLORER)


def marked_after(monkeypatch: pytest.MonkeyPatch, file: str) -> bool:
    """Whether another code in a file makes another mark."""
    before, code = kept.fingerprint(EXPLORER, PLAN), kept._code
    monkeypatch.setattr(kept, "_code", lambda path: code(path) + "!" * (path.as_posix().endswith(file)))
    return kept.fingerprint(EXPLORER, PLAN) != before


@pytest.mark.parametrize(
    "file", ["softmax/explore_softmax.py", "coursekit/softmax.py", "lab/pen.py", "website/recording.py"]
)
def test_what_it_is_made_of_marks_it(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    assert marked_after(monkeypatch, file)


@pytest.mark.parametrize(
    "file", ["softmax/exercises/softmax.py", "notebook/panel.js", "lessons/start_here/explore_descent.py"]
)
def test_what_it_is_not_made_of_leaves_it(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    assert not marked_after(monkeypatch, file)


def test_its_stops_mark_it() -> None:
    fewer = PLAN._replace(settings=PLAN.settings[1:])
    assert kept.fingerprint(EXPLORER, fewer) != kept.fingerprint(EXPLORER, PLAN)


def test_how_many_states_of_a_training_are_kept_marks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.fingerprint(EXPLORER, PLAN)
    monkeypatch.setattr(kept, "KEPT_STATES", {EXPLORER.name: 3})
    assert kept.fingerprint(EXPLORER, PLAN) != before


def test_comments_and_docstrings_do_not(tmp_path: Path) -> None:
    texts = (
        '"""One."""\n\n\ndef f(x):\n    """Say."""\n    return x\n',
        "def f(x):  # said\n    return x\n",
        "def f(x):\n    return -x\n",
    )
    codes = []
    for i, text in enumerate(texts):
        (tmp_path / f"{i}.py").write_text(text)
        codes.append(kept._code(tmp_path / f"{i}.py"))
    assert codes[0] == codes[1] != codes[2]


def test_it_is_made_once_and_an_older_one_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = []

    def record(explorer: object, _: object) -> Recording:
        made.append(explorer)
        return Recording(b"file", b"still", Words("answer", "sentence"), (10, 20))

    def here(_: int) -> AbstractContextManager[SimpleNamespace]:
        return nullcontext(SimpleNamespace(map=map))

    monkeypatch.setattr(kept, "record", record)
    monkeypatch.setattr(kept, "ProcessPoolExecutor", here)
    (tmp_path / "softmax-shares-0123456789abcdef.bin").touch()
    (tmp_path / "two-classes-0123456789abcdef.bin").touch()
    first, again = (list(kept.recordings(["softmax-shares"], tmp_path)) for _ in range(2))
    assert first == again == [("softmax-shares", record(EXPLORER, PLAN))]
    assert made == [EXPLORER, EXPLORER], "once there, once in this test"
    assert sorted(file.suffix for file in tmp_path.glob("softmax-shares-*")) == [".bin", ".json", ".png"]
    assert (tmp_path / "two-classes-0123456789abcdef.bin").exists()
