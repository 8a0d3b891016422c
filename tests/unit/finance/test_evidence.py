"""The evidence of a recommendation: the customer's own weeks, and nothing of the vendor's."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from examples import EXACT, contract, manager, portfolio, updated
from tsam_planner.finance.evidence import gather_evidence
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company, OfferStep
from tsam_planner.report.evidence_pages import evidence_pages
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Overage

START = dt.date(2027, 3, 1)
MONDAYS = [START - dt.timedelta(weeks=week) for week in range(8, 0, -1)]
HOURS = [14.0, 13.0, 15.0, 12.0, 14.0, 13.0, 12.0, 13.0]
NASTY = '<script>alert("1")</script> & "\u202eevil" ' + "\U0001f600" + "x" * 200


def sheets(hours, name="C-1", exceptional=()):
    """Return time sheets of eight weeks, booked on Mondays by M-secret."""
    rows = [
        (name, pd.Timestamp(monday), amount, "M-secret", "calls", monday in exceptional)
        for monday, amount in zip(MONDAYS, hours, strict=True)
    ]
    # The log goes on until the Sunday before the plan.
    rows.append(
        (name, pd.Timestamp(START) - pd.Timedelta(days=1), 0.0, "M-secret", None, False)
    )
    columns = ["contract_id", "date", "hours", "manager_id", "activity", "exceptional"]
    return pd.DataFrame(rows, columns=columns)


def log():
    """Return two cases of C-1, one of them closed before the weeks, and one of C-2."""
    rows = [
        ("S-1", "C-1", "2027-01-20T10:00Z", "2027-02-03T10:00Z", 2, 3.5, "M-secret"),
        ("S-0", "C-1", "2026-11-02T10:00Z", "2026-12-03T10:00Z", 1, 9.0, "M-secret"),
        ("S-9", "C-2", "2027-01-20T10:00Z", None, 1, None, "M-secret"),
    ]
    columns = [
        "case_id",
        "contract_id",
        "opened_at",
        "closed_at",
        "severity",
        "hours",
        "manager_id",
    ]
    table = pd.DataFrame(rows, columns=columns)
    for column in ("opened_at", "closed_at"):
        table[column] = pd.to_datetime(table[column], utc=True).astype("datetime64[ns, UTC]")
    return table


def planned(*, hours=HOURS, exceptional=(), name="Rossi S.p.A.", **fields):
    """Return the plan of two customers, one of whom asks for more than it has."""
    signed = [
        contract("C-1", company_id="K-1", extra_hour_rate="150", currency="EUR"),
        contract("C-2", company_id="K-2", need_hours=1),
    ]
    team = [manager("M-secret", name="Lucia Segreta", hourly_cost="71.37", currency="EUR")]
    records = updated(
        portfolio(signed, team, **fields),
        timesheets=sheets(hours, exceptional=exceptional),
        cases=log(),
        companies=(
            Company(company_id="K-1", name=name),
            Company(company_id="K-2", name="Bianchi"),
        ),
    )
    return make_plan(records, start=START, weeks=4, options=EXACT)


def test_it_holds_the_weeks_and_the_figures_of_each_condition():
    """Mean 13.25 of 8 weeks, all over: 3.25 h above are a block of four; 4 x 150 a week."""
    [found] = gather_evidence(planned())
    assert [week.hours for week in found.weeks] == HOURS
    assert all(week.is_over for week in found.weeks)
    assert (found.block_hours, found.weekly_price) == (4.0, Decimal("600.00"))
    assert (found.customer, found.currency) == ("Rossi S.p.A.", "EUR")
    assert [item.holds for item in found.conditions] == [True] * len(found.conditions)
    assert "13.25 h" in found.conditions[0].text


def test_only_cases_that_were_open_in_the_weeks_stand_behind_it():
    """S-0 was closed before, S-9 is another customer's."""
    [found] = gather_evidence(planned())
    assert [(case.case_id, case.severity, case.hours) for case in found.cases] == [
        ("S-1", "2", 3.5)
    ]


