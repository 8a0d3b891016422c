"""Portfolios about money: time sheets, prices and offers from Monday 1 February 2027 on."""

import datetime as dt
from dataclasses import replace
from functools import cache

from examples import FOUR_WEEKS, contract, day, manager, portfolio
from logs import time_sheets
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import OfferStep, PurchasedHours
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Offers
from tsam_planner.service.rates import Rate

START = FOUR_WEEKS["start"]
# Case 5 of the service description: 13.25 h on average, 3.25 h over 10 h.
STEADY = (14, 13, 15, 12, 14, 13, 12, 13)
EUROS = Rate(currency="EUR", rate="150")


def booked(hours_of, *, before=START):
    """Return time sheets of whole weeks before a Monday: each week's hours on its Monday."""
    rows = [
        (name, before - dt.timedelta(weeks=ago), amount)
        for name, weeks in hours_of.items()
        for ago, amount in zip(range(len(weeks), 0, -1), weeks, strict=True)
    ]
    # The log goes on until the Sunday before.
    return time_sheets(*rows, (next(iter(hours_of)), before - dt.timedelta(days=1), 0.0))


def records_of(signed=None, hours_of=None, *, rates=(EUROS,), **tables):
    """Return a portfolio with prices, and with time sheets if there are any."""
    if hours_of:
        tables["timesheets"] = booked(hours_of)
    return portfolio(signed or [contract()], [manager()], rates=tuple(rates), **tables)


def bought(first, last, hours=2.0, *, contract_id="C-1", rate="150", currency="EUR"):
    """Return a block that was bought, from one day of 2027 to another (``MM-DD``)."""
    return PurchasedHours(
        contract_id=contract_id,
        start_date=day(first),
        end_date=day(last),
        hours_per_week=hours,
        rate=rate,
        currency=currency,
    )


def step(status, date, hours=3.0, *, contract_id="C-1", offer_id="O-1", **fields):
    """Return a status that an offer has reached on a day of 2027 (``MM-DD``)."""
    return OfferStep(
        offer_id=offer_id,
        contract_id=contract_id,
        status=status,
        date=day(date),
        hours_per_week=hours,
        **fields,
    )


def policy_of(**offers):
    """Return a policy with other numbers about offers."""
    return Policy(offers=Offers(**offers))


@cache
def _any_plan():
    return make_plan(portfolio([contract()], [manager()]), **FOUR_WEEKS)


def plan_under(policy=None):
    """Return a plan of four weeks; of it, revenue looks at weeks and policy only."""
    return replace(_any_plan(), policy=policy or Policy())
