"""Batch norm at test time: what this lesson measures, its explorers, its exercises and predictions."""