def test_a_week_set_aside_says_why():
    """Seven usable weeks recommend nothing in a window of eight, but in one of seven."""
    plan = planned(exceptional={MONDAYS[2]})
    assert gather_evidence(plan) == ()
    records = updated(plan.portfolio, policy=Policy(overage=Overage(window=7)))
    again = make_plan(records, start=START, weeks=4, options=EXACT)
    [found] = gather_evidence(again)
    assert [(week.monday, week.note) for week in found.weeks if week.note] == [
        (MONDAYS[2], "exceptional")
    ]


def test_an_exceptional_last_week_is_shown():
    """A customer that remembers its worst week finds it, set aside."""
    plan = planned(exceptional={MONDAYS[-1]})
    records = updated(plan.portfolio, policy=Policy(overage=Overage(window=7)))
    [found] = gather_evidence(make_plan(records, start=START, weeks=4, options=EXACT))
    assert [week.monday for week in found.weeks] == MONDAYS
    assert found.weeks[-1].note == "exceptional"


def test_a_case_that_an_export_holds_twice_is_listed_once():
    """The same case, the same opening."""
    plan = planned()
    records = updated(plan.portfolio, cases=pd.concat([log(), log()], ignore_index=True))
    [found] = gather_evidence(make_plan(records, start=START, weeks=4, options=EXACT))
    assert [case.case_id for case in found.cases] == ["S-1"]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("contract", "the hours of this contract"),
        ("company_pooled", "all contracts of a company"),
        ("company", "the weekly hours of one contract"),
    ],
)
def test_the_reading_of_a_single_customer_is_told_as_it_is_in_force(scope, words):
    """Q5."""
    records = updated(planned().portfolio, policy=Policy(allowance_scope=scope))
    [found] = gather_evidence(make_plan(records, start=START, weeks=4, options=EXACT))
    assert words in found.readings[0]


def test_the_customer_is_asked_to_answer_before_the_hours_start():
    """The day by which *we* have to ask is nothing to the customer."""
    plan = planned()
    [found] = gather_evidence(plan)
    page = evidence_pages(plan)["C-1.html"].decode()
    assert f"please let us know before {found.start}" in page


def test_who_was_asked_already_gets_no_page():
    """An offer under way is no proposal."""
    step = OfferStep(
        offer_id="O-1",
        contract_id="C-1",
        status="asked",
        date=dt.date(2027, 2, 20),
        hours_per_week=4,
    )
    assert evidence_pages(planned(offers=(step,))) == {}


def test_pages_hold_nothing_internal_and_nothing_of_others():
    """Every byte is searched: people, costs, other customers, goals."""
    pages = evidence_pages(planned())
    assert set(pages) == {"C-1.html"}
    text = pages["C-1.html"].decode()
    for word in (
        "M-secret",
        "Lucia",
        "Segreta",
        "71.37",
        "C-2",
        "K-2",
        "Bianchi",
        "S-9",
        "points",
    ):
        assert word not in text
    for word in ("Rossi S.p.A.", "C-1", "S-1", "R46", "150 EUR", "not a charge"):
        assert word in text


def test_names_are_shown_as_text_whatever_they_hold():
    """No tag, no attribute and no request comes from the data."""
    page = evidence_pages(planned(name=NASTY))["C-1.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<bdi>&lt;script&gt;" in page  # what runs from right to left ends with the name
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_same_plan_gives_the_same_bytes():
    """Nothing in a page depends on when it was made."""
    plan = planned()
    assert evidence_pages(plan) == evidence_pages(plan)


@pytest.mark.parametrize("hours", [[10.0] * 8, [40.0, *[9.0] * 7]])
def test_who_does_not_qualify_gets_no_page(hours):
    """Within the allowance, or one spike only (case 5)."""
    assert gather_evidence(planned(hours=hours)) == ()
