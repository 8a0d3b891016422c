"""Which customers to ask to buy additional hours, from the time sheets before a plan (R46)."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from tsam_planner.facts import Facts
from tsam_planner.finance.actuals import Customer, customers_of
from tsam_planner.finance.offers import (
    Offer,
    ask_by,
    current_offers,
    evidence_from,
    is_under_way,
    latest_of,
)
from tsam_planner.finance.overage import OverageAssessment
from tsam_planner.finance.prices import price_of, price_of_offer
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.tables import additional_hours_table, typed
from tsam_planner.portfolio.records import Contract, OfferStep

BLOCK_HOURS = 1.0
"""Hours a week in which blocks are sold, where no rate card says otherwise."""
_RESULT = (
    "grade", "weeks_tested", "weeks_over", "longest_run", "mean_hours", "median_hours",
)  # fmt: skip
_PROPOSAL = (
    "block_hours_per_week", "start_week", "status", "evidence", "offer_id", "ask_by",
    "end_date", "rate", "currency",
)  # fmt: skip


def assess_contracts(facts: Facts) -> pd.DataFrame:
    """
    Return the plan's table of additional hours, with the test of continuous overage.

    One row per contract: ``contract_id, grade, weeks_tested, weeks_over, longest_run,
    mean_hours, median_hours`` of the customer that the contract belongs to under the
    policy's reading (Q5), from all of its latest weeks; ``planned_hours, unfunded_hours`` of
    the horizon; and the offer: ``block_hours_per_week, start_week, status, evidence,
    offer_id, ask_by, end_date, rate, currency``.

    An offer that was made stays as the portfolio's ``offers`` tell. A new one is proposed
    where the grade is ``recommend``, for the contract of the customer that asks for most;
    once a customer has declined or bought, only later weeks are evidence for another.

    Raises
    ------
    ArgumentError
        When the price of a proposal is ambiguous.
    """
    table = additional_hours_table(facts)
    if facts.policy.additional_hours == "ignore":
        return table
    found: dict[str, dict[str, object]] = {name: {} for name in table["contract_id"]}
    for case in overage_cases(facts):
        for contract in case.customer.contracts:
            if case.assessment.weeks_tested:
                found[contract.contract_id].update(case.result())
        found[case.contract.contract_id].update(case.offered())
    rows = pd.DataFrame(list(found.values()), columns=[*_RESULT, *_PROPOSAL])
    for name in rows.columns:
        table[name] = rows[name]
    return typed(table)


def overage_cases(facts: Facts) -> Iterator["OverageCase"]:
    """Yield every customer with an allowance, its offer and the contract a block is for."""
    offers = current_offers(facts.portfolio, facts.horizon.start)
    hours = facts.contract_weeks.unfunded.sum(axis=1).tolist()
    ids = [contract.contract_id for contract in facts.contracts]
    unfunded = dict(zip(ids, hours, strict=True))
    for customer in customers_of(facts.portfolio, facts.horizon.start, policy=facts.policy):
        offer = latest_of(offers, customer.contracts)
        yield OverageCase(
            facts,
            customer,
            offer,
            evidence_from(offers, customer.contracts),
            selling_contract(customer, offer, unfunded),
        )


def selling_contract(
    customer: Customer, offer: Offer | None, unfunded: Mapping[str, int]
) -> Contract:
    """Return the contract that a block is offered for: the one that asks for most."""
    if offer is not None:
        return next(row for row in customer.contracts if row.contract_id == offer.contract_id)
    return max(customer.contracts, key=lambda row: (unfunded[row.contract_id], row.contract_id))


@dataclass(frozen=True)
class OverageCase:
    """A customer, its offer as it stands, and the contract that a block is for."""

    facts: Facts
    customer: Customer
    offer: Offer | None
    evidence_from: dt.date | None
    contract: Contract

    @cached_property
    def assessment(self) -> OverageAssessment:
        """The test of all latest weeks."""
        return self.customer.assess(self.facts.policy)

    @cached_property
    def fresh(self) -> Customer:
        """The customer with the weeks that count as evidence for an offer."""
        return self.customer.since(self.evidence_from)

    def result(self) -> Mapping[str, object]:
        """Return the figures of the test, as the plan's table has them."""
        return {name: getattr(self.assessment, name) for name in _RESULT}

    def offered(self) -> Mapping[str, object]:
        """Return the offer that was made, or the one to make, if any."""
        offer, tested = self.offer, self.fresh.assess(self.facts.policy)
        portfolio, start = self.facts.portfolio, self.facts.horizon.start
        if offer is not None and is_under_way(offer, portfolio, start):
            return self._made(offer)
        if tested.grade == "recommend":
            return self._proposal(tested)
        if offer is not None and offer.status == "declined":
            weeks = f"{tested.weeks_tested} of {self.facts.policy.overage.window} new weeks"
            evidence = f"declined on {offer.date}; {weeks} since, {tested.grade}"
            return {"status": "declined", "offer_id": offer.offer_id, "evidence": evidence}
        return {}

    def _made(self, offer: Offer) -> Mapping[str, object]:
        start = offer.start_date or self.facts.horizon.start
        price = price_of_offer(offer, self.contract, self.facts.portfolio.rate_card, start)
        return {
            "block_hours_per_week": offer.hours_per_week,
            "start_week": start,
            "status": offer.status,
            "evidence": f"{offer.status} on {offer.date}",
            "offer_id": offer.offer_id,
            "end_date": offer.end_date or self.contract.end_date,
            "rate": price.rate if price else None,
            "currency": price.currency if price else None,
        }

    def _proposal(self, tested: OverageAssessment) -> Mapping[str, object]:
        """Return a block of whole steps that brings the customer back under its allowance."""
        facts, start = self.facts, self.facts.horizon.start
        price = price_of(self.contract, facts.portfolio.rate_card, start)
        step = price.block_hours if price else BLOCK_HOURS
        return {
            "block_hours_per_week": block_hours(tested.excess_hours, step),
            "start_week": start,
            "status": "proposed",
            "evidence": "; ".join(self._weeks()),
            "offer_id": self._offer_id(start),
            "ask_by": ask_by(self.contract, start, facts.policy.offers),
            "end_date": self.contract.end_date,
            "rate": price.rate if price else None,
            "currency": price.currency if price else None,
        }

    def _offer_id(self, start: dt.date) -> str:
        if self.offer is not None and self.offer.status == "proposed":
            return self.offer.offer_id
        return f"{self.contract.contract_id}/{start}"

    def _weeks(self) -> Iterator[str]:
        fresh = self.fresh
        for week in fresh.tested_weeks(self.facts.policy.overage.window):
            allowance = f"{fresh.allowance[week]:g} h"
            yield f"{fresh.mondays[week]}: {fresh.hours[week]:.2f} h of {allowance}"


