"""Studies of plans whose books hold an accepted risk say what they look at."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.service.policy import Policy
from tsam_planner.studies.explanation import explain
from tsam_planner.studies.frontier import handover_frontier
from tsam_planner.studies.sensitivity import sensitivity


def planned(records):
    """Return the exact plan of four weeks."""
    return make_plan(records, **FOUR_WEEKS, options=EXACT)


@pytest.mark.parametrize("study", [handover_frontier, sensitivity])
def test_studies_of_planning_figures_refuse_an_accepted_risk(study):
    """Their points would be those of plans that the policy does not allow."""
    records = portfolio([contract("C-1")], [manager("M-1")], policy=Policy(risk=0.05))
    plan = planned(records)
    with pytest.raises(ArgumentError, match=r"accepts a risk of 5\.0%"):
        study(plan, options=EXACT)


def test_repairs_hold_the_accepted_risk():
    """
    18 and 13 cases in a book that may hold 31 exceed 31 far more often than in 5 of 100.

    So that is no repair; nothing that is offered fails when it is planned again.
    """
    signed = [contract("C-1", cases=18, priority=2), contract("C-9", cases=13)]
    records = portfolio(signed, [manager("M-1")], policy=Policy(risk=0.05))
    found = explain(planned(records), "C-9", seconds=15)
    assert "M-1 could hold 31 cases (now 30)" not in [repair.text for repair in found.repairs]
    assert "whether books hold the accepted risk of 5.0%" in str(found)
    for repair in found.repairs:
        again = make_plan(repair.apply(records), **FOUR_WEEKS, options=EXACT)
        assert managers_of(again)["C-9"]
