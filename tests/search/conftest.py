"""What the tests of the search need: a process that can be interrupted."""

import signal

import pytest


@pytest.fixture(autouse=True)
def interruptible():
    """Let Ctrl-C come through: what a shell starts in the background is deaf to it, and a test would never end."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
