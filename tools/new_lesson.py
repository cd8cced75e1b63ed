"""Lay the files of a new lesson: ``python tools/new_lesson.py 04 coarse_to_fine``.

A figure, an explorer, an exercise with a prediction, and a notebook with the beats. They run and pass their tests as
they are; write your lesson over them.
"""

import re
import sys
from pathlib import Path

import nbformat
import notebook_files
from nbformat import NotebookNode

STUBS = Path(__file__).parent / "lesson"
ROW = re.compile(r"^\| \[(\d\d) .*$", flags=re.MULTILINE)


def lay(number: str, topic: str, root: Path = notebook_files.ROOT) -> list[Path]:
    """Write the lesson's files and its row in the README; return the paths."""
    notebook = root / "notebooks" / f"{number}_{topic}.ipynb"
    stubs = {
        "figure.py": root / "coursekit" / "figures" / f"{topic}.py",
        "explorer.py": root / "coursekit" / "explorers" / f"{topic}.py",
        "exercise.py": root / "coursekit" / "exercises" / f"{topic}.py",
    }
    for path in [*stubs.values(), *notebook.parent.glob(f"{number}_*.ipynb")]:
        if path.exists():
            sys.exit(f"{path.relative_to(root)} is there already: choose another number or topic.")
    for stub, path in stubs.items():
        path.write_text(named(STUBS / stub, number, topic), encoding="utf-8")
    cells = as_cells(named(STUBS / "notebook.txt", number, topic), number)
    notebook.write_text(notebook_files.text(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    add_to_readme(root / "README.md", number, topic)
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


def add_to_readme(readme: Path, number: str, topic: str) -> None:
    """Add the lesson's row to the README's table, in the order of the numbers."""
    text = readme.read_text(encoding="utf-8")
    row = f"| [{number} {title(topic)}](notebooks/{number}_{topic}.ipynb) | 45 | what you will be able to do |"
    before = [match for match in ROW.finditer(text) if match[1] < number][-1]
    readme.write_text(f"{text[: before.end()]}\n{row}{text[before.end() :]}", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Do what the command line says, and say what comes next."""
    if len(arguments) != 2 or not re.fullmatch(r"\d\d [a-z][a-z0-9_]*", " ".join(arguments)):
        sys.exit("Give two digits and a topic: make lesson NUMBER=04 TOPIC=coarse_to_fine")
    for path in lay(*arguments):
        print(path.relative_to(notebook_files.ROOT))
    print(f"Write your lesson over them, then: make notebooks LESSONS={arguments[0]} && make test")


if __name__ == "__main__":
    main(sys.argv[1:])
