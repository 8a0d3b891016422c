"""What a plan that holds costs against the average plan, in one table."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tsam_planner.demand.draws import DemandDraws
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.futures import book_futures, exceeds
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.handover_hours import changes_of_hands
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.plan.tables import typed
from tsam_planner.units import MICRO

COLUMNS = ("measure", "average_plan", "this_plan")


def no_price() -> pd.DataFrame:
    """Return the table of a plan that accepts any risk: no rows."""
    return typed(pd.DataFrame(columns=list(COLUMNS)))


def price_of_risk(
    facts: Facts,
    average: Sequence[Decision],
    holding: Sequence[Decision],
    unseen: DemandDraws,
    accepted: float,
) -> pd.DataFrame:
    """
    Compare a plan that holds with the average plan.

    Parameters
    ----------
    unseen
        Futures that neither plan was made with.
    accepted
        The chance of too much in a week that the policy accepts.

    Returns
    -------
    DataFrame
        ``measure, average_plan, this_plan``: points, contracts served in all their weeks,
        unassigned hours, changes of hands, the highest chance of any manager-week of too
        many cases and of too many hours, and manager-weeks with more than the accepted
        chance.
    """
    one, other = (_measures(facts, rows, unseen, accepted) for rows in (average, holding))
    rows = [(measure, one[measure], other[measure]) for measure in one]
    return typed(pd.DataFrame(rows, columns=list(COLUMNS)))


def _measures(
    facts: Facts, decisions: Sequence[Decision], unseen: DemandDraws, accepted: float
) -> dict[str, float]:
    ledger = keep_ledger(facts, decisions)
    hours, cases = (
        over.mean(axis=0) for over in exceeds(facts, book_futures(facts, decisions, unseen))
    )
    alone = [row for row in decisions if row.status == "unassigned"]
    served = {row.contract_id for row in decisions if row.status == "assigned"}
    return {
        "points": count_points(facts, decisions, ledger).total / MICRO,
        "contracts served in all weeks": float(
            len(served - {row.contract_id for row in alone})
        ),
        "unassigned hours": math.fsum(_planned_hours(facts, row) for row in alone),
        "changes of hands": float(len(list(changes_of_hands(facts, decisions)))),
        "highest chance of too many cases in a week": float(cases.max(initial=0.0)),
        "highest chance of too many hours in a week": float(hours.max(initial=0.0)),
        "manager-weeks above the accepted chance": float(
            (np.maximum(hours, cases) > accepted).sum()
        ),
    }


def _planned_hours(facts: Facts, row: Decision) -> float:
    planned = facts.contract_weeks.planned[facts.contract_index[row.contract_id]]
    return sum(int(planned[week]) for week in row.weeks(facts.horizon)) / MICRO
