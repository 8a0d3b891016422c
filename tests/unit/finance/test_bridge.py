"""
From a frozen forecast to the invoices, worked out by hand.

February 2027 has four whole weeks: two hours a week are 8 h. March has 23 weekdays: 9.2 h.
"""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import day
from money_examples import bought, step
from reconciliation_examples import (
    BLOCK,
    FEBRUARY,
    MONTHS,
    NOTHING,
    forecast,
    invoice,
    records,
    sold,
    steps,
)
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.bridge import STEPS
from tsam_planner.finance.months import name_months
from tsam_planner.finance.reconciliation import AMOUNTS, reconcile
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import ExchangeRate


class TestSteps:
    """One contract, one month, at 150 EUR an hour unless told otherwise."""

    def test_a_block_that_is_billed_as_bought_has_none(self):
        """8 h for 1200 EUR."""
        known = records(invoice("02", 8, "1200"), purchased_hours=(BLOCK,))
        assert steps(reconcile(known, forecast(sold()), FEBRUARY).total) == NOTHING

    def test_acceptance_is_the_whole_amount_where_nobody_bought(self):
        """Half of 8 h was expected, 600 EUR; declined, or not answered."""
        rows = forecast(sold(hours="4", expected="600", kind="new"))
        for answers in ((), (step("declined", "01-20"),), (step("asked", "01-20"),)):
            found = reconcile(records(offers=answers), rows, FEBRUARY)
            assert steps(found.total) == (-600, 0, 0, 0, 0)

    def test_acceptance_is_the_other_half_where_a_customer_bought_what_was_half_expected(self):
        """4 h were expected, 8 h are bought and billed: +600 EUR."""
        rows = forecast(sold(hours="4", expected="600", kind="new"))
        known = records(invoice("02", 8, "1200"), purchased_hours=(BLOCK,))
        assert steps(reconcile(known, rows, FEBRUARY).total) == (600, 0, 0, 0, 0)

    def test_acceptance_counts_an_accepted_offer_that_is_not_booked_yet(self):
        """3 h a week from 1 February at the card's price: 12 h * 150 EUR, none expected."""
        accepted = step("accepted", "01-20", start_date=day("02-01"))
        known = records(invoice("02", 12, "1800"), offers=(accepted,))
        assert steps(reconcile(known, forecast(), FEBRUARY).total) == (1800, 0, 0, 0, 0)

    def test_volume_is_hours_billed_beyond_those_bought(self):
        """6 of 8 h are billed: -2 h * 150 EUR."""
        known = records(invoice("02", 6, "900"), purchased_hours=(BLOCK,))
        assert steps(reconcile(known, forecast(sold()), FEBRUARY).total) == (0, -300, 0, 0, 0)

    def test_price_is_that_of_the_hours_billed_and_holds_credits(self):
        """(140 - 150) EUR * 6 h = -60 EUR, a credit of 40 EUR; volume is at the forecast's."""
        known = records(
            invoice("02", 6, "840"), invoice("02", 0, "-40"), purchased_hours=(BLOCK,)
        )
        assert steps(reconcile(known, forecast(sold()), FEBRUARY).total) == (
            0, -300, 0, -100, 0,
        )  # fmt: skip

    def test_a_block_that_ends_early_is_less_bought_at_its_price(self):
        """8 h were bought when the forecast was made, 4 h are now: -4 h * 150 EUR."""
        known = records(invoice("02", 4, "600"), purchased_hours=(bought("02-01", "02-14"),))
        rows = forecast(sold(), sold(hours="4", expected="800", kind="new"))
        # The new block, 800 EUR, did not come either.
        assert steps(reconcile(known, rows, FEBRUARY).total) == (-1400, 0, 0, 0, 0)

    def test_hours_of_two_prices_are_billed_at_their_average(self):
        """8 h at 150 and 4 h at 200 EUR are 2000 EUR: 6 of these 12 h are half of it."""
        dear = bought("02-01", "03-31", 1.0, rate="200")
        known = records(invoice("02", 6, "1010"), purchased_hours=(BLOCK, dear))
        rows = forecast(sold(), ("C-1", "2027-02", "EUR", "4", "800", "200", "new"))
        assert steps(reconcile(known, rows, FEBRUARY).total) == (0, -1000, 0, 10, 0)

    def test_what_nobody_forecast_or_sold_is_volume_at_its_own_price(self):
        """No price to hold it against: 5 h for 650 EUR."""
        known = records(invoice("02", 5, "650"))
        assert steps(reconcile(known, forecast(), FEBRUARY).total) == (0, 650, 0, 0, 0)

    def test_rounding_of_the_forecast_is_no_step(self):
        """2.8 h * 33.33 EUR are 93.32; 7 h are 233.31, though 7 / 2.8 of 93.32 is 233.30."""
        odd = bought("02-01", "03-31", 0.7, rate="33.33")
        rows = forecast(("C-1", "2027-02", "EUR", "2.8", "93.32", "33.33", "contracted"))
        known = records(invoice("02", 7, "233.31"), purchased_hours=(odd,))
        volume = Decimal("139.99")
        assert steps(reconcile(known, rows, FEBRUARY).total) == (0, volume, 0, 0, 0)

    def test_what_was_hoped_for_comes_at_the_price_of_the_forecast(self):
        """5.6 h * 33.33 EUR are 186.65 instead of 93.32, and not twice 93.32."""
        odd = bought("02-01", "03-31", 1.4, rate="33.33")
        rows = forecast(("C-1", "2027-02", "EUR", "2.8", "93.32", "33.33", "new"))
        known = records(invoice("02", 5.6, "186.65"), purchased_hours=(odd,))
        acceptance = Decimal("93.33")
        assert steps(reconcile(known, rows, FEBRUARY).total) == (acceptance, 0, 0, 0, 0)

    def test_hopes_at_two_prices_come_at_their_average(self):
        """Of 4 h at 150 and 4 h at 200 EUR, 4 h were bought: half of 1400 EUR is missing."""
        rows = forecast(
            sold(hours="4", expected="600", kind="renewal"),
            ("C-1", "2027-02", "EUR", "4", "800", "200", "new"),
        )
        block = bought("02-01", "02-28", 1.0)
        known = records(invoice("02", 4, "700"), purchased_hours=(block,))
        assert steps(reconcile(known, rows, FEBRUARY).total) == (-700, 0, 0, 0, 0)

    def test_an_offer_that_became_a_purchase_counts_once(self):
        """The purchase speaks."""
        known = records(
            invoice("02", 8, "1200"),
            purchased_hours=(BLOCK,),
            offers=(step("accepted", "01-20", start_date=day("02-01")),),
        )
        assert steps(reconcile(known, forecast(sold()), FEBRUARY).total) == NOTHING


