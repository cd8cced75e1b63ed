"""What lesson 14 says, beyond what its cells print: its networks over seeds, its speeds, and Keras's losses."""

import ast
import cProfile
import pstats
import runpy

import nbformat
import notebook_files
import numpy as np
import pytest

from coursekit.lab.measured import measured
from coursekit.softmax import softmax

pytestmark = pytest.mark.seconds

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


@pytest.fixture(scope="module")
def trained(lesson):
    """What ``with_keras`` returns for each seed."""
    return {seed: lesson["with_keras"](seed) for seed in (0, 1, 12)}


@pytest.mark.deep
def test_both_networks_are_as_good_as_lesson_12s_for_every_seed(lesson, trained):
    for scores in ([float(lesson["by_hand"](seed)) for seed in trained], [score for _, score in trained.values()]):
        assert min(scores) > 0.94
        assert 0.955 < np.mean(scores) < 0.985


def test_a_network_that_does_not_train_is_seen(lesson):
    assert lesson["by_hand"](0, n_epochs=0) < 0.4
    assert lesson["with_keras"](0, n_epochs=0)[1] < 0.4


def test_kerass_batch_norm_has_the_conventions_of_the_one_by_hand_which_are_not_its_own(trained):
    layers = keras.layers
    (norm,) = (layer for layer in trained[0][0].layers if isinstance(layer, layers.BatchNormalization))
    assert (norm.momentum, norm.epsilon) == (0.9, 1e-5)
    assert (layers.BatchNormalization().momentum, layers.BatchNormalization().epsilon) == (0.99, 1e-3)


def test_a_softmax_behind_the_network_shares_its_weights_and_needs_none(lesson, trained):
    network, _ = trained[0]
    X = lesson["three_sets"](np.random.default_rng(0), dtype=np.float32).X_test
    with_head = keras.Sequential([network, keras.layers.Softmax()])
    assert {id(each) for each in with_head.weights} == {id(each) for each in network.weights}
    np.testing.assert_allclose(with_head(X), softmax(network(X).numpy()), atol=1e-6)


def test_evaluate_uses_the_running_statistics_and_so_does_a_call_that_says_nothing(lesson):
    network, accuracy = lesson["with_keras"](0, n_epochs=1)
    sets = lesson["three_sets"](np.random.default_rng(0), dtype=np.float32)
    silent, false = network(sets.X_test), network(sets.X_test, training=False)
    np.testing.assert_array_equal(silent, false)
    assert np.isclose(np.mean(np.argmax(false, axis=1) == sets.y_test), accuracy, atol=1e-6)
    true = network(sets.X_test[:9], training=True)  # last, as it moves the running statistics
    assert np.abs(true - false[:9]).max() > 0.1


def test_by_hand_each_epoch_has_the_same_digits_in_another_order(lesson, monkeypatch):
    deal, epochs = lesson["batches"], []

    class Watched:
        def __init__(self, *args):
            self.data = deal(*args)

        def __iter__(self):
            epochs.append([])
            for X, y in self.data:
                epochs[-1].extend(y.numpy())
                yield X, y

    monkeypatch.setitem(lesson, "batches", Watched)
    lesson["by_hand"](0, n_epochs=2)
    first, second = epochs
    assert sorted(first) == sorted(second)
    assert first != second


def test_a_dataset_deals_each_digit_once_an_epoch_in_another_order(lesson):
    X, y = np.arange(120, dtype=np.float32)[:, None], np.arange(120)
    data = lesson["batches"](X, y, seed=3)
    epochs = [[labels.numpy() for _, labels in data] for _ in range(2)]
    for epoch in epochs:
        assert [len(labels) for labels in epoch] == [50, 50, 20]
        assert sorted(np.concatenate(epoch)) == list(range(120))
    assert not np.array_equal(np.concatenate(epochs[0]), np.concatenate(epochs[1]))
    anew = [labels.numpy() for _, labels in lesson["batches"](X, y, seed=3)]
    assert np.array_equal(np.concatenate(anew), np.concatenate(epochs[0])), "a new one begins with the first order"


