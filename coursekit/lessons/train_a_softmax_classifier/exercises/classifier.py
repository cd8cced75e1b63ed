"""Training a classifier: to predict, and the training loop to write."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer
from coursekit.softmax import softmax_loss


def train_softmax(X, y, W, learning_rate, batch_size, n_epochs):
    trained = W.copy()
    for _ in range(n_epochs):
        for start in range(0, len(y), batch_size):
            X_batch, y_batch = X[start : start + batch_size], y[start : start + batch_size]
            _, d_z = softmax_loss(X_batch @ trained, y_batch)
            trained -= learning_rate * X_batch.T @ d_z
    return trained


def _loop(X, y, W, batch_size, n_epochs, step):
    """Go through the batches, and let ``step`` make a new W of (W, the slope, the batch's size)."""
    for _ in range(n_epochs):
        for start in range(0, len(y), batch_size):
            X_batch, y_batch = X[start : start + batch_size], y[start : start + batch_size]
            _, d_z = softmax_loss(X_batch @ W, y_batch)
            W = step(W, X_batch.T @ d_z, len(y_batch))
    return W


def _uphill(X, y, W, learning_rate, batch_size, n_epochs):
    return _loop(X, y, W, batch_size, n_epochs, lambda W, d_W, _: W + learning_rate * d_W)


def _share_twice(X, y, W, learning_rate, batch_size, n_epochs):
    return _loop(X, y, W, batch_size, n_epochs, lambda W, d_W, m: W - learning_rate * d_W / m)


def _share_lost(X, y, W, learning_rate, batch_size, n_epochs):
    return _loop(X, y, W, batch_size, n_epochs, lambda W, d_W, m: W - learning_rate * d_W * m)


def _never_zeroed(X, y, W, learning_rate, batch_size, n_epochs):
    total = np.zeros_like(W)

    def step(W, d_W, m):
        nonlocal total
        total += d_W
        return W - learning_rate * total

    return _loop(X, y, W, batch_size, n_epochs, step)


def _stale(X, y, W, learning_rate, batch_size, n_epochs):
    first = W
    for _ in range(n_epochs):
        for start in range(0, len(y), batch_size):
            X_batch, y_batch = X[start : start + batch_size], y[start : start + batch_size]
            _, d_z = softmax_loss(X_batch @ first, y_batch)
            W = W - learning_rate * X_batch.T @ d_z
    return W


def _whole_batches_only(X, y, W, learning_rate, batch_size, n_epochs):
    n = len(y) // batch_size * batch_size
    return train_softmax(X[:n], y[:n], W, learning_rate, batch_size, n_epochs)


def _one_epoch(X, y, W, learning_rate, batch_size, n_epochs):
    return train_softmax(X, y, W, learning_rate, batch_size, 1)


def _full_batch(X, y, W, learning_rate, batch_size, n_epochs):
    return train_softmax(X, y, W, learning_rate, len(y), n_epochs)


def _first_batch(X, y, W, learning_rate, batch_size, n_epochs):
    return train_softmax(X[:batch_size], y[:batch_size], W, learning_rate, batch_size, n_epochs)


def _cases():
    rng = np.random.default_rng(3)
    cases = []
    for (m, n, n_classes), rate, batch_size, n_epochs in (((10, 3, 4), 0.5, 4, 3), ((7, 2, 3), 0.1, 3, 5)):
        X, y = rng.normal(size=(m, n)), rng.integers(0, n_classes, m)
        cases.append((X, y, rng.normal(size=(n, n_classes)), rate, batch_size, n_epochs))
    return cases


def _losses(seen: Seen) -> str:
    X, y, W = seen.args[:3]
    before, after = (softmax_loss(X @ np.asarray(each, float), y)[0] for each in (W, seen.got))
    return f"The loss on all {len(y)} examples goes from {before:.3f} to {after:.3f}"


TRAINING_LOOP = Exercise(
    name="12.3",
    prompt="Write `train_softmax(X, y, W, learning_rate, batch_size, n_epochs)`: softmax regression in mini-batches, in the order of the rows, the last one shorter if need be. Logits are X W; `softmax_loss(z, y)` gives the loss and its gradient. Return the W at the end.",
    solution=train_softmax,
    cases=_cases,
    shows=_losses,
    wrong_answers=(
        WrongAnswer(_uphill, "{shown}: you climb. Against which direction does a loss fall?"),
        WrongAnswer(
            _share_twice,
            "{shown}: the steps are too short, by the size of the batch. `softmax_loss` has taken the mean already.",
        ),
        WrongAnswer(
            _share_lost,
            "{shown}: the steps are too long, by the size of the batch. The loss is a mean.",
        ),
        WrongAnswer(
            _never_zeroed,
            "{shown}. Every step repeats all slopes before it: you add gradients up and never start anew. In PyTorch that is a forgotten `zero_grad`.",
        ),
        WrongAnswer(
            _stale,
            "{shown}. All your slopes are taken at the W that you began with. Where are you after a step?",
        ),
        WrongAnswer(
            _whole_batches_only,
            lambda seen: (
                f"With {len(seen.args[1])} examples in batches of {seen.args[4]}, the last {len(seen.args[1]) % seen.args[4]} never teach anything."
            ),
        ),
        WrongAnswer(_one_epoch, "{shown}: you go through the examples once, not n_epochs times."),
        WrongAnswer(
            _full_batch,
            "{shown}: one step an epoch, from all examples. What is `batch_size` for?",
        ),
        WrongAnswer(
            _first_batch,
            "{shown}. The first {args[4]} examples come again and again, the others never.",
        ),
        WrongAnswer(
            lambda X, y, W, learning_rate, batch_size, n_epochs: train_softmax(
                X, y[np.arange(len(y)) % batch_size], W, learning_rate, batch_size, n_epochs
            ),
            "{shown}: each batch learns the labels of the first one. Cut y as you cut X.",
        ),
    ),
    otherwise=lambda seen: (
        f"{_losses(seen)}; it should go to {softmax_loss(seen.args[0] @ seen.expected, seen.args[1])[0]:.3f}."
    ),
    hints=(
        "Two loops, one in the other: epochs, and in each the places 0, batch_size, 2 batch_size, ... where a batch starts.",
        "In a batch: logits, then `softmax_loss`, which returns the loss and d_z. From z = X W, the slope of W is X transposed times d_z.",
        "`X[start : start + batch_size]` is shorter at the end by itself.",
    ),
    why="These few lines are all of training. A network adds layers between X and z, an optimizer another rule for the step, and a shuffle before each epoch; the loop stays.",
)

ONE_PIXEL = Prediction(
    name="12.d",
    question="The trained network names about 95% of the validation digits rightly. You shift all of them by one pixel to the left. What share does it still name rightly?",
    options=("about 95%", "about 80%", "about 60%", "less than 30%"),
    answer="less than 30%",
    why="To you it is the same digit. The network knows each pixel by its place, and ink on a pixel that was nearly always white in the training set weighs most of all: standardised, it is many standard deviations away.",
)

WRONG_LABELS = Prediction(
    name="12.e",
    question="One in five training labels is wrong, at random. You train for 30 epochs, and test on digits with the right labels. Without the mistakes you had 96.5%. And now?",
    options=("about 96%", "about 88%", "about 77%", "about 50%"),
    answer="about 88%",
    why="Random mistakes contradict each other, and the right labels outvote them. After 5 epochs it was even 91%: what the network does in the other 25 is to learn the mistakes by heart.",
)
