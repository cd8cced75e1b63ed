"""Batch norm step by step: what a learner writes or predicts, with checks, hints and known mistakes."""
