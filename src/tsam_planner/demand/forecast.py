"""
What customers will need in the weeks of a plan: an expected figure and its spread.

The expected figures are those that a plan would use (see `sources`): the mean of the latest
26 usable weeks where only logs know. Fancier methods of forecasting were measured against
that mean on a real help desk and on the sample, and were no better but for one, by 2 %
(`benchmarks/forecast`). What a plain mean lacks is the spread, and that is drawn (see
`draws`).
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.contract_weeks import contract_weeks
from tsam_planner.demand.draws import DemandDraws, draw_demand
from tsam_planner.demand.overview import QUANTILES, summarize_forecast
from tsam_planner.demand.unused_rows import unused_rows
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Prospect
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Forecast:
    """
    Need and open cases of every contract in every week.

    Attributes
    ----------
    table
        One row per contract (prospects last) and week with a contract day: ``need_hours``
        (expected) and its quantiles ``need_p10, need_p50, need_p90``; ``cases`` (the planning
        figure), ``cases_mean`` (expected mean), and the quantiles of the most cases
        open at once, ``peak_p10, peak_p50, peak_p90``; ``win_probability`` (1 for contracts,
        quantiles are of futures in which a prospect may be lost).
    sources
        One row per contract: ``need_source``, ``cases_source`` and ``is_low_history`` (its
        spread is borrowed from others).
    draws
        The futures behind it.
    horizon
        The weeks that it is for.
    warnings
        What a reader must know before trusting it, in sentences.
    """

    table: pd.DataFrame
    sources: pd.DataFrame
    draws: DemandDraws
    horizon: Horizon
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(f"{label:<9}{text}" for label, text in summarize_forecast(self))

    # The tables are long, and no other text tells a forecast from another.
    __repr__ = __str__

    @property
    def demand(self) -> pd.DataFrame:
        """The table ``demand`` of a portfolio (``contract_id, week, need_hours, cases``)."""
        prospects = [
            row.contract_id for row in self.draws.contracts if isinstance(row, Prospect)
        ]
        signed = self.table[~self.table["contract_id"].isin(prospects)]
        table = signed[["contract_id", "week", "need_hours", "cases"]].reset_index(drop=True)
        return table.assign(need_hours=table["need_hours"].round(6))


def forecast_demand(
    portfolio: Portfolio,
    *,
    quarter: str | None = None,
    start: dt.date | str | None = None,
    weeks: int | None = None,
    policy: Policy | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Forecast:
    """
    Forecast what each contract and prospect needs in each week.

    Parameters
    ----------
    portfolio
        What `read_portfolio` returns; what its logs say after the first week is not used.
    quarter
        The weeks to forecast, such as ``2027Q1``; or else ``start`` (a Monday) and ``weeks``.
    policy
        Numbers and readings of the rules; the portfolio's own by default.
    draws, seed
        Number of futures (>= 1), and what they follow from.

    Raises
    ------
    ArgumentError
        When the weeks are not named, or a number is out of range.
    """
    horizon = Horizon.of(quarter=quarter, start=start, weeks=weeks)
    policy = policy or portfolio.policy
    everybody = (*portfolio.contracts, *portfolio.prospects)
    holidays = HolidayLists(portfolio.holidays)
    base = contract_weeks(everybody, portfolio, holidays, horizon, policy)
    futures = draw_demand(portfolio, horizon, policy, draws=draws, seed=seed, base=base)
    count = len(everybody)
    ids = np.array([contract.contract_id for contract in everybody], dtype=object)
    chance = np.ones(count)
    chance[len(portfolio.contracts) :] = [row.win_probability for row in portfolio.prospects]
    columns: dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int64]] = {
        "need_hours": base.need / MICRO * chance[:, None],
        **_quantiles("need", futures.need),
        "cases": base.cases,
        "cases_mean": futures.mean_cases.mean(axis=0, dtype=np.float64),
        **_quantiles("peak", futures.peak_cases),
    }
    table = pd.DataFrame(
        {
            "contract_id": np.repeat(ids, horizon.weeks),
            "week": np.tile(np.array(horizon.mondays, dtype="datetime64[s]"), count),
            **{name: values.ravel() for name, values in columns.items()},
            "win_probability": np.repeat(chance, horizon.weeks),
        }
    )
    sources = pd.DataFrame(
        {
            "contract_id": ids,
            "need_source": base.need_sources,
            "cases_source": base.cases_sources,
            "is_low_history": futures.is_low,
        }
    )
    return Forecast(
        table=table[base.active.ravel()].reset_index(drop=True),
        sources=sources,
        draws=futures,
        horizon=horizon,
        warnings=(
            *(str(finding) for finding in portfolio.findings),
            *unused_rows(portfolio, horizon),
        ),
    )


def _quantiles(
    name: str, values: npt.NDArray[np.float32] | npt.NDArray[np.int16]
) -> dict[str, npt.NDArray[np.float64]]:
    found = np.quantile(values, QUANTILES, axis=0, method="inverted_cdf").astype(float)
    return {
        f"{name}_p{100 * level:.0f}": row for level, row in zip(QUANTILES, found, strict=True)
    }
