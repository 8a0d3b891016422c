"""Whole millionths, one number at a time and many at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tsam_planner.units import micro

# Beyond a million hours no figure of a plan lies; thirds and halves of millionths do.
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(10**12), 10**12).map(lambda part: part / 2e6)


@given(NUMBERS)
def test_one_number_is_rounded_as_many_are(value):
    """The short way for a single number ends where NumPy's does."""
    [many] = micro(np.array([value])).tolist()
    assert micro(value) == micro(np.float64(value)) == many
    assert isinstance(micro(np.float64(value)), int)
