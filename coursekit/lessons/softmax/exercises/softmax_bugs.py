"""Find the bug: two mistakes about softmax that stood in real notes and in a real textbook."""

import numpy as np

from coursekit.lab.exercise import Exercise, Seen, WrongAnswer
from coursekit.lab.same import same_even_where_nan


def shares_one_by_one(z):
    t = np.exp(z)
    return np.array([t_i / sum(t_j for t_j in t) for t_i in t])


def found_shares_one_by_one(z):
    t = np.exp(z)
    return np.array([t_i / sum(t_i for t_j in t) for t_i in t])


def log_sum_exp(z):
    largest = z.max()
    return largest + np.log(np.sum(np.exp(z - largest)))


def found_log_sum_exp(z):
    z = z - z.max()  # translation invariant: taking the largest off changes nothing
    return np.log(np.sum(np.exp(z)))


def _shares(seen: Seen) -> str:
    shares = np.array2string(np.round(seen.got, 3), suppress_small=True)
    return f"For z = {seen.args[0]} your shares are {shares}"


def _value(seen: Seen) -> str:
    return f"For z = {seen.args[0]} it gives {float(np.round(seen.got, 3)):g}"


SUM_OVER_WHICH = Exercise(
    name="11.4",
    prompt="These notes divide by a sum over j of t_i. Find the bug and mend it.",
    solution=shares_one_by_one,
    found=found_shares_one_by_one,
    cases=lambda: [(np.array([5.0, 2.0, -1.0, 3.0]),), (np.array([1.0, -2.0, 0.5, 0.0, 2.0, -1.0]),)],
    shows=_shares,
    wrong_answers=(
        WrongAnswer(
            found_shares_one_by_one,
            "{shown}, and they are the same whatever z is. What changes in the sum from one j to the next?",
        ),
        WrongAnswer(
            lambda z: np.exp(z) / (np.exp(z).sum() - np.exp(z)),
            "{shown}. The first is above 1: a class is a part of the whole that it has a share of.",
        ),
        WrongAnswer(
            lambda z: np.exp(z) / np.exp(z[:4]).sum(),
            lambda seen: (
                f"Right for four classes. With {len(seen.args[0])} of them your shares sum to {np.sum(seen.got):.2f}."
            ),
        ),
        WrongAnswer(
            lambda z: np.exp(z) / np.sum(z),
            lambda seen: f"{_shares(seen)}: they sum to {np.sum(seen.got):.2f}. You divide powers by a sum of logits.",
        ),
        WrongAnswer(
            lambda z: np.exp(z) / len(z),
            lambda seen: (
                f"{_shares(seen)}: they sum to {np.sum(seen.got):.2f}. The number of classes is not the whole."
            ),
        ),
        WrongAnswer(
            lambda z: np.exp(z) / np.exp(z).max(),
            "{shown}. You divide by the largest power. Shares are parts of a whole: what is the whole?",
        ),
    ),
    otherwise=lambda seen: f"{_shares(seen)}, with the sum {np.sum(seen.got):.3f}.",
    hints=(
        "Take z = [5, 2, -1, 3] and the first t_i, 148. Write down the four terms of the sum that the line adds up.",
        "The sum should have another term for each class. Which of the two names changes while the sum is taken?",
    ),
    why="One letter, and no network would have learnt: a share of 1/4, whatever the logits are, has a gradient of 0. And the shares still sum to 1, so that this check alone would not have found it.",
)

TAKEN_OFF_AND_LOST = Exercise(
    name="11.5",
    prompt="A textbook calls log-sum-exp, the logarithm of the softmax denominator, translation invariant. Mend the function that believed it.",
    solution=log_sum_exp,
    found=found_log_sum_exp,
    cases=lambda: [(np.array([5.0, 2.0, -1.0, 3.0]),), (np.array([1000.0, 1001.0, 999.0]),), (np.full(5, -2000.0),)],
    same=same_even_where_nan,
    shows=_value,
    wrong_answers=(
        WrongAnswer(
            found_log_sum_exp,
            "{shown}, and for z + 100 it would give the same. But the sum of e^(z + 100) is e^100 times as large: by how much does its logarithm grow?",
        ),
        WrongAnswer(
            lambda z: np.log(np.sum(np.exp(z))),
            "Now it is right for small logits, but the overflow is back. {shown}, and it should be {expected:.3f}.",
        ),
        WrongAnswer(
            lambda z: np.log(np.sum(np.exp(z - z.max()))) - z.max(),
            "{shown}. You took the largest off twice, instead of giving it back.",
        ),
        WrongAnswer(
            lambda z: np.log(z.max() + np.sum(np.exp(z - z.max()))),
            "{shown}. You add the largest logit inside of the logarithm, to a sum of powers.",
        ),
        WrongAnswer(
            lambda z: z.max() + np.sum(np.exp(z - z.max())),
            "{shown}. The largest is given back; now the logarithm has gone.",
        ),
        WrongAnswer(
            lambda z: z.max() + np.log(np.mean(np.exp(z - z.max()))),
            lambda seen: (
                f"{_value(seen)}: too small by {np.asarray(seen.expected - seen.got):.3f}, which is the logarithm of {len(seen.args[0])}. You take a mean."
            ),
        ),
        WrongAnswer(
            lambda z: z.max() + np.log10(np.sum(np.exp(z - z.max()))),
            "For z = {args[0]} it gives {got:.4g}. You come back by `np.log10`; the powers are those of e.",
        ),
        WrongAnswer(
            lambda z: z.max() * np.log(np.sum(np.exp(z - z.max()))),
            "For z = {args[0]} it gives {got:.4g}. You multiply by the largest logit. Its power was divided out of the sum: what is that after a logarithm?",
        ),
    ),
    otherwise="{shown}; expected {expected:.3f}.",
    hints=(
        "Compare its result for z and for z + 1. Softmax does not change; does the sum of e^z?",
        "e^z is e^c times e^(z - c). A factor in a sum becomes a term outside of its logarithm.",
        "What you took off every logit comes back once, added to the logarithm.",
    ),
    why="Softmax is translation invariant; log-sum-exp moves along: logsumexp(z + c) = logsumexp(z) + c. You need it for log(softmax(z)) = z \u2212 logsumexp(z), which is how the loss is computed without overflow.",
)
