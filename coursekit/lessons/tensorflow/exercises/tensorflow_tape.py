"""Exercises on TensorFlow's tape and its optimizers: a slope of a slope, and one step of training."""

from typing import Any

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.lab.same import same_values
from coursekit.lab.tensorflow_lazily import keras, no_tensorflow, tf


def slopes(J, w):
    w = tf.Variable(float(w))
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            cost = J(w)
        slope = inner.gradient(cost, w)
    return slope, outer.gradient(slope, w)


def _swapped(J, w):
    slope, bend = slopes(J, w)
    return bend, slope


def _value_and_slope(J, w):
    w = tf.Variable(float(w))
    with tf.GradientTape() as tape:
        cost = J(w)
    return cost, tape.gradient(cost, w)


def _slope_squared(J, w):
    slope, _ = slopes(J, w)
    return slope, slope**2


def _slope_twice(J, w):
    slope, _ = slopes(J, w)
    return slope, slope


def _by_two_tapes(J, w):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            cost = J(w)
        slope = inner.gradient(cost, w)
    return slope, outer.gradient(slope, w)


def _unwatched(J, w):
    return _by_two_tapes(J, tf.constant(float(w)))


def _whole(J, w):
    return _by_two_tapes(J, tf.Variable(w))


def _too_late(J, w):
    w = tf.Variable(float(w))
    with tf.GradientTape(persistent=True) as tape:
        cost = J(w)
    slope = tape.gradient(cost, w)  # the tape has stopped recording
    return slope, tape.gradient(slope, w)


def _pair(answer: Any, args: tuple[Any, ...]) -> Any:
    """Call an answer and make plain numbers of the tensors in its tuple."""
    try:
        got = answer(*args)
    except TypeError as error:
        raise TypeError(f"{error} (at w = {args[1]!r})") from error
    return tuple(None if each is None else float(each) for each in got) if isinstance(got, tuple) else got


def _same_pair(got, expected):
    if [each is None for each in got] != [each is None for each in expected]:
        return False
    known = [tuple(each for each in pair if each is not None) for pair in (got, expected)]
    return same_values(*known, rtol=1e-4)


def _costs():
    return [
        (lambda w: w**2 - 10 * w + 25, 0.0),
        (lambda w: w**4, -1.5),
        (lambda w: tf.exp(2 * w) / w, 0.8),
        (lambda w: w**3, 2),
    ]


def _where(seen: Seen) -> str:
    got = ", ".join("None" if each is None else f"{each:.4g}" for each in seen.got)
    return f"At w = {seen.args[1]:g} it gives {got}"


SLOPES = Exercise(
    name="14.1",
    prompt="Write `slopes(J, w)`: the first and the second derivative of any `J` at the number `w`, as a tuple, from two tapes.",
    solution=slopes,
    cases=_costs,
    same=_same_pair,
    observe=_pair,
    missing=no_tensorflow,
    shows=_where,
    wrong_answers=(
        WrongAnswer(_swapped, "{shown}: both are right, in the other order."),
        WrongAnswer(_value_and_slope, "{shown}: J itself and its slope. One derivative further."),
        WrongAnswer(_slope_squared, "{shown}: the second is the square of the first, not its slope."),
        WrongAnswer(_slope_twice, "{shown}: one number twice. Of what did you ask the outer tape?"),
        WrongAnswer(
            _unwatched,
            "No tape has seen how J is made from w: it watches variables, and constants that it is told to watch, from the moment that it starts. What does yours see?",
        ),
        WrongAnswer(
            _whole,
            "It finds a slope at w = 0.8, and none at w = 2. What does TensorFlow make of a number without a point?",
        ),
        WrongAnswer(
            _too_late,
            "{shown}. The slope was computed when no tape was recording any more: who could know how it came from w?",
        ),
    ),
    otherwise="{shown}; expected {expected[0]:.4g}, {expected[1]:.4g}.",
    hints=(
        "The slope is a computation as well. A tape that runs while it is computed records it.",
        "An inner tape for the slope, and an outer one around all of that, its `gradient` included.",
        "Make a variable of `w` first, `tf.Variable(float(w))`, and both tapes watch it. A whole number has no slope.",
    ),
    why="A gradient is a computation like any other, so it has a gradient. That is how the curvature of lesson 06's bowl comes out of a program.",
)


