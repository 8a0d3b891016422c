"""
The problem in whole numbers: scaled once, exactly, never in the user's favor.

Loads and capacities become millionths of a unit: loads are rounded up, capacities down.
Costs become millionths of a point, rounded up (a negative one toward less gain). Where
costs per unit of overload have decimals (0.5 points an hour), the unit of the objective
shrinks further by a power of ten, so that cost x load is whole again.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.errors import ProblemError
from tsam_planner.solver.problem import AssignmentProblem, FloatArray, IntArray
from tsam_planner.units import MICRO

NO_LIMIT = 2**62
_MOST_DECIMALS = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class IntegerProblem:
    """
    An assignment problem in whole numbers; names as in `AssignmentProblem`.

    The loads of option o are ``load_amount[load_start[o]:load_start[o + 1]]``, those of
    ``load_resource`` in the same places.
    ``scale`` is the number of cost units in a point. Unlimited capacities are
    ``NO_LIMIT``. Unassigned costs of tasks that must be served are 0 and
    ``must_serve`` is set. ``usable`` (options,) is off where an option's own load or
    amount breaks a limit. ``copies`` (agents,) never exceeds what could be used; the
    copies of all agents in a row are the *slots*: copy k of agent a is slot
    ``first_slot[a] + k``.
    """

    option_task: IntArray
    option_agent: IntArray
    option_cost: IntArray
    load_start: IntArray
    load_resource: IntArray
    load_amount: IntArray
    usable: npt.NDArray[np.bool_]
    capacity: IntArray
    unassigned_cost: IntArray
    must_serve: npt.NDArray[np.bool_]
    groups: tuple[tuple[IntArray, int], ...]
    exclusive: tuple[IntArray, ...]
    soft_capacity: IntArray
    overload_cost: IntArray
    copies: IntArray
    agent_cost: IntArray
    budgets: tuple[tuple[IntArray, int], ...]
    second_option_cost: IntArray
    second_unassigned_cost: IntArray
    has_second_level: bool
    scale: int

    @property
    def num_tasks(self) -> int:
        """Number of tasks."""
        return len(self.unassigned_cost)

    @property
    def num_resources(self) -> int:
        """Number of resources of each agent."""
        return int(self.capacity.shape[1])

    @property
    def first_slot(self) -> IntArray:
        """First slot of each agent, shape (agents,)."""
        first: IntArray = np.cumsum(self.copies) - self.copies
        return first

    @property
    def slot_agent(self) -> IntArray:
        """Agent of each slot, shape (slots,)."""
        return np.repeat(np.arange(len(self.copies)), self.copies)

    def loads_of(self, option: int) -> tuple[IntArray, IntArray]:
        """Return the resources that an option uses, and how much of each."""
        row = slice(*self.load_start[option : option + 2])
        return self.load_resource[row], self.load_amount[row]

    def dense_loads(self, options: IntArray) -> IntArray:
        """Return the loads of some options, shape (len(options), resources)."""
        start = self.load_start[options]
        counts = self.load_start[options + 1] - start
        row = np.repeat(np.arange(len(options)), counts)
        at = np.arange(len(row)) + np.repeat(start - (np.cumsum(counts) - counts), counts)
        loads = np.zeros((len(options), self.num_resources), dtype=np.int64)
        loads[row, self.load_resource[at]] = self.load_amount[at]
        return loads

    def load_option(self) -> IntArray:
        """Return the option of each load."""
        return np.repeat(np.arange(len(self.option_task)), np.diff(self.load_start))

    def first_bound(self) -> int:
        """Return a cost that no plan undercuts: every task at its cheapest."""
        cheapest = np.where(self.must_serve, NO_LIMIT, self.unassigned_cost)
        usable = self.usable
        np.minimum.at(cheapest, self.option_task[usable], self.option_cost[usable])
        return int(cheapest.sum())

    def grid(self) -> int:
        """Return a whole number of which the cost of every plan is a multiple."""
        priced = self.overload_cost > 0
        soft = self.soft_capacity[priced & (self.soft_capacity < NO_LIMIT)]
        amount = np.gcd(np.gcd.reduce(self.load_amount), np.gcd.reduce(soft))
        per_unit = np.gcd.reduce(self.overload_cost[priced])
        costs = [self.option_cost, self.unassigned_cost, self.agent_cost]
        costs.append(np.array([cost for _, cost in self.groups], dtype=np.int64))
        costs.append(np.array([per_unit * amount]))
        return max(int(np.gcd.reduce(np.concatenate(costs))), 1)

    def largest_cost(self) -> int:
        """Return the largest size of any cost of an option, a task, a group or an agent."""
        costs = [self.option_cost, self.unassigned_cost, self.agent_cost]
        costs.append(np.array([cost for _, cost in self.groups], dtype=np.int64))
        return int(np.abs(np.concatenate(costs)).max(initial=0))

    def second_grid(self) -> int:
        """Return a whole number of which the second cost of every plan is a multiple."""
        costs = [self.second_option_cost, self.second_unassigned_cost]
        return max(int(np.gcd.reduce(np.concatenate(costs))), 1)

    def largest_second_cost(self) -> int:
        """Return the largest size of any second cost of an option or a task."""
        costs = [self.second_option_cost, self.second_unassigned_cost]
        return int(np.abs(np.concatenate(costs)).max(initial=0))

    def unservable(self) -> IntArray:
        """Return the tasks that must be served but have no usable option."""
        served = np.zeros(self.num_tasks, dtype=np.bool_)
        served[self.option_task[self.usable]] = True
        return np.flatnonzero(self.must_serve & ~served)


def to_integers(problem: AssignmentProblem) -> IntegerProblem:
    """
    Scale a problem to whole numbers.

    Raises
    ------
    ProblemError
        When the sums of a plan could leave 64-bit integers.

    Examples
    --------
    >>> small = AssignmentProblem.from_dense([[0.5]], [[4.0]], [[8.0]], [100.0])
    >>> whole = to_integers(small)
    >>> whole.scale, whole.option_cost.tolist(), whole.capacity.tolist()
    (1000000, [500000], [[8000000]])
    """
    shape = problem.capacity.shape
    soft = _given(problem.soft_capacity, np.full(shape, np.inf))
    price, factor = _whole_prices(_given(problem.overload_cost, np.zeros(shape)))
    copies = _useful_copies(problem)
    _check_magnitudes(problem, price, copies, factor)
    must_serve = np.isinf(problem.unassigned_cost)
    tasks, options = problem.num_tasks, problem.num_options
    amounts, capacity = _up(problem.load_amount), _down(problem.capacity)
    budgets = tuple((_up(a), int(_down(np.array(b)))) for a, b in problem.budgets)
    return IntegerProblem(
        option_task=problem.option_task,
        option_agent=problem.option_agent,
        option_cost=_up(problem.option_cost) * factor,
        load_start=problem.load_start,
        load_resource=problem.load_resource,
        load_amount=amounts,
        usable=_usable(problem, amounts, capacity, budgets),
        capacity=capacity,
        unassigned_cost=_up(np.where(must_serve, 0.0, problem.unassigned_cost)) * factor,
        must_serve=must_serve,
        groups=tuple(
            (np.asarray(tasks), int(_up(np.array(cost))) * factor)
            for tasks, cost in problem.groups
        ),
        exclusive=tuple(np.asarray(tasks) for tasks in problem.exclusive),
        soft_capacity=_down(soft),
        overload_cost=price,
        copies=copies,
        agent_cost=_up(_given(problem.agent_cost, np.zeros(shape[0]))) * factor,
        budgets=budgets,
        second_option_cost=_up(_given(problem.second_option_cost, np.zeros(options))),
        second_unassigned_cost=_up(_given(problem.second_unassigned_cost, np.zeros(tasks))),
        has_second_level=problem.has_second_level,
        scale=MICRO * factor,
    )


def _given(values: FloatArray | None, default: FloatArray) -> FloatArray:
    return default if values is None else values


def _up(values: FloatArray) -> IntArray:
    # The inner rounding removes float noise: 0.1 + 0.2 is 300 000 millionths, not more.
    whole: IntArray = np.ceil(np.round(values * MICRO, 3)).astype(np.int64)
    return whole


def _down(values: FloatArray) -> IntArray:
    # Whatever is this large can never bind, as the sums of loads are far smaller.
    scaled = np.floor(np.round(np.minimum(values, NO_LIMIT / MICRO) * MICRO, 3))
    whole: IntArray = np.minimum(scaled, NO_LIMIT).astype(np.int64)
    return whole


def _usable(
    problem: AssignmentProblem,
    amounts: IntArray,
    capacity: IntArray,
    budgets: tuple[tuple[IntArray, int], ...],
) -> npt.NDArray[np.bool_]:
    """Say which options could be chosen if they were the only ones."""
    option = np.repeat(np.arange(problem.num_options), np.diff(problem.load_start))
    limit_of_load = capacity[problem.option_agent[option], problem.load_resource]
    usable = np.ones(problem.num_options, dtype=np.bool_)
    usable[option[amounts > limit_of_load]] = False
    for spending, limit in budgets:
        usable &= spending <= limit
    return usable


def _whole_prices(overload_cost: FloatArray) -> tuple[IntArray, int]:
    """Return costs per unit of overload as whole multiples of 1 / factor."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = overload_cost * 10.0**decimals
        if np.allclose(scaled, np.rint(scaled), rtol=1e-12, atol=0.0):
            return np.rint(scaled).astype(np.int64), int(10**decimals)
    return np.ceil(np.round(scaled, 3)).astype(np.int64), int(10**_MOST_DECIMALS)


