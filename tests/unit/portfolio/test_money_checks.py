"""What is wrong about prices, amounts and offers of a portfolio, each with its remedy."""

import pandas as pd
import pytest

from tsam_planner.io.portfolios import check_portfolio

TABLES = {
    "contracts": [
        {
            "contract_id": name,
            "company_id": "K-1",
            "offering": "tsam",
            "deployment": "on_prem",
            "start_date": "2026-01-01",
            "end_date": "2027-12-31",
            "time_zone": "Europe/Rome",
        }
        for name in ("C-1", "C-2")
    ],
    "managers": [{"manager_id": "M-1", "time_zone": "Europe/Rome"}],
}
BLOCK = {
    "contract_id": "C-1",
    "start_date": "2027-01-01",
    "end_date": "2027-12-31",
    "hours_per_week": "2",
}
PRICE = {"currency": "EUR", "rate": "150"}
ASKED = {
    "offer_id": "O-1",
    "contract_id": "C-1",
    "status": "asked",
    "date": "2027-01-04",
    "hours_per_week": "2",
}
PROFILE = {"profile_id": "P-1", "time_zone": "Europe/Rome"}


def problems_of(**tables):
    """Return the problems of a portfolio with more tables, or with changed ones."""
    rows = {**TABLES, **tables}
    return check_portfolio(
        {name: pd.DataFrame(row, dtype=object) for name, row in rows.items()}
    )


def only(**tables):
    """Return the single problem of a portfolio."""
    [found] = problems_of(**tables)
    return found


def first(name, **cells):
    """Return a table whose first row has other cells."""
    row, *others = TABLES[name]
    return [{**row, **cells}, *others]


@pytest.mark.parametrize(
    ("tables", "column"),
    [
        ({"contracts": first("contracts", extra_hour_rate="150")}, "extra_hour_rate"),
        ({"managers": first("managers", hourly_cost="60")}, "hourly_cost"),
        ({"purchased_hours": [{**BLOCK, "rate": "150"}]}, "rate"),
        ({"offers": [{**ASKED, "rate": "150"}]}, "rate"),
        ({"profiles": [{**PROFILE, "monthly_cost": "6000"}]}, "monthly_cost"),
    ],
)
def test_an_amount_needs_a_currency(tables, column):
    """And has none of its own; with one, nothing is wrong."""
    [name] = tables
    found = only(**tables)
    assert (found.file, found.row, found.column) == (name, 2, "currency")
    assert f"{column} without a currency" in str(found)
    assert "give one, such as EUR" in str(found)
    complete = [{"currency": "EUR", **row} for row in tables[name]]
    assert problems_of(**{name: complete}) == ()


def test_two_prices_of_one_day_are_told_with_both_rows():
    """Until the end of March, and from that day on: one day too many."""
    early, late = {**PRICE, "valid_to": "2027-03-31"}, {**PRICE, "valid_from": "2027-03-31"}
    found = only(rates=[early, late])
    assert (found.row, found.column, found.rule) == (3, "valid_from", "R46")
    assert "on some days, this price and the one in row 2 hold" in str(found)
    assert "let one end before the other begins" in str(found)
    assert problems_of(rates=[early, {**PRICE, "valid_from": "2027-04-01"}]) == ()
    # Open ends last for ever, and another currency is another price.
    assert len(problems_of(rates=[PRICE, {**PRICE, "valid_from": "2030-01-01"}])) == 1
    assert problems_of(rates=[PRICE, {**PRICE, "currency": "USD"}]) == ()
    assert problems_of(rates=[PRICE, {**PRICE, "product": "Creo"}]) == ()


def test_a_price_that_never_holds_is_told():
    """It ends before it begins."""
    found = only(rates=[{**PRICE, "valid_from": "2027-03-01", "valid_to": "2027-02-28"}])
    assert (found.row, found.column) == (2, "valid_to")
    assert "valid to 2027-02-28, before it is valid from 2027-03-01" in str(found)


def step(status, date, **cells):
    """Return a row of an offer."""
    return {**ASKED, "status": status, "date": date, **cells}


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        (
            [{**ASKED, "start_date": "2027-03-01", "end_date": "2027-02-28"}],
            (2, "end_date", ""),
            "ends on 2027-02-28, before it starts on 2027-03-01",
        ),
        (
            [ASKED, step("accepted", "2027-01-20", contract_id="C-2")],
            (3, "contract_id", ""),
            "offer O-1 is of several contracts; give each contract its own offer",
        ),
        (
            [{**ASKED, "hours_per_week": ""}],
            (2, "hours_per_week", "R46"),
            "offer O-1 has no hours",
        ),
        (
            [ASKED, step("accepted", "2027-01-20"), step("declined", "2027-01-21")],
            (4, "status", "Q8"),
            "offer O-1 is both accepted and declined",
        ),
        (
            [step("accepted", "2027-01-03"), ASKED],
            (2, "date", "Q8"),
            "offer O-1 is accepted on 2027-01-03, before it is asked on 2027-01-04",
        ),
    ],
)
def test_an_offer_that_contradicts_itself_is_told(rows, place, words):
    """Each fault is one problem with its row, column and rule."""
    found = only(offers=rows)
    assert (found.file, found.row, found.column, found.rule) == ("offers", *place)
    assert words in str(found)


def test_an_offer_as_it_usually_goes_is_no_problem():
    """Proposed by a plan that begins after the asking; hours are told once."""
    rows = [
        step("proposed", "2027-02-01", hours_per_week=""),
        ASKED,
        step("accepted", "2027-01-04", hours_per_week=""),
    ]
    assert problems_of(offers=rows) == ()


@pytest.mark.parametrize(("end", "when"), [("2027-06-30", "after"), ("2028-06-30", "before")])
def test_a_service_that_does_not_end_with_its_subscription_is_a_warning(end, when):
    """Services usually last as long as support contracts (R25); a plan is made all the same."""
    found = only(contracts=first("contracts", subscription_end_date=end))
    assert (found.column, found.rule, found.severity) == ("end_date", "R25", "warning")
    words = f"the service ends on 2027-12-31, {when} the subscription on {end}"
    assert words in str(found)
    assert problems_of(contracts=first("contracts", subscription_end_date="2027-12-31")) == ()
