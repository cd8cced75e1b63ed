"""Pictures of trials: what is drawn, where, and that nothing is left of what was before."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from coursekit.lab.frame import Frame
from coursekit.lab.trials_picture import SHADES, _ticks, each_setting, history, pair
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Space
from coursekit.search.trials import Trial, Trials

SPACE = Space(rate=LogScale(1e-4, 1), units=IntegerScale(2, 4))
TRIALS = Trials(
    [Trial(0, {"rate": 1e-4, "units": 2}, 0.2, 1.0), Trial(1, {"rate": 0.01, "units": 3}, 0.9, 1.0),
     Trial(2, {"rate": 1.0, "units": 4}, np.nan, 1.0, "no"), Trial(4, {"rate": 0.1, "units": 4}, 0.5, 1.0)]
)  # fmt: skip
SPACE_OF_ALL = Space(
    rate=LogScale(1e-4, 1), decay=ReverseLogScale(0.9, 0.999), dropout=LinearScale(0, 0.5),
    units=IntegerScale(2, 64), activation=ChoiceScale(["relu", "tanh"]),
)  # fmt: skip


def drawn(picture, trials=TRIALS):
    """Return the points of each moving line, after the picture has shown something else and nothing at all."""
    frame = Frame(picture)
    for state in (trials, Trials([]), trials):
        frame.draw(state)
    return [np.transpose(artist.get_data()).tolist() for artist in picture.moving if hasattr(artist, "get_data")]


def test_history():
    picture = history(6)
    dots, lost, steps, best = drawn(picture)
    assert dots[:2] == [[0, 0.2], [1, 0.9]]
    assert dots[3] == [4, 0.5]
    assert np.isnan(dots[2][1])
    assert steps == [[0, 0.2], [1, 0.9], [2, 0.9], [4, 0.9]]
    assert_allclose(lost, [[2, 0.03]])
    assert best == [[1, 0.9]]
    assert picture.moving[-1].get_text() == "0.900, trial 1"
    low, high = picture.figure.axes[0].get_xlim()
    assert low < 0
    assert high > 5


def test_history_of_a_search_whose_first_trial_failed():
    _, lost, steps, _ = drawn(history(6), TRIALS[2:])
    assert steps[1] == [4, 0.5]
    assert len(lost) == 1


def test_scores_beyond_the_axis_lie_on_its_border():
    dots, *_ = drawn(history(6, scores=(0.4, 0.6)), TRIALS[:2])
    assert dots == [[0, 0.4], [1, 0.6]]


def test_pair_lays_the_trials_out_on_their_scales():
    *classes, lost, best = drawn(pair(SPACE, "rate", "units"))
    worst, *middle, finest = classes
    assert len(classes) == len(SHADES)
    assert_allclose(worst, [[0, 1 / 6]])
    assert_allclose(finest, [[0.5, 0.5]])
    assert [len(each) for each in middle] == [0, 1]
    assert_allclose(lost, [[1, 5 / 6]])
    assert_allclose(best, [[0.5, 0.5]])


def test_each_setting_has_its_own_axes():
    picture = each_setting(SPACE)
    first, lost, best, *_ = drawn(picture)
    assert_allclose([each[0] for each in first], [0, 0.5, 1, 0.75])
    assert_allclose(lost, [[1, 0.03]])
    assert_allclose(best, [[0.5, 0.9]])
    assert [ax.get_xlabel() for ax in picture.figure.axes] == ["rate", "units"]
    assert len(each_setting(SPACE_OF_ALL).figure.axes) == 6


@pytest.mark.parametrize(
    ("scale", "texts"),
    [
        (LogScale(1e-4, 1), ["$10^{-4}$", "$10^{-3}$", "$10^{-2}$", "$10^{-1}$", "$10^{0}$"]),
        (LogScale(1e-10, 1), ["$10^{-10}$", "$10^{-8}$", "$10^{-6}$", "$10^{-4}$", "$10^{-2}$", "$10^{0}$"]),
        (LogScale(0.03, 0.5), ["0.03", "0.122", "0.5"]),
        (ReverseLogScale(0.9, 0.999), ["0.9", "0.99", "0.999"]),
        (LinearScale(0, 0.5), ["0", "0.125", "0.25", "0.375", "0.5"]),
        (IntegerScale(1, 3), ["1", "2", "3"]),
        (IntegerScale(0, 100), ["0", "25", "50", "75", "100"]),
        (ChoiceScale(["relu", np.tanh]), ["relu", "tanh"]),
    ],
)
def test_every_scale_is_marked_with_its_values(scale, texts):
    values, found = _ticks(scale)
    assert found == texts
    assert len(values) == len(texts)
    assert all(0 <= scale.to_unit(value) <= 1 for value in values)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pair(SPACE, "rate", "depth"), "pair: x and y must be names of the space: rate, units; got 'depth'."),
    ],
)
def test_refused_in_words(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()


def test_a_dollar_in_a_name_or_an_option_begins_no_formula():
    space = Space(**{"cost_$": LogScale(1e-4, 1)}, loss=ChoiceScale(["$x_{$", "mse"]))
    picture = each_setting(space)
    picture.figure.canvas.draw()
    texts = [text.get_text() for ax in picture.figure.axes for text in (*ax.get_xticklabels(), ax.xaxis.label)]
    assert {"cost $", "$x_{$", "mse"} <= set(texts)


def test_an_option_that_can_not_be_written_is_named_by_its_kind():
    class Silent:
        def __str__(self):
            raise RuntimeError

    picture = each_setting(Space(loss=ChoiceScale([Silent(), np.arange(3), [1, 2]])))
    texts = [text.get_text() for text in picture.figure.axes[0].get_xticklabels()]
    assert texts == ["a Silent that can't be written", "[0 1 2]", "[1, 2]"]
