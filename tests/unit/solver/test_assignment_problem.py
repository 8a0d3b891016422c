"""What an assignment problem accepts, and what it says about the rest."""

import numpy as np
import pytest
from scipy import sparse

from tsam_planner.errors import ProblemError
from tsam_planner.solver import AssignmentProblem

# Two tasks, two agents, one resource; every task may go to every agent.
GOOD = {
    "option_task": [0, 0, 1, 1],
    "option_agent": [0, 1, 0, 1],
    "option_cost": [1.0, 2.0, 3.0, 4.0],
    "option_load": [[2.0], [2.0], [3.0], [3.0]],
    "capacity": [[4.0], [4.0]],
    "unassigned_cost": [10.0, 20.0],
}


def test_everything_is_copied_and_read_only():
    """What the caller changes afterwards does not change the problem."""
    costs = np.array([1.0, 2.0, 3.0, 4.0])
    problem = AssignmentProblem(**GOOD | {"option_cost": costs})
    costs[0] = 99.0
    assert problem.option_cost.tolist() == [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(ValueError, match="read-only"):
        problem.capacity[0, 0] = 1.0


@pytest.mark.parametrize("form", [np.array, sparse.csr_array, sparse.coo_matrix])
def test_loads_are_kept_as_csr(form):
    """Dense and sparse loads say the same."""
    problem = AssignmentProblem(**GOOD | {"option_load": form(GOOD["option_load"])})
    assert problem.option_load.format == "csr"
    assert problem.option_load.toarray().tolist() == GOOD["option_load"]


def test_from_dense_leaves_out_infinite_costs():
    """An infinite cost is no option; the others come by task, then by agent."""
    problem = AssignmentProblem.from_dense(
        cost=[[1.0, np.inf], [2.0, 3.0]],
        load=[[4.0], [5.0]],
        capacity=[[8.0], [9.0]],
        unassigned_cost=[10.0, 20.0],
    )
    assert problem.option_task.tolist() == [0, 0, 1]
    assert problem.option_agent.tolist() == [0, 1, 1]
    assert problem.option_cost.tolist() == [1.0, 2.0, 3.0]
    assert problem.option_load.toarray().tolist() == [[4.0], [4.0], [5.0]]


def test_from_dense_takes_loads_by_agent():
    """Three dimensions are (agents, tasks, resources)."""
    load = np.arange(4.0).reshape(2, 2, 1)
    problem = AssignmentProblem.from_dense(np.zeros((2, 2)), load, np.ones((2, 1)), np.ones(2))
    # In order of options: task 0 by agents 0, 1; task 1 by agents 0, 1.
    assert problem.option_load.toarray().ravel().tolist() == [0.0, 2.0, 1.0, 3.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"capacity": [4.0]}, r"capacity of shape \(agents, resources\), got \(1,\)"),
        ({"unassigned_cost": [[1.0]]}, r"unassigned_cost of shape \(tasks,\)"),
        ({"option_cost": [1.0]}, r"option_cost of shape \(options,\) = \(4,\)"),
        ({"option_agent": [0]}, r"option_agent of shape \(options,\)"),
        ({"option_load": [[1.0, 1.0]] * 4}, r"option_load of shape .* got \(4, 2\)"),
        ({"option_load": [1.0] * 4}, r"option_load of 2 dimensions, got shape \(4,\)"),
        ({"option_cost": ["a"] * 4}, "cannot be read as numbers"),
        ({"option_task": [0, 0, 1, 2]}, "option_task: .* index of the 2 tasks, got 2"),
        ({"option_agent": [-1, 1, 0, 1]}, "option_agent: .* got -1 at position 0"),
        ({"option_task": [0.0, 0.5, 1.0, 1.0]}, "whole numbers in option_task"),
        ({"option_cost": [np.nan, 2, 3, 4]}, "option_cost: expected a finite number"),
        ({"option_cost": [np.inf, 2, 3, 4]}, "option_cost: .* got inf at position 0"),
        ({"option_load": [[-1.0]] * 4}, r"option_load: .* >= 0, got -1.0 .* \(4 wrong"),
        ({"option_load": [[np.nan]] * 4}, "option_load: .* got nan"),
        ({"capacity": [[4.0], [-1.0]]}, r"capacity: .* got -1.0 at position \(1, 0\)"),
        ({"capacity": [[np.nan], [4.0]]}, "capacity: expected a number >= 0 or inf"),
        ({"unassigned_cost": [np.nan, 1.0]}, "unassigned_cost: .* or inf"),
        ({"unassigned_cost": [-np.inf, 1.0]}, "unassigned_cost: .* got -inf"),
        ({"groups": [([0, 0], 1.0)]}, "group 0 names task 0 more than once"),
        ({"groups": [([0, 2], 1.0)]}, "group 0: expected an index of the 2 tasks"),
        ({"groups": [([0, 1], -1.0)]}, "finite cost >= 0 of group 0, got -1.0"),
        ({"groups": [([[0]], 1.0)]}, "task indices in one dimension in group 0"),
        ({"exclusive": [[1, 1]]}, "exclusive set 0 names task 1 more than once"),
        ({"exclusive": [[0.5]]}, "whole numbers in exclusive set 0, got float64"),
        ({"soft_capacity": [[1.0], [1.0]]}, "soft_capacity is given without overload"),
        ({"overload_cost": [[1.0], [1.0]]}, "overload_cost is given without soft_capa"),
        (
            {"soft_capacity": [[1.0], [1.0]], "overload_cost": [[1.0], [-1.0]]},
            "overload_cost: expected a finite number >= 0, got -1.0",
        ),
        (
            {"soft_capacity": [[1.0], [-1.0]], "overload_cost": [[1.0], [1.0]]},
            r"soft_capacity: expected a number >= 0 or inf .*, got -1.0",
        ),
        ({"agent_count": [1, 0]}, "agent_count: expected at least 1, got 0"),
        ({"agent_count": [1.5, 1]}, "whole numbers in agent_count, got float64"),
        ({"agent_cost": [-1.0, 0.0]}, "agent_cost: expected a finite number >= 0"),
        ({"budgets": [([1.0], 1.0)]}, "amounts of budget 0 of shape"),
        ({"budgets": [([-1.0] * 4, 1.0)]}, "amounts of budget 0: .* >= 0, got -1.0"),
        ({"budgets": [([1.0] * 4, -1.0)]}, "limit >= 0 of budget 0, got -1.0"),
        ({"budgets": [([1.0] * 4, np.nan)]}, "limit >= 0 of budget 0, got nan"),
        ({"second_option_cost": [1.0]}, "second_option_cost of shape"),
        ({"second_option_cost": [np.nan] * 4}, "second_option_cost: .* finite"),
        ({"second_unassigned_cost": [np.inf, 1]}, "second_unassigned_cost: .* finite"),
    ],
)
def test_impossible_arrays_are_named(change, message):
    """Each defect is said with its array, its value and what was expected."""
    with pytest.raises(ProblemError, match=message):
        AssignmentProblem(**GOOD | change)


