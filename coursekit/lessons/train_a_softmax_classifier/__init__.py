"""Train a softmax classifier: what this lesson measures, its explorers, its exercises and predictions."""
