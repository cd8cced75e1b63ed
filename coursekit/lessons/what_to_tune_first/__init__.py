"""What to tune first: what this lesson measures, its explorers, its exercises and predictions."""
