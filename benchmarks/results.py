"""What a measurement says: rows in a table, with a bar that each is held against."""

from collections.abc import Sequence
from typing import NamedTuple


class Result(NamedTuple):
    """A line of the table; ``tried`` is what was done about a bar that is missed, ``ratio`` ours / theirs."""

    what: str
    ours: str
    peer: str
    bar: str
    met: bool
    ratio: str = ""
    tried: str = ""


class Section(NamedTuple):
    """A table, with what stands above it; ``columns`` names ours and the peer."""

    title: str
    about: str
    columns: tuple[str, str]
    results: Sequence[Result]

    def markdown(self) -> str:
        """Write it for README.md."""
        has_ratio = any(each.ratio for each in self.results)
        header = ["", *self.columns, *(["ratio"] if has_ratio else []), "bar", "met"]
        rows = [header, ["---"] * len(header)]
        for each in self.results:
            ratio = [each.ratio] if has_ratio else []
            rows.append([each.what, each.ours, each.peer, *ratio, each.bar, "yes" if each.met else "**no**"])
        table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        tried = dict.fromkeys(each.tried for each in self.results if each.tried and not each.met)
        below = [f"Where it is missed: {each}" for each in tried]
        return "\n\n".join([f"## {self.title}", self.about, table, *below]) + "\n"


def compared(what: str, ours: float, peer: float, *, bar: float, tried: str = "") -> Result:
    """Hold the ratio of two times, in seconds, against a bar."""
    return Result(what, duration(ours), duration(peer), f"at most {bar:.3g}", ours / peer <= bar, f"{ours / peer:.2f}",
                  tried)  # fmt: skip


def duration(seconds: float) -> str:
    """Say a time in three digits.

    >>> duration(0.0000305), duration(0.0123), duration(2.5)
    ('30.5 us', '12.3 ms', '2.5 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size or unit == "us":
            return f"{seconds / size:.3g} {unit}"
    raise AssertionError
