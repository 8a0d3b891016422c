"""
Our engine against plain CP-SAT, HiGHS, Timefold and a careful spreadsheet planner.

Same instances, same wall time (building the model included), same two cores, one after the
other for each instance and seed. Every plan is priced by the same whole-number computation.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.compare import report
from benchmarks.compare.timefold_setup import VARIABLE, python_of, venv
from benchmarks.harness.cells import Cell, goal_limit, instance_of
from benchmarks.harness.options import carry_out, parser_of
from benchmarks.methods import NAMES

_INSTANCES = (
    "10x50-90",
    "24x110-90",
    "60x300-80",
    "60x300-90",
    "60x300-105",
    "300x1500-80",
    "300x1500-90",
)


def cells(given: argparse.Namespace) -> Iterator[Cell]:
    """Yield the cells of a run: all methods of a seed before the next seed."""
    for name in given.instances:
        instance_of(name, 0)
    for name in given.instances:
        for seed in given.seeds:
            for method in given.methods:
                yield Cell(
                    benchmark="compare",
                    instance=name,
                    method=method,
                    seed=seed,
                    limit=given.limit or goal_limit(name),
                )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison, or write its tables."""
    parser = parser_of("compare", __doc__)
    parser.add_argument(
        "instances", nargs="*", default=list(_INSTANCES), help="such as 60x300-90"
    )
    parser.add_argument("--methods", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--timefold", type=Path, default=venv(), help="its environment")
    given = parser.parse_args(arguments)
    os.environ[VARIABLE] = str(given.timefold.resolve())
    is_missing = not python_of(given.timefold).exists()
    if given.table is None and is_missing and "timefold" in given.methods:
        print(
            "Timefold is left out: `python -m benchmarks.compare.timefold_setup` installs it",
            file=sys.stderr,
        )
        given.methods.remove("timefold")
    carry_out(given, cells(given), report.tables, report.figures)


if __name__ == "__main__":
    main()
