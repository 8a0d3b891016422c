"""What `forecast` shows: how much is needed, what that rests on, and what to do next."""

import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tsam_planner.cli import terminal
from tsam_planner.demand.forecast import QUANTILES
from tsam_planner.demand.history import LOW_HISTORY
from tsam_planner.portfolio.records import Prospect
from tsam_planner.report.forecast_folder import DEMAND_FILE

if TYPE_CHECKING:
    from tsam_planner.calendars.horizon import Horizon
    from tsam_planner.demand.forecast import Forecast
    from tsam_planner.portfolio.portfolio import Portfolio

# Contracts with little history that the terminal names; the table has them all.
_NAMED = 6
_WORDS = {
    "demand": "the table demand",
    "contracts": "the contract's own figure",
    "timesheets": "time sheets",
    "cases": "the case log",
    "cadence": "the rhythm of the offering",
    "none": "nothing (no cases assumed)",
}


@dataclass(frozen=True, slots=True)
class Total:
    """Hours of some contracts over all weeks: expected, and the quantiles of the sum."""

    count: int
    need_hours: float
    need_p10: float
    need_p50: float
    need_p90: float


@dataclass(frozen=True, slots=True)
class Overview:
    """What a forecast says in total; sources count contracts and no prospects."""

    contracts: Total
    prospects: Total
    need_sources: dict[str, int]
    cases_sources: dict[str, int]
    low_history: list[str]


def show_forecast(
    forecast: "Forecast",
    portfolio: "Portfolio",
    horizon: "Horizon",
    source: Path,
    folder: Path,
    *,
    json: bool,
) -> None:
    """Show total need with its range, the sources, and the next step."""
    overview = overview_of(forecast)
    if json:
        terminal.say_json(
            {
                "start": horizon.start.isoformat(),
                "weeks": horizon.weeks,
                **asdict(overview),
                "draws": forecast.draws.count,
                "seed": forecast.draws.seed,
                "written": str(folder),
            }
        )
        return
    terminal.say(f"{'Weeks':<10}{horizon}")
    for label, text in _lines(overview):
        terminal.say(f"{label:<10}{text}")
    terminal.say(f"{'Futures':<10}{forecast.draws.count:,}, seed {forecast.draws.seed}")
    terminal.say(
        f"\nWritten to {folder}. Next: correct {folder / DEMAND_FILE} where you know better, "
        f"make it the table demand of {source}, and plan."
    )
    others = sum(horizon.week_of(row.week) is None for row in portfolio.demand)
    if others:
        rows = _count(others, "row")
        terminal.say(f"Keep the {rows} of the present table demand with other weeks.")


def overview_of(forecast: "Forecast") -> Overview:
    """Return what a forecast says in total."""
    asked = set(forecast.table["contract_id"])
    contracts = [row for row in forecast.draws.contracts if row.contract_id in asked]
    prospects = {row.contract_id for row in contracts if isinstance(row, Prospect)}
    signed = asked - prospects
    sources = forecast.sources[forecast.sources["contract_id"].isin(signed)]
    return Overview(
        contracts=_total(forecast, signed),
        prospects=_total(forecast, prospects),
        need_sources=_counts(sources["need_source"]),
        cases_sources=_counts(sources["cases_source"]),
        low_history=list(sources.loc[sources["is_low_history"], "contract_id"]),
    )


def _total(forecast: "Forecast", ids: Collection[str]) -> Total:
    rows = np.array([row.contract_id in ids for row in forecast.draws.contracts], dtype=bool)
    sums = forecast.draws.need[:, rows].sum(axis=(1, 2), dtype=np.float64)
    low, middle, high = np.quantile(sums, QUANTILES, method="inverted_cdf")
    table = forecast.table
    expected = table.loc[table["contract_id"].isin(ids), "need_hours"].sum()
    return Total(len(ids), *(round(float(x), 6) for x in (expected, low, middle, high)))


def _counts(sources: Collection[str]) -> dict[str, int]:
    """Return contracts by sources, most frequent first; how many weeks is no matter."""
    kinds = [re.sub(r" \(\d+ weeks?\)", "", source) for source in sources]
    return dict(sorted(((kind, kinds.count(kind)) for kind in set(kinds)), key=_by_count))


def _by_count(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _lines(overview: Overview) -> Iterator[tuple[str, str]]:
    yield (
        "Need",
        f"{_count(overview.contracts.count, 'contract')}: {_range(overview.contracts)}",
    )
    if overview.prospects.count:
        noun = _count(overview.prospects.count, "prospect")
        yield "", f"{noun}, each by its chance: {_range(overview.prospects)}"
    yield "Sources", f"need: {_listed(overview.need_sources)}"
    yield "", f"cases: {_listed(overview.cases_sources)}"
    low = overview.low_history
    if low:
        named = ", ".join(low[:_NAMED]) + (", …" if len(low) > _NAMED else "")
        verb = "has" if len(low) == 1 else "have"
        yield (
            "History",
            f"{_count(len(low), 'contract')} {verb} less than {LOW_HISTORY} weeks of logs; "
            f"ranges are borrowed from others ({named})",
        )


def _range(total: Total) -> str:
    return (
        f"{total.need_hours:,.0f} h expected, "
        f"{total.need_p10:,.0f} to {total.need_p90:,.0f} h in 8 of 10 futures"
    )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(
        " then ".join(_WORDS[name] for name in kind.split(", ")) + f" ({number})"
        for kind, number in counts.items()
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
