"""
The search for the best set of options of one agent, compiled.

A set is worth the sum of its profits, less overload and group prices, and must fit every
capacity. Depth-first search takes options in the order of profit per weight of one *surrogate*
row: the capacities merged with multipliers ``lam``, the overload prices with multipliers
``mu`` (any ``lam >= 0`` and ``0 <= mu <= price`` give a valid bound, good ones a tight one).
Amounts and profits are whole numbers held in float64, so sums below 2^53 are exact; only
the surrogate bound is rounded, and `SLACK` covers that.
"""

from typing import Any

import numba
import numpy as np

# Covers the rounding of the surrogate bound, in cost units.
SLACK = 1.0
_LEAST = 1e-30
_RESCALE_EVERY = 4


@numba.njit(cache=True, nogil=True, error_model="numpy")
def adapt_multipliers(
    active: Any,
    profit: Any,
    load: Any,
    capacity: Any,
    soft: Any,
    price: Any,
    lam: Any,
    mu: Any,
    rounds: int,
) -> None:
    """
    Improve the multipliers in place by what the surrogate row's own optimum overuses.

    The fractional optimum of the surrogate row tells which capacities it breaks (their
    ``lam`` grows), and which soft capacities it exceeds (their ``mu`` goes to the price).
    """
    options, rows = load.shape
    value = np.empty(options)
    weight = np.empty(options)
    share = np.empty(options)
    best_bound = np.inf
    best_lam, best_mu = lam.copy(), mu.copy()
    has_price = price.max() > 0.0
    for step in range(rounds):
        rate = 1.0 / (1.0 + 0.3 * step)
        if has_price and step % _RESCALE_EVERY == 0:
            _rescale(active, profit, load, capacity, soft, price, lam, mu, value, weight, share)
        total = _reduce(active, profit, load, capacity, lam, mu, value, weight)
        bound = _relax(active, value, weight, total, share)
        for row in range(rows):
            bound += mu[row] * soft[row]
        if bound < best_bound:
            best_bound = bound
            best_lam[:] = lam
            best_mu[:] = mu
        for row in range(rows):
            use = 0.0
            for option in active:
                use += share[option] * load[option, row]
            if np.isfinite(capacity[row]):
                excess = use / max(capacity[row], 1.0) - 1.0
                lam[row] *= np.exp(min(max(4.0 * rate * excess, -2.0), 2.0))
                lam[row] = min(max(lam[row], 1e-6), 1e6)
            if price[row] > 0.0:
                excess = use / max(soft[row], 1.0) - 1.0
                mu[row] *= np.exp(min(max(4.0 * rate * excess, -2.0), 2.0))
                mu[row] = min(max(mu[row], 1e-6 * price[row]), price[row])
        largest = lam.max()
        if largest > 0.0:
            lam /= largest
    lam[:] = best_lam
    mu[:] = best_mu


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _relax(active: Any, value: Any, weight: Any, total: float, share: Any) -> float:
    """Fill in the fractional optimum of the surrogate row; return its value."""
    order = active[np.argsort(-value[active] / (weight[active] + _LEAST))]
    share[:] = 0.0
    room = total
    worth = 0.0
    for option in order:
        if value[option] <= 0.0:
            break
        part = 1.0
        if weight[option] > room:
            part = room / weight[option]
        share[option] = part
        room -= part * weight[option]
        worth += part * value[option]
        if part < 1.0:
            break
    return worth


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rescale(
    active: Any,
    profit: Any,
    load: Any,
    capacity: Any,
    soft: Any,
    price: Any,
    lam: Any,
    mu: Any,
    value: Any,
    weight: Any,
    share: Any,
) -> None:
    """Scale all ``mu`` by one factor, the best between a 64th and 64 times, by bisection."""
    rows = load.shape[1]
    total = _reduce(active, profit, load, capacity, lam, mu, value, weight)
    paid = profit - value
    soft_worth = 0.0
    for row in range(rows):
        soft_worth += mu[row] * soft[row]
    low, high = -6.0, 6.0
    for _ in range(7):
        middle = (low + high) / 2.0
        factor = 2.0**middle
        for option in active:
            value[option] = profit[option] - factor * paid[option]
        _relax(active, value, weight, total, share)
        used = 0.0
        for option in active:
            used += share[option] * paid[option]
        if used > soft_worth:
            low = middle
        else:
            high = middle
    factor = 2.0 ** ((low + high) / 2.0)
    for row in range(rows):
        if price[row] > 0.0:
            mu[row] = min(max(mu[row] * factor, 1e-6 * price[row]), price[row])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _reduce(
    active: Any,
    profit: Any,
    load: Any,
    capacity: Any,
    lam: Any,
    mu: Any,
    value: Any,
    weight: Any,
) -> float:
    """Fill in each option's profit and weight in the surrogate row; return its capacity."""
    rows = load.shape[1]
    total = 0.0
    scale = np.zeros(rows)
    for row in range(rows):
        if np.isfinite(capacity[row]):
            scale[row] = lam[row] / max(capacity[row], 1.0)
            total += lam[row] * (capacity[row] / max(capacity[row], 1.0))
    for option in active:
        paid = 0.0
        weighed = 0.0
        for row in range(rows):
            amount = load[option, row]
            paid += mu[row] * amount
            weighed += scale[row] * amount
        value[option] = profit[option] - paid
        weight[option] = weighed
    # Rounding must not make a set look too heavy that just fits.
    return total * (1.0 + 1e-12) + 1e-12


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _bound_rest(option_of: Any, value: Any, weight: Any, start: int, stop: int, room: float) -> float:
    """Return what the rest of the candidates add at most: the fractional knapsack."""
    bound = 0.0
    for index in range(start, stop):
        if value[index] <= 0.0:
            break
        weighed = weight[option_of[index]]
        if weighed > room:
            return bound + value[index] * room / weighed
        room -= weighed
        bound += value[index]
    return bound


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _insert(option_of: Any, value: Any, weight: Any, count: int, option: int, worth: float) -> None:
    """Insert a candidate so that profit per weight falls."""
    ratio = worth / (weight[option] + _LEAST)
    index = count
    while index > 0 and value[index - 1] / (weight[option_of[index - 1]] + _LEAST) < ratio:
        option_of[index] = option_of[index - 1]
        value[index] = value[index - 1]
        index -= 1
    option_of[index] = option
    value[index] = worth


