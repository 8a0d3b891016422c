"""Where and with what a cell was run."""

import datetime as dt
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from benchmarks.harness.cells import ROOT

_PACKAGES = ("tsam-planner", "numpy", "scipy", "numba", "highspy", "ortools")


def describe() -> dict[str, str]:
    """Return date, commit, versions and machine, as columns of a row."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "versions": "; ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES),
        "python": platform.python_version(),
        "cpu": _cpu(),
        "cores": str(len(usable_cores())),
        "ram_gb": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}",
    }


def used() -> tuple[float, float]:
    """Return processor seconds of all programs, and of this one with its workers."""
    # Imported here: the memory of a method must not hold it.
    import psutil

    times = psutil.cpu_times()
    me = psutil.Process()
    own = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    every = times.user + times.nice + times.system + getattr(times, "steal", 0.0)
    return every, sum(one.user + one.system for one in own)


def usable_cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def use_cores(count: int) -> None:
    """Stay on the first cores, where the system allows that; children inherit it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, usable_cores()[:count])


def _commit() -> str:
    """Return the commit, with a plus when the code that runs differs from it."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", "src", "benchmarks/*.py")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
