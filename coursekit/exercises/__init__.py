"""Exercises and predictions: what a learner writes, and what they commit to before they see, a file a topic.

``EXERCISES`` and ``PREDICTIONS`` hold them all by name: ``check`` and ``predict`` look in them, the tests walk through.
"""

import sys

from coursekit._registry import declared_in
from coursekit.exercises.declare import Exercise, Prediction

EXERCISES = declared_in(sys.modules[__name__], Exercise)
PREDICTIONS = declared_in(sys.modules[__name__], Prediction)
