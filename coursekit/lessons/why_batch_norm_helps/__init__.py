"""Why batch norm helps: what this lesson measures, its explorers, its exercises and predictions."""
