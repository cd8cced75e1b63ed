"""Coarse to fine: what this lesson measures, its explorers, its exercises and predictions."""
