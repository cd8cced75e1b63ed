"""Time a step of descent on J(w) in each of TensorFlow's ways: writes tensorflow_speed.csv.

The time is the processor's, with one thread for TensorFlow's operations. Of several times the least counts: whatever
else the machine does can only add to it. The median and the most stand beside it.
"""

import os
import statistics
import time
from collections.abc import Callable

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "0"}  # as ``needs`` of the notebook has it

import tensorflow as tf
from tensorflow.compat import v1

from coursekit.lab.measured import write_table

COLUMNS = ("way", "microseconds", "median", "most")
N_REPEATS, N_STEPS, RATE = 15, 1000, 0.01


def python() -> None:
    """Descend with Python's own floats, and the slope by hand."""
    w = 0.0
    for _ in range(N_STEPS):
        w -= RATE * (2 * w - 10)


def eager(w: tf.Variable) -> None:
    """Descend line by line, with the slope by hand."""
    for _ in range(N_STEPS):
        w.assign_sub(RATE * (2 * w - 10))


def tape_step(w: tf.Variable) -> None:
    """Take a step down the slope that a tape gives."""
    with tf.GradientTape() as tape:
        J = w**2 - 10 * w + 25
    w.assign_sub(RATE * tape.gradient(J, w))


def with_tape(w: tf.Variable) -> None:
    """Descend line by line, with a tape."""
    for _ in range(N_STEPS):
        tape_step(w)


function_step = tf.function(tape_step)


def with_function(w: tf.Variable) -> None:
    """Descend in Python, each step a graph."""
    for _ in range(N_STEPS):
        function_step(w)


@tf.function
def whole_loop(w: tf.Variable) -> None:
    """Descend within one graph, the loop too."""
    for _ in tf.range(N_STEPS):
        tape_step(w)


def seconds(run: Callable[..., None], *args: object) -> float:
    """Run once to warm up, and once to be timed."""
    run(*args)
    start = time.process_time()
    run(*args)
    return time.process_time() - start


def session_seconds() -> float:
    """Descend in a session of TensorFlow 1, and time it."""
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.Variable(0, dtype=tf.float32)
        step = v1.train.GradientDescentOptimizer(RATE).minimize(w**2 - 10 * w + 25)
        session.run(v1.global_variables_initializer())

        def descend() -> None:
            for _ in range(N_STEPS):
                session.run(step)

        return seconds(descend)


def main() -> None:
    """Time each way, the ways by turns, and write it down."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    times: dict[str, list[float]] = {}
    for _ in range(N_REPEATS):
        w = tf.Variable(0.0)
        for way, took in (
            ("Python without TensorFlow", seconds(python)),
            ("eager: slope by hand", seconds(eager, w)),
            ("eager: with a tape", seconds(with_tape, w)),
            ("session", session_seconds()),
            ("a function for the step", seconds(with_function, w)),
            ("a function for the loop", seconds(whole_loop, w)),
        ):
            times.setdefault(way, []).append(took / N_STEPS * 1e6)
    rows = [(way, *(f"{each:.3g}" for each in (min(found), statistics.median(found), max(found))))
            for way, found in times.items()]  # fmt: skip
    write_table("tensorflow", "tensorflow_speed", COLUMNS, rows)


if __name__ == "__main__":
    main()
