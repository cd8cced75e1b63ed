"""A topic: what this lesson measures, its explorers, its exercises and predictions."""
