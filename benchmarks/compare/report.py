"""Tables and figures of the comparison."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.cells import instance_of
from benchmarks.harness.figures import draw_lines
from benchmarks.harness.pricing import gap_of
from benchmarks.harness.store import Row
from benchmarks.harness.tables import (
    failures,
    group,
    machines,
    numbers,
    section,
    spread,
)

_HEADER = (
    "method",
    "cost, points",
    "proven gap, %",
    "from best bound, %",
    "unassigned",
    "seconds",
    "memory, MiB",
    "other than a plan",
)
_NOTE = (
    "Median (range) over the seeds. *From best bound*: how far the plan can be from the best, "
    "by the best bound that any method proved on that instance within the same time."
)


def tables(rows: Sequence[Row]) -> str:
    """Return a table for each instance and time limit, and where the rows were made."""
    parts = [_NOTE]
    for (name, limit), of_instance in group(rows, "instance", "limit").items():
        seeds = len({row["seed"] for row in of_instance})
        title = f"{name}, {float(limit):g} s, {seeds} seed{'s' if seeds > 1 else ''}"
        lines = [
            _line(method, of_method, of_instance)
            for (method,), of_method in group(of_instance, "method").items()
        ]
        parts.append(section(title, _HEADER, lines))
    return "\n\n".join([*parts, machines(rows)])


def figures(rows: Sequence[Row], folder: Path) -> None:
    """Draw the distance to the best bound over size, for each load."""
    loads: dict[int, dict[str, dict[float, list[float]]]] = {}
    for (name, _), of_instance in group(rows, "instance", "limit").items():
        instance = instance_of(name, 0)
        series = loads.setdefault(round(100 * instance.load), {})
        for (method,), of_method in group(of_instance, "method").items():
            points = series.setdefault(method, {})
            values = points.setdefault(float(instance.contracts), [])
            values += from_best_bound(of_method, of_instance)
    for load, series in loads.items():
        draw_lines(
            series,
            folder / f"compare-{load}.png",
            title=f"{load} % load",
            x_label="contracts",
            y_label="cost above the best bound, %",
            floor=0.01,
        )


def from_best_bound(rows: Sequence[Row], of_instance: Sequence[Row]) -> list[float]:
    """Return how far each plan can be from the best, in percent of its cost."""
    bounds: dict[str, float] = {}
    for row in of_instance:
        if row["bound"]:
            known = bounds.get(row["seed"], float("-inf"))
            bounds[row["seed"]] = max(known, float(row["bound"]))
    gaps = [
        gap_of(float(row["objective"]), bounds[row["seed"]])
        for row in rows
        if row["objective"] and row["seed"] in bounds
    ]
    return [100 * gap for gap in gaps if gap is not None]


def _line(method: str, rows: Sequence[Row], of_instance: Sequence[Row]) -> list[str]:
    count = len(rows)
    return [
        method,
        spread(numbers(rows, "objective"), count, "{:,.0f}"),
        spread(numbers(rows, "gap", 100), count),
        spread(from_best_bound(rows, of_instance), count),
        spread(numbers(rows, "unassigned"), count, "{:.0f}"),
        spread(numbers(rows, "seconds"), count, "{:.1f}"),
        spread(numbers(rows, "peak_mb"), count, "{:.0f}"),
        failures(rows),
    ]
