"""Find the bug: a program from real notes that can't run, one that minimizes w, and a loop without a body."""
# ruff: noqa: F821, ERA001 - the names that are missing, and the cost in a comment, are the bugs
# mypy: disable-error-code="name-defined"

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_values
from coursekit.lab.tensorflow_lazily import keras, no_tensorflow, tf, v1


def before_and_after(n_steps):
    with tf.Graph().as_default():
        w = v1.Variable(0, dtype=tf.float32)
        cost = w**2 - 10 * w + 25
        train = v1.train.GradientDescentOptimizer(0.01).minimize(cost)
        session = v1.Session()
        session.run(v1.global_variables_initializer())
        before = session.run(w)
        for _ in range(n_steps):
            session.run(train)
        return before, session.run(w)


def found_before_and_after(n_steps):
    with tf.Graph().as_default():
        w = v1.Variable(0, dtype=tf.float32)
        # cost = w**2 - 10 * w + 25
        session = v1.Session()
        session.run(v1.global_variables_initializer())
        before = sess.run(w)
        for _ in range(n_steps):
            session.run(train)
        return before, session.run(w)


def _session_mended(n_steps):
    with tf.Graph().as_default():
        return v1.Session().run(train)


def _train_defined(n_steps):
    with tf.Graph().as_default():
        return v1.train.GradientDescentOptimizer(0.01).minimize(cost)


def _descended(a, b, n_steps):
    """Descend on a w^2 + b w + c from 0 at a rate of 0.01."""
    w = 0.0
    for _ in range(n_steps):
        w -= 0.01 * (2 * a * w + b)
    return w


def _close(got, expected):
    return same_values(got, expected, rtol=1e-5, atol=1e-6)


def _went(seen: Seen) -> str:
    return f"After {seen.args[0]} steps w is {float(seen.got[1]):.4g}"


DOES_NOT_RUN = Exercise(
    name="14.4",
    prompt="This program stands in real notes like that, and it can't have run. `before_and_after(n_steps)` should give w before the first step and after the last. Mend it, one error after the other.",
    solution=before_and_after,
    found=found_before_and_after,
    cases=lambda: [(1,), (7,)],
    same=_close,
    missing=no_tensorflow,
    shows=_went,
    wrong_answers=(
        WrongAnswer(
            found_before_and_after,
            "It raised NameError: name 'sess' is not defined. What is the session called two lines above?",
        ),
        WrongAnswer(
            _session_mended,
            "It raised NameError: name 'train' is not defined. It runs something that nobody has made: what is a step, and of which optimizer?",
        ),
        WrongAnswer(
            _train_defined,
            "It raised NameError: name 'cost' is not defined. The optimizer is there now. Where is what it is to minimize? Look for a line that Python passes over.",
        ),
        WrongAnswer(
            lambda n_steps: (0.0, -0.01 * n_steps),
            "{shown}, on its way to minus infinity: it minimizes w itself. What is to be small?",
        ),
        WrongAnswer(lambda _: (0.0, 0.0), "{shown}, as before: no step was taken."),
        WrongAnswer(lambda n_steps: (0.0, _descended(1, -10, n_steps + 1)), "{shown}: one step too many."),
    ),
    otherwise=lambda seen: f"{_went(seen)}; expected {float(seen.expected[1]):.4f}.",
    hints=(
        "Run it, and read the last line of the error: the name in it is the next thing to mend. There are three.",
        "`train` is an operation of the graph: `v1.train.GradientDescentOptimizer(0.01)` makes one that minimizes.",
        "A comment computes nothing. The cost must be a line of the program.",
    ),
    why="The graph style hides what is missing until a session asks for it. With the cost in a comment there is nothing to differentiate, and the rest looks complete.",
)


def lowest(start, n_steps):
    w = tf.Variable(float(start))
    optimizer = keras.optimizers.SGD(0.1)
    for _ in range(n_steps):
        with tf.GradientTape() as tape:
            cost = w**2 - 10 * w + 25
        optimizer.apply_gradients([(tape.gradient(cost, w), w)])
    return float(w)


def found_lowest(start, n_steps):
    w = tf.Variable(float(start))
    optimizer = keras.optimizers.SGD(0.1)
    for _ in range(n_steps):
        with tf.GradientTape() as tape:
            minimized = 1 * w  # "this is our cost function, we want to minimize w"
        optimizer.apply_gradients([(tape.gradient(minimized, w), w)])
    return float(w)


