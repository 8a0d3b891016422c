"""
The load arithmetic once more, one day at a time, from its written definition alone.

Slow on purpose: plain loops over dates and records, no arrays, nothing shared with the
package but the records, the policy and the holiday lists.
"""

import datetime as dt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.service.offerings import cadence_hours

ONE_DAY = dt.timedelta(days=1)


class DayByDay:
    """Presence, need, allowance and load of a portfolio by definition."""

    def __init__(self, portfolio, horizon, policy):
        self.portfolio = portfolio
        self.horizon = horizon
        self.policy = policy
        self.holidays = HolidayLists(portfolio.holidays)

    def weekdays(self, week):
        """Monday to Friday of a week of the horizon."""
        monday = self.horizon.start + 7 * week * ONE_DAY
        return [monday + day * ONE_DAY for day in range(5)]

    def employed(self, manager, date):
        """Whether a date lies within employment."""
        started = manager.start_date is None or manager.start_date <= date
        ended = manager.end_date is not None and manager.end_date < date
        return started and not ended

    def presence(self, manager, date):
        """p(m, d): the share of a weekday that a manager is there."""
        if not self.employed(manager, date):
            return 0.0
        daily = manager.weekly_hours / 5
        share = 1 - self.holidays.fraction(manager.calendar, date)
        for absence in self.portfolio.absences:
            if (
                absence.manager_id == manager.manager_id
                and absence.start_date <= date <= absence.end_date
            ):
                hours = absence.hours_per_day
                share -= 1.0 if hours is None else hours / daily
        return min(1.0, max(0.0, share))

    def weight(self, contract, date):
        """q(c, d): the share of a day of the term that is no holiday of the contract."""
        if not contract.start_date <= date <= contract.end_date:
            return 0.0
        return 1 - self.holidays.fraction(contract.calendar, date)

    def week_weight(self, contract, week):
        """Sum of q over a week."""
        return sum(self.weight(contract, date) for date in self.weekdays(week))

    def available(self, manager, week):
        """Hours a manager is there."""
        daily = manager.weekly_hours / 5
        return sum(self.presence(manager, date) * daily for date in self.weekdays(week))

    def deployable(self, manager, week):
        """Hours a manager can give to contracts."""
        own = manager.internal_share
        share = self.policy.internal_share if own is None else own
        return self.available(manager, week) * (1 - share)

    def bookable(self, manager, week):
        """Hours of them that a book may fill, the rest being kept free for cover."""
        return self.deployable(manager, week) * (1 - self.policy.cover_reserve)

    def is_long_absent(self, manager, week):
        """Whether a week lies wholly in an absence of more than a few weeks."""
        days = self.weekdays(week)
        if not all(self.is_wholly_away(manager, date) for date in days):
            return False
        if not all(self.employed(manager, date) for date in days):
            return False
        first, last = days[0], days[-1]
        while (before := self._next_day_away(manager, first, -ONE_DAY)) is not None:
            first = before
        while (after := self._next_day_away(manager, last, ONE_DAY)) is not None:
            last = after
        return (last - first).days + 1 > 7 * self.policy.long_absence_weeks

    def is_wholly_away(self, manager, date):
        """Whether an absence takes the whole of a day, be it a weekend."""
        return any(
            absence.manager_id == manager.manager_id
            and absence.start_date <= date <= absence.end_date
            and (
                absence.hours_per_day is None
                or absence.hours_per_day >= manager.weekly_hours / 5
            )
            for absence in self.portfolio.absences
        )

    def _next_day_away(self, manager, date, step):
        """Return the next day of the same absence; a weekend does not interrupt it."""
        date += step
        while date.weekday() >= 5 and not self.is_wholly_away(manager, date):
            date += step
        return date if self.is_wholly_away(manager, date) else None

    def cover(self, contract, manager, substitute, week):
        """Hours of a contract-week that fall on absence, and those that can be covered."""
        total = self.week_weight(contract, week)
        due = asked = 0.0
        for date in self.weekdays(week) if total else []:
            hours = self.planned(contract, week) * self.weight(contract, date) / total
            absent = 1 - self.presence(manager, date)
            due += absent * hours
            asked += min(absent, self.presence(substitute, date)) * hours
        return due, asked

    def allowance(self, contract, week):
        """Included and purchased hours, prorated by weekdays of the term."""
        hours = 0.0
        for date in self.weekdays(week):
            if not contract.start_date <= date <= contract.end_date:
                continue
            hours += self.policy.included_hours_per_week / 5
            for purchase in self.portfolio.purchased_hours:
                if (
                    purchase.contract_id == contract.contract_id
                    and purchase.start_date <= date <= purchase.end_date
                ):
                    hours += purchase.hours_per_week / 5
        return hours

    def _demand(self, contract, week, figure):
        for row in self.portfolio.demand:
            if (
                row.contract_id == contract.contract_id
                and row.week == self.weekdays(week)[0]
                and getattr(row, figure) is not None
            ):
                return getattr(row, figure)
        return None

    def need(self, contract, week):
        """Hours a contract needs: demand, else its own figure, else the cadence."""
        weight = self.week_weight(contract, week)
        if weight == 0:
            return 0.0
        explicit = self._demand(contract, week, "need_hours")
        if explicit is not None:
            return explicit
        if contract.need_hours is not None:
            return contract.need_hours * weight / 5
        cadence = cadence_hours(contract.offering, self.policy) * contract.need_factor
        return cadence * weight / 5

    def cases(self, contract, week):
        """Planning cases: demand, else the contract's own figure, else none."""
        if self.week_weight(contract, week) == 0:
            return 0
        explicit = self._demand(contract, week, "cases")
        return explicit if explicit is not None else (contract.cases or 0)

    def planned(self, contract, week):
        """min(need, allowance); Standard has no allowance."""
        need = self.need(contract, week)
        if contract.offering == "saas_standard":
            return need
        return min(need, self.allowance(contract, week))

    def load(self, contract, manager, week):
        """Hours of a contract-week that fall on a manager's presence."""
        total = self.week_weight(contract, week)
        if total == 0:
            return 0.0
        return sum(
            self.presence(manager, date)
            * self.planned(contract, week)
            * self.weight(contract, date)
            / total
            for date in self.weekdays(week)
        )
