"""What the explorer of tf.function lets one find, and what its picture shows of it."""

from coursekit.lessons.tensorflow.explore_tracing import GRAPHS_KEPT, MOST, describe_calls, follow, graphs, name_of
from coursekit.lessons.tensorflow.tracing import ARGUMENTS, WAYS

ALL = tuple(ARGUMENTS)[1:]  # the first, 2, is called at the start


def test_eight_ways_to_call_it_make_six_graphs_five_widened_ones_and_one_under_a_signature():
    assert [len(follow(ALL, way).graphs) for way in WAYS] == [6, 5, 1]


def test_two_calls_of_other_types_share_a_graph_and_the_second_gets_the_first_ones_type():
    words = describe_calls(follow(("2.0",), WAYS[0]))
    assert words.answer == "2 calls, 1 graph"
    assert words.sentence.endswith("f(2.0), went through graph 1, without Python, and returned 4.")


def test_under_a_signature_one_call_is_refused():
    calls = follow(ALL, WAYS[2]).calls
    assert [call.argument for call in calls if call.graph is None] == ["float64 2.0"]
    words = describe_calls(follow(("float64 2.0",), WAYS[2]))
    assert words.answer == "2 calls, 1 graph"
    assert words.sentence.endswith("The last call, f(float64 2.0), was refused: the signature has another dtype.")


def test_squares_dots_and_crosses_are_where_the_calls_are():
    picture = graphs()
    recorded, replayed, refused, *texts = picture.moving
    picture.move(follow(ALL, WAYS[0]))
    assert list(zip(*recorded.get_data(), strict=True)) == [(1, 0), (2, 1), (4, 2), (6, 3), (7, 4), (8, 5)]
    assert list(zip(*replayed.get_data(), strict=True)) == [(3, 0), (5, 2)]
    assert len(refused.get_data()[0]) == 0
    assert [text.get_text() for text in texts[:6]] == [name_of(graph) for graph in follow(ALL, WAYS[0]).graphs]
    picture.move(follow(ALL, WAYS[2]))
    assert list(zip(*refused.get_data(), strict=True)) == [(6, 6)]


def test_there_is_a_row_for_every_graph_that_can_be():
    most = max(len(follow(calls, way).graphs) for way in WAYS for calls in (ALL, ALL[::-1], ALL[3:] + ALL[:3]))
    assert most <= 6
    assert GRAPHS_KEPT.controls[0].most == MOST - 1
