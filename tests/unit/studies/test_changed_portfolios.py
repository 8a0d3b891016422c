"""Contracts and portfolios that come by code are checked before anything is planned."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.errors import PortfolioError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.studies.replanning import replan, with_contract


@pytest.fixture
def plan():
    """Return the plan of one contract and one manager."""
    return make_plan(portfolio([contract()], [manager()]), **FOUR_WEEKS, options=EXACT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"time_zone": "Mars/Phobos"}, "unknown time zone 'Mars/Phobos'"),
        ({"need_hours": -5.0}, "at least 0 h/week, got -5.0"),
        ({"deployment": "saas"}, "offering tsam does not go with deployment saas"),
    ],
)
def test_a_contract_more_keeps_the_rules_of_the_tables(plan, fields, words):
    """A zone of no planet, negative hours, TSAM for a SaaS customer (R3)."""
    with pytest.raises(PortfolioError, match=words):
        with_contract(plan, contract("C-2", **fields), options=EXACT)


def test_a_portfolio_of_today_is_checked_before_it_is_planned(plan):
    """Every problem at once: nobody left, and a contract that stands twice."""
    wrong = updated(plan.facts.portfolio, contracts=(contract(), contract()), managers=())
    with pytest.raises(PortfolioError, match=r"cannot be planned \(2 problems\)"):
        replan(plan, portfolio=wrong, options=EXACT)
