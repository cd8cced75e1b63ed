"""Many ways to write a tape, a step and a function that is traced once. None of them is refused."""

import pytest

from coursekit.lab.judge import judge
from coursekit.lessons import EXERCISES

pytestmark = pytest.mark.seconds

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
v1 = tf.compat.v1


def one_persistent_tape(J, w):
    w = tf.Variable(float(w))
    with tf.GradientTape(persistent=True) as tape:
        cost = J(w)
        slope = tape.gradient(cost, w)
    return slope, tape.gradient(slope, w)


def watched_constants(J, w):
    w = tf.constant(w, tf.float32)
    with tf.GradientTape() as outer:
        outer.watch(w)
        with tf.GradientTape() as inner:
            inner.watch(w)
            cost = J(w)
        slope = inner.gradient(cost, w)
    return slope.numpy(), outer.gradient(slope, w).numpy()


def by_graph(J, w):
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [])
        (slope,) = v1.gradients(J(x), x)
        (bend,) = v1.gradients(slope, x)
        return tuple(session.run([slope, bend], feed_dict={x: w}))


def pair_by_pair(cost, variables, optimizer):
    with tf.GradientTape() as tape:
        loss = cost()
    optimizer.apply_gradients([(d, v) for d, v in zip(tape.gradient(loss, variables), variables, strict=True)])
    return loss


def with_apply(cost, variables, optimizer):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for variable in variables:
            tape.watch(variable)
        loss = cost()
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss.numpy()


def as_a_function(cost, variables, optimizer):
    optimizer.build(variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = cost()
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    return float(step())


def with_a_signature(slope, rates):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)] * 2)
    def step(w, rate):
        return w - rate * slope(w)

    w = 0.0
    for rate in rates:
        w = step(w, rate)
    return w


def from_a_tensor(slope, rates):
    step = tf.function(lambda w, rate: w - rate * slope(w))
    w = tf.constant(0.0)
    for rate in tf.constant(rates):
        w = step(w, rate)
    return w.numpy()


def the_whole_loop(slope, rates):
    @tf.function
    def descend(rates):
        w = tf.constant(0.0)
        for rate in rates:
            w -= rate * slope(w)
        return w

    return float(descend(tf.constant(rates)))


def closed_by_with(n_steps):
    with tf.Graph().as_default():
        w = v1.get_variable("w", initializer=0.0)
        cost = tf.add(tf.subtract(tf.square(w), tf.multiply(10.0, w)), 25.0)
        train = v1.train.GradientDescentOptimizer(learning_rate=0.01).minimize(cost)
        with v1.Session() as sess:
            sess.run(v1.global_variables_initializer())
            before = sess.run(w)
            for _ in range(n_steps):
                _, after = sess.run([train, w])
            return before, sess.run(w) if n_steps else after


def eagerly(n_steps):
    w = 0.0
    for _ in range(n_steps):
        w -= 0.01 * (2 * w - 10)
    return 0.0, w


def factored(start, n_steps):
    w = tf.Variable(start)
    for _ in range(n_steps):
        with tf.GradientTape() as tape:
            cost = (w - 5) ** 2
        w.assign_sub(0.1 * tape.gradient(cost, w))
    return w.numpy()


def fed_by_dots(coefficients, n_steps):
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(0.0)
        x = v1.placeholder(tf.float32, [3, 1])
        cost = tf.reduce_sum(x[:, 0] * tf.stack([w**2, w, 1.0]))
        train = v1.train.GradientDescentOptimizer(0.01).minimize(cost)
        session.run(v1.global_variables_initializer())
        for _ in range(n_steps):
            session.run(train, {x: coefficients})
        return float(session.run(w))


RIGHT = {
    "14.1": (one_persistent_tape, watched_constants, by_graph),
    "14.2": (pair_by_pair, with_apply, as_a_function),
    "14.3": (with_a_signature, from_a_tensor, the_whole_loop),
    "14.4": (closed_by_with, eagerly),
    "14.5": (factored, lambda start, n_steps: 5 + (start - 5) * 0.8**n_steps),
    "14.6": (fed_by_dots,),
}


@pytest.mark.parametrize("name", RIGHT)
def test_other_ways_to_be_right_are_right(name):
    for i, answer in enumerate(RIGHT[name]):
        status, message = judge(EXERCISES[name], answer)
        assert status == "correct", f"way {i}: {message}"


def test_every_exercise_of_the_lesson_has_another_right_answer():
    assert list(RIGHT) == [name for name in EXERCISES if name.startswith("14.")]
