"""
The process of one whole command: ``python -m benchmarks.load_parts JOB``, a job in JSON.

``tsam-planner plan`` runs as it is. Its parts are found by name where they are called, and each
is replaced by itself with a stopwatch around it. What is known is written after every part, so
that a process that is ended for its memory or its time still tells how far it came.

Processor seconds are those of the whole process while searches, with workers of their own, are
at work, and of the part's own thread else: futures are drawn by a second thread, beside others.
Memory is the most that the process held while a part ran, with all that earlier parts left.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import ModuleType

from benchmarks.harness.child import WORKERS
from benchmarks.harness.machine import use_cores
from benchmarks.load_names import PARTS, SEARCHED, WHOLE
from benchmarks.methods.engine import tiny_problem
from benchmarks.random_portfolio import QUARTER
from tsam_planner.cli import commands
from tsam_planner.solver import solve_assignment

_MIB = 2**20


@dataclass
class Stopwatch:
    """Seconds and memory of each part, over all its calls; none of them calls another."""

    file: Path
    clock: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    began_processor: float = field(default_factory=time.process_time)

    def watch(self) -> None:
        """Put a stopwatch around every part, for the rest of this process."""
        for part, places in PARTS.items():
            for where, name in places:
                place = _place(where)
                setattr(place, name, self._timed(part, getattr(place, name)))

    def _timed(self, part: str, function: Callable[..., object]) -> Callable[..., object]:
        processor_time = time.process_time if part in SEARCHED else time.thread_time

        @wraps(function)
        def timed(*positional: object, **named: object) -> object:
            clock, processor = time.monotonic(), processor_time()
            self._note_memory(WHOLE)
            _forget_peak()
            try:
                answer = function(*positional, **named)
            finally:
                self._add(self.clock, part, time.monotonic() - clock)
                self._add(self.processor, part, processor_time() - processor)
                self._note_memory(part)
                self.write()
            if part == "model":
                problem = answer.problem
                self.counts = {
                    "pairs": len(problem.option_task),
                    "tasks": len(problem.unassigned_cost),
                }
            return answer

        return timed

    @staticmethod
    def _add(seconds: dict[str, float], part: str, more: float) -> None:
        seconds[part] = seconds.get(part, 0.0) + more

    def _note_memory(self, part: str) -> None:
        for name in (part, WHOLE):
            self.memory[name] = max(self.memory.get(name, 0.0), _peak())

    def write(self) -> None:
        """Write what is known so far."""
        self.clock[WHOLE] = time.monotonic() - self.began
        self.processor[WHOLE] = time.process_time() - self.began_processor
        self._note_memory(WHOLE)
        kept = {name: getattr(self, name) for name in ("clock", "processor", "memory")}
        self.file.write_text(json.dumps(kept | self.counts))


def _place(where: str) -> ModuleType | type:
    """Return a module of the package, or a class that a colon parts from its module."""
    module, _, name = where.partition(":")
    found = import_module(f"tsam_planner.{module}")
    return getattr(found, name) if name else found


def _forget_peak() -> None:
    """Let the system's record of the most memory begin anew, where it has one."""
    file = Path("/proc/self/clear_refs")
    if file.exists():
        file.write_text("5")


def _peak() -> float:
    """Return the most memory held since `_forget_peak`, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    most = next(line for line in lines if line.startswith("VmHWM"))
    return int(most.split()[1]) * 1024 / _MIB


def main() -> None:
    """Plan the portfolio of the job that the command line names, and write how it went."""
    job_file = Path(sys.argv[1])
    job, folder = json.loads(job_file.read_text()), job_file.parent
    use_cores(WORKERS)
    solve_assignment(tiny_problem(), time_limit=120.0, num_workers=WORKERS)
    stopwatch = Stopwatch(folder / "parts.json")
    stopwatch.watch()
    code = commands.run(
        [
            *("plan", job["portfolio"], "--quarter", QUARTER, "--out", str(folder / "plan")),
            *("--time-limit", str(job["limit"]), "--workers", str(WORKERS), "--quiet"),
        ]
    )
    stopwatch.write()
    sys.exit(code)


if __name__ == "__main__":
    main()
