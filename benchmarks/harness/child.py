"""
The process of one cell: ``python -m benchmarks.harness.child JOB`` with a job in JSON.

Loads the problem, prepares the method, creates the file ``started``, runs the method, creates
``finished``, and writes what came out to ``row.json``.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.harness.machine import use_cores
from benchmarks.harness.pricing import row_of
from benchmarks.harness.problems import load
from benchmarks.methods import Answer
from tsam_planner.errors import InfeasibleError

WORKERS = 2


def main() -> None:
    """Run the cell of the job that the command line names."""
    job_file = Path(sys.argv[1])
    folder, job = job_file.parent, json.loads(job_file.read_text())
    use_cores(WORKERS)
    case = load(Path(job["problem"]))
    module = importlib.import_module(f"benchmarks.methods.{job['method'].replace('-', '_')}")
    solve = module.prepare(case, seed=job["seed"], workers=WORKERS)
    compiler = _watch_compiler()
    (folder / "started").touch()
    began = time.monotonic()
    try:
        answer = solve(job["limit"])
    except InfeasibleError as error:
        answer = Answer(option_of_task=None, stop=f"claims infeasible: {error}")
    seconds, peak = time.monotonic() - began, peak_mb()
    (folder / "finished").touch()
    row = row_of(case, answer) | {"seconds": seconds, "peak_mb": peak}
    if compiler is not None and compiler.done:
        row["compile_seconds"] = compiler.duration
    (folder / "row.json").write_text(json.dumps(row))


def peak_mb() -> float:
    """Return the most memory that this process or one of its own held, in MiB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        # Where a process starts as a copy of its parent, ru_maxrss begins with the parent's.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        own = int(lines["VmHWM"].split()[0])
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return max(own, children) * unit / 2**20


def _watch_compiler() -> Any:  # noqa: ANN401
    """Time what is compiled from now on: what the warm-up did not foresee."""
    if "numba" not in sys.modules:
        return None
    event = importlib.import_module("numba.core.event")
    listener = event.TimingListener()
    event.register("numba:compile", listener)
    return listener


if __name__ == "__main__":
    main()