@numba.njit(cache=True, nogil=True, error_model="numpy")
def search_sets(
    active: Any,
    profit: Any,
    load: Any,
    capacity: Any,
    soft: Any,
    price: Any,
    set_start: Any,
    set_of: Any,
    num_sets: int,
    group_start: Any,
    group_of: Any,
    group_price: Any,
    lam: Any,
    mu: Any,
    floor: float,
    slack: float,
    collect_all: bool,
    max_nodes: int,
    found: Any,
    found_size: Any,
    found_value: Any,
) -> Any:
    """
    Search the sets worth more than ``floor``.

    Parameters
    ----------
    active
        The options that may be taken.
    profit, load, capacity, soft, price
        Of the options (n,), (n, rows), and rows (rows,).
    set_start, set_of, num_sets
        Sets of which a plan may take one option only, by option (CSR).
    group_start, group_of, group_price
        Groups whose price is paid by the first of their options, by option (CSR).
    lam, mu
        Multipliers of the rows.
    floor
        Only sets worth more are of interest.
    slack
        Sets that are better by no more than this may be overlooked, >= `SLACK`.
    collect_all
        Keep every such set; else only those better than all before.
    max_nodes
        Sets to look at before the search gives up.
    found, found_size, found_value
        Buffers (k, longest), (k,), (k,) for sets; the oldest are overwritten in a search
        for the best; a search for all gives up when they are full.

    Returns
    -------
    tuple
        Best value (``floor`` if none is better), upper bound on the value of any set, number
        of sets found, nodes, and whether the search gave up.
    """
    options, rows = load.shape
    first_value = np.empty(options)
    weight = np.empty(options)
    room_all = _reduce(active, profit, load, capacity, lam, mu, first_value, weight)
    constant = 0.0
    for row in range(rows):
        constant += mu[row] * soft[row]
    deepest = found.shape[1]
    # By depth: what may still be taken and how far that is looked through, and what the set
    # taken so far amounts to. ``ground`` is its worth with overload at its lower bound.
    candidates = np.empty((deepest + 1, len(active)), np.int64)
    value = np.empty((deepest + 1, len(active)))
    count = np.zeros(deepest + 1, np.int64)
    position = np.zeros(deepest + 1, np.int64)
    taken = np.full(deepest + 1, -1, np.int64)
    use = np.zeros((deepest + 1, rows))
    slope = np.zeros((deepest + 1, rows))
    slope[0] = mu
    sum_profit = np.zeros(deepest + 1)
    ground = np.full(deepest + 1, constant)
    room = np.full(deepest + 1, room_all)
    in_set = np.zeros(num_sets + 1, np.int64)
    in_group = np.zeros(group_price.shape[0] + 1, np.int64)
    for option in active[np.argsort(-first_value[active] / (weight[active] + _LEAST))]:
        # Even one of negative value counts: a set below its soft capacities has no overload.
        if _fits(load[option], use[0], capacity):
            candidates[0, count[0]] = option
            value[0, count[0]] = first_value[option]
            count[0] += 1
    best = floor
    number = 0
    nodes = 0
    gave_up = False
    depth = 0
    while True:
        start, stop = position[depth], count[depth]
        threshold = floor - slack if collect_all else best + slack
        is_over = start == stop or threshold >= ground[depth] + _bound_rest(
            candidates[depth], value[depth], weight, start, stop, room[depth]
        )
        if is_over:
            if depth == 0:
                break
            option = taken[depth]
            for index in range(set_start[option], set_start[option + 1]):
                in_set[set_of[index]] -= 1
            for index in range(group_start[option], group_start[option + 1]):
                in_group[group_of[index]] -= 1
            depth -= 1
            continue
        option = candidates[depth, start]
        worth = value[depth, start]
        if worth < 0.0 and ground[depth] + worth <= threshold:
            position[depth] += 1
            continue
        if nodes == max_nodes or depth == deepest or (collect_all and number == len(found)):
            gave_up = True
            break
        nodes += 1
        position[depth] += 1
        # Take the option.
        for index in range(set_start[option], set_start[option + 1]):
            in_set[set_of[index]] += 1
        paid = 0.0
        for index in range(group_start[option], group_start[option + 1]):
            group = group_of[index]
            if in_group[group] == 0:
                paid += group_price[group]
            in_group[group] += 1
        depth += 1
        overload = 0.0
        least_overload = 0.0
        is_steeper = False
        for row in range(rows):
            used = use[depth - 1, row] + load[option, row]
            use[depth, row] = used
            slope[depth, row] = slope[depth - 1, row]
            if price[row] > 0.0:
                if used > soft[row]:
                    overload += (used - soft[row]) * price[row]
                    # From here on every further unit costs the full price.
                    if slope[depth, row] < price[row]:
                        slope[depth, row] = price[row]
                        is_steeper = True
                least_overload += (used - soft[row]) * slope[depth, row]
        # A group's price is never refunded, so it lowers the bound as well.
        sum_profit[depth] = sum_profit[depth - 1] + profit[option] - paid
        ground[depth] = sum_profit[depth] - least_overload
        room[depth] = room[depth - 1] - weight[option]
        taken[depth] = option
        worth = sum_profit[depth] - overload
        if worth > (floor if collect_all else best):
            slot = number % len(found)
            found[slot, :depth] = taken[1 : depth + 1]
            found_size[slot] = depth
            found_value[slot] = worth
            number += 1
            best = max(best, worth)
        # What still fits beside it, and what that is worth at the slopes of now.
        count[depth] = 0
        position[depth] = 0
        for index in range(start + 1, stop):
            other = candidates[depth - 1, index]
            is_free = True
            for at in range(set_start[other], set_start[other + 1]):
                is_free = is_free and in_set[set_of[at]] == 0
            if is_free and _fits(load[other], use[depth], capacity):
                worth = value[depth - 1, index]
                if is_steeper:
                    for row in range(rows):
                        rise = slope[depth, row] - slope[depth - 1, row]
                        if rise > 0.0:
                            worth -= rise * load[other, row]
                _insert(candidates[depth], value[depth], weight, count[depth], other, worth)
                count[depth] += 1

    ceiling = best
    if gave_up:
        # What was not looked at is worth no more than the bounds of the open branches.
        for above in range(depth + 1):
            rest = _bound_rest(
                candidates[above],
                value[above],
                weight,
                position[above],
                count[above],
                room[above],
            )
            ceiling = max(ceiling, ground[above] + rest)
    return best, ceiling + slack, number, nodes, gave_up


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _fits(load: Any, use: Any, capacity: Any) -> bool:
    for row in range(len(load)):
        if use[row] + load[row] > capacity[row]:
            return False
    return True
