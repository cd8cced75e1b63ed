"""Scales go both ways without loss, spread the draws as they promise, and refuse in words."""

import sys
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Space

LARGEST, BELOW_1 = sys.float_info.max, float(np.nextafter(1, 0))
EVERY_KIND = [
    LinearScale(-2, 3),
    LogScale(1e-4, 1),
    ReverseLogScale(0.9, 0.999),
    IntegerScale(2, 4),
    ChoiceScale(["relu", "tanh"]),
]
EXTREMES = [
    LinearScale(-1e308, 1e308),
    LinearScale(-LARGEST, LARGEST),
    LinearScale(1e308, LARGEST),
    LogScale(1e-300, 1e300),
    LogScale(sys.float_info.min, LARGEST),
    ReverseLogScale(-1e308, 0.5),
    ReverseLogScale(-LARGEST, 0),
    ReverseLogScale(0, 1e-17),
]
unit = st.floats(0, 1)
kinds = pytest.mark.parametrize("scale", EVERY_KIND, ids=lambda scale: type(scale).__name__)


def pairs(low, high):
    return st.tuples(st.floats(low, high), st.floats(low, high)).filter(lambda ends: ends[0] != ends[1]).map(sorted)


everyday = st.one_of(
    pairs(-1e6, 1e6).filter(lambda ends: ends[1] - ends[0] > 1e-3).map(lambda ends: LinearScale(*ends)),
    pairs(-9, 9).filter(lambda ends: ends[1] - ends[0] > 1e-3).map(lambda ends: LogScale(*np.power(10, ends))),
    pairs(0.1, 4).filter(lambda ends: ends[1] - ends[0] > 1e-3).map(
        lambda ends: ReverseLogScale(*(1 - np.power(0.1, ends)))
    ),
)  # fmt: skip
any_interval = st.one_of(
    pairs(-LARGEST, LARGEST).map(lambda ends: LinearScale(*ends)),
    pairs(5e-324, LARGEST).map(lambda ends: LogScale(*ends)),
    pairs(-LARGEST, BELOW_1).map(lambda ends: ReverseLogScale(*ends)),
)


@given(everyday | st.sampled_from(EXTREMES), unit)
def test_the_unit_interval_comes_back(scale, u):
    assert_allclose(scale.to_unit(scale.from_unit(u)), u, rtol=0, atol=1e-8)


@given(st.sampled_from(EXTREMES), unit)
def test_it_comes_back_exactly_where_the_range_is_wide(scale, u):
    assert_allclose(scale.to_unit(scale.from_unit(u)), u, rtol=0, atol=1e-14)


@given(everyday | any_interval | st.sampled_from(EXTREMES), unit)
def test_values_stay_in_range_and_come_back(scale, u):
    x = scale.from_unit(u)
    assert scale.low <= x <= scale.high
    place = scale.to_unit(x)
    assert 0 <= place <= 1
    size = max(abs(scale.low), abs(scale.high)) if isinstance(scale, LinearScale) else 1 + abs(x)
    assert abs(scale.from_unit(place) / 2 - x / 2) <= 1e-12 * size


@given(everyday | any_interval, unit, unit)
def test_order_is_kept(scale, u, v):
    low, high = (scale.from_unit(place) for place in sorted((u, v)))
    assert low <= high


@given(everyday | st.sampled_from(EXTREMES))
def test_the_ends_are_the_ends(scale):
    assert_array_equal(scale.to_unit([scale.low, scale.high]), [0, 1])
    assert_allclose(scale.from_unit([0, 1]), [scale.low, scale.high], rtol=1e-12)


@pytest.mark.parametrize(
    "scale",
    [
        LinearScale(0, 5e-324),
        LinearScale(1, np.nextafter(1, 2)),
        LogScale(1e300, np.nextafter(1e300, np.inf)),
        ReverseLogScale(-1e17, np.nextafter(-1e17, 0)),
        ReverseLogScale(np.nextafter(BELOW_1, 0), BELOW_1),
    ],
    ids=repr,
)
def test_a_range_of_two_neighbouring_floats_holds(scale):
    assert set(scale.from_unit(np.linspace(0, 1, 9))) <= {scale.low, scale.high}
    assert set(scale.to_unit([scale.low, scale.high])) <= {0, 1}


