"""What leadership reads first: every contract is counted once."""

from types import SimpleNamespace

import pandas as pd
import pytest

from examples import contract, portfolio
from tsam_planner.plan.summary import served, to_ask, unfunded

WEEKS = pd.to_datetime(["2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"])


def plan_of(*stretches):
    """Return a plan of (contract, manager or None, first, last week), 5 h a week each."""
    rows = [
        (name, who, "assigned" if who else "unassigned", WEEKS[first], WEEKS[last])
        for name, who, first, last in stretches
    ]
    columns = ["contract_id", "manager_id", "status", "from_week", "to_week"]
    names = sorted({name for name, *_ in stretches})
    weeks = [(name, week, 5.0) for name in names for week in WEEKS]
    return SimpleNamespace(
        assignments=pd.DataFrame(rows, columns=columns),
        contract_weeks=pd.DataFrame(weeks, columns=["contract_id", "week", "planned_hours"]),
        manager_weeks=pd.DataFrame({"manager_id": ["M-1", "M-2"]}),
    )


@pytest.mark.parametrize(
    ("stretches", "text"),
    [
        ([("C-1", "M-1", 0, 3)], "1 of 1 contracts by 1 of 2 managers"),
        (
            # C-2 changes hands without a gap, C-3 is alone for a week, C-4 always.
            [
                ("C-1", "M-1", 0, 3),
                ("C-2", "M-1", 0, 1),
                ("C-2", "M-2", 2, 3),
                ("C-3", "M-1", 0, 2),
                ("C-3", None, 3, 3),
                ("C-4", None, 0, 3),
            ],
            "2 of 4 contracts by 2 of 2 managers; 1 in some weeks only, 1 unassigned "
            "(25 h without a manager)",
        ),
        (
            [("C-1", None, 0, 1), ("C-1", "M-1", 2, 2), ("C-1", None, 3, 3)],
            "0 of 1 contracts by 1 of 2 managers; 1 in some weeks only, 0 unassigned "
            "(15 h without a manager)",
        ),
    ],
)
def test_contracts_are_served_in_all_weeks_in_some_or_in_none(stretches, text):
    """The three counts add up to all contracts; hours are those of the weeks alone."""
    assert served(plan_of(*stretches)) == text


def plan_asking(*companies):
    """Return a plan that asks for a contract of each company, 5 h beyond its allowance."""
    signed = [contract(f"C-{n}", company_id=name) for n, name in enumerate(companies)]
    hours = pd.DataFrame(
        {"contract_id": [row.contract_id for row in signed], "status": "proposed"}
    ).assign(unfunded_hours=5.0)
    return SimpleNamespace(portfolio=portfolio(signed, []), additional_hours=hours)


@pytest.mark.parametrize(
    ("companies", "text"),
    [
        ((), ""),
        (("K-1",), "1 customer to be asked to buy hours"),
        (("K-1", "K-2"), "2 customers to be asked to buy hours"),
        (("K-1",) * 4, "1 customer to be asked to buy hours for 4 contracts"),
        (("K-1", "K-1", "K-2"), "2 customers to be asked to buy hours for 3 contracts"),
    ],
)
def test_customers_to_be_asked_are_companies(companies, text):
    """A company with several contracts is one customer."""
    assert to_ask(plan_asking(*companies)) == text


def test_without_its_portfolio_a_plan_counts_contracts_and_says_so():
    """Nothing tells whose contracts they are."""
    plan = plan_asking("K-1", "K-1")
    plan.portfolio = None
    # Two contracts, 5 h each.
    assert unfunded(plan) == (
        "10 h needed beyond allowances by 2 contracts; "
        "customers of 2 contracts to be asked to buy hours (R46)"
    )