def test_a_buffer_of_two_lets_nothing_come_more_than_one_place_too_early():
    for seed in range(20):
        dealt = [int(number) for number in tf.data.Dataset.range(30).shuffle(2, seed=seed)]
        assert all(number <= place + 1 for place, number in enumerate(dealt))
        assert dealt != list(range(30))


def test_what_the_lesson_says_of_speed_was_measured():
    table = measured("tensorflow_speed")
    assert (table["microseconds"] <= table["median"]).all()
    assert (table["median"] <= table["most"]).all()
    python, by_hand, tape, session, step, loop = table["microseconds"]
    assert tape == max(table["microseconds"])
    assert 0.15 < step / tape < 0.25, "about a fifth"
    assert 0.4 < step / by_hand < 2.5
    assert session < step
    assert step > 10 * loop
    assert 8 < session / loop < 10, "about a ninth of a session's"
    with_optimizer = {row["program"]: row["microseconds"] for row in measured("framework_steps")}["tensorflow"]
    assert with_optimizer > tape, "lesson 13's step goes through Keras's optimizer"
    assert loop > 50 * python


def test_a_functions_call_makes_hundreds_of_calls_in_python_as_eager_steps_do_and_a_sessions_makes_fewer():
    speed = runpy.run_path(str(notebook_files.ROOT / "experiments" / "tensorflow" / "tensorflow_speed.py"))
    v1, w = tf.compat.v1, tf.Variable(0.0)

    def calls(run, *args):
        run(*args)
        profile = cProfile.Profile()
        profile.runcall(run, *args)
        return pstats.Stats(profile).total_calls

    tape, step = calls(speed["tape_step"], w), calls(speed["function_step"], w)
    by_hand = calls(lambda: w.assign_sub(0.01 * (2 * w - 10)))
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(0, dtype=tf.float32)
        descend = v1.train.GradientDescentOptimizer(0.01).minimize(w**2 - 10 * w + 25)
        session.run(v1.global_variables_initializer())
        of_session = calls(session.run, descend)
    assert tape > 2 * step
    assert 200 < step < 1000
    assert 0.4 < step / by_hand < 2.5
    assert of_session < 0.6 * step


def test_keras_clips_probabilities_and_a_clipped_one_teaches_nothing():
    z, y = tf.Variable([[20.0, 0.0, 0.0], [3.0, 0.0, 0.0]]), np.array([1, 1])
    for from_logits, losses, slopes in ((True, (20, 3.095), (-1, -0.955)), (False, (16.118, 3.095), (0, -0.955))):
        with tf.GradientTape() as tape:
            loss = keras.losses.sparse_categorical_crossentropy(
                y, z if from_logits else tf.nn.softmax(z), from_logits=from_logits
            )
        np.testing.assert_allclose(loss.numpy(), losses, atol=1e-3)
        np.testing.assert_allclose(tape.gradient(loss, z).numpy()[:, 1], slopes, atol=1e-3)


@pytest.mark.parametrize("head", [keras.ops.softmax, keras.activations.softmax, keras.layers.Softmax()])
def test_keras_takes_the_logits_that_its_own_softmax_leaves_and_warns_of_the_wrong_flag(head):
    z, y = tf.Variable([[20.0, 0.0, 0.0]]), np.array([1])
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, head(z))
    np.testing.assert_allclose(loss, [20], atol=1e-3)
    np.testing.assert_allclose(tape.gradient(loss, z), [[1, -1, 0]], atol=1e-3)
    with pytest.warns(UserWarning, match="from_logits=True"):
        keras.losses.sparse_categorical_crossentropy(y, head(z), from_logits=True)


def by_hand(z):
    t = tf.exp(z - tf.reduce_max(z, axis=1, keepdims=True))
    return t / tf.reduce_sum(t, axis=1, keepdims=True)


HEADS = {
    "the very last": tf.nn.softmax,
    "times 1": lambda z: 1 * tf.nn.softmax(z),
    "reshaped": lambda z: tf.reshape(tf.nn.softmax(z), [1, 3]),
    "cast": lambda z: tf.cast(tf.nn.softmax(tf.cast(z, tf.float64)), tf.float32),
    "by hand": by_hand,
    "Keras's, times 1": lambda z: 1 * keras.ops.softmax(z),
}


