"""
Revenue of one contract, worked out by hand.

February 2027 has four whole weeks. Of March, the week of the 29th has three weekdays; its
Monday is a holiday in Italy, so that two of the four days left lie in March and two in April.
"""

import datetime as dt
import re
from decimal import Decimal

import pytest

from examples import contract, day, portfolio, updated
from money_examples import (
    EUROS,
    START,
    STEADY,
    bought,
    plan_under,
    policy_of,
    records_of,
    step,
)
from tsam_planner.errors import ArgumentError
from tsam_planner.finance.revenue import estimate_revenue
from tsam_planner.portfolio.exchange import Exchange
from tsam_planner.portfolio.records import ExchangeRate
from tsam_planner.service.rates import RateCard

ROME = contract(country="IT", need_hours=5.0)
BUSY = contract(country="IT", need_hours=14.0)
MONTHS = ("2027-02", "2027-04")


def estimated(records, *, months=MONTHS, draws=50, card=None, **offers):
    """Return revenue of whole months under a policy about offers."""
    plan = plan_under(policy_of(**offers))
    return estimate_revenue(records, plan, months=months, draws=draws, rates=card)


def told(revenue, *columns):
    """Return kind and month of each detail row with other columns, in the order printed."""
    names = ["kind", "month", *columns]
    return [tuple(row[name] for name in names) for row in revenue.details.to_dict("records")]


def amounts_of(revenue):
    """Return kind, month, hours and expected amount of each detail row as numbers."""
    rows = told(revenue, "hours", "expected")
    return [(kind, month, float(hours), float(amount)) for kind, month, hours, amount in rows]


