"""Spoiled CSV files: whatever stands in them, readers answer or raise what they document."""

import csv
import io
from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sample import CONTRACTS, as_csv, small_sample
from spoiling import folder_with, spoiled_bytes, spoiled_tables

from tsam_planner.errors import ArgumentError, PlanFileError, PortfolioError
from tsam_planner.io.decision_files import read_decisions
from tsam_planner.io.frozen_forecasts import read_revenue
from tsam_planner.io.key_files import read_key
from tsam_planner.io.plans import read_assignments, read_calls, read_plan, read_sales
from tsam_planner.io.portfolios import check_portfolio, read_portfolio
from tsam_planner.service.rates import RateCard
from tsam_planner.verify.verification import verify_plan

TABLES = small_sample()
WEEKS = {"start": "2027-02-01", "weeks": 8}
SALES = (
    b"contract_id,decision,reason,hours_per_week,start_date,end_date,rate,currency,income,"
    b"cost,margin,margin_currency\n"
    b"C-004,sold,,2,2027-02-01,2027-03-28,180,EUR,0,0,0,EUR\n"
    b"C-036,left,too full,1,2027-02-01,2027-03-28,180,EUR,0,0,0,EUR\n"
)

thrifty = settings(deadline=None)


def spoiled_csv(content):
    """Draw a CSV file in which cells, rows, columns or bytes are wrong."""
    table = list(csv.reader(io.StringIO(content.decode())))
    return st.one_of(spoiled_tables(table).map(as_csv), spoiled_bytes(content))


def use(portfolio):
    """Work out what a portfolio that was read says of eight weeks and of a day's plan."""
    rows = [(row.contract_id, row.manager_id) for row in portfolio.assignments]
    named = {"contract_id": [row[0] for row in rows], "manager_id": [row[1] for row in rows]}
    return verify_plan(portfolio, pd.DataFrame(named), **WEEKS).objective


@thrifty
@given(name=st.sampled_from(sorted(TABLES)), data=st.data())
def test_a_spoiled_table_is_read_or_its_problems_are_listed(good, name, data):
    """A portfolio that is read can be checked against every rule, and has a fingerprint."""
    content = data.draw(spoiled_csv(as_csv(TABLES[name])))
    with folder_with(f"{name}.csv", content, good.tables_folder) as folder:
        problems = check_portfolio(folder)
        if any(item.severity == "error" for item in problems):
            with pytest.raises(PortfolioError) as caught:
                read_portfolio(folder)
            assert all(
                item.file and item.found and item.remedy for item in caught.value.problems
            )
        else:
            portfolio = read_portfolio(folder)
            assert portfolio.content_hash
            use(portfolio)


@thrifty
@given(content=spoiled_csv(as_csv(TABLES["rates"])))
def test_a_spoiled_rate_card_is_read_or_refused(content):
    """Every price of a card that is read has a positive number and a currency."""
    with folder_with("rates.csv", content) as folder, suppress(PortfolioError):
        card = RateCard.read(folder / "rates.csv")
        assert all(rate.rate >= 0 and len(rate.currency) == 3 for rate in card.rates)


@thrifty
@given(
    name=st.sampled_from(("assignments.csv", "calls.csv", "missing_calls.csv", "sales.csv")),
    data=st.data(),
)
def test_spoiled_tables_of_a_plan_are_checked_or_refused(good, name, data):
    """Only documented errors say that tables cannot be understood or currencies exchanged."""
    content = data.draw(spoiled_csv(SALES if name == "sales.csv" else good.read(name)))
    known = suppress(PlanFileError, ArgumentError)
    with folder_with(name, content, good.plan_folder) as folder, known:
        calls, missing = read_calls(folder)
        check = verify_plan(
            good.portfolio,
            read_assignments(folder),
            calls=calls,
            missing_calls=missing,
            sales=read_sales(folder),
            **WEEKS,
        )
        assert str(check)


@thrifty
@given(data=st.data())
def test_a_plan_with_spoiled_assignments_is_read_or_refused(good, data):
    """Where the file says something else than the plan, the plan is not read."""
    content = data.draw(spoiled_csv(good.read("assignments.csv")))
    with (
        folder_with("assignments.csv", content, good.plan_folder) as folder,
        suppress(PlanFileError),
    ):
        assert set(read_plan(folder).assignments["contract_id"]) == set(CONTRACTS)


@thrifty
@given(data=st.data())
def test_a_spoiled_decision_record_is_read_or_refused(good, data):
    """A record that is read can be told and its pins can be taken up."""
    content = data.draw(spoiled_csv(good.read("decisions.csv")))
    with folder_with("decisions.csv", content) as folder, suppress(PlanFileError):
        record = read_decisions(folder)
        assert str(record)
        assert all(pin.reason for pin in record.pins)


@thrifty
@given(data=st.data())
def test_a_spoiled_estimate_is_read_or_refused(good, data):
    """Amounts of an estimate that is read can be added to the cent."""
    content = data.draw(spoiled_csv(good.read("revenue.csv")))
    with folder_with("revenue.csv", content) as folder, suppress(PlanFileError):
        rows = read_revenue(folder)
        assert sum(rows["expected"]).is_finite()


@thrifty
@given(
    content=spoiled_csv(
        b"kind,pseudonym,original,name\nmanager,M-1,M-04,Kim\ncontract,C-1,C-004,\n"
    )
)
def test_a_spoiled_key_is_read_or_refused(content):
    """A key that is read names each pseudonym once."""
    with folder_with("key.csv", content) as folder, suppress(PlanFileError):
        assert read_key(folder / "key.csv")["pseudonym"].is_unique


def test_a_million_columns_are_one_problem(tmp_path, good):
    """A header that is no header is not held against the dictionary name by name."""
    wide = b",".join(b"c%d" % number for number in range(10**6)) + b"\n"
    with folder_with("contracts.csv", wide, good.tables_folder) as folder:
        (problem,) = [item for item in check_portfolio(folder) if item.file == "contracts.csv"]
    assert "1,000,000 columns" in problem.found


def test_a_field_beyond_what_a_reader_takes_is_named_with_its_line(tmp_path):
    """200 kB in one cell are no id; the message names line and remedy."""
    (tmp_path / "assignments.csv").write_text(f"contract_id,manager_id\n{'x' * 200_000},M\n")
    with pytest.raises(PlanFileError, match="field larger than field limit") as caught:
        read_assignments(tmp_path)
    assert caught.value.problems[0].row == 2
