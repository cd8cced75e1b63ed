"""Saturated layers and the noise of a batch: to write; and what batch norm does about a shift: to predict."""

import numpy as np

from coursekit.lab.exercise import Exercise, Prediction, Seen, WrongAnswer


def saturated_shares(layers, limit):
    return np.array([np.mean(np.abs(a) > limit) for a in layers])


def _layers():
    rng = np.random.default_rng(9)
    wide = [np.tanh(rng.normal(0.3, sd, (40, n))) for sd, n in ((0.5, 7), (2, 7), (5, 4))]
    return [(wide, 0.97), (wide[:2], 0.9)]


def _shares(seen: Seen) -> str:
    got, expected = (np.round(np.asarray(each, float), 3).tolist() for each in (seen.got, seen.expected))
    return f"For {len(seen.args[0])} layers and a limit of {seen.args[1]} yours are {got}; expected {expected}"


SATURATED_SHARES = Exercise(
    name="09.3",
    prompt="Write `saturated_shares(layers, limit)`: for each layer's activations, shape (m, n), the share that lies beyond the limit on either side.",
    solution=saturated_shares,
    cases=_layers,
    shows=_shares,
    wrong_answers=(
        WrongAnswer(
            lambda layers, limit: np.array([np.mean(a > limit) for a in layers]),
            "{shown}. A tanh has two flat ends.",
        ),
        WrongAnswer(
            lambda layers, limit: np.array([np.mean(np.any(np.abs(a) > limit, axis=0)) for a in layers]),
            "{shown}. Yours is the share of units that are there for at least one example.",
        ),
        WrongAnswer(
            lambda layers, limit: np.array([np.mean(np.any(np.abs(a) > limit, axis=1)) for a in layers]),
            "{shown}. Yours is the share of examples for which at least one unit is there.",
        ),
        WrongAnswer(
            lambda layers, limit: np.array([np.sum(np.abs(a) > limit) for a in layers]),
            "{shown}. You count them. Layers of different widths need a share.",
        ),
        WrongAnswer(
            lambda layers, limit: np.array([np.mean(np.abs(a) < limit) for a in layers]),
            "{shown}. Those are the ones that can still learn.",
        ),
        WrongAnswer(
            lambda layers, limit: [np.mean(np.abs(a) > limit, axis=0) for a in layers],
            "That is a share for each unit. Asked for is one for each layer, over all its units.",
        ),
        WrongAnswer(
            lambda layers, limit: [np.mean(a < -limit) for a in layers],
            "{shown}. You count one side, that below -limit. There is another.",
        ),
        WrongAnswer(
            lambda layers, limit: [np.sum(np.abs(a) > limit) / len(a) for a in layers],
            "{shown}. You divide by the number of examples: that is how many units are saturated on average. The share is of all activations, m times n.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Which activations are beyond the limit, above or below? An array of True and False.",
        "The mean of True and False is the share of True.",
        "Once for each layer.",
    ),
    why="Where tanh is flat its slope is next to 0, and a unit there learns next to nothing from this example. One line a layer tells you, before a training is wasted.",
)


def batch_noise(batches, eps):
    z = np.asarray(batches)
    z_norm = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + eps)
    return z_norm[:, 0].std(axis=0)


def _normed(batches, eps, axis=1):
    z = np.asarray(batches)
    return (z - z.mean(axis=axis, keepdims=True)) / np.sqrt(z.var(axis=axis, keepdims=True) + eps)


def _batches():
    cases = []
    for seed, (k, m, n) in enumerate(((30, 4, 3), (12, 20, 2))):
        rng = np.random.default_rng(seed)
        z = rng.normal(rng.normal(size=n), rng.uniform(0.5, 3, n), (k, m, n))
        z[:, 0] = z[0, 0]
        cases.append((z, 1e-5))
    return cases


def _noise(seen: Seen) -> str:
    k, m, _ = np.shape(seen.args[0])
    return f"For {k} batches of {m} the first unit gets {np.ravel(seen.got)[0]:.3g}; expected {seen.expected[0]:.3g}"


