"""
Timefold's Python solver in its own environment: a process that reads the problem as JSON.

The virtual machine is started and the score rules are compiled before the clock starts.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from benchmarks.compare.timefold_setup import python_of, venv
from benchmarks.harness.cells import ROOT
from benchmarks.harness.problems import Case
from benchmarks.methods import Answer, Moment, Solve
from benchmarks.methods.spreadsheet import keep_today
from benchmarks.methods.whole import WholeProblem, whole
from tsam_planner.solver.integers import NO_LIMIT

_WORKER = ROOT / "benchmarks" / "compare" / "timefold_worker.py"


def prepare(case: Case, *, seed: int, workers: int) -> Solve:
    """
    Start the worker and wait until it is ready; return what makes it search.

    The open edition searches on one thread; Java compiles and collects garbage on others.
    """
    folder = Path(tempfile.mkdtemp(prefix="timefold-"))
    problem = whole(case.problem)
    given = as_json(problem, keep_today(case)) | {"seed": seed}
    (folder / "problem.json").write_text(json.dumps(given))
    process = subprocess.Popen(
        [python_of(venv()), _WORKER, folder / "problem.json", folder / "answer.json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _wait_for(process.stdout, "ready")

    def solve(limit: float) -> Answer:
        process.communicate(f"{limit}\n")
        if process.returncode:
            message = f"Timefold's process ended with code {process.returncode}"
            raise RuntimeError(message)
        return _answer(json.loads((folder / "answer.json").read_text()), problem)

    return solve


def as_json(problem: WholeProblem, chosen: np.ndarray) -> dict[str, Any]:
    """
    Return what the worker reads.

    Resources that load every option alike share a column: the rules of a week are one sum,
    compared with several limits. ``load_rows`` holds each different row of loads once.
    """
    columns = _columns(problem)
    dense = problem.loads[:, [group[0] for group in columns]].toarray()
    table, row = np.unique(dense, axis=0, return_inverse=True)
    soft, price = problem.soft_capacity, problem.overload_cost
    return {
        "options": np.stack([problem.option_task, problem.option_agent, problem.option_cost])
        .T.astype(int)
        .tolist(),
        "load_row": row.ravel().tolist(),
        "load_rows": table.tolist(),
        "limits": [problem.capacity[:, group].min(axis=1).tolist() for group in columns],
        "kinks": [[_kinks(soft[:, r], price[:, r]) for r in group] for group in columns],
        "unassigned": problem.unassigned_cost.tolist(),
        "must_serve": problem.must_serve.tolist(),
        "groups": problem.groups,
        "exclusive": problem.exclusive,
        "chosen": chosen.tolist(),
        "no_limit": NO_LIMIT,
    }


def _kinks(soft: np.ndarray, price: np.ndarray) -> list[list[int]]:
    return [soft.tolist(), price.tolist()]


def _columns(problem: WholeProblem) -> list[list[int]]:
    """Gather resources of equal loads, without those that limit nothing."""
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    loads = problem.loads
    matters = (problem.capacity < NO_LIMIT) | (problem.overload_cost > 0)
    for resource in np.flatnonzero(matters.any(axis=0)).tolist():
        part = slice(*loads.indptr[resource : resource + 2])
        key = (loads.indices[part].tobytes(), loads.data[part].tobytes())
        groups.setdefault(key, []).append(resource)
    return list(groups.values())


def _wait_for(stream: IO[str] | None, word: str) -> None:
    assert stream is not None
    for line in stream:
        if line.strip() == word:
            return
    message = "Timefold's process ended before it was ready"
    raise RuntimeError(message)


def _answer(given: dict[str, Any], problem: WholeProblem) -> Answer:
    history = [
        Moment(elapsed, -soft / problem.points if hard == 0 else None, None)
        for elapsed, hard, soft in given["history"]
    ]
    return Answer(
        option_of_task=np.array(given["option_of_task"], dtype=np.int64),
        history=history,
        stop=given["score"],
        note=f"timefold {given['version']}, {given['moves_per_second']} moves/s",
    )
