"""
How much sooner a sweep is done with two workers than with one, on this machine.

Eight scenarios of a random portfolio (see `random_portfolio`), each planned to a gap of 1 % by
one thread: one after the other in this process, in a pool of one and of two processes, and on a
Dask cluster of one and of two. Workers have started and planned a small portfolio, which is not
counted. Sweeps of one and of two workers follow each other, and what counts is their ratio. A
row says whether the table equals the one that was planned one after the other; how many points
stopped at the time limit (of such points, two workers would plan twice as many whatever the
processors do); and how many processors other programs kept busy meanwhile, on average: two
workers need two.
"""

import argparse
import multiprocessing
import pickle
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

import pandas as pd
from distributed import Client, LocalCluster

from benchmarks.harness.cells import instance_of
from benchmarks.harness.machine import describe, used
from benchmarks.harness.options import parser_of, run_or_show, run_rows
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, numbers, section, spread
from benchmarks.random_portfolio import LEAST_MANAGERS, QUARTER, random_portfolio
from tsam_planner import Portfolio, SolveOptions, sweep
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.studies.sweep_study import Parcel, SweepStudy

_INSTANCES = ("10x50-90",)
_SEEDS, _LIMIT = (0,), 300.0
_FACTORS = (0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94)
_WORKERS = (1, 2)
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "points", "seconds", "speed_up"),
    *("equal", "at_limit", "others", "pickle_mb", "parcel_mb"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_HEADER = (
    *("sweep", "points", "seconds", "times as fast as with one worker"),
    *("equal", "at limit", "processors busy elsewhere"),
)


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Yield a pool of processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as executor:
        yield executor


@contextmanager
def dask(workers: int) -> Iterator[Executor]:
    """Yield the executor of a cluster on this machine."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor()


def swept(
    portfolio: Portfolio, options: SolveOptions, executor: Executor | None
) -> tuple[pd.DataFrame, float, float]:
    """
    Return the table of a sweep, its seconds, and processors busy elsewhere.

    Workers are warm before they count.
    """
    small = random_portfolio(LEAST_MANAGERS, 2 * LEAST_MANAGERS, 0.5, 0)
    sweep(small, {"need_factor": _FACTORS}, quarter=QUARTER, executor=executor)
    grid = {"need_factor": _FACTORS}
    every, own = used()
    began = time.perf_counter()
    table = sweep(portfolio, grid, quarter=QUARTER, options=options, executor=executor)
    seconds = time.perf_counter() - began
    later, later_own = used()
    return table, seconds, (later - every - (later_own - own)) / seconds


def rows_of(instance: str, seed: int, limit: float) -> Iterator[dict[str, object]]:
    """Sweep a portfolio in every way and yield the rows."""
    size = instance_of(instance, seed)
    portfolio = random_portfolio(size.managers, size.contracts, size.load, seed)
    options = SolveOptions(time_limit=limit, relative_gap=0.01, num_workers=1)
    study = SweepStudy(portfolio, Horizon.of_quarter(QUARTER), options, 0)
    sizes = {
        "pickle_mb": len(pickle.dumps(portfolio)) / 1e6,
        "parcel_mb": len(pickle.dumps(Parcel(study))) / 1e6,
    }
    alone, seconds, others = swept(portfolio, options, None)
    ways = [("one after the other", alone, seconds, None, others)]
    for name, way in (("processes", processes), ("dask", dask)):
        one = None
        for workers in _WORKERS:
            with way(workers) as executor:
                table, seconds, others = swept(portfolio, options, executor)
            one = one or seconds
            ways.append((f"{name}, {workers}", table, seconds, one / seconds, others))
    for method, table, seconds, ratio, others in ways:
        yield {
            "instance": instance,
            "method": method,
            "seed": seed,
            "limit": limit,
            "status": "swept",
            "points": len(table),
            "seconds": seconds,
            "speed_up": ratio,
            "equal": table.equals(alone),
            "at_limit": int((table["stop_reason"] == "time limit").sum()),
            "others": others,
            **sizes,
            **describe(),
        }


def tables(rows: Sequence[Row]) -> str:
    """Return seconds and ratios of every way, over instances and seeds."""
    lines = [
        [
            name,
            str(sum(int(row["points"]) for row in of)),
            spread(numbers(of, "seconds"), len(of), "{:.1f}"),
            spread(numbers(of, "speed_up"), len(of), "{:.2f}"),
            "yes" if all(row["equal"] == "True" for row in of) else "no",
            str(sum(int(row["at_limit"]) for row in of)),
            spread(numbers(of, "others"), len(of), "{:.2f}"),
        ]
        for (name,), of in group(rows, "method").items()
    ]
    return "\n\n".join([section("A sweep by workers", _HEADER, lines), machines(rows)])


def _run(given: argparse.Namespace, store: Store) -> None:
    run_rows(given, store, rows_of, _LIMIT, "{method}: {seconds:.1f} s, equal: {equal}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Sweep, or write the table."""
    parser = parser_of("sweep", __doc__, seeds=_SEEDS)
    parser.add_argument("--instances", nargs="+", default=list(_INSTANCES))
    given = parser.parse_args(arguments)
    run_or_show(given, Store(given.results, COLUMNS), _run, tables)


if __name__ == "__main__":
    main()