def offers_table(plan: Plan) -> pd.DataFrame:
    """
    Return the portfolio's offers with what the plan proposes, in the format of the input.

    Sales adds a row for each status that an offer reaches, and puts the table into the
    portfolio: so the next plan knows who was asked, and what was answered (Q8).

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    made = [step.model_dump() for step in plan.facts.portfolio.offers]
    known = {row["offer_id"] for row in made if row["status"] == "proposed"}
    proposed = plan.additional_hours[plan.additional_hours["status"] == "proposed"]
    new = proposed[~proposed["offer_id"].isin(known)].rename(
        columns={"block_hours_per_week": "hours_per_week", "start_week": "start_date"}
    )
    new = new.assign(date=pd.Timestamp(plan.horizon.start), reason=None)
    columns = list(OfferStep.model_fields)
    told = pd.DataFrame(made, columns=columns)
    both = [table for table in (told, new[columns].astype(object)) if len(table)]
    return typed(pd.concat(both, ignore_index=True) if both else told)


def block_hours(excess: float, step: float = BLOCK_HOURS) -> float:
    """
    Return the hours a week to buy: whole steps, no fewer than the excess.

    Examples
    --------
    >>> block_hours(3.34), block_hours(2.0), block_hours(0.1, step=0.5)
    (4.0, 2.0, 0.5)
    """
    return step * math.ceil(round(excess / step, 9))
