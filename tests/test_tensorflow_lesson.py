"""What lesson 14 says, beyond what its cells print: its networks over seeds, its speeds, and Keras's losses."""

import ast

import nbformat
import notebook_files
import numpy as np
import pytest

from coursekit.measured import measured

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")


@pytest.fixture(scope="module")
def lesson():
    """The functions that the lesson's cells define, as they stand there."""
    (path,) = notebook_files.find(["14"])
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    kept = [
        line
        for line in ast.parse("\n".join(code)).body
        if isinstance(line, ast.Import | ast.ImportFrom | ast.FunctionDef)
    ]
    names = {}
    exec(compile(ast.Module(kept, []), str(path), "exec"), names)  # noqa: S102 - the project's own lesson
    return names


@pytest.mark.parametrize("how", ["by_hand", "with_keras"])
def test_both_networks_are_as_good_as_lesson_12s_for_every_seed(lesson, how):
    scores = [float(lesson[how](seed)) for seed in (0, 1, 12)]
    assert min(scores) > 0.94
    assert 0.955 < np.mean(scores) < 0.985


def test_a_network_that_does_not_train_is_seen(lesson):
    assert lesson["by_hand"](0, n_epochs=0) < 0.4
    assert lesson["with_keras"](0, n_epochs=0) < 0.4


def test_a_dataset_deals_each_digit_once_an_epoch_in_another_order(lesson):
    X, y = np.arange(120, dtype=np.float32)[:, None], np.arange(120)
    data = lesson["batches"](X, y, seed=3)
    epochs = [[labels.numpy() for _, labels in data] for _ in range(2)]
    for epoch in epochs:
        assert [len(labels) for labels in epoch] == [50, 50, 20]
        assert sorted(np.concatenate(epoch)) == list(range(120))
    assert not np.array_equal(np.concatenate(epochs[0]), np.concatenate(epochs[1]))


def test_a_buffer_of_two_lets_nothing_come_more_than_one_place_too_early():
    for seed in range(20):
        dealt = [int(number) for number in tf.data.Dataset.range(30).shuffle(2, seed=seed)]
        assert all(number <= place + 1 for place, number in enumerate(dealt))
        assert dealt != list(range(30))


def test_what_the_lesson_says_of_speed_was_measured():
    table = measured("tensorflow_speed")
    took = {way: np.median(table["microseconds"][table["way"] == way]) for way in set(table["way"])}
    assert table.size == 7 * len(took) == 7 * 6
    assert took["eager: with a tape"] > 1.5 * took["a function for the step"]
    assert took["a function for the step"] > 8 * took["a function for the loop"]
    assert took["a function for the loop"] > 100 * took["Python without TensorFlow"]
    assert took["session"] < took["eager: with a tape"]


def test_keras_clips_probabilities_and_a_clipped_one_teaches_nothing():
    z, y = tf.Variable([[20.0, 0.0, 0.0], [3.0, 0.0, 0.0]]), np.array([1, 1])
    for from_logits, losses, slopes in ((True, (20, 3.095), (-1, -0.955)), (False, (16.118, 3.095), (0, -0.955))):
        with tf.GradientTape() as tape:
            loss = keras.losses.sparse_categorical_crossentropy(
                y, z if from_logits else tf.nn.softmax(z), from_logits=from_logits
            )
        np.testing.assert_allclose(loss.numpy(), losses, atol=1e-3)
        np.testing.assert_allclose(tape.gradient(loss, z).numpy()[:, 1], slopes, atol=1e-3)


def test_kerass_optimizers_have_no_minimize_and_tensorflow_1s_have():
    assert not hasattr(keras.optimizers.SGD(0.1), "minimize")
    assert hasattr(tf.compat.v1.train.GradientDescentOptimizer(0.1), "minimize")
