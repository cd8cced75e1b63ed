"""Every public function of the math under hostile input: a right answer, or a refusal in words. Nothing between.

Never a warning (pytest makes one an error), a silent nan or infinity, a changed input, a result that changes from call
to call, an error that names nothing. What a right answer is, an oracle says where there is one: see `cases`.
"""

import copy
import dataclasses
import importlib
import inspect
import math
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trust import lesson_cases, norm_cases  # noqa: F401 - their cases are with the others
from trust.cases import CASES, Case
from trust.hostile import dressed, has_a_boolean_for_a_number, spoiled

import coursekit

FORM = re.compile(r"(?P<function>[A-Za-z_][\w.]*): (?P<argument>\w+) must .+; got .+\.", re.DOTALL)
LEAST_CASES = 10_000
SAMPLE = 1 / 10
KEPT_AS_IT_IS = ("scales.ChoiceScale",)  # an option may be anything, and keeps its mask
ALSO = ("graph", "measured", "installation")  # of the lab and the notebook: what anybody may call


def public() -> dict[str, Callable[..., Any]]:
    """Everything that a reader may call, by module and name: functions, classes, their methods and properties."""
    found: dict[str, Callable[..., Any]] = {}
    for module in map(importlib.import_module, modules()):
        file = module.__name__.rpartition(".")[2]
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(inspect.unwrap(thing)):
                found[f"{file}.{name}"] = thing
            elif inspect.isclass(thing):
                found |= {f"{file}.{name}": thing} if _computes(thing) else {}
                found |= {f"{file}.{name}.{method}": what for method, what in _methods(thing)}
    return found


def modules() -> Iterator[str]:
    """The core with its search, and what the lessons compute: not their explorers, pictures and exercises."""
    for file in pkgutil.walk_packages(coursekit.__path__, "coursekit."):
        room, name = file.name.split(".")[1], file.name.rpartition(".")[2]
        not_math = (
            (room in ("lab", "notebook") and name not in ALSO)
            or ".exercises" in file.name
            or name.startswith(("explore_", "picture_"))
        )
        if name == "search" or not (file.ispkg or not_math or name.startswith("_")):
            yield file.name


def _computes(thing: type) -> bool:
    """Whether a class does something when it is made: a record of plain fields, or a protocol, does not."""
    has_its_own = "__init__" in vars(thing) and not dataclasses.is_dataclass(thing)
    has_its_own &= not getattr(thing, "_is_protocol", False)
    return has_its_own or any("__post_init__" in vars(base) for base in thing.__mro__)


def _methods(thing: type) -> Iterator[tuple[str, Any]]:
    fields = getattr(thing, "_fields", ())
    for name, what in vars(thing).items():
        if not name.startswith("_") and name not in fields and not getattr(what, "__isabstractmethod__", False):
            if isinstance(what, property):
                yield name, what.fget
            elif callable(what) or isinstance(what, classmethod):
                yield name, getattr(thing, name)


PUBLIC = public()
SPEAKERS: dict[str, set[str]] = {}  # two modules may each have a function of one name
for _name, _thing in PUBLIC.items():
    SPEAKERS.setdefault(_name.split(".", 1)[1], set()).update(inspect.signature(_thing).parameters)


def test_every_public_function_has_a_case() -> None:
    """In a lesson, plain code: a case where there are checks. In the core, always."""
    for_experiments = {"measured.data_of", "measured.write_table"}
    needed = {name for name, thing in PUBLIC.items() if not thing.__module__.startswith("coursekit.lessons.")}
    assert needed - set(CASES) == for_experiments, "public, and without a strategy in tests/trust/cases.py"
    assert set(CASES) - set(PUBLIC) == set(), "no longer there"


def test_there_are_enough_cases() -> None:
    assert sum(case.examples for case in CASES.values()) >= LEAST_CASES


