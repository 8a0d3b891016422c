"""
The evidence of a recommendation, fit to be shown to the customer (R46).

It holds what the customer itself asked for: weeks, hours, cases. Nobody's name of the
vendor's own staff is in it, no other customer, no cost and no plan.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from tsam_planner.finance.actuals import Customer
from tsam_planner.finance.additional_hours import OverageCase, overage_cases
from tsam_planner.finance.assumptions import describe_test
from tsam_planner.finance.money import round_amount
from tsam_planner.finance.overage import Condition
from tsam_planner.plan.plan import Plan
from tsam_planner.service.policy import AllowanceScope
from tsam_planner.service.rules import rules_in_force

_WHOSE_HOURS: Mapping[AllowanceScope, str] = {
    "contract": "the hours of this contract are held against the hours it has",
    "company_pooled": "the hours of all contracts of a company are held against their sum",
    "company": "a company has the weekly hours of one contract, and those it has bought",
}
MOST_CASES = 50
"""Cases that are listed; how many more there are is told."""
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class EvidenceWeek:
    """
    One week: hours and allowance, or why it is not tested.

    ``hours`` is None where the week is set aside.
    """

    monday: dt.date
    hours: float | None
    allowance: float
    note: str

    @property
    def is_over(self) -> bool:
        """Whether more was asked for than the allowance."""
        return self.hours is not None and self.hours > self.allowance + 1e-6


@dataclass(frozen=True, slots=True)
class EvidenceCase:
    """A case of the customer that was open in the weeks shown."""

    case_id: str
    severity: str
    opened: dt.date
    closed: dt.date | None
    hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    Everything that one customer is shown.

    ``contract_id`` is the contract that the block is for, ``contracts`` are all whose hours
    count; ``block_hours`` a week from ``start`` to ``end``; ``rate`` and ``currency`` are
    None where nobody named a price. ``rules`` are the clauses in words, ``readings`` how they
    are read.
    """

    contract_id: str
    contracts: tuple[str, ...]
    customer: str
    block_hours: float
    start: dt.date
    end: dt.date
    rate: Decimal | None
    currency: str | None
    rules: tuple[tuple[str, str], ...]
    readings: tuple[str, ...]
    conditions: tuple[Condition, ...]
    weeks: tuple[EvidenceWeek, ...]
    cases: tuple[EvidenceCase, ...]
    more_cases: int

    @property
    def weekly_price(self) -> Decimal | None:
        """Price of the block a week."""
        if self.rate is None or self.currency is None:
            return None
        return round_amount(self.rate * Decimal(str(self.block_hours)), self.currency)


def gather_evidence(plan: Plan) -> tuple[Evidence, ...]:
    """
    Return the evidence of every block that a plan proposes to ask for.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    facts = plan.facts
    proposed = plan.additional_hours[plan.additional_hours["status"] == "proposed"]
    rows = {row["contract_id"]: row for row in proposed.to_dict("records")}
    return tuple(
        _evidence(case, rows[case.contract.contract_id])
        for case in overage_cases(facts)
        if case.contract.contract_id in rows
    )


def _evidence(case: OverageCase, row: dict[object, object]) -> Evidence:
    facts, policy = case.facts, case.facts.policy
    weeks = tuple(_weeks(case))
    ids = tuple(contract.contract_id for contract in case.customer.contracts)
    first, end = weeks[0].monday, weeks[-1].monday + _WEEK
    cases = _cases(facts.portfolio.cases, ids, first, end)
    companies = {company.company_id: company.name for company in facts.portfolio.companies}
    company = case.contract.company_id
    rules = {rule.rule: rule.statement for rule in rules_in_force(policy)}
    return Evidence(
        contract_id=case.contract.contract_id,
        contracts=ids,
        customer=companies.get(company) or company,
        block_hours=float(str(row["block_hours_per_week"])),
        start=_day(row["start_week"]),
        end=_day(row["end_date"]),
        rate=None if row["rate"] is None else Decimal(str(row["rate"])),
        currency=None if row["currency"] is None else str(row["currency"]),
        rules=tuple((name, rules[name]) for name in ("R45", "R46")),
        readings=(
            f"per single customer: {_WHOSE_HOURS[policy.allowance_scope]} (Q5)",
            f"continuously and constantly: {describe_test(policy.overage)} (Q7)",
        ),
        conditions=case.fresh.assess(policy).conditions,
        weeks=weeks,
        cases=tuple(cases[:MOST_CASES]),
        more_cases=max(0, len(cases) - MOST_CASES),
    )


def _day(value: object) -> dt.date:
    return pd.Timestamp(str(value)).date()


def _weeks(case: OverageCase) -> list[EvidenceWeek]:
    """Return the tested weeks, and those since the first that are set aside, with why."""
    customer, exceptional = case.fresh, _exceptional(case)
    tested = customer.tested_weeks(case.facts.policy.overage.window)
    marked = [row for row, day in enumerate(customer.mondays) if day in exceptional]
    return [
        _week(customer, week, is_exceptional=week in marked)
        for week in range(tested[0], max(tested + marked) + 1)
    ]


def _week(customer: Customer, week: int, *, is_exceptional: bool) -> EvidenceWeek:
    hours, note = customer.hours[week], ""
    if np.isnan(hours):
        note = "exceptional" if is_exceptional else "no full week of the contract"
    return EvidenceWeek(
        monday=customer.mondays[week],
        hours=None if note else float(hours),
        allowance=float(customer.allowance[week]),
        note=note,
    )


def _exceptional(case: OverageCase) -> set[dt.date]:
    log = case.facts.portfolio.timesheets
    if log.empty:
        return set()
    ids = [contract.contract_id for contract in case.customer.contracts]
    marked = log[
        log["contract_id"].isin(ids) & log["exceptional"].fillna(value=False).astype(bool)
    ]
    days = marked["date"].dropna()
    return {day.date() - dt.timedelta(days=day.weekday()) for day in days}


def _cases(
    log: pd.DataFrame, ids: Sequence[str], first: dt.date, end: dt.date
) -> list[EvidenceCase]:
    """Return the customer's cases that were open at some time of the weeks."""
    if log.empty:
        return []
    begin, stop = pd.Timestamp(first, tz="UTC"), pd.Timestamp(end, tz="UTC")
    rows = log[log["contract_id"].isin(ids) & (log["opened_at"] < stop)]
    rows = rows[rows["closed_at"].isna() | (rows["closed_at"] >= begin)]
    # An export that holds a case twice would show it twice.
    rows = rows.sort_values(["opened_at", "case_id"]).drop_duplicates(["case_id", "opened_at"])
    return [
        EvidenceCase(
            case_id=str(row["case_id"]),
            severity="" if pd.isna(row["severity"]) else f"{row['severity']:g}",
            opened=row["opened_at"].date(),
            closed=None
            if pd.isna(row["closed_at"]) or row["closed_at"] >= stop
            else row["closed_at"].date(),
            hours=None if pd.isna(row["hours"]) else float(row["hours"]),
        )
        for row in rows.to_dict("records")
    ]
