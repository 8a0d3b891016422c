"""
What substitutes and weekly calls cost in time, and what room kept for cover is worth.

Every cell is one `make_plan` on a random portfolio (see `random_portfolio`). Seconds come from
plans without a reserve, as shares of the time limit of the same run. Points come from plans
that leave room for cover, by a reserve of all (`cover_reserve`) or by a second round
(`cover_tolerance`), as shares of those of the same portfolio that leave none.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.harness.cells import Cell
from benchmarks.harness.options import parser_of, run_or_show
from benchmarks.harness.run import run_cell
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import failures, group, machines, numbers, section, spread
from benchmarks.plan_parts import PARTS, seconds_of
from tsam_planner.plan.backup_goals import BACKUP_GOALS

_SIZES = ("24x110", "60x300")
_LOADS = (75, 85, 90)
_RESERVES = (0.0, 0.02, 0.05, 0.10, 0.15)
_TOLERANCES = (0.10,)
_NO_RESERVE = "reserve-0.00"
_SEEDS = range(2)
_LIMIT, _RESERVE_LIMIT = 60.0, 20.0
_ADDED = ("backups_model", "backups_search", "calls")
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "seconds"),
    *(seconds_of(part) for part in PARTS),
    *("own_points", "gap", "stop", "backup_points", "backup_gap", "backup_stop", "points"),
    *(f"backup_{goal}" for goal in BACKUP_GOALS),
    *("call_points", "due_hours", "uncovered_hours", "unassigned", "handovers"),
    *("calls", "missing_calls", "peak_mb", "note"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_SECONDS_HEADER = (
    "instance",
    "limit, s",
    *(part.replace("_", " ") for part in PARTS),
    "whole plan, s",
    "of the limit, %",
    "substitutes and calls, of the limit, %",
    "calls",
    "memory, MiB",
    "other than a plan",
)
_RESERVES_HEADER = (
    "instance",
    "room",
    "own points",
    "gap, %",
    "substitutes' points",
    "their gap, %",
    "both",
    "both, % of no room",
    "uncovered, % of due",
    "unassigned",
    "handovers",
    "calls missing",
    "other than a plan",
)
_GOALS_HEADER = ("instance", "room", *(goal.replace("_", " ") for goal in BACKUP_GOALS))


def cells(given: argparse.Namespace) -> Iterator[Cell]:
    """Yield the cells of a run: those that are timed, then the reserves of each portfolio."""
    limit = given.limit or _LIMIT
    methods = [f"reserve-{share:.2f}" for share in given.reserves]
    methods += [f"tolerance-{share:.2f}" for share in given.tolerances]
    for size in given.sizes:
        for load in given.loads:
            for seed in given.seeds:
                yield _cell(f"{size}-{load}", _NO_RESERVE, seed, limit)
    for size in given.sizes:
        for load in given.loads:
            for seed in given.seeds:
                for method in methods:
                    yield _cell(f"{size}-{load}", method, seed, given.reserve_limit)


def _cell(instance: str, method: str, seed: int, limit: float) -> Cell:
    return Cell(
        benchmark="continuity", instance=instance, method=method, seed=seed, limit=limit
    )


def tables(rows: Sequence[Row]) -> str:
    """Return seconds of the parts, and what plans with reserves are worth."""
    bare = [row for row in rows if row["method"] == _NO_RESERVE]
    timed = group(bare, "instance", "limit")
    parts = [
        section(
            "Seconds of each part",
            _SECONDS_HEADER,
            [_seconds_line(name, of) for (name, _), of in timed.items()],
        )
    ]
    for (limit,), of_limit in group(rows, "limit").items():
        by_instance = sorted(of_limit, key=lambda row: row["instance"])
        reserves = group(by_instance, "instance", "method")
        # Plans without any room for cover alone compare nothing.
        if len({method for _, method in reserves}) > 1:
            title = f"Room for cover, {float(limit):g} s"
            lines = [_reserve_line(of, of_limit) for of in reserves.values()]
            goals = [_goals_line(of) for of in reserves.values()]
            parts.append(section(title, _RESERVES_HEADER, lines))
            parts.append(section(f"{title}: substitutes by goal", _GOALS_HEADER, goals))
    return "\n\n".join([*parts, machines(rows)])


def _seconds_line(name: str, rows: Sequence[Row]) -> list[str]:
    count, limit = len(rows), float(rows[0]["limit"])
    added = [
        100 / limit * sum(float(row[seconds_of(part)]) for part in _ADDED)
        for row in rows
        if row["status"] == "plan"
    ]
    return [
        name,
        f"{limit:g}",
        *(spread(numbers(rows, seconds_of(part)), count) for part in PARTS),
        spread(numbers(rows, "seconds"), count, "{:.1f}"),
        spread(numbers(rows, "seconds", 100 / limit), count, "{:.0f}"),
        spread(added, count, "{:.0f}"),
        spread(numbers(rows, "calls"), count, "{:,.0f}"),
        spread(numbers(rows, "peak_mb"), count, "{:.0f}"),
        failures(rows),
    ]


def _reserve_line(rows: Sequence[Row], of_limit: Sequence[Row]) -> list[str]:
    count = len(rows)
    return [
        rows[0]["instance"],
        rows[0]["method"],
        spread(numbers(rows, "own_points"), count, "{:,.0f}"),
        spread(numbers(rows, "gap", 100), count, "{:.1f}"),
        spread(numbers(rows, "backup_points"), count, "{:,.0f}"),
        spread(numbers(rows, "backup_gap", 100), count, "{:.1f}"),
        spread(numbers(rows, "points"), count, "{:,.0f}"),
        spread(_to_no_reserve(rows, of_limit), count, "{:.1f}"),
        spread(_uncovered(rows), count, "{:.1f}"),
        spread(numbers(rows, "unassigned"), count, "{:.0f}"),
        spread(numbers(rows, "handovers"), count, "{:.0f}"),
        spread(numbers(rows, "missing_calls"), count, "{:.0f}"),
        failures(rows),
    ]


def _goals_line(rows: Sequence[Row]) -> list[str]:
    points = [numbers(rows, f"backup_{goal}") for goal in BACKUP_GOALS]
    return [
        rows[0]["instance"],
        rows[0]["method"],
        *(spread(values, len(rows), "{:,.0f}") for values in points),
    ]


def _to_no_reserve(rows: Sequence[Row], of_limit: Sequence[Row]) -> list[float]:
    """Return points in percent of those of the same portfolio without a reserve."""
    bare = {
        (row["instance"], row["seed"]): float(row["points"])
        for row in of_limit
        if row["points"] and row["method"] == _NO_RESERVE
    }
    return [
        100 * float(row["points"]) / bare[row["instance"], row["seed"]]
        for row in rows
        if row["points"] and bare.get((row["instance"], row["seed"]))
    ]


def _uncovered(rows: Sequence[Row]) -> list[float]:
    """Return uncovered hours in percent of those that fall on absences."""
    return [
        100 * float(row["uncovered_hours"]) / float(row["due_hours"])
        for row in rows
        if row["due_hours"] and float(row["due_hours"]) > 0
    ]


def _run(given: argparse.Namespace, store: Store) -> None:
    done: set[tuple[str, str, int, float]] = set()
    for cell in cells(given):
        # A cell of both kinds is run once, also where all cells are run again.
        if cell.key in done or (store.has(cell) and not given.again):
            continue
        done.add(cell.key)
        print(f"{cell} ...", end=" ", file=sys.stderr, flush=True)
        row = run_cell(cell, child="benchmarks.plan_parts")
        store.append(row)
        print(_said(row), file=sys.stderr, flush=True)


def _said(row: Mapping[str, object]) -> str:
    text = str(row["status"])
    for name in ("own_points", "backup_points", *map(seconds_of, _ADDED), "seconds", "note"):
        value = row.get(name)
        if value not in (None, ""):
            text += f", {name} {value:.5g}" if isinstance(value, float) else f", {name} {value}"
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the plans, or write their tables."""
    parser = parser_of("continuity", __doc__, seeds=_SEEDS)
    parser.add_argument("--sizes", nargs="+", default=list(_SIZES), help="such as 60x300")
    parser.add_argument("--loads", nargs="+", type=int, default=list(_LOADS), help="percent")
    parser.add_argument(
        "--reserves", nargs="*", type=float, default=list(_RESERVES), help="shares, 0 to 1"
    )
    parser.add_argument(
        "--tolerances", nargs="*", type=float, default=list(_TOLERANCES), help="shares, >= 0"
    )
    parser.add_argument(
        "--reserve-limit", type=float, default=_RESERVE_LIMIT, help="seconds of their cells"
    )
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables)


if __name__ == "__main__":
    main()
