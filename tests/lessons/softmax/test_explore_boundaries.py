"""What lesson 11 says of borders holds: straight without a hidden layer, curved with one; over several draws."""

from itertools import combinations

import numpy as np
import pytest

from coursekit.datasets import blobs, rings, spirals
from coursekit.lab.frame import Frame
from coursekit.lessons.softmax.explore_boundaries import (
    CELLS,
    DATA,
    DEPTHS,
    FURTHEST,
    describe_regions,
    draw_points,
    equal_logits,
    places,
    regions,
    train_regions,
)
from coursekit.network import Network, init_network
from coursekit.softmax import softmax_loss
from coursekit.training import fit

pytestmark = pytest.mark.seconds


def trained(data, n_classes=3, depth=DEPTHS[0], draw=1):
    *_, state = train_regions(data, n_classes, depth, draw)
    return state


def random_network(seed, n_classes=5):
    rng = np.random.default_rng(seed)
    return {"W1": rng.normal(size=(2, n_classes)), "b1": rng.normal(0, 0.5, size=n_classes)}


# ---- the straight lines


@pytest.mark.parametrize("seed", range(5))
def test_a_line_is_where_a_pair_of_logits_is_equal(seed):
    network = random_network(seed)
    z = places() @ network["W1"] + network["b1"]
    pairs = [(i, j) for i, j in combinations(range(5), 2) if np.ptp(np.sign(z[..., i] - z[..., j]))]
    lines = equal_logits(network)
    segments = lines.segments
    assert lines.pairs == pairs
    assert len(segments) == len(pairs), "a line for each pair that changes its order within the picture"
    for (i, j), ends in zip(pairs, segments, strict=True):
        at_ends = ends @ network["W1"] + network["b1"]
        np.testing.assert_allclose(at_ends[:, i], at_ends[:, j], atol=1e-12)
        np.testing.assert_allclose(np.abs(ends).max(axis=1), FURTHEST)


@pytest.mark.parametrize("seed", range(8))
def test_a_border_is_the_part_of_a_line_where_its_pair_leads(seed):
    network = random_network(seed)
    lines = equal_logits(network)
    for (i, j), ends, border in zip(lines.pairs, lines.segments, lines.borders, strict=True):
        steps = np.linspace(0, 1, 401)[:, None]
        z = (ends[0] + steps * (ends[1] - ends[0])) @ network["W1"] + network["b1"]
        leads = z[:, i] >= z.max(axis=1) - 1e-9
        if np.isnan(border).any():
            assert leads.sum() <= 1, (i, j)
            continue
        low, high = (np.linalg.norm(each - ends[0]) / np.linalg.norm(ends[1] - ends[0]) for each in border)
        assert leads[np.searchsorted(steps[:, 0], low) : np.searchsorted(steps[:, 0], high)].all()
        assert abs(leads.mean() - (high - low)) < 0.01
        np.testing.assert_allclose((border @ network["W1"] + network["b1"])[:, i],
                                   (border @ network["W1"] + network["b1"])[:, j], atol=1e-9)  # fmt: skip


def test_there_are_no_such_lines_with_a_hidden_layer():
    architecture = Network([2, 4, 3])
    assert equal_logits(init_network(architecture, np.random.default_rng(0))).borders.shape == (0, 2, 2)
    assert len(trained("blobs", depth=DEPTHS[1]).lines.pairs) == 0


def test_between_two_regions_runs_the_line_of_their_pair():
    """Wherever neighbours in the picture differ, their own line is less than a cell away; another's may be far."""
    state = trained("blobs", n_classes=4)
    pairs, named, cell = list(combinations(range(4), 2)), state.named, 2 * FURTHEST / CELLS
    assert state.lines.pairs == pairs
    rows, columns = np.nonzero(named[:, 1:] != named[:, :-1])
    assert len(rows) > 50
    for row, column in zip(rows, columns, strict=True):
        pair = tuple(sorted(named[row, column : column + 2]))
        start, end = state.lines.segments[pairs.index(pair)]
        along = (end - start) / np.linalg.norm(end - start)
        offset = places()[row, column] - start
        assert abs(offset[0] * along[1] - offset[1] * along[0]) <= cell


# ---- the picture


def test_a_digit_stands_in_its_own_region_and_nowhere_if_there_is_none():
    picture, state = regions(), trained("rings", n_classes=3)
    state.shares[..., 2] = 0  # nobody names class 2 any more
    picture.move(state)
    digits = {artist.get_marker(): artist.get_xydata() for artist in picture.moving if "$" in _marker(artist)}
    assert len(digits) == 6
    for i in (0, 1):
        ((x, y),) = digits[f"${i}$"]
        row, column = (int((value + FURTHEST) / (2 * FURTHEST) * CELLS) for value in (y, x))
        assert (state.named[row - 1 : row + 2, column - 1 : column + 2] == i).all()
    assert all(digits[f"${i}$"].size == 0 for i in (2, 3, 4, 5))


def _marker(artist):
    return str(artist.get_marker()) if hasattr(artist, "get_marker") else ""


