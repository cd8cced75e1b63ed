"""The graph of a tape: every gradient that it shows is the tape's own, and the way back adds up."""

import re
from typing import ClassVar

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from coursekit.lab.graph import in_words
from coursekit.lessons.choose_a_framework.tape_graph import WRITTEN, numbers, recorded, tape_of
from coursekit.softmax import softmax, softmax_loss
from coursekit.tape import RULES, gradient

Y = np.array([0.0, 1.0, 0.0, 0.0])


def parabola(w):
    return w**2 - 10 * w + 25


def loss(z):
    return np.log(np.sum(np.exp(z))) - np.sum(Y * z)


def test_the_parabola_is_written_as_a_list_of_steps():
    titles = [node.title for node in recorded(tape_of(parabola, 3.0)).nodes.values()]
    assert titles == ["w", "v1 = w ^ 2", "v2 = 10 × w", "v3 = v1 − v2", "J = v3 + 25"]


def test_the_gradients_are_those_of_the_tape():
    tape = tape_of(parabola, 3.0)
    shown = recorded(tape).nodes
    assert [node.slope for node in shown.values()] == [numbers(node.d) for node in tape]
    assert shown["w"].slope == numbers(gradient(parabola, 3.0)[0]) == "-4.00"


def test_softmax_and_its_loss_send_back_the_prediction_one_way_and_the_truth_the_other():
    z = np.log([0.3, 0.2, 0.1, 0.4])
    graph = recorded(tape_of(loss, z), ["z"])
    one, other = (edge.slope for edge in graph.edges if edge.start == "z")
    assert (one, other) == (numbers(softmax(z)), numbers(-Y))
    assert graph.nodes["z"].slope == numbers(softmax_loss(z[None], [1])[1])
    assert graph.nodes["J"].value == numbers(-np.log(0.2))


def test_on_the_way_back_gradients_arrive_one_by_one():
    tape = tape_of(parabola, 3.0)
    slopes = [[node.slope for node in recorded(tape, back=back).nodes.values()] for back in range(5)]
    assert slopes == [
        ["", "", "", "", ""],
        ["", "", "", "1.00", "1.00"],
        ["", "1.00", "-1.00", "1.00", "1.00"],
        ["-10.00", "1.00", "-1.00", "1.00", "1.00"],
        ["-4.00", "1.00", "-1.00", "1.00", "1.00"],
    ]
    for back in range(1, 5):
        graph = recorded(tape, back=back)
        (now,) = [name for name, node in graph.nodes.items() if node.lit]
        assert [edge.lit for edge in graph.edges] == [edge.end == now for edge in graph.edges]


def test_the_whole_way_back_ends_where_the_tape_ended():
    tape = tape_of(lambda X, w: np.sum((X @ w - 1) ** 2) / 3, np.arange(6.0).reshape(3, 2), [[1.0], [2.0]])
    walked, held = recorded(tape, ["X", "w"], back=len(tape)), recorded(tape, ["X", "w"])
    assert {name: node.slope for name, node in walked.nodes.items()} == {
        name: node.slope for name, node in held.nodes.items()
    }


def test_broadcasting_is_undone_at_the_edges_too():
    tape = tape_of(lambda b: np.sum(b * [[1.0, 2.0], [3.0, 4.0]]) + np.sum(b), [1.0, 1.0])
    graph = recorded(tape, ["b"])
    assert [edge.slope for edge in graph.edges if edge.start == "b"] == [numbers([4.0, 6.0]), numbers([1.0, 1.0])]


def test_a_value_twice_in_one_step_has_two_ways():
    graph = recorded(tape_of(lambda w: w * w, 3.0))
    assert [edge.slope for edge in graph.edges] == ["3.00", "3.00"]
    assert in_words(graph) == "w: 3.00, gradient 6.00\nJ = w × w, from w, w: 9.00, gradient 1.00"


def test_every_operation_of_the_tape_can_be_written():
    assert {operation.__name__ for operation in RULES} | {"sum"} == set(WRITTEN)


class Own(NDArrayOperatorsMixin):
    """A tape as a learner builds it: no arrays, no refusals."""

    tape: ClassVar[list["Own"]] = []

    def __init__(self, value, inputs=(), rule=None, name=""):
        self.value, self.inputs, self.rule, self.name, self.d = value, inputs, rule, name, 0.0
        self.tape.append(self)

    def __array_ufunc__(self, operation, method, *inputs):
        values = [x.value if isinstance(x, Own) else x for x in inputs]
        return Own(operation(*values), inputs, lambda d: [d * x for x in values[::-1]], operation.__name__)


def test_a_tape_of_ones_own_can_be_drawn_and_shows_what_it_holds_right_or_wrong():
    w = Own(3.0)
    2 * w
    assert in_words(recorded(Own.tape, back=0)) == "w: 3.00\nJ = 2 × w, from w: 6.00"
    w.d = 17.0
    assert recorded(Own.tape).nodes["w"].slope == "17.00"


def test_numbers_are_aligned_and_never_minus_nought():
    assert numbers([-0.001, -10.0, 2.5]) == "  0.00\n-10.00\n  2.50"
    assert numbers(None) == ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tape_of(3, 1.0), "tape_of: f must be a function of arrays; got 3."),
        (lambda: recorded([]), "recorded: tape must hold at least one value; got an empty one."),
        (
            lambda: recorded(tape_of(parabola, 1.0), back=-1),
            "recorded: back must be a whole number of at least 0; got -1.",
        ),
        (
            lambda: recorded(tape_of(parabola, 1.0), ["v", "w"]),
            "recorded: names must be 1, one for each argument; got 2.",
        ),
    ],
)
def test_what_it_refuses(call, message):
    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(message)}$"):
        call()