class TestPurchase:
    """Two hours a week at 150 EUR/h, from 1 February to Wednesday 17 March."""

    # February: 4 weeks of 2 h = 8 h. March: 2 weeks of 2 h, and three of five weekdays of
    # the third: 4 + 3 / 5 * 2 = 5.2 h.
    CONTRACTED = (
        ("contracted", "2027-02", 8.0, 1200.0),
        ("contracted", "2027-03", 5.2, 780.0),
    )

    def records(self, **fields):
        """Return a contract with the block, whose need is never beyond its allowance."""
        return records_of([ROME], purchased_hours=(bought("02-01", "03-17", **fields),))

    def test_without_renewal_it_ends_in_the_middle_of_march(self):
        """Nothing is paid from 18 March on."""
        revenue = estimated(self.records(), renewal=0.0)
        assert amounts_of(revenue) == [*self.CONTRACTED]
        assert told(revenue, "rate", "p10", "p90") == [
            ("contracted", "2027-02", 150, 1200, 1200),
            ("contracted", "2027-03", 150, 780, 780),
        ]
        assert revenue.total.to_dict("records") == [
            {
                "currency": "EUR",
                "hours": Decimal("13.2"),
                "expected": Decimal("1980.00"),
                "p10": Decimal("1980.00"),
                "p50": Decimal("1980.00"),
                "p90": Decimal("1980.00"),
            }
        ]

    def test_certain_renewal_goes_on_the_day_after(self):
        """The same hours at the same price, from Thursday 18 March on."""
        revenue = estimated(self.records(), renewal=1.0)
        # March: 2 / 5 * 2 h, the week of the 22nd, and half of the week of the 29th:
        # 0.8 + 2 + 1 = 3.8 h. April: the other half, three weeks, and five days: 9 h.
        renewal = [("renewal", "2027-03", 3.8, 570.0), ("renewal", "2027-04", 9.0, 1350.0)]
        assert amounts_of(revenue) == [*self.CONTRACTED, *renewal]

    def test_a_renewal_that_may_come_is_all_or_nothing(self):
        """In each future all 12.8 h are renewed, or none: 1980 EUR, or 1980 + 1920 EUR."""
        revenue = estimated(self.records(), renewal=0.5, draws=400)
        assert set(revenue.futures["EUR"].tolist()) == {198_000, 390_000}
        # 400 futures of which half renew: 4 standard errors are 4 * 0.5 / 20 of 1920 EUR.
        [total] = revenue.total["expected"]
        assert abs(float(total) - (1980 + 960)) <= 4 * 0.5 / 20 * 1920

    def test_a_block_that_is_followed_is_not_renewed_beside(self):
        """A later block that begins within a week of the end is its renewal."""
        follower = bought("03-22", "12-31", 3.0)
        first = bought("02-01", "03-17")
        records = records_of([ROME], purchased_hours=(first, follower))
        kinds = estimated(records, renewal=1.0).details["kind"]
        assert set(kinds) == {"contracted"}
        late = records_of([ROME], purchased_hours=(first, bought("03-25", "12-31", 3.0)))
        # Eight days on is no renewal.
        assert "renewal" in set(estimated(late, renewal=1.0).details["kind"])

    @pytest.mark.parametrize(("last", "is_renewed"), [("01-31", False), ("02-01", True)])
    def test_a_block_that_is_over_when_the_plan_begins_is_not_renewed(self, last, is_renewed):
        """Whoever did not renew by the first day of the plan has not."""
        records = records_of([ROME], purchased_hours=(bought("01-01", last),))
        revenue = estimated(records, renewal=1.0)
        assert ("renewal" in set(revenue.details["kind"])) == is_renewed

    def test_a_block_outlives_its_contract_by_renewal_only(self):
        """The contract ends on Friday 5 March: 8 + 2 h, although the block goes on."""
        signed = contract(country="IT", end_date="2027-03-05")
        records = records_of([signed], purchased_hours=(bought("02-01", "04-30"),))
        assert amounts_of(estimated(records, renewal=1.0)) == [
            ("contracted", "2027-02", 8.0, 1200.0),
            ("contracted", "2027-03", 2.0, 300.0),
        ]

    def test_without_a_price_hours_are_told_and_in_no_amount(self):
        """13.2 h of C-1 are named beside the amounts."""
        block = bought("02-01", "03-17", rate=None, currency=None)
        records = records_of([ROME], rates=(), purchased_hours=(block,))
        revenue = estimated(records, renewal=0.0)
        assert len(revenue.rows) == 0
        assert revenue.unpriced == {"C-1": Decimal("13.2000")}
        assert "13.2 h of 1 contract has no price" in str(revenue)
        # 13.2 h, and 8 h of C-2 in February.
        blocks = block, updated(block, contract_id="C-2", end_date=day("02-28"))
        both = records_of([ROME, contract("C-2")], rates=(), purchased_hours=blocks)
        assert "21.2 h of 2 contracts have no price" in str(estimated(both, renewal=0.0))
        priced = estimated(records, renewal=0.0, card=RateCard((EUROS,)))
        assert (amounts_of(priced), priced.unpriced) == ([*self.CONTRACTED], {})

    def test_yen_are_whole(self):
        """1.2 h in a week of 33 JPY are 39.6: 40 JPY; 0.8 h are 26.4: 26 JPY."""
        block = bought("03-15", "03-17", rate="33", currency="JPY")
        records = records_of([ROME], purchased_hours=(block,))
        rows = told(estimated(records, months=("2027-03", "2027-03"), renewal=0.0), "expected")
        assert rows == [("contracted", "2027-03", Decimal(40))]
        block = bought("03-18", "03-19", rate="33", currency="JPY")
        records = records_of([ROME], purchased_hours=(block,))
        rows = told(estimated(records, months=("2027-03", "2027-03"), renewal=0.0), "expected")
        assert rows == [("contracted", "2027-03", Decimal(26))]

    def test_it_reads_as_months_and_amounts(self):
        """8 h, 2 h of a second contract in dollars, and 5.2 h; or nothing at all."""
        blocks = (
            bought("02-01", "03-17"),
            bought("02-01", "02-05", contract_id="C-2", rate="700", currency="USD"),
        )
        records = records_of([ROME, contract("C-2")], purchased_hours=blocks)
        revenue = estimated(records, renewal=0.0)
        assert str(revenue) == (
            "Revenue of additional hours, 2027-02 to 2027-04\n"
            "  EUR 1,980.00 expected (P10 1,980.00, P50 1,980.00, P90 1,980.00)\n"
            "  USD 1,400.00 expected (P10 1,400.00, P50 1,400.00, P90 1,400.00)"
        )
        nothing = estimated(records_of([ROME]), months=("2027-02", "2027-02"))
        assert str(nothing) == (
            "Revenue of additional hours, 2027-02 to 2027-02\n  none expected"
        )

    def test_a_notebook_shows_the_totals(self):
        """A row per currency, without a number in front."""
        page = estimated(self.records(), renewal=0.0)._repr_html_()
        heads = re.findall(r"<th>(.*?)</th>", page)
        assert heads == ["currency", "hours", "expected", "p10", "p50", "p90"]
        assert re.findall(r"<td>(.*?)</td>", page)[0::2] == ["EUR", "1980.00", "1980.00"]

    def test_what_a_total_sums_over_is_none(self):
        """And so is the rate."""
        total = estimated(self.records(), renewal=0.0).rows.iloc[-1]
        assert (total["contract_id"], total["month"], total["rate"]) == (None, None, None)

    def test_fiscal_months_cut_the_same_hours_elsewhere(self):
        """From 5 March on: 1 weekday of the first week, 5 of the next, 3: 9 / 5 * 2 = 3.6 h."""
        plan = plan_under(policy_of(renewal=0.0))
        revenue = estimate_revenue(
            self.records(),
            plan,
            months=("FY2028-02", "FY2028-02"),
            fiscal_year_start="02-05",
            draws=1,
        )
        assert amounts_of(revenue) == [("contracted", "FY2028-02", 3.6, 540.0)]

    def test_the_months_of_a_plan_are_fiscal_ones_where_the_year_is(self):
        """Of 1 to 28 February most days lie in the month that begins on 5 February."""
        plan = plan_under(policy_of(renewal=0.0))
        revenue = estimate_revenue(self.records(), plan, fiscal_year_start="02-05", draws=1)
        assert [month.name for month in revenue.months] == ["FY2028-01"]


