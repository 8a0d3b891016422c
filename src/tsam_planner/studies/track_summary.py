"""A plan against what happened, in sentences: figures, what is left out, what has drifted."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from tsam_planner.studies.drifts import (
    CALLS,
    CASES,
    DRIFT_WEEKS,
    HOURS,
    PAIRS,
    TEAM_SHARE,
    Measure,
)
from tsam_planner.words import counted

if TYPE_CHECKING:
    from tsam_planner.studies.tracking import Tracking

_SHOWN = 10
# How the mean of a contract is told; hours and calls are sums over its weeks.
_WORDS = {
    HOURS: "{name} takes {actual:.1f} h a week, planned {planned:.1f} h: off by {off:+.1f} h",
    CASES: "{name} has {actual:.1f} open cases on average, planned {planned:.1f}: off by "
    "{off:+.1f}",
    CALLS: "{name} has {actual:.2f} calls a week, planned {planned:.2f}: off by {off:+.2f}",
}


def summarize(tracking: "Tracking") -> Iterator[str]:
    """Yield the comparison in sentences."""
    if tracking.contracts.empty:
        yield f"No contract is planned in the weeks up to {tracking.until}: nothing to compare."
        return
    over = counted(len(tracking.weeks), "week")
    verb = "is" if len(tracking.weeks) == 1 else "are"
    yield f"{over} of the plan {verb} over, up to {tracking.until}."
    sheets, cases = (
        tracking.weeks[name].notna().any() for name in ("actual_hours", "open_cases")
    )
    if not sheets:
        nothing = "hours and calls are not compared" if cases else "nothing can be compared"
        yield f"No time sheet tells of them: {nothing}."
    yield from _figures(tracking.weeks)
    yield from tracking.left_out
    if not (sheets or cases):
        return
    if tracking.hours_of_others:
        yield f"{tracking.hours_of_others:,.0f} h went to contracts that the plan has not."
    yield from _silent(tracking.contracts)
    yield from _team(tracking)
    yield from _books(tracking.books)
    for row in tracking.drifts.to_dict("records"):
        yield from _drifts(row)
    if not tracking.justifies_replanning:
        yield "Nothing has drifted so far that planning again would be for."


def _figures(weeks: pd.DataFrame) -> Iterator[str]:
    told = weeks[weeks["actual_hours"].notna()]
    if len(told):
        total = told[list(PAIRS)].sum()
        yield (
            f"Hours: {total['actual_hours']:,.0f} worked, {total['planned_hours']:,.0f} "
            f"planned, {total['foreseen_hours']:,.0f} foreseen, in {len(told)} of them."
        )
    for planned, actual, words in (
        ("planned_cases", "open_cases", "Open cases, on average"),
        ("planned_calls", "calls", "Calls a week"),
    ):
        both = weeks[weeks[actual].notna()]
        if len(both):
            means = both[actual].mean(), both[planned].mean()
            yield f"{words}: {means[0]:,.1f}, planned {means[1]:,.1f}."


def _silent(contracts: pd.DataFrame) -> Iterator[str]:
    """Name the contracts that the plan serves and no time sheet names."""
    silent = contracts[contracts["weeks_silent"] > 0]
    for row in silent.head(_SHOWN).to_dict("records"):
        calls = counted(round(row["planned_calls"]), "call")
        yield (
            f"{row['contract_id']}: no time sheet in {counted(row['weeks_silent'], 'week')}, "
            f"planned {row['planned_hours']:,.0f} h and {calls}; nobody looked after it, or it "
            "is booked elsewhere."
        )
    if len(silent) > _SHOWN:
        yield f"And {counted(len(silent) - _SHOWN, 'contract')} more without a time sheet."


def _team(tracking: "Tracking") -> Iterator[str]:
    for what, share, is_off in team_drifts(tracking):
        if is_off:
            yield f"The team's {what} off by {share:+.0%}: plan again."


def team_drifts(tracking: "Tracking") -> Iterator[tuple[str, float, bool]]:
    """Yield how far the team is off, and whether that justifies planning again."""
    beyond = TEAM_SHARE + 1e-9
    yield "load is", tracking.load_deviation, abs(tracking.load_deviation) > beyond
    # Planning figures are means rounded up: over many contracts, fewer cases are the rule.
    yield "open cases are", tracking.case_deviation, tracking.case_deviation > beyond
    yield "calls are", tracking.call_deviation, abs(tracking.call_deviation) > beyond


def _books(books: pd.DataFrame) -> Iterator[str]:
    for row in books.to_dict("records"):
        limit = f"{row['max_cases']:g} (R43)"
        against = f"at most {limit}" if row["is_over"] else f"near its limit of {limit}"
        rest = ""
        if row["unlogged_cases"]:
            rest = f", {row['unlogged_cases']:g} of them of contracts that no case names"
        yield (
            f"{row.get('manager_id') or 'A book'} holds {row['open_cases']:.1f} open cases in "
            f"the week of {row['week']:%Y-%m-%d}, {against}; planned "
            f"{row['planned_cases']:g}{rest}."
        )


def _drifts(row: Mapping[Any, Any]) -> Iterator[str]:
    for measure, words in _WORDS.items():
        # A contract without any time sheet has been named as such.
        if row[measure.weeks_off] < DRIFT_WEEKS or (
            measure is not CASES and row["weeks_silent"]
        ):
            continue
        actual, planned = _means(row, measure)
        text = words.format(
            name=row["contract_id"], actual=actual, planned=planned, off=row[measure.deviation]
        )
        yield f"{text} for {row[measure.weeks_off]} weeks."


def _means(row: Mapping[Any, Any], measure: Measure) -> tuple[float, float]:
    weeks = 1 if measure is CASES else row["weeks"]
    return row[measure.actual] / weeks, row[measure.planned] / weeks
