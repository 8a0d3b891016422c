"""Small portfolios whose plans can be worked out by hand; vary them with `updated`."""

import datetime as dt

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Assignment, Contract, Manager

# Four ordinary weeks of February without a holiday of any calendar used here.
FOUR_WEEKS = {"start": dt.date(2027, 2, 1), "weeks": 4}
HORIZON = Horizon(dt.date(2027, 2, 1), 4)


def contract(contract_id="C-1", **fields):
    """Return an on-premise contract in Rome that needs 5 hours a week and no product."""
    defaults = {
        "company_id": f"K-{contract_id}",
        "offering": "tsam",
        "deployment": "on_prem",
        "start_date": dt.date(2026, 1, 1),
        "end_date": dt.date(2027, 12, 31),
        "time_zone": "Europe/Rome",
        "need_hours": 5.0,
        "cases": 0,
    }
    return Contract(contract_id=contract_id, **{**defaults, **fields})


def manager(manager_id="M-1", **fields):
    """Return a full-time manager in Rome: 40 office and 32 deployable hours a week."""
    return Manager(manager_id=manager_id, **{"time_zone": "Europe/Rome", **fields})


def portfolio(contracts, managers, *, today=None, **tables):
    """Return a portfolio; ``today`` maps contracts to their managers of today."""
    return Portfolio(
        contracts=tuple(contracts),
        managers=tuple(managers),
        assignments=tuple(
            Assignment(contract_id=contract_id, manager_id=manager_id)
            for contract_id, manager_id in (today or {}).items()
        ),
        **tables,
    )


def updated(record, **fields):
    """Return a copy of a record or portfolio with other fields."""
    return record.model_copy(update=fields)


def managers_of(plan):
    """Return the manager of each contract of a plan, None where nobody serves it."""
    return dict(
        zip(plan.assignments["contract_id"], plan.assignments["manager_id"], strict=True)
    )
