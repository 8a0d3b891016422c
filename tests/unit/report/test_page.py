"""The page of a plan: what it says is the plan's, and for a works council nobody's."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import EXACT, FOUR_WEEKS, away, contract, manager, portfolio, updated
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company, Profile
from tsam_planner.proof import Proof, StopReason
from tsam_planner.report.page.leadership import plan_page
from tsam_planner.report.page.people import books
from tsam_planner.report.page.works_council import (
    LEAST,
    burdens_of,
    grouped,
    groups_shown,
    works_council_page,
)
from tsam_planner.service.rules import rules_in_force
from tsam_planner.studies.hiring import staffing
from tsam_planner.studies.sell_or_hire import sell_or_hire


def planned(contracts, team, **tables):
    """Return the exact plan of four weeks."""
    return make_plan(portfolio(contracts, team, **tables), **FOUR_WEEKS, options=EXACT)


def text_of(page):
    """Return the text of a page, without style, behavior and tags."""
    bare = re.sub(r"<(style|script)>.*?</\1>", "", page.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


@pytest.fixture(scope="module")
def crowded():
    """Two contracts of 20 and 12 cases, one manager for 30 of them, one profile."""
    signed = [contract("C-1", cases=20, priority=2), contract("C-2", cases=12)]
    profile = Profile(profile_id="P-1", time_zone="Europe/Rome", lead_weeks=8, ramp_weeks=4)
    return planned(signed, [manager("M-1", name="Ada")], profiles=(profile,))


def test_the_title_says_how_many_contracts_are_served(crowded):
    """One of two; the other with the plan's own reason."""
    text = text_of(plan_page(crowded))
    assert "1 of 2 contracts have a manager; 1 has none" in text
    [reason] = crowded.assignments.query("contract_id == 'C-2'")["reason"]
    assert reason in text
    assert "No better plan exists" in text


def test_all_served_is_said_so():
    """And nothing is to be sold or hired for."""
    text = text_of(plan_page(planned([contract()], [manager()])))
    assert "The only contract has a manager in all weeks" in text
    assert "Nothing to sell or hire for" in text


def test_hiring_is_told_where_it_was_asked_for(crowded):
    """One P-1; else the page names the way to ask."""
    assert "report --hiring" in text_of(plan_page(crowded))
    page = plan_page(crowded, hours=sell_or_hire(crowded), staffing=staffing(crowded))
    assert "1 person to hire" in text_of(page)
    assert "report --hiring" not in text_of(page)


def test_books_are_the_sums_of_the_plans_own_weeks(crowded):
    """Load over deployable hours of all weeks, most cases, one contract."""
    weeks = crowded.manager_weeks
    [book] = books(crowded).to_dict("records")
    expected = weeks["load_hours"].sum() / weeks["deployable_hours"].sum()
    assert book["utilization"] == pytest.approx(expected)
    assert (book["cases"], book["max_cases"], book["contracts"]) == (20, 30, 1)


@pytest.mark.parametrize(
    ("cases", "most", "is_told"), [(9, 10, True), (8, 10, False), (0, 0, False)]
)
def test_books_near_the_limit_of_cases_are_told(cases, most, is_told):
    """From nine tenths on: 9 of 10, not 8; who may have no cases has no limit to be near."""
    plan = planned([contract(cases=cases)], [manager(max_cases=most)])
    assert ("at nine tenths of the limit" in text_of(plan_page(plan))) == is_told


def test_names_are_shown_as_text_and_ids_alone_on_request():
    """No tag comes from the data; a pseudonymous page holds no name."""
    nasty = '<script>alert("1")</script> & "\u202eevil"'
    records = updated(
        portfolio([contract("C-1", company_id="K-1")], [manager("M-1", name=nasty)]),
        companies=(Company(company_id="K-1", name=nasty),),
    )
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    page = plan_page(plan).decode()
    assert page.count("<script") == 1
    assert "&lt;script&gt;alert" in page
    assert "alert" not in plan_page(plan, pseudonymous=True).decode()


def test_the_same_plan_gives_the_same_bytes_that_need_nothing_else(crowded):
    """Nothing in a page depends on when it was made, and nothing is fetched."""
    page = plan_page(crowded)
    assert page == plan_page(crowded)
    assert not re.search(rb'(src|href)="(?!#|data:)', page)
    assert b"http://" not in page.replace(b"http://www.w3.org", b"")


