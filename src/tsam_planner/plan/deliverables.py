"""
What every assigned customer receives, in which week and by which method.

Table 2 gives methods and cadences of Premium and Standard (R20, R21), TSAM's are assumed
(Q22). Table 2 names no dates: weeks are spread over each period, so that nobody's
month-end drowns. Nothing here is load on top of a plan: it is part of the need.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.served_weeks import served_weeks
from tsam_planner.plan.tables import typed
from tsam_planner.service.offerings import Delivery, Frequency, deliveries
from tsam_planner.units import MICRO, micro

_COLUMNS = (
    "contract_id", "deliverable", "method", "frequency", "due_week", "hours", "manager_id",
    "is_assumed",
)  # fmt: skip
QUARTER_WEEKS = 13


@dataclass(frozen=True, slots=True)
class _Period:
    """Weeks that share one delivery, owed from ``least_days`` weekdays of term on."""

    frequency: Frequency
    weeks: tuple[int, ...]
    days: tuple[int, ...]
    least_days: float


@dataclass(frozen=True, slots=True)
class _Due:
    """A delivery that is owed, who makes it, and the weeks in which it can fall due."""

    contract_id: str
    activity: str
    delivery: Delivery
    size: int
    manager_id: str
    weeks: tuple[int, ...]


def deliverables_table(facts: Facts, decisions: Sequence[Decision]) -> pd.DataFrame:
    """
    Return one row per delivery that an assigned contract is owed inside the horizon.

    *Weekly* deliveries fall due in every served week with a contract day. *Monthly* ones
    fall due once in each calendar month, *quarterly* ones once in every 13 weeks of the
    horizon, if at least half of the weekdays of that month, or of those 13 weeks, lie inside
    both horizon and term. A week belongs to the month of its Wednesday; up to six weeks
    left over after the last 13 belong to those. What is due "as needed" has no week and is
    not listed, the weekly call neither (it is a table of its own).

    Each manager's deliveries of a period are laid end to end in order of contract, and each
    falls due in the week that the middle of its hours points to. So hours are spread evenly
    (each week within one delivery of the mean, while every contract can be served in the
    same weeks) and a contract keeps its place in the month. Weeks in which the manager is
    away on every contract day are used only if there is no other. A month with a change of
    hands is the duty of who serves more weeks of it (the earlier one, if equal).

    Parameters
    ----------
    facts
        Terms, presence and the policy's hours per delivery (all assumptions).
    decisions
        Who serves which contract in which weeks.

    Returns
    -------
    DataFrame
        ``contract_id, deliverable, method, frequency`` (``weekly``, ``monthly``,
        ``quarterly``), ``due_week`` (Monday), ``hours`` (>= 0), ``manager_id`` and
        ``is_assumed`` (the cadence is not the service description's, Q22). In order of
        contract, week and deliverable.
    """
    active = facts.contract_weeks.active
    served: dict[str, dict[int, str]] = {}
    for contract_id, stretches in sorted(by_contract(decisions).items()):
        row = facts.contract_index[contract_id]
        served[contract_id] = {
            week: str(stretch.manager_id)
            for week, stretch in served_weeks(stretches, facts.horizon).items()
            if active[row, week]
        }
    rows = []
    for period in _periods(facts.horizon):
        owed = [
            due
            for contract_id, managers in served.items()
            for due in _owed(facts, contract_id, managers, period)
        ]
        for due, week in _spread(owed):
            rows.append(_row(due, facts.horizon.mondays[week]))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table = table.sort_values(["contract_id", "due_week", "deliverable"])
    return typed(table)


def _row(due: _Due, monday: dt.date) -> tuple[object, ...]:
    return (
        due.contract_id,
        due.activity,
        due.delivery.method,
        due.delivery.frequency.value,
        monday,
        due.size / MICRO,
        due.manager_id,
        due.delivery.is_assumed,
    )


def _periods(horizon: Horizon) -> Iterator[_Period]:
    """Yield the weeks, the calendar months and the 13 weeks in which deliveries fall due."""
    for week in range(horizon.weeks):
        yield _Period(Frequency.WEEKLY, (week,), _days((week,)), 1)
    months = [(date.year, date.month) for date in horizon.weekdays]
    for month in dict.fromkeys(months):
        days = tuple(day for day, other in enumerate(months) if other == month)
        # The month of a week is that of its Wednesday: of most of its weekdays.
        weeks = tuple(day // WEEKDAYS for day in days if day % WEEKDAYS == 2)
        yield _Period(Frequency.MONTHLY, weeks, days, _weekdays_of(*month) / 2)
    count = (2 * horizon.weeks + QUARTER_WEEKS) // (2 * QUARTER_WEEKS)
    for number in range(count):
        first = number * QUARTER_WEEKS
        last = horizon.weeks if number == count - 1 else first + QUARTER_WEEKS
        weeks = tuple(range(first, last))
        yield _Period(Frequency.QUARTERLY, weeks, _days(weeks), QUARTER_WEEKS * WEEKDAYS / 2)


def _days(weeks: Sequence[int]) -> tuple[int, ...]:
    return tuple(WEEKDAYS * week + day for week in weeks for day in range(WEEKDAYS))


def _weekdays_of(year: int, month: int) -> int:
    first = np.datetime64(f"{year}-{month:02}", "M")
    following = first + np.timedelta64(1, "M")
    return int(np.busday_count(first.astype("M8[D]"), following.astype("M8[D]")))


def _owed(
    facts: Facts, contract_id: str, managers: Mapping[int, str], period: _Period
) -> Iterator[_Due]:
    """Yield what a contract is owed in a period; ``managers`` by week with a contract day."""
    row = facts.contract_index[contract_id]
    in_period = {week: managers[week] for week in period.weeks if week in managers}
    term = facts.contract_weeks.term[row]
    if not in_period or term[list(period.days)].sum() < period.least_days:
        return
    there = {
        week: name for week, name in in_period.items() if _is_there(facts, row, name, week)
    }
    candidates = there or in_period
    owner = Counter(candidates.values()).most_common(1)[0][0]
    weeks = tuple(week for week, name in candidates.items() if name == owner)
    for activity, delivery in deliveries(facts.contracts[row].offering).items():
        if delivery.frequency is period.frequency:
            size = micro(float(getattr(facts.policy.deliverable_hours, activity)))
            yield _Due(contract_id, activity, delivery, size, owner, weeks)


def _is_there(facts: Facts, contract: int, manager_id: str, week: int) -> bool:
    days = slice(WEEKDAYS * week, WEEKDAYS * (week + 1))
    presence = facts.manager_days.presence[facts.manager_index[manager_id], days]
    return bool(np.any(presence * facts.contract_weeks.weight[contract, days] > 0))


def _spread(owed: Sequence[_Due]) -> Iterator[tuple[_Due, int]]:
    """Yield each delivery of one period with its week, every manager's hours evenly."""
    # Deliveries without hours count a millionth, so that they are spread, too.
    total, before = Counter[str](), Counter[str]()
    for due in owed:
        total[due.manager_id] += max(1, due.size)
    for due in owed:
        twice_the_middle = 2 * before[due.manager_id] + max(1, due.size)
        place = twice_the_middle * len(due.weeks) // (2 * total[due.manager_id])
        before[due.manager_id] += max(1, due.size)
        yield due, due.weeks[place]
