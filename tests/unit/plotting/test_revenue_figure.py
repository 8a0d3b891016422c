"""Revenue by month: the bars are the expected amounts."""

import datetime as dt

import pytest
from matplotlib.figure import Figure

from examples import EXACT, contract, manager, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.planning.recipe import make_plan
from tsam_planner.plotting.revenue_by_month import plot_revenue
from tsam_planner.portfolio.records import PurchasedHours

START = dt.date(2027, 2, 1)


def revenue(*currencies):
    """Return an estimate of two hours a week at 100, bought in each currency."""
    signed = [contract(f"C-{place}") for place, _ in enumerate(currencies)]
    bought = tuple(
        PurchasedHours(
            contract_id=f"C-{place}", start_date=START, end_date=dt.date(2027, 12, 31),
            hours_per_week=2.0, rate="100", currency=currency,
        )
        for place, currency in enumerate(currencies)
    )  # fmt: skip
    records = portfolio(signed, [manager("M-1")], purchased_hours=bought)
    plan = make_plan(records, start=START, weeks=4, options=EXACT)
    return estimate_revenue(records, plan, months=("2027-02", "2027-03"), draws=20)


def test_bars_are_the_expected_amounts_of_the_months():
    """February has 20 weekdays, March 23: 4 and 4.6 weeks of two hours at 100."""
    ax = plot_revenue(revenue("EUR"), ax=Figure().add_subplot())
    assert [patch.get_height() for patch in ax.patches] == [800.0, 920.0]
    assert ax.get_title(loc="left") == "EUR 1,720.00 expected from additional hours"


def test_one_currency_is_to_be_named():
    """Two currencies are never drawn on one axis."""
    both = revenue("EUR", "USD")
    with pytest.raises(ArgumentError, match="name one currency of EUR, USD"):
        plot_revenue(both)
    ax = plot_revenue(both, currency="USD", ax=Figure().add_subplot())
    assert ax.get_ylabel() == "USD a month"
