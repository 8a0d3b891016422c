"""Small portfolios whose plans can be worked out by hand; vary them with `updated`."""

import datetime as dt

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Absence, Assignment, Contract, Manager

# Four ordinary weeks of February without a holiday of any calendar used here.
FOUR_WEEKS = {"start": dt.date(2027, 2, 1), "weeks": 4}
HORIZON = Horizon(dt.date(2027, 2, 1), 4)
# Thirteen weeks, 4 January to 4 April 2027; an ordinary contract plans 65 hours in them.
QUARTER = Horizon.of_quarter("2027Q1")
EXACT = SolveOptions(relative_gap=0.0, num_workers=1)


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


def away(manager_id, first, last, **fields):
    """Return an absence from one day of 2027 to another, each as ``MM-DD``."""
    return Absence(manager_id=manager_id, start_date=day(first), end_date=day(last), **fields)


def day(text):
    """Return a day of 2027 from ``MM-DD``."""
    return dt.date.fromisoformat(f"2027-{text}")


def updated(record, **fields):
    """Return a copy of a record or portfolio with other fields."""
    return record.model_copy(update=fields)


def managers_of(plan):
    """Return the manager of each contract of a plan, None where nobody serves it."""
    return dict(
        zip(plan.assignments["contract_id"], plan.assignments["manager_id"], strict=True)
    )


def stretches_of(plan, contract_id="C-1"):
    """Return manager, first and last week (``MM-DD``) of each row of a contract."""
    rows = plan.assignments.set_index("contract_id").loc[[contract_id]]
    return [
        (name, f"{first:%m-%d}", f"{last:%m-%d}")
        for name, first, last in zip(
            rows["manager_id"], rows["from_week"], rows["to_week"], strict=True
        )
    ]
