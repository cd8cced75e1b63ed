"""What makes an operator of Python a call that a tape can record."""

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin  # makes np.add(a, b) of a + b, and so on


class Overloaded(NDArrayOperatorsMixin):
    """A class whose operators, and NumPy's functions, come to its own ``record``.

    Examples
    --------
    >>> class Told(Overloaded):
    ...     def record(self, operation, *inputs):
    ...         return operation.__name__
    >>> 10 * Told(), np.exp(Told())
    ('multiply', 'exp')
    """

    def __array_ufunc__(self, operation: np.ufunc, _method: str, *inputs: Any) -> Any:
        return self.record(operation, *inputs)

    def record(self, operation: np.ufunc, *inputs: Any) -> Any:
        """Do what the operation asks for; a class of one's own says how."""
        raise NotImplementedError
