"""Which customers to ask to buy additional hours, from the time sheets before a plan (R46)."""

import math

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.finance.actuals import Customer, customers_of
from tsam_planner.finance.overage import OverageAssessment
from tsam_planner.plan.tables import additional_hours_table, typed

BLOCK_HOURS = 1.0
"""Hours a week in which blocks are sold, where no rate card says otherwise."""
_RESULT = (
    "grade", "weeks_tested", "weeks_over", "longest_run", "mean_hours", "median_hours",
)  # fmt: skip
_PROPOSAL = ("block_hours_per_week", "start_week", "status", "evidence")


def assess_contracts(facts: Facts) -> pd.DataFrame:
    """
    Return the plan's table of additional hours, with the test of continuous overage.

    One row per contract: ``contract_id, grade, weeks_tested, weeks_over, longest_run,
    mean_hours, median_hours, block_hours_per_week, start_week, status, evidence`` of the
    customer that the contract belongs to under the policy's reading (Q5), and
    ``planned_hours, unfunded_hours`` of the horizon. What follows from the test is empty
    where there are no usable time sheets; a block is named where the grade is
    ``recommend``, for the contract of the customer that asks for most.
    """
    table = additional_hours_table(facts)
    if facts.policy.additional_hours == "ignore":
        return table
    needed = dict(zip(table["contract_id"], table["unfunded_hours"], strict=True))
    found: dict[str, dict[str, object]] = {name: {} for name in needed}
    for customer in customers_of(facts.portfolio, facts.horizon.start, policy=facts.policy):
        assessment = customer.assess(facts.policy)
        ids = [contract.contract_id for contract in customer.contracts]
        if assessment.weeks_tested:
            for name in ids:
                found[name].update(_result(assessment))
        if assessment.grade == "recommend":
            most = max(ids, key=lambda name: (needed[name], name))
            found[most].update(_proposal(customer, assessment, facts))
    rows = pd.DataFrame(list(found.values()), columns=[*_RESULT, *_PROPOSAL])
    for name in rows.columns:
        table[name] = rows[name]
    return typed(table)


def _result(assessment: OverageAssessment) -> dict[str, object]:
    return {name: getattr(assessment, name) for name in _RESULT}


def _proposal(
    customer: Customer, assessment: OverageAssessment, facts: Facts
) -> dict[str, object]:
    """Return a block of whole steps that brings the customer back under its allowance."""
    weeks = customer.tested_weeks(facts.policy.overage.window)
    evidence = "; ".join(
        f"{customer.mondays[week]}: {customer.hours[week]:.2f} h of "
        f"{customer.allowance[week]:g} h"
        for week in weeks
    )
    return {
        "block_hours_per_week": block_hours(assessment.excess_hours),
        "start_week": facts.horizon.start,
        "status": "proposed",
        "evidence": evidence,
    }


def block_hours(excess: float, step: float = BLOCK_HOURS) -> float:
    """
    Return the hours a week to buy: whole steps, no fewer than the excess.

    Examples
    --------
    >>> block_hours(3.34), block_hours(2.0), block_hours(0.1, step=0.5)
    (4.0, 2.0, 0.5)
    """
    return step * math.ceil(round(excess / step, 9))