TERMS = {"start_date": "2027-02-15", "rate": "100", "currency": "EUR"}


class TestCurrencies:
    """In February: 8 h at 150 EUR for C-1, and 8 h at 100 USD for C-2, renewed by chance."""

    def revenue(self, months=("2027-02", "2027-03")):
        """Return revenue of blocks of which one ends in the middle of the weeks."""
        signed = [contract(name, need_hours=5.0) for name in ("C-1", "C-2")]
        blocks = (
            bought("02-01", "02-26"),
            bought("02-01", "12-31", contract_id="C-2", rate="100", currency="USD"),
        )
        records = records_of(signed, purchased_hours=blocks)
        return estimated(records, months=months, renewal=0.5, draws=400)

    def test_totals_stay_apart(self):
        """One total row per currency."""
        total = self.revenue(("2027-02", "2027-02")).total
        assert total[["currency", "expected"]].to_numpy().tolist() == [
            ["EUR", Decimal(1200)],
            ["USD", Decimal(800)],
        ]

    def test_together_they_are_told_at_given_rates_only(self):
        """At 0.5 EUR a dollar: 1200 + 400 EUR in February; in March, 9.2 h each."""
        rate = ExchangeRate(currency="USD", into="EUR", rate="0.5", date="2027-01-04")
        revenue = self.revenue()
        told = revenue.in_currency(Exchange.of("EUR", (rate,)))
        # 1200 + 400 + 460 EUR for sure, and 9.2 h at 150 EUR where C-1 renews.
        assert (told["p10"], told["p90"]) == (2060, 2060 + 1380)
        eur, usd = revenue.total["expected"]
        assert told["expected"] == eur + usd / 2
        with pytest.raises(ArgumentError, match="no rate of exchange from USD into EUR"):
            revenue.in_currency(Exchange.of("EUR", ()))


