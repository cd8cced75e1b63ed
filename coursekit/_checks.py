"""The one voice of every error message.

Every message has the form ``<function>: <argument> must <rule>[, <meaning>]; got <value or shape>.[ <hint>]``, so that
a learner always reads who speaks, which argument is meant, what it should be and what came instead.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from coursekit.types import Array

Kind = TypeVar("Kind")

MANY = 10_000_000  # of anything that is counted out and kept: beyond it, memory or patience ends before the work does

LONGEST = 1000  # letters of a part of a message
FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
MOST_FLOAT32 = float(np.finfo(np.float32).max)


def refuse(
    function: str, argument: str, rule: str, got: object, *, hint: str = "", error: type[Exception] = ValueError
) -> NoReturn:
    """Raise ``error`` in the one form that all messages have: TypeError where the kind of thing is wrong.

    Examples
    --------
    >>> refuse("LogScale", "low", "be above 0, as its logarithm is taken", 0)
    Traceback (most recent call last):
    ValueError: LogScale: low must be above 0, as its logarithm is taken; got 0.
    """
    came = _cut(got, LONGEST) if isinstance(got, str) else shown(got, str)
    raise error(
        f"{function}: {_cut(argument, 100)} must {_cut(rule, LONGEST)}; got {came}.{f' {hint}' if hint else ''}"
    )


def shown(value: object, how: Callable[[object], str] = repr, *, most: int = 300, instead: str = "") -> str:
    """Write a value down for a message, whatever it is: in 300 letters at most.

    Examples
    --------
    >>> shown("3"), shown(10**5000), len(shown([0.5] * 1000))
    ("'3'", 'a whole number of 16610 bits', 300)
    """
    try:
        text = how(value)
    except Exception:  # noqa: BLE001 - Python writes no more than 4300 digits, and a __repr__ may raise anything
        whole = f"a whole number of {value.bit_length()} bits" if isinstance(value, int) else ""
        text = whole or instead or f"a {type(value).__name__} that can't be written"
    return _cut(text, most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def a_number(function: str, argument: str, value: object, *, above: float = -math.inf, below: float = math.inf,
             least: float = -math.inf, most: float = math.inf) -> float:  # fmt: skip
    """Return ``value`` as a float if it is one finite real number between the bounds, and refuse it otherwise.

    It must not reach ``above`` and ``below``; it may reach ``least`` and ``most``.

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
        refuse(function, argument, f"be a number {rule}".strip(), shown(value), error=TypeError)
    refuse(function, argument, f"be a number {rule}".strip(), value)


def _as_float(value: object) -> float | None:
    """Return one real number as a float, infinite where a float can't hold it; None for anything else."""
    if type(value) is float:  # most are, and need no second look
        return value
    try:
        if isinstance(value, bool | str | bytes) or is_masked(value) or np.ndim(value) != 0:  # type: ignore[arg-type]
            return None
        if isinstance(value, np.generic | np.ndarray) and (value.dtype.kind == "b" or not is_real(value.dtype)):
            return None
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf
    except Exception:  # noqa: BLE001 - what is no number may raise anything when it is asked for one
        return None


def a_whole_number(function: str, argument: str, value: object, *, least: int = 1, most: int | None = None) -> int:
    """Return ``value`` as an int if it is a whole number between the bounds, and refuse it otherwise.

    3.0 is whole. Give `MANY` as the largest where memory or patience ends before the work does.

    Examples
    --------
    >>> a_whole_number("grid", "n", 3.0)
    3
    >>> a_whole_number("grid", "n", 2.5)
    Traceback (most recent call last):
    ValueError: grid: n must be a whole number of at least 1; got 2.5.
    """
    rule = f"be a whole number of at least {least}"
    if type(value) is int:  # of any size, where a float would round
        number: float = value
    else:
        try:
            number = a_number(function, argument, value)
        except TypeError:
            refuse(function, argument, rule, shown(value), error=TypeError)
        except ValueError:
            refuse(function, argument, rule, value)
    if number != int(number) or number < least:
        refuse(function, argument, rule, value)
    if most is not None and number > most:
        refuse(function, argument, f"be a whole number of at most {most:,}", value)
    return int(value) if isinstance(value, np.integer) else int(number)


