"""Training: scikit-learn's whole trajectory, stacks against single models, and a model that diverges among others."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from coursekit.datasets import digits
from coursekit.network import Network, accuracy, forward, init_network
from coursekit.optimizers import adam, exponential_decay, momentum, rmsprop, sgd
from coursekit.softmax import softmax_loss
from coursekit.trained import fold_batch_norm, one_model
from coursekit.training import epochs, fit, minibatches

POSITIONS = [None, "before", "after"]


def draw(m=60, *, sizes=(3, 8, 4), n_models=None, dtype=np.float64, **how):
    rng = np.random.default_rng(5)
    X = rng.standard_normal((m, sizes[0]))
    y = np.argmax(X @ rng.standard_normal((sizes[0], sizes[-1])), axis=-1)
    network = Network(sizes, **how)
    return network, init_network(network, rng, n_models=n_models, dtype=dtype), X, y


def train(network, parameters, X, y, *, seed=7, **options):
    return fit(
        network, parameters, X, y, rng=np.random.default_rng(seed), **{"n_epochs": 3, "batch_size": 16} | options
    )


# Minibatches


@given(m=st.integers(1, 40), batch_size=st.integers(1, 50), seed=st.integers(0, 99))
@settings(max_examples=40)
def test_every_example_comes_once_with_its_label(m, batch_size, seed):
    X, y = np.arange(2.0 * m).reshape(m, 2), np.arange(m)
    batches = list(minibatches(X, y, batch_size=batch_size, rng=np.random.default_rng(seed)))
    sizes = [len(y_batch) for _, y_batch in batches]
    assert sizes[:-1] == [batch_size] * (len(batches) - 1)
    assert 1 <= sizes[-1] <= batch_size
    assert sorted(np.concatenate([y_batch for _, y_batch in batches])) == list(range(m))
    for X_batch, y_batch in batches:
        assert_array_equal(X_batch, X[y_batch])


def test_the_order_is_random_and_the_rngs():
    X, y = np.arange(100.0)[:, None], np.arange(100)
    rng = np.random.default_rng(0)
    first, second = (np.concatenate([b for _, b in minibatches(X, y, batch_size=30, rng=rng)]) for _ in range(2))
    again = np.concatenate([b for _, b in minibatches(X, y, batch_size=30, rng=np.random.default_rng(0))])
    assert (first != second).any()
    assert (first != y).any()
    assert_array_equal(first, again)


def test_minibatches_of_a_stack_keep_the_models_apart():
    X, y = np.arange(3 * 5 * 2.0).reshape(3, 5, 2), np.arange(15).reshape(3, 5)
    for X_batch, y_batch in minibatches(X, y, batch_size=2, rng=np.random.default_rng(0)):
        assert X_batch.shape[0] == 3
        assert_array_equal(X_batch[..., 0], 2 * y_batch)


# The whole training


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.3}, {"optimizer": sgd, "learning_rate": 0.3}),
        (
            {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False, "learning_rate_init": 0.03},
            {"optimizer": momentum, "momentum": 0.9, "learning_rate": 0.3},
        ),
        (
            {"solver": "adam", "learning_rate_init": 0.01, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-14},
            {"optimizer": adam, "learning_rate": 0.01, "beta1": 0.8, "beta2": 0.99, "eps": 1e-14},
        ),
    ],
)
def test_scikit_learn_takes_the_same_way(activation, theirs, ours):
    network, start, X, y = draw(activation=activation)
    oracle = MLPClassifier((8,), activation=activation, alpha=0, batch_size=60, max_iter=1, warm_start=True, **theirs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        oracle.fit(X, y)  # makes the arrays that start then replaces
        oracle.set_params(max_iter=20, tol=0, n_iter_no_change=99)
        oracle.coefs_, oracle.intercepts_ = ([start[f"{name}{i}"].copy() for i in (1, 2)] for name in ("W", "b"))
        oracle.loss_curve_.clear()
        oracle.fit(X, y)
    parameters, history = train(network, start, X, y, n_epochs=20, batch_size=60, **ours)
    assert_allclose(history.loss, oracle.loss_curve_[-20:], rtol=1e-7)
    assert history.loss[-1] < 0.8 * history.loss[0]
    for i in (1, 2):
        assert_allclose(parameters[f"W{i}"], oracle.coefs_[i - 1], rtol=1e-6, atol=1e-9)
        assert_allclose(parameters[f"b{i}"], oracle.intercepts_[i - 1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("batch_norm", [None, "before"])
def test_digits_are_learnt_in_five_epochs(batch_norm):
    data, rng = digits(np.random.default_rng(0), dtype=np.float32), np.random.default_rng(1)
    network = Network([64, 32, 32, 10], batch_norm=batch_norm)
    start = init_network(network, rng, dtype=np.float32)
    test_set = data.X_test, data.y_test
    _, history = fit(
        network, start, data.X_train, data.y_train, learning_rate=0.01, n_epochs=5, rng=rng, validation=test_set
    )
    assert history.validation_accuracy[-1] > 0.94
    assert history.accuracy[-1] > 0.97


@pytest.mark.seconds
@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("optimizer", [sgd, momentum, rmsprop, adam])
def test_each_of_64_models_learns_what_it_learns_alone(optimizer, batch_norm):
    network, start, X, y = draw(n_models=64, batch_norm=batch_norm)
    rates = np.geomspace(1e-4, 0.1, 64)
    options = {"optimizer": optimizer, "validation": (X[:9], y[:9])}
    together, history = train(network, start, X, y, learning_rate=rates, **options)
    for i in range(64):
        alone, history_alone = train(network, one_model(start, i), X, y, learning_rate=rates[i], **options)
        for name in alone:
            assert_allclose(together[name][i], alone[name], rtol=1e-6, atol=1e-9)
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate"):
            assert_allclose(getattr(history, name)[:, i], getattr(history_alone, name), rtol=1e-7)
        for name in history_alone.statistics:
            assert_allclose(history.statistics[name][i], history_alone.statistics[name], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("batch_norm", POSITIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_that_diverges_leaves_the_others_bit_for_bit(batch_norm, dtype):
    network, start, X, y = draw(n_models=3, batch_norm=batch_norm, dtype=dtype)
    options = {"optimizer": sgd, "n_epochs": 6, "validation": (X[:9], y[:9])}
    calm, calm_history = train(network, start, X, y, learning_rate=[0.1, 0.1, 0.2], **options)
    too_large = 1e38 if dtype == np.float32 else 1e200  # what float32 can't hold is refused
    wild, history = train(network, start, X, y, learning_rate=[0.1, too_large, 0.2], **options)
    assert np.isfinite(calm_history.loss).all()
    assert not np.isfinite(history.loss[1:, 1]).any()
    assert not np.isfinite(history.validation_loss[:, 1]).any()
    assert_array_equal(history.validation_accuracy[1:, 1], np.mean(y[:9] == 0))
    assert_allclose(history.accuracy[-1, 1], np.mean(y == 0))
    for i in (0, 2):
        for name in calm:
            assert_array_equal(wild[name][i], calm[name][i])
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            assert_array_equal(getattr(history, name)[:, i], getattr(calm_history, name)[:, i])


@pytest.mark.parametrize("optimizer", [momentum, rmsprop, adam])
def test_no_optimizer_warns_of_what_overflows(optimizer):
    network, start, X, y = draw(n_models=2, dtype=np.float32)
    _, history = train(network, start, 1e20 * X, y, learning_rate=[0.01, 1e30], optimizer=optimizer)
    assert not np.isfinite(history.loss[-1, 1])


@pytest.mark.parametrize("batch_norm", POSITIONS)
def test_types_stay_and_so_does_what_the_caller_owns(batch_norm):
    for dtype in (np.float32, np.float64):
        network, start, X, y = draw(batch_norm=batch_norm, dtype=dtype)
        owned = [*start.values(), X, y]
        before = [array.copy() for array in owned]
        for array in owned:
            array.flags.writeable = False
        parameters, history = train(network, start, X, y, learning_rate=0.1, validation=(X, y))
        assert all(array.dtype == dtype for array in parameters.values())
        assert all(array.dtype == dtype for array in history.statistics.values())
        assert all(array.dtype == np.float64 for array in history[1:])
        for array, old in zip(owned, before, strict=True):
            assert_array_equal(array, old)


# The record


@pytest.mark.parametrize("n_models", [None, 3])
def test_a_rate_of_0_measures_the_start(n_models):
    network, start, X, y = draw(n_models=n_models)
    parameters, history = train(
        network, start, X, y, learning_rate=0, batch_size=25, n_epochs=2, validation=(X[:9], y[:9])
    )
    for name, array in parameters.items():
        assert_array_equal(array, start[name])
    shape = () if n_models is None else (n_models,)
    for measured, data in ((history[1:3], (X, y)), (history[3:5], (X[:9], y[:9]))):
        expected = softmax_loss(forward(network, start, data[0])[0], data[1])[0], accuracy(network, start, *data)
        for values, value in zip(measured, expected, strict=True):
            assert values.shape == (2, *shape)
            assert_allclose(values, [value, value])
    assert_array_equal(history.learning_rate, [0, 0])


def test_without_validation_there_is_nan():
    network, start, X, y = draw(n_models=2)
    _, history = train(network, start, X, y, learning_rate=0.1)
    assert history.validation_loss.shape == history.validation_accuracy.shape == (3, 2)
    assert np.isnan(history.validation_loss).all()
    assert np.isnan(history.validation_accuracy).all()


def test_epochs_hand_over_what_fit_records():
    network, start, X, y = draw(batch_norm="before")
    options = {"learning_rate": 0.1, "n_epochs": 3, "batch_size": 16, "validation": (X[:9], y[:9])}
    parameters, history = fit(network, start, X, y, rng=np.random.default_rng(7), **options)
    seen = list(epochs(network, start, X, y, rng=np.random.default_rng(7), **options))
    assert len(seen) == 3
    for name in ("loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate"):
        assert_array_equal(getattr(history, name), [getattr(epoch, name) for epoch in seen])
    for epoch in seen:  # also the early ones: their arrays are not those of the next epoch
        shares = accuracy(network, epoch.parameters, X[:9], y[:9], statistics=epoch.statistics)
        assert epoch.validation_accuracy == shares
    assert_array_equal(parameters["W1"], seen[-1].parameters["W1"])
    assert_array_equal(history.statistics["mean1"], seen[-1].statistics["mean1"])
    assert (seen[0].parameters["W1"] != seen[1].parameters["W1"]).all()


def test_a_callback_sees_the_record_and_may_stop_it():
    network, start, X, y = draw()
    seen = []
    _, history = train(network, start, X, y, learning_rate=0.1, n_epochs=4, callback=seen.append)
    assert [len(so_far.loss) for so_far in seen] == [1, 2, 3, 4]
    assert_array_equal(seen[-1].loss, history.loss)
    stopped, history = train(
        network, start, X, y, learning_rate=0.1, n_epochs=4, callback=lambda so_far: len(so_far.loss) == 2
    )
    assert len(history.loss) == 2
    assert_array_equal(stopped["W1"], train(network, start, X, y, learning_rate=0.1, n_epochs=2)[0]["W1"])


def test_a_schedule_sets_the_rate_of_each_epoch_from_0():
    network, start, X, y = draw(n_models=2)
    schedule = exponential_decay([0.4, 0.2], decay=0.5)
    _, history = train(network, start, X, y, learning_rate=schedule, optimizer=sgd)
    assert_allclose(history.learning_rate, [[0.4, 0.2], [0.2, 0.1], [0.1, 0.05]])
    once, _ = train(network, start, X, y, learning_rate=lambda epoch: 0.3 if epoch == 0 else 0.0, optimizer=sgd)
    assert_array_equal(once["W2"], train(network, start, X, y, learning_rate=0.3, optimizer=sgd, n_epochs=1)[0]["W2"])


def test_models_may_have_examples_and_labels_of_their_own():
    network, start, X, y = draw(n_models=2)
    own_X, own_y = np.stack([X, X[::-1]]), np.stack([y, y[::-1]])
    trained, _ = train(network, start, own_X, own_y, learning_rate=0.1, batch_size=60)
    shared, _ = train(network, start, X, y, learning_rate=0.1, batch_size=60)  # one batch: the order is all the same
    assert_allclose(trained["W1"], shared["W1"], rtol=1e-6)
    assert (
        np.abs(train(network, start, own_X, np.stack([y, y]), learning_rate=0.1)[0]["W1"][1] - shared["W1"][1]).max()
        > 0.01
    )


# Batch norm


@pytest.mark.parametrize("position", ["before", "after"])
def test_the_statistics_are_those_of_the_batches(position):
    network, start, X, y = draw(batch_norm=position)
    _, history = train(network, start, X, y, learning_rate=0, batch_size=60)
    Z = X @ start["W1"]
    seen = Z if position == "before" else np.maximum(Z, 0)
    assert_allclose(history.statistics["mean1"], seen.mean(axis=0))
    assert_allclose(history.statistics["var1"], seen.var(axis=0))
    assert sorted(history.statistics) == ["mean1", "var1"]
    assert train(*draw()[:2], X, y, learning_rate=0)[1].statistics == {}


@pytest.mark.parametrize("position", ["before", "after"])
def test_a_trained_network_can_be_folded(position):
    network, start, X, y = draw(m=100, batch_norm=position, n_models=3)
    options = {"validation": (X[:50], y[:50]), "n_epochs": 10}
    parameters, history = train(network, start, X[50:], y[50:], learning_rate=[0.001, 0.01, 0.1], **options)
    plain, folded = fold_batch_norm(network, parameters, history.statistics)
    assert_array_equal(accuracy(plain, folded, X[:50], y[:50]), history.validation_accuracy[-1])
    assert history.validation_accuracy[-1, 2] > history.validation_accuracy[-1, 0]


def test_one_example_is_enough_to_validate_by():
    network, start, X, y = draw(batch_norm="before")
    _, history = train(network, start, X, y, learning_rate=0.1, validation=(X[:1], y[:1]))
    assert set(history.validation_accuracy) <= {0, 1}
    plain, start, _, _ = draw()
    assert train(plain, start, X[:1], y[:1], learning_rate=0.1)[1].loss[-1] > 0


NETWORK, START, X, Y = draw()
_, STACK, _, _ = draw(n_models=2)
WITH_NORM, NORMED, _, _ = draw(batch_norm="before")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: minibatches(X, Y[:9], batch_size=5, rng=np.random.default_rng(0)),
            ValueError,
            "minibatches: y must have 60 labels, one per row of X with shape (60, 3); got shape (9,).",
        ),
        (
            lambda: minibatches(X, Y, batch_size=0, rng=np.random.default_rng(0)),
            ValueError,
            "minibatches: batch_size must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: minibatches(X, Y, batch_size=5, rng=3),
            TypeError,
            "minibatches: rng must be a numpy.random.Generator; got 3. Make one with numpy.random.default_rng(seed).",
        ),
        (
            lambda: train(NETWORK, START, X, Y, learning_rate=0.1, n_epochs=0),
            ValueError,
            "fit: n_epochs must be a whole number of at least 1; got 0.",
        ),
        (
            lambda: train(NETWORK, START, X, Y, learning_rate=0.1, batch_size=2.5),
            ValueError,
            "fit: batch_size must be a whole number of at least 1; got 2.5.",
        ),
        (
            lambda: train(NETWORK, START, X[:0], Y[:0], learning_rate=0.1),
            ValueError,
            "fit: X must hold at least one example; got shape (0, 3).",
        ),
        (
            lambda: train(NETWORK, START, X * np.nan, Y, learning_rate=0.1),
            ValueError,
            "fit: X must be finite; got nan at index (0, 0).",
        ),
        (
            lambda: train(NETWORK, START, X[:, :2], Y, learning_rate=0.1),
            ValueError,
            "forward: X must have shape (m, 3) or (k, m, 3); got (2, 2).",
        ),
        (
            lambda: train(NETWORK, START, X, Y[:9], learning_rate=0.1),
            ValueError,
            "fit: y must have shape (60,), one label per example; got (9,).",
        ),
        (
            lambda: train(NETWORK, STACK, X, Y + 1, learning_rate=0.1),
            ValueError,
            "fit: y must hold whole labels from 0 to 3, one for each class; got 4.",
        ),
        (
            lambda: train(NETWORK, START, X, Y, learning_rate=0.1, validation=(X, Y[:9])),
            ValueError,
            "fit: y must have shape (60,), one label per example; got (9,).",
        ),
        (
            lambda: train(WITH_NORM, NORMED, X, Y, learning_rate=0.1, batch_size=59),
            ValueError,
            "fit: batch_size must leave no batch of 1, as batch norm needs 2, and there are 60 examples; got 59.",
        ),
        (
            lambda: train(WITH_NORM, NORMED, X, Y, learning_rate=0.1, batch_size=1),
            ValueError,
            "fit: batch_size must leave no batch of 1, as batch norm needs 2, and there are 60 examples; got 1.",
        ),
        (
            lambda: train(NETWORK, START, X, Y, learning_rate=-1),
            ValueError,
            "adam: learning_rate must be a number of at least 0; got -1.",
        ),
        (
            lambda: train(NETWORK, START, X, Y, learning_rate=0.1, momentum=0.9),
            TypeError,
            "adam() got an unexpected keyword argument 'momentum'",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_losses_too_large_to_add_warn_nobody():
    """A model on its way out: each batch's loss is still a number, their sum is not."""
    network, start = Network([1, 2]), {"W1": np.array([[3e306, 0.0]]), "b1": np.zeros(2)}
    X, y = np.ones((100, 1)), np.ones(100, dtype=int)
    _, history = fit(network, start, X, y, learning_rate=0, n_epochs=1, batch_size=50, rng=np.random.default_rng(0))
    assert np.isinf(history.loss[0])


