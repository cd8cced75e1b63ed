"""Choose a framework: what a learner writes or predicts, with checks, hints and known mistakes."""
