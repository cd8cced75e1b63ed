"""The one voice of every error message.

Every message has the form ``<function>: <argument> must <rule>[, <meaning>]; got <value or shape>.[ <hint>]``, so that
a learner always reads who speaks, which argument is meant, what it should be and what came instead.
"""

import math
from collections.abc import Collection
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Labels: TypeAlias = NDArray[np.integer[Any]]
Parameters: TypeAlias = dict[str, Array]

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


def refuse(
    function: str, argument: str, rule: str, got: object, *, hint: str = "", error: type[Exception] = ValueError
) -> NoReturn:
    """Raise ``error`` in the one form that all messages have.

    Parameters
    ----------
    function, argument : str
        Who speaks, and of which argument.
    rule : str
        What the argument must do or be, with its meaning after a comma: ``"have shape (4,), one scale per feature"``.
    got : object
        What came: a value, or a text such as ``"shape (32,)"``.
    hint : str, optional
        A whole sentence that helps to mend it.
    error : type of Exception, optional
        TypeError where the kind of thing is wrong, otherwise ValueError.

    Raises
    ------
    ValueError or TypeError
        Always.

    Examples
    --------
    >>> refuse("LogScale", "low", "be above 0, as its logarithm is taken", 0)
    Traceback (most recent call last):
    ValueError: LogScale: low must be above 0, as its logarithm is taken; got 0.
    """
    raise error(f"{function}: {argument} must {rule}; got {got}." + (f" {hint}" if hint else ""))


def a_number(function: str, argument: str, value: object, *, above: float = -math.inf, below: float = math.inf,
             least: float = -math.inf, most: float = math.inf) -> float:  # fmt: skip
    """Return ``value`` as a float if it is one finite real number between the bounds, and refuse it otherwise.

    Parameters
    ----------
    function, argument : str
        Who speaks, and of which argument.
    value : object
        What came.
    above, below : float, optional
        Bounds that the value must not reach.
    least, most : float, optional
        Bounds that the value may reach.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is nan, infinite or out of bounds.

    Examples
    --------
    >>> a_number("sgd", "learning_rate", -1, above=0)
    Traceback (most recent call last):
    ValueError: sgd: learning_rate must be a number above 0; got -1.
    """
    number = _as_float(value)
    if number is not None and above < number < below and least <= number <= most:  # nan passes no comparison
        return number
    limits = [("above", above), ("below", below), ("of at least", least), ("of at most", most)]
    rule = " and ".join(f"{word} {limit:g}" for word, limit in limits if math.isfinite(limit))
    if number is None:
        refuse(function, argument, f"be a number {rule}".strip(), repr(value), error=TypeError)
    refuse(function, argument, f"be a number {rule}".strip(), value)


def _as_float(value: object) -> float | None:
    """Return one real number as a float, infinite where a float can't hold it; None for anything else."""
    if type(value) is float:  # most are, and need no second look
        return value
    try:
        if isinstance(value, bool | np.bool_ | str) or np.ndim(value) != 0:  # type: ignore[arg-type]
            return None
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return None


def a_whole_number(function: str, argument: str, value: object, *, least: int = 1) -> int:
    """Return ``value`` as an int if it is a whole number of at least ``least``, and refuse it otherwise.

    Parameters
    ----------
    function, argument : str
        Who speaks, and of which argument.
    value : object
        What came; ``3.0`` is whole, ``3.5`` is not.
    least : int, optional
        The smallest value allowed.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If it is no number, not whole, or too small.

    Examples
    --------
    >>> a_whole_number("grid", "n", 3.0)
    3
    >>> a_whole_number("grid", "n", 2.5)
    Traceback (most recent call last):
    ValueError: grid: n must be a whole number of at least 1; got 2.5.
    """
    rule = f"be a whole number of at least {least}"
    try:
        number = a_number(function, argument, value)
    except TypeError:
        refuse(function, argument, rule, repr(value), error=TypeError)
    except ValueError:
        refuse(function, argument, rule, value)
    if number != int(number) or number < least:
        refuse(function, argument, rule, value)
    return int(number)


def a_generator(function: str, rng: object) -> np.random.Generator:
    """Return ``rng`` if it is a ``numpy.random.Generator``, and refuse it otherwise.

    Parameters
    ----------
    function : str
        Who speaks.
    rng : object
        What came.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    TypeError
        If it is anything else: a seed, the module ``numpy.random``, a ``RandomState``.

    Examples
    --------
    >>> a_generator("digits", 0)
    Traceback (most recent call last):
    TypeError: digits: rng must be a numpy.random.Generator; got 0. Make one with numpy.random.default_rng(seed).
    """
    if not isinstance(rng, np.random.Generator):
        hint = "Make one with numpy.random.default_rng(seed)."
        refuse(function, "rng", "be a numpy.random.Generator", repr(rng), hint=hint, error=TypeError)
    return rng


def one_of(function: str, argument: str, value: object, options: Collection[str]) -> str:
    """Return ``value`` if it is one of ``options``, and refuse it otherwise.

    Parameters
    ----------
    function, argument : str
        Who speaks, and of which argument.
    value : object
        What came.
    options : collection of str
        What is allowed, in the order in which the message names it.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> one_of("softmax_loss", "reduction", "avg", ["mean", "sum", "none"])
    Traceback (most recent call last):
    ValueError: softmax_loss: reduction must be one of 'mean', 'sum', 'none'; got 'avg'.
    """
    if not (isinstance(value, str) and value in options):
        refuse(function, argument, f"be one of {', '.join(map(repr, options))}", repr(value))
    return value


def an_array(function: str, argument: str, value: ArrayLike, *, min_ndim: int = 0, finite: bool = True) -> Array:
    """Return ``value`` as an array of floats, without a copy where it is one already.

    float32 and float64 stay what they are; integers, booleans and other floats become float64.

    Parameters
    ----------
    function, argument : str
        Who speaks, and of which argument.
    value : array_like
        What came.
    min_ndim : int, optional
        The smallest number of axes allowed.
    finite : bool, optional
        Whether nan and infinity are refused.

    Returns
    -------
    array of float32 or float64

    Raises
    ------
    TypeError
        If the values are not real numbers.
    ValueError
        If there are too few axes, or a value is nan or infinite.

    Examples
    --------
    >>> an_array("softmax", "z", [1, 2])
    array([1., 2.])
    >>> an_array("softmax", "z", [0.0, float("nan")])
    Traceback (most recent call last):
    ValueError: softmax: z must be finite; got nan at index (1,).
    """
    try:
        array = np.asarray(value)
    except ValueError:
        refuse(function, argument, "be an array, all its rows of one length", "rows of different lengths")
    if array.dtype not in FLOATS:
        if array.dtype.kind not in "fiub":
            refuse(function, argument, "hold real numbers", f"an array of {array.dtype}", error=TypeError)
        array = array.astype(np.float64)
    if array.ndim < min_ndim:
        axes = "1 axis" if min_ndim == 1 else f"{min_ndim} axes"
        refuse(function, argument, f"have at least {axes}", f"shape {array.shape}")
    if finite and not is_finite(array):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        refuse(function, argument, "be finite", f"{array[where]} at index {where}")
    return array


def is_finite(array: Array) -> bool:
    """Whether no value is nan or infinite: in one pass, without an array of booleans, and without a warning.

    Parameters
    ----------
    array : array of float32 or float64

    Returns
    -------
    bool

    Examples
    --------
    >>> is_finite(np.array([1e200, 2.0])), is_finite(np.array([1.0, np.inf]))
    (True, False)
    """
    # nan and infinity survive a sum of squares. Where finite squares overflow, each value is looked at.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())
