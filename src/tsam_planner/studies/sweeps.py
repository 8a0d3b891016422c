"""
Sweeps: many scenarios, over grids of assumptions and draws of the demand, into one table.

Every point is planned on its own, so points can be spread over threads, processes and
machines. What a point follows from has a fingerprint: with a cache on disk, a study that was
stopped goes on where it was, and one that is made larger plans only what is new.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from pathlib import Path
from typing import Any, cast

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError, StudyError
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.sweep_points import Grid, Make, SweepPoint, sweep_points
from tsam_planner.studies.sweep_results import Result, SweepResults
from tsam_planner.studies.sweep_study import Parcel, SweepStudy, arrived, plan_point

SWEEP_FIGURES = (
    "contracts planned", "contracts served in all weeks", "unassigned hours",
    "unfunded hours", "handovers", "forced handovers", "managers with contracts",
    "utilization", "uncovered hours", "points", "bound", "gap", "stop_reason", "error",
)  # fmt: skip


def sweep(
    portfolio: Portfolio,
    grid: Grid | Sequence[Scenario],
    *,
    make: Make | None = None,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    options: SolveOptions | None = None,
    draws: int | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    cache: Path | str | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """
    Plan many scenarios, and return one row for each of them.

    Parameters
    ----------
    portfolio
        The base of all scenarios; it is never touched.
    grid
        Values by parameter, of which all combinations are planned: parameters of `Scenario`
        (``need_factor``, ``without_managers``, …) and keys of the policy
        (``policy.max_open_cases``). Or scenarios, with names of their own.
    make
        Builds the scenario of a combination, called with the parameters by name, which may
        then be any: ``make=lambda growth: Scenario("x", need_factor=1 + growth)``.
    quarter, start, weeks
        As for `make_plan`.
    options
        How to search for each plan; by default as in `SolveOptions` with one thread, as
        points are what is best spread over threads. With one thread, plans that are proven
        before time is over are the same wherever they are made.
    draws
        Plan every scenario in so many futures of the demand: weekly need and open cases of
        each contract are drawn, and prospects won or lost, as in `draw_demand`. Each plan
        knows its future, so the policy's ``risk`` does not apply. In planning figures by
        default.
    seed
        What the futures follow from. Scenarios of the same contracts are planned in the same
        futures; more draws keep those that there were.
    executor
        Plans points side by side: any executor of `concurrent.futures`, or that of a Dask
        client (``client.get_executor()``). One after the other without.
    cache
        Folder for results, written by this process only, as they come. Points that are there
        already are not planned again; errors are not kept.
    progress
        Show a bar on standard error; by default where that is a terminal.

    Returns
    -------
    DataFrame
        One row per point in the order of the grid, whichever was ready first: the parameters
        (or ``scenario``), ``draw`` (from 0, where there are draws), the figures of
        `compare_plans`, ``bound``, ``gap``, ``stop_reason``, and ``error``: why there is no
        plan, or None.

    Raises
    ------
    ArgumentError
        When there is nothing to plan, a parameter is unknown, names repeat, or ``draws`` or
        ``seed`` is out of range. What is wrong with a single scenario stands in its row.
    StudyError
        When workers died. What was ready is in the cache, if there is one.

    Examples
    --------
    >>> from tsam_planner.portfolio.records import Contract, Manager
    >>> signed = Contract(
    ...     contract_id="C-1", company_id="K-1", offering="tsam", deployment="on_prem",
    ...     start_date=dt.date(2027, 1, 1), end_date=dt.date(2027, 12, 31),
    ...     time_zone="Europe/Rome", need_hours=8.0, cases=20,
    ... )
    >>> portfolio = Portfolio(
    ...     contracts=[signed], managers=[Manager(manager_id="M-1", time_zone="Europe/Rome")]
    ... )
    >>> grid = {"need_factor": [1.0, 1.5], "policy.max_open_cases": [15, 30]}
    >>> table = sweep(portfolio, grid, start="2027-02-01", weeks=4)
    >>> table[[*grid, "unfunded hours"]]
       need_factor  policy.max_open_cases  unfunded hours
    0          1.0                     15             0.0
    1          1.0                     30             0.0
    2          1.5                     15             8.0
    3          1.5                     30             8.0
    >>> table["contracts served in all weeks"].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    if seed < 0:
        message = f"expected seed >= 0, got {seed}"
        raise ArgumentError(message)
    points = sweep_points(grid, make, draws, portfolio.policy)
    _check_names(points[0].parameters)
    study = SweepStudy(
        portfolio,
        Horizon.of(quarter=quarter, start=start, weeks=weeks),
        options or SolveOptions(num_workers=1),
        seed,
    )
    results = _results(study, points, executor, cache, progress=progress)
    return _table(points, results, has_draws=draws is not None)


