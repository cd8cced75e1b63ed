"""Frameworks: what became of each, the same program in several, and how a named fact becomes a number to weigh."""

import csv
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from coursekit._checks import a_kind, a_mapping, a_number, one_of
from coursekit.lab.measured import data_of, measured

PROGRAMS = ("hand", "coursekit", "tensorflow", "keras", "pytorch", "jax", "paddlepaddle")
RUN = {"TensorFlow": "tensorflow", "Keras": "keras", "PyTorch": "pytorch", "JAX": "jax", "PaddlePaddle": "paddlepaddle"}
CRITERIA = ("lines", "speed", "release", "licence", "governance", "language")
KINDS = {"foundation": 1.0, "company": 1 / 2, "nobody": 0.0}
OLDEST = 5.0  # years: a last release before that is worth nothing
SLOWEST = 1000.0  # times the fastest: a step that takes as long is worth nothing


class Framework(NamedTuple):
    """What became of a framework. Every field is a text, as it was found.

    Attributes
    ----------
    name, languages : str
        The languages that one programs it in, separated by semicolons.
    fate, year, successor : str
        What became of it, when that was, and what took its place; empty where nothing did.
    version, released : str
        Of the last release, and its month, such as ``"2026-10"``.
    kind, governed_by, licence : str
        Who decides: a foundation, a company or nobody; and by which name.
    source, checked, from_memory : str
        Where it was found and in which month; what rests on memory alone, in words.
    """

    name: str
    languages: str
    fate: str
    year: str
    successor: str
    version: str
    released: str
    kind: str
    governed_by: str
    licence: str
    source: str
    checked: str
    from_memory: str


def frameworks() -> list[Framework]:
    """Read the table of frameworks.

    Examples
    --------
    >>> [each.name for each in frameworks()][:4]
    ['Caffe', 'Caffe2', 'CNTK', 'DL4J']
    """
    return list(_facts())


def program(name: str) -> str:
    """Return the same program, 1,000 steps down J(w) = w^2 - 10 w + 25, as one writes it in a framework.

    Examples
    --------
    >>> print(program("hand"), end="")
    w = 0.0
    for _ in range(1000):
        w = w - 0.01 * (2 * w - 10)
    print(f"w = {w:.5f}")
    """
    one_of("program", "name", name, PROGRAMS)
    return (data_of("choose_a_framework") / "frameworks" / f"{name}.txt").read_text(encoding="utf-8")


def n_lines(name: str) -> int:
    """Count the lines of a program that are not blank.

    Examples
    --------
    >>> n_lines("hand")
    4
    """
    return sum(bool(line.strip()) for line in program(name).splitlines())


def worth(framework: Framework, language: str = "Python") -> dict[str, float]:
    """Turn the facts of a framework into numbers from 0 to 1, by one rule each.

    Examples
    --------
    >>> {name: round(value, 2) for name, value in worth(frameworks()[0]).items()}
    {'release': 0.0, 'licence': 1.0, 'governance': 0.0, 'language': 1.0}
    """
    language = a_kind("worth", "language", language, str, "be the name of a language")
    run, own = [_steps()[name] for name in RUN.values()], step_of(framework)
    fastest, fewest = min(row["microseconds"] for row in run), min(row["lines"] for row in run)
    years = (_month(framework.checked) - _month(framework.released)).days / 365.25
    numbers = {
        "release": _clipped(1 - years / OLDEST),
        "licence": float(framework.licence in {"MIT", "BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}),
        "governance": KINDS[framework.kind],
        "language": float(language in framework.languages.split("; ")),
    }
    if own is None:
        return numbers
    slower = np.log(own["microseconds"] / fastest) / np.log(SLOWEST)
    return {"lines": float(fewest / own["lines"]), "speed": _clipped(1 - slower), **numbers}


def ranking(weights: Mapping[str, float], language: str = "Python") -> list[tuple[Framework, float]]:
    """Rank the frameworks by the weighted mean of what their facts are worth; a gap is left out, with its weight.

    Examples
    --------
    >>> [(each.name, round(mean, 2)) for each, mean in ranking({"governance": 1})][:3]
    [('DL4J', 1.0), ('PyTorch', 1.0), ('JAX', 0.5)]
    """
    language = a_kind("ranking", "language", language, str, "be the name of a language")
    given = _weights("ranking", weights)
    means = []
    for each in frameworks():
        known = worth(each, language)
        largest = max(given.get(name, 0.0) for name in known) or 1.0  # a sum of the largest floats would overflow
        shares = {name: given.get(name, 0.0) / largest for name in known}
        mean = sum(shares[name] * number for name, number in known.items()) / (sum(shares.values()) or 1.0)
        means.append((each, mean))
    return sorted(means, key=lambda pair: -pair[1])


def bounds(framework: Framework, weights: Mapping[str, float], language: str = "Python") -> tuple[float, float]:
    """Return the weighted mean with every gap at 0, and with every gap at 1: the truth lies between them.

    Examples
    --------
    >>> bounds(frameworks()[0], {"lines": 3, "licence": 1})  # Caffe was not run: 1/4 is its licence
    (0.25, 1.0)
    """
    framework = a_kind("bounds", "framework", framework, Framework, "be one of frameworks()")
    language = a_kind("bounds", "language", language, str, "be the name of a language")
    given = _weights("bounds", weights)
    known, largest = worth(framework, language), max(given.values(), default=0.0) or 1.0
    shares = {name: weight / largest for name, weight in given.items()}  # a sum of the largest floats would overflow
    whole = sum(shares.values()) or 1.0
    low, high = (sum(share * known.get(name, gap) for name, share in shares.items()) / whole for gap in (0.0, 1.0))
    return low, high


def _weights(function: str, weights: Mapping[str, float]) -> dict[str, float]:
    return {one_of(function, "weights", name, CRITERIA): a_number(function, "weights", weight, least=0)
            for name, weight in a_mapping(function, "weights", weights).items()}  # fmt: skip


def step_of(framework: Framework) -> Any:
    """Return what was measured of a framework's program.

    Examples
    --------
    >>> step_of(frameworks()[0]) is None
    True
    """
    framework = a_kind("step_of", "framework", framework, Framework, "be one of frameworks()")
    return _steps().get(RUN.get(framework.name, ""))


@cache
def _facts() -> tuple[Framework, ...]:
    with (data_of("choose_a_framework") / "frameworks" / "facts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Framework(**row) for row in csv.DictReader(file))


@cache
def _steps() -> dict[str, Any]:
    return {str(row["program"]): row for row in measured("framework_steps")}


def _month(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")


def _clipped(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))