def _useful_copies(problem: AssignmentProblem) -> IntArray:
    """Limit copies to the number of tasks that an agent could serve at all."""
    agents = problem.num_agents
    if problem.agent_count is None:
        return np.ones(agents, dtype=np.int64)
    pairs = np.unique(np.stack([problem.option_agent, problem.option_task], axis=1), axis=0)
    servable = np.bincount(pairs[:, 0], minlength=agents)
    return np.minimum(problem.agent_count, np.maximum(servable, 1))


def _check_magnitudes(
    problem: AssignmentProblem, price: IntArray, copies: IntArray, factor: int
) -> None:
    """Refuse numbers whose sums an engine could not hold in 64 bits."""
    agent, unit = problem.option_agent, float(MICRO * factor)
    weight = copies[agent].astype(float)
    option = np.repeat(np.arange(problem.num_options), np.diff(problem.load_start))
    load = problem.load_amount * weight[option]
    overload = load * price[agent[option], problem.load_resource]
    unassigned = np.where(np.isinf(problem.unassigned_cost), 0, problem.unassigned_cost)
    slots = float(copies.sum())
    sums = {
        "option_cost": np.abs(problem.option_cost) @ weight * unit,
        "unassigned_cost": np.abs(unassigned).sum() * unit,
        "overload_cost": overload.sum() * MICRO,
        "groups": math.fsum(cost * min(len(g), slots) for g, cost in problem.groups) * unit,
        "agent_cost": _given(problem.agent_cost, np.zeros(len(copies))) @ copies * unit,
        "option_load": load.sum() * MICRO,
        "budgets": max((amounts @ weight for amounts, _ in problem.budgets), default=0.0)
        * MICRO,
        "second_option_cost": _magnitude(problem.second_option_cost),
        "second_unassigned_cost": _magnitude(problem.second_unassigned_cost),
    }
    # Part of the range is kept free, as an engine adds several of these sums.
    large = [name for name, total in sums.items() if total > NO_LIMIT / 16]
    if large:
        message = (
            f"the sums of {', '.join(large)} could leave 64-bit integers (held "
            f"in units of {1 / unit:g}); rescale: use larger units, or smaller costs"
        )
        raise ProblemError(message)


def _magnitude(costs: FloatArray | None) -> float:
    return 0.0 if costs is None else float(np.abs(costs).sum()) * MICRO
