"""The training step of a network with batch norm: to write."""

import numpy as np

from coursekit.batchnorm import batchnorm_backward, batchnorm_forward
from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_values
from coursekit.softmax import softmax_loss

NAMES = "W1", "gamma", "beta", "W2", "b2"


def training_step(parameters, X, y, learning_rate):
    W1, gamma, beta, W2, b2 = parameters
    z_tilde, cache = batchnorm_forward(X @ W1, gamma, beta)
    a = np.maximum(z_tilde, 0)
    _, d_z2 = softmax_loss(a @ W2 + b2, y)
    d_z_tilde = d_z2 @ W2.T * (a > 0)
    d_z1, d_gamma, d_beta = batchnorm_backward(d_z_tilde, cache)
    gradients = X.T @ d_z1, d_gamma, d_beta, a.T @ d_z2, d_z2.sum(axis=0)
    return tuple(p - learning_rate * d for p, d in zip(parameters, gradients, strict=True))


def _gradients(parameters, X, y, *, mode="batch"):
    """Return the gradients, with a mistake: the wrong statistics, or a backward pass that leaves something out."""
    W1, gamma, beta, W2, b2 = parameters
    z = X @ W1
    if mode == "features":
        z_norm = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
        z_tilde = gamma * z_norm + beta
    else:
        z_tilde, cache = batchnorm_forward(z, gamma, beta)
        z_norm = cache.centered * cache.inv_std
    a = np.maximum(z_tilde, 0)
    _, d_z2 = softmax_loss(a @ W2 + b2, y)
    d_z_tilde = d_z2 @ W2.T * (1 if mode == "no relu" else a > 0)
    d_gamma, d_beta = (d_z_tilde * z_norm).sum(axis=0), d_z_tilde.sum(axis=0)
    if mode == "features":
        d_norm = d_z_tilde * gamma
        means = d_norm.mean(axis=1, keepdims=True), (d_norm * z_norm).mean(axis=1, keepdims=True)
        d_z1 = (d_norm - means[0] - z_norm * means[1]) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
    elif mode == "constants":
        d_z1 = d_z_tilde * gamma * cache.inv_std
    elif mode == "skipped":
        d_z1 = d_z_tilde
    else:
        d_z1, *_ = batchnorm_backward(d_z_tilde, cache)
    return X.T @ d_z1, d_gamma, d_beta, a.T @ d_z2, d_z2.sum(axis=0)


def _step(parameters, X, y, learning_rate, *, mode="batch", sign=-1.0, still=()):
    gradients = _gradients(parameters, X, y, mode=mode)
    return tuple(
        p if name in still else p + sign * learning_rate * d
        for name, p, d in zip(NAMES, parameters, gradients, strict=True)
    )


def _one_after_the_other(parameters, X, y, learning_rate):
    """Update the last layer first, and take the gradient back through the new W2."""
    W1, gamma, beta, W2, b2 = parameters
    *_, d_W2, d_b2 = _gradients(parameters, X, y)
    new = W2 - learning_rate * d_W2
    z_tilde, cache = batchnorm_forward(X @ W1, gamma, beta)
    a = np.maximum(z_tilde, 0)
    _, d_z2 = softmax_loss(a @ W2 + b2, y)
    d_z1, d_gamma, d_beta = batchnorm_backward(d_z2 @ new.T * (a > 0), cache)
    first = W1 - learning_rate * X.T @ d_z1, gamma - learning_rate * d_gamma, beta - learning_rate * d_beta
    return *first, new, b2 - learning_rate * d_b2


def _cases():
    rng = np.random.default_rng(82)
    cases = []
    for m, n, n_hidden, n_classes, rate in ((7, 4, 5, 3, 0.5), (12, 3, 6, 4, 0.1)):
        parameters = (
            rng.normal(size=(n, n_hidden)), rng.uniform(0.5, 1.5, n_hidden), rng.normal(0.3, 0.5, n_hidden),
            rng.normal(size=(n_hidden, n_classes)), rng.normal(size=n_classes),
        )  # fmt: skip
        cases.append((parameters, rng.normal(1, 2, (m, n)), rng.integers(0, n_classes, m).tolist(), rate))
    return cases


def _moved(seen: Seen, i: int) -> str:
    """Say how far a parameter went, and how far it should have gone."""
    before = seen.args[0][i]
    went, should = (np.abs(np.asarray(result[i]) - before).max() for result in (seen.got, seen.expected))
    return f"{NAMES[i]} moved by up to {went:.3g}, and should by up to {should:.3g}"


def _loss(seen: Seen, parameters) -> float:
    W1, gamma, beta, W2, b2 = parameters
    z_tilde, _ = batchnorm_forward(seen.args[1] @ W1, gamma, beta)
    return float(softmax_loss(np.maximum(z_tilde, 0) @ W2 + b2, seen.args[2])[0])


