"""
Many plans in one process: what it holds after each, and whether that grows.

Every plan is that of a small random portfolio of its own (see `random_portfolio`), searched by
one thread and by a race of two in turn, and published into the same folder; one in five is
asked why it serves whom. What the process holds is counted after each, once everything
unreachable is collected; temporary files are those of a folder that only this process uses.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.harness.figures import draw_lines
from benchmarks.harness.holdings import Holdings, take_stock
from benchmarks.harness.machine import describe
from benchmarks.harness.options import plain_parser, run_or_show
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import machines, numbers, section
from benchmarks.random_portfolio import random_portfolio
from tsam_planner import SolveOptions, explain, make_plan, publish_plan

_SIZE, _LOAD = (6, 12), 0.85
# The first weeks of the quarter that portfolios are drawn for.
_WEEKS = {"start": "2027-01-04", "weeks": 4}
_PLANS, _LIMIT, _EXPLAINED = 500, 5.0, 5
_EARLY, _WARM = 50, 100
HELD = tuple(Holdings.__dataclass_fields__)
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "processor_seconds"),
    *HELD,
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_NAMES = {
    "rss_mb": "memory, MiB",
    "threads": "threads of the system",
    "python_threads": "threads of Python",
    "open_files": "open files",
    "children": "child processes",
    "figures": "figures of pyplot",
    "temporary": "temporary files",
    "objects": "objects of Python",
}


def plan_once(number: int, folder: Path, seed: int) -> None:
    """Plan a small portfolio, publish it, and ask one plan in five for a reason."""
    portfolio = random_portfolio(*_SIZE, _LOAD, seed)
    options = SolveOptions(time_limit=_LIMIT, num_workers=1 + number % 2, seed=seed)
    plan = make_plan(portfolio, **_WEEKS, options=options)
    publish_plan(plan, folder)
    planned = plan.assignments.loc[plan.assignments["status"] != "not_planned", "contract_id"]
    if number % _EXPLAINED == 0:
        explain(plan, planned.iloc[number % len(planned)])


def soak(plans: int, folder: Path, seed_of: Callable[[int], int] = int) -> Iterator[Holdings]:
    """Yield what the process holds after each of some plans, of portfolios by their seeds."""
    for number in range(plans):
        plan_once(number, folder, seed_of(number))
        yield take_stock()


def growth(values: Sequence[float]) -> tuple[float, float]:
    """
    Return how much a value grows from one plan to the next by the least squares, and its error.

    Examples
    --------
    >>> growth([5.0, 7.0, 9.0, 11.0])
    (2.0, 0.0)
    """
    xs = range(len(values))
    slope, start = statistics.linear_regression(xs, values)
    off = sum((value - start - slope * x) ** 2 for x, value in enumerate(values))
    middle = statistics.fmean(xs)
    spread = sum((x - middle) ** 2 for x in xs)
    return slope, (off / max(1, len(values) - 2) / spread) ** 0.5


def tables(rows: Sequence[Row]) -> str:
    """Return what the process held early and late, and how it grew after the first plans."""
    header = ("held", f"after {_EARLY} plans", f"after {len(rows)}", "most", "growth per plan")
    early = rows[min(_EARLY, len(rows)) - 1]
    lines = []
    for name in HELD:
        values = numbers(rows, name)
        later = values[_WARM:] if len(values) > _WARM + 2 else values
        slope, error = growth(later)
        form = "{:,.1f}" if name == "rss_mb" else "{:,.0f}"
        shown = [form.format(value) for value in (float(early[name]), values[-1], max(values))]
        lines.append([_NAMES[name], *shown, f"{slope:.4f} ± {error:.4f}"])
    title = f"{len(rows)} plans in one process"
    said = f"Growth is that of a straight line through all plans after the first {_WARM}."
    return "\n\n".join([section(title, header, lines), said, machines(rows)])


def figures(rows: Sequence[Row], folder: Path) -> None:
    """Draw memory over the number of plans."""
    memory = {float(row["seed"]) + 1: [float(row["rss_mb"])] for row in rows}
    draw_lines(
        {"memory held": memory},
        folder / "soak.png",
        title="Many plans in one process",
        x_label="plans",
        y_label="MiB",
        floor=1.0,
    )


def _run(given: argparse.Namespace, store: Store) -> None:
    instance = f"{_SIZE[0]}x{_SIZE[1]}-{100 * _LOAD:.0f}"
    with tempfile.TemporaryDirectory(prefix="soak-") as place:
        own = Path(place) / "temporary"
        own.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(own)
        began = time.process_time()
        machine = describe()
        for number, held in enumerate(soak(given.plans, Path(place) / "plan")):
            row = {
                "instance": instance,
                "method": "soak",
                "seed": number,
                "limit": _LIMIT,
                "status": "plan",
                "processor_seconds": time.process_time() - began,
                **held.as_row(),
                **machine,
            }
            store.append(row)
            if number % _EXPLAINED == 0:
                print(f"{number + 1} plans, {held}", file=sys.stderr, flush=True)
        tempfile.tempdir = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the plans, or write the table."""
    parser = plain_parser("soak", __doc__)
    parser.add_argument("--plans", type=int, default=_PLANS, help=f"default {_PLANS}")
    parser.add_argument("--figures", type=Path, help="with --table: folder for figures")
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables, figures)


if __name__ == "__main__":
    main()
