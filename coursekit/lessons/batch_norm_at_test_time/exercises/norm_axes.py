"""Over which axes is the mean: to predict, to write, and a batch norm of images to find the bug in."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def norm_over(z, axes, eps):
    mean = z.mean(axis=axes, keepdims=True)
    var = z.var(axis=axes, keepdims=True)
    return (z - mean) / np.sqrt(var + eps)


def _axis_by_axis(z, axes, eps):
    mean, var = z, z
    for axis in axes:
        mean, var = mean.mean(axis=axis, keepdims=True), var.var(axis=axis, keepdims=True)
    return (z - mean) / np.sqrt(var + eps)


def _one_after_the_other(z, axes, eps):
    for axis in axes:
        z = norm_over(z, axis, eps)
    return z


def _others(z, axes):
    return tuple(axis for axis in range(z.ndim) if axis not in axes)


def _cases():
    rng = np.random.default_rng(106)
    z = rng.normal(rng.normal(size=4), rng.uniform(0.5, 3, 4), (3, 2, 5, 4))
    places = ((1, 2, 3), 1e-5), ((0, 1, 2), 1e-5), ((1, 2), 1e-3)
    return [(z.copy(), *each) for each in places] + [(z[:, 0].copy(), (2,), 1e-5)]


def _got(seen: Seen) -> str:
    shape, axes = np.shape(seen.args[0]), seen.args[1]
    return f"For shape {shape} and axes {axes} the first value is {np.ravel(seen.got)[0]:.4g}"


def _is(seen: Seen) -> str:
    return f"{_got(seen)}; expected {np.ravel(seen.expected)[0]:.4g}"


NORM_OVER = Exercise(
    name="10.6",
    prompt="Write `norm_over(z, axes, eps)`: normalise z with one mean and one variance over a tuple of axes. It is batch norm of images for the axes (0, 1, 2), layer norm for (1, 2, 3), and instance norm for (1, 2). There is no gamma and no beta.",
    solution=norm_over,
    cases=_cases,
    shows=_is,
    wrong_answers=(
        WrongAnswer(
            _axis_by_axis,
            "{shown}. You take one axis after the other. A mean of means is the mean here, but a variance of variances is something else. NumPy takes a tuple of axes.",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, _others(z, axes), eps),
            "{shown}. You take the mean over the axes that were *not* named.",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, tuple(range(z.ndim)), eps),
            "{shown}. You take one mean over everything. Which axes were asked for?",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, (0,), eps),
            "{shown}. You always take axis 0. That is right for rows of examples, not for images.",
        ),
        WrongAnswer(
            lambda z, axes, eps: (z - z.mean(axis=axes, keepdims=True)) / (z.var(axis=axes, keepdims=True) + eps),
            "{shown}. You divide by a variance.",
        ),
        WrongAnswer(
            lambda z, axes, eps: (z - z.mean(axis=axes, keepdims=True)) / (z.std(axis=axes, keepdims=True) + eps),
            "{shown}. Your eps stands outside of the root.",
        ),
        WrongAnswer(
            lambda z, axes, eps: (z - z.mean(axis=axes)) / np.sqrt(z.var(axis=axes) + eps),
            "Shapes do not fit: the mean over those axes has fewer axes than z. `keepdims=True` leaves a 1 in their place, and then NumPy lines them up.",
        ),
        WrongAnswer(
            lambda z, axes, eps: (
                (z - z.mean(axis=axes, keepdims=True)) / np.sqrt(z.var(axis=axes, keepdims=True, ddof=1) + eps)
            ),
            "{shown}. Your variance divides by one less than the number of values.",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, axes[-1], eps),
            "{shown}. You take the last of the axes alone. All that are named go into one mean.",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, axes[0], eps),
            "{shown}. You take the first of the axes alone. All that are named go into one mean.",
        ),
        WrongAnswer(
            lambda z, axes, eps: norm_over(z, (0, 1, 2), eps),
            "{shown}. You take the axes 0, 1 and 2, whatever is named. That is batch norm of images; `axes` may name others.",
        ),
        WrongAnswer(
            _one_after_the_other,
            "{shown}. You normalise along one axis, and what comes out along the next. One mean and one variance over all of them together were asked for. NumPy takes a tuple of axes.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "`z.mean(axis=(1, 2))` takes one mean over both axes.",
        "With `keepdims=True` the result still has all axes of z, so that z minus the mean works.",
        "The same for the variance; eps goes under the root.",
    ),
    why="One function, and the axes decide which norm it is; group norm is a reshape first. The gammas have other shapes, too: one per channel, but one per feature in layer norm.",
)


def image_batch_norm(images, eps):
    last = np.moveaxis(images, 1, -1)
    rows = last.reshape(-1, images.shape[1])
    z_norm = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + eps)
    return np.moveaxis(z_norm.reshape(last.shape), -1, 1)


def found_image_batch_norm(images, eps):
    rows = images.reshape(-1, images.shape[1])  # a pixel per row, a channel per column
    z_norm = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + eps)
    return z_norm.reshape(images.shape)


def _images():
    rng = np.random.default_rng(107)
    return [(rng.normal(rng.normal(0, 5, (1, c, 1, 1)), 1, (n, c, h, w)), 1e-5) for n, c, h, w in
            ((4, 3, 2, 5), (2, 4, 3, 3))]  # fmt: skip


def _channel(seen: Seen) -> str:
    got = np.asarray(seen.got, float)
    return f"Channel 0 of what you return has mean {got[:, 0].mean():.3g} and variance {got[:, 0].var():.3g}"


IMAGE_BATCH_NORM = Exercise(
    name="10.7",
    prompt="PyTorch's images have the shape (N, C, H, W): the channels come second. This function lays the pixels out in rows, so that batch norm of rows gives batch norm of images: every channel should come out with mean 0 and variance 1. It runs, and does not. Find the bug and mend it.",
    solution=image_batch_norm,
    found=found_image_batch_norm,
    cases=_images,
    shows=_channel,
    wrong_answers=(
        WrongAnswer(
            found_image_batch_norm,
            "{shown}. `reshape` reads the numbers as they lie in memory: the last axis first. Which axis is last here, and which one has to be, so that every column of the rows is one channel?",
        ),
        WrongAnswer(
            lambda images, eps: found_image_batch_norm(np.moveaxis(images, 1, -1), eps),
            "The shape of what you return is not that of the images, or its channels are not where they were.",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images, (0,), eps),
            "{shown}. Yours has a mean for every pixel of every channel. A channel has one.",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images, (2, 3), eps),
            "{shown}, but every image is normalised by itself: that is instance norm. The batch is the first axis.",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images, (1, 2, 3), eps),
            "{shown}. Every image has one mean for all its channels: that is layer norm.",
        ),
        WrongAnswer(
            lambda images, eps: np.moveaxis(norm_over(np.moveaxis(images, 1, -1), (0, 1, 2), eps), -1, 1).reshape(
                len(images), images.shape[2], images.shape[3], -1
            ),
            "The numbers are right, and the shape is not: hand the images back as (N, C, H, W).",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images, (0, 1, 2), eps),
            "{shown}. You leave the last axis out of the mean: here that is the width, and the channels stand second.",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images, (0, 1, 2, 3), eps),
            "{shown}. One mean for everything: a channel has its own.",
        ),
        WrongAnswer(
            lambda images, eps: norm_over(images.reshape(images.shape[1], -1), (1,), eps).reshape(images.shape),
            "{shown}. `reshape` cuts the numbers into as many pieces as there are channels, in the order of memory: the images come first there. Bring the channels to the front or to the end before.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "`np.moveaxis(images, 1, -1)` puts the channels last: (N, H, W, C).",
        "Then `reshape(-1, C)` gives a pixel per row and a channel per column.",
        "On the way back: reshape to (N, H, W, C) first, then move the channels to place 1.",
    ),
    why="A reshape never complains. With one that mixes the channels the network would train all the same, and only a check like this one shows it. The same result needs no reshape at all: take mean and variance over the axes (0, 2, 3).",
)

IMAGE_STATISTICS = Prediction(
    name="10.e",
    question="A convolutional layer gives 32 images of 14 x 14 pixels with 64 channels. Batch norm of images has one gamma, one beta and one mean per channel. Over how many numbers is each mean taken?",
    options=("32", "196", "6,272", "401,408"),
    answer="6,272",
    why="A channel is what a unit was before: one filter, used at every place. So every pixel of every image is one more example of it: 32 x 14 x 14 = 6,272. 32 would be a mean per place, 196 a mean per image (instance norm), and 401,408 one mean for everything.",
)