def a_generator(function: str, rng: object) -> np.random.Generator:
    """Return ``rng`` if it is a ``numpy.random.Generator``, and refuse it otherwise.

    Examples
    --------
    >>> a_generator("digits", 0)
    Traceback (most recent call last):
    TypeError: digits: rng must be a numpy.random.Generator; got 0. Make one with numpy.random.default_rng(seed).
    """
    if not isinstance(rng, np.random.Generator):
        hint = "Make one with numpy.random.default_rng(seed)."
        refuse(function, "rng", "be a numpy.random.Generator", shown(rng), hint=hint, error=TypeError)
    return rng


def one_of(function: str, argument: str, value: object, options: Collection[str]) -> str:
    """Return ``value`` if it is one of ``options``, and refuse it otherwise.

    Examples
    --------
    >>> one_of("softmax_loss", "reduction", "avg", ["mean", "sum", "none"])
    Traceback (most recent call last):
    ValueError: softmax_loss: reduction must be one of 'mean', 'sum', 'none'; got 'avg'.
    """
    if not (isinstance(value, str) and value in options):
        refuse(function, argument, f"be one of {', '.join(map(repr, options))}", shown(value))
    return value


def a_mapping(function: str, argument: str, value: object) -> Mapping[str, Any]:
    """Return ``value`` if it is a dict, or like one, with strings for names; and refuse it otherwise.

    Examples
    --------
    >>> a_mapping("forward", "parameters", [1, 2])
    Traceback (most recent call last):
    TypeError: forward: parameters must be a dict of arrays by name; got [1, 2].
    """
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        refuse(function, argument, "be a dict of arrays by name", shown(value), error=TypeError)
    return value


def a_sequence(function: str, argument: str, value: object, of: str) -> Sequence[Any]:
    """Return ``value`` if it is a list, or like one, and refuse it otherwise.

    Examples
    --------
    >>> a_sequence("halving", "rungs", 3, "numbers of epochs")
    Traceback (most recent call last):
    TypeError: halving: rungs must be a list of numbers of epochs; got 3.
    """
    is_row = isinstance(value, np.ndarray) and value.ndim > 0
    if not is_row and (isinstance(value, str | bytes) or not isinstance(value, Sequence)):
        refuse(function, argument, f"be a list of {of}", shown(value), error=TypeError)
    return value  # type: ignore[return-value]


def a_kind(function: str, argument: str, value: object, kind: type[Kind], rule: str) -> Kind:
    """Return ``value`` if it is a ``kind``, and refuse it otherwise: for what another function made.

    Examples
    --------
    >>> a_kind("backward", "cache", 3, dict, "be what forward returned beside the logits")
    Traceback (most recent call last):
    TypeError: backward: cache must be what forward returned beside the logits; got int.
    """
    if not isinstance(value, kind):
        refuse(function, argument, rule, type(value).__name__, error=TypeError)
    return value


def a_function(function: str, argument: str, value: object, of: str) -> Callable[..., Any]:
    """Return ``value`` if it can be called, and refuse it otherwise.

    Examples
    --------
    >>> a_function("fit", "optimizer", "adam", "parameters and gradients")
    Traceback (most recent call last):
    TypeError: fit: optimizer must be a function of parameters and gradients; got 'adam'.
    """
    if not callable(value):
        refuse(function, argument, f"be a function of {of}", shown(value), error=TypeError)
    return value


def truth(function: str, argument: str, returned: object) -> bool:
    """Return whether what a function returned is true, and refuse what has no truth, such as an array.

    Examples
    --------
    >>> truth("fit", "callback", np.zeros(2))
    Traceback (most recent call last):
    TypeError: fit: callback must return something true or false; got array([0., 0.]).
    """
    try:
        return bool(returned)
    except Exception:  # noqa: BLE001 - the truth of an object may raise anything
        refuse(function, argument, "return something true or false", shown(returned), error=TypeError)


