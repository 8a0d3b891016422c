"""Portfolios that differ from another in a known way."""

import datetime as dt

import pandas as pd

from examples import updated
from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Holiday
from tsam_planner.service.policy_sections import HandoverHours

LOGS = ("cases", "timesheets")
# Zones whose clocks have shown the same for years, and do in 2026 to 2028.
SAME_CLOCKS = {
    "Europe/Rome": "Europe/Berlin",
    "Europe/London": "Europe/Jersey",
    "America/New_York": "America/Toronto",
    "America/St_Johns": "Canada/Newfoundland",
    "America/Santiago": "Chile/Continental",
    "Asia/Kolkata": "Asia/Colombo",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Australia/Adelaide": "Australia/Broken_Hill",
}


def tables(portfolio):
    """Return the names of the tables that hold records and have some."""
    names = set(Portfolio.model_fields) - {"policy", "findings", *LOGS}
    return sorted(name for name in names if getattr(portfolio, name))


def mapped(portfolio, change):
    """Return a portfolio of which each field of each record is what ``change`` makes of it."""
    records = {
        name: tuple(
            updated(row, **{field: change(field, value) for field, value in row})
            for row in getattr(portfolio, name)
        )
        for name in tables(portfolio)
    }
    return updated(portfolio, **records)


def renamed(portfolio):
    """Give all managers, contracts and companies names that sort the other way round."""
    fields = ("manager_id", "backup_id", "contract_id", "company_id")

    def change(field, value):
        if field not in fields or value is None:
            return value
        return "".join(chr(ord("a") + ord("z") - ord(letter)) for letter in value.lower())

    other = mapped(portfolio, change)
    sheets = portfolio.timesheets
    if len(sheets):
        names = sheets["contract_id"].map(lambda name: change("contract_id", name))
        other = updated(other, timesheets=sheets.assign(contract_id=names))
    keys = {"contracts": "contract_id", "managers": "manager_id", "companies": "company_id"}
    return updated(
        other,
        **{
            name: tuple(
                sorted(getattr(other, name), key=lambda row, key=key: getattr(row, key))
            )
            for name, key in keys.items()
        },
    )


def shuffled(portfolio, random):
    """Put the rows of all tables into another order."""
    return updated(
        portfolio,
        **{
            name: tuple(random.sample(rows, len(rows)))
            for name in tables(portfolio)
            if (rows := getattr(portfolio, name))
        },
    )


def later(portfolio, days):
    """Move every date, those of logs too."""
    delta = dt.timedelta(days=days)

    def change(_, value):
        return value + delta if isinstance(value, dt.date) else value

    other = mapped(portfolio, change)
    sheets = portfolio.timesheets
    if len(sheets):
        other = updated(other, timesheets=sheets.assign(date=sheets["date"] + delta))
    return other


def in_other_zones(portfolio):
    """Put zones with the same clocks in place of all zones."""
    return mapped(
        portfolio,
        lambda field, value: SAME_CLOCKS.get(value, value) if "zone" in field else value,
    )


def with_own_holidays(portfolio, horizon):
    """Write out every calendar that somebody has, half a year around a horizon."""
    lists = HolidayLists(portfolio.holidays)
    people = (*portfolio.contracts, *portfolio.managers, *portfolio.prospects)
    days = pd.date_range(
        horizon.start - dt.timedelta(weeks=26), periods=7 * (52 + horizon.weeks)
    )
    own = [
        Holiday(calendar=calendar, date=day, fraction=lists.fraction(calendar, day))
        for calendar in sorted({row.calendar for row in people} - {None})
        for day in days.date
    ]
    return updated(portfolio, holidays=tuple(own))


def with_stated_needs(portfolio):
    """Let every contract say what it needs."""
    contracts = tuple(
        updated(row, need_hours=5.5 if row.need_hours is None else row.need_hours)
        for row in portfolio.contracts
    )
    return updated(portfolio, contracts=contracts)


def in_other_hours(portfolio, factor):
    """
    Count hours in another unit: all that are needed, sold and worked, and their points.

    Calls stay as long as they are, and so the rhythm of offerings: needs have to be stated.
    """
    fields = ("need_hours", "hours_per_week", "weekly_hours", "hours_per_day")

    def change(field, value):
        return value * factor if field in fields and value is not None else value

    policy = portfolio.policy
    goals, handover = policy.goals, policy.handover_hours
    other = updated(
        policy,
        included_hours_per_week=policy.included_hours_per_week * factor,
        handover_hours=HandoverHours(
            receiving=handover.receiving * factor,
            giving=handover.giving * factor,
            weeks=handover.weeks,
        ),
        goals=updated(
            goals,
            unassigned=goals.unassigned / factor,
            unassigned_minimum_hours=goals.unassigned_minimum_hours * factor,
            strain=tuple(price / factor for price in goals.strain),
        ),
    )
    return updated(mapped(portfolio, change), policy=other, timesheets=pd.DataFrame())


def without_contract(portfolio, contract_id):
    """Leave a contract out, and everything that is said of it."""
    names = ("contracts", "assignments", "pins", "demand", "purchased_hours")
    sheets = portfolio.timesheets
    return updated(
        portfolio,
        timesheets=sheets[sheets["contract_id"] != contract_id] if len(sheets) else sheets,
        weekend_sessions=(),
        **{
            name: tuple(
                row for row in getattr(portfolio, name) if row.contract_id != contract_id
            )
            for name in names
        },
    )
