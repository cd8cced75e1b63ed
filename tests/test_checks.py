"""Every message has one form, and is tested word for word."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_array_equal

from coursekit._checks import a_float_type, a_number, a_whole_number, an_array, is_a_place, one_of, refuse, truth

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_refuse_says_who_what_rule_and_got(error):
    with pytest.raises(error) as caught:
        refuse("f", "x", "be 1, the loneliest number", 2, error=error)
    assert type(caught.value) is error
    assert str(caught.value) == "f: x must be 1, the loneliest number; got 2."


def test_refuse_ends_with_the_hint():
    with pytest.raises(ValueError, match=r"^f: x must be 1; got 2\. Try 1\.$"):
        refuse("f", "x", "be 1", 2, hint="Try 1.")


@given(finite)
def test_a_number_returns_the_float(value):
    number = a_number("f", "x", value, least=value, most=value)
    assert type(number) is float
    assert number == value


@pytest.mark.parametrize("value", [2, np.int8(2), np.float32(2), np.array(2.0), Fraction(4, 2), Decimal(2)])
def test_a_number_takes_every_kind_of_real_number(value):
    assert a_number("f", "x", value) == 2.0


@pytest.mark.parametrize(
    ("value", "bounds", "error", "message"),
    [
        (0, {"above": 0}, ValueError, "f: x must be a number above 0; got 0."),
        (1, {"below": 1}, ValueError, "f: x must be a number below 1; got 1."),
        (-1, {"least": 0}, ValueError, "f: x must be a number of at least 0; got -1."),
        (2.5, {"most": 2}, ValueError, "f: x must be a number of at most 2; got 2.5."),
        (1, {"least": 0, "below": 1}, ValueError, "f: x must be a number below 1 and of at least 0; got 1."),
        (0, {"above": 0, "below": 1}, ValueError, "f: x must be a number above 0 and below 1; got 0."),
        (float("nan"), {}, ValueError, "f: x must be a number; got nan."),
        (float("inf"), {"above": 0}, ValueError, "f: x must be a number above 0; got inf."),
        (-float("inf"), {}, ValueError, "f: x must be a number; got -inf."),
        (True, {}, TypeError, "f: x must be a number; got True."),
        (np.False_, {}, TypeError, "f: x must be a number; got np.False_."),
        ("1", {}, TypeError, "f: x must be a number; got '1'."),
        (None, {}, TypeError, "f: x must be a number; got None."),
        (1j, {}, TypeError, "f: x must be a number; got 1j."),
        ([1.0], {}, TypeError, "f: x must be a number; got [1.0]."),
    ],
)
def test_a_number_refuses(value, bounds, error, message):
    with pytest.raises(error) as caught:
        a_number("f", "x", value, **bounds)
    assert str(caught.value) == message


@given(st.integers(1, 10**6), st.sampled_from([int, float, np.int32, np.float64]))
def test_a_whole_number_returns_the_int(value, kind):
    number = a_whole_number("f", "n", kind(value))
    assert type(number) is int
    assert number == value


@pytest.mark.parametrize(
    ("value", "least", "error", "got"),
    [
        (0, 1, ValueError, "0"),
        (1, 2, ValueError, "1"),
        (2.5, 1, ValueError, "2.5"),
        (float("nan"), 1, ValueError, "nan"),
        (float("inf"), 1, ValueError, "inf"),
        ("3", 1, TypeError, "'3'"),
        (True, 1, TypeError, "True"),
        ([3], 0, TypeError, "[3]"),
    ],
)
def test_a_whole_number_refuses(value, least, error, got):
    with pytest.raises(error) as caught:
        a_whole_number("f", "n", value, least=least)
    assert str(caught.value) == f"f: n must be a whole number of at least {least}; got {got}."


def test_one_of_returns_what_is_allowed():
    assert one_of("f", "mode", "sum", ["mean", "sum"]) == "sum"


@pytest.mark.parametrize(("value", "got"), [("Sum", "'Sum'"), ("", "''"), (None, "None"), (["sum"], "['sum']")])
def test_one_of_refuses(value, got):
    with pytest.raises(ValueError, match="mode must be") as caught:
        one_of("f", "mode", value, ["mean", "sum"])
    assert str(caught.value) == f"f: mode must be one of 'mean', 'sum'; got {got}."


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_array_takes_floats_as_they_are(dtype):
    given_array = np.ones((2, 3), dtype)
    assert an_array("f", "x", given_array, min_ndim=2) is given_array


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.longdouble])
def test_an_array_makes_everything_else_float64(dtype):
    array = an_array("f", "x", np.ones(3, dtype))
    assert array.dtype == np.float64
    assert_array_equal(array, [1, 1, 1])


@given(arrays(np.float64, array_shapes(max_side=4), elements=finite), st.data())
def test_an_array_names_the_first_value_that_is_not_finite(x, data):
    assert an_array("f", "x", x) is x  # also where the sum overflows
    index = data.draw(st.tuples(*(st.integers(0, n - 1) for n in x.shape)))
    x[index] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    with pytest.raises(ValueError, match="must be finite") as caught:
        an_array("f", "x", x)
    assert str(caught.value) == f"f: x must be finite; got {x[index]} at index {index}."
    assert an_array("f", "x", x, finite=False) is x


def test_infinities_that_cancel_are_found():
    with pytest.raises(ValueError, match=r"^f: x must be finite; got inf at index \(1,\)\.$"):
        an_array("f", "x", [0.0, np.inf, -np.inf])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([[1], [1, 2]], ValueError,
         "f: x must be an array, all its rows of one length; got rows of different lengths."),
        ([1j], TypeError, "f: x must hold real numbers; got an array of complex128."),
        (["a"], TypeError, "f: x must hold real numbers; got an array of <U1."),
        ([None], TypeError, "f: x must hold real numbers; got an array of object."),
        ([1.0], ValueError, "f: x must have at least 2 axes; got shape (1,)."),
    ],
)  # fmt: skip
def test_an_array_refuses(value, error, message):
    with pytest.raises(error) as caught:
        an_array("f", "x", value, min_ndim=2)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [10**400, [[1], [1, 2]], float("nan"), -math.inf, True, "1", None])
def test_whatever_is_no_finite_number_is_refused_in_our_own_words(value: object) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^sgd: learning_rate must be a number above 0; got "):
        a_number("sgd", "learning_rate", value, above=0)


class Broken:
    """Whatever it is asked for raises what nobody expects."""

    def _never(self, *_):
        raise RuntimeError("not yet")

    __str__ = __repr__ = __float__ = __array__ = __len__ = __bool__ = __index__ = _never


HIDDEN = np.ma.masked_array([1.0, 2.0, 3.0], [False, False, True])


@pytest.mark.parametrize(
    "value", [HIDDEN, [HIDDEN, HIDDEN], ([1.0, np.ma.masked],), np.ma.masked, HIDDEN[None], HIDDEN.astype(int)]
)
def test_what_is_masked_is_refused(value):
    message = (
        r"^f: x must hold a value at every place; got an array with masked values. "
        r"Leave out what is masked, or fill it with a number.$"
    )
    with pytest.raises(ValueError, match=message):
        an_array("f", "x", value)
    with pytest.raises(TypeError, match=r"^f: n must be a number; got "):
        a_number("f", "n", value)


def test_a_mask_that_hides_nothing_is_no_mask():
    array = an_array("f", "x", np.ma.masked_array([1.0, 2.0], False))
    assert type(array) is np.ndarray
    assert array.tolist() == [1, 2]


def test_what_raises_when_it_is_asked_is_refused_in_words():
    with pytest.raises(TypeError, match=r"^f: x must be an array; got a Broken that can't be made one\.$"):
        an_array("f", "x", Broken())
    with pytest.raises(TypeError, match=r"^f: n must be a number; got a Broken that can't be written\.$"):
        a_number("f", "n", Broken())
    with pytest.raises(ValueError, match=r"^f: mode must be one of 'a'; got a Broken that can't be written\.$"):
        one_of("f", "mode", Broken(), ["a"])
    with pytest.raises(TypeError, match=r"^f: g must return something true or false; got a Broken that can't be"):
        truth("f", "g", Broken())


def test_a_boolean_is_no_place():
    assert not any(
        is_a_place(value, 3) for value in (True, False, np.True_, 1.0, "1", None, Broken(), np.timedelta64(1))
    )
    assert all(is_a_place(value, 3) for value in (0, -3, np.int8(2)))


def test_long_messages_are_cut():
    with pytest.raises(ValueError, match=r"f: x+\.\.\. must be short ") as caught:
        refuse("f", "x" * 10**6, "be short " * 10**6, "long " * 10**6)
    assert len(str(caught.value)) < 2200
    with pytest.raises(TypeError, match="f: n must") as caught:
        a_number("f", "n", "9" * 10**7)
    assert len(str(caught.value)) < 400


def test_bfloat16_is_a_real_number():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    assert an_array("f", "x", np.array([1, 2], ml_dtypes.bfloat16)).tolist() == [1, 2]
    assert a_number("f", "n", np.array(1.5, ml_dtypes.bfloat16)[()]) == 1.5


def test_what_no_type_can_be_made_of_is_refused_whatever_that_raises() -> None:
    endless: list[object] = []
    for _ in range(3000):
        endless = [endless]
    with pytest.raises(
        TypeError, match=r"^digits: dtype must be float64 or float32; got a list that can't be written.$"
    ):
        a_float_type("digits", "dtype", endless)
