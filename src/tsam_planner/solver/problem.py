"""The assignment problem as arrays: what a caller states, checked and frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tsam_planner.errors import ProblemError
from tsam_planner.solver.checks import (
    check_indices,
    check_sets,
    check_shapes,
    check_values,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AssignmentProblem:
    """
    Tasks, agents and the options by which agents can serve tasks.

    At most one option per task is chosen; several options may join the same task and
    agent. The loads of the chosen options must fit each agent's capacities. All arrays
    are copied and made read-only; whatever `numpy.asarray` understands may be given.

    Parameters
    ----------
    option_task
        Task of each option, shape (options,), integers from 0.
    option_agent
        Agent of each option, shape (options,), integers from 0.
    option_cost
        Cost of choosing each option, in points, shape (options,); may be negative.
    option_load
        Load of each option on its agent's resources, >= 0, shape (options, resources),
        dense or any scipy sparse format; kept as CSR. Resource 0 of one agent need not
        mean the same as resource 0 of another.
    capacity
        Largest load of each agent's resources, >= 0, shape (agents, resources);
        infinite = no limit.
    unassigned_cost
        Cost of leaving each task unserved, in points, shape (tasks,); infinite = the
        task must be served.
    groups
        Pairs (task indices, cost >= 0): the cost is paid for each agent beyond the
        first that serves tasks of the group. Copies of an agent count as different.
    exclusive
        Sets of task indices: an agent serves at most one task of each set.
    soft_capacity, overload_cost
        Shape (agents, resources), given together: each unit of load above the soft
        capacity (>= 0, may be infinite) costs ``overload_cost`` (points per unit of
        load, >= 0). A second kink is a second resource with the same loads.
    agent_count
        How many identical copies each agent stands for, shape (agents,), >= 1;
        1 if not given. Every copy has the whole capacity.
    agent_cost
        Cost of each copy that serves at least one task, in points, >= 0, shape
        (agents,); 0 if not given.
    budgets
        Pairs (amounts >= 0 of shape (options,), limit >= 0): the amounts of the chosen
        options add up to at most the limit.
    second_option_cost, second_unassigned_cost
        Costs of a second level, shapes (options,) and (tasks,), finite: compared only
        among plans of equal first cost. If only one of them is given, the other is 0.

    Raises
    ------
    ProblemError
        When the arrays do not describe a problem; the message lists every reason.

    Examples
    --------
    Two tasks of 6 and 5 hours, one agent of 8 hours: only one task fits.

    >>> problem = AssignmentProblem(
    ...     option_task=[0, 1], option_agent=[0, 0], option_cost=[0.0, 0.0],
    ...     option_load=[[6.0], [5.0]], capacity=[[8.0]], unassigned_cost=[60.0, 50.0])
    >>> problem.num_tasks, problem.num_agents, problem.num_options
    (2, 1, 2)
    """

    option_task: IntArray
    option_agent: IntArray
    option_cost: FloatArray
    option_load: "FloatArray | sparse.csr_array[np.float64, tuple[int, int]]"
    capacity: FloatArray
    unassigned_cost: FloatArray
    groups: Sequence[tuple[IntArray | Sequence[int], float]] = ()
    exclusive: Sequence[IntArray | Sequence[int]] = ()
    soft_capacity: FloatArray | None = None
    overload_cost: FloatArray | None = None
    agent_count: IntArray | None = None
    agent_cost: FloatArray | None = None
    budgets: Sequence[tuple[FloatArray, float]] = ()
    second_option_cost: FloatArray | None = None
    second_unassigned_cost: FloatArray | None = None

    def __post_init__(self) -> None:
        try:
            self._freeze()
        except (TypeError, ValueError) as error:
            message = f"an array of the problem cannot be read as numbers: {error}"
            raise ProblemError(message) from error
        problems = check_shapes(self)
        # Values are only worth a look where the arrays belong together.
        if not problems:
            problems = [
                *check_indices(self),
                *check_values(self),
                *check_sets(self),
            ]
        if problems:
            lines = "".join(f"\n  {problem}" for problem in problems)
            message = f"the arrays do not describe an assignment problem:{lines}"
            raise ProblemError(message)

    @property
    def num_tasks(self) -> int:
        """Number of tasks."""
        return len(self.unassigned_cost)

    @property
    def num_agents(self) -> int:
        """Number of agents; identical copies count as one."""
        return len(self.capacity)

    @property
    def num_options(self) -> int:
        """Number of options."""
        return len(self.option_task)

    @property
    def num_resources(self) -> int:
        """Number of resources of each agent."""
        return int(self.capacity.shape[1])

    @property
    def load_start(self) -> IntArray:
        """Where the loads of each option begin, shape (options + 1,)."""
        return np.asarray(self._loads.indptr, dtype=np.int64)

    @property
    def load_resource(self) -> IntArray:
        """Resource of each load."""
        return np.asarray(self._loads.indices, dtype=np.int64)

    @property
    def load_amount(self) -> FloatArray:
        """Amount of each load, in the units of ``capacity``."""
        return np.asarray(self._loads.data, dtype=np.float64)

    @property
    def _loads(self) -> "sparse.csr_array[np.float64, tuple[int, int]]":
        return cast("sparse.csr_array[np.float64, tuple[int, int]]", self.option_load)

    @property
    def has_second_level(self) -> bool:
        """Whether plans of equal cost are compared by a second cost."""
        return self.second_option_cost is not None or self.second_unassigned_cost is not None

    @classmethod
    def from_dense(
        cls,
        cost: npt.ArrayLike,
        load: npt.ArrayLike,
        capacity: npt.ArrayLike,
        unassigned_cost: npt.ArrayLike,
    ) -> Self:
        """
        Build a problem with one option per agent and task from full matrices.

        Parameters
        ----------
        cost
            Shape (agents, tasks), in points; infinite = this agent may not serve it.
        load
            Shape (tasks, resources) when it is the same for all agents, else
            (agents, tasks, resources).
        capacity
            Shape (agents, resources).
        unassigned_cost
            Shape (tasks,); infinite = must be served.

        Raises
        ------
        ProblemError
            When the shapes disagree or a value is impossible.

        Examples
        --------
        >>> problem = AssignmentProblem.from_dense(
        ...     cost=[[1.0, np.inf], [2.0, 3.0]], load=[[4.0], [5.0]],
        ...     capacity=[[8.0], [8.0]], unassigned_cost=[100.0, 100.0])
        >>> problem.option_agent.tolist(), problem.option_task.tolist()
        ([0, 1, 1], [0, 0, 1])
        """
        costs, loads = np.asarray(cost, dtype=float), np.asarray(load, dtype=float)
        if costs.ndim != 2 or loads.ndim not in (2, 3):
            message = (
                "expected cost of shape (agents, tasks) and load of 2 or 3 dimensions, "
                f"got {costs.shape} and {loads.shape}"
            )
            raise ProblemError(message)
        if loads.shape[:-1] != costs.shape[3 - loads.ndim :]:
            message = (
                f"cost has shape {costs.shape} (agents, tasks), load {loads.shape}; "
                f"expected load as (tasks, resources) or (agents, tasks, resources)"
            )
            raise ProblemError(message)
        # NaN stays an option here, so that the check of values can name it.
        task, agent = np.nonzero(~np.isposinf(costs.T))
        return cls(
            option_task=task,
            option_agent=agent,
            option_cost=costs[agent, task],
            option_load=loads[task] if loads.ndim == 2 else loads[agent, task],
            capacity=np.asarray(capacity, dtype=float),
            unassigned_cost=np.asarray(unassigned_cost, dtype=float),
        )

    def _freeze(self) -> None:
        """Replace whatever was given by read-only copies."""
        for name in ("option_task", "option_agent", "agent_count"):
            self._set(name, _frozen_indices(getattr(self, name)))
        for name in (
            "option_cost",
            "capacity",
            "unassigned_cost",
            "soft_capacity",
            "overload_cost",
            "agent_cost",
            "second_option_cost",
            "second_unassigned_cost",
        ):
            self._set(name, _frozen_numbers(getattr(self, name)))
        self._set("option_load", _frozen_matrix(self.option_load))
        self._set("groups", tuple((_frozen_indices(t), float(c)) for t, c in self.groups))
        self._set("exclusive", tuple(_frozen_indices(tasks) for tasks in self.exclusive))
        self._set("budgets", tuple((_frozen_numbers(a), float(b)) for a, b in self.budgets))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def _frozen_numbers(values: npt.ArrayLike | None) -> FloatArray | None:
    if values is None:
        return None
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def _frozen_indices(values: npt.ArrayLike | None) -> npt.NDArray[np.generic] | None:
    """Copy indices; what is not whole keeps its type, so that it can be reported."""
    if values is None:
        return None
    array = np.array(values)
    if array.dtype.kind in "iu" or array.size == 0:
        array = array.astype(np.int64)
    array.flags.writeable = False
    return array


def _frozen_matrix(loads: object) -> "sparse.csr_array[np.float64, tuple[int, int]]":
    given: Any = loads
    if not sparse.issparse(given):
        given = np.array(given, dtype=np.float64)
        if given.ndim != 2:
            message = f"expected option_load of 2 dimensions, got shape {given.shape}"
            raise ValueError(message)
    matrix: Any = sparse.csr_array(given, dtype=np.float64, copy=True)
    matrix.sum_duplicates()
    for array in (matrix.data, matrix.indices, matrix.indptr):
        array.flags.writeable = False
    return cast("sparse.csr_array[np.float64, tuple[int, int]]", matrix)