def test_a_plan_of_nothing_has_a_page():
    """Neither contracts nor managers."""
    assert "No contract needs a manager" in text_of(plan_page(planned([], [])))


def team_of(**countries):
    """Return managers by country and number (``DE=7``)."""
    return [
        manager(f"{country}-{number}", name=f"Person {country} {number}", country=country)
        for country, count in countries.items()
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("countries", "sizes"),
    [
        ({"DE": 7, "IT": 5}, {"DE": 7, "IT": 5}),
        ({"DE": 7, "IT": 4, "FR": 1}, {"DE": 7, "FR, IT": 5}),
        ({"DE": 7, "IT": 5, "FR": 1}, {"DE": 7, "FR, IT": 6}),
        ({"DE": 3, "IT": 1}, {}),
        ({"DE": 6, "FR": 2}, {"DE, FR": 8}),
    ],
)
def test_no_group_of_a_works_council_is_smaller_than_five(countries, sizes):
    """Small groups join each other, then the next smallest; nobody is lost by subtraction."""
    plan = planned([contract()], team_of(**countries))
    groups = grouped(burdens_of(plan), "country")
    assert {name: len(part) for name, part in groups.items()} == sizes


def test_the_page_for_a_works_council_holds_no_person_and_no_customer():
    """Every byte is searched for ids and names; no reason of an absence either."""
    team = team_of(DE=6)
    absent = away("DE-0", "02-08", "02-12", kind="training")
    plan = planned([contract("C-1", company_id="K-1")], team, absences=(absent,))
    page = works_council_page(plan).decode()
    for word in ("DE-0", "Person", "C-1", "K-1", "training"):
        assert word not in page
    assert "6 people" in text_of(page.encode())


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.booleans()), min_size=5, max_size=40))
def test_no_two_ways_to_group_people_tell_of_fewer_than_five(people):
    """Whoever is in the same groups of all tables has at least four colleagues there."""
    burdens = pd.DataFrame(people, columns=["country", "time"])
    labels = [
        pd.Series({row: name for name, part in groups.items() for row in part.index})
        for groups in groups_shown(burdens).values()
    ]
    cells = pd.concat(labels, axis=1).groupby(list(range(len(labels)))).size()
    assert (cells >= LEAST).all()
    assert cells.sum() == len(people)


def test_one_person_of_part_time_in_a_country_hides_the_second_table():
    """
    Five of six Italians work full time, and five Germans part time.

    From the Italians' sum that of those who work full time leaves the sixth.
    """
    team = [
        *(manager(f"I-{number}", country="IT") for number in range(5)),
        manager("I-5", country="IT", weekly_hours=20.0),
        *(manager(f"D-{number}", country="DE", weekly_hours=20.0) for number in range(5)),
    ]
    text = text_of(works_council_page(planned([contract()], team)))
    assert "By country" in text
    assert "By working time" not in text
    assert "Full and part time are not told apart" in text


def test_figures_of_people_who_are_all_alike_are_not_shown():
    """Five people with nothing to do, of whom 0 % would be told each."""
    text = text_of(works_council_page(planned([], team_of(DE=5))))
    assert "all alike" in text


def test_few_people_have_no_figures_at_all():
    """Four people: the page says so and shows nothing."""
    text = text_of(works_council_page(planned([contract()], team_of(DE=4))))
    assert "Fewer than 5 people" in text
    assert "%" not in text.replace("Utilization, %", "").replace("Strained weeks, %", "")


def test_usual_calls_are_in_the_customers_own_time(crowded):
    """The page shows the most frequent local time of the plan's calls."""
    local = pd.Timestamp(crowded.calls["contract_local_start"].iloc[0])
    assert f"{local:%H:%M}" in text_of(plan_page(crowded))


