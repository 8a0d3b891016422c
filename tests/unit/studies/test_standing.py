"""A plan that meets a portfolio of another day: no answer is made up, none ends in a crash."""

from dataclasses import replace

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio, updated
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Profile
from tsam_planner.studies.explanation import explain
from tsam_planner.studies.moves import recommend, try_move
from tsam_planner.studies.standing import stand
from tsam_planner.studies.team import smallest_team


@pytest.fixture(scope="module")
def older():
    """Return a plan of C-1 with a portfolio that has C-3, of the same company, by now."""
    records = portfolio(
        [contract("C-1", cases=20)],
        [manager("M-1")],
        today={"C-1": "M-1"},
        profiles=(Profile(profile_id="P-1", time_zone="Europe/Rome"),),
    )
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    signed = (*records.contracts, contract("C-3", cases=12, company_id="K-C-1"))
    return replace(plan, portfolio=updated(records, contracts=signed))


@pytest.mark.parametrize(
    "ask",
    [
        lambda plan: explain(plan, "C-3"),
        lambda plan: try_move(plan, "C-3", "M-1"),
        lambda plan: recommend(plan, "C-3"),
    ],
)
def test_a_contract_that_is_newer_than_the_plan_has_to_be_planned_first(older, ask):
    """Why it has nobody is no question to a plan that does not know it."""
    with pytest.raises(ArgumentError, match="made before contract 'C-3' was in the portfolio"):
        ask(older)


def test_whole_plans_have_nobody_for_a_contract_that_is_newer(older):
    """C-3 waits at 200 points (20 h at 10); 20 and 12 cases need two people (30 each)."""
    standing = stand(older)
    assert standing.added == {"C-3"}
    assert standing.owner("C-3") is None
    assert standing.points.total == 200_000_000
    assert not standing.violations
    assert explain(older, "C-1").is_served
    assert smallest_team(older).hires == {"P-1": 1}


def test_a_plan_of_another_portfolio_is_refused_by_name(older):
    """C-1 is no contract of the portfolio, or M-1 no manager."""
    records = older.portfolio
    for without in (
        updated(records, contracts=records.contracts[1:], assignments=()),
        updated(records, managers=(), assignments=()),
    ):
        with pytest.raises(
            ArgumentError, match=r"of another portfolio, with [CM]-1; plan again"
        ):
            stand(replace(older, portfolio=without))