def unknown(optimizer):
    """Return one that does the same, and that fit takes for the caller's own."""

    def own(*arguments, **options):
        return optimizer(*arguments, **options)

    return own


@pytest.mark.parametrize("rate", [True, -1, "0.1", 10**400, [0.1, 0.2]])
@pytest.mark.parametrize("is_a_schedule", [False, True])
def test_the_rate_of_an_optimizer_of_ones_own_is_checked_too(rate, is_a_schedule):
    given = (lambda _: rate) if is_a_schedule else rate
    with pytest.raises((TypeError, ValueError), match=r"^fit: learning_rate must be "):
        train(NETWORK, START, X, Y, learning_rate=given, optimizer=unknown(sgd))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_models", [None, 3])
@pytest.mark.parametrize("optimizer", [sgd, momentum, rmsprop, adam])
def test_all_parameters_as_one_array_step_as_each_by_itself(optimizer, n_models, dtype):
    network, start, X, y = draw(n_models=n_models, batch_norm="after", dtype=dtype)
    rate = 0.01 if n_models is None else [0.001, 0.01, 0.1]

    trained, _ = train(network, start, X, y, learning_rate=rate, optimizer=optimizer)
    expected, _ = train(network, start, X, y, learning_rate=rate, optimizer=unknown(optimizer))
    assert list(trained) == list(expected) == list(start)
    for name, array in trained.items():
        assert array.shape == start[name].shape
        assert array.dtype == dtype
        assert_allclose(array, expected[name], rtol=1e-5 if dtype == np.float32 else 1e-12, atol=1e-7)


