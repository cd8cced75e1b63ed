"""Panda or caviar: what this lesson measures, its explorers, its exercises and predictions."""