def a_float_type(function: str, argument: str, value: object) -> np.dtype[Any]:
    """Return ``value`` as a dtype if it is float64 or float32, and refuse it otherwise.

    Examples
    --------
    >>> a_float_type("digits", "dtype", int)
    Traceback (most recent call last):
    TypeError: digits: dtype must be float64 or float32; got int64.
    """
    try:
        dtype: np.dtype[Any] | None = np.dtype(value)  # type: ignore[call-overload]
    except Exception:  # noqa: BLE001 - what is no type may raise anything when it is asked for one
        dtype = None
    if value is None or dtype not in (np.float64, np.float32):
        got = shown(value) if value is None or dtype is None else str(dtype)
        refuse(function, argument, "be float64 or float32", got, error=TypeError)
    return dtype


def an_array(function: str, argument: str, value: ArrayLike, *, min_ndim: int = 0, finite: bool = True) -> Array:
    """Return ``value`` as an array of floats, without a copy where it is one already.

    float32 and float64 stay what they are; integers, booleans and other floats become float64.

    Examples
    --------
    >>> an_array("softmax", "z", [1, 2])
    array([1., 2.])
    >>> an_array("softmax", "z", [0.0, float("nan")])
    Traceback (most recent call last):
    ValueError: softmax: z must be finite; got nan at index (1,).
    """
    array = as_array(function, argument, value)
    if array.dtype not in FLOATS:
        if not is_real(array.dtype):
            refuse(function, argument, "hold real numbers", f"an array of {array.dtype}", error=TypeError)
        with np.errstate(over="ignore"):  # a long double may become infinite, and is told below
            array = array.astype(np.float64)
    if array.ndim < min_ndim:
        axes = "1 axis" if min_ndim == 1 else f"{min_ndim} axes"
        refuse(function, argument, f"have at least {axes}", f"shape {array.shape}")
    if finite and not is_finite(array):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        refuse(function, argument, "be finite", f"{array[where]} at index {where}")
    return array


def is_a_place(value: object, n: int) -> bool:
    """Whether it is an index into n things: an integer, from the end where it is negative; True is none.

    Examples
    --------
    >>> is_a_place(-2, 2), is_a_place(2, 2), is_a_place(None, 2), is_a_place(True, 2)
    (True, False, False, False)
    """
    return is_an_integer(value) and -n <= int(value) < n


def is_an_integer(value: object) -> TypeGuard[int | np.integer[Any]]:
    """Whether it is one of Python's or NumPy's: neither True nor a span of time, which NumPy counts among them.

    Examples
    --------
    >>> is_an_integer(3), is_an_integer(np.int8(3)), is_an_integer(True), is_an_integer(np.timedelta64(3, "D"))
    (True, True, False, False)
    """
    return isinstance(value, int | np.integer) and not isinstance(value, bool | np.timedelta64)


def is_real(dtype: np.dtype[Any]) -> bool:
    """Whether its values are real numbers or booleans: of NumPy's own types, or of one such as bfloat16.

    Examples
    --------
    >>> is_real(np.dtype(np.int8)), is_real(np.dtype(complex)), is_real(np.dtype("V2"))
    (True, False, False)
    """
    return dtype.kind in "fiub" or (dtype.kind == "V" and dtype.names is None and np.can_cast(dtype, np.float64))


def as_array(function: str, argument: str, value: ArrayLike) -> NDArray[Any]:
    """Return ``value`` as an array of whatever type it has; refuse a mask, and rows of different lengths.

    Examples
    --------
    >>> as_array("split", "y", [[0], [1, 2]])
    Traceback (most recent call last):
    ValueError: split: y must be an array, all its rows of one length; got rows of different lengths.
    """
    if type(value) is np.ndarray:
        return value
    if is_masked(value):
        hint = "Leave out what is masked, or fill it with a number."
        refuse(function, argument, "hold a value at every place", "an array with masked values", hint=hint)
    try:
        return np.asarray(value)
    except Exception as error:  # noqa: BLE001 - what is no array may raise anything when it is asked for one
        if isinstance(value, list | tuple) and isinstance(error, TypeError | ValueError):
            refuse(function, argument, "be an array, all its rows of one length", "rows of different lengths")
        refuse(function, argument, "be an array", f"a {type(value).__name__} that can't be made one", error=TypeError)


