"""Explorers: what a learner can move, declared as data, a file a topic.

``EXPLORERS`` holds them all by name; it is what the tests walk through.
"""

import sys

from coursekit._registry import declared_in
from coursekit.explorers.declare import Explorer

EXPLORERS = declared_in(sys.modules[__name__], Explorer)