class TestMonths:
    """8 h in February, 9.2 h in March, at 150 EUR."""

    ROWS = forecast(sold(), sold("2027-03", "9.2", "1380"))

    def bridge(self, *invoices):
        """Return the reconciliation of both months."""
        return reconcile(records(*invoices, purchased_hours=(BLOCK,)), self.ROWS, MONTHS)

    def test_each_contract_has_rows_of_its_months_that_sum_to_its_total(self):
        """Two months, one row by contract, two by month, one in all."""
        found = self.bridge(invoice("02", 8, "1200"), invoice("03", 9, "1350"))
        assert found.bridge["kind"].tolist() == ["detail"] * 2 + ["total"] * 4
        assert found.bridge["actual"].tolist() == [1200, 1350, 2550, 1200, 1350, 2550]
        assert found.total["billed_hours"].item() == 17
        assert found.total["sold_hours"].item() == Decimal("17.2")

    def test_hours_billed_a_month_later_are_timing_that_comes_to_nothing(self):
        """17.2 h in March: -1200 EUR and +1200 EUR."""
        found = self.bridge(invoice("03", 17.2, "2580"))
        assert found.by_month["timing"].tolist() == [-1200, 1200]
        assert found.by_month["volume"].tolist() == [0, 0]
        assert steps(found.total) == NOTHING

    def test_a_month_without_forecast_has_the_price_of_the_others(self):
        """A block of February alone, billed in March, 8 h for 1160 instead of 1200 EUR."""
        block = bought("02-01", "02-28")
        known = records(invoice("03", 8, "1160"), purchased_hours=(block,))
        found = reconcile(known, forecast(sold()), MONTHS)
        assert found.by_month["timing"].tolist() == [-1200, 1200]
        assert steps(found.total) == (0, 0, 0, -40, 0)

    def test_what_no_other_month_makes_up_for_is_volume(self):
        """Nothing in February, 12.2 h in March: 3 h (450 EUR) are late, 5 h (750) missing."""
        found = self.bridge(invoice("03", 12.2, "1830"))
        assert found.by_month["timing"].tolist() == [-450, 450]
        assert found.by_month["volume"].tolist() == [-750, 0]
        assert steps(found.by_contract) == (0, -750, 0, 0, 0)

    def test_fiscal_months_are_those_of_the_calendar_under_another_name(self):
        """A fiscal year from October on: February is its fifth month, in either name."""
        fiscal = name_months("FY2027-05", "FY2027-05", "10-01")
        known = records(invoice("02", 8, "1200"), purchased_hours=(BLOCK,))
        for name in ("2027-02", "FY2027-05"):
            found = reconcile(known, forecast(sold(name)), fiscal)
            assert (found.total["forecast"].item(), steps(found.total)) == (1200, NOTHING)

    def test_months_from_the_middle_of_a_month_have_no_invoices(self):
        """A fiscal month from the 15th on is none that is billed."""
        with pytest.raises(ArgumentError, match="begins on 2027-02-15"):
            reconcile(records(), forecast(), name_months("2027-02", "2027-02", "10-15"))

    def test_a_forecast_of_other_months_is_no_forecast_of_these(self):
        """Every step would be acceptance."""
        with pytest.raises(ArgumentError, match="for 2027-02 to 2027-03, not for 2027-05"):
            reconcile(records(), self.ROWS, name_months("2027-05", "2027-05"))