def test_known_places():
    assert_allclose(LinearScale(2, 4).to_unit([2, 2.5, 4]), [0, 0.25, 1])
    assert_allclose(LogScale(1e-4, 1).to_unit([1e-4, 1e-3, 1e-1, 1]), [0, 0.25, 0.75, 1])
    assert_allclose(ReverseLogScale(0.9, 0.9999).to_unit([0.9, 0.99, 0.999, 0.9999]), [0, 1 / 3, 2 / 3, 1])
    assert_allclose(IntegerScale(2, 4).to_unit([2, 3, 4]), [1 / 6, 1 / 2, 5 / 6])
    assert_allclose(ChoiceScale(["a", "b", "c", "d"]).to_unit(["d", "a"]), [7 / 8, 1 / 8])
    shapes = ChoiceScale([[64], [32, 16]])
    assert_allclose(shapes.to_unit([32, 16]), 3 / 4)
    assert_allclose(shapes.to_unit([[32, 16], [64]]), [3 / 4, 1 / 4])


def fits(draws, distribution):
    p_value = stats.kstest(draws, distribution.cdf).pvalue
    assert not 1e-6 < p_value < 0.01, "too close to call: draw more"
    return p_value > 0.01


def test_draws_have_the_distribution_that_scipy_says(rng):
    linear, log = LinearScale(1e-4, 1).sample(4000, rng), LogScale(1e-4, 1).sample(4000, rng)
    decay = ReverseLogScale(0.9, 0.999).sample(4000, rng)
    uniform, loguniform = stats.uniform(1e-4, 1 - 1e-4), stats.loguniform(1e-4, 1)
    assert fits(linear, uniform)
    assert not fits(linear, loguniform)
    assert fits(log, loguniform)
    assert not fits(log, uniform)
    assert fits(1 - decay, stats.loguniform(0.001, 0.1))
    assert not fits(decay, stats.loguniform(0.9, 0.999))


def test_the_lesson_in_numbers(rng):
    linear, log = LinearScale(1e-4, 1).sample(20_000, rng), LogScale(1e-4, 1).sample(20_000, rng)
    assert_allclose(np.mean(linear > 0.1), 0.9, atol=0.01)
    assert_allclose([np.mean((log > c) & (log < 10 * c)) for c in (1e-4, 1e-3, 1e-2, 1e-1)], 0.25, atol=0.01)
    decay = ReverseLogScale(0.9, 0.999).sample(20_000, rng)
    assert_allclose(np.mean(decay < 0.99), 0.5, atol=0.01)
    assert_allclose(np.median(1 / (1 - decay)), 100, rtol=0.03)


def test_both_ends_of_an_integer_scale_get_their_share(rng):
    scale = IntegerScale(2, 4)
    counts = np.bincount(scale.sample(9000, rng), minlength=5)
    assert counts[:2].sum() == 0
    assert stats.chisquare(counts[2:]).pvalue > 0.01
    assert 4 not in rng.integers(2, 4, size=9000)  # the mistake that it saves from


def test_every_choice_gets_its_share(rng):
    draws = ChoiceScale(["relu", "tanh", "sigmoid"]).sample(9000, rng)
    _, counts = np.unique(draws.astype(str), return_counts=True)
    assert stats.chisquare(counts).pvalue > 0.01


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**12), unit)
def test_whole_numbers_come_back(low, width, u):
    scale = IntegerScale(low, low + width)
    x = scale.from_unit(u)
    assert x.dtype == np.int64
    assert low <= x <= low + width
    assert scale.from_unit(scale.to_unit(x)) == x


def test_integer_bounds_may_be_whole_floats():
    assert IntegerScale(2.0, np.float32(4)) == IntegerScale(2, 4)
    assert_array_equal(IntegerScale(-1, 1).from_unit([0, 0.34, 0.5, 0.67, 1]), [-1, 0, 0, 1, 1])


def test_choices_may_be_anything_and_come_back():
    options = [(50, 50), (20,), "relu", None, 0.5]
    scale = ChoiceScale(options)
    assert scale.grid(5).tolist() == options
    assert_allclose(scale.to_unit(scale.grid(5)), [0.1, 0.3, 0.5, 0.7, 0.9])
    assert scale.from_unit(0).item() == (50, 50)
    assert ChoiceScale(range(2, 4)).grid(2).tolist() == [2, 3]
    assert scale == ChoiceScale(tuple(options))


@kinds
def test_a_grid_is_midpoints_or_has_both_ends(scale):
    assert_array_equal(scale.grid(5), scale.from_unit([0.1, 0.3, 0.5, 0.7, 0.9]))
    assert_array_equal(scale.grid(5, ends=True), scale.from_unit([0, 0.25, 0.5, 0.75, 1]))
    assert_array_equal(scale.grid(1), scale.from_unit([0.5]))


