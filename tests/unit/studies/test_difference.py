"""What is different between two plans: only what both are about, and only what is proven."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, day, manager, portfolio, stretches_of
from tsam_planner.planning.recipe import make_plan
from tsam_planner.studies.difference import compare_plans, diff_plans
from tsam_planner.studies.replanning import replan


def planned(records, **weeks):
    """Return the exact plan of four weeks, or of others."""
    return make_plan(records, **{**FOUR_WEEKS, **weeks}, options=EXACT)


def handed_over(last):
    """
    Return a plan in which C-1 changes hands when C-3 ends and M-1 leaves, on a Friday.

    Until then M-2 has 20 cases of C-3, and no room for the 20 of C-1 beside them.
    """
    signed = [contract("C-1", cases=20), contract("C-3", cases=20, end_date=last)]
    team = [manager("M-1", end_date=last), manager("M-2")]
    return planned(portfolio(signed, team, today={"C-1": "M-1", "C-3": "M-2"}))


@pytest.fixture(scope="module")
def published():
    """Return a plan of four weeks that changes hands in their middle."""
    plan = handed_over(day("02-12"))
    assert stretches_of(plan) == [("M-1", "02-01", "02-08"), ("M-2", "02-15", "02-22")]
    return plan


def test_what_happened_in_weeks_that_are_over_is_not_announced_again(published):
    """In the last week C-1 is with M-2 in both plans, and the term of C-3 was over before."""
    found = diff_plans(published, replan(published, "2027-02-22", options=EXACT))
    assert found.moves.empty
    assert (found.customers_to_tell, found.hours_moved) == ((), 0.0)
    assert [str(monday) for monday in found.weeks] == ["2027-02-22"]
    assert found.summary == (
        "The same managers serve the same contracts.",
        "The plans are of different weeks: those of both (1 week) are compared, "
        "points are not.",
    )


def test_figures_of_plans_of_other_weeks_are_those_of_the_weeks_of_both(published):
    """One contract of 5 h with M-2 of 32 h; points and changes of hands are of whole plans."""
    found = diff_plans(published, replan(published, "2027-02-22", options=EXACT))
    assert found.goals.empty
    assert not (found.figures["change"] != 0).any()
    figures = found.figures.set_index("figure")["before"]
    assert not {"points", "handovers", "forced handovers"} & set(figures.index)
    assert figures["contracts planned"] == 1
    # M-1 is gone by then and has no hours.
    assert figures["utilization"] == 5 / 32


def test_a_contract_that_ends_earlier_than_it_was_planned_to_is_gone(published):
    """C-1 is planned in the third and fourth week; without it nothing is left of it there."""
    records = published.portfolio
    fewer = records.model_copy(update={"contracts": records.contracts[1:], "assignments": ()})
    found = diff_plans(published, planned(fewer, start=day("02-15"), weeks=2))
    assert found.moves[["contract_id", "kind"]].to_numpy().tolist() == [["C-1", "gone"]]


def test_a_change_of_hands_in_another_week_is_told(published):
    """M-1 leaves a week earlier: the same two managers, but the customer sees M-2 sooner."""
    found = diff_plans(published, handed_over(day("02-05")))
    [move] = found.moves.to_dict("records")
    assert (move["contract_id"], move["kind"]) == ("C-1", "at other times")
    assert move["from_managers"] == move["to_managers"] == "M-1;M-2"
    assert found.customers_to_tell == ("C-1",)
    assert found.summary[0] == "1 contract has the same managers at other times: C-1."


def test_plans_without_a_common_week_are_not_compared(published):
    """February and March have none."""
    march = planned(published.portfolio, start=day("03-01"))
    found = diff_plans(published, march)
    assert found.moves.empty
    assert found.figures.empty
    assert str(found) == "The plans have no week in common: nothing is compared."
    table = compare_plans({"February": published, "March": march})
    assert table["against_first"].tolist() == ["", "other weeks"]