def _check_names(parameters: Mapping[str, Any]) -> None:
    taken = [name for name in parameters if name in ("draw", *SWEEP_FIGURES)]
    if taken:
        message = f"parameter {taken[0]!r} has the name of a column of the result"
        raise ArgumentError(message)


def _table(
    points: Sequence[SweepPoint], results: Sequence[Result], *, has_draws: bool
) -> pd.DataFrame:
    parameters = points[0].parameters
    columns: dict[str, list[Any]] = {
        name: [point.parameters[name] for point in points] for name in parameters
    }
    if has_draws:
        columns["draw"] = [point.draw for point in points]
    columns |= {name: [result.get(name) for result in results] for name in SWEEP_FIGURES}
    table = pd.DataFrame({name: _column(values) for name, values in columns.items()})
    numbers = dict.fromkeys(SWEEP_FIGURES[:-2], "float64")
    return table.astype({**numbers, "stop_reason": object, "error": object})


def _column(values: list[Any]) -> pd.Series:
    """Return a column; tuples and tables of a grid stay what they are."""
    are_plain = all(isinstance(value, int | float | str) for value in values)
    return pd.Series(values, dtype=None if are_plain else object)


def _results(
    study: SweepStudy,
    points: Sequence[SweepPoint],
    executor: Executor | None,
    cache: Path | str | None,
    *,
    progress: bool | None,
) -> list[Result]:
    """Return the result of every point, in order; each is planned once, or found."""
    store = None if cache is None else SweepResults(cache)
    keys = [study.fingerprint(point) for point in points]
    # Points that mean the same are planned once.
    left = dict(zip(keys, points, strict=True))
    ready = {} if store is None else _found(store, left)
    for key in ready:
        del left[key]
    with _bar(shown=progress) as bar:
        task = bar.add_task("points", total=len(ready) + len(left), completed=len(ready))
        for key, result in _planned(study, left, executor):
            if store is not None and "error" not in result:
                store.keep(key, result)
            ready[key] = result
            bar.advance(task)
    return [ready[key] for key in keys]


def _bar(*, shown: bool | None) -> Progress:
    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    is_shown = console.is_terminal if shown is None else shown
    return Progress(*columns, console=console, disable=not is_shown)


def _found(store: SweepResults, keys: Iterable[str]) -> dict[str, Result]:
    results = {}
    for key in keys:
        result = store.find(key)
        if result is not None:
            results[key] = result
    return results


def _planned(
    study: SweepStudy, left: Mapping[str, SweepPoint], executor: Executor | None
) -> Iterator[tuple[str, Result]]:
    """Yield results as they get ready."""
    if executor is None:
        for key, point in left.items():
            yield key, study.plan(point)
        return
    running: dict[Future[Result], str] = {}
    lost: list[BaseException] = []
    try:
        parcel = _sent(Parcel(study), executor, len(left))
        for key, point in left.items():
            try:
                running[executor.submit(plan_point, parcel, point)] = key
            except BrokenExecutor as error:
                lost.append(error)
        for future in as_completed(running):
            try:
                result = future.result()
            except Exception as error:
                # A point never raises: its worker did, or what led to it.
                lost.append(error)
            else:
                yield running[future], result
    finally:
        for future in running:
            future.cancel()
    if lost:
        message = (
            f"{len(lost)} of {len(left)} points have no result, their workers were lost "
            f"({type(lost[0]).__name__}: {lost[0]}); with cache=..., what was ready is kept, "
            f"and the same call plans what is left"
        )
        raise StudyError(message) from lost[0]


def _sent(parcel: Parcel, executor: Executor, points: int) -> Parcel:
    """
    Return what tasks get as their study: the parcel, or a Dask client's reference to it.

    Its scheduler would keep a copy for each task; of a reference it keeps one, and makes it
    again where workers die that have it. Few tasks it would rather queue at the worker that
    has it than spread.
    """
    client: Any = getattr(executor, "_client", None)
    if not hasattr(client, "nthreads") or points <= 2 * sum(client.nthreads().values()):
        return parcel
    # Workers find the parcel in the reference's place.
    return cast("Parcel", client.submit(arrived, parcel, pure=False))