def _which(seen: Seen) -> str:
    """Name what is wrong in an answer that nobody has met."""
    if not isinstance(seen.got, tuple | list) or len(seen.got) != len(NAMES):
        return "Return a tuple of 5 arrays: W1, gamma, beta, W2 and b2 after the step."
    shapes = [(name, np.shape(got), np.shape(before)) for name, got, before in
              zip(NAMES, seen.got, seen.args[0], strict=True) if np.shape(got) != np.shape(before)]  # fmt: skip
    if shapes:
        name, got, before = shapes[0]
        return f"{name} had shape {before}, and comes back with shape {got}."
    wrong = [i for i, (got, expected) in enumerate(zip(seen.got, seen.expected, strict=True))
             if not same_values(got, expected)]  # fmt: skip
    others = ", ".join(name for i, name in enumerate(NAMES) if i not in wrong) or "none of the others"
    return f"After one step {_moved(seen, wrong[0])}. Right are: {others}."


TRAINING_STEP = Exercise(
    name="08.2",
    prompt="Write `training_step(parameters, X, y, learning_rate)`: one step of gradient descent for X, W1, batch norm, ReLU, W2 + b2, softmax. `parameters` is (W1, gamma, beta, W2, b2), and so is what you return. You may use `batchnorm_forward`, `batchnorm_backward`, `softmax_loss`.",
    solution=training_step,
    cases=_cases,
    wrong_answers=(
        WrongAnswer(
            lambda *args: _step(*args, sign=1.0),
            lambda seen: (
                f"The loss of this batch went from {_loss(seen, seen.args[0]):.3f} to {_loss(seen, seen.got):.3f}. You have taken a step, and a good one, uphill."
            ),
        ),
        WrongAnswer(
            lambda *args: _step(*args, still=("beta",)),
            lambda seen: (
                f"{_moved(seen, 2)}. Did it get the sum of d_z1? That is the gradient of a b before batch norm, and it is 0. Beta is added behind batch norm, not before it."
            ),
        ),
        WrongAnswer(
            lambda *args: _step(*args, still=("gamma",)),
            lambda seen: f"{_moved(seen, 1)}. Everything else is right: what does `batchnorm_backward` return second?",
        ),
        WrongAnswer(
            lambda *args: _step(*args, still=("gamma", "beta")),
            "W1, W2 and b2 are right. Gamma and beta stand where they stood: they are learned too, by the same rule.",
        ),
        WrongAnswer(
            lambda *args: _step(*args, mode="features"),
            lambda seen: (
                f"You normalise each example over its {len(seen.args[0][1])} units. That is layer norm; batch norm takes each unit over the examples."
            ),
        ),
        WrongAnswer(
            lambda *args: _step(*args, mode="constants"),
            lambda seen: (
                f"{_moved(seen, 0)}; the rest is right. Mean and variance depend on W1 as well: two of the three paths back to z are missing."
            ),
        ),
        WrongAnswer(
            lambda *args: _step(*args, mode="skipped"),
            lambda seen: f"{_moved(seen, 0)}. Its gradient went past batch norm, straight from z~ to W1.",
        ),
        WrongAnswer(
            lambda *args: _step(*args, mode="no relu"),
            lambda seen: (
                f"{_moved(seen, 2)}. W2 and b2 are right, what lies before the ReLU is not: where it cut off, nothing comes back."
            ),
        ),
        WrongAnswer(
            _one_after_the_other,
            lambda seen: (
                f"{_moved(seen, 0)}. W2 had been updated when you took the gradient back through it. First all gradients, then all steps."
            ),
        ),
        WrongAnswer(
            lambda *args: _gradients(*args[:3]),
            "These are the gradients, and they are right. The step is still to come.",
        ),
        WrongAnswer(
            lambda parameters, X, y, learning_rate: (
                *training_step(parameters, X, y, learning_rate)[:4],
                parameters[4] - (parameters[4] - training_step(parameters, X, y, learning_rate)[4]) / len(y),
            ),
            "b2 moves too little, by the size of the batch: `softmax_loss` divides by it already, and you take the mean once more.",
        ),
    ),
    otherwise=_which,
    hints=(
        "Forward: z, `batchnorm_forward`, the ReLU, the logits, `softmax_loss`, which also returns d_z2.",
        "Backward, from the end: through W2, through the ReLU, through `batchnorm_backward`, which returns three gradients, to W1.",
        "Gradients of gamma and beta come out of `batchnorm_backward`. Then the same rule for all five.",
    ),
    why="That is all that batch norm changes in a training step: one call forward, one back, and two more names in the update.",
)
