"""What a pointer on a picture means, in the units of the axes that it was pressed in."""

from coursekit.lab.explorer import Touch
from coursekit.lab.strokes import Strokes


class Pointer:
    """Follows one press after the other.

    Parameters
    ----------
    strokes : Strokes
        The picture that it is on.
    """

    def __init__(self, strokes: Strokes) -> None:
        self._strokes, self._press = strokes, 0.0
        self._axes: int | None = None
        self._before = self._pressed = (0.0, 0.0)

    def touch(self, here: tuple[float, float], pressed: tuple[float, float], press: float) -> Touch | None:
        """Say what the picture's ``touched`` means.

        Parameters
        ----------
        here, pressed : (float, float)
            Where the pointer is and where it was pressed: across and down, as shares of the picture.
        press : float
            Which press this is.

        Returns
        -------
        Touch or None
            None if it was pressed beside all axes.
        """
        if press != self._press:
            self._press, self._axes = press, self._strokes.axes_at(*pressed)
            if self._axes is not None:
                self._before = self._pressed = self._strokes.place_in(self._axes, *pressed)
        if self._axes is None:
            return None
        before, self._before = self._before, self._strokes.place_in(self._axes, *here)
        return Touch(self._axes, *self._before, before=before, pressed=self._pressed)
