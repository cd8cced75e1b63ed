"""Lay the files of a new lesson: ``python tools/new_lesson.py 04 coarse_to_fine``.

A folder with an explorer, an exercise and a prediction, their tests, an experiment, a notebook with the beats, and a
row in each list of lessons. They run and pass their tests as they are; write your lesson over them.
"""

import re
import sys
from pathlib import Path

import nbformat
import notebook_files
from nbformat import NotebookNode

NEXT = "python experiments/{1}/{1}.py && make notebooks LESSONS={0} && make test"
STUBS = Path(__file__).parent / "lesson"
README_ROW = re.compile(r"^\| \[(\d\d) .*\]\(notebooks/.*$", flags=re.MULTILINE)
MAP_ROW = re.compile(r"^\| \[(\d\d) .*\.ipynb\) \| \d+ .*$", flags=re.MULTILINE)


def lay(number: str, topic: str, root: Path = notebook_files.ROOT) -> list[Path]:
    """Write the lesson's files and its rows in the lists of lessons; return the paths."""
    notebook = root / "notebooks" / f"{number}_{topic}.ipynb"
    lesson = root / "coursekit" / "lessons" / topic
    for path in [lesson, *notebook.parent.glob(f"{number}_*.ipynb")]:
        if path.exists():
            sys.exit(f"{path.relative_to(root)} is there already: choose another number or topic.")
    stubs = {
        "lesson.py": lesson / "__init__.py",
        "explorer.py": lesson / f"explore_{topic}.py",
        "exercises.py": lesson / "exercises" / "__init__.py",
        "exercise.py": lesson / "exercises" / f"{topic}.py",
        "experiment.py": root / "experiments" / topic / f"{topic}.py",
        "test.py": root / "tests" / "lessons" / topic / f"test_explore_{topic}.py",
    }
    for stub, path in stubs.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(named(STUBS / stub, number, topic), encoding="utf-8")
    cells = as_cells(named(STUBS / "notebook.txt", number, topic), number)
    notebook.write_text(notebook_files.text(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    add_row(
        root / "README.md",
        README_ROW,
        f"| [{number} {title(topic)}](notebooks/{notebook.name}) | 10 | what you will be able to do |",
        number,
    )
    add_to_changelog(root / "CHANGELOG.md", f"- Lesson {number} ({topic.replace('_', ' ')}).")
    add_to_map(
        notebook.parent, f"| [{number} {title(topic)}]({notebook.name}) | 10 | the question that it answers |", number
    )
    return [*stubs.values(), notebook]


def named(stub: Path, number: str, topic: str) -> str:
    """Return a stub's text under the lesson's own number and names."""
    names = {"99": number, "a_topic": topic, "A_TOPIC": topic.upper(), "a-topic": topic.replace("_", "-")}
    text = stub.read_text(encoding="utf-8").replace("A topic", title(topic))
    return re.sub("|".join(names), lambda match: names[match[0]], text)


def title(topic: str) -> str:
    """Return the topic as a heading."""
    return topic.replace("_", " ").capitalize()


def as_cells(text: str, number: str) -> list[NotebookNode]:
    """Cut a text at its [md] and [py] lines into the cells of a notebook."""
    make = {"md": nbformat.v4.new_markdown_cell, "py": nbformat.v4.new_code_cell}
    parts = re.split(r"^\[(md|py)\]\n", text, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [make[kind](part.strip(), id=f"lesson-{number}-{i:02}") for i, (kind, part) in enumerate(pairs, start=1)]


def add_row(path: Path, rows: re.Pattern[str], row: str, number: str) -> None:
    """Add a row to a file's list of lessons, in the order of the numbers."""
    text = path.read_text(encoding="utf-8")
    path.write_text(with_row(text, rows, row, number), encoding="utf-8")


def add_to_changelog(path: Path, line: str) -> None:
    """Say that the lesson is new."""
    path.write_text(
        path.read_text(encoding="utf-8").replace("### Added\n\n", f"### Added\n\n{line}\n", 1), encoding="utf-8"
    )


def add_to_map(notebooks: Path, row: str, number: str) -> None:
    """Add a row to the map of the lessons in notebook 00."""
    for path in notebooks.glob("00_*.ipynb"):
        start = notebook_files.read(path)
        for cell in start.cells:
            if MAP_ROW.search(cell.source):
                cell.source = with_row(cell.source, MAP_ROW, row, number)
        path.write_text(notebook_files.text(start), encoding="utf-8")


def with_row(text: str, rows: re.Pattern[str], row: str, number: str) -> str:
    """Return the text with a row more, behind the last one of a lower number."""
    before = [match for match in rows.finditer(text) if match[1] < number][-1]
    return f"{text[: before.end()]}\n{row}{text[before.end() :]}"


def main(arguments: list[str]) -> None:
    """Do what the command line says, and say what comes next."""
    if len(arguments) != 2 or not re.fullmatch(r"\d\d [a-z][a-z0-9_]*", " ".join(arguments)):
        sys.exit("Give two digits and a topic: make lesson NUMBER=04 TOPIC=coarse_to_fine")
    for path in lay(*arguments):
        print(path.relative_to(notebook_files.ROOT))
    print(f"Write your lesson over them, then: {NEXT.format(*arguments)}")


if __name__ == "__main__":
    main(sys.argv[1:])