class TestOffer:
    """Three hours a week at 100 EUR/h from Monday 15 February on."""

    # February: 2 weeks of 3 h. March: 4 weeks of 3 h and half of the week of the 29th.
    # April: the other half, three weeks, and five days.
    BLOCK = (
        ("new", "2027-02", 6.0, 600.0),
        ("new", "2027-03", 13.5, 1350.0),
        ("new", "2027-04", 13.5, 1350.0),
    )

    def records(self, *statuses, **tables):
        """Return a contract with an offer; its need is never beyond its allowance."""
        dates = dict(zip(statuses, ("01-04", "01-20"), strict=False))
        steps = tuple(step(name, date, **TERMS) for name, date in dates.items())
        return records_of([ROME], offers=steps, **tables)

    def test_what_is_accepted_is_certain_whatever_others_do(self):
        """Accepted and not booked yet: every future has it, at the offer's own price."""
        revenue = estimated(self.records("asked", "accepted"), acceptance=0.0)
        assert amounts_of(revenue) == [*self.BLOCK]
        assert told(revenue, "p10", "p90")[0] == ("new", "2027-02", 600, 600)

    def test_what_is_booked_is_counted_once(self):
        """The purchase takes the offer's place: the same hours, of another kind."""
        block = bought("02-15", "12-31", 3.0, rate="100")
        records = self.records("asked", "accepted", purchased_hours=(block,))
        revenue = estimated(records, acceptance=1.0)
        booked = [("contracted", *row[1:]) for row in self.BLOCK]
        assert amounts_of(revenue) == booked

    @pytest.mark.parametrize(("acceptance", "rows"), [(1.0, BLOCK), (0.0, ())])
    def test_what_is_asked_follows_the_share_that_accepts(self, acceptance, rows):
        """Everybody buys, or nobody."""
        assert amounts_of(estimated(self.records("asked"), acceptance=acceptance)) == [*rows]

    def test_an_even_chance_is_half_of_the_amount(self):
        """3300 EUR or nothing."""
        revenue = estimated(self.records("asked"), acceptance=0.5, draws=400)
        assert set(revenue.futures["EUR"].tolist()) == {0, 330_000}
        [total] = revenue.total["expected"]
        # 4 standard errors of a share of one half in 400 futures, of 3300 EUR.
        assert abs(float(total) - 1650) <= 4 * 0.5 / 20 * 3300

    def test_an_unknown_share_is_drawn_from_past_answers(self):
        """Without any answer, a share of one half is expected; it is not known."""
        revenue = estimated(self.records("asked"), draws=400)
        [total] = revenue.total["expected"]
        assert abs(float(total) - 1650) <= 4 * 0.5 / 20 * 3300
        assert "50% of asked customers buy: 0 of 0 past answers" in revenue.assumptions[2]

    def test_what_is_declined_brings_nothing(self):
        """Even if everybody else buys."""
        revenue = estimated(self.records("asked", "declined"), acceptance=1.0)
        assert len(revenue.rows) == 0

    def test_an_offer_without_a_price_has_that_of_the_card(self):
        """150 instead of 100 EUR/h."""
        steps = (step("asked", "01-04", start_date="2027-02-15"),)
        revenue = estimated(records_of([ROME], offers=steps), acceptance=1.0)
        assert amounts_of(revenue)[0] == ("new", "2027-02", 6.0, 900.0)


class TestSeveralBlocks:
    """What follows what, and what stands beside it; 5 h are needed, nothing new is asked."""

    def test_an_accepted_offer_stays_although_a_later_one_was_declined(self):
        """2 h a week from 1 February on are sold; 3 h more were refused."""
        taken = step("accepted", "01-10", 2.0, start_date=START)
        refused = step("declined", "01-25", 3.0, offer_id="O-2")
        one, both = (
            amounts_of(estimated(records_of([ROME], offers=offers)))
            for offers in ((taken,), (taken, refused))
        )
        assert both == one
        assert both[0] == ("new", "2027-02", 8.0, 1200.0)

    def test_an_offer_under_way_takes_the_place_of_a_renewal(self):
        """The block ends on 28 February, the accepted one begins on 1 March."""
        offer = step("accepted", "01-20", 2.0, start_date=day("03-01"))
        block = bought("02-01", "02-28")
        found = amounts_of(
            estimated(records_of([ROME], offers=(offer,), purchased_hours=(block,)))
        )
        assert {kind for kind, *_ in found} == {"contracted", "new"}

    def test_a_longer_block_beside_it_does_not_follow_it(self):
        """3 h until 28 February may be renewed, whatever 2 h until December do."""
        blocks = (bought("02-01", "02-28", 3.0), bought("02-01", "12-31", 2.0))
        found = amounts_of(estimated(records_of([ROME], purchased_hours=blocks), renewal=1.0))
        assert ("renewal", "2027-03") in {(kind, month) for kind, month, *_ in found}


