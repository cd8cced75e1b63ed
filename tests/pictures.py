"""A small picture that tests of both ways to draw it share."""

from coursekit.lab.picture import BLUE, ORANGE, Picture, canvas, label, line

STATES = (0.1, 0.9, 0.5, 0.25)


def picture():
    """A line with markers, a half transparent dot in axes of its own, and a number."""
    figure, (left, right) = canvas(400, 200, columns=2)
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", title="still")
    right.set(xlim=(0, 1), ylim=(0, 1))
    path = line(left, BLUE, marker="o")
    dot = line(right, ORANGE, marker="D", markersize=15, alpha=0.6)
    number = label(right, 0.5, 0.8, ha="center", color=ORANGE)

    def move(x):
        path.set_data([0.05, x], [0.1, 0.8])
        dot.set_data([x], [x / 2])
        number.set_text(f"{x:.2f}")

    return Picture(figure, move, [path, dot, number], ghosts=[path, dot])
