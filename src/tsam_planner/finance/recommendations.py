"""Whom to ask for additional hours: today's test, and who will qualify by when (R46)."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tsam_planner.finance.assumptions import describe_test
from tsam_planner.finance.foresight import Foresight
from tsam_planner.finance.months import Month
from tsam_planner.finance.setting import Setting, set_up
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.rates import RateCard

RECOMMENDATION_COLUMNS = (
    "customer_id", "contract_id", "grade", "status", "mean_hours", "allowance_hours",
    "p_qualifies", "p_qualifies_error", "qualifies_by", "excess_hours", "low_history",
)  # fmt: skip


def recommend_additional_hours(
    portfolio: Portfolio, plan: Plan, *, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """
    Return every customer who meets the test of overage, or may within the plan.

    One row per customer, the likeliest first: ``customer_id`` (under the policy's reading,
    Q5), ``contract_id`` that a block would be for, ``grade`` by the time sheets, ``status``
    of an offer that was made, ``mean_hours`` and ``allowance_hours`` a week of the tested
    weeks, ``p_qualifies`` (share of futures in which the test is met by the end of the plan;
    1 where it is met today) with its standard error, ``qualifies_by`` (Monday by which half
    of these futures have met it), ``excess_hours`` (hours a week above the allowance then,
    the median) and ``low_history`` (the futures borrow the behavior of others).
    Once a customer has declined or bought, only later weeks count for its chance.

    Parameters
    ----------
    portfolio
        What the plan was made from.
    plan
        Its weeks and policy.
    draws, seed
        How many futures, >= 1, and what they follow from.

    Raises
    ------
    ArgumentError
        When a number is out of range.
    """
    # Any month does: nothing is priced here.
    last = plan.horizon.last_day
    whole = Month(plan.horizon.start, last, str(last))
    setting = set_up(portfolio, plan, RateCard(), (whole,), draws, seed)
    rows = [
        row
        for foresight, contract in setting.foresights(plan.policy.allowance_scope)
        for row in _rows(setting, foresight, contract)
    ]
    table = pd.DataFrame(rows, columns=list(RECOMMENDATION_COLUMNS))
    order = ["p_qualifies", "mean_hours", "customer_id"]
    table = table.sort_values(order, ascending=[False, False, True], ignore_index=True)
    table.attrs["test"] = describe_test(plan.policy.overage)
    return table


def _rows(
    setting: Setting, foresight: Foresight, contract: Contract
) -> Iterator[tuple[object, ...]]:
    customer, offer = foresight.customer, foresight.offer
    today = customer.assess(setting.policy)
    excess, ends = foresight.outlook.test(setting.policy.overage)
    met = excess > 0
    ever = np.asarray(met.any(axis=1))
    chance = float(ever.mean())
    if today.grade == "none" and not chance:
        return
    by, hours = None, None
    if chance:
        first = met[ever].argmax(axis=1)
        # The test is known on the Monday after the week that it ends in.
        week = int(np.quantile(ends[first], 0.5, method="inverted_cdf")) + 1
        by = pd.Timestamp(setting.start + dt.timedelta(weeks=week))
        hours = float(np.median(excess[ever, first]))
    yield (
        customer.customer_id,
        contract.contract_id,
        today.grade,
        offer.status if offer is not None else None,
        today.mean_hours,
        today.mean_allowance,
        chance,
        float(np.sqrt(chance * (1 - chance) / len(ever))),
        by,
        hours,
        foresight.is_low,
    )