@kinds
def test_shapes_are_kept_and_nothing_of_the_caller_changes(scale, rng):
    u = rng.random((2, 3))
    before = u.copy()
    x = scale.from_unit(u)
    assert x.shape == scale.to_unit(x).shape == (2, 3)
    assert scale.to_unit(scale.from_unit(0.5)).shape == scale.from_unit(0.5).shape == ()
    assert_array_equal(u, before)
    kept = x.copy()
    scale.to_unit(x)
    assert_array_equal(x, kept)
    assert scale.sample(4, rng).shape == (4,)
    assert scale.sample((4, 2), rng).shape == (4, 2)


@kinds
def test_the_same_seed_gives_the_same_draws(scale):
    first, again, other = (scale.sample(50, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: LinearScale(1, 1), ValueError, "LinearScale: low must be below high = 1; got 1."),
        (lambda: LogScale(2, 1.5), ValueError, "LogScale: low must be below high = 1.5; got 2."),
        (lambda: ReverseLogScale(0.9, 0.5), ValueError, "ReverseLogScale: low must be below high = 0.5; got 0.9."),
        (lambda: IntegerScale(4, 2), ValueError, "IntegerScale: low must be below high = 2; got 4."),
        (lambda: LinearScale(-np.inf, 1), ValueError, "LinearScale: low must be a number; got -inf."),
        (lambda: LogScale(1, np.inf), ValueError, "LogScale: high must be a number; got inf."),
        (lambda: LinearScale(0, np.nan), ValueError, "LinearScale: high must be a number; got nan."),
        (lambda: LinearScale("0", 1), TypeError, "LinearScale: low must be a number; got '0'."),
        (lambda: LinearScale([0], 1), TypeError, "LinearScale: low must be a number; got [0]."),
        (lambda: LogScale(0, 1), ValueError, "LogScale: low must be above 0, as its logarithm is taken; got 0.0."),
        (lambda: LogScale(-1, 1), ValueError, "LogScale: low must be above 0, as its logarithm is taken; got -1.0."),
        (lambda: ReverseLogScale(0.9, 1), ValueError,
         "ReverseLogScale: high must be below 1, as the logarithm of 1 - high is taken; got 1.0."),
        (lambda: IntegerScale(2.5, 4), ValueError, "IntegerScale: low must be a whole number; got 2.5."),
        (lambda: IntegerScale(2, 4.5), ValueError, "IntegerScale: high must be a whole number; got 4.5."),
        (lambda: IntegerScale(0, 2**53 + 1), ValueError,
         "IntegerScale: high must be below 2^53 in size, where floats begin to skip whole numbers; "
         "got 9007199254740993."),
        (lambda: IntegerScale(-1e300, 4), ValueError,
         "IntegerScale: low must be below 2^53 in size, where floats begin to skip whole numbers; got -1e+300."),
        (lambda: IntegerScale(np.nan, 4), ValueError, "IntegerScale: low must be a number; got nan."),
        (lambda: ChoiceScale([]), ValueError,
         "ChoiceScale: options must hold at least one thing to choose; got none."),
        (lambda: ChoiceScale(["a", "b", "a"]), ValueError,
         "ChoiceScale: options must hold each thing once; got 'a' twice."),
        (lambda: ChoiceScale("relu"), TypeError,
         "ChoiceScale: options must be a list of things to choose from; got 'relu'."),
        (lambda: ChoiceScale({"relu"}), TypeError,
         "ChoiceScale: options must be a list of things to choose from; got {'relu'}."),
        (lambda: ChoiceScale(["a", "b"]).to_unit(["a", "c"]), ValueError,
         "ChoiceScale.to_unit: x must hold only 'a', 'b'; got 'c'."),
        (lambda: LogScale(0.1, 1).to_unit([0.5, 0.05]), ValueError,
         "LogScale.to_unit: x must lie in [0.1, 1]; got 0.05."),
        (lambda: LinearScale(0, 1).to_unit(np.nan), ValueError,
         "LinearScale.to_unit: x must be finite; got nan at index ()."),
        (lambda: ReverseLogScale(0, 0.9).from_unit([[0.2], [1.5]]), ValueError,
         "ReverseLogScale.from_unit: u must lie in [0, 1]; got 1.5."),
        (lambda: IntegerScale(2, 4).from_unit(-0.5), ValueError,
         "IntegerScale.from_unit: u must lie in [0, 1]; got -0.5."),
        (lambda: IntegerScale(2, 4).to_unit(5), ValueError, "IntegerScale.to_unit: x must lie in [2, 4]; got 5.0."),
        (lambda: IntegerScale(2, 4).to_unit([2, 2.5]), ValueError,
         "IntegerScale.to_unit: x must hold whole numbers; got 2.5."),
        (lambda: ChoiceScale([1]).from_unit(2), ValueError, "ChoiceScale.from_unit: u must lie in [0, 1]; got 2.0."),
        (lambda: LinearScale(0, 1).grid(0), ValueError,
         "LinearScale.grid: n must be a whole number of at least 1; got 0."),
        (lambda: LogScale(0.1, 1).grid(1, ends=True), ValueError,
         "LogScale.grid: n must be a whole number of at least 2; got 1."),
        (lambda: LinearScale(0, 1).grid(2.5), ValueError,
         "LinearScale.grid: n must be a whole number of at least 1; got 2.5."),
        (lambda: LinearScale(0, 1).sample(3, 7), TypeError,
         "LinearScale.sample: rng must be a numpy.random.Generator; got 7. "
         "Make one with numpy.random.default_rng(seed)."),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


class Undecided:
    def __eq__(self, other):
        return np.array([True, False])

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    "options",
    [
        [np.array([64, 32]), np.array([64, 64])], [(64, 32), (64, 64)], [[64], [64, 32]], [1, True, 0, False],
        [float("nan"), 1.0], [None, "None"], [(1, [2, (3,)]), (1, [2, (4,)])], [{"a": [1]}, {"a": [2]}],
        [Undecided(), Undecided()], [np.array([1.0, np.nan]), np.array([1.0, 2.0])], [np.array(["a"]), ["a"]],
        [(1, True), (1, 1)], [np.ones((2, 2)), np.ones((2, 3))], ["relu", str.lower], [np.zeros(0), []],
    ],
)  # fmt: skip
def test_every_option_is_found_again_whatever_it_is(options):
    scale = ChoiceScale(options)
    middles = (np.arange(len(options)) + 0.5) / len(options)
    assert_allclose(scale.to_unit(scale.from_unit(middles)), middles)
    assert_allclose(scale.to_unit(scale.from_unit(middles).tolist()), middles)
    assert [float(scale.to_unit(option)) for option in scale.options] == middles.tolist()
    assert scale.to_unit([[options[0]], [options[1]]]).shape == (2, 1)
    assert scale == ChoiceScale(options)
    assert hash(scale) == hash(ChoiceScale(options))
    space = Space(choice=scale)
    assert len(space.grid(len(options))) == len(options)
    best = space.grid(len(options))[-1]
    assert space.to_unit([best])[0, 0] == middles[-1]
    assert space.zoom(best, 0.5).space.scales["choice"] is scale


