"""Batch norm in a network: what a learner writes or predicts, with checks, hints and known mistakes."""
