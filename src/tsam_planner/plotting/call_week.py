"""A manager's calls in one week, inside of both windows."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MultipleLocator

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts, working_hours
from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.labels import (
    BLACK,
    PLAIN,
    legend_below,
    listed,
    name_of,
    small_font,
)
from tsam_planner.plotting.weeks import BLUE
from tsam_planner.words import counted

_UNUSUAL, _CUSTOMER, _OWN = "#d95f02", "#ddcc77", "0.9"
_INCHES, _ROOM = 0.25, 2.0
_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """A call on one line; ``start`` and ``window`` are hours of the manager's day."""

    name: str
    start: float
    hours: float
    window: tuple[float, float]
    times: str
    is_usual: bool


@dataclass(frozen=True, slots=True)
class _Day:
    """A weekday: the manager's hours, None on a day off, and the calls."""

    label: str
    own: tuple[float, float] | None
    calls: tuple[_Call, ...]


def plot_call_week(
    plan: Plan,
    manager_id: str,
    week: dt.date | str | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw the calls that a manager holds in one week, Monday to Friday.

    Each line is a contract with its call as a block, and the customer's window as a bar;
    behind it are the manager's working hours of the day, none when away. All are on the
    manager's clock; beside the block stands the time on both. Calls that are not as usual
    are orange.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    manager_id
        Whose calls to show, for the own book and as a substitute.
    week
        A Monday of the plan; the first week with a call by default.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With hours on the horizontal axis and days with their contracts on the vertical.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio, or has no such manager or week.
    """
    facts = plan.facts
    if manager_id not in facts.manager_index:
        message = f"the plan knows no manager {manager_id!r}"
        raise ArgumentError(message)
    calls = plan.calls[plan.calls["manager_id"] == manager_id]
    monday = _monday(plan, calls, week)
    calls = calls[calls["week"] == pd.Timestamp(monday)].sort_values("start", kind="stable")
    book = _book(plan, manager_id, monday)
    days = [
        _day(facts, manager_id, monday + dt.timedelta(days=number), calls, book)
        for number in range(WEEKDAYS)
    ]
    if ax is None:
        lines = sum(1.6 + len(day.calls) for day in days)
        _, ax = plt.subplots(figsize=(9.5, _ROOM + _INCHES * lines), layout="constrained")
    _draw(ax, days)
    ax.set_xlabel(f"time of {name_of(manager_id)} ({_place(facts, manager_id)})", **PLAIN)
    ax.set_title(_finding(plan, manager_id, monday, calls, book), loc="left", **PLAIN)
    return ax


def _monday(plan: Plan, calls: pd.DataFrame, week: dt.date | str | None) -> dt.date:
    mondays = plan.horizon.mondays
    if week is None:
        first = calls["week"].min()
        return mondays[0] if pd.isna(first) else pd.Timestamp(first).date()
    try:
        monday = pd.Timestamp(week).date()
    except ValueError:
        monday = None
    if monday not in mondays:
        message = f"expected a Monday from {mondays[0]} to {mondays[-1]}, got {week}"
        raise ArgumentError(message)
    return monday


def _book(plan: Plan, manager_id: str, monday: dt.date) -> set[str]:
    """Return the contracts that a manager has in a week."""
    rows, day = plan.assignments, pd.Timestamp(monday)
    inside = (rows["from_week"] <= day) & (day <= rows["to_week"])
    return set(rows.loc[inside & (rows["manager_id"] == manager_id), "contract_id"])


def _day(
    facts: Facts, manager_id: str, date: dt.date, calls: pd.DataFrame, book: set[str]
) -> _Day:
    own = working_hours(facts.manager(manager_id))
    zone = ZoneInfo(own.zone)
    midnight = dt.datetime.combine(date, dt.time(), zone).timestamp()
    of_day = [
        _call(facts, row, zone, midnight, row["contract_id"] in book)
        for row in calls.to_dict("records")
        if row["start"].astimezone(zone).date() == date
    ]
    presence = facts.manager_days.presence[facts.manager_index[manager_id]]
    is_there = presence[facts.horizon.weekdays.index(date)] > 0
    opens, closes = ((second - midnight) / _HOUR for second in own.seconds(date))
    label = f"{date:%A} {date.day} {date:%b}" + ("" if is_there else ", off")
    return _Day(label, (opens, closes) if is_there else None, tuple(of_day))


def _call(
    facts: Facts, row: Mapping[Any, Any], zone: ZoneInfo, midnight: float, is_own: bool
) -> _Call:
    contract = facts.contract(str(row["contract_id"]))
    moment, window = pd.Timestamp(str(row["start"])), facts.window(contract)
    here, there = moment.astimezone(zone), moment.astimezone(ZoneInfo(window.zone))
    opens, closes = window.seconds(there.date())
    city = window.zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    text = name_of(contract.contract_id, most=18)
    return _Call(
        name=f"{city}  {text}" if is_own else f"{city}  {text}, as substitute",
        start=(moment.timestamp() - midnight) / _HOUR,
        hours=float(str(row["minutes"])) / 60,
        window=((opens - midnight) / _HOUR, (closes - midnight) / _HOUR),
        times=f"{here:%H:%M} here, {there:%H:%M} there",
        is_usual=not row["reason"],
    )


def _draw(ax: Axes, days: Sequence[_Day]) -> None:
    ticks: list[float] = []
    names: list[str] = []
    headings: set[int] = set()
    line = 0.0
    for day in days:
        top = line - 0.6
        headings.add(len(ticks))
        ticks.append(line)
        names.append(day.label if day.calls else f"{day.label}: no call")
        for call in day.calls:
            line += 1
            ticks.append(line)
            names.append(call.name)
            _draw_call(ax, call, line)
        if day.own is not None:
            opens, closes = day.own
            height = line + 0.6 - top
            ax.bar(opens, height, closes - opens, top, align="edge", color=_OWN, zorder=0)
        line += 1.6
    ax.set_yticks(ticks, names, **PLAIN)
    for number, label in enumerate(ax.get_yticklabels()):
        label.set_fontsize(small_font() if number not in headings else 1.1 * small_font())
        label.set_fontweight("bold" if number in headings else "normal")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(line - 0.9, -0.8)
    _show_hours(ax, days)
    used = [call for day in days for call in day.calls]
    handles = [Patch(color=_OWN, label="own working hours")]
    if used:
        handles.append(Patch(color=_CUSTOMER, label="customer's window"))
    if any(call.is_usual for call in used):
        handles.append(Patch(color=BLUE, label="call"))
    if not all(call.is_usual for call in used):
        handles.append(Patch(color=_UNUSUAL, label="call, not as usual"))
    legend_below(ax, 0.55, handles=handles, ncols=4)


def _draw_call(ax: Axes, call: _Call, line: float) -> None:
    opens, closes = call.window
    color = BLUE if call.is_usual else _UNUSUAL
    ax.barh(line, closes - opens, 0.36, left=opens, color=_CUSTOMER, zorder=1)
    ax.barh(line, call.hours, 0.8, left=call.start, color=color, zorder=2)
    ax.text(
        1.01, line, call.times, transform=ax.get_yaxis_transform(), va="center",
        fontsize=small_font(), color=BLACK,
    )  # fmt: skip


def _show_hours(ax: Axes, days: Sequence[_Day]) -> None:
    """Show all hours that are drawn, or a working day, on a clock."""
    spans = [day.own for day in days if day.own is not None]
    spans += [call.window for day in days for call in day.calls]
    first, last = (
        min((span[0] for span in spans), default=8.0),
        max((span[1] for span in spans), default=18.0),
    )
    ax.set_xlim(first - 0.5, last + 0.5)
    ax.xaxis.set_major_locator(MultipleLocator(1 if last - first < 14 else 2))
    ax.xaxis.set_major_formatter(lambda hour, _place: f"{int(hour) % 24:02d}:00")
    ax.spines[["top", "right", "left"]].set_visible(False)


def _place(facts: Facts, manager_id: str) -> str:
    return facts.manager(manager_id).time_zone


def _finding(
    plan: Plan, manager_id: str, monday: dt.date, calls: pd.DataFrame, book: set[str]
) -> str:
    when = f"in the week of {monday.day} {monday:%B %Y}"
    count = counted(len(calls), "call") if len(calls) else "no call"
    hours = f" ({calls['minutes'].sum() / 60:.1f} h)" if len(calls) else ""
    first = f"{name_of(manager_id)} holds {count}{hours} {when}"
    notes = []
    moved = int((calls["reason"].fillna("") != "").sum())
    if moved:
        notes.append(f"{moved} not as usual")
    missing = plan.missing_calls[plan.missing_calls["week"] == pd.Timestamp(monday)]
    alone = sorted(book & set(missing["contract_id"]))
    if alone:
        notes.append(f"without a call: {listed(alone, most=4)}")
    return first + (f"\n{'; '.join(notes)}" if notes else "")
