"""Decisions written by hand, for tests of what follows from them."""

from examples import HORIZON
from tsam_planner.facts import gather_facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.service.policy import Policy


def facts_of(records, horizon=HORIZON, **policy):
    """Return the facts of a portfolio, over four weeks of February 2027 if not told else."""
    return gather_facts(records, horizon, Policy(**policy))


def stretch(
    contract_id="C-1", manager_id="M-1", backup_id=None, *, horizon=HORIZON, weeks=None
):
    """Return who serves a contract from the first to the last of ``weeks`` (all: None)."""
    first, last = weeks or (0, horizon.weeks - 1)
    return Decision(
        contract_id=contract_id,
        status="assigned" if manager_id else "unassigned",
        manager_id=manager_id,
        backup_id=backup_id,
        from_week=horizon.mondays[first],
        to_week=horizon.mondays[last],
    )
