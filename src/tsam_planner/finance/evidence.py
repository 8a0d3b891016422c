"""
The evidence of a recommendation, fit to be shown to the customer (R46).

It holds what the customer itself asked for: weeks, hours, cases. Nobody's name of the
vendor's own staff is in it, no other customer, no cost and no plan.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.finance.additional_hours import OverageCase, overage_cases
from tsam_planner.finance.assumptions import describe_test
from tsam_planner.finance.money import round_amount
from tsam_planner.finance.overage import Condition
from tsam_planner.plan.plan import Plan
from tsam_planner.service.rules import readings_in_force, rules_in_force

MOST_CASES = 50
"""Cases that are listed; how many more there are is told."""
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class EvidenceWeek:
    """
    One week: hours and allowance, and why it is not tested, if it is not.

    ``hours`` is None where the week is set aside.
    """

    monday: dt.date
    hours: float | None
    allowance: float
    is_tested: bool
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
    count; ``block_hours`` a week from ``start`` to ``end``, to be asked by ``ask_by``;
    ``rate`` and ``currency`` are None where nobody named a price. ``rules`` are the clauses in
    words, ``readings`` how they are read.
    """

    contract_id: str
    contracts: tuple[str, ...]
    customer: str
    block_hours: float
    start: dt.date
    end: dt.date
    ask_by: dt.date
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
    readings = {reading.question: reading for reading in readings_in_force(policy)}
    return Evidence(
        contract_id=case.contract.contract_id,
        contracts=ids,
        customer=companies.get(company) or company,
        block_hours=float(str(row["block_hours_per_week"])),
        start=_day(row["start_week"]),
        end=_day(row["end_date"]),
        ask_by=_day(row["ask_by"]),
        rate=None if row["rate"] is None else Decimal(str(row["rate"])),
        currency=None if row["currency"] is None else str(row["currency"]),
        rules=tuple((name, rules[name]) for name in ("R45", "R46")),
        readings=(
            f"{readings['Q5'].ambiguity} {readings['Q5'].reading} (Q5)",
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
    """Return the tested weeks, and those between them that are set aside, with why."""
    customer, facts = case.fresh, case.facts
    tested = customer.tested_weeks(facts.policy.overage.window)
    exceptional = _exceptional(facts, case)
    rows = []
    for week in range(tested[0], tested[-1] + 1):
        hours, monday = customer.hours[week], customer.mondays[week]
        is_missing = bool(np.isnan(hours))
        note = ""
        if is_missing:
            note = "exceptional" if monday in exceptional else "no full week of the contract"
        rows.append(
            EvidenceWeek(
                monday=monday,
                hours=None if is_missing else float(hours),
                allowance=float(customer.allowance[week]),
                is_tested=week in tested,
                note=note,
            )
        )
    return rows


def _exceptional(facts: Facts, case: OverageCase) -> set[dt.date]:
    log = facts.portfolio.timesheets
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
    rows = rows.sort_values(["opened_at", "case_id"])
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
