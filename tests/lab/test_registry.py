"""The registry: what a room's files declare is found, once, under its name."""

import importlib
import re
import sys
from dataclasses import dataclass

import pytest

from coursekit.lab.registry import declared_in


@dataclass
class Thing:
    name: str


@dataclass
class Other:
    name: str


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Make a package of files that declare things."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(**files):
        folder = tmp_path / "room"
        folder.mkdir()
        for name, text in {"__init__": "", **files}.items():
            (folder / f"{name}.py").write_text(f"from {__name__} import Other, Thing\n{text}", encoding="utf-8")
        importlib.invalidate_caches()
        return importlib.import_module("room")

    yield make
    for name in [name for name in sys.modules if name.split(".")[0] == "room"]:
        del sys.modules[name]


def test_everything_of_a_kind_is_found_in_the_order_of_the_names(room):
    made = room(z="A = Thing('a-2')\nB = Thing('a-1')", a="C = Thing('b')\nD = Other('a-0')")
    assert list(declared_in(made, Thing)) == ["a-1", "a-2", "b"]
    assert declared_in(made, Other) == {"a-0": Other("a-0")}


def test_a_room_may_be_empty(room):
    assert declared_in(room(a=""), Thing) == {}


def test_one_declaration_may_be_imported_by_other_files(room):
    made = room(a="A = Thing('x')", b="from room.a import A\nAGAIN = A")
    assert list(declared_in(made, Thing)) == ["x"]


def test_two_declarations_cannot_have_one_name(room):
    made = room(a="A = Thing('x')", b="B = Thing('x')")
    message = "declared_in: name must be one declaration's alone; got 'x' twice."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        declared_in(made, Thing)


def test_a_file_that_cannot_be_imported_is_not_passed_over(room):
    with pytest.raises(ZeroDivisionError):
        declared_in(room(a="1 / 0"), Thing)
