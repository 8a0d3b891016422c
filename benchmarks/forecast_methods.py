"""
Methods of forecasting weekly figures, each from what was known at an origin.

Plain ones repeat a past value or mean; their quantiles are those of the weeks they look at.
Those of statsforecast (``pip install statsforecast``) are asked for 80 % intervals: AutoTheta
and AutoETS by their own models, the others by conformal intervals from refits on the past,
as many as there is history for (two at least, five at most).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner import Portfolio, forecast_demand

Floats = npt.NDArray[np.float64]

LEVELS = (0.1, 0.5, 0.9)
YEAR, HALF_YEAR = 52, 26
PLAIN = ("last value", "seasonal naive", "mean of 26", "mean of all")
# Not counted among the plain ones: it shows what a median alone does to absolute errors.
_MEDIAN = "median of 26"
_FROM_STATSFORECAST = {
    "SES": "SimpleExponentialSmoothingOptimized",
    "Croston SBA": "CrostonSBA",
    "TSB": "TSB",
    "ADIDA": "ADIDA",
    "IMAPA": "IMAPA",
    "AutoTheta": "AutoTheta",
    "AutoETS": "AutoETS",
}
# TSB has two smoothing parameters and no rule for them; these are usual.
_GIVEN = {"TSB": {"alpha_d": 0.1, "alpha_p": 0.1}}
_OWN_INTERVALS = ("AutoTheta", "AutoETS")
_MOST_REFITS = 5
OURS = ("expected", "median")


@dataclass(frozen=True, slots=True)
class Prediction:
    """
    Figures of the weeks to come; ``point`` has shape ``(series, weeks)``.

    ``quantiles`` are those of `LEVELS`, shape ``(levels, series, weeks)``; None where a method
    has too little history to say any.
    """

    point: Floats
    quantiles: Floats | None


Told = tuple[Floats, Floats]
"""Figures of the weeks to come, and the weeks that a method looked at."""


def methods() -> tuple[str, ...]:
    """Return the names of all methods that can run here."""
    others = tuple(_FROM_STATSFORECAST) if find_spec("statsforecast") else ()
    return (*PLAIN, _MEDIAN, *others, *OURS)


def predict_plainly(name: str, past: Sequence[Floats], weeks: int) -> Prediction:
    """Return what a plain method says of series, given by their known weeks."""
    plain: dict[str, Callable[[Floats, int], Told]] = {
        "last value": _last,
        "seasonal naive": _same_week_last_year,
        "mean of 26": lambda series, weeks: _mean(series[-HALF_YEAR:], weeks),
        "mean of all": _mean,
        _MEDIAN: lambda series, weeks: _median(series[-HALF_YEAR:], weeks),
    }
    told = [plain[name](series, weeks) for series in past]
    point = np.array([row for row, _ in told])
    found = [np.quantile(window, LEVELS, method="inverted_cdf") for _, window in told]
    return Prediction(point, np.repeat(np.array(found).T[:, :, None], weeks, axis=2))


def _last(series: Floats, weeks: int) -> Told:
    return np.full(weeks, series[-1]), series


def _same_week_last_year(series: Floats, weeks: int) -> Told:
    """Repeat the weeks of a year ago; where there was none yet, the last value."""
    if len(series) < YEAR:
        return _last(series, weeks)
    return series[-YEAR:][:weeks], series[-YEAR:]


def _mean(series: Floats, weeks: int) -> Told:
    return np.full(weeks, series.mean()), series


def _median(series: Floats, weeks: int) -> Told:
    return np.full(weeks, np.median(series)), series


def predict_by_statsforecast(name: str, past: Sequence[Floats], weeks: int) -> Prediction:
    """Return what a method of statsforecast says of series; nothing is below 0."""
    refits = np.array([min(_MOST_REFITS, (len(series) - 1) // weeks) for series in past])
    point = np.zeros((len(past), weeks))
    low, high = np.zeros_like(point), np.zeros_like(point)
    if name in _OWN_INTERVALS or refits.min() < 2:
        refits[:] = 0
    for count in np.unique(refits).tolist():
        rows = np.flatnonzero(refits == count)
        told = _ask_statsforecast(name, [past[row] for row in rows.tolist()], weeks, count)
        point[rows] = told[0]
        low[rows], high[rows] = told[1:] if len(told) > 1 else (np.nan, np.nan)
    is_told = not np.isnan(low).any()
    quantiles = np.maximum(0, np.array([low, point, high]))
    return Prediction(np.maximum(0, point), quantiles if is_told else None)


def _ask_statsforecast(
    name: str, past: Sequence[Floats], weeks: int, refits: int
) -> list[Floats]:
    """Return point forecasts and, where they can be had, lower and upper limits."""
    from statsforecast import StatsForecast, models
    from statsforecast.utils import ConformalIntervals

    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(past)), [len(series) for series in past]),
            "ds": np.concatenate([np.arange(len(series)) for series in past]),
            "y": np.concatenate(past),
        }
    )
    model = getattr(models, _FROM_STATSFORECAST[name])(**_GIVEN.get(name, {}), alias="method")
    wanted: dict[str, Any] = {}
    if name in _OWN_INTERVALS or refits:
        wanted["level"] = [80]
    if refits:
        wanted["prediction_intervals"] = ConformalIntervals(h=weeks, n_windows=refits)
    told = StatsForecast(models=[model], freq=1).forecast(df=frame, h=weeks, **wanted)
    told = told.sort_values(["unique_id", "ds"])
    names = ["method", "method-lo-80", "method-hi-80"] if wanted else ["method"]
    return [told[column].to_numpy(dtype=float).reshape(-1, weeks) for column in names]


def predict_by_draws(
    portfolio: Portfolio, start: str, weeks: int, *, hours: bool
) -> dict[str, Prediction]:
    """
    Return what `forecast_demand` says of all contracts: expected figures, and medians.

    Hours are the need, else the time-average of open cases; both have the same quantiles.
    """
    forecast = forecast_demand(portfolio, start=start, weeks=weeks)
    contracts = [contract.contract_id for contract in portfolio.contracts]
    table = forecast.table.pivot_table(
        index="contract_id", columns="week", values="need_hours" if hours else "cases_mean"
    )
    # Weeks without a working day of the customer stand in no row: nothing is needed.
    mondays = pd.date_range(start, periods=weeks, freq="7D")
    expected = table.reindex(index=contracts, columns=mondays).fillna(0.0).to_numpy(dtype=float)
    drawn = forecast.draws.need if hours else forecast.draws.mean_cases
    quantiles = np.quantile(drawn, LEVELS, axis=0, method="inverted_cdf").astype(float)
    return {
        "expected": Prediction(expected, quantiles),
        "median": Prediction(quantiles[LEVELS.index(0.5)], quantiles),
    }


Predict = Callable[[str, Sequence[Floats], int], Prediction]


def predict(name: str, past: Sequence[Floats], weeks: int) -> Prediction:
    """Return what any method but our own says of series, given by their known weeks."""
    is_plain = name in (*PLAIN, _MEDIAN)
    method: Predict = predict_plainly if is_plain else predict_by_statsforecast
    return method(name, past, weeks)