def test_what_some_models_share_is_stepped_on_alone():
    network, start, X, y = draw(n_models=3)
    shared = start | {"b1": start["b1"][0]}
    trained, _ = train(network, shared, X, y, learning_rate=0.01)
    expected, _ = train(network, shared, X, y, learning_rate=0.01, optimizer=unknown(adam))
    for name, array in trained.items():
        assert_array_equal(array, expected[name])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "adam"}, "optimizer must be a function of parameters, gradients and state, .*; got 'adam'"),
        ({"optimizer": None}, "optimizer must be a function of parameters, gradients and state, .*; got None"),
        ({"validation": 0.2}, r"validation must be a pair \(X, y\): examples to measure by, and their labels; got 0.2"),
        ({"validation": (1, 2, 3)}, r"validation must be a pair .*; got \(1, 2, 3\)"),
        ({"validation": ()}, r"validation must be a pair .*; got \(\)"),
        ({"callback": 3}, "callback must be a function of the History so far; got 3"),
        ({"callback": lambda _: np.zeros(2)}, "callback must return something true or false; got arr"),
        ({"optimizer": lambda *_, **__: None}, "optimizer must return a pair: the new parameters, W1, b1.*; got None"),
        ({"optimizer": lambda _, g, s, **__: (g["W1"], s)}, "optimizer must return a pair: the new parameters"),
        ({"optimizer": lambda p, _, s, **__: ({**p, "W1": [1.0]}, s)}, r"optimizer must return W1 with shape \(3, 8\)"),
        ({"optimizer": lambda p, _, s, **__: ({**p, "W1": "no"}, s)}, "W1 must hold real numbers; got an array of <U2"),
    ],
)  # fmt: skip
def test_functions_and_pairs_are_checked_in_words(options, message):
    network, parameters, X, y = draw()
    with pytest.raises((TypeError, ValueError), match=rf"^fit: {message}"):
        train(network, parameters, X, y, learning_rate=0.1, **options)


def test_an_optimizer_of_ones_own_may_wrap_ours():
    network, parameters, X, y = draw()

    def wrapped(*given, **options):
        parameters, state = adam(*given, **options)
        return dict(parameters), state

    own, _ = train(network, parameters, X, y, learning_rate=0.1, optimizer=wrapped)
    ours, _ = train(network, parameters, X, y, learning_rate=0.1)
    for name, array in ours.items():
        assert_allclose(own[name], array, rtol=1e-9, atol=1e-12)