@pytest.mark.parametrize("name", HEADS)
def test_in_a_function_keras_finds_a_softmax_only_if_it_is_the_very_last_operation(name):
    z, y = tf.constant([[20.0, 0.0, 0.0]]), np.array([1])

    def taught(z):
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = keras.losses.sparse_categorical_crossentropy(y, HEADS[name](z))
        return loss, tape.gradient(loss, z)

    unseen, found = (16.118, 0), (20, -1)
    for run, expected in ((taught, unseen), (tf.function(taught), found if name == "the very last" else unseen)):
        loss, slopes = run(z)
        np.testing.assert_allclose((loss[0], slopes[0, 1]), expected, atol=1e-3)


def test_where_keras_sees_the_softmax_the_wrong_flag_warns_and_the_logits_are_used():
    z, y = tf.constant([[20.0, 0.0, 0.0]]), np.array([1])

    @tf.function
    def loss(z):
        return keras.losses.sparse_categorical_crossentropy(y, tf.nn.softmax(z), from_logits=True)

    with pytest.warns(UserWarning, match="from_logits=True"):
        np.testing.assert_allclose(loss(z), [20], atol=1e-3)
    with pytest.warns(UserWarning, match="from_logits=True"):
        of_keras = keras.losses.sparse_categorical_crossentropy(y, keras.ops.softmax(z), from_logits=True)
    np.testing.assert_allclose(of_keras, [20], atol=1e-3)


def test_softmax_taken_twice_raises_nothing_and_teaches_nothing():
    z, y = tf.Variable([[20.0, 0.0, 0.0]]), np.array([1])
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, tf.nn.softmax(z), from_logits=True)
    np.testing.assert_allclose(loss, [1.551], atol=1e-3)
    np.testing.assert_allclose(tape.gradient(loss, z), np.zeros((1, 3)), atol=1e-3)


def test_numpys_arrays_are_converted_and_tensors_of_two_float_types_never_mixed():
    c = tf.constant([1.0, 2.0])
    assert (c + np.array([1.0, 2.0], np.float64)).dtype == tf.float32
    with pytest.raises(tf.errors.InvalidArgumentError):
        c + tf.constant([1.0, 2.0], tf.float64)


def test_keras_takes_a_float64_loss_in_float32_unless_told():
    y, z = np.array([1]), np.array([[2.0, 0.0]])
    loss = keras.losses.SparseCategoricalCrossentropy
    assert loss(from_logits=True)(y, z).dtype == tf.float32
    assert loss(from_logits=True, dtype="float64")(y, z).dtype == tf.float64


def test_kerass_optimizers_have_no_minimize_and_tensorflow_1s_have():
    assert not hasattr(keras.optimizers.SGD(0.1), "minimize")
    assert hasattr(tf.compat.v1.train.GradientDescentOptimizer(0.1), "minimize")


def test_a_tape_that_has_given_one_gradient_refuses_a_second_unless_it_is_persistent():
    w = tf.Variable(3.0)
    for persistent in (False, True):
        with tf.GradientTape(persistent=persistent) as tape:
            square, cube = w**2, w**3
        assert tape.gradient(square, w) == 6
        if persistent:
            assert tape.gradient(cube, w) == 27
        else:
            with pytest.raises(RuntimeError, match="one set of gradients"):
                tape.gradient(cube, w)


def test_operators_add_the_nodes_that_the_functions_add_and_a_placeholder_must_be_fed():
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.placeholder(tf.float32)
        written = []
        for make in (lambda: w**2 - 10 * w + 25, lambda: tf.add(tf.subtract(tf.pow(w, 2), tf.multiply(10.0, w)), 25.0)):
            before = len(session.graph.get_operations())
            last = make()
            written.append([each.type for each in session.graph.get_operations()[before:] if each.type != "Const"])
        assert written[0] == written[1] == ["Pow", "Mul", "Sub", "AddV2"]
        assert session.run(last, {w: 0.0}) == 25
        with pytest.raises(tf.errors.InvalidArgumentError, match="You must feed a value for placeholder tensor"):
            session.run(last)
