"""The first exercise: one step of gradient descent."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer


def gradient_step(w, d_w, learning_rate):
    return w - learning_rate * d_w


GRADIENT_STEP = Exercise(
    name="00.1",
    prompt="Write `gradient_step(w, d_w, learning_rate)`: one step of gradient descent.",
    solution=gradient_step,
    cases=lambda: [
        (0.0, -10.0, 0.01),
        (np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 4.0]), 0.1),
        (np.ones((2, 3)), np.full((2, 3), 2.0), 0.25),
    ],
    wrong_answers=(
        WrongAnswer(
            lambda w, d_w, learning_rate: w + learning_rate * d_w,
            "From w = {args[0]:g} with the gradient {args[1]:g} you went to {got:g}: uphill. The gradient points to where J grows.",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: w - d_w,
            "From {args[0]:g} you went all the way to {got:g}. How much of the gradient should a step take off?",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: learning_rate * d_w,
            "That is the length of the step. From where is it taken?",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: -learning_rate * d_w,
            "That is the step itself, with the right sign. From where is it taken?",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: w - learning_rate * np.sign(d_w),
            "You step by the learning rate, whatever the gradient's size. A steep place deserves a longer step.",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: learning_rate * (w - d_w),
            "The learning rate scales w as well: where the gradient is 0, w would shrink, and it should stay. What does the rate belong to?",
        ),
        WrongAnswer(
            lambda w, d_w, learning_rate: w - learning_rate * d_w * w,
            "You multiply the gradient by w. From 0 nothing would ever move, however steep it is there.",
        ),
    ),
    otherwise="From w = {args[0]} with the gradient {args[1]} and the learning rate {args[2]} it gives {got}; expected {expected}.",
    hints=(
        "The gradient says where J grows, and how fast. You want J to shrink.",
        "Take learning rate times gradient off w.",
    ),
    why="It works for a number, a vector or a matrix: every network in this course is trained by a refinement of this line.",
)

TOO_LARGE_A_RATE = Prediction(
    name="00.a",
    question="J(w) = w\u00b2 \u2212 10w + 25 has its minimum at w = 5. You start at w = 0 and take steps of gradient descent. What happens when the learning rate is 1?",
    options=("it arrives in one step", "it comes closer, slowly", "it jumps to and fro for ever", "it flies off"),
    answer="it jumps to and fro for ever",
    why="Each step multiplies the distance to the minimum by 1 \u2212 2 \u00d7 rate, and that is \u22121 here: from 0 to 10, from 10 to 0, and so on.",
)
