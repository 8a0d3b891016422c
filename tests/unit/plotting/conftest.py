"""Axes to draw on, and plans whose names look like markup."""

import datetime as dt

import pytest
from matplotlib.figure import Figure

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from tsam_planner.planning.recipe import make_plan

MARKED = ("C-$1$", "<script>_x", "שלום")


@pytest.fixture
def ax():
    """Return axes that need no window system and leave no state behind."""
    return Figure(figsize=(10, 6), layout="constrained").add_subplot()


@pytest.fixture(scope="session")
def marked_plan():
    """Return a plan of contracts and managers with names that are no formulas."""
    signed = [contract(MARKED[0]), contract(MARKED[1], cases=4), contract(MARKED[2])]
    records = portfolio(signed, [manager("M_$1$"), manager("מ")], today={MARKED[0]: "M_$1$"})
    return make_plan(records, options=EXACT, **FOUR_WEEKS)


@pytest.fixture(scope="session")
def idle_plan():
    """Return a plan of one manager and one contract that is over."""
    over = contract("C-1", end_date=dt.date(2026, 12, 31))
    return make_plan(portfolio([over], [manager()]), options=EXACT, **FOUR_WEEKS)


@pytest.fixture(scope="session")
def empty_plan():
    """Return a plan of nobody and nothing."""
    return make_plan(portfolio([], []), options=EXACT, **FOUR_WEEKS)
