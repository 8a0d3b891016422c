"""
Planning again in the middle: weeks gone are gone, the published plan is what people have.

Published managers, substitutes and call slots are today's for the weeks to come, so that the
plan's own goals keep them wherever they can. Nothing before the first week is looked at again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import pandas as pd

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.errors import ArgumentError
from tsam_planner.facts import gather_facts
from tsam_planner.io.record_checks import check_records
from tsam_planner.plan.decision_record import DecisionRecord
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Assignment, CallDay, Contract, Manager
from tsam_planner.studies.call_slots import usual_slots
from tsam_planner.studies.decided_pins import keep_decided_pins


def replan(
    plan: Plan,
    from_week: dt.date | str | None = None,
    *,
    portfolio: Portfolio | None = None,
    record: DecisionRecord | None = None,
    max_handovers: int | None = None,
    options: SolveOptions | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """
    Plan the weeks that are left, with the published plan as what people have.

    Contracts that the portfolio does not have any more are left out. A manager whom it does
    not have any more, but who was published for one of its contracts, counts as having left
    on the Friday before: the contract changes hands.

    Parameters
    ----------
    plan
        The published plan.
    from_week
        Monday from which on it is planned again; the plan's first by default.
    portfolio
        What is known by now; the plan's own by default.
    record
        What was decided about the plan: its pins hold, unless the portfolio pins the contract
        itself. Pins that cannot hold any more are left out; the plan's warnings say which.
    max_handovers
        How many contracts may get another manager than the one whom they have in the week
        before, by the published plan; changes of hands that it has later count, too.
    options
        How long to search.
    should_stop
        Asked now and then; True ends the search with the best plan so far.

    Returns
    -------
    Plan
        Of the weeks from ``from_week`` to the end of the published plan.

    Raises
    ------
    ArgumentError
        When ``from_week`` is no week of the plan, ``max_handovers`` is negative, or there is
        no portfolio: the plan does not know its own, and none is given.
    PortfolioError
        When ``portfolio`` cannot be planned; every problem is listed.
    """
    if max_handovers is not None and max_handovers < 0:
        message = f"expected max_handovers >= 0, got {max_handovers}"
        raise ArgumentError(message)
    if portfolio is not None:
        check_records(portfolio)
    week = _week(plan, from_week)
    monday = plan.horizon.mondays[week]
    known = plan.facts.portfolio if portfolio is None else portfolio
    slots = usual_slots(plan.calls)
    policy = plan.policy.model_copy(update={"max_handovers": max_handovers})
    published = _published(plan, monday, known)
    team = _with_former(plan, monday, known, {row.manager_id for row in published})
    ids = {row.manager_id for row in team}
    records = known.model_copy(
        update={
            "managers": team,
            "assignments": tuple(_with_substitute(row, ids) for row in published),
            "contracts": tuple(_with_slot(row, slots) for row in known.contracts),
        }
    )
    if max_handovers is None:
        policy = plan.policy
    horizon = Horizon(monday, plan.horizon.weeks - week)
    pins, dropped = keep_decided_pins(record, gather_facts(records, horizon, policy))
    again = make_plan(
        records.model_copy(update={"pins": pins}),
        start=monday,
        weeks=horizon.weeks,
        policy=policy,
        options=options,
        warm_start=plan,
        should_stop=should_stop,
    )
    return replace(again, warnings=(*again.warnings, *dropped))


def without(
    plan: Plan,
    manager_id: str,
    from_week: dt.date | str | None = None,
    *,
    options: SolveOptions | None = None,
) -> Plan:
    """
    Plan again as if a manager left on the Friday before a week (see `replan`).

    Raises
    ------
    ArgumentError
        When the plan has no such manager or week, or does not know its portfolio.
    """
    portfolio = plan.facts.portfolio
    if manager_id not in plan.facts.manager_index:
        message = f"the plan has no manager {manager_id!r}"
        raise ArgumentError(message)
    monday = plan.horizon.mondays[_week(plan, from_week)]
    team = tuple(
        _leaving(row, monday) if row.manager_id == manager_id else row
        for row in portfolio.managers
    )
    changed = portfolio.model_copy(update={"managers": team})
    return replan(plan, monday, portfolio=changed, options=options)


def _leaving(manager: Manager, monday: dt.date) -> Manager:
    """Let a manager leave on the Friday before a week, or earlier."""
    last = monday - dt.timedelta(days=3)
    start = None if manager.start_date is None else min(manager.start_date, last)
    end = last if manager.end_date is None else min(manager.end_date, last)
    return manager.model_copy(update={"start_date": start, "end_date": end})


def with_contract(
    plan: Plan,
    contract: Contract,
    from_week: dt.date | str | None = None,
    *,
    options: SolveOptions | None = None,
) -> Plan:
    """
    Plan again with one more contract (see `replan`).

    Raises
    ------
    ArgumentError
        When the plan has a contract of that id, or no such week, or does not know its
        portfolio.
    PortfolioError
        When the portfolio cannot be planned with it; every problem is listed.
    """
    portfolio = plan.facts.portfolio
    if contract.contract_id in plan.facts.contract_index:
        message = f"the plan has a contract {contract.contract_id!r} already"
        raise ArgumentError(message)
    contracts = sorted((*portfolio.contracts, contract), key=lambda row: row.contract_id)
    changed = portfolio.model_copy(update={"contracts": tuple(contracts)})
    return replan(plan, from_week, portfolio=changed, options=options)


def _week(plan: Plan, from_week: dt.date | str | None) -> int:
    if from_week is None:
        return 0
    try:
        day = dt.date.fromisoformat(from_week) if isinstance(from_week, str) else from_week
        return plan.horizon.mondays.index(day)
    except ValueError:
        message = (
            f"expected a Monday of the plan ({plan.horizon.mondays[0]} to "
            f"{plan.horizon.mondays[-1]}), got {from_week}"
        )
        raise ArgumentError(message) from None


def _published(plan: Plan, monday: dt.date, known: Portfolio) -> tuple[Assignment, ...]:
    """Return who has each contract when a week begins: the plan's manager, else today's."""
    found = {row.contract_id: row for row in known.assignments}
    rows = plan.assignments
    begun = rows[(rows["status"] == "assigned") & (rows["from_week"] <= pd.Timestamp(monday))]
    for row in begun.sort_values("from_week", kind="stable").to_dict("records"):
        found[row["contract_id"]] = Assignment(
            contract_id=row["contract_id"],
            manager_id=row["manager_id"],
            backup_id=row["backup_id"],
            since=row["from_week"].date(),
        )
    ids = (contract.contract_id for contract in known.contracts)
    return tuple(found[name] for name in ids if name in found)


def _with_former(
    plan: Plan, monday: dt.date, known: Portfolio, published: Collection[str]
) -> tuple[Manager, ...]:
    """Return the team with those who are gone and were published for some contract."""
    former = {row.manager_id: row for row in plan.portfolio.managers} if plan.portfolio else {}
    gone = set(published) - {row.manager_id for row in known.managers}
    # Nothing follows from the time zone of somebody who is not employed in any week.
    left = [
        _leaving(former.get(name) or Manager(manager_id=name, time_zone="UTC"), monday)
        for name in gone
    ]
    return tuple(sorted((*known.managers, *left), key=lambda row: row.manager_id))


def _with_substitute(row: Assignment, team: Collection[str]) -> Assignment:
    """Let nobody who is gone be a substitute."""
    if row.backup_id is None or row.backup_id in team:
        return row
    return row.model_copy(update={"backup_id": None})


def _with_slot(contract: Contract, slots: Mapping[str, tuple[CallDay, dt.time]]) -> Contract:
    """Let the published slot be what the customer prefers, unless it said so itself."""
    said = contract.preferred_call_day or contract.preferred_call_time
    if said or contract.contract_id not in slots:
        return contract
    day, time_of_day = slots[contract.contract_id]
    return contract.model_copy(
        update={"preferred_call_day": day, "preferred_call_time": time_of_day}
    )