def test_the_heat_map_of_a_year_comes_in_quarters():
    """53 Mondays from 4 January 2027: four times thirteen, and 3 January 2028."""
    long = contract(end_date=dt.date(2029, 1, 1))
    records = portfolio([long], [manager()])
    plan = make_plan(records, start=dt.date(2027, 1, 4), weeks=53, options=EXACT)
    page = plan_page(plan).decode()
    tables = re.findall(
        r"<caption>Utilization by manager and week, (.*?):(.*?)</thead>", page, re.S
    )
    assert [(name, text.count("<button") - 2) for name, text in tables] == [
        ("Q1 2027", 13), ("Q2 2027", 13), ("Q3 2027", 13), ("Q4 2027", 13), ("Q1 2028", 1),
    ]  # fmt: skip


def test_customers_to_ask_are_companies():
    """Four contracts of one company: one customer in the tile and in the title."""
    plan = planned([contract(f"C-{n}", company_id="K-1") for n in range(4)], [manager()])
    hours = plan.additional_hours.assign(status="proposed")
    text = text_of(plan_page(replace(plan, additional_hours=hours)))
    assert "1 customer to ask for 4 contracts" in text
    assert "1 customer to be asked to buy hours for 4 contracts" in text
    assert "4 customers" not in text


def test_weeks_without_a_call_name_the_rule_that_asks_for_calls():
    """M-1 is away for a week and nobody stands in; R39 says that every week has a call."""
    absent = away("M-1", "02-08", "02-12")
    plan = planned([contract()], [manager()], absences=(absent,))
    [statement] = [one.statement for one in rules_in_force(plan.policy) if one.rule == "R39"]
    assert "call" in statement
    assert "Weeks without a call (R39)" in text_of(plan_page(plan))


@pytest.mark.parametrize(
    ("ended", "workers", "told"),
    [
        (StopReason.GAP_REACHED, 1, "It was made by one worker: the same input"),
        (StopReason.GAP_REACHED, 2, "It was made by 2 workers: another run may find another"),
        (StopReason.GAP_REACHED, None, "How many workers made it is not known. By one worker"),
        (StopReason.TIME_LIMIT, 1, "again for certain: a search was ended early (time limit)"),
    ],
)
def test_the_page_says_whether_the_plan_can_be_made_again(crowded, ended, workers, told):
    """With one worker, and where the clock ended no search; workers stand beside the seed."""
    proof = replace(crowded.backup_proof, stop_reason=ended)
    plan = replace(crowded, backup_proof=proof, run={"workers": workers} if workers else {})
    text = text_of(plan_page(plan))
    assert told in text
    assert f"seed 0 workers {workers or '–'} fingerprint" in text


def test_the_number_of_workers_is_recorded(crowded):
    """Exact plans of tests are made by one."""
    assert crowded.run["workers"] == 1


def test_the_guide_calls_the_parts_of_the_page_as_the_page_does(crowded):
    """Every part has its row in the table of docs/reading-a-plan.md, in the same order."""
    guide = (Path(__file__).parents[3] / "docs" / "reading-a-plan.md").read_text("utf-8")
    parts = re.findall(r'<p class="name">(.*?)</p>', plan_page(crowded).decode())
    [rows] = re.findall(r"\| part \|.*?\n\|[-|]+\n(.*?)\n\n", guide, re.DOTALL)
    assert [row.split("|")[1].strip() for row in rows.splitlines()] == parts


def test_who_is_not_employed_is_not_away():
    """
    M-2 joins in the third of four weeks and is away in the fourth; M-1 is there.

    So M-2 has one week at work and one away; its 5 h a week are those of the week at work.
    """
    joiner = manager("M-2", start_date=dt.date(2027, 2, 15), products=("Creo",))
    plan = planned(
        [contract("C-1", products=("Creo",), start_date=dt.date(2027, 2, 15))],
        [manager("M-1"), joiner],
        absences=(away("M-2", "02-22", "02-26"),),
    )
    row = books(plan).loc["M-2"]
    assert (row["weeks"], row["away"], row["hours"]) == (2, 1, 5.0)


def test_a_bound_that_tells_nothing_makes_no_headline():
    """A bound of 0 says only that points are never negative."""
    plan = planned([contract("C-1", products=("Creo",))], [manager("M-1")])
    proof = Proof(objective=200.0, bound=0.0, stop_reason=StopReason.TIME_LIMIT)
    text = text_of(plan_page(replace(plan, proof=proof)))
    assert "How far the plan is from the best is not proven: time limit" in text
    assert "100.00% better" not in text
