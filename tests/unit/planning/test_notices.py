"""What a reader must know before trusting a plan."""

import pytest

from examples import EXACT, FOUR_WEEKS, contract, day, manager, portfolio
from tsam_planner.planning.recipe import make_plan

NOTHING = "no contract is active in these weeks (2027-02-01 to 2027-02-28)"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        # The later of two ends, and the earlier of two begins.
        (
            [("01-01", "01-15"), ("01-01", "01-31")],
            "; terms end by 2027-01-31: nothing was planned",
        ),
        (
            [("03-01", "12-31"), ("04-01", "12-31")],
            "; terms begin from 2027-03-01 on: nothing was planned",
        ),
        (
            [("01-01", "01-31"), ("03-01", "12-31")],
            "; terms end by 2027-01-31; terms begin from 2027-03-01 on: nothing was planned",
        ),
        # A term that ends on the first day of the plan is active on it.
        ([("01-01", "02-01")], None),
    ],
)
def test_a_plan_of_weeks_in_which_no_contract_is_active_says_so(terms, words):
    """Zero contracts of zero are served, proven: a wrong year looks like a perfect plan."""
    signed = [
        contract(f"C-{number}", start_date=day(first), end_date=day(last))
        for number, (first, last) in enumerate(terms)
    ]
    plan = make_plan(portfolio(signed, [manager()]), **FOUR_WEEKS, options=EXACT)
    found = [text for text in plan.warnings if text.startswith("no contract is active")]
    assert found == ([] if words is None else [NOTHING + words])