class TestCurrencies:
    """Forecast and sold in euros, billed in dollars."""

    RATES = (ExchangeRate(currency="USD", into="EUR", rate="0.90", date="2027-01-04"),)

    def bridge(self, *rates):
        """Return the reconciliation of 6 h for 1000 USD and 2 h for 300 EUR."""
        known = records(
            invoice("02", 6, "1000", "USD"),
            invoice("02", 2, "300"),
            purchased_hours=(BLOCK,),
            exchange_rates=rates,
        )
        return reconcile(known, forecast(sold()), FEBRUARY)

    def test_hours_leave_one_currency_and_come_in_another_as_billed(self):
        """6 h * 150 EUR leave, 1000 USD come; nothing is added across currencies."""
        found = self.bridge()
        assert steps(found.total, "EUR") == (0, 0, 0, 0, -900)
        assert steps(found.total, "USD") == (0, 0, 0, 0, 1000)
        assert found.findings["finding"].tolist() == ["other currency"]
        assert found.findings["note"].item() == "expected in EUR; no rate of exchange is given"

    def test_hours_leave_the_currency_in_which_most_are(self):
        """8 h in euros, 2 h in yen, and an hour is billed in dollars."""
        yen = bought("02-01", "02-28", 0.5, rate="20000", currency="JPY")
        known = records(invoice("02", 1, "170", "USD"), purchased_hours=(yen, BLOCK))
        found = reconcile(known, forecast(sold()), FEBRUARY).total.set_index("currency")
        moved = {"EUR": -150, "JPY": 0, "USD": 170}
        assert found["other_currency"].to_dict() == moved

    def test_a_given_rate_converts_with_its_day(self):
        """1000 USD are 900 EUR at 0.90: all together 1200 EUR forecast and 1200 billed."""
        found = self.bridge(*self.RATES)
        assert found.findings["note"].item() == (
            "expected in EUR; EUR 900.00 at 0.90 of 2027-01-04"
        )
        together = found.in_currency(Exchange.of("EUR", self.RATES))
        assert together == dict.fromkeys(AMOUNTS, 0) | {"forecast": 1200, "actual": 1200}

    def test_without_a_rate_nothing_is_added_up(self):
        """Currencies are converted by a given rate or not at all."""
        with pytest.raises(ArgumentError, match="no rate of exchange from USD into EUR"):
            self.bridge().in_currency(Exchange.of("EUR", ()))


CENTS = st.integers(0, 500_000).map(lambda cents: Decimal(cents).scaleb(-2))
HOURS = st.integers(0, 400).map(lambda tenths: tenths / 10)
NAMES, PLACES = st.sampled_from(["C-1", "C-2"]), st.sampled_from(["02", "03"])
CURRENCIES = st.sampled_from(["EUR", "JPY", "USD"])
EXPECTED = st.builds(
    lambda name, month, currency, hours, amount, kind: (
        name,
        f"2027-{month}",
        currency,
        str(hours),
        str(amount),
        None,
        kind,
    ),
    NAMES,
    PLACES,
    CURRENCIES,
    HOURS,
    CENTS,
    st.sampled_from(["contracted", "renewal", "new"]),
)
BILLED = st.builds(
    lambda month, hours, amount, sign, currency, name: invoice(
        month, hours, sign * amount, currency, name
    ),
    PLACES,
    HOURS,
    CENTS,
    st.sampled_from([1, 1, -1]),
    CURRENCIES,
    NAMES,
)
BLOCKS = st.builds(
    lambda name, currency, hours, rate: bought(
        "02-10", "03-20", hours, contract_id=name, rate=rate, currency=currency
    ),
    NAMES,
    CURRENCIES,
    st.sampled_from([0.7, 2.0, 3.3]),
    st.sampled_from(["33.33", "150"]),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(EXPECTED, max_size=6), st.lists(BILLED, max_size=6), st.lists(BLOCKS, max_size=2)
)
def test_forecast_and_steps_are_the_invoices_exactly_in_every_row(expected, billed, blocks):
    """In details and totals; totals are those of forecast and invoices, timing is nil."""
    known = records(*billed, purchased_hours=tuple(blocks))
    found = reconcile(known, forecast(*expected), MONTHS)
    for row in found.bridge.to_dict("records"):
        assert row["forecast"] + sum(row[name] for name in STEPS) == row["actual"]
    assert not found.by_contract["timing"].any()
    for row in found.total.to_dict("records"):
        own = [item for item in expected if item[2] == row["currency"]]
        assert row["forecast"] == sum(Decimal(item[4]) for item in own)
        paid = [item.amount for item in billed if item.currency == row["currency"]]
        assert row["actual"] == sum(paid)
    wanted = {item[2] for item in expected if Decimal(item[4])}
    wanted |= {item.currency for item in billed if item.amount}
    assert wanted <= set(found.total["currency"])
