"""
The search for the best sets of options of one agent, compiled.

A set is worth the sum of its profits, less overload and group prices, and must fit every
capacity. Depth-first search takes options in the order of value per weight of the surrogate
row and is bounded by that row's fractional knapsack. Where overload has begun, the slope
of its row is the full price, so the bound tightens on the way down. A single hard row is
bounded exactly, by the table of `completion`. Amounts and profits
are whole numbers held as floats, exact below 2^53; only the surrogate bound is rounded, and
`SLACK` covers that.
"""

from typing import NamedTuple

import numba
import numpy as np

from tsam_planner.solver.columns.completion import complete
from tsam_planner.solver.columns.offers import Memberships, Offer, Shelf, Want
from tsam_planner.solver.columns.surrogate import (
    LEAST,
    Merged,
    Multipliers,
    Rows,
    merge,
    overload_ground,
    ratios,
)
from tsam_planner.solver.problem import FloatArray, IntArray

# Covers the rounding of the surrogate bound, in cost units.
SLACK = 1.0


class _Stack(NamedTuple):
    """
    By depth: candidates listed and looked at, and the set taken so far.

    ``ground`` is what the set is worth with overload at its lower bound; ``slope`` the price
    per unit at which further load counts in it; ``room`` is left in the surrogate row. By
    set and group: how many options of it are taken, and the depth that paid the group. By
    option: its ``place`` among the first candidates.
    """

    candidate: IntArray
    value: FloatArray
    listed: IntArray
    looked: IntArray
    taken: IntArray
    use: FloatArray
    slope: FloatArray
    profit: FloatArray
    ground: FloatArray
    room: FloatArray
    in_set: IntArray
    in_group: IntArray
    paid_at: IntArray
    place: IntArray


