"""Search spaces: where the trials lie, and what a zoom keeps."""

import copy
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Space

SCALES = {
    "learning_rate": LogScale(1e-4, 1),
    "decay": ReverseLogScale(0.9, 0.999),
    "dropout": LinearScale(0, 0.5),
    "units": IntegerScale(50, 100),
    "activation": ChoiceScale(["relu", "tanh", "sigmoid"]),
}
SPACE = Space(**SCALES)
BEST = {"learning_rate": 0.01, "decay": 0.99, "dropout": 0.2, "units": 70, "activation": "tanh"}


class TestSpace:
    def test_its_scales_are_read_only_and_it_shows_them(self):
        space = Space(units=IntegerScale(2, 4))
        assert repr(space) == "Space(units=IntegerScale(low=2, high=4))"
        with pytest.raises(TypeError):
            space.scales["units"] = LogScale(1, 2)

    def test_a_hyperparameter_may_be_called_self(self):
        assert list(Space(self=LogScale(1, 2)).scales) == ["self"]

    @given(u=st.lists(st.tuples(*[st.floats(0, 1)] * 5), min_size=1, max_size=4))
    @settings(max_examples=40)
    def test_there_and_back(self, u):
        trials = SPACE.from_unit(u)
        again = SPACE.from_unit(SPACE.to_unit(trials))
        for one, other in zip(trials, again, strict=True):
            assert (one["units"], one["activation"]) == (other["units"], other["activation"])
            for name in ("learning_rate", "decay", "dropout"):
                assert one[name] == pytest.approx(other[name], rel=1e-9, abs=1e-12)

    def test_no_points_no_settings(self):
        assert SPACE.from_unit(np.empty((0, 5))) == []
        assert SPACE.to_unit([]).shape == (0, 5)


class TestRandom:
    def test_values_are_plain_python(self):
        (setting,) = SPACE.random(1, np.random.default_rng(0))
        assert list(setting) == list(SCALES)
        assert [type(value) for value in setting.values()] == [float, float, float, int, str]

    @pytest.mark.seconds
    def test_uniform_on_each_scale_and_independent(self):
        u = np.array([[scale.to_unit(s[name]) for name, scale in SCALES.items()]
                      for s in SPACE.random(4000, np.random.default_rng(0))])  # fmt: skip
        for column in u[:, :3].T:
            assert stats.kstest(column, "uniform").pvalue > 0.01
        assert_allclose(np.corrcoef(u.T), np.eye(5), atol=0.06)
        counts = np.unique(u[:, 4], return_counts=True)[1]
        assert stats.chisquare(counts).pvalue > 0.01

    def test_the_same_seed_gives_the_same_and_more_start_with_fewer(self):
        few = SPACE.random(3, np.random.default_rng(5))
        assert SPACE.random(8, np.random.default_rng(5))[:3] == few
        assert SPACE.random(3, np.random.default_rng(6)) != few


class TestGrid:
    def test_midpoints_and_ends(self):
        space = Space(a=LinearScale(0, 1), b=LogScale(1, 100))
        assert_allclose([list(s.values()) for s in space.grid(2)],
                        [[0.25, 10**0.5], [0.25, 10**1.5], [0.75, 10**0.5], [0.75, 10**1.5]])  # fmt: skip
        assert {s["b"] for s in space.grid(3, ends=True)} == {1, 10, 100}
        assert len(space.grid(5)) == 25

    def test_no_setting_twice(self):
        space = Space(layers=IntegerScale(2, 4), shape=ChoiceScale([[64], [32, 16]]))
        trials = space.grid(7)
        assert [s["layers"] for s in trials] == [2, 2, 3, 3, 4, 4]
        assert [s["shape"] for s in trials] == [[64], [32, 16]] * 3

    def test_each_axis_of_a_grid_sees_few_values_and_random_many(self):
        space = Space(a=LinearScale(0, 1), b=LinearScale(0, 1))
        assert len({s["a"] for s in space.grid(5)}) == 5
        assert len({s["a"] for s in space.random(25, np.random.default_rng(0))}) == 25


