"""What is left after each step: an exercise and a prediction to begin with."""

from coursekit.lab.exercise import Exercise, Prediction, WrongAnswer


def share_left(share, n):
    return share**n


SHARE_LEFT = Exercise(
    name="99.1",
    prompt="Write `share_left(share, n)`: what is left after n steps, each of which keeps a share.",
    solution=share_left,
    cases=lambda: [(0.9, 10), (0.5, 3), (0.99, 100)],
    wrong_answers=(
        WrongAnswer(
            lambda share, n: 1 - n * (1 - share),
            "{args[1]} steps of {args[0]} leave you {got:.3g}. Does the second step take as much as the first?",
        ),
        WrongAnswer(lambda share, n: (1 - share) ** n, "You follow what each step takes away. What does it keep?"),
    ),
    otherwise="For {args} it gives {got}; expected {expected:.3g}.",
    hints=("What is left after two steps?", "Each step multiplies what is there by the same number."),
    why="Whatever keeps a share at each step falls like this, however it is dressed.",
)

HALF = Prediction(
    name="99.a",
    question="Each step keeps 90% of what was there. After how many steps is less than half left?",
    options=("2", "5", "7", "10"),
    answer="7",
    why="0.9 to the power of 6 is 0.53, and to the power of 7 it is 0.48. Five steps would do if each took 10% of the "
    "start; but each takes 10% of what is still there.",
)
