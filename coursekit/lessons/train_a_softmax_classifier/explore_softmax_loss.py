"""The softmax loss: which probabilities count, and what one step of its gradient does to the logits."""

import numpy as np

from coursekit.lab.controls import Dropdown, Slider
from coursekit.lab.explorer import Explorer, Words
from coursekit.lessons.train_a_softmax_classifier.picture_softmax_loss import CLASSES, MOST_STEPS, Answer, Descent
from coursekit.lessons.train_a_softmax_classifier.picture_softmax_loss import step_by_step as step_by_step_picture
from coursekit.lessons.train_a_softmax_classifier.picture_softmax_loss import what_counts as what_counts_picture
from coursekit.scales import IntegerScale, LinearScale, LogScale
from coursekit.softmax import softmax, softmax_loss

CAT = (0.3, 0.2, 0.1, 0.4)  # what the lecture's network says of a cat


def answer(truth: str, cat: float, none: float, dog: float) -> Answer:
    """Give the cat its probability, and deal the rest out among the others: to none of these, then to the dog."""
    rest = 1 - cat
    left = (1 - none) * rest
    return Answer(np.array([none * rest, cat, dog * left, (1 - dog) * left]), CLASSES.index(truth))


def describe_answer(state: Answer) -> Words:
    """Say what the loss is, and that three of its four terms are 0."""
    p = state.p[state.truth]
    named = ", ".join(f"{name} {share:.3g}" for name, share in zip(CLASSES, state.p, strict=True))
    return Words(
        f"Loss {state.loss:.3f} = \u2212log {p:.3g}",
        f"The network says: {named}. The truth is: {CLASSES[state.truth]}. Its term of the loss is {state.loss:.3f}, "
        f"the other three terms are 0: however the other {1 - p:.3g} is dealt out, the loss stays.",
    )


def descend(truth: str, learning_rate: float, n_steps: int) -> Descent:
    """Start at the lecture's probabilities, and follow the gradient of the loss with respect to the logits."""
    y = CLASSES.index(truth)
    z = [np.log(CAT)]
    for _ in range(n_steps):
        _, d_z = softmax_loss(z[-1:], [y])
        z.append(z[-1] - learning_rate * d_z[0])
    losses, _ = softmax_loss(z, [y] * len(z), reduction="none")
    return Descent(np.array(z), softmax(z), losses, y, learning_rate)


def describe_descent(state: Descent) -> Words:
    """Say where the loss is, and what pushes on which logit."""
    n_steps, push = len(state.losses) - 1, -state.gradient
    total = abs(round(float(push.sum()), 6))
    others = ", ".join(
        f"{name} {each:.3f}" for i, (name, each) in enumerate(zip(CLASSES, push, strict=True)) if i != state.truth
    )
    return Words(
        f"After {n_steps} step{'s' * (n_steps != 1)}: {CLASSES[state.truth]} {state.p[-1, state.truth]:.3f}, "
        f"loss {state.losses[-1]:.3f}",
        f"The next step pushes the true class up by {push[state.truth]:.3f} times the rate of "
        f"{state.learning_rate:g}, and the others down: {others}. The four pushes sum to {total:.0f}.",
    )


SOFTMAX_LOSS = Explorer(
    name="softmax-loss",
    title="Which probabilities count in the loss?",
    task="Deal the rest out anew with the last two sliders: does the loss move? Then make it as large as you can.",
    controls=(
        Dropdown("truth", CLASSES, "cat", "the truth"),
        Slider("cat", LogScale(0.001, 0.99), 0.2, "probability of cat"),
        Slider("none", LinearScale(0.05, 0.95), 0.375, "none, of the rest"),
        Slider("dog", LinearScale(0.05, 0.95), 0.2, "dog, of what is left"),
    ),
    compute=answer,
    picture=what_counts_picture,
    describe=describe_answer,
)

SOFTMAX_STEP = Explorer(
    name="softmax-step",
    title="Where does one step of the gradient move the probabilities?",
    task="Go step by step, and watch the arrows shrink. Which wrong class is pushed hardest? Then make the true class "
    "the one that leads already.",
    controls=(
        Slider("learning_rate", LogScale(0.03, 10), 0.5, "learning rate"),
        Slider("n_steps", IntegerScale(0, MOST_STEPS), 1, "steps", plays=True),
        Dropdown("truth", CLASSES, "cat", "the truth"),
    ),
    compute=descend,
    picture=step_by_step_picture,
    describe=describe_descent,
)