class TestZoom:
    def test_the_window_in_the_unit_of_each_scale(self):
        zoom = SPACE.zoom(BEST, 0.5)
        scales = zoom.space.scales
        assert [type(scale) for scale in scales.values()] == [type(scale) for scale in SCALES.values()]
        assert_allclose([scales["learning_rate"].low, scales["learning_rate"].high], [0.001, 0.1])
        assert_allclose([1 - scales["decay"].low, 1 - scales["decay"].high], [10**-1.5, 10**-2.5])
        assert_allclose([scales["dropout"].low, scales["dropout"].high], [0.075, 0.325])
        assert scales["units"] == IntegerScale(57, 83)
        assert scales["activation"] is SCALES["activation"]
        assert zoom.on_border == ()
        assert SPACE.scales == SCALES

    @given(u=st.tuples(*[st.floats(0, 1)] * 5), shrink=st.floats(0.01, 1))
    @settings(max_examples=60)
    def test_it_holds_the_best_and_stays_inside(self, u, shrink):
        (best,) = SPACE.from_unit([u])
        space = SPACE.zoom(best, shrink).space
        for name, narrow in list(space.scales.items())[:4]:
            wide = SCALES[name]
            assert wide.low <= narrow.low < narrow.high <= wide.high
            assert narrow.low * (1 - 1e-12) <= best[name] <= narrow.high * (1 + 1e-12)
            low, high = wide.to_unit([narrow.low, narrow.high])
            if name != "units":
                assert high - low <= shrink + 1e-9

    def test_clipped_at_the_ends(self):
        zoom = Space(a=LinearScale(0, 1), b=LinearScale(0, 1)).zoom({"a": 0.0, "b": 0.9}, 0.4)
        assert_allclose([zoom.space.scales["a"].low, zoom.space.scales["a"].high], [0, 0.2])
        assert_allclose([zoom.space.scales["b"].low, zoom.space.scales["b"].high], [0.7, 1])

    def test_the_flag(self):
        space = Space(a=LinearScale(0, 1), layers=IntegerScale(2, 4), kind=ChoiceScale(["x", "y"]))
        for a, layers, expected in (
            (0.5, 3, ()),
            (0.05, 3, ("a",)),
            (0.95, 4, ("a", "layers")),
            (0.11, 2, ("layers",)),
        ):
            assert space.zoom({"a": a, "layers": layers, "kind": "x"}, 0.5).on_border == expected
        assert space.zoom({"a": 0.11, "layers": 3, "kind": "x"}, 0.5, border=0.2).on_border == ("a",)
        assert space.zoom({"a": 0.0, "layers": 3, "kind": "x"}, 0.5, border=0).on_border == ("a",)

    def test_the_edge_cells_of_a_grid_of_five_lie_on_the_border(self):
        for scale in (LinearScale(0, 1), LogScale(1e-4, 1), LogScale(0.003, 0.7), ReverseLogScale(0.9, 0.999)):
            space = Space(a=scale)
            assert [space.zoom(s, 0.4).on_border for s in space.grid(5)] == [("a",), (), (), (), ("a",)]

    def test_whole_numbers_keep_their_neighbours(self):
        space = Space(units=IntegerScale(1, 100))
        for value, expected in ((50, (49, 51)), (1, (1, 2)), (100, (99, 100))):
            assert space.zoom({"units": value}, 1e-6).space.scales["units"] == IntegerScale(*expected)

    def test_the_whole_range_from_its_middle(self):
        space = Space(a=LinearScale(0, 1))
        assert space.zoom({"a": 0.5}, 1).space.scales == space.scales

    def test_coarse_to_fine_finds_a_minimum(self):
        space, rng = Space(a=LogScale(1e-6, 1), b=LinearScale(-5, 5)), np.random.default_rng(0)

        def cost(setting):
            return (np.log10(setting["a"]) + 2.3) ** 2 + (setting["b"] - 1.7) ** 2

        for _ in range(6):
            best = min(space.random(20, rng), key=cost)
            space = space.zoom(best, 0.5).space
        assert best["a"] == pytest.approx(10**-2.3, rel=0.2)
        assert best["b"] == pytest.approx(1.7, abs=0.1)


