"""What every test may use."""

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("coursekit", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("coursekit")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
