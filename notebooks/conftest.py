"""What nbval leaves out, compared: a cell that nbval ignores is held to its bands (see tools/bands.py)."""

from collections.abc import Generator

import bands
import pytest
from nbval.plugin import IPyNbCell, coalesce_streams


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Compare the outputs of a cell that has bands, once nbval has run it."""
    yield
    if isinstance(item, IPyNbCell) and bands.BANDS in item.cell.metadata:
        stored = coalesce_streams(item.cell.outputs)
        found = list(bands.outputs_differ(stored, item.test_outputs, item.cell.metadata[bands.BANDS]))
        if found:
            item.raise_cell_error("Numbers left their bands", "\n".join(found))
