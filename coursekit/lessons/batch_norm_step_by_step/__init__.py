"""Batch norm step by step: what this lesson measures, its explorers, its exercises and predictions."""