def test_the_picture_is_the_right_way_up():
    """Class 0 of the blobs, blue, lies to the right; class 1 of four, orange, above."""
    picture, state = regions(), trained("blobs", n_classes=4)
    pixels = Frame(picture).draw(state)

    def color_at(x, y):
        column, row = picture.figure.axes[0].transData.transform((x, y)).astype(int)
        return pixels[len(pixels) - 1 - row, column, :3].astype(int)

    red, _, blue = color_at(1.05, 0.05)
    assert blue > red + 50
    red, _, blue = color_at(0.05, 1.05)
    assert red > blue + 50
    assert state.named[CELLS // 2, -1] == 0
    assert state.named[-1, CELLS // 2] == 1


def test_colour_is_pale_where_no_class_leads():
    picture, state = regions(), trained("blobs", n_classes=2)
    picture.move(state)
    (image,) = picture.figure.axes[0].images
    darkness = 255 - image.get_array()[..., :3].mean(axis=-1)
    for i in (0, 1):
        here = state.named == i
        assert np.corrcoef(darkness[here], state.shares.max(axis=-1)[here])[0, 1] > 0.99


def test_every_fourth_epoch_is_shown():
    states = list(train_regions("blobs", 2, DEPTHS[0], 1, n_epochs=12))
    assert [state.progress for state in states] == [4 / 12, 8 / 12, 1]
    assert states[-1].epochs.tolist() == [0, 4, 8, 12]
    assert len(states[-1].accuracies) == 4
    np.testing.assert_allclose(states[-1].shares.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("n_classes", [2, 6])
def test_the_points_fill_the_plane_and_are_dealt_out_evenly(data, n_classes):
    X, y = draw_points(data, n_classes, draw=3)
    assert np.abs(X).max() == 1
    assert np.bincount(y).tolist() == [60] * n_classes


def test_the_words_count_lines_and_regions():
    words = describe_regions(trained("blobs", n_classes=2))
    assert words.answer == "Accuracy 1.00 on 2 classes after epoch 100"
    assert "Of the plane, crossed by 1 straight line (1 with a border on it), class 0 has " in words.sentence


# ---- what the lesson says of the explorer, over draws that it does and does not show


@pytest.mark.sampled(3)
@pytest.mark.parametrize("draw", [1, 2, 3])
@pytest.mark.parametrize(
    ("data", "depth", "low", "high"),
    [
        ("blobs", DEPTHS[0], 0.97, 1),
        ("rings", DEPTHS[0], 0.3, 0.5),
        ("spirals", DEPTHS[0], 0.35, 0.65),
        ("rings", DEPTHS[1], 0.95, 1),
        ("spirals", DEPTHS[1], 0.85, 1),
        ("spirals", DEPTHS[2], 0.9, 1),
    ],
)
def test_straight_borders_do_for_blobs_and_hidden_layers_for_the_rest(draw, data, depth, low, high):
    assert low <= trained(data, depth=depth, draw=draw).accuracies[-1] <= high


@pytest.mark.parametrize("seed", range(3))
def test_straight_borders_could_cut_pieces_off_three_rings_but_no_direction_lowers_the_loss(seed):
    X, y = rings(600, np.random.default_rng(seed), n_classes=3)
    in_strips = np.array([[0, -1, 1], [0, 0, 0]]), np.array([0, -1.1, -2])  # the inner ring between two borders
    W, b = np.zeros((2, 3)), np.zeros(3)
    for _ in range(2000):
        loss, d_z = softmax_loss(X @ W + b, y)
        W, b = W - 0.1 * X.T @ d_z, b - 0.1 * d_z.sum(axis=0)
    assert np.mean((X @ in_strips[0] + in_strips[1]).argmax(axis=1) == y) > 0.5
    assert loss > np.log(3) - 0.02
    assert np.mean((X @ W + b).argmax(axis=1) == y) < 0.47


@pytest.mark.parametrize("draw", [1, 2, 3])
@pytest.mark.parametrize("n_classes", [2, 4, 6])
def test_softmax_is_surest_at_the_edge_where_it_has_seen_nothing(n_classes, draw):
    state = trained("blobs", n_classes, draw=draw)
    for shares in np.moveaxis(state.shares, -1, 0):
        surest = np.unravel_index(shares.argmax(), shares.shape)
        assert 0 in surest or CELLS - 1 in surest


@pytest.mark.sampled(2)
@pytest.mark.parametrize("seed", range(2))
def test_five_networks_of_each_kind(seed):
    """The cell of the lesson, from other seeds."""
    rng, accuracies = np.random.default_rng(seed), {}
    for name, draw in (("blobs", blobs), ("rings", rings), ("spirals", spirals)):
        X, y = (np.stack(arrays) for arrays in zip(*[draw(180, rng, n_classes=3) for _ in range(5)], strict=True))
        for hidden in ([], [16], [16, 16]):
            architecture = Network([2, *hidden, 3])
            start = init_network(architecture, rng, n_models=5)
            _, history = fit(architecture, start, X, y, learning_rate=0.03, n_epochs=100, rng=rng)
            accuracies[name, len(hidden)] = history.accuracy[-1]
    assert all(accuracies["blobs", depth].min() > 0.98 for depth in range(3))
    assert 0.25 < accuracies["rings", 0].min() < accuracies["rings", 0].max() < 0.52
    assert 0.37 < accuracies["spirals", 0].min() < accuracies["spirals", 0].max() < 0.58
    assert all(accuracies["rings", depth].min() > 0.97 for depth in (1, 2))
    assert all(accuracies["spirals", depth].min() > 0.88 for depth in (1, 2))