@pytest.mark.parametrize(
    "options", [[np.ones(2), np.ones(2)], [float("nan"), np.nan], [[1, [2]], [1, [2]]], [np.True_, True], [1, 1.0]]
)
def test_an_option_that_stands_twice_is_seen(options):
    with pytest.raises(ValueError, match=r"^ChoiceScale: options must hold each thing once; got .* twice\.$"):
        ChoiceScale(options)


def test_what_is_no_option_is_refused():
    scale = ChoiceScale([(64, 32), (64, 64)])
    for wrong in ((64, 63), [(64, 32), 3], np.array([64, 32]), Undecided(), np.ma.masked, 64):
        with pytest.raises(ValueError, match=r"^ChoiceScale.to_unit: x must (hold only .64|be an array|hold a value)"):
            scale.to_unit(wrong)


@pytest.mark.seconds
def test_thousands_of_options_take_no_longer_than_they_are_many() -> None:
    options = [*range(20_000), *(f"a{i}" for i in range(20_000)), Fraction(1, 3), [1]]
    scale, start = ChoiceScale(options), time.process_time()
    u = scale.to_unit(options)
    assert np.array_equal(np.floor(u * len(options)), np.arange(len(options)))
    assert len(Space(a=LinearScale(0, 1), b=ChoiceScale([3])).grid(20_000)) == 20_000
    assert time.process_time() - start < 10


def test_an_option_is_found_by_its_value_whatever_type_it_has() -> None:
    scale = ChoiceScale([Fraction(1, 2), 3.0, "relu", True, None])
    for x, place in ((0.5, 0), (np.float32(3), 1), (3, 1), (Decimal(3), 1), (np.str_("relu"), 2), (True, 3), (None, 4)):
        assert scale.to_unit(x) == (place + 0.5) / 5