@pytest.mark.seconds
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("share", [SAMPLE, pytest.param(1, marks=pytest.mark.deep)], ids=["a sample", "all"])
def test_right_or_refused(name: str, share: float, record_property: Callable[[str, object], None]) -> None:
    case, outcomes = CASES[name], {"right": 0, "refused": 0}
    n = max(math.ceil(case.examples * share), min(case.examples, 20))  # fewer might all be refused

    @settings(max_examples=n, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        arguments, has_a_boolean = drawn(case, data.draw)
        came = outcome(case, name, arguments)
        outcomes[came] += 1
        is_kept = name in KEPT_AS_IT_IS
        assert came == "refused" or is_kept or not any(map(is_never_right, arguments.values())), "a mask was taken away"
        assert came == "refused" or not has_a_boolean, f"a boolean was taken for a number: {arguments}"

    holds()
    record_property("cases", sum(outcomes.values()))
    record_property("refused", outcomes["refused"])
    assert sum(outcomes.values()) >= n
    assert outcomes["right"], "nothing that was drawn is let through"


def drawn(case: Case, draw: Callable[[Any], Any]) -> tuple[dict[str, Any], bool]:
    """Draw arguments that fit each other; dress some of them, and spoil some of those calls.

    Say as well whether a boolean came in the place of a number.
    """
    undressed = case.draw(draw)
    arguments = dict(undressed)
    if not case.checked:
        return arguments, False
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and draw(st.integers(0, 2)) == 0:
            arguments[name] = dressed(draw, value)
    open_to = sorted(set(arguments) - set(case.keep))
    if open_to and draw(st.integers(0, 2)) == 0:
        name = draw(st.sampled_from(open_to))
        arguments[name] = spoiled(draw, arguments[name])
        return arguments, has_a_boolean_for_a_number(undressed[name], arguments[name])
    return arguments, False


def is_never_right(value: Any, deep: int = 4) -> bool:
    """Whether it holds what NumPy would take silently, and no function may: a value under a mask."""
    if isinstance(value, dict | list | tuple) and deep:
        return any(is_never_right(each, deep - 1) for each in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def outcome(case: Case, name: str, arguments: dict[str, Any]) -> str:
    """Call it, twice, and hold what comes against all that is promised."""
    before = {argument: _copy_of(value) for argument, value in arguments.items()}
    try:
        result = case.call(PUBLIC[name], copied(arguments))
    except (TypeError, ValueError) as error:
        message = str(error)
    else:
        message = ""
    assert same(arguments, before), "an input was changed"
    if message:
        assert is_clear(message, case, arguments), f"in other words: {message}"
        return "refused"
    assert same(result, case.call(PUBLIC[name], copied(arguments))), "the second call gives something else"
    assert same(result, copy.deepcopy(result)), "its copy is something else"
    if case.finite and name not in KEPT_AS_IT_IS:
        assert is_finite(result), f"neither finite nor refused: {result}"
    if case.right:
        case.right(result, **arguments)
    return "right"


def _copy_of(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except TypeError:  # a module, for one
        return value


def copied(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same things, but for the generator: it starts anew in each call."""
    generators = {name: copy.deepcopy(value) for name, value in arguments.items() if _is_generator(value)}
    return arguments | generators


def _is_generator(value: object) -> bool:
    return isinstance(value, np.random.Generator)


def is_clear(message: str, case: Case, arguments: dict[str, Any]) -> bool:
    """Whether it has the one form of all messages, and names an argument that its function really has."""
    told = FORM.fullmatch(message)
    if not told:
        return False
    speaker = re.sub(r"^\w+Scale\.(?=sample|grid)", "Scale.", told["function"])  # what all scales inherit
    if speaker not in SPEAKERS:
        return False
    inside = {str(key) for value in arguments.values() if isinstance(value, dict) for key in value}
    return told["argument"] in SPEAKERS[speaker] | inside | {f"d_{key}" for key in inside} | set(case.names)


def same(one: Any, other: Any) -> bool:
    """Whether two results are the same to the last bit, nan for nan; of things without numbers, of one type."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | float | np.floating):
        one, other = np.asarray(one), np.asarray(other)
        is_equal = one.dtype.kind in "OV" or np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
        return one.dtype == other.dtype and one.shape == other.shape and is_equal
    if isinstance(one, dict):
        return list(map(str, one)) == list(map(str, other)) and all(map(same, one.values(), other.values()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return same(vars(one), vars(other)) if hasattr(one, "__dataclass_fields__") else True


def is_finite(result: Any) -> bool:
    """Whether no number in it is nan or infinite, however deep it lies."""
    if isinstance(result, np.ndarray | np.floating | float):
        return np.asarray(result).dtype.kind != "f" or bool(np.isfinite(result).all())
    if isinstance(result, dict):
        return all(map(is_finite, result.values()))
    if isinstance(result, list | tuple):
        return all(map(is_finite, result))
    return is_finite(vars(result)) if hasattr(result, "__dataclass_fields__") else True