SMALL = Space(rate=LogScale(0.01, 1), units=IntegerScale(2, 4))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (Space, ValueError, "Space: scales must hold at least one scale; got none."),
        (
            lambda: Space(rate=(0.01, 1)), TypeError,
            "Space: rate must be a scale, such as LogScale(0.0001, 1); got (0.01, 1).",
        ),
        (
            lambda: SMALL.to_unit([{"rate": 0.1}]), ValueError,
            "Space.to_unit: settings must hold dicts with rate, units, and no other names; got {'rate': 0.1}.",
        ),
        (
            lambda: SMALL.zoom({"rate": 0.1, "units": 3, "depth": 1}, 0.5), ValueError,
            "Space.to_unit: settings must hold dicts with rate, units, and no other names; "
            "got {'rate': 0.1, 'units': 3, 'depth': 1}.",
        ),
        (
            lambda: SMALL.zoom({"rate": 5, "units": 3}, 0.5), ValueError,
            "Space.to_unit: rate must be a value of LogScale(low=0.01, high=1.0); got 5.",
        ),
        (
            lambda: SMALL.to_unit([{"rate": 0.1, "units": "many"}]), ValueError,
            "Space.to_unit: units must be a value of IntegerScale(low=2, high=4); got 'many'.",
        ),
        (
            lambda: SMALL.from_unit([0.1, 0.2]), ValueError,
            "Space.from_unit: u must have shape (n, 2), a column a scale; got shape (2,).",
        ),
        (
            lambda: SMALL.from_unit([[0.1, 1.2]]), ValueError,
            "IntegerScale.from_unit: u must lie in [0, 1]; got 1.2.",
        ),
        (
            lambda: SMALL.random(0, np.random.default_rng(0)), ValueError,
            "Space.random: n must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: SMALL.random(3, 0), TypeError,
            "Space.random: rng must be a numpy.random.Generator; got 0. Make one with numpy.random.default_rng(seed).",
        ),
        (
            lambda: SMALL.grid(1, ends=True), ValueError,
            "Space.grid: n_per_axis must be a whole number of at least 2; got 1.",
        ),
        (
            lambda: Space(**{name: LinearScale(0, 1) for name in "abcdefgh"}).grid(10), ValueError,
            "Space.grid: n_per_axis must give at most 1,000,000 settings; got 10, which gives 100,000,000. "
            "Draw them at random instead.",
        ),
        (
            lambda: SMALL.zoom({"rate": 0.1, "units": 3}, 0), ValueError,
            "Space.zoom: shrink must be a number above 0 and of at most 1; got 0.",
        ),
        (
            lambda: SMALL.zoom({"rate": 0.1, "units": 3}, 0.5, border=0.5), ValueError,
            "Space.zoom: border must be a number below 0.5 and of at least 0; got 0.5.",
        ),
    ],
)  # fmt: skip
def test_refused_in_words(call, error, message):
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda space: pickle.loads(pickle.dumps(space))])  # noqa: S301
def test_a_space_and_a_zoom_can_be_copied_and_sent(again):
    space = Space(rate=LogScale(1e-4, 1), units=IntegerScale(2, 64), layers=ChoiceScale([[8], [8, 8]]))
    copied = again(space)
    assert repr(copied) == repr(space)
    assert copied.random(3, np.random.default_rng(0)) == space.random(3, np.random.default_rng(0))
    with pytest.raises(TypeError):
        copied.scales["rate"] = LogScale(1, 2)
    zoom = space.zoom({"rate": 0.01, "units": 64, "layers": [8]}, 0.5)
    assert again(zoom).on_border == zoom.on_border
    assert repr(again(zoom).space) == repr(zoom.space)


@pytest.mark.parametrize("scale", [LinearScale(1, 4), LogScale(1, 4), ReverseLogScale(0.1, 0.9), IntegerScale(1, 999)])
@pytest.mark.parametrize("shrink", [0.5, 1e-9, 1e-300])
def test_one_may_zoom_for_ever(scale, shrink):
    space = Space(x=scale)
    middle = space.grid(3)[1]
    for _ in range(80):
        space = space.zoom(middle, shrink).space
        low, high = space.scales["x"].low, space.scales["x"].high
        assert low < high
        assert low <= middle["x"] <= high
