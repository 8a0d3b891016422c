"""
Problems as files: drawn or read once, then loaded by every method's process.

``python -m benchmarks.harness.problems OUT 60x300-90 0`` draws an instance;
``python -m benchmarks.harness.problems OUT FILE`` reads a published one. Drawing has a process
of its own, so that its memory does not count for the method.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from tsam_planner.solver import AssignmentProblem
from tsam_planner.solver.problem import IntArray

_ARRAYS = ("option_task", "option_agent", "option_cost", "capacity", "unassigned_cost")
_PLAIN = ("agent_count", "agent_cost", "second_option_cost", "second_unassigned_cost")


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and today's agent of each task (-1: none)."""

    problem: AssignmentProblem
    start: IntArray


def save(case: Case, path: Path) -> None:
    """
    Write a case to a file.

    Raises
    ------
    ValueError
        When the problem has features that the compared models do not know.
    """
    problem = case.problem
    if problem.budgets or any(getattr(problem, name) is not None for name in _PLAIN):
        message = "the compared models know neither copies and costs of agents nor budgets"
        raise ValueError(message)
    arrays = {name: getattr(problem, name) for name in _ARRAYS}
    for name in ("soft_capacity", "overload_cost"):
        if getattr(problem, name) is not None:
            arrays[name] = getattr(problem, name)
    groups = [tasks for tasks, _ in problem.groups]
    arrays |= _flat("groups", groups) | _flat("exclusive", list(problem.exclusive))
    np.savez(
        path,
        start=case.start,
        load_start=problem.load_start,
        load_resource=problem.load_resource,
        load_amount=problem.load_amount,
        groups_cost=np.array([cost for _, cost in problem.groups], dtype=float),
        **arrays,
    )


def load(path: Path) -> Case:
    """Read a case that `save` wrote."""
    with np.load(path) as file:
        arrays = dict(file)
    shape = (len(arrays["option_task"]), arrays["capacity"].shape[1])
    loads = sparse.csr_array(
        (arrays["load_amount"], arrays["load_resource"], arrays["load_start"]), shape=shape
    )
    groups = zip(_lists("groups", arrays), arrays["groups_cost"].tolist(), strict=True)
    problem = AssignmentProblem(
        **{name: arrays[name] for name in _ARRAYS},
        option_load=loads,
        groups=list(groups),
        exclusive=_lists("exclusive", arrays),
        soft_capacity=arrays.get("soft_capacity"),
        overload_cost=arrays.get("overload_cost"),
    )
    return Case(problem, arrays["start"])


def draw(name: str, seed: int) -> Case:
    """Draw an instance as `make_plan` would read it."""
    # Imported here: loading a case must not cost the memory of drawing one.
    from benchmarks.harness.cells import instance_of
    from benchmarks.instances import draw_portfolio, model_of

    model = model_of(draw_portfolio(instance_of(name, seed)))
    return Case(model.problem, model.start())


def read_published(path: Path) -> Case:
    """
    Read a generalized assignment instance: m n, costs, resource uses, capacities.

    Raises
    ------
    ValueError
        When the file does not hold as many numbers as its first two say.
    """
    numbers = np.array(path.read_text().split(), dtype=float)
    agents, tasks = int(numbers[0]), int(numbers[1])
    expected = 2 + 2 * agents * tasks + agents
    if len(numbers) != expected:
        message = f"{path.name}: expected {expected} numbers, got {len(numbers)}"
        raise ValueError(message)
    cost, use = numbers[2:-agents].reshape(2, agents, tasks)
    problem = AssignmentProblem.from_dense(
        cost=cost,
        load=use[:, :, None],
        capacity=numbers[-agents:, None],
        unassigned_cost=np.full(tasks, np.inf),
    )
    return Case(problem, np.full(tasks, -1))


def _flat(name: str, lists: list[IntArray]) -> dict[str, IntArray]:
    sizes = np.array([len(tasks) for tasks in lists], dtype=np.int64)
    tasks = np.concatenate([np.zeros(0, dtype=np.int64), *lists])
    return {f"{name}_size": sizes, f"{name}_task": tasks}


def _lists(name: str, arrays: dict[str, IntArray]) -> list[IntArray]:
    ends = np.cumsum(arrays[f"{name}_size"])
    return np.split(arrays[f"{name}_task"], ends)[:-1]


def main() -> None:
    """Write the case that the command line names."""
    out, name, *seed = sys.argv[1:]
    save(draw(name, int(seed[0])) if seed else read_published(Path(name)), Path(out))


if __name__ == "__main__":
    main()
