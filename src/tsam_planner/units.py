"""
Hours and points as whole millionths, so that sums do not depend on their order.

Every figure is rounded once, where it is born (a contract-week, a pair-week, a
manager-week); from there on only int64 are added. Two computations of the same plan can
then be compared with ``==``.
"""

import math
from typing import overload

import numpy as np
import numpy.typing as npt

MICRO = 1_000_000


@overload
def micro(value: float) -> int: ...
@overload
def micro(value: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]: ...
def micro(
    value: float | npt.NDArray[np.float64],
) -> int | npt.NDArray[np.int64]:
    """
    Round hours (or points) to whole millionths, halves upward.

    The inner rounding to a thousandth of a millionth removes the noise of floating-point
    arithmetic first: 0.1 + 0.2 and 0.3 become the same number.

    Examples
    --------
    >>> micro(0.1 + 0.2) == micro(0.3) == 300_000
    True
    >>> micro(0.0000005)
    1
    """
    if isinstance(value, float | int):
        # What NumPy does below, but many times faster for the one number of a readable twin.
        return math.floor(round(float(value) * MICRO * 1000) / 1000 + 0.5)
    scaled = np.floor(np.round(np.asarray(value, dtype=float) * MICRO, 3) + 0.5)
    if scaled.ndim == 0:
        return int(scaled)
    whole: npt.NDArray[np.int64] = scaled.astype(np.int64)
    return whole


def hours(value: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return whole millionths as hours (or points) again."""
    result: npt.NDArray[np.float64] = value / MICRO
    return result
