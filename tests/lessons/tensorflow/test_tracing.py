"""What tf.function keeps: the rules as they are written, held against TensorFlow itself."""

import itertools
import re

import numpy as np
import pytest

from coursekit.lessons.tensorflow.tracing import ARGUMENTS, WAYS, Kind, traced

pytestmark = pytest.mark.seconds


@pytest.fixture
def real():
    """The same calls, in TensorFlow: for each, whether Python ran, and what came back."""
    tf = pytest.importorskip("tensorflow")
    values = {
        "2": 2, "3": 3, "2.0": 2.0, "tensor 2.0": tf.constant(2.0), "tensor 3.0": tf.constant(3.0),
        "float64 2.0": tf.constant(2.0, tf.float64), "vector of 2": tf.constant([2.0, 3.0]),
        "vector of 3": tf.constant([1.0, 2.0, 3.0]),
    }  # fmt: skip
    options = {
        WAYS[0]: {}, WAYS[1]: {"reduce_retracing": True},
        WAYS[2]: {"input_signature": [tf.TensorSpec(None, tf.float32)]},
    }  # fmt: skip

    def follow(calls, way):
        runs, seen = [], []

        @tf.function(**options[way])
        def f(x):
            runs.append("Python")
            return x * x

        for call in calls:
            before = len(runs)
            try:
                result = str(f(values[call]).numpy().tolist())
            except TypeError:
                result = "TypeError"
            seen.append((len(runs) > before, result))
        return seen

    return follow


def said(calls, way):
    return [(call.is_new, call.result) for call in traced(calls, way)[1]]


@pytest.mark.parametrize("way", WAYS)
def test_tensorflow_does_the_same_for_any_two_calls(way, real):
    for calls in itertools.product(ARGUMENTS, repeat=2):
        assert said(calls, way) == real(calls, way), calls


@pytest.mark.parametrize("way", WAYS)
def test_tensorflow_does_the_same_for_many_calls(way, real):
    rng = np.random.default_rng(14)
    for _ in range(12):
        calls = [list(ARGUMENTS)[i] for i in rng.integers(0, len(ARGUMENTS), 10)]
        assert said(calls, way) == real(calls, way), calls


def test_a_python_number_that_equals_another_gets_its_graph_and_its_type():
    assert said(["2", "2.0"], WAYS[0]) == [(True, "4"), (False, "4")]
    assert said(["2.0", "2"], WAYS[0]) == [(True, "4.0"), (False, "4.0")]


def test_reduced_retracing_widens_a_shape_and_no_python_number():
    graphs, calls = traced(["vector of 2", "vector of 3", "tensor 2.0", "2", "3"], WAYS[1])
    assert graphs[:3] == [Kind("float32", (2,)), Kind("float32", (None,)), Kind("float32", None)]
    assert [call.is_new for call in calls] == [True] * 5


def test_a_signature_has_one_graph_and_refuses_another_dtype():
    graphs, calls = traced(list(ARGUMENTS), WAYS[2])
    assert graphs == [Kind("float32", None)]
    assert [call.argument for call in calls if call.graph is None] == ["float64 2.0"]


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"^traced: calls must be among '2', .*; got 'four'\.$"):
        traced(["four"], WAYS[0])
    with pytest.raises(ValueError, match=re.escape("traced: way must be one of '@tf.function'")):
        traced(["2"], "eagerly")
