"""What holds for every estimate of revenue, whatever the portfolio."""

import csv
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from examples import contract, day, updated
from money_examples import booked, bought, plan_under, policy_of, records_of, step
from tsam_planner.finance.actuals import SCOPES
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.io.portfolios import read_portfolio
from tsam_planner.io.revenue_files import revenue_files
from tsam_planner.service.rates import Rate

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONTHS = ("2027-01", "2027-03")
PRICES = (
    Rate(currency="EUR", rate="150.35"),
    # Dearer from within the plan on; whole blocks of two hours.
    Rate(currency="JPY", rate="19999.5", block_hours=2, valid_to=day("02-14")),
    Rate(currency="JPY", rate="22001", block_hours=2, valid_from=day("02-15")),
)
POLICIES = st.builds(
    policy_of,
    acceptance=st.sampled_from([0.5, 1.0, None, 0.0]),
    renewal=st.sampled_from([0.7, 1.0, 0.0]),
    lead_weeks=st.sampled_from([0, 1, 4]),
)


@st.composite
def portfolios(draw, currencies=("EUR", "JPY"), levels=(13.25, 17.0, 11.0, 9.5, 4.0)):
    """Draw contracts of one or two companies with time sheets, blocks and offers."""
    signed, hours_of, blocks, offers = [], {}, [], []
    for number in range(1, 1 + draw(st.integers(1, 4))):
        name, currency = f"C-{number}", draw(st.sampled_from(currencies))
        level = draw(st.sampled_from(levels))
        country, end = draw(
            st.sampled_from([(None, "2027-12-31"), ("IT", "2027-12-31"), ("JP", "2027-03-10")])
        )
        signed.append(
            contract(
                name,
                company_id=draw(st.sampled_from(["K-1", "K-2"])),
                need_hours=level,
                currency=currency,
                country=country,
                end_date=end,
            )
        )
        weeks = draw(st.sampled_from([8, 12, 0]))
        share = st.sampled_from([1.0, 1.0, 1.1, 0.9, 0.25])
        shares = draw(st.lists(share, min_size=weeks, max_size=weeks))
        hours_of[name] = [round(level * share, 2) for share in shares]
        if not draw(st.booleans()):
            blocks.append(draw(_blocks(name, currency)))
        if draw(st.booleans()):
            offers += draw(_offers(name, currency))
    logged = {name: weeks for name, weeks in hours_of.items() if weeks}
    return records_of(
        signed,
        logged,
        rates=[price for price in PRICES if price.currency in currencies],
        purchased_hours=tuple(blocks),
        offers=tuple(offers),
    )


@st.composite
def _blocks(draw, name, currency):
    first, last = draw(
        st.sampled_from([("01-01", "02-17"), ("02-10", "03-05"), ("01-01", "12-31")])
    )
    rate = draw(st.sampled_from([None, "33.33"]))
    return bought(
        first,
        last,
        draw(st.sampled_from([0.75, 2.0, 5.0])),
        contract_id=name,
        rate=rate,
        currency=currency if rate else None,
    )


@st.composite
def _offers(draw, name, currency):
    statuses = draw(st.sampled_from([["asked"], ["asked", "accepted"], ["asked", "declined"]]))
    begin = draw(st.sampled_from([None, day("02-15")]))
    return [
        step(status, date, 1.5, contract_id=name, offer_id=f"O-{name}", start_date=begin)
        for status, date in zip(statuses, ("01-04", "01-20"), strict=False)
    ]


def estimated(records, policy=None, *, draws=60, seed=1, scope=None):
    """Return revenue of the first quarter of 2027."""
    plan = plan_under(policy)
    options = {"draws": draws, "seed": seed, "scope": scope}
    return estimate_revenue(records, plan, months=MONTHS, **options)


def kinds_of(revenue):
    """Return expected amounts by kind and currency."""
    rows = revenue.details
    if not len(rows):
        return {}
    return rows.groupby(["kind", "currency"])["expected"].sum().to_dict()


