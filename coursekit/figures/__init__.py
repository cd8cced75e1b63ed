"""Pictures: a file a topic, each a picture's still part and how it moves with a state of the math.

matplotlib's ``Figure`` on Agg only, never pyplot: a live picture is drawn on a thread of the kernel's own, where
nothing global may be touched.
"""