def _returns_the_cost(start, n_steps):
    return ((start - 5) * 0.8**n_steps) ** 2


def _squares_w(start, n_steps):
    return start * 0.8**n_steps


def _climbs(start, n_steps):
    return 5 + (start - 5) * 1.2**n_steps


def _solved(start, n_steps):
    return 5.0


def _at(seen: Seen) -> str:
    return f"From {seen.args[0]:g}, {seen.args[1]} steps lead to {float(seen.got):.4g}"


MINIMIZES_W = Exercise(
    name="14.5",
    prompt="The notes say of J(w) = w\u00b2 \u2212 10w + 25: we want to minimize w. However many steps `lowest(start, n_steps)` takes, it does not stop at 5: it goes on down. Find the bug and mend it.",
    solution=lowest,
    found=found_lowest,
    cases=lambda: [(0.0, 20), (8.0, 3)],
    same=_close,
    missing=no_tensorflow,
    shows=_at,
    wrong_answers=(
        WrongAnswer(
            found_lowest,
            lambda seen: (
                f"{_at(seen)}: {(seen.got - seen.args[0]) / seen.args[1]:+.1f} a step, wherever it is. Of what is the slope always 1? And which w is the answer: the smallest, or the one at which something else is?"
            ),
        ),
        WrongAnswer(_returns_the_cost, "{shown}: that is the cost there. Which w is it?"),
        WrongAnswer(_squares_w, "{shown}: down to where w\u00b2 is small. That is not the whole cost."),
        WrongAnswer(_climbs, "{shown}: up the cost, not down."),
        WrongAnswer(_solved, "{shown}: the minimum, but {args[1]} steps do not get there."),
    ),
    otherwise="{shown}; expected {expected:.3f}.",
    hints=(
        "The tape differentiates what you hand it. Which number is to become small?",
        "J is what falls; w is what moves.",
    ),
    why="Minimize J over w: two different letters, and an optimizer believes whichever it is given. No error is raised, as w has a slope as well.",
)


def fed(coefficients, n_steps):
    with tf.Graph().as_default():
        w = v1.Variable(0, dtype=tf.float32)
        x = v1.placeholder(tf.float32, [3, 1])
        cost = x[0][0] * w**2 + x[1][0] * w + x[2][0]
        train = v1.train.GradientDescentOptimizer(0.01).minimize(cost)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(n_steps):
                session.run(train, feed_dict={x: coefficients})
            return session.run(w)


def found_fed(coefficients, n_steps):
    with tf.Graph().as_default():
        w = v1.Variable(0, dtype=tf.float32)
        x = v1.placeholder(tf.float32, [3, 1])
        cost = x[0][0] * w**2 + x[1][0] * w + x[2][0]
        train = v1.train.GradientDescentOptimizer(0.01).minimize(cost)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(n_steps):
                pass
            session.run(train, feed_dict={x: coefficients})
            return session.run(w)


def _came(seen: Seen) -> str:
    numbers = ", ".join(f"{each:g}" for each in np.ravel(seen.args[0]))
    return f"With {numbers} and {seen.args[1]} steps, w is {float(seen.got):.4g}"


LOOP_WITHOUT_A_BODY = Exercise(
    name="14.6",
    prompt="In the notes, the lines below `for i in range(1000):` are not indented. Somebody made Python accept that, and w stays near 0.1. Find the bug and mend it.",
    solution=fed,
    found=found_fed,
    cases=lambda: [(np.array([[2.0], [-8.0], [1.0]]), 4)],
    same=_close,
    missing=no_tensorflow,
    shows=_came,
    wrong_answers=(
        WrongAnswer(found_fed, "{shown}, as it would be after one. What is repeated?"),
        WrongAnswer(
            lambda _, n_steps: _descended(1, -8, n_steps),
            "{shown}: which of the three belongs to w\u00b2?",
        ),
        WrongAnswer(
            lambda _, n_steps: _descended(1, -10, n_steps),
            "{shown}: those of the first program are in it. They are data now.",
        ),
        WrongAnswer(
            lambda _, n_steps: _descended(2, -8, n_steps + 1),
            "{shown}: a step too many. Is there one behind the loop still?",
        ),
    ),
    otherwise=lambda seen: f"{_came(seen)}; expected {float(seen.expected):.4f}.",
    hints=("How often does the line run that takes a step?", "What belongs to the loop stands further in than `for`."),
    why="The coefficients are data: the same graph fits another parabola when it is fed other numbers. A network is fed its batches in the same place.",
)
