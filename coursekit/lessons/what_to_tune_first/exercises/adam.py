"""Adam's update: to predict, and to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def adam_step(w, v, s, t, d_w, learning_rate, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * d_w
    s = beta2 * s + (1 - beta2) * d_w**2
    v_corrected, s_corrected = v / (1 - beta1**t), s / (1 - beta2**t)
    return w - learning_rate * v_corrected / (np.sqrt(s_corrected) + eps), v, s


def _adam(w, v, s, t, d_w, learning_rate, beta1, beta2, eps, *, correct=(True, True), power=True, divide=None,
          square=True, sign=1.0, keep_corrected=False):  # fmt: skip
    """Take Adam's step with a mistake: each option leaves the right way at one place."""
    v = beta1 * v + (1 - beta1) * d_w
    s = beta2 * s + (1 - beta2) * (d_w**2 if square else np.abs(d_w))
    n = t if power else 1
    v_corrected = v / (1 - beta1**n) if correct[0] else v
    s_corrected = s / (1 - beta2**n) if correct[1] else s
    divisor = divide(s_corrected, eps) if divide else np.sqrt(s_corrected) + eps
    kept = (v_corrected, s_corrected) if keep_corrected else (v, s)
    return w - sign * learning_rate * v_corrected / divisor, *kept


def _wrong(**mistake):
    return lambda *args: _adam(*args, **mistake)


def _eps_before_the_correction(w, v, s, t, d_w, learning_rate, beta1, beta2, eps):
    v, s = beta1 * v + (1 - beta1) * d_w, beta2 * s + (1 - beta2) * d_w**2
    return w - learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t) * v / (np.sqrt(s) + eps), v, s


def _adam_cases():
    rng = np.random.default_rng(2)
    shapes = (3,), (2, 2), (4,)
    return [
        (1.0, 0.0, 0.0, 1, 4.0, 0.1, 0.9, 0.999, 1e-8),
        *(
            (rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.1, 2, shape), t, rng.normal(size=shape),
             0.05, beta1, beta2, eps)
            for shape, t, beta1, beta2, eps in zip(
                shapes, (2, 7, 30), (0.8, 0.9, 0.5), (0.95, 0.99, 0.9), (1e-8, 0.1, 0.5), strict=True
            )
        ),
    ]  # fmt: skip


def _first_step(seen: Seen) -> str:
    w, *_, t, d_w, rate = seen.args[:6]
    moved = np.ravel(np.asarray(w) - seen.got[0])[0]
    right = np.ravel(np.asarray(w) - seen.expected[0])[0]
    gradient = np.ravel(d_w)[0]
    return f"At step {t}, with the gradient {gradient:.3g} and the rate {rate:g}, w moved down by {moved:.4g}; expected {right:.4g}"  # fmt: skip


ADAM_STEP = Exercise(
    name="01.2",
    prompt="Write `adam_step(w, v, s, t, d_w, learning_rate, beta1, beta2, eps)`: step number t, counted from 1. Return the new w, v and s.",
    solution=adam_step,
    cases=_adam_cases,
    shows=_first_step,
    wrong_answers=(
        WrongAnswer(
            _wrong(correct=(False, False)),
            "{shown}. v and s start at 0 and are too small at first, s far more so. Where do you make up for the start?",
        ),
        WrongAnswer(
            lambda w, v, s, t, d_w, learning_rate, beta1, beta2, eps: _adam(
                w, v, s, t, d_w, learning_rate, beta2, beta1, eps
            ),
            "After one gradient of {args[4]:g} your v is {got[1]:.3g}. Which beta belongs to the average of the gradients, and which to that of their squares?",
        ),
        WrongAnswer(
            lambda w, v, s, t, d_w, learning_rate, beta1, beta2, eps: _adam(
                w, v, s, t, d_w, learning_rate, 1 - beta1, 1 - beta2, eps
            ),
            "After one gradient of {args[4]:g} your v is {got[1]:.3g}: the new gradient has the share of the old average.",
        ),
        WrongAnswer(
            _wrong(power=False),
            "Step 1 is right. {shown}. How much has the start to answer for by then? Its share shrinks at every step; yours stays.",
        ),
        WrongAnswer(
            _wrong(divide=lambda s, eps: np.sqrt(s + eps)),
            "{shown}. Your epsilon stands under the root. With 1e-8 you would not notice; here it is {args[8]:g}.",
        ),
        WrongAnswer(
            _eps_before_the_correction,
            "{shown}. The correction of s also reaches your epsilon. It stands beside the root of the corrected s. The paper has your form too, for an epsilon of its own.",
        ),
        WrongAnswer(
            _wrong(divide=lambda s, eps: s + eps),
            "{shown}. s averages squares. What brings it back to the size of a gradient?",
        ),
        WrongAnswer(
            _wrong(correct=(True, False)),
            "{shown}. v is corrected, s is not, and s needs it more.",
        ),
        WrongAnswer(
            _wrong(correct=(False, True)),
            "{shown}. s is corrected, v is not.",
        ),
        WrongAnswer(
            _wrong(keep_corrected=True),
            lambda seen: f"The step is right. But you hand on v = {np.ravel(seen.got[1])[0]:.4g}, the corrected one: the next step would correct it again.",
        ),
        WrongAnswer(
            _wrong(square=False),
            "After one gradient of {args[4]:g} your s is {got[2]:.3g}: s averages the squares.",
        ),
        WrongAnswer(
            _wrong(sign=-1.0),
            "{shown}. The length is right, and it goes uphill.",
        ),
        WrongAnswer(
            lambda w, v, s, t, d_w, learning_rate, beta1, beta2, eps: _adam(
                w, v, s, t + 1, d_w, learning_rate, beta1, beta2, eps
            ),
            "{shown}. You correct for one step more than there were: t is 1 at the first.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Four lines: average the gradients, average their squares, correct both, step.",
        "After t steps the start still has the share beta to the power of t. So what is the sum of all other shares?",
        "Divide each average by that sum, in new names. Then one corrected average goes over the root of the other.",
    ),
    why="The first step is as long as the learning rate, whatever the gradient: that is why one rate suits so many networks. In coursekit it is `adam`.",
)  # fmt: skip

FIRST_STEP_OF_ADAM = Prediction(
    name="01.b",
    question="You forget Adam's bias correction, with beta1 = 0.9 and beta2 = 0.999. How long is the first step, measured in learning rates?",
    options=("about 0.1", "about 0.3", "1", "about 3"),
    answer="about 3",
    why="v is a tenth of the gradient, but s only a thousandth of its square, and the root of that is 0.032 of the gradient: 0.1 / 0.032 is 3.2. If you think of v alone, you say 0.1. With the correction the first step is exactly 1.",
)
