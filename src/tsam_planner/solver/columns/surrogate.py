"""
All limits of one agent merged into one *surrogate* row, compiled: the bound of its search.

Capacities merge with multipliers ``lam``, overload prices with multipliers ``mu``. Any
``lam >= 0`` and ``0 <= mu <= price`` bound every set from above (weak duality; Glover,
"Surrogate constraints", Operations Research 16, 1968); good ones bound it tightly. The best
set of a single row is at most its fractional knapsack (Dantzig 1957).
"""

from typing import NamedTuple

import numba
import numpy as np

from tsam_planner.solver.problem import FloatArray, IntArray

# Keeps a division by a weight of zero finite.
LEAST = 1e-30
_RESCALE_EVERY = 4


class Rows(NamedTuple):
    """
    What the options of an agent use, and how much there is.

    ``load`` is (options, rows); ``capacity`` (infinite: none), ``soft`` and ``price`` (0: no
    soft capacity) are (rows,).
    """

    load: FloatArray
    capacity: FloatArray
    soft: FloatArray
    price: FloatArray


class Multipliers(NamedTuple):
    """Of capacities (``lam``) and of overload (``mu``), shape (rows,); changed in place."""

    lam: FloatArray
    mu: FloatArray


class Merged(NamedTuple):
    """What each option is worth and weighs in the surrogate row, and the use of it so far."""

    value: FloatArray
    weight: FloatArray
    share: FloatArray


@numba.njit(cache=True, nogil=True, error_model="numpy")
def merge(
    active: IntArray, profit: FloatArray, rows: Rows, by: Multipliers, into: Merged
) -> float:
    """Fill in value and weight of the active options; return the surrogate capacity."""
    count = len(rows.capacity)
    total = 0.0
    scale = np.zeros(count)
    for row in range(count):
        if np.isfinite(rows.capacity[row]):
            unit = max(rows.capacity[row], 1.0)
            scale[row] = by.lam[row] / unit
            total += by.lam[row] * (rows.capacity[row] / unit)
    for option in active:
        paid = 0.0
        weighed = 0.0
        for row in range(count):
            amount = rows.load[option, row]
            paid += by.mu[row] * amount
            weighed += scale[row] * amount
        into.value[option] = profit[option] - paid
        into.weight[option] = weighed
    # Rounding must not make a set look too heavy that just fits.
    return total * (1.0 + 1e-12) + 1e-12


@numba.njit(cache=True, nogil=True, error_model="numpy")
def ratios(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Return value per weight: the order in which a knapsack is filled."""
    return value / (weight + LEAST)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def overload_ground(rows: Rows, by: Multipliers) -> float:
    """Return what the overload multipliers refund at most: the soft capacities at ``mu``."""
    ground = 0.0
    for row in range(len(rows.soft)):
        ground += by.mu[row] * rows.soft[row]
    return ground


@numba.njit(cache=True, nogil=True, error_model="numpy")
def adapt_multipliers(
    active: IntArray, profit: FloatArray, rows: Rows, by: Multipliers, rounds: int
) -> None:
    """
    Improve the multipliers by what the surrogate row's own fractional optimum overuses.

    It tells which capacities it breaks (their ``lam`` grows) and which soft capacities it
    exceeds (their ``mu`` grows). The best pair seen is kept.
    """
    options, count = rows.load.shape
    if count == 0:
        return
    merged = Merged(np.empty(options), np.empty(options), np.empty(options))
    best = Multipliers(by.lam.copy(), by.mu.copy())
    least = np.inf
    has_price = rows.price.max() > 0.0
    for step in range(rounds):
        if has_price and step % _RESCALE_EVERY == 0:
            _rescale(active, profit, rows, by, merged)
        total = merge(active, profit, rows, by, merged)
        bound = _relax(active, merged, total) + overload_ground(rows, by)
        if bound < least:
            least = bound
            best.lam[:] = by.lam
            best.mu[:] = by.mu
        _follow_use(active, rows, by, merged.share, 4.0 / (1.0 + 0.3 * step))
    by.lam[:] = best.lam
    by.mu[:] = best.mu


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _follow_use(
    active: IntArray, rows: Rows, by: Multipliers, share: FloatArray, rate: float
) -> None:
    """Raise the multipliers of rows used beyond their limit, lower those of the others."""
    for row in range(len(rows.capacity)):
        use = 0.0
        for option in active:
            use += share[option] * rows.load[option, row]
        if np.isfinite(rows.capacity[row]):
            excess = use / max(rows.capacity[row], 1.0) - 1.0
            by.lam[row] *= np.exp(min(max(rate * excess, -2.0), 2.0))
            by.lam[row] = min(max(by.lam[row], 1e-6), 1e6)
        if rows.price[row] > 0.0:
            excess = use / max(rows.soft[row], 1.0) - 1.0
            factor = np.exp(min(max(rate * excess, -2.0), 2.0))
            by.mu[row] = _clip_price(by.mu[row] * factor, rows.price[row])
    largest = by.lam.max()
    if largest > 0.0:
        by.lam[:] = by.lam / largest


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _clip_price(mu: float, price: float) -> float:
    return min(max(mu, 1e-6 * price), price)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _relax(active: IntArray, merged: Merged, total: float) -> float:
    """Fill in the fractional optimum of the surrogate row; return its value."""
    value, weight = merged.value[active], merged.weight[active]
    merged.share[:] = 0.0
    room = total
    worth = 0.0
    for place in np.argsort(-ratios(value, weight)):
        if value[place] <= 0.0:
            break
        part = 1.0
        if weight[place] > room:
            part = room / weight[place]
        merged.share[active[place]] = part
        room -= part * weight[place]
        worth += part * value[place]
        if part < 1.0:
            break
    return worth


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rescale(
    active: IntArray, profit: FloatArray, rows: Rows, by: Multipliers, merged: Merged
) -> None:
    """Scale all ``mu`` by one factor, the best between a 64th and 64 times, by bisection."""
    total = merge(active, profit, rows, by, merged)
    paid = profit - merged.value
    ground = overload_ground(rows, by)
    low, high = -6.0, 6.0
    for _ in range(7):
        middle = (low + high) / 2.0
        for option in active:
            merged.value[option] = profit[option] - 2.0**middle * paid[option]
        _relax(active, merged, total)
        used = 0.0
        for option in active:
            used += merged.share[option] * paid[option]
        if used > ground:
            low = middle
        else:
            high = middle
    factor = 2.0 ** ((low + high) / 2.0)
    for row in range(len(rows.price)):
        if rows.price[row] > 0.0:
            by.mu[row] = _clip_price(by.mu[row] * factor, rows.price[row])
