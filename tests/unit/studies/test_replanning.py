"""Planning again in the middle: what was published is what people have, as far as it can be."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio, updated
from tsam_planner.errors import ArgumentError
from tsam_planner.io.plans import read_plan, write_plan
from tsam_planner.planning.recipe import make_plan
from tsam_planner.studies.difference import diff_plans
from tsam_planner.studies.replanning import replan


def planned(records, **options):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT, **options)


@pytest.fixture(scope="module")
def two():
    """Return the plan in which M-1 has C-1 and M-2 has C-2."""
    signed, team = [contract("C-1"), contract("C-2")], [manager("M-1"), manager("M-2")]
    return planned(portfolio(signed, team, today={"C-1": "M-1", "C-2": "M-2"}))


def test_a_cancelled_contract_is_left_out_and_told_as_gone(two, tmp_path):
    """The published plan's row of C-2 is about nothing that the portfolio has any more."""
    records = two.portfolio
    fewer = updated(
        records, contracts=records.contracts[:1], assignments=records.assignments[:1]
    )
    again = replan(two, "2027-02-15", portfolio=fewer, options=EXACT)
    assert managers_of(again) == {"C-1": "M-1"}
    [move] = diff_plans(two, again).moves.to_dict("records")
    assert (move["contract_id"], move["kind"]) == ("C-2", "gone")
    # A plan that was read back without a portfolio needs the one that is given only.
    write_plan(two, tmp_path / "plan")
    read = read_plan(tmp_path / "plan")
    assert replan(read, "2027-02-15", portfolio=fewer, options=EXACT).equals(again)
    with pytest.raises(ArgumentError, match="does not know its portfolio"):
        replan(read, "2027-02-15", options=EXACT)


def test_contracts_of_a_manager_who_is_gone_change_hands(two, tmp_path):
    """M-1 is no row of the portfolio any more: C-1 moves at 80 points, and had no choice."""
    records = two.portfolio
    fewer = updated(records, managers=records.managers[1:], assignments=())
    write_plan(two, tmp_path / "plan")
    for plan in (two, read_plan(tmp_path / "plan")):
        again = replan(plan, "2027-02-15", portfolio=fewer, options=EXACT)
        assert managers_of(again) == {"C-1": "M-2", "C-2": "M-2"}
        assert again.goals["handover"] == 80.0
        [move] = (
            diff_plans(plan, again).moves.query("kind == 'changes hands'").to_dict("records")
        )
        assert (move["contract_id"], move["forced"]) == ("C-1", True)
        assert not again.manager_weeks.query("manager_id == 'M-1'")["available_hours"].any()
    kept = replan(two, "2027-02-15", portfolio=fewer, max_handovers=0, options=EXACT)
    assert managers_of(kept) == {"C-1": None, "C-2": "M-2"}


def test_a_substitute_who_is_gone_is_nobodys_substitute(two):
    """M-2, who stood in for C-1, is no row any more; M-3 does from now on."""
    records = two.portfolio
    assert two.assignments["backup_id"].tolist() == ["M-2", "M-1"]
    team = (records.managers[0], manager("M-3"))
    first = updated(records, managers=team, contracts=records.contracts[:1], assignments=())
    again = replan(two, "2027-02-15", portfolio=first, options=EXACT)
    assert again.assignments["backup_id"].tolist() == ["M-3"]
