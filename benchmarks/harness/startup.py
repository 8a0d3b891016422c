"""
How long until the engine can start: importing, and compiling where no cache is.

``python -m benchmarks.harness.startup`` prints the seconds of its own process: imports and one
tiny problem. `measure` runs it twice with one cache folder, which is empty the first time.
"""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.harness.cells import ROOT
from benchmarks.harness.machine import describe
from benchmarks.harness.store import Row

INSTANCE = "start-up"
NAMES = ("empty cache", "warm cache")


def measure() -> list[dict[str, object]]:
    """Return a row for the first start and one for the second."""
    with tempfile.TemporaryDirectory(prefix="numba-") as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        return [_row(name, _seconds(environment)) for name in NAMES]


def is_startup(row: Row) -> bool:
    """Tell these rows from those of cells."""
    return row["instance"] == INSTANCE


def _seconds(environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.harness.startup"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def _row(name: str, seconds: float) -> dict[str, object]:
    cell = {"instance": INSTANCE, "method": name, "seed": 0, "limit": 0.0}
    return cell | {"status": "plan", "seconds": seconds, **describe()}


def main() -> None:
    """Print the seconds that a first small solve takes, imports included."""
    began = time.monotonic()
    from benchmarks.methods.engine import tiny_problem
    from tsam_planner.solver import solve_assignment

    solve_assignment(tiny_problem(), time_limit=120.0)
    print(time.monotonic() - began)


if __name__ == "__main__":
    main()
