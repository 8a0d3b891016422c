"""
Forecasts of the next quarter, from what was known at earlier points in time.

Data sets: cases open (time-average of a week) and cases that arrive, by contract and week, of
a real help desk (a portfolio folder, given by ``--helpdesk`` or the environment variable
``TSAM_HELPDESK``; skipped where it is absent), and hours and open cases of ``data/sample``.
Every method sees the weeks before an origin and forecasts the 13 from then on.
`forecast_demand` is asked for a portfolio whose logs alone say what customers need.

Scores, averaged over contracts and origins: the mean absolute error over the mean absolute
step from week to week before the origin (MASE; a contract whose step is under a tenth of the
mean of all has that mean as its scale: it is nearly always silent), and the mean pinball loss
at 0.1, 0.5 and 0.9, in cases or hours.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import metadata

import numpy as np
import numpy.typing as npt

from benchmarks.forecast_data import DataSet, data_sets
from benchmarks.forecast_methods import LEVELS, OURS, PLAIN, Prediction, methods, predict
from benchmarks.forecast_methods import predict_by_draws as our_own
from benchmarks.harness.machine import describe
from benchmarks.harness.options import show
from benchmarks.harness.store import Row, Store
from benchmarks.harness.tables import group, machines, section
from benchmarks.logged_portfolio import parser_of

Floats = npt.NDArray[np.float64]

AHEAD = 13
_SILENT = 0.1
# From August 2012 on the help desk's log has a fifth of its cases: its end is no usual quarter.
_BEFORE_THE_END = 118
COLUMNS = (
    *("instance", "method", "seed", "limit", "status", "origin", "contracts"),
    *("mase", "pinball", "seconds", "note"),
    *("date", "commit", "versions", "python", "cpu", "cores", "ram_gb"),
)
_HEADER = (
    "method",
    "MASE",
    "of best plain",
    "better at",
    "pinball",
    "of best plain",
    "better at",
)


def score(data: DataSet, origin: int, names: Sequence[str]) -> Iterator[dict[str, object]]:
    """Yield the scores of methods at one origin."""
    before = data.figures[:, :origin]
    rows = np.flatnonzero((~np.isnan(before)).sum(axis=1) >= data.known)
    past = [series[~np.isnan(series)] for series in before[rows]]
    step = np.array([np.abs(np.diff(series)).mean() for series in past])
    scale = np.where(step < _SILENT * step.mean(), step.mean(), step)
    came = data.figures[rows, origin : origin + AHEAD]
    for name, (told, seconds) in _predictions(data, origin, rows, past, names).items():
        error = np.nanmean(np.abs(told.point - came), axis=1)
        yield {
            "method": name,
            "contracts": len(rows),
            "mase": float((error / scale).mean()),
            "pinball": None if told.quantiles is None else _pinball(told.quantiles, came),
            "seconds": seconds,
        }


def _predictions(
    data: DataSet,
    origin: int,
    rows: npt.NDArray[np.int64],
    past: Sequence[Floats],
    names: Sequence[str],
) -> dict[str, tuple[Prediction, float]]:
    made = {}
    for name in names:
        if name in OURS or (name == "seasonal naive" and origin < 52):
            continue
        began = time.perf_counter()
        made[name] = predict(name, past, AHEAD), time.perf_counter() - began
    if set(OURS) & set(names):
        began = time.perf_counter()
        monday = data.weeks.monday(origin).isoformat()
        told = our_own(data.portfolio, monday, AHEAD, hours=data.hours)
        seconds = time.perf_counter() - began
        for name, all_rows in told.items():
            quantiles = None if all_rows.quantiles is None else all_rows.quantiles[:, rows]
            made[name] = Prediction(all_rows.point[rows], quantiles), seconds
    return made


def _pinball(quantiles: Floats, came: Floats) -> float:
    level = np.array(LEVELS)[:, None, None]
    above = came - quantiles
    return float(np.nanmean(np.maximum(level * above, (level - 1) * above)))


def tables(rows: Sequence[Row]) -> str:
    """Return a table per data set, and for the help desk one of its usual quarters."""
    parts = []
    for (name,), of in group(rows, "instance").items():
        parts.append(_table(name, of))
        usual = [row for row in of if int(row["seed"]) <= _BEFORE_THE_END]
        if name.startswith("help desk"):
            parts.append(_table(f"{name}, forecasts that end before August 2012", usual))
    return "\n\n".join([*parts, machines(rows)])


def _table(name: str, rows: Sequence[Row]) -> str:
    by_method = {method: of for (method,), of in group(rows, "method").items()}
    best = {
        column: min(
            (of for method, of in by_method.items() if method in PLAIN),
            key=lambda of: _average(of, column),
        )
        for column in ("mase", "pinball")
    }
    origins = len({row["seed"] for row in rows})
    forecasts = sum(int(row["contracts"]) for row in next(iter(by_method.values())))
    lines = [
        [
            _label(method),
            *_cells(of, best["mase"], "mase"),
            *_cells(of, best["pinball"], "pinball"),
        ]
        for method, of in by_method.items()
    ]
    return section(f"{name}: {origins} origins, {forecasts:,} forecasts", _HEADER, lines)


def _label(method: str) -> str:
    return f"forecast_demand, {method}" if method in OURS else method


def _cells(rows: Sequence[Row], best: Sequence[Row], column: str) -> list[str]:
    """Return the average, its ratio to the best plain one, and at how many origins less."""
    if not all(row[column] for row in rows):
        return ["–", "–", "–"]
    average, least = _average(rows, column), _average(best, column)
    of = {row["seed"]: float(row[column]) for row in best}
    wins = sum(float(row[column]) < of[row["seed"]] for row in rows)
    return [f"{average:.3f}", f"{average / least:.2f}", f"{wins} of {len(rows)}"]


def _average(rows: Sequence[Row], column: str) -> float:
    weights = [int(row["contracts"]) for row in rows]
    return float(np.average([float(row[column]) for row in rows], weights=weights))


def _run(given: argparse.Namespace, store: Store) -> None:
    done = {(row["instance"], row["method"], int(row["seed"])) for row in store.latest()}
    where = describe()
    if "SES" in methods():
        where["versions"] += f"; statsforecast {metadata.version('statsforecast')}"
    for data in data_sets(given.helpdesk):
        for origin in data.origins:
            cells = [(data.name, method, origin) for method in methods()]
            names = [cell[1] for cell in cells if given.again or cell not in done]
            print(f"{data.name} · week {origin} · {len(names)} methods", file=sys.stderr)
            head = {"instance": data.name, "seed": origin, "limit": 0.0, "status": "plan"}
            head["origin"] = data.weeks.monday(origin).isoformat()
            for row in score(data, origin, names):
                if row["method"] in names:
                    store.append({**where, **head, **row})


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the forecasts, or write their tables."""
    given = parser_of("forecast", __doc__).parse_args(arguments)
    store = Store(given.results, COLUMNS)
    if given.table is None:
        _run(given, store)
    else:
        show(given, store.latest(), tables, lambda _rows, _folder: None)


if __name__ == "__main__":
    main()
