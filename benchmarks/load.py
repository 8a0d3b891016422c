"""
The whole command against size: seconds and memory of every part, from files to files.

``tsam-planner plan`` runs on portfolios with their logs (see `load_portfolio`), each in a
process of its own, with a stopwatch around every part (see `load_parts`). A process that holds
more memory, or takes longer, than it may is ended; what it had done by then is kept. Seconds of
the processor are what to compare: those of the clock depend on what else the machine does, and
how many processors that took is in the rows, too.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness.cells import ROOT, instance_of
from benchmarks.harness.machine import describe
from benchmarks.harness.options import parser_of, run_or_show, run_rows
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, section
from benchmarks.load_names import PARTS, WHOLE

_INSTANCES = ("60x300-90", "125x625-90", "250x1250-90", "500x2500-90", "1000x5000-90")
_LIMIT = 60.0
_MOST_SECONDS, _MOST_GIB = 3600.0, 20.0
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "contracts", "pairs"),
    *("seconds", "processor_seconds", "peak_mb", "others"),
    *("stop", "gap", "unassigned", "files", "megabytes", "page_mb", "workbook_mb"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)


def rows_of(instance: str, seed: int, limit: float) -> Iterator[dict[str, object]]:
    """Plan a portfolio in a process of its own, and yield the row of every part."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        draw = [sys.executable, "-m", "benchmarks.load_portfolio", str(folder / "portfolio")]
        subprocess.run([*draw, instance, str(seed)], cwd=ROOT, check=True)
        job = {"portfolio": str(folder / "portfolio"), "limit": limit}
        (folder / "job.json").write_text(json.dumps(job))
        status, others = _watched(folder)
        yield from _rows(folder, instance, seed, limit, status, others)


def _watched(folder: Path) -> tuple[str, float]:
    """Run the process; return how it ended, and how many processors others took."""
    import psutil

    command = [sys.executable, "-m", "benchmarks.load_parts", str(folder / "job.json")]
    began, busy = time.monotonic(), _busy()
    status = "plan"
    with psutil.Popen(command, cwd=ROOT) as process:
        own = 0.0
        while process.poll() is None:
            if process.memory_info().rss > _MOST_GIB * 2**30:
                status = "too much memory"
                process.kill()
            if time.monotonic() - began > _MOST_SECONDS:
                status = "too slow"
                process.kill()
            times = process.cpu_times()
            own = times.user + times.system
            time.sleep(0.5)
    took = time.monotonic() - began
    if process.returncode and status == "plan":
        status = f"code {process.returncode}"
    return status, max(0.0, (_busy() - busy - own) / took)


def _busy() -> float:
    """Return the processor seconds of all programs."""
    import psutil

    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + getattr(times, "steal", 0.0))


def _rows(
    folder: Path, instance: str, seed: int, limit: float, status: str, others: float
) -> Iterator[dict[str, object]]:
    known = folder / "parts.json"
    parts: dict[str, Any] = json.loads(known.read_text()) if known.exists() else {}
    shared = {
        "instance": instance,
        "seed": seed,
        "limit": limit,
        "status": status,
        "contracts": instance_of(instance, seed).contracts,
        "pairs": parts.get("pairs"),
        "others": others,
        **describe(),
    }
    for part in (*PARTS, WHOLE):
        if part in parts.get("clock", {}):
            yield shared | {
                "method": part,
                "seconds": parts["clock"][part],
                "processor_seconds": parts["processor"][part],
                "peak_mb": parts["memory"][part],
                **(_written(folder / "plan") if part == WHOLE else {}),
            }


def _written(plan: Path) -> dict[str, object]:
    """Return how good a plan is, and how big its files are."""
    if not plan.exists():
        return {}
    told = json.loads((plan / "plan.json").read_text())
    sizes = {path: path.stat().st_size / 1e6 for path in plan.rglob("*") if path.is_file()}
    return {
        "stop": told["stop_reason"],
        "gap": told["gap"],
        "unassigned": told["assignments"]["status"].count("unassigned"),
        "files": len(sizes),
        "megabytes": sum(sizes.values()),
        "page_mb": sizes[plan / "report.html"],
        "workbook_mb": sizes[plan / "plan.xlsx"],
    }