def training_step(cost, variables, optimizer):
    with tf.GradientTape() as tape:
        loss = cost()
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return float(loss)


def _uphill(cost, variables, optimizer):
    with tf.GradientTape() as tape:
        loss = cost()
    gradients = [-each for each in tape.gradient(loss, variables)]
    optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return loss


def _own_step(cost, variables, optimizer):
    with tf.GradientTape() as tape:
        loss = cost()
    for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
        variable.assign_sub(0.01 * gradient)
    return loss


def _first_alone(cost, variables, optimizer):
    return training_step(cost, variables[:1], optimizer)


def _no_step(cost, variables, optimizer):
    return cost()


def _twice(cost, variables, optimizer):
    loss = training_step(cost, variables, optimizer)
    training_step(cost, variables, optimizer)
    return loss


def _loss_after(cost, variables, optimizer):
    training_step(cost, variables, optimizer)
    return cost()


def _outside(cost, variables, optimizer):
    loss = cost()
    with tf.GradientTape() as tape:
        pass
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
    return loss


def _minimize(cost, variables, optimizer):
    optimizer.minimize(cost, variables)
    return cost()


def _step_and_look(answer: Any, args: tuple[Any, ...]) -> Any:
    """Take a step; return the cost that came back, and the variables as they are then."""
    got = answer(*args)
    if got is None or got is ...:
        return got
    return (float(got), *(float(variable) for variable in args[1]))


def _trainings():
    def one(optimizer, start, a):
        w, b = tf.Variable(start), tf.Variable(0.5)
        return lambda: (a * w + b - 3) ** 2 + w**2, [w, b], optimizer

    return [
        one(keras.optimizers.SGD(0.1, momentum=0.9), -1.0, 0.5),
        one(keras.optimizers.Adam(0.3), 2.0, 1.0),
    ]


def _before_and_after(seen: Seen) -> str:
    loss, w, b = seen.got
    return f"The loss comes back as {loss:.4g}, and the variables are {w:.4g} and {b:.4g} then"


TRAINING_STEP = Exercise(
    name="14.2",
    prompt="Write `training_step(cost, variables, optimizer)`: one step of any Keras optimizer down `cost()`. Return the cost from before the step.",
    solution=training_step,
    cases=_trainings,
    same=lambda got, expected: same_values(got, expected, rtol=1e-4),
    observe=_step_and_look,
    missing=no_tensorflow,
    shows=_before_and_after,
    wrong_answers=(
        WrongAnswer(_uphill, "{shown}: uphill. The optimizer itself takes them off."),
        WrongAnswer(
            _own_step,
            "{shown}: a step of your own. The optimizer has a rate, and ways of its own.",
        ),
        WrongAnswer(_first_alone, "{shown}: the second has not moved from 0.5."),
        WrongAnswer(_no_step, "{shown}: neither has moved."),
        WrongAnswer(_twice, "{shown}: that is after two steps."),
        WrongAnswer(
            _loss_after,
            "{shown}: the step is right, and the cost is from after it.",
        ),
        WrongAnswer(
            _outside,
            "The tape has recorded nothing, so every gradient is None. What must happen while it runs?",
        ),
        WrongAnswer(
            _minimize,
            "Keras 3's optimizers have no `minimize`: that was TensorFlow 1. Who computes the gradients now?",
        ),
    ),
    otherwise=lambda seen: f"{_before_and_after(seen)}; expected {', '.join(f'{each:.4g}' for each in seen.expected)}.",
    hints=(
        "Three things in this order: compute the cost under a tape, ask the tape, hand over to the optimizer.",
        "`apply_gradients` takes pairs of a gradient and its variable: `zip` makes them.",
    ),
    why="These lines train everything from J(w) to a language model; what changes is the cost and the list of variables.",
)

UNWATCHED = Prediction(
    name="14.c",
    question="`x = tf.constant(3.0)`. Under a tape you compute `y = x * x`, and then ask `tape.gradient(y, x)`. What comes?",
    options=("6.0", "0.0", "None", "an error"),
    answer="None",
    why="The tape watches variables by itself, and nothing else, as constants don't learn. It does not say 0: it says that it knows of no way from x to y. `tape.watch(x)` makes it record one.",
)
