"""Tune a real network: what this lesson measures, its explorers, its exercises and predictions."""