def exponent(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """
    Return the slope of a straight line through logarithms, by the least squares.

    Examples
    --------
    >>> exponent([1.0, 2.0, 4.0], [3.0, 12.0, 48.0])
    2.0
    """
    points = [(math.log(x), math.log(y)) for x, y in zip(xs, ys, strict=True) if y > 0]
    if len({x for x, _ in points}) < 2:
        return None
    middle = sum(x for x, _ in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * y for x, y in points) / spread


def tables(rows: Sequence[Row]) -> str:
    """Return what every part took at every size, how that grows, and the whole by size."""
    sizes = [name for (name,) in group(rows, "instance")]
    lines = [_line(part, of, sizes) for (part,), of in group(rows, "method").items()]
    header = ("part", *(name.split("-")[0] for name in sizes))
    growing = ("over contracts", "over pairs")
    wholes = [row for row in rows if row["method"] == WHOLE]
    return "\n\n".join(
        [
            section("Processor seconds of each part", (*header, *growing), lines),
            section("The whole command", _WHOLE_HEADER, map(_whole_line, wholes)),
            machines(rows),
        ]
    )


def _line(part: str, rows: Sequence[Row], sizes: Sequence[str]) -> list[str]:
    of_size = {name: _middle(of) for (name,), of in group(rows, "instance").items()}
    cells = [f"{of_size[name][2]:.1f}" if name in of_size else "–" for name in sizes]
    # Small sizes are ruled by what is done once: growth is that of the larger half.
    larger = list(of_size.values())[-3:]
    slopes = [
        exponent([point[of] for point in larger], [p[2] for p in larger]) for of in (0, 1)
    ]
    return [part, *cells, *("–" if slope is None else f"{slope:.2f}" for slope in slopes)]


def _middle(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Return contracts, pairs and mean processor seconds of one size."""
    seconds = [float(row["processor_seconds"]) for row in rows]
    pairs = [float(row["pairs"] or 1) for row in rows]
    return float(rows[0]["contracts"]), pairs[0], sum(seconds) / len(seconds)


_WHOLE_HEADER = (
    "size",
    "pairs",
    "limit, s",
    "clock, s",
    "processor, s",
    "memory, MiB",
    "stopped",
    "gap, %",
    "unassigned",
    "page, MB",
    "workbook, MB",
    "all files, MB",
    "others' processors",
)


def _whole_line(row: Row) -> list[str]:
    def number(name: str, form: str, factor: float = 1.0) -> str:
        return form.format(factor * float(row[name])) if row[name] else "–"

    return [
        row["instance"].split("-")[0],
        number("pairs", "{:,.0f}"),
        number("limit", "{:g}"),
        number("seconds", "{:,.0f}"),
        number("processor_seconds", "{:,.0f}"),
        number("peak_mb", "{:,.0f}"),
        row["stop"] or row["status"],
        number("gap", "{:.2f}", 100),
        row["unassigned"] or "–",
        number("page_mb", "{:.1f}"),
        number("workbook_mb", "{:.1f}"),
        number("megabytes", "{:.0f}"),
        number("others", "{:.1f}"),
    ]


def figures(rows: Sequence[Row], folder: Path) -> None:
    """Draw processor seconds of the costly parts, and memory, over the number of contracts."""
    from benchmarks.load_figure import draw

    draw(rows, folder / "whole-command.png")


def _run(given: argparse.Namespace, store: Store) -> None:
    said = "{method}: {processor_seconds:.1f} s of the processor, {peak_mb:.0f} MiB, {status}"
    run_rows(given, store, rows_of, _LIMIT, said)


def main(arguments: Sequence[str] | None = None) -> None:
    """Plan the sizes, or write their tables."""
    parser = parser_of("load", __doc__, seeds=(0,))
    parser.add_argument("--instances", nargs="+", default=list(_INSTANCES))
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables, figures)


if __name__ == "__main__":
    main()
