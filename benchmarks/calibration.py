"""
Whether futures keep what they promise: weekly peaks of managers' open cases, and seconds.

On a real help desk (a portfolio folder, given by ``--helpdesk`` or the environment variable
``TSAM_HELPDESK``), futures are drawn from what was known before a half-year. For each manager
and week they promise quantiles of the most cases open at once in today's book. As counts are
whole numbers, a quantile is exceeded less often than its level says: what counts is the
share that the method itself promises to be above, against the share of manager-weeks that
came above. Rivals are Poisson distributions with the book's mean of the 26 weeks before: of
weekly means, and of weekly peaks. Contracts without a record before the half-year are left
out: of them a log says nothing.

Seconds are those of `peak_open_cases` on a million cases and of the parts of `assess_risk` at
1,000 draws, 300 contracts, 13 weeks and 60 managers (see `random_portfolio`) with a log of a
year.
"""

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from benchmarks.calibration_seconds import seconds_of_parts, seconds_of_peaks
from benchmarks.harness.machine import describe
from benchmarks.harness.options import show
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, numbers, section, spread
from benchmarks.logged_portfolio import case_spans, only_logs, parser_of
from tsam_planner import read_portfolio
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.draws import MOMENTS, draw_demand
from tsam_planner.demand.history import nanoseconds
from tsam_planner.demand.open_cases import weekly_open_cases

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99)
# The half-year that was asked for, and two earlier ones: one half-year is one observation.
_STARTS = (dt.date(2012, 7, 2), dt.date(2012, 1, 2), dt.date(2011, 7, 4))
_WEEKS, _BEFORE, _DRAWS, _SEEDS, _REPEATS = 26, 26, 1000, range(5), 3
_WEEK_NS = 7 * 86_400_000_000_000
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "manager_weeks"),
    *(f"{what}_{level:g}" for level in LEVELS for what in ("promised", "came")),
    *("difference", "mean_promised", "mean_came", "seconds"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_HEADER = ("method", *(f"{level:.0%}" for level in LEVELS), "mean difference", "mean peak")


@dataclass(frozen=True, slots=True)
class Books:
    """
    Peaks of open cases of managers' books, ``came`` of shape ``(managers, weeks)``.

    ``before`` are time-averages and ``before_peaks`` peaks of the weeks before;
    ``drawn`` has shape ``(draws, managers, weeks)``.
    """

    came: Whole
    before: Floats
    before_peaks: Whole
    drawn: npt.NDArray[np.int16]


def books_of(folder: Path, start: dt.date, seed: int) -> Books:
    """Return what came and what was drawn, by today's books that are not empty."""
    portfolio = only_logs(read_portfolio(folder), before=start)
    manager_of = {row.contract_id: row.manager_id for row in portfolio.assignments}
    served = [manager_of[contract.contract_id] for contract in portfolio.contracts]
    names, book = np.unique(served, return_inverse=True)
    spans = case_spans(portfolio)
    spans = replace(spans, group=book[spans.group])
    _, came = weekly_open_cases(spans, _bounds(start, _WEEKS), len(names))
    known = spans.known_at(nanoseconds(start))
    earlier = _bounds(start - _BEFORE * dt.timedelta(weeks=1), _BEFORE)
    means, peaks = weekly_open_cases(known, earlier, len(names))
    futures = draw_demand(
        portfolio,
        Horizon.of(start=start, weeks=_WEEKS),
        portfolio.policy,
        draws=_DRAWS,
        seed=seed,
    )
    return Books(came, means, peaks, _peaks(futures.open_cases, book, len(names)))


def _bounds(start: dt.date, weeks: int) -> Whole:
    return nanoseconds(start) + _WEEK_NS * np.arange(weeks + 1, dtype=np.int64)


def _peaks(
    open_cases: npt.NDArray[np.int16], book: npt.NDArray[np.intp], managers: int
) -> npt.NDArray[np.int16]:
    """Return the peaks of books: contracts that peak at other moments do not add up."""
    total = np.zeros((len(open_cases), managers, open_cases.shape[2]), dtype=np.int16)
    for contract, manager in enumerate(book.tolist()):
        total[:, manager] += open_cases[:, contract]
    peaks: npt.NDArray[np.int16] = total.reshape(*total.shape[:2], -1, MOMENTS).max(axis=3)
    return peaks


def promises(books: Books) -> Iterator[dict[str, object]]:
    """Yield what each method promised and how often that came."""
    weeks = books.came.shape[1]
    drawn = [np.quantile(books.drawn, level, axis=0, method="inverted_cdf") for level in LEVELS]
    shares = [float((books.drawn > limit).mean()) for limit in drawn]
    yield _row("futures", drawn, shares, books, float(books.drawn.mean()))
    for name, past in (
        ("Poisson, mean", books.before),
        ("Poisson, mean peak", books.before_peaks),
    ):
        mean = np.repeat(past.mean(axis=1)[:, None], weeks, axis=1)
        limits = [np.asarray(poisson.ppf(level, mean)) for level in LEVELS]
        shares = [float(np.mean(poisson.sf(limit, mean))) for limit in limits]
        yield _row(name, limits, shares, books, float(mean.mean()))


def _row(
    method: str, limits: Sequence[Floats], promised: Sequence[float], books: Books, mean: float
) -> dict[str, object]:
    came = [float((books.came > limit).mean()) for limit in limits]
    row: dict[str, object] = {"method": method, "manager_weeks": books.came.size}
    for level, said, share in zip(LEVELS, promised, came, strict=True):
        row |= {f"promised_{level:g}": said, f"came_{level:g}": share}
    row["difference"] = float(np.abs(np.subtract(promised, came)).mean())
    return row | {"mean_promised": mean, "mean_came": float(books.came.mean())}


def rows_of(helpdesk: Path | None) -> Iterator[dict[str, object]]:
    """Yield the rows of a run; those of the Poisson distributions follow from no seed."""
    if helpdesk is not None and helpdesk.is_dir():
        for start in _STARTS:
            for seed in _SEEDS:
                for row in promises(books_of(helpdesk, start, seed)):
                    if row["method"] == "futures" or seed == 0:
                        yield {"instance": f"help desk from {start}", "seed": seed, **row}
    for repeat in range(_REPEATS):
        head = {"instance": "1,000,000 cases", "method": "peak_open_cases", "seed": repeat}
        yield {**head, "seconds": seconds_of_peaks(1_000_000, seed=repeat)}
    for repeat, parts in enumerate(seconds_of_parts(_REPEATS)):
        for part, seconds in parts.items():
            head = {"instance": "60x300, 1,000 draws", "method": part, "seed": repeat}
            yield {**head, "seconds": seconds}


def tables(rows: Sequence[Row]) -> str:
    """Return what was promised and what came, and the seconds."""
    parts = []
    for (name,), of in group(rows, "instance").items():
        by_method = group(of, "method")
        if of[0]["difference"]:
            title = f"{name}, {_WEEKS} weeks: promised share above → share that came above"
            lines = [_promise_line(method, kept) for (method,), kept in by_method.items()]
            parts.append(section(title, _HEADER, lines))
        else:
            lines = [
                [method, spread(numbers(kept, "seconds"), len(kept))]
                for (method,), kept in by_method.items()
            ]
            parts.append(section(name, ("part", "seconds"), lines))
    told = [row for row in rows if row["difference"] and row["seed"] == "0"]
    if len(group(told, "instance")) > 1:
        lines = [_pooled_line(name, kept) for (name,), kept in group(told, "method").items()]
        parts.insert(0, section("All half-years together", _HEADER, lines))
    return "\n\n".join([*parts, machines(rows)])


def _promise_line(method: str, rows: Sequence[Row]) -> list[str]:
    shares, peak = _shares(rows[:1])
    difference = spread(numbers(rows, "difference", 100), len(rows), "{:.1f}")
    return [method, *shares, f"{difference} points", peak]


def _pooled_line(method: str, rows: Sequence[Row]) -> list[str]:
    shares, peak = _shares(rows)
    gaps = [
        _average(rows, f"promised_{level:g}") - _average(rows, f"came_{level:g}")
        for level in LEVELS
    ]
    return [method, *shares, f"{100 * np.abs(gaps).mean():.1f} points", peak]


def _shares(rows: Sequence[Row]) -> tuple[list[str], str]:
    """Return promised and real shares of each level, and both mean peaks."""
    shares = [
        f"{_average(rows, f'promised_{level:g}'):.1%} → {_average(rows, f'came_{level:g}'):.1%}"
        for level in LEVELS
    ]
    peaks = _average(rows, "mean_promised"), _average(rows, "mean_came")
    return shares, f"{peaks[0]:.2f} → {peaks[1]:.2f}"


def _average(rows: Sequence[Row], column: str) -> float:
    weights = [int(row["manager_weeks"]) for row in rows]
    return float(np.average([float(row[column]) for row in rows], weights=weights))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, or write the tables."""
    given = parser_of("calibration", __doc__).parse_args(arguments)
    store = Store(given.results, COLUMNS)
    if given.table is not None:
        show(given, store.latest(), tables, lambda _rows, _folder: None)
        return
    done = {(row["instance"], row["method"], int(row["seed"])) for row in store.latest()}
    where = {**describe(), "limit": 0.0, "status": "plan"}
    for row in rows_of(given.helpdesk):
        if given.again or (row["instance"], row["method"], row["seed"]) not in done:
            store.append({**where, **row})
            print(row["instance"], row["method"], row["seed"], file=sys.stderr)


if __name__ == "__main__":
    main()
