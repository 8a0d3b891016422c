"""Rows that a plan does not use because of their dates: how many, why, and which, say."""

from collections.abc import Iterator

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.portfolio.portfolio import Portfolio


def unused_rows(portfolio: Portfolio, horizon: Horizon) -> tuple[str, ...]:
    """
    Return a sentence on each kind of row whose date is of no use for the weeks of a plan.

    A plan sees of the logs what was known before its first Monday, so that one for the past
    is made as it would have been; a mistyped year looks the same and is to be mended.
    """
    return (*_logged_later(portfolio, horizon), *_demanded_elsewhere(portfolio, horizon))


def _logged_later(portfolio: Portfolio, horizon: Horizon) -> Iterator[str]:
    ids = {contract.contract_id for contract in portfolio.contracts}
    cases, sheets = (
        # The reader has told of rows without a known contract.
        log[log["contract_id"].isin(ids)] if "contract_id" in log else log
        for log in (portfolio.cases, portfolio.timesheets)
    )
    if len(cases):
        late = _is_later(cases["opened_at"], horizon)
        yield from _told("not used", cases[late], "cases opened", "opened_at", horizon)
        open_then = cases[~late & _is_later(cases["closed_at"], horizon)]
        yield from _told("taken as open", open_then, "cases closed", "closed_at", horizon)
    if len(sheets):
        late = _is_later(sheets["date"], horizon)
        yield from _told("not used", sheets[late], "timesheets dated", "date", horizon)


def _is_later(times: pd.Series, horizon: Horizon) -> pd.Series:
    return times >= pd.Timestamp(horizon.start, tz=times.dt.tz)


def _told(
    treatment: str, rows: pd.DataFrame, what: str, column: str, horizon: Horizon
) -> Iterator[str]:
    if len(rows):
        first = rows.iloc[0]
        yield (
            f"{treatment}: {_rows(len(rows))} of {what} on or after {horizon.start}, the first "
            f"planned day, e.g. {first['contract_id']} on {first[column]:%Y-%m-%d}; a plan "
            "sees what was known before it"
        )


def _demanded_elsewhere(portfolio: Portfolio, horizon: Horizon) -> Iterator[str]:
    others = [row for row in portfolio.demand if horizon.week_of(row.week) is None]
    if others:
        yield (
            f"not used: {_rows(len(others))} of demand for weeks outside {horizon.start} to "
            f"{horizon.last_day}, e.g. {others[0].contract_id} in the week of {others[0].week}"
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
