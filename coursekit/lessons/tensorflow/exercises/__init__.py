"""TensorFlow: what a learner writes or predicts, with checks, hints and known mistakes."""
