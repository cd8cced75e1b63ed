"""Every public function of the math is typed and documented in full: each parameter, what comes back, an example.

That the other rooms are typed and have docstrings is what mypy and ruff see to.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "coursekit"


def functions(source: str) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(source).body:
        # An unchecked twin takes and returns what its checked one documents.
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not node.name.endswith("_unchecked"):
            yield node


def missing(function: ast.FunctionDef) -> list[str]:
    """Return what a function's signature and docstring leave out."""
    sections = re.split(r"^(\w+)\n-+$", ast.get_docstring(function) or "", flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2], strict=True))
    found = [] if sections[0].strip() else ["a summary"]
    every = function.args
    arguments = [*every.posonlyargs, *every.args, *every.kwonlyargs, *filter(None, [every.vararg, every.kwarg])]
    for argument in arguments:
        if argument.annotation is None:
            found.append(f"the type of {argument.arg}")
        if not re.search(rf"^(.*, )?\**{argument.arg}\b[^a-z]*", text.get("Parameters", ""), flags=re.MULTILINE):
            found.append(f"the parameter {argument.arg}")
    if function.returns is None:
        found.append("the type of what it returns")
    elif ast.unparse(function.returns) not in ("None", "NoReturn") and not {"Returns", "Yields"} & set(text):
        found.append("what it returns")
    if "Examples" not in text:
        found.append("an example")
    return found


# The tape is a lesson of 80 lines, docstrings included: its gradient says the same in two sentences and an example.
PUBLIC = [*PACKAGE.glob("[a-z]*.py"), *PACKAGE.glob("search/[a-z]*.py"), PACKAGE / "search" / "__init__.py"]
MODULES = sorted(path for path in PUBLIC if path.stem != "tape")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_public_functions_are_documented(path: Path) -> None:
    public = functions(path.read_text(encoding="utf-8"))
    assert {each.name: missing(each) for each in public if missing(each)} == {}


def test_what_is_missing_is_seen() -> None:
    source = '''
def f(x, *, size: int) -> int:
    """Do it.

    Parameters
    ----------
    x : array
        What came.
    """

def g(x: int) -> None:
    pass
'''
    left_out = [missing(each) for each in functions(source)]
    assert left_out == [
        ["the type of x", "the parameter size", "what it returns", "an example"],
        ["a summary", "the parameter x", "an example"],
    ]
