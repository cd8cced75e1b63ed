"""What to predict of batch norm, before it is seen."""

from coursekit.lab.exercise import Prediction

NEXT_INPUTS = Prediction(
    name="07.a",
    question="The digits are standardised. A network 64-50-50-10 with ReLUs has learned from them for 5 epochs. What are the means and standard deviations of what its second layer computes, unit by unit?",
    options=(
        "all means near 0, all sds near 1, as the inputs",
        "means from about -2 to 2, sds from about 0.7 to 1.8",
        "means from about -5 to 3, sds from about 1.6 to 5",
    ),
    answer="means from about -5 to 3, sds from about 1.6 to 5",
    why="Standardising reaches as far as the first product. Behind it come a ReLU, which lets no negative number through, and weights that nobody keeps in order. The middle answer is right at the start; training then more than doubles the spread.",
)

FAR_OUT = Prediction(
    name="07.b",
    question="A batch of five: 2, 4, 5, 6, 8. You move the last from 8 to 1,000,000. What does batch norm, with γ = 1 and β = 0, make of it?",
    options=("about 1,000,000", "about 500,000", "about 2", "about 0"),
    answer="about 2",
    why="It takes the mean and the standard deviation along with itself; by the old ones it would be 500,000. One far away from m - 1 equals ends at √(m - 1), however far it is: 2 in a batch of five, 1 in a batch of two. The other four pay for it: they are pressed together at -0.5.",
)

WHOSE_ORDER = Prediction(
    name="07.c",
    question="Batch norm gives every unit mean 0 and variance 1. Take one unit and all pairs among 1,200 digits. In how many pairs does it change which digit has the larger value?",
    options=("in about half", "in a few", "in none", "in all"),
    answer="in none",
    why="All values change, and their order does not. Over a batch it is one line per unit: subtract a number, divide by a positive number. A line keeps the order and the ratios of all distances. What it takes away is what all examples of the batch have in common.",
)

WHO_GETS_A_GRADIENT = Prediction(
    name="07.d",
    question="The loss depends on the output of example 5 alone: d_out is 0, 0, 0, 0, 1. How many of the five z get a gradient?",
    options=("one: example 5", "two", "all five", "none"),
    answer="all five",
    why="If each output were made of its own z alone, it would be one. But each z moves the mean and the variance, and these move output 5. Forward, one example moves five outputs; backward, one output pulls at five examples.",
)

THE_HIDDEN_BUG = Prediction(
    name="07.e",
    question="Somebody writes d_z = γ / sd · d_out, as if mean and variance were constants, and trains a network with it: Adam, 5 epochs. With the right gradient 97% of the test digits are right. And with theirs?",
    options=("about 10%", "about 60%", "about 85%", "about 96%"),
    answer="about 96%",
    why="A wrong gradient need not be a bad one: this one still points nearly the right way, with a cosine of 0.8 to 0.9 to the true one. The network learns, a little worse, and its test score does not tell. A nudge does.",
)

THROUGH_A_SIGMOID = Prediction(
    name="07.f",
    question="z_norm, with mean 0 and variance 1, goes through a sigmoid. You lay the best straight line through the result. What share of its variance does the line explain, in the average unit?",
    options=("about 25%", "about 50%", "about 75%", "more than 95%"),
    answer="more than 95%",
    why="A sigmoid is bent, but far out, and few values get there. Between -1 and 1, where most of z_norm lies, it is straight to within 0.02. So with γ = 1 and β = 0 a unit hardly uses the bend. γ and β let it choose how much of the bend it uses.",
)

STILL_DEAD = Prediction(
    name="07.g",
    question="At a learning rate of 0.1, far too high, 63% of the ReLUs in a second layer die: after training they are 0 for every digit. With batch norm before the ReLU, starting at γ = 1 and β = 0, how many are dead in the end?",
    options=("none", "about 7%", "about 30%", "about 63%"),
    answer="about 7%",
    why="While β is near 0 no unit can be dead, as about half of its z_norm lies above 0. But β and γ are learned, with the same high rate, and some β ends below all that γ z_norm reaches. From there no gradient leads back.",
)

EPS_AND_VARIANCE = Prediction(
    name="07.h",
    question="ε is 0.00001, and a unit's variance over the batch is 0.00001, too. What is the variance of its z_norm?",
    options=("1", "0.5", "0.00001"),
    answer="0.5",
    why="z_norm has the variance σ² / (σ² + ε): close to 1 where σ² is much larger than ε, a half where they are equal, and 0 for a constant. 'Every component has variance 1', say the notes, and for most units that is nearly so.",
)
