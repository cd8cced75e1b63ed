"""Batch norm in a network: what this lesson measures, its explorers, its exercises and predictions."""
