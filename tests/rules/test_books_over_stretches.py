"""Companies and limits of contracts when contracts change hands inside the quarter (R47)."""

import pytest

from examples import (
    EXACT,
    QUARTER,
    away,
    contract,
    day,
    manager,
    portfolio,
    stretches_of,
)
from hand_made import facts_of, stretch
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.service.policy import Policy
from tsam_planner.verify.verification import verify_decisions

FIRST, LAST = "01-04", "03-29"


def plan_of(*arguments, **tables):
    """Return the proven best plan of the quarter, where companies may have several managers."""
    policy = Policy(same_manager="allow")
    records = portfolio(*arguments, **tables)
    return make_plan(records, quarter="2027Q1", policy=policy, options=EXACT)


def company(treatment):
    """Return the table of a company and its treatment (R47)."""
    return [Company(company_id="K", same_manager=treatment)]


def test_contracts_of_a_require_company_are_cut_at_the_same_weeks():
    """Both go from the leaver to the same colleague in the same week, whatever the terms."""
    signed = [
        contract("C-1", company_id="K"),
        contract("C-2", company_id="K", start_date=day("01-20")),
    ]
    team = [manager("M-1", end_date=day("02-12")), manager("M-2"), manager("M-3")]
    today = {"C-1": "M-1", "C-2": "M-1"}
    plan = plan_of(signed, team, today=today, companies=company("require"))
    taker = stretches_of(plan, "C-1")[1][0]
    assert stretches_of(plan, "C-1") == [("M-1", FIRST, "02-08"), (taker, "02-15", LAST)]
    assert stretches_of(plan, "C-2") == [("M-1", "01-18", "02-08"), (taker, "02-15", LAST)]
    assert plan.objective == 160


def test_require_holds_between_terms_that_never_meet():
    """The leaver could serve the first contract only, so that another has both."""
    signed = [
        contract("C-1", company_id="K", end_date=day("01-31")),
        contract("C-2", company_id="K", start_date=day("03-01")),
    ]
    team = [manager("M-1", end_date=day("02-12")), manager("M-2")]
    plan = plan_of(signed, team, today={"C-1": "M-1"}, companies=company("require"))
    assert stretches_of(plan, "C-1") == [("M-2", FIRST, "01-25")]
    assert stretches_of(plan, "C-2") == [("M-2", "03-01", LAST)]


def test_contracts_of_a_forbid_company_stay_apart_over_stretches():
    """M-2 has the other contract: a third manager takes over, or nobody does."""
    signed = [contract("C-1", company_id="K"), contract("C-2", company_id="K")]
    team = [manager("M-1", end_date=day("02-12")), manager("M-2"), manager("M-3")]
    tables = {"today": {"C-1": "M-1", "C-2": "M-2"}, "companies": company("forbid")}
    plan = plan_of(signed, team, **tables)
    assert stretches_of(plan, "C-1") == [("M-1", FIRST, "02-08"), ("M-3", "02-15", LAST)]
    assert stretches_of(plan, "C-2") == [("M-2", FIRST, LAST)]
    plan = plan_of(signed, team[:2], **tables)
    assert stretches_of(plan, "C-1") == [("M-1", FIRST, "02-08"), (None, "02-15", LAST)]
    reasons = plan.assignments.set_index("from_week")["reason"]
    assert reasons["2027-02-15"] == (
        "1 manager is not employed on all days of these weeks, "
        "1 has the company's other contract, which must be kept apart"
    )


def test_contracts_are_counted_at_a_time():
    """M-3, who may have one, has C-2 while M-2 is away and C-1 once M-1 has left."""
    # M-2 does not know Creo, so that C-1 needs M-3; C-2 must be back with M-2 by then.
    signed = [contract("C-1", products=("Creo",)), contract("C-2")]
    team = [
        manager("M-1", end_date=day("02-14"), products=("Creo",), max_contracts=1),
        manager("M-2"),
        manager("M-3", products=("Creo",), max_contracts=1),
    ]
    plan = plan_of(
        signed,
        team,
        today={"C-1": "M-1", "C-2": "M-2"},
        absences=[away("M-2", "01-01", "02-14")],
    )
    assert stretches_of(plan, "C-1") == [("M-1", FIRST, "02-08"), ("M-3", "02-15", LAST)]
    assert stretches_of(plan, "C-2") == [("M-3", FIRST, "02-08"), ("M-2", "02-15", LAST)]
    assert plan.objective == 3 * 80


@pytest.mark.parametrize(("week", "held"), [(6, 1), (5, 2)])
def test_the_checker_counts_contracts_at_a_time(week, held):
    """A swap in the same week keeps a limit of one, a week of both breaks it."""
    people = [manager("M-1"), manager("M-2", max_contracts=1), manager("M-3")]
    facts = facts_of(portfolio([contract("C-1"), contract("C-2")], people), QUARTER)
    rows = [
        stretch("C-1", "M-1", horizon=QUARTER, weeks=(0, week - 1)),
        stretch("C-1", "M-2", horizon=QUARTER, weeks=(week, 12)),
        stretch("C-2", "M-2", horizon=QUARTER, weeks=(0, 5)),
        stretch("C-2", "M-3", horizon=QUARTER, weeks=(6, 12)),
    ]
    found = [item.message for item in verify_decisions(facts, rows).violations]
    assert found == ([] if held == 1 else ["M-2 has 2 contracts, at most 1"])