def is_masked(value: object, deep: int = 8) -> bool:
    """Whether a value is masked, in an array of np.ma, or in one inside of lists: np.asarray would uncover it.

    Examples
    --------
    >>> is_masked([np.ma.masked]), is_masked(np.ma.array([1.0]))
    (True, False)
    """
    if isinstance(value, list | tuple) and deep:
        return any(is_masked(each, deep - 1) for each in value if not isinstance(each, float | int | str))
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def of_unit_size(x: Array, axis: int | None = None) -> tuple[Array, NDArray[np.intc]]:
    """Return x and an exponent e, x * 2^-e being 1 in size at most: what can be squared, whatever x is.

    To divide by a power of two rounds nothing: where nothing over- or underflows, the result is the same to the bit.

    Examples
    --------
    >>> of_unit_size(np.array([0.75, 3.0]))
    (array([0.1875, 0.75  ]), np.int32(2))
    """
    largest = np.max(np.abs(x), axis=axis, keepdims=axis is not None, initial=0)
    _, exponent = np.frexp(np.where(np.isfinite(largest), largest, 1))
    return np.ldexp(x, -exponent), exponent


def is_finite(array: Array) -> bool:
    """Whether no value is nan or infinite: in one pass, without an array of booleans, and without a warning.

    Examples
    --------
    >>> is_finite(np.array([1e200, 2.0])), is_finite(np.array([1.0, np.inf]))
    (True, False)
    """
    # nan and infinity survive a sum of squares. Where finite squares overflow, each value is looked at.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def in_type(function: str, argument: str, array: Array, dtype: DTypeLike) -> Array:
    """Return ``array`` in a float type, without a copy where it has it, and refuse what this type can't hold.

    What is nan or infinite already stays so.

    Examples
    --------
    >>> in_type("sgd", "W1", np.array([1e300]), np.float32)
    Traceback (most recent call last):
    ValueError: sgd: W1 must be small enough for float32; got values up to 1e+300.
    """
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):
        cast: Array = array.astype(dtype)
    if not is_finite(cast) and (np.isinf(cast) & np.isfinite(array)).any():
        refuse(function, argument, f"be small enough for {cast.dtype}", f"values up to {np.nanmax(np.abs(array)):.3g}")
    return cast


def per_model(function: str, argument: str, value: ArrayLike, parameters: Mapping[str, Array] | None = None, *,
              below: float = math.inf) -> float | NDArray[np.float64]:  # fmt: skip
    """Return ``value`` as a float, or as one number of at least 0 per model of the parameters, and refuse it otherwise.

    Examples
    --------
    >>> per_model("sgd", "learning_rate", [0.1, -1])
    Traceback (most recent call last):
    ValueError: sgd: learning_rate must be a number of at least 0; got -1.0.
    """
    if as_array(function, argument, value).ndim == 0:
        number = a_number(function, argument, value, least=0, below=below)
        if number > MOST_FLOAT32 and any(W.dtype == np.float32 for W in (parameters or {}).values()):
            refuse(function, argument, "be small enough for float32, as the parameters are", value)
        return number
    values = an_array(function, argument, value).astype(np.float64)
    for name, W in (parameters or {}).items():
        in_type(function, argument, values, W.dtype)
        if values.shape != W.shape[:1]:
            rule = "be one number, or one per model along the first axis of every parameter"
            refuse(function, argument, rule, f"shape {values.shape} for {name} of shape {W.shape}")
    for wrong in values[(values < 0) | (values >= below)]:
        a_number(function, argument, wrong, least=0, below=below)
    return values


def no_overflow(function: str, argument: str, array: ArrayLike, what: str, *results: Any) -> None:
    """Refuse ``array`` if what was computed from it is not finite: it was checked before, so it is only too large.

    Examples
    --------
    >>> no_overflow("softmax_loss", "z", [1e308, -1e308], "its loss", np.inf)
    Traceback (most recent call last):
    ValueError: softmax_loss: z must be small enough for float64 to hold its loss; got values up to 1e+308.
    """
    if all(is_finite(np.asarray(result)) for result in results):
        return
    array = np.asarray(array)
    dtype = np.asarray(results[0]).dtype
    refuse(function, argument, f"be small enough for {dtype} to hold {what}", f"values up to {np.abs(array).max():.3g}")