class TestRecommended:
    """Case 5 of the small cases: 3.25 h a week over; at 150 EUR/h in blocks of an hour."""

    def test_four_hours_a_week_from_the_first_day_on(self):
        """Nobody is asked again: whoever qualifies later is asked a year later."""
        records = records_of([BUSY], {"C-1": STEADY})
        revenue = estimated(records, acceptance=1.0, lead_weeks=52)
        # February: 4 weeks of 4 h. March: 4 weeks and half of the week of the 29th. April:
        # the other half, three weeks, and five days.
        rows = [
            ("new", "2027-02", 16.0, 2400.0),
            ("new", "2027-03", 18.0, 2700.0),
            ("new", "2027-04", 18.0, 2700.0),
        ]
        assert amounts_of(revenue) == rows
        assert told(revenue, "p10", "p50", "p90")[0] == ("new", "2027-02", *[2400] * 3)

    def test_blocks_are_raised_later_and_never_lowered(self):
        """The first test ahead ends with the first week; with 4 weeks, it acts in March."""
        records = records_of([BUSY], {"C-1": STEADY})
        revenue = estimated(records, acceptance=1.0, lead_weeks=4)
        february, march, _ = told(revenue, "p10", "p90")
        assert february == ("new", "2027-02", 2400, 2400)
        assert march[2] >= 2700
        assert march[3] > 2700

    def test_nobody_buys_or_half_of_the_futures(self):
        """With acceptance 0 there is no row; with 0.5, half of 7800 EUR is expected."""
        records = records_of([BUSY], {"C-1": STEADY})
        assert len(estimated(records, acceptance=0.0, lead_weeks=52).rows) == 0
        revenue = estimated(records, acceptance=0.5, lead_weeks=52, draws=400)
        [total] = revenue.total["expected"]
        assert abs(float(total) - 3900) <= 4 * 0.5 / 20 * 7800

    def test_whole_blocks_of_the_card_are_sold(self):
        """3.25 h in blocks of 2.5 h are two blocks: 5 h a week, 20 h in February."""
        card = RateCard((updated(EUROS, block_hours=2.5),))
        records = records_of([BUSY], {"C-1": STEADY})
        revenue = estimated(records, acceptance=1.0, lead_weeks=52, card=card)
        assert amounts_of(revenue)[0] == ("new", "2027-02", 20.0, 3000.0)

    def test_bought_hours_that_end_are_renewed_before_more_is_asked(self):
        """With 4 h bought until 5 February, 14 h a week are within 14 h: no block beside."""
        records = records_of([BUSY], {"C-1": [14.0] * 12})
        block = updated(bought("02-05", "02-05", 4.0), start_date=dt.date(2026, 10, 1))
        ending = updated(records, purchased_hours=(block,))
        rules = {"acceptance": 1.0, "renewal": 0.0, "lead_weeks": 0}
        assert set(estimated(ending, **rules).details["kind"]) == {"contracted"}
        # Without the block the customer is over, and buys.
        assert set(estimated(records, **rules).details["kind"]) == {"new"}

    def test_prices_of_the_day_on_which_a_block_starts_hold_on(self):
        """A higher price from 1 March on leaves what was sold in February as it is."""
        old = updated(EUROS, valid_to=START)
        new = updated(EUROS, rate=Decimal(999), valid_from=day("02-02"))
        records = records_of([BUSY], {"C-1": STEADY})
        card = RateCard((old, new))
        revenue = estimated(records, acceptance=1.0, lead_weeks=52, card=card)
        assert [row[3] for row in amounts_of(revenue)] == [2400.0, 2700.0, 2700.0]


@pytest.mark.parametrize("numbers", [{"draws": 0}, {"draws": 1, "seed": -1}])
def test_impossible_numbers_are_refused(numbers):
    """With what was given."""
    with pytest.raises(ArgumentError, match="expected draws >= 1 and seed >= 0"):
        estimate_revenue(portfolio([ROME], []), plan_under(), **numbers)