def test_all_problems_are_reported_at_once():
    """One error lists every defect."""
    change = {"option_cost": [np.nan] * 4, "capacity": [[-1.0], [1.0]]}
    with pytest.raises(ProblemError, match=r"(?s)option_cost.*\n.*capacity"):
        AssignmentProblem(**GOOD | change)


@pytest.mark.parametrize(
    ("cost", "load", "message"),
    [
        ([1.0], [[1.0]], "expected cost of shape"),
        ([[1.0]], [1.0], "expected cost of shape"),
        ([[1.0, 2.0]], [[1.0]], r"cost has shape \(1, 2\)"),
        ([[1.0, 2.0]], [[[1.0]]], r"load \(1, 1, 1\)"),
    ],
)
def test_from_dense_names_shapes_that_disagree(cost, load, message):
    """Cost and load must speak of the same agents and tasks."""
    with pytest.raises(ProblemError, match=message):
        AssignmentProblem.from_dense(cost, load, [[1.0]], [1.0])


def test_from_dense_does_not_take_nan_for_no_option():
    """Only infinity means that an agent may not serve a task."""
    with pytest.raises(ProblemError, match="option_cost: expected a finite number"):
        AssignmentProblem.from_dense([[np.nan]], [[1.0]], [[1.0]], [1.0])
