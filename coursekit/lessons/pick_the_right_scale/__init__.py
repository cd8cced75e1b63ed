"""Pick the right scale: what this lesson measures, its explorers, its exercises and predictions."""
