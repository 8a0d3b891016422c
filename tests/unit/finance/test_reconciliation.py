"""From a frozen forecast to the invoices, and every hour in one bucket."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import contract, manager, portfolio, updated
from tsam_planner.cli.commands import run
from tsam_planner.errors import PlanFileError
from tsam_planner.finance.buckets import BUCKETS, sort_hours
from tsam_planner.finance.months import name_months
from tsam_planner.finance.reconciliation import reconcile
from tsam_planner.io.revenue_files import read_revenue
from tsam_planner.portfolio.records import Invoice, OfferStep, PurchasedHours

FIRST, LAST = dt.date(2027, 2, 1), dt.date(2027, 2, 28)
MONTHS = name_months("2027-02", "2027-03")


def sheets(*rows):
    """Return time sheets of (contract, date, hours, exceptional)."""
    return pd.DataFrame(
        [(name, pd.Timestamp(day), hours, None, None, flag) for name, day, hours, flag in rows],
        columns=["contract_id", "date", "hours", "manager_id", "activity", "exceptional"],
    )


def records(*rows, **tables):
    """Return a portfolio of two TSAM contracts and a Standard one, with time sheets."""
    signed = [
        contract("C-1", start_date=dt.date(2026, 1, 1), end_date=dt.date(2027, 2, 19),
                 extra_hour_rate="100", currency="EUR"),
        contract("C-2"),
        contract("C-3", offering="saas_standard", deployment="saas"),
    ]  # fmt: skip
    return updated(portfolio(signed, [manager("M-1")], **tables), timesheets=sheets(*rows))


def test_a_week_fills_its_allowance_then_what_was_bought_then_nothing():
    """14 h of a week with 10 h and a block of two: 10 within, 2 purchased, 2 unfunded."""
    bought = PurchasedHours(
        contract_id="C-1", start_date=FIRST, end_date=LAST, hours_per_week=2.0
    )
    found = sort_hours(
        records(
            ("C-1", "2027-02-01", 8.0, False),
            ("C-1", "2027-02-03", 6.0, False),
            ("C-1", "2027-02-04", 3.0, True),
            ("C-1", "2027-02-22", 1.0, False),
            ("C-3", "2027-02-02", 4.0, False),
            purchased_hours=(bought,),
        ),
        FIRST,
        LAST,
    ).set_index("contract_id")
    # The term ends on the 19th: the hour of the 22nd is outside.
    assert found.loc["C-1", list(BUCKETS)].tolist() == [10, 2, 2, 3, 1, 0]
    assert found.loc["C-3", "no_allowance"] == 4
    assert found.loc["C-1", "hours"] == 18


def test_days_of_the_same_week_before_the_period_use_it_up_too():
    """Eight of ten hours went on Monday 1 March; of five on Wednesday two are within."""
    log = (("C-2", "2027-03-01", 8.0, False), ("C-2", "2027-03-03", 5.0, False))
    found = sort_hours(records(*log), dt.date(2027, 3, 2), dt.date(2027, 3, 31))
    assert found[["within_allowance", "unfunded", "hours"]].to_numpy().tolist() == [[2, 3, 5]]


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2", "C-3"]),
        st.dates(dt.date(2027, 1, 25), dt.date(2027, 3, 7)),
        st.integers(0, 96).map(lambda quarters: quarters / 4),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES)
def test_every_hour_is_in_exactly_one_bucket(entries):
    """Buckets add up to the time sheets of the days, contract by contract."""
    found = sort_hours(records(*entries), FIRST, LAST)
    for name in ("C-1", "C-2", "C-3"):
        own = found[found["contract_id"] == name]
        wanted = sum(row[2] for row in entries if row[0] == name and FIRST <= row[1] <= LAST)
        assert own[list(BUCKETS)].to_numpy().sum() == pytest.approx(wanted, abs=1e-9)
        assert own["hours"].sum() == pytest.approx(wanted, abs=1e-9)


def forecast(*rows):
    """Return rows of an estimate: (contract, month, currency, hours, expected, kind)."""
    table = pd.DataFrame(
        [
            (name, month, currency, Decimal(hours), None, Decimal(expected), kind)
            for name, month, currency, hours, expected, kind in rows
        ],
        columns=["contract_id", "month", "currency", "hours", "rate", "expected", "kind"],
    )
    for name in ("p10", "p50", "p90"):
        table[name] = table["expected"]
    return table


def invoice(name, month, hours, amount, currency="EUR"):
    """Return an invoice of a month."""
    day = dt.date.fromisoformat(f"{month}-01")
    return Invoice(
        contract_id=name, month=day, hours=hours, amount=Decimal(amount), currency=currency
    )


def test_the_bridge_names_volume_price_and_acceptance():
    """
    C-1: 10 h at 100 forecast, 8 h billed for 720; C-2: 500 forecast, nothing billed.

    Volume (8 - 10) x 100 = -200; price 720 - 1000 + 200 = -80; acceptance -500.
    """
    known = records(invoices=(invoice("C-1", "2027-02", 8, "720"),))
    rows = forecast(
        ("C-1", "2027-02", "EUR", "10", "1000", "contracted"),
        ("C-2", "2027-03", "EUR", "5", "500", "new"),
        (None, None, "EUR", "15", "1500", "total"),
    )
    result = reconcile(known, rows, MONTHS)
    columns = ["forecast", "acceptance", "volume", "price", "actual"]
    by_contract = result.bridge.set_index("contract_id")[columns]
    assert by_contract.loc["C-1"].tolist() == [1000, 0, -200, -80, 720]
    assert by_contract.loc["C-2"].tolist() == [500, -500, 0, 0, 0]
    assert by_contract.loc[None].tolist() == [1500, -500, -200, -80, 720]
    assert result.ranges["is_within"].tolist() == [False]


AMOUNTS = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2"]),
        st.sampled_from(["2027-02", "2027-03"]),
        st.sampled_from(["EUR", "JPY"]),
        st.integers(0, 40),
        st.integers(0, 9000),
    ),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(AMOUNTS, AMOUNTS)
def test_steps_add_up_and_currencies_never_mix(planned, billed):
    """Forecast and steps are the invoices, exactly; timing is nil over the period."""
    rows = forecast(*((*row[:3], str(row[3]), str(row[4]), "new") for row in planned))
    known = records(
        invoices=tuple(invoice(*row[:2], row[3], str(row[4]), row[2]) for row in billed)
    )
    result = reconcile(known, rows, MONTHS)
    for row in result.bridge.to_dict("records"):
        steps = row["acceptance"] + row["volume"] + row["price"]
        assert row["forecast"] + steps == row["actual"]
    whole = result.bridge[result.bridge["contract_id"].isna()].set_index("currency")
    for currency in ("EUR", "JPY"):
        wanted = sum(row[4] for row in billed if row[2] == currency)
        found = whole["actual"].get(currency, 0)
        assert found == wanted
        timing = result.months.loc[result.months["currency"] == currency, "timing"]
        assert sum(timing) == 0


def test_hours_that_nobody_asked_for_are_listed_with_their_price():
    """13 h in a week are 3 h above, 300 EUR; a contract that was asked is left out."""
    log = (("C-1", "2027-02-02", 13.0, False), ("C-2", "2027-02-02", 13.0, False))
    step = OfferStep(offer_id="O-1", contract_id="C-2", status="asked", date=FIRST)
    result = reconcile(records(*log, offers=(step,)), forecast(), MONTHS)
    [row] = result.unbilled.to_dict("records")
    assert (row["contract_id"], row["unfunded_hours"], row["amount"]) == ("C-1", 3.0, 300)


def test_purchases_without_invoices_and_invoices_without_purchases_are_told():
    """One sentence each."""
    bought = PurchasedHours(
        contract_id="C-1", start_date=FIRST, end_date=LAST, hours_per_week=2.0
    )
    known = records(invoices=(invoice("C-2", "2027-02", 1, "10"),), purchased_hours=(bought,))
    remarks = reconcile(known, forecast(), MONTHS).remarks
    assert any("C-1 has bought hours" in text for text in remarks)
    assert any("C-2 got an invoice" in text for text in remarks)


def test_a_damaged_forecast_says_where(tmp_path):
    """Every wrong amount is named with its row and column."""
    head = "contract_id,month,currency,hours,rate,expected,p10,p50,p90,kind\n"
    (tmp_path / "revenue.csv").write_text(head + "C-1,2027-02,EUR,1,2,much,0,0,0,new\n")
    with pytest.raises(PlanFileError, match="row 2, column 'expected': 'much' is no amount"):
        read_revenue(tmp_path)
    with pytest.raises(PlanFileError, match="does not exist"):
        read_revenue(tmp_path / "nowhere.csv")


def test_the_command_writes_its_tables_and_needs_months(tmp_path, capsys):
    """On the sample: C-053 was not billed for November 2026 (see its README)."""
    head = "contract_id,month,currency,hours,rate,expected,p10,p50,p90,kind\n"
    row = "C-053,2026-11,USD,8.4,175,1470.00,1470.00,1470.00,1470.00,contracted\n"
    (tmp_path / "revenue.csv").write_text(head + row)
    out = tmp_path / "out"
    arguments = ["reconcile", "data/sample", str(tmp_path), "--out", str(out)]
    assert run([*arguments, "--from", "2026-10", "--to", "2026-12"]) == 0
    assert "C-053 was not billed for 2026-11" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} >= {"reconciliation.csv", "buckets.csv"}
    assert run([*arguments, "--from", "2026-13", "--to", "2026-12"]) == 2
