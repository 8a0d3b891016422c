"""
Published generalized assignment instances against the best known values.

``python -m benchmarks.gap FOLDER``: a folder of files (m n, costs, uses, capacities) with
``best-known.csv``. Nothing of it is copied; the rows hold names and values only.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.harness.cells import Cell
from benchmarks.harness.figures import draw_lines
from benchmarks.harness.options import carry_out, parser_of
from benchmarks.harness.store import Row
from benchmarks.harness.tables import failures, group, machines, numbers, section, spread

_LIMIT = 60.0
_METHODS = ("engine", "cp-sat", "highs")
_HEADER = (
    "instance",
    "best known",
    "value",
    "off, %",
    "proven gap, %",
    "seconds",
    "other than a plan",
)


def cells(given: argparse.Namespace) -> Iterator[Cell]:
    """Yield the cells of the instances that ``best-known.csv`` lists."""
    with (given.folder / "best-known.csv").open(newline="", encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    for entry in listed:
        for seed in given.seeds:
            for method in given.methods:
                if given.only and entry["instance"] not in given.only:
                    continue
                yield Cell(
                    benchmark="gap",
                    instance=entry["instance"],
                    method=method,
                    seed=seed,
                    limit=given.limit or _LIMIT,
                    file=given.folder / entry["instance"],
                    best_known=float(entry["best_known"]),
                )


def tables(rows: Sequence[Row]) -> str:
    """Return a table for each method and time limit, and where the rows were made."""
    parts = []
    for (method, limit), of_method in group(rows, "method", "limit").items():
        lines = [
            _line(name, of_instance)
            for (name,), of_instance in group(of_method, "instance").items()
        ]
        parts.append(section(f"{method}, {float(limit):g} s", _HEADER, lines))
        near = sum(_is_near(row) for row in of_method)
        parts.append(f"{near} of {len(of_method)} runs within 0.05 % of the best known value.")
    return "\n\n".join([*parts, machines(rows)])


def figures(rows: Sequence[Row], folder: Path) -> None:
    """Draw the time of each run over the distance to the best known value."""
    series: dict[str, dict[float, list[float]]] = {}
    for place, ((_,), of_instance) in enumerate(group(rows, "instance").items(), start=1):
        for (method,), of_method in group(of_instance, "method").items():
            off = [_off(row) for row in of_method if row["objective"]]
            series.setdefault(method, {})[float(place)] = off
    draw_lines(
        series,
        folder / "gap.png",
        title="Published instances",
        x_label="instance, in the order of the table",
        y_label="above the best known value, %",
        floor=0.001,
    )


def _off(row: Row) -> float:
    best = float(row["best_known"])
    return 100 * (float(row["objective"]) - best) / best


def _is_near(row: Row) -> bool:
    return bool(row["objective"]) and _off(row) <= 0.05


def _line(name: str, rows: Sequence[Row]) -> list[str]:
    count = len(rows)
    return [
        name,
        f"{float(rows[0]['best_known']):,.0f}",
        spread(numbers(rows, "objective"), count, "{:,.0f}"),
        spread([_off(row) for row in rows if row["objective"]], count, "{:.3f}"),
        spread(numbers(rows, "gap", 100), count, "{:.3f}"),
        spread(numbers(rows, "seconds"), count, "{:.1f}"),
        failures(rows),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the published instances, or write their tables."""
    parser = parser_of("gap", __doc__, seeds=[0])
    parser.add_argument("folder", type=Path, nargs="?", help="instances and best-known.csv")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some instances")
    parser.add_argument("--methods", nargs="+", choices=_METHODS, default=["engine"])
    given = parser.parse_args(arguments)
    if given.folder is None and given.table is None:
        parser.error("expected a folder of instances, or --table")
    carry_out(given, cells(given), tables, figures)


if __name__ == "__main__":
    main()