@QUICK
@given(portfolios(), POLICIES, st.sampled_from(SCOPES))
def test_totals_are_the_sums_of_the_printed_rows(records, policy, scope):
    """By contract, by month and of all, exactly; also after a journey through revenue.csv."""
    revenue = estimated(records, policy, scope=scope)
    event(f"kinds: {len(set(revenue.details['kind']))}")
    assert_sums(revenue.rows.to_dict("records"))
    text = revenue_files(revenue)["revenue.csv"].decode("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == len(revenue.rows)
    assert_sums(rows)


def assert_sums(rows):
    """Compare each total row with the sums of the detail rows that it is of."""
    details = [row for row in rows if row["kind"] != "total"]
    totals = [row for row in rows if row["kind"] == "total"]
    for total in totals:
        parts = [
            row
            for row in details
            if row["currency"] == total["currency"]
            and total["contract_id"] in (None, "", row["contract_id"])
            and total["month"] in (None, "", row["month"])
        ]
        assert parts
        for name in ("hours", "expected"):
            assert sum(Decimal(row[name]) for row in parts) == Decimal(total[name])
    keys = [(row["contract_id"], row["month"], row["currency"]) for row in totals]
    assert len(set(keys)) == len(keys)
    # One row of all per currency, one per contract, one per month: none is missing.
    for name in ("contract_id", "month"):
        told = {(row[name], row["currency"]) for row in totals if row[name]}
        assert told == {(row[name], row["currency"]) for row in details}
    whole = {row["currency"] for row in totals if not row["contract_id"] and not row["month"]}
    assert whole == {row["currency"] for row in details}


@QUICK
@given(portfolios(), POLICIES)
def test_amounts_are_ordered_and_never_negative(records, policy):
    """0 <= P10 <= P50 <= P90, and the mean lies within what the futures have."""
    revenue = estimated(records, policy)
    for row in revenue.rows.to_dict("records"):
        assert 0 <= row["p10"] <= row["p50"] <= row["p90"]
        assert row["hours"] >= 0
        assert row["expected"] >= 0
    for row in revenue.total.to_dict("records"):
        digits = 0 if row["currency"] == "JPY" else 2
        units = revenue.futures[row["currency"]]
        # Each detail row is rounded by half a unit at most.
        slack = len(revenue.details)
        expected = float(row["expected"].scaleb(digits))
        assert units.min() - slack <= expected <= units.max() + slack
        assert expected == pytest.approx(units.mean(), abs=slack)


@QUICK
@given(portfolios(levels=(4.0, 8.0, 10.0)), POLICIES, st.sampled_from(SCOPES[:2]))
def test_who_stays_within_the_allowance_is_sold_nothing(records, policy, scope):
    """Neither by time sheets nor by what is planned: no block is new."""
    hours = records.timesheets
    if len(hours):
        sheets = hours.assign(hours=hours["hours"].clip(upper=10.0))
        records = updated(records, timesheets=sheets)
    new = kinds_of(estimated(updated(records, offers=()), policy, scope=scope))
    assert not [kind for kind, _ in new if kind == "new"]


@QUICK
@given(portfolios(), POLICIES, st.sampled_from([1.0, 1.07, 1.5, 4.0]))
def test_more_need_never_brings_less(records, policy, factor):
    """All hours times a factor of at least 1, in the same futures."""
    sheets = records.timesheets
    if len(sheets):
        sheets = sheets.assign(hours=sheets["hours"] * factor)
    busier = updated(
        records,
        timesheets=sheets,
        contracts=tuple(
            updated(row, need_hours=row.need_hours * factor) for row in records.contracts
        ),
    )
    before, after = estimated(records, policy), estimated(busier, policy)
    for currency, units in before.futures.items():
        if not (after.futures[currency] >= units).all():
            raise AssertionError((before.details, after.details))
    if factor > 1 and kinds_of(before) != kinds_of(after):
        event("more")


@QUICK
@given(portfolios(), POLICIES, st.sampled_from(SCOPES), st.integers(0, 3))
def test_equal_seeds_give_equal_estimates(records, policy, scope, seed):
    """Twice the same, to the last cent of the last future."""
    first, second = (estimated(records, policy, scope=scope, seed=seed) for _ in range(2))
    pd.testing.assert_frame_equal(first.rows, second.rows)
    for currency, units in first.futures.items():
        np.testing.assert_array_equal(units, second.futures[currency])


def test_another_seed_gives_another_estimate():
    """Half of the futures buy; which, the seed says."""
    records = records_of([contract(need_hours=14.0)], {"C-1": [14.0] * 8})
    policy = policy_of(acceptance=0.5)
    first, second = (estimated(records, policy, seed=seed).futures["EUR"] for seed in (1, 2))
    assert (first > 0).tolist() != (second > 0).tolist()


@settings(QUICK, max_examples=15)
@given(portfolios(), POLICIES, st.sampled_from(SCOPES), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(records, policy, scope, random):
    """Shuffled tables, read as a portfolio is read, bring the same."""
    tables = frames_of(records)
    shuffled = {}
    for name, table in tables.items():
        order = list(range(len(table)))
        random.shuffle(order)
        shuffled[name] = table.iloc[order].reset_index(drop=True)
    first, second = (
        estimated(read_portfolio(source), policy, scope=scope) for source in (tables, shuffled)
    )
    pd.testing.assert_frame_equal(first.rows, second.rows)


def frames_of(records):
    """Return a portfolio's tables as text."""
    rows = {
        name: [row.model_dump() for row in getattr(records, name)]
        for name in ("contracts", "managers", "rates", "purchased_hours", "offers")
    }
    rows["timesheets"] = records.timesheets.to_dict("records")
    return {
        name: pd.DataFrame(
            [{key: written(value) for key, value in row.items()} for row in table],
            dtype=object,
        )
        for name, table in rows.items()
        if table
    }


def written(value):
    """Return a value as a cell of an input table."""
    if isinstance(value, tuple):
        return ";".join(value)
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return None if value is None else str(value)


@QUICK
@given(portfolios(("EUR",)), portfolios(("JPY",)), POLICIES)
def test_currencies_never_mix(euros, yens, policy):
    """Two portfolios side by side bring what each brings alone, in its own currency."""
    # Where past answers say how many accept, those of both count.
    assume(policy.offers.acceptance is not None)
    renamed = renumbered(yens)
    # What is newly sold hangs on the futures drawn for all contracts together: it is left out.
    euros, renamed = within_allowance(euros), within_allowance(renamed)
    both = updated(
        euros,
        contracts=(*euros.contracts, *renamed.contracts),
        rates=(*euros.rates, *renamed.rates),
        purchased_hours=(*euros.purchased_hours, *renamed.purchased_hours),
        offers=(*euros.offers, *renamed.offers),
    )
    assume(len(estimated(euros, policy).rows) or len(estimated(renamed, policy).rows))
    together = estimated(both, policy)
    alone = {**kinds_of(estimated(euros, policy)), **kinds_of(estimated(renamed, policy))}
    assert kinds_of(together) == alone
    for records, currency in ((euros, "EUR"), (renamed, "JPY")):
        single = estimated(records, policy)
        assert set(single.futures) <= {currency}
        for name, units in single.futures.items():
            np.testing.assert_array_equal(together.futures[name], units)


def renumbered(records):
    """Return a portfolio whose contracts and companies have other names."""

    def renamed(rows, *fields):
        return tuple(
            updated(row, **{name: f"Y{getattr(row, name)}" for name in fields}) for row in rows
        )

    return updated(
        records,
        contracts=renamed(records.contracts, "contract_id", "company_id"),
        purchased_hours=renamed(records.purchased_hours, "contract_id"),
        offers=renamed(records.offers, "contract_id", "offer_id"),
    )


def within_allowance(records):
    """Return a portfolio of which nobody is over: what is bought, renewed and asked stays."""
    return updated(
        records,
        timesheets=booked({records.contracts[0].contract_id: [1.0]}),
        contracts=tuple(updated(row, need_hours=2.0) for row in records.contracts),
    )
