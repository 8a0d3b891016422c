"""
How long the files of a plan take to write: all of them, at 60 x 300 x 13, part by part.

The plan is that of a random portfolio (see `random_portfolio`), searched for as long as
``--limit`` says. Half a year of time sheets is added, in which one customer of twenty needs
half as much again as its allowance, so that there are pages of evidence to write.
`publish_plan` runs as it is, with a stopwatch around each of its parts: once, as after a
search, and twice more, of which the faster time counts. Futures are drawn by a second thread,
beside the other parts. Beside the seconds of the clock stand those of the processor in which
each part's own thread ran, and for the whole the first one's: that is about what the clock
should show on two cores without other programs, and how many of these were busy is in the rows.
"""

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path

import pandas as pd

from benchmarks.harness.cells import instance_of
from benchmarks.harness.machine import describe, used
from benchmarks.harness.options import parser_of, run_or_show, run_rows
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, numbers, section, spread
from benchmarks.random_portfolio import QUARTER, random_portfolio
from tsam_planner import Plan, Portfolio, SolveOptions, make_plan
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.report import publication

_INSTANCES = ("60x300-90",)
_SEEDS, _LIMIT, _TIMES = range(2), 30.0, 3
_WEEKS, _ASKED = 26, 20
PARTS = {
    "absences": ("examine_absences",),
    "futures": ("draw_demand",),
    "risk": ("assess_risk",),
    "page": ("plan_page",),
    "workbook": ("plan_workbook",),
    "money": ("offers_table", "estimate_revenue", "revenue_files"),
    "calendars": ("calendar_files",),
    "evidence": ("evidence_pages",),
    "figures": ("draw_figures",),
    "tables": ("as_csv", "write_plan"),
}
WHOLE, OTHERS = "whole", "others"
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "files", "megabytes"),
    *("seconds", "first_seconds", "processor_seconds", "others"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_HEADER = ("part", "files", "megabytes", "seconds", "of the processor", "the first time")


def with_time_sheets(portfolio: Portfolio, policy_hours: float) -> Portfolio:
    """Return a portfolio with half a year of time sheets, a row a week for each contract."""
    start = Horizon.of_quarter(QUARTER).start
    days = [start - dt.timedelta(weeks=ago, days=-2) for ago in range(_WEEKS, 0, -1)]
    rows = [
        (contract.contract_id, day, hours)
        for number, contract in enumerate(portfolio.contracts)
        for hours in [1.5 * policy_hours if number % _ASKED == 0 else contract.need_hours]
        for day in days
        if contract.start_date <= day <= contract.end_date
    ]
    table = pd.DataFrame(rows, columns=["contract_id", "date", "hours"])
    table = table.astype({"date": "datetime64[ns]", "hours": float}).assign(exceptional=False)
    return portfolio.model_copy(update={"timesheets": table})


class Stopwatch:
    """Seconds by part, of the clock and of the processor; none of the parts calls another."""

    def __init__(self) -> None:
        self.clock = dict.fromkeys((*PARTS, WHOLE), 0.0)
        self.processor = dict(self.clock)
        self.others = 0.0

    def timed(self, part: str, function: Callable[..., object]) -> Callable[..., object]:
        """Return a function that adds what it takes to a part."""

        @wraps(function)
        def watched(*positional: object, **named: object) -> object:
            clock, processor = time.perf_counter(), time.thread_time()
            try:
                return function(*positional, **named)
            finally:
                self.clock[part] += time.perf_counter() - clock
                self.processor[part] += time.thread_time() - processor

        return watched


def publish_timed(plan: Plan, folder: Path) -> Stopwatch:
    """Write a plan, with a stopwatch around each part and around all of them."""
    stopwatch = Stopwatch()
    kept = {name: getattr(publication, name) for names in PARTS.values() for name in names}
    for part, names in PARTS.items():
        for name in names:
            setattr(publication, name, stopwatch.timed(part, kept[name]))
    every, own = used()
    try:
        stopwatch.timed(WHOLE, publication.publish_plan)(plan, folder)
    finally:
        for name, function in kept.items():
            setattr(publication, name, function)
    later, later_own = used()
    stopwatch.others = (later - every - (later_own - own)) / stopwatch.clock[WHOLE]
    return stopwatch


def rows_of(instance: str, seed: int, limit: float) -> Iterator[dict[str, object]]:
    """Plan a portfolio, write it three times and yield the row of every part."""
    size = instance_of(instance, seed)
    portfolio = random_portfolio(size.managers, size.contracts, size.load, seed)
    portfolio = with_time_sheets(portfolio, portfolio.policy.included_hours_per_week)
    plan = make_plan(portfolio, quarter=QUARTER, options=SolveOptions(time_limit=limit))
    with tempfile.TemporaryDirectory(prefix="publication-") as place:
        folder = Path(place) / "plan"
        times = [publish_timed(plan, folder) for _ in range(_TIMES)]
        files = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in folder.rglob("*")
            if path.is_file()
        }
    first, *others = times
    best = min(others, key=lambda time: time.clock[WHOLE])
    for part in (*PARTS, WHOLE):
        sizes = [size for name, size in files.items() if part in (WHOLE, part_of(name))]
        yield {
            "instance": instance,
            "method": part,
            "seed": seed,
            "limit": limit,
            "status": "written",
            "files": len(sizes),
            "megabytes": sum(sizes) / 1e6,
            "seconds": best.clock[part],
            "first_seconds": first.clock[part],
            "processor_seconds": best.processor[part],
            "others": best.others,
            **describe(),
        }


def part_of(name: str) -> str:
    """
    Return the part that writes a file.

    Examples
    --------
    >>> part_of("figures/load.png"), part_of("calls.ics"), part_of("risk_managers.csv")
    ('figures', 'calendars', 'risk')
    """
    folder, _, file = name.rpartition("/")
    if folder:
        return folder
    if file.startswith("absence_test"):
        return "absences"
    if file.startswith("risk_") and file != "risk_price.csv":
        return "risk"
    named = {
        "report.html": "page",
        "plan.xlsx": "workbook",
        "calls.ics": "calendars",
        "offers.csv": "money",
        "revenue.csv": "money",
        "revenue.json": "money",
    }
    return named.get(file, "tables")


def tables(rows: Sequence[Row]) -> str:
    """Return seconds of every part, over instances and seeds."""
    lines = [
        [
            name,
            spread(numbers(of, "files"), len(of), "{:.0f}"),
            spread(numbers(of, "megabytes"), len(of), "{:.1f}"),
            spread(numbers(of, "seconds"), len(of), "{:.2f}"),
            spread(numbers(of, "processor_seconds"), len(of), "{:.2f}"),
            spread(numbers(of, "first_seconds"), len(of), "{:.2f}"),
        ]
        for (name,), of in group(rows, "method").items()
    ]
    others = spread(numbers(rows, "others"), len(rows), "{:.1f}")
    return "\n\n".join(
        [
            section("Seconds of a plan's files", _HEADER, lines),
            f"Processors that other programs kept busy meanwhile: {others}.",
            machines(rows),
        ]
    )


def _run(given: argparse.Namespace, store: Store) -> None:
    run_rows(
        given,
        store,
        rows_of,
        _LIMIT,
        "{method}: {seconds:.2f} s, {processor_seconds:.2f} of the processor",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write plans, or the table."""
    parser = parser_of("publication", __doc__, seeds=_SEEDS)
    parser.add_argument("--instances", nargs="+", default=list(_INSTANCES))
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables)


if __name__ == "__main__":
    main()
