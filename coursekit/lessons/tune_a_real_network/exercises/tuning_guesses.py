"""Tune a real network: what to predict before the measured answer is seen."""

from coursekit.lab.exercise import Prediction

WHICH_COSTS = Prediction(
    name="15.a",
    question="A random search of 27 trials, with Adam and batch norm. You contradict one lesson at a time. Which choice costs the most test accuracy, on average over 20 splits of the digits?",
    options=(
        "the learning rate is drawn on a linear scale",
        "the inputs are not normalized",
        "the rates end at 0.001, though better ones lie beyond",
        "the network has no batch norm",
    ),
    answer="the rates end at 0.001, though better ones lie beyond",
    why="A wrong scale wastes trials, and a few still fall where it is good. A range that ends too early has only its edge near what is good: four times as many trials win back about two fifths. (Trials four times as long win back nearly all: small rates need time.) As a rule you can see it: its best trials crowd towards the upper end.",
)

RESUMED = Prediction(
    name="15.b",
    question="A search of 27 trials keeps a log. It is stopped after 12, and the same call is run again, with the same log. How many networks are trained by the second call?",
    options=("12", "15", "27"),
    answer="15",
    why="Twelve are read from the log. The settings of the other 15 are those that they would have had: each trial has a seed of its own, made from the seed of the search and the number of the trial.",
)

WHO_BEATS_RANDOM = Prediction(
    name="15.c",
    question="Coarse to fine, halving, and TPE, a method that learns from the trials so far: each gets the same 243 epochs as a random search on the same log scales, with Adam. What each chose is trained again with new seeds. How many of the three are better than random by more than two standard errors, on the test digits of 20 splits?",
    options=("none", "one", "two", "all three"),
    answer="none",
    why="Halving and TPE are ahead by 1.9 and 1.7 standard errors: not enough to tell, and not nothing. 27 random trials on good scales find most of what there is: one setting in five gets above 0.95. With plain momentum, where good ones are rarer, both are ahead by 2.8.",
)

OPTIMISM = Prediction(
    name="15.d",
    question="In each of 20 random searches you take the network with the best of 27 validation scores. What do these very networks get on the test set, on average?",
    options=("about the same", "about a point less", "about five points less"),
    answer="about a point less",
    why="Of the 27, several are about equally good, and the one that was luckiest on those 300 digits is chosen. Its luck does not come along to the test set.",
)
