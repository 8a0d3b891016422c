"""
What managers can give: presence by day, hours and limits by week.

Four denominators, from wide to narrow: *office* hours (the contractual week), *available*
hours (less holidays and absences), *deployable* hours (less internal work). Utilization is
always load over deployable hours.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.portfolio.records import Absence, Manager
from tsam_planner.service.policy import Policy
from tsam_planner.units import micro


@dataclass(frozen=True, slots=True)
class ManagerDays:
    """
    Which weekdays a manager works; arrays of shape ``(managers, weekdays)``.

    ``presence`` is the share of the day the manager is there, in [0, 1]; ``employed`` says
    whether the day lies within employment at all.
    """

    presence: npt.NDArray[np.float64]
    employed: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ManagerWeeks:
    """
    What each manager can carry in each week.

    Hours are whole millionths, shape ``(managers, weeks)``; ``bookable`` is what a book may
    fill of the deployable hours, the rest being kept free for cover
    (``policy.cover_reserve``). ``long_absent`` says in which weeks a manager is away all
    week within a long absence, shape ``(managers, weeks)``. ``max_cases`` has shape
    ``(managers,)``; ``max_contracts`` likewise, -1 where there is no limit.
    """

    office: npt.NDArray[np.int64]
    available: npt.NDArray[np.int64]
    deployable: npt.NDArray[np.int64]
    bookable: npt.NDArray[np.int64]
    long_absent: npt.NDArray[np.bool_]
    max_cases: npt.NDArray[np.int64]
    max_contracts: npt.NDArray[np.int64]


def manager_days(
    managers: Sequence[Manager],
    absences: Sequence[Absence],
    holidays: HolidayLists,
    horizon: Horizon,
) -> ManagerDays:
    """
    Return the presence of every manager on every weekday of the horizon.

    Presence is 1 less the holiday's share (R32) less absent hours over daily hours (R33,
    R34; absences of one day add), never below 0, and 0 outside employment.
    """
    dates = np.array(horizon.weekdays, dtype="datetime64[D]")
    presence = np.ones((len(managers), len(dates)))
    employed = np.ones((len(managers), len(dates)), dtype=bool)
    row_of = {manager.manager_id: row for row, manager in enumerate(managers)}
    for row, manager in enumerate(managers):
        presence[row] -= holidays.fractions(manager.calendar, horizon.weekdays)
        employed[row] = within(dates, manager.start_date, manager.end_date)
    for absence in absences:
        row = row_of[absence.manager_id]
        away = within(dates, absence.start_date, absence.end_date)
        presence[row] -= away * _absent_share(absence, managers[row])
    # Rounded, so that parts of a day that add up to the whole of it leave exactly nothing.
    presence = np.clip(np.round(presence, 12), 0.0, 1.0) * employed
    return ManagerDays(presence, employed)


def manager_weeks(
    managers: Sequence[Manager],
    absences: Sequence[Absence],
    days: ManagerDays,
    horizon: Horizon,
    policy: Policy,
) -> ManagerWeeks:
    """Return the weekly hours and limits of every manager (Q25 for the internal share)."""
    daily = np.array([manager.weekly_hours / WEEKDAYS for manager in managers])
    internal = np.array(
        [
            policy.internal_share if manager.internal_share is None else manager.internal_share
            for manager in managers
        ]
    )
    by_week = days.presence.reshape(len(managers), horizon.weeks, WEEKDAYS)
    available = (by_week * daily[:, None, None]).sum(axis=2)
    office = np.repeat(WEEKDAYS * daily[:, None], by_week.shape[1], axis=1)
    deployable = available * (1 - internal)[:, None]
    return ManagerWeeks(
        office=micro(office),
        available=micro(available),
        deployable=micro(deployable),
        bookable=micro(deployable * (1 - policy.cover_reserve)),
        long_absent=_long_absent(managers, absences, days, horizon, policy),
        max_cases=np.array(
            [
                policy.max_open_cases if manager.max_cases is None else manager.max_cases
                for manager in managers
            ],
            dtype=np.int64,
        ),
        max_contracts=np.array(
            [
                -1 if manager.max_contracts is None else manager.max_contracts
                for manager in managers
            ],
            dtype=np.int64,
        ),
    )


def _long_absent(
    managers: Sequence[Manager],
    absences: Sequence[Absence],
    days: ManagerDays,
    horizon: Horizon,
    policy: Policy,
) -> npt.NDArray[np.bool_]:
    """
    Return the weeks that lie wholly within a long absence of a manager.

    Whole-day absences that follow each other without a weekday between them are one.
    """
    result = np.zeros((len(managers), horizon.weeks), dtype=bool)
    dates = np.array(horizon.weekdays, dtype="datetime64[D]")
    gone = (days.presence == 0) & days.employed
    for row, manager in enumerate(managers):
        whole = [
            (absence.start_date, absence.end_date)
            for absence in absences
            if absence.manager_id == manager.manager_id and _absent_share(absence, manager) >= 1
        ]
        for first, last in _joined(whole):
            if (last - first).days + 1 > 7 * policy.long_absence_weeks:
                away = gone[row] & within(dates, first, last)
                result[row] |= away.reshape(-1, WEEKDAYS).all(axis=1)
    return result


def _joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Join spans of dates with at most a weekend between them."""
    joined: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if joined and not _weekday_between(joined[-1][1], first):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _weekday_between(last: dt.date, first: dt.date) -> bool:
    return any(
        (last + dt.timedelta(days=day)).weekday() < WEEKDAYS
        for day in range(1, (first - last).days)
    )


def within(
    dates: npt.NDArray[np.datetime64], first: dt.date | None, last: dt.date | None
) -> npt.NDArray[np.bool_]:
    """Return which dates lie between two dates, both included; None is unlimited."""
    inside = np.ones(len(dates), dtype=bool)
    if first is not None:
        inside &= dates >= np.datetime64(first)
    if last is not None:
        inside &= dates <= np.datetime64(last)
    return inside


def _absent_share(absence: Absence, manager: Manager) -> float:
    if absence.hours_per_day is None:
        return 1.0
    return absence.hours_per_day * WEEKDAYS / manager.weekly_hours
