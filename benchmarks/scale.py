"""
Time to a proven gap of 5, 1 and 0.5 %, and memory, against size and load.

Cold and warm start of the engine are measured apart, once.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness.cells import Cell, goal_limit, instance_of
from benchmarks.harness.figures import draw_lines
from benchmarks.harness.options import carry_out, parser_of
from benchmarks.harness.startup import is_startup, measure
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import failures, group, machines, numbers, section, spread

_SIZES = ("10x50", "24x110", "60x300", "300x1500", "1000x5000")
_LOADS = (80, 90, 105)
_STEPS = ("to_5pct", "to_1pct", "to_0.5pct")
_HEADER = (
    "instance",
    "limit, s",
    "first plan, s",
    "its cost",
    "better than spreadsheet, s",
    "to 5 %, s",
    "to 1 %, s",
    "to 0.5 %, s",
    "cost",
    "gap, %",
    "proven optimal",
    "unassigned",
    "seconds",
    "memory, MiB",
    "other than a plan",
)


def cells(given: argparse.Namespace) -> Iterator[Cell]:
    """Yield the cells of a run, small instances first."""
    for size in given.sizes:
        for load in given.loads:
            name = f"{size}-{load}"
            limit = given.limit or goal_limit(name)
            for seed in given.seeds:
                yield Cell(
                    benchmark="scale", instance=name, method="engine", seed=seed, limit=limit
                )


def tables(rows: Sequence[Row]) -> str:
    """Return a table with a line for each instance and limit, and the start-up times."""
    started = [row for row in rows if is_startup(row)]
    solved = [row for row in rows if not is_startup(row)]
    lines = [
        _line(name, limit, of_instance)
        for (name, limit), of_instance in group(solved, "instance", "limit").items()
    ]
    parts = [section("Time to a proven gap", _HEADER, lines)]
    if started:
        times = [[row["method"], f"{float(row['seconds']):.1f}"] for row in started]
        parts.append(section("Import and first small solve", ("start", "seconds"), times))
    return "\n\n".join([*parts, machines(rows)])


def figures(rows: Sequence[Row], folder: Path) -> None:
    """Draw time to gap over size, for each load, where every run got there."""
    loads: dict[int, dict[str, dict[float, list[float]]]] = {}
    solved = [row for row in rows if not is_startup(row)]
    for (name,), of_instance in group(solved, "instance").items():
        instance = instance_of(name, 0)
        series = loads.setdefault(round(100 * instance.load), {})
        for step in _STEPS:
            values = numbers(of_instance, step)
            label = f"{step.removeprefix('to_').removesuffix('pct')} % proven"
            points = series.setdefault(label, {})
            # A median of those that got there would flatter the rest.
            if len(values) == len(of_instance):
                points[float(instance.contracts)] = values
    for load, series in loads.items():
        draw_lines(
            series,
            folder / f"scale-{load}.png",
            title=f"{load} % load",
            x_label="contracts",
            y_label="seconds to a proven gap",
            floor=0.01,
        )


def _line(name: str, limit: str, rows: Sequence[Row]) -> list[str]:
    count = len(rows)
    optimal = sum(row["status"] == "optimal" for row in rows)
    return [
        name,
        f"{float(limit):g}",
        spread(numbers(rows, "first_seconds"), count),
        spread(numbers(rows, "first_objective"), count, "{:,.0f}"),
        spread(numbers(rows, "beats_spreadsheet"), count),
        *(spread(numbers(rows, step), count, "{:.1f}") for step in _STEPS),
        spread(numbers(rows, "objective"), count, "{:,.0f}"),
        spread(numbers(rows, "gap", 100), count),
        f"{optimal} of {count}",
        spread(numbers(rows, "unassigned"), count, "{:.0f}"),
        spread(numbers(rows, "seconds"), count, "{:.1f}"),
        spread(numbers(rows, "peak_mb"), count, "{:.0f}"),
        failures(rows),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sizes, or write their tables."""
    parser = parser_of("scale", __doc__)
    parser.add_argument("--sizes", nargs="+", default=list(_SIZES), help="such as 60x300")
    parser.add_argument("--loads", nargs="+", type=int, default=list(_LOADS), help="percent")
    parser.add_argument("--no-startup", action="store_true", help="do not measure start-up")
    given = parser.parse_args(arguments)
    store = Store(given.results)
    is_measured = any(is_startup(row) for row in store.latest())
    if given.table is None and not given.no_startup and (given.again or not is_measured):
        print("start-up, cold and warm ...", file=sys.stderr)
        for row in measure():
            store.append(row)
    carry_out(given, cells(given), tables, figures)


if __name__ == "__main__":
    main()
