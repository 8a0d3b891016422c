"""What a forecast says in total, in numbers and in a few lines."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsam_planner.demand.history import LOW_HISTORY
from tsam_planner.portfolio.records import Prospect
from tsam_planner.words import counted

if TYPE_CHECKING:
    from tsam_planner.demand.forecast import Forecast

QUANTILES = (0.1, 0.5, 0.9)
"""Levels at which ranges are told."""

# Contracts with little history that a summary names; the table has them all.
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


def summarize_forecast(forecast: "Forecast") -> Iterator[tuple[str, str]]:
    """Yield labels and sentences: weeks, hours, what they rest on, who has little history."""
    yield "Weeks", str(forecast.horizon)
    yield from _lines(overview_of(forecast))
    yield "Futures", f"{forecast.draws.count:,}, seed {forecast.draws.seed}"


def _lines(overview: Overview) -> Iterator[tuple[str, str]]:
    yield (
        "Need",
        f"{counted(overview.contracts.count, 'contract')}: {_range(overview.contracts)}",
    )
    if overview.prospects.count:
        noun = counted(overview.prospects.count, "prospect")
        yield "", f"{noun}, each by its chance: {_range(overview.prospects)}"
    yield "Sources", f"need: {_listed(overview.need_sources)}"
    yield "", f"cases: {_listed(overview.cases_sources)}"
    low = overview.low_history
    if low:
        named = ", ".join(low[:_NAMED]) + (", …" if len(low) > _NAMED else "")
        contracts = counted(overview.contracts.count, "contract")
        verb = "has" if len(low) == 1 else "have"
        yield (
            "History",
            f"{len(low):,} of {contracts} {verb} less than {LOW_HISTORY} weeks of logs; "
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