BATCH_NOISE = Exercise(
    name="09.4",
    prompt="Write `batch_noise(batches, eps)`: `batches` has shape (k, m, n), and the first example of every batch is the same one. Normalise each batch by itself; return the standard deviation, over the k batches, of what becomes of that example, for each of the n units.",
    solution=batch_noise,
    cases=_batches,
    shows=_noise,
    wrong_answers=(
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps, axis=(0, 1))[:, 0].std(axis=0),
            "{shown}. The example comes out the same in every batch. So it has been normalised by something that is the same for all of them, or not at all: what does a batch have of its own?",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps)[0].std(axis=0),
            "{shown}. That is the spread of one batch's examples: 1, whatever comes in.",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps)[:, 0].var(axis=0),
            "{shown}. Yours is a variance.",
        ),
        WrongAnswer(
            lambda batches, eps: np.asarray(batches).mean(axis=1).std(axis=0) + 0 * eps,
            "{shown}. Yours is how much the batches' means vary, in the unit of z. What becomes of the one example?",
        ),
        WrongAnswer(
            lambda batches, eps: (np.asarray(batches)[:, 0] / np.sqrt(np.asarray(batches).var(axis=1) + eps)).std(
                axis=0
            ),
            "{shown}. You divide, but take no mean off.",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps).std(axis=(0, 1)),
            "{shown}. You took the spread of all examples. Only the first one of each batch counts.",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps, axis=1).std(axis=0),
            "You give the spread of every place in the batch. Only the first example is the same in all batches: which row is it?",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps, axis=1)[:, 0].mean(axis=0),
            "{shown}. That is the mean of the example over the batches. How far does it move around that?",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps, axis=1)[:, 0].std(),
            "One number: the units lie in it as well, and they differ anyway. Over the batches, for each unit.",
        ),
        WrongAnswer(
            lambda batches, eps: _normed(batches, eps, axis=1)[:, -1].std(axis=0),
            "{shown}. You follow the last example, and that is another one in each batch. Which one is in all of them?",
        ),
        WrongAnswer(
            lambda batches, eps: (
                (batches - batches.mean(axis=1, keepdims=True)) / (batches.std(axis=1, keepdims=True) + eps)
            )[:, 0].std(axis=0),
            "Nearly: your eps stands outside of the root. It belongs to the variance.",
        ),
    ),
    otherwise="{shown}.",
    hints=(
        "Mean and variance of a batch are over its examples: which axis is that, of (k, m, n)?",
        "`keepdims=True` keeps the shapes fitting.",
        "Then look at example 0 of every batch, and at how it varies over the batches.",
    ),
    why="Nothing in it is random but the company. In training, that is the noise of batch norm: about 1/m of variance from the mean, and half as much from the standard deviation.",
)

BRIGHTER = Prediction(
    name="09.a",
    question="A network with batch norm reads 97% of the test digits. Now 4 of 16 grey levels are added to every pixel of the test set. Batch norm uses its training statistics, as always at test time. How many digits does it read?",
    options=("about 97%: batch norm takes it off again", "about 80%", "about 50%", "about 10%"),
    answer="about 10%",
    why="At test time batch norm is a fixed line, unit by unit, and takes off what it saw in training. A network with fixed lines in it shifts as any other does. The 97% would need statistics of the bright digits.",
)

INVERTED = Prediction(
    name="09.b",
    question="White on black becomes black on white: each pixel x is replaced by 16 - x. This time batch norm may measure the new digits, and uses their own mean and variance. How many does it read?",
    options=("about 97%", "about 50%", "about 10%, by chance", "fewer than 1%"),
    answer="fewer than 1%",
    why="Each unit gets mean 0 and variance 1, exactly as in training, and minus what it was trained on. Mean and variance are perfect; what they are taken from is upside down. With all signs turned it is worse than chance.",
)

WELL_TUNED = Prediction(
    name="09.d",
    question="Three hidden layers of ReLUs, 5 epochs of gradient descent. Without batch norm the best pair of first weights and learning rate, He's weights and 0.3, gives 96% of the test digits. What does batch norm do there?",
    options=("it raises it to 99% or more", "it gains or loses a point at most", "it loses 5 points or more"),
    answer="it gains or loses a point at most",
    why="What batch norm widens is the range of rates and weights that work. At a pair that works well anyway there is little to gain in a network as shallow as this.",
)

LIKE_DROPOUT = Prediction(
    name="09.e",
    question="The statistics of a batch are noisy, and dropout is noise, too. Which dropout is about as strong as the noise of batches of 50?",
    options=("half of the units", "a fifth", "about 3 in 100", "1 in 10,000"),
    answer="about 3 in 100",
    why="A mean of 50 has a variance of 1/50 of the whole, the standard deviation adds about half as much: 1.5/50. Dropping a share p varies by p / (1 - p), so p is about 3%. The usual half would need batches of fewer than 2.",
)
