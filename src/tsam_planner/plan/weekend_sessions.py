"""Work on Saturdays, Sundays and holidays: asked for, approved or refused (R35)."""

from collections.abc import Sequence

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.served_weeks import served_weeks
from tsam_planner.plan.tables import typed


def weekend_sessions_table(facts: Facts, decisions: Sequence[Decision]) -> pd.DataFrame:
    """
    Return one row per session inside the horizon, its last Sunday included.

    Such work is at the vendor's discretion (R35): a bucket of its own, never part of load,
    utilization or capacity, and only approved sessions take place at all.

    Parameters
    ----------
    facts
        The portfolio with its sessions.
    decisions
        Who serves which contract in which weeks.

    Returns
    -------
    DataFrame
        ``contract_id, date, hours, status`` (``approved`` or ``refused``) and
        ``manager_id``: the primary of the week of that date, None if nobody serves the
        contract then. In order of contract and date.
    """
    served = {
        contract_id: served_weeks(stretches, facts.horizon)
        for contract_id, stretches in by_contract(decisions).items()
    }
    rows = []
    for session in facts.portfolio.weekend_sessions:
        week = facts.horizon.week_of(session.date)
        if week is None:
            continue
        stretch = served.get(session.contract_id, {}).get(week)
        rows.append(
            (
                session.contract_id,
                session.date,
                session.hours,
                "approved" if session.approved else "refused",
                None if stretch is None else stretch.manager_id,
            )
        )
    columns = ["contract_id", "date", "hours", "status", "manager_id"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["contract_id", "date"])
    return typed(table)