@numba.njit(cache=True, nogil=True, error_model="numpy")
def search_sets(
    offer: Offer, by: Multipliers, want: Want, shelf: Shelf
) -> tuple[float, float, int, int, bool]:
    """
    Search the sets worth more than ``want.floor``.

    Returns
    -------
    tuple
        Best value (the floor if none is better), upper bound on the value of any set,
        number of sets found, nodes, and whether the search gave up.
    """
    options = len(offer.profit)
    merged = Merged(np.empty(options), np.empty(options), np.empty(0))
    room = merge(offer.active, offer.shared, offer.rows, by, merged)
    weight = merged.weight
    stack = _start(offer, by, merged, room, shelf.options.shape[1])
    order = stack.candidate[0, : stack.listed[0]]
    table = complete(order, offer.profit, offer.rows.load, offer.unit, _limit(offer.rows))
    best, number, nodes, depth, gave_up = want.floor, 0, 0, 0, False
    while True:
        threshold = want.floor - want.slack if want.collect_all else best + want.slack
        if threshold >= stack.ground[depth] + _bound_rest(stack, depth, offer, weight, table):
            if depth == 0:
                break
            _leave(stack, depth, offer)
            depth -= 1
            continue
        place = stack.looked[depth]
        worth = stack.value[depth, place]
        if worth < 0.0 and stack.ground[depth] + worth <= threshold:
            stack.looked[depth] += 1
            continue
        is_full = want.collect_all and number == len(shelf.size)
        if nodes == want.max_nodes or depth == shelf.options.shape[1] or is_full:
            gave_up = True
            break
        nodes += 1
        stack.looked[depth] += 1
        depth += 1
        value = _take(stack, depth, stack.candidate[depth - 1, place], offer, weight)
        if value > (want.floor if want.collect_all else best):
            _keep(shelf, number, stack, depth, value)
            number += 1
            best = max(best, value)
        _list_candidates(stack, depth, place + 1, offer, weight)
    ceiling = best
    if gave_up:
        # What was not looked at is worth no more than the bounds of the open branches.
        for above in range(depth + 1):
            rest = stack.ground[above] + _bound_rest(stack, above, offer, weight, table)
            ceiling = max(ceiling, rest)
    return best, ceiling + want.slack, number, nodes, gave_up


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _start(offer: Offer, by: Multipliers, merged: Merged, room: float, deepest: int) -> _Stack:
    """Return the stack with nothing taken."""
    count, rows = len(offer.active), len(offer.rows.capacity)
    num_sets = offer.apart.of.max() + 1 if len(offer.apart.of) else 0
    stack = _Stack(
        np.empty((deepest + 1, count), np.int64),
        np.empty((deepest + 1, count)),
        np.zeros(deepest + 1, np.int64),
        np.zeros(deepest + 1, np.int64),
        np.full(deepest + 1, -1, np.int64),
        np.zeros((deepest + 1, rows)),
        np.zeros((deepest + 1, rows)),
        np.zeros(deepest + 1),
        np.full(deepest + 1, overload_ground(offer.rows, by)),
        np.full(deepest + 1, room),
        np.zeros(num_sets, np.int64),
        np.zeros(len(offer.group_price), np.int64),
        np.zeros(len(offer.group_price), np.int64),
        np.zeros(len(offer.profit), np.int64),
    )
    stack.slope[0] = by.mu
    value = merged.value[offer.active]
    for place in np.argsort(-ratios(value, merged.weight[offer.active])):
        option = offer.active[place]
        # Even one of negative value counts: a set below its soft capacities has no overload.
        if _fits(offer.rows, option, stack.use[0]):
            stack.candidate[0, stack.listed[0]] = option
            stack.place[option] = stack.listed[0]
            stack.value[0, stack.listed[0]] = value[place]
            stack.listed[0] += 1
    return stack


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _limit(rows: Rows) -> float:
    """Return the capacity of the first row, if any."""
    limit: float = rows.capacity[0] if len(rows.capacity) else 0.0
    return limit


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _bound_rest(
    stack: _Stack, depth: int, offer: Offer, weight: FloatArray, table: FloatArray
) -> float:
    """Return what the rest of the candidates add at most: table or fractional knapsack."""
    start, stop = stack.looked[depth], stack.listed[depth]
    if start == stop:
        return -np.inf
    if len(table):
        left = int((offer.rows.capacity[0] - stack.use[depth, 0]) // offer.unit)
        most: float = table[stack.place[stack.candidate[depth, start]], left]
        return most
    room = stack.room[depth]
    bound = 0.0
    for place in range(start, stop):
        value: float = stack.value[depth, place]
        if value <= 0.0:
            break
        weighed = weight[stack.candidate[depth, place]]
        if weighed > room:
            bound += value * room / weighed
            break
        room -= weighed
        bound += value
    return bound


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _take(stack: _Stack, depth: int, option: int, offer: Offer, weight: FloatArray) -> float:
    """Take an option at a depth; return what the set is worth now."""
    apart, groups, rows = offer.apart, offer.groups, offer.rows
    for index in range(apart.start[option], apart.start[option + 1]):
        stack.in_set[apart.of[index]] += 1
    paid = 0.0
    for index in range(groups.start[option], groups.start[option + 1]):
        group = groups.of[index]
        if stack.in_group[group] == 0:
            paid += offer.group_price[group]
            stack.paid_at[group] = depth
        stack.in_group[group] += 1
    overload = 0.0
    least_overload = 0.0
    for row in range(len(rows.capacity)):
        used = stack.use[depth - 1, row] + rows.load[option, row]
        stack.use[depth, row] = used
        stack.slope[depth, row] = stack.slope[depth - 1, row]
        if rows.price[row] > 0.0:
            if used > rows.soft[row]:
                overload += (used - rows.soft[row]) * rows.price[row]
                # From here on every further unit costs the full price.
                stack.slope[depth, row] = rows.price[row]
            least_overload += (used - rows.soft[row]) * stack.slope[depth, row]
    # A group's price is never refunded, so it lowers the bound as well.
    stack.profit[depth] = stack.profit[depth - 1] + offer.profit[option] - paid
    stack.ground[depth] = stack.profit[depth] - least_overload
    stack.room[depth] = stack.room[depth - 1] - weight[option]
    stack.taken[depth] = option
    worth: float = stack.profit[depth] - overload
    return worth


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _leave(stack: _Stack, depth: int, offer: Offer) -> None:
    """Give back the option taken at a depth."""
    option = stack.taken[depth]
    for index in range(offer.apart.start[option], offer.apart.start[option + 1]):
        stack.in_set[offer.apart.of[index]] -= 1
    for index in range(offer.groups.start[option], offer.groups.start[option + 1]):
        stack.in_group[offer.groups.of[index]] -= 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _keep(shelf: Shelf, number: int, stack: _Stack, depth: int, value: float) -> None:
    slot = number % len(shelf.size)
    shelf.options[slot, :depth] = stack.taken[1 : depth + 1]
    shelf.size[slot] = depth
    shelf.value[slot] = value


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _list_candidates(
    stack: _Stack, depth: int, start: int, offer: Offer, weight: FloatArray
) -> None:
    """List what still fits beside the set, with its value now that more is paid."""
    stack.listed[depth] = 0
    stack.looked[depth] = 0
    rows = len(offer.rows.capacity)
    is_steeper = False
    for row in range(rows):
        is_steeper = is_steeper or stack.slope[depth, row] > stack.slope[depth - 1, row]
    for index in range(start, stack.listed[depth - 1]):
        other = stack.candidate[depth - 1, index]
        if not _is_free(stack, other, offer.apart):
            continue
        if not _fits(offer.rows, other, stack.use[depth]):
            continue
        worth = stack.value[depth - 1, index]
        for at in range(offer.groups.start[other], offer.groups.start[other + 1]):
            group = offer.groups.of[at]
            if stack.in_group[group] > 0 and stack.paid_at[group] == depth:
                worth += offer.group_share[group]
        if is_steeper:
            for row in range(rows):
                rise = stack.slope[depth, row] - stack.slope[depth - 1, row]
                if rise > 0.0:
                    worth -= rise * offer.rows.load[other, row]
        _insert(stack, depth, other, worth, weight)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _insert(stack: _Stack, depth: int, option: int, worth: float, weight: FloatArray) -> None:
    """Insert a candidate so that value per weight falls."""
    candidate, value = stack.candidate[depth], stack.value[depth]
    ratio = worth / (weight[option] + LEAST)
    place = stack.listed[depth]
    while place > 0 and value[place - 1] / (weight[candidate[place - 1]] + LEAST) < ratio:
        candidate[place] = candidate[place - 1]
        value[place] = value[place - 1]
        place -= 1
    candidate[place] = option
    value[place] = worth
    stack.listed[depth] += 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _is_free(stack: _Stack, option: int, apart: Memberships) -> bool:
    for index in range(apart.start[option], apart.start[option + 1]):
        if stack.in_set[apart.of[index]] > 0:
            return False
    return True


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _fits(rows: Rows, option: int, use: FloatArray) -> bool:
    for row in range(len(rows.capacity)):
        if use[row] + rows.load[option, row] > rows.capacity[row]:
            return False
    return True
