"""The three readings of "a single customer" side by side, in customers and in money (Q5)."""

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from tsam_planner.finance.actuals import SCOPES, customers_of
from tsam_planner.finance.months import CALENDAR_YEAR, months_of, name_months
from tsam_planner.finance.revenue import estimate
from tsam_planner.finance.setting import Setting, set_up
from tsam_planner.plan.plan import Plan
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.service.policy import AllowanceScope
from tsam_planner.service.rates import RateCard

READING_COLUMNS = (
    "reading", "in_force", "customers_over", "hours_over", "currency", "expected_new",
    "expected", "p10", "p50", "p90",
)  # fmt: skip


def compare_readings(
    portfolio: Portfolio,
    plan: Plan,
    *,
    rates: RateCard | None = None,
    months: tuple[str, str] | None = None,
    fiscal_year_start: str = CALENDAR_YEAR,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """
    Return what each reading of "a single customer" means for sales.

    One row per reading and currency: ``reading`` (``contract``, ``company_pooled``,
    ``company``), ``in_force`` (the plan's), ``customers_over`` and ``hours_over`` (customers
    whose time sheets meet the test, and their hours a week above the allowance),
    ``expected_new`` (amount of blocks to be sold), and ``expected, p10, p50, p90`` of all
    additional hours. The futures are the same for all readings.

    Parameters
    ----------
    portfolio, plan, rates, months, fiscal_year_start, draws, seed
        As for `estimate_revenue`.
    """
    wanted = (
        months_of(plan.horizon, fiscal_year_start)
        if months is None
        else name_months(*months, fiscal_year_start)
    )
    card = portfolio.rate_card if rates is None else rates
    setting = set_up(portfolio, plan, card, wanted, draws, seed)
    rows = [row for scope in SCOPES for row in _rows(setting, scope)]
    return pd.DataFrame(rows, columns=list(READING_COLUMNS)).astype({"in_force": bool})


def _rows(setting: Setting, scope: AllowanceScope) -> Iterator[Mapping[str, object]]:
    customers = customers_of(
        setting.portfolio, setting.start, policy=setting.policy, scope=scope
    )
    found = [customer.assess(setting.policy) for customer in customers]
    over = [item.excess_hours for item in found if item.grade == "recommend"]
    revenue = estimate(setting, scope)
    details = revenue.details
    new = details[details["kind"] == "new"].groupby("currency")["expected"].sum()
    told = {
        "reading": scope,
        "in_force": scope == setting.policy.allowance_scope,
        "customers_over": len(over),
        "hours_over": round(math.fsum(over), 6),
    }
    amounts = revenue.total.to_dict("records")
    for row in amounts or [{}]:
        named = {str(name): value for name, value in row.items()}
        yield {**told, **named, "expected_new": new.get(named.get("currency"), 0)}
