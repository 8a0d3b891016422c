"""What the futures of a plan hold for each customer who has an allowance."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.demand.draws import DemandDraws
from tsam_planner.finance.actuals import (
    Customer,
    customers_of,
    pool_allowance,
    weekly_allowance,
)
from tsam_planner.finance.offers import Offer, current_offers, evidence_from, latest_of
from tsam_planner.finance.outlook import Outlook
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import PurchasedHours
from tsam_planner.service.policy import AllowanceScope, Policy

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Foresight:
    """
    A customer, what its futures hold, and the offer that it has, if any.

    ``planned_need`` is what the plan expects the usable weeks to come to need, in hours a
    week on average; ``offer`` the latest of its contracts; ``is_low`` whether one of them
    has little history of its own.
    """

    customer: Customer
    outlook: Outlook
    planned_need: float
    offer: Offer | None
    is_low: bool

    @property
    def is_unfunded(self) -> bool:
        """Whether the plan itself expects more than the allowance."""
        return len(self.outlook.weeks) > 0 and self.planned_need > float(
            self.outlook.allowance.mean()
        )


def foresee(
    portfolio: Portfolio,
    horizon: Horizon,
    policy: Policy,
    futures: DemandDraws,
    need: Floats,
    *,
    scope: AllowanceScope | None = None,
) -> Iterator[Foresight]:
    """
    Yield the foresight of every customer, by id.

    Parameters
    ----------
    horizon
        The weeks of the futures; time sheets before it are the past.
    futures
        Draws of what the portfolio's contracts need.
    need
        What is planned for them, in hours, shape ``(contracts, weeks)``.
    scope
        The reading of "a single customer"; the policy's by default.
    """
    scope = scope or policy.allowance_scope
    row_of = {row.contract_id: place for place, row in enumerate(portfolio.contracts)}
    offers = current_offers(portfolio, horizon.start)
    contracts = portfolio.contracts
    continued = portfolio.model_copy(
        update={"purchased_hours": tuple(_continued(portfolio, horizon.start))}
    )
    is_whole, allowance = weekly_allowance(contracts, continued, horizon.mondays, policy)
    for customer in customers_of(portfolio, horizon.start, policy=policy, scope=scope):
        rows = [row_of[contract.contract_id] for contract in customer.contracts]
        offer = latest_of(offers, customer.contracts)
        weeks = np.flatnonzero(is_whole[rows].any(axis=0))
        inside = is_whole[rows][:, weeks]
        hours = futures.need[:, rows][:, :, weeks].astype(float)
        past = customer.since(evidence_from(offers, customer.contracts))
        usable = past.tested_weeks(policy.overage.window)
        yield Foresight(
            customer=customer,
            outlook=Outlook(
                past_hours=past.hours[usable],
                past_allowance=past.allowance[usable],
                hours=(hours * inside).sum(axis=1),
                allowance=pool_allowance(allowance[rows][:, weeks], inside, scope, policy),
                weeks=weeks,
            ),
            planned_need=float((need[rows][:, weeks] * inside).sum(axis=0).mean())
            if len(weeks)
            else 0.0,
            offer=offer,
            is_low=bool(futures.is_low[rows].any()),
        )


def _continued(portfolio: Portfolio, start: dt.date) -> Iterator[PurchasedHours]:
    """
    Let blocks go on that end in the weeks to come.

    They are offered for renewal before anything new is asked for.
    """
    ends = {row.contract_id: row.end_date for row in portfolio.contracts}
    for purchase in portfolio.purchased_hours:
        if purchase.end_date >= start:
            end = max(purchase.end_date, ends[purchase.contract_id])
            yield purchase.model_copy(update={"end_date": end})
        else:
            yield purchase
