"""The parts that need the peers: ``python -m benchmarks.speed`` in their environment writes its tables as JSON.

One thread on each side, whoever computes: the libraries read that when they are loaded.
"""

import json
import os
import sys
from importlib.metadata import version

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PEERS = ("numpy", "scipy", "scikit-learn", "torch", "optuna")
os.environ.update(dict.fromkeys(THREADS, "1"))  # for the processes of scikit-learn too

import torch  # noqa: E402

from benchmarks import batchnorm_speed, search_speed, softmax_speed, start_speed, training_speed  # noqa: E402

PARTS = (batchnorm_speed, softmax_speed, training_speed, search_speed, start_speed)


def main(names: list[str]) -> None:
    """Measure all parts, or those whose names are given, such as ``softmax_speed``."""
    torch.set_num_threads(1)
    sections = []
    for part in PARTS:
        name = part.__name__.rpartition(".")[2]
        if not names or name in names:
            print(name, file=sys.stderr, flush=True)
            sections += part.measure()
    versions = {name: version(name) for name in PEERS}
    json.dump({"versions": versions, "sections": [[*s[:3], [r._asdict() for r in s.results]] for s in sections]},
              sys.stdout)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
