"""What a pen on a picture means, in the units of the axes that it was set down in."""

from collections.abc import Sequence

from coursekit.lab.explorer import Touch
from coursekit.lab.strokes import Strokes


class Pointer:
    """Follows one press after the other.

    Parameters
    ----------
    strokes : Strokes
        The picture that it is on.

    Attributes
    ----------
    seen : (float, int)
        The last press, and how many of its points have been followed.
    """

    def __init__(self, strokes: Strokes) -> None:
        self._strokes, self.seen = strokes, (0.0, 0)
        self._axes: int | None = None
        self._before = self._pressed = (0.0, 0.0)

    def follow(self, press: float, first: int, points: Sequence[tuple[float, float]]) -> list[Touch]:
        """Say what the picture's ``touched`` means: a touch for each point that has not been followed yet.

        Parameters
        ----------
        press : float
            Which press this is.
        first : int
            Which of its points the first of these is, counted from 0.
        points : sequence of (float, float)
            Where the pen went: across and down, as shares of the picture.

        Returns
        -------
        list of Touch
            Empty if it was pressed beside all axes.
        """
        known = self.seen[1] if press == self.seen[0] else first
        if press != self.seen[0] and points:
            self._axes = self._strokes.axes_at(*points[0])
            if self._axes is not None:
                self._before = self._pressed = self._strokes.place_in(self._axes, *points[0])
        self.seen = press, first + len(points)
        axes = self._axes
        return [] if axes is None else [self._touch(axes, point) for point in points[known - first :]]

    def _touch(self, axes: int, point: tuple[float, float]) -> Touch:
        before, self._before = self._before, self._strokes.place_in(axes, *point)
        return Touch(axes, *self._before, before=before, pressed=self._pressed)
