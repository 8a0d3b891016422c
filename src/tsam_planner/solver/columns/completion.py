"""
What the rest of a single row can add at most, exactly: the table of the knapsack, compiled.

Where one capacity decides and its amounts are small whole multiples of a unit, dynamic
programming (Bellman 1957) gives the best completion of every set, so a search goes
straight to what it looks for.
"""

import numba
import numpy as np

from tsam_planner.solver.problem import FloatArray, IntArray

# Largest table, in cells.
_MOST_CELLS = 4_000_000


def row_unit(load: FloatArray, capacity: FloatArray, price: FloatArray) -> float:
    """
    Return the unit of a single hard row, 0 where there are others or the table is too large.

    Examples
    --------
    >>> row_unit(np.array([[6.0], [10.0]]), np.array([9.0]), np.array([0.0]))
    2.0
    """
    if load.shape[1] != 1 or price[0] > 0.0 or not load.any():
        return 0.0
    unit = float(np.gcd.reduce(load[:, 0].astype(np.int64)))
    cells = (len(load) + 1) * (capacity[0] // unit + 1)
    return unit if cells <= _MOST_CELLS else 0.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def complete(
    order: IntArray, profit: FloatArray, load: FloatArray, unit: float, capacity: float
) -> FloatArray:
    """
    Return the most that options from each place of an order on add, by room left.

    Shape (len(order) + 1, units of room + 1); a table without rows where ``unit`` is 0.
    """
    if unit == 0.0:
        return np.empty((0, 1))
    room = int(capacity // unit)
    table = np.zeros((len(order) + 1, room + 1))
    for place in range(len(order) - 1, -1, -1):
        gain = profit[order[place]]
        units = int(load[order[place], 0] // unit)
        table[place] = table[place + 1]
        if gain > 0.0:
            for left in range(units, room + 1):
                taken = table[place + 1, left - units] + gain
                table[place, left] = max(table[place, left], taken)
    return table


@numba.njit(cache=True, nogil=True, error_model="numpy")
def complete_around(
    profit: FloatArray, load: FloatArray, unit: float, capacity: float
) -> FloatArray:
    """Return what a set that holds each option is worth at most, shape (options,)."""
    options = len(profit)
    order = np.arange(options)
    after = complete(order, profit, load, unit, capacity)
    before = complete(order[::-1].copy(), profit, load, unit, capacity)
    most = np.full(options, -np.inf)
    room = int(capacity // unit)
    for option in range(options):
        left = room - int(load[option, 0] // unit)
        for used in range(left + 1):
            # Places of the reversed order: those before this option are its last.
            worth = before[options - option, used] + after[option + 1, left - used]
            most[option] = max(most[option], worth + profit[option])
    return most
