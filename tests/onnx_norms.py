"""Store ONNX's own tests of its norms as onnx_norms.npz: run it where the package onnx is installed.

The cases are those of ONNX's operators BatchNormalization, LayerNormalization, InstanceNormalization and
GroupNormalization (onnx.backend.test.case.node; ONNX Project Contributors, Apache-2.0).
"""

import json
from pathlib import Path

import numpy as np

NORMS = ("BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization")


def main() -> None:
    """Collect each case: the operator and its attributes, what goes in and what comes out."""
    from onnx.backend.test.case.node import collect_testcases
    from onnx.helper import get_attribute_value

    arrays: dict[str, np.ndarray] = {}
    attributes = {}
    for test in collect_testcases(None):
        node = test.model.graph.node[0]
        if len(test.model.graph.node) > 1 or node.op_type not in NORMS:  # some stand there once more, in pieces
            continue
        own = {each.name: get_attribute_value(each) for each in node.attribute}
        attributes[test.name] = {"operator": node.op_type} | own
        ((ins, outs),) = test.data_sets
        arrays |= {f"{test.name}/in{i}": np.asarray(array) for i, array in enumerate(ins)}
        arrays |= {f"{test.name}/out{i}": np.asarray(array) for i, array in enumerate(outs)}
    file = Path(__file__).with_name("onnx_norms.npz")
    np.savez_compressed(file, attributes=np.array(json.dumps(attributes)), **arrays)


if __name__ == "__main__":
    main()
