"""Run cells one after the other, each in a process of its own, and keep what comes out."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.harness.cells import ROOT, Cell
from benchmarks.harness.machine import describe
from benchmarks.harness.store import Store

# What is not timed must end, too: compiling, starting a virtual machine, pricing the plan.
_MOST_ASIDE = 900.0


def run_all(cells: Iterable[Cell], store: Store, *, again: bool = False) -> None:
    """Run every cell that the store does not have yet; ``again``: every cell."""
    drawn: tuple[object, ...] | None = None
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        for cell in cells:
            if store.has(cell) and not again:
                continue
            problem = folder / "problem.npz"
            wanted = (cell.instance, cell.file, cell.seed if cell.file is None else None)
            if wanted != drawn:
                _draw(cell, problem)
                drawn = wanted
            print(f"{cell} ...", end=" ", file=sys.stderr, flush=True)
            row = run_cell(cell, problem)
            store.append(row)
            print(_said(row), file=sys.stderr, flush=True)


def run_cell(
    cell: Cell, problem: Path | None = None, child: str = "benchmarks.harness.child"
) -> dict[str, object]:
    """
    Run one cell on a problem file; return its row, whatever happens.

    ``child`` is the module of the process; one that draws its own problem needs no file.
    """
    row: dict[str, object] = {
        "instance": cell.instance,
        "method": cell.method,
        "seed": cell.seed,
        "limit": cell.limit,
        "best_known": cell.best_known,
        **describe(),
    }
    with tempfile.TemporaryDirectory(prefix="cell-") as name:
        folder = Path(name)
        job = {
            "problem": None if problem is None else str(problem),
            "instance": cell.instance,
            "method": cell.method,
            "seed": cell.seed,
            "limit": cell.limit,
        }
        (folder / "job.json").write_text(json.dumps(job))
        began = time.monotonic()
        with _process(child, folder / "job.json", folder) as process:
            failure = _watch(process, folder, cell.limit)
        if failure is not None:
            took = {"seconds": time.monotonic() - began, "status": "killed", "stop": failure}
            return row | took
        result = folder / "row.json"
        if process.returncode or not result.exists():
            said = (folder / "said").read_text(errors="replace").strip().splitlines()
            note = said[-1] if said else ""
            return row | {
                "status": "crashed",
                "stop": f"code {process.returncode}",
                "note": note,
            }
        return row | json.loads(result.read_text())


def grace(limit: float) -> float:
    """Return the seconds after the limit that a method has to return."""
    return 10.0 + 0.1 * limit


@contextmanager
def _process(module: str, argument: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process in a group of its own, which ends with the block, come what may."""
    environment = os.environ | {"TMPDIR": str(folder)}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", module, argument],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
        try:
            yield process
        finally:
            _end(process)


def _watch(process: subprocess.Popen[bytes], folder: Path, limit: float) -> str | None:
    """Wait for the end; say what is wrong when it does not come."""
    stages = [
        ("while preparing", _MOST_ASIDE, "started"),
        ("after the limit", limit + grace(limit), "finished"),
        ("after the search", _MOST_ASIDE, None),
    ]
    for stage, most, mark in stages:
        deadline = time.monotonic() + most
        while mark is None or not (folder / mark).exists():
            if process.poll() is not None:
                return None
            if time.monotonic() > deadline:
                return f"did not come to an end {stage}"
            time.sleep(0.1)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process and of those that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def _draw(cell: Cell, path: Path) -> None:
    what = [cell.instance, str(cell.seed)] if cell.file is None else [str(cell.file.resolve())]
    command = [sys.executable, "-m", "benchmarks.harness.problems", str(path), *what]
    subprocess.run(command, cwd=ROOT, check=True)


def _said(row: dict[str, object]) -> str:
    text = str(row["status"])
    for name in ("objective", "bound", "gap", "unassigned", "seconds", "note"):
        value = row.get(name)
        if value not in (None, ""):
            text += f", {name} {value:.5g}" if isinstance(value, float) else f", {name} {value}"
    return text
