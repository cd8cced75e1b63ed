"""How much of a TensorFlow step is Keras's optimizer? Times lesson 13's step with it and without: writes a table.

The time is the processor's, the ways by turns. Of several times the least counts: whatever else the machine does can
only add to it. The median and the most stand beside it.
"""

import os
import statistics
import time
from collections.abc import Callable

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "0"}  # as ``needs`` of the notebook has it

import tensorflow as tf

from coursekit.lab.measured import write_table

COLUMNS = ("way", "microseconds", "median", "most")
N_REPEATS, N_STEPS, RATE = 9, 1000, 0.01
w = tf.Variable(0.0)
optimizer = tf.keras.optimizers.SGD(learning_rate=RATE)


def slope() -> tf.Tensor:
    """Let a tape find the slope of J(w), as both ways do."""
    with tf.GradientTape() as tape:
        J = w**2 - 10 * w + 25
    return tape.gradient(J, w)


STEPS: dict[str, Callable[[], object]] = {
    "optimizer.apply_gradients": lambda: optimizer.apply_gradients([(slope(), w)]),
    "w.assign_sub": lambda: w.assign_sub(RATE * slope()),
}


def microseconds(step: Callable[[], object]) -> float:
    """Take 1,000 steps from 0; return what one took."""
    w.assign(0.0)
    start = time.process_time()
    for _ in range(N_STEPS):
        step()
    return (time.process_time() - start) / N_STEPS * 1e6


def main() -> None:
    """Time each way, the ways by turns, and write it down."""
    for step in STEPS.values():
        step()  # the first call of all pays for what is built
    turns = [[microseconds(step) for step in STEPS.values()] for _ in range(N_REPEATS)]
    found = dict(zip(STEPS, zip(*turns, strict=True), strict=True))
    rows = ((way, *(f"{each:.3g}" for each in (min(took), statistics.median(took), max(took))))
            for way, took in found.items())  # fmt: skip
    write_table("choose_a_framework", "tensorflow_optimizer", COLUMNS, rows)


if __name__ == "__main__":
    main()
