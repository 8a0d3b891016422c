"""What a reconciliation says beside its bridge: ranges, unbilled hours, odd papers."""

import datetime as dt
from decimal import Decimal

import pytest

from examples import contract, day
from logs import time_sheets
from money_examples import records_of, step
from reconciliation_examples import (
    BLOCK,
    FEBRUARY,
    MONTHS,
    forecast,
    invoice,
    records,
    sold,
)  # fmt: skip
from tsam_planner.finance.reconciliation import reconcile


class TestRange:
    """P10 to P90 of the forecast's total."""

    @pytest.mark.parametrize(
        ("amount", "is_within"), [("999.99", False), ("1000", True), ("1400", True),
                                  ("1400.01", False)]
    )  # fmt: skip
    def test_it_holds_its_ends(self, amount, is_within):
        """1000 to 1400 EUR."""
        rows = forecast(sold(), (None, None, "EUR", "8", "1200", None, "total"))
        rows.loc[1, ["p10", "p90"]] = [Decimal(1000), Decimal(1400)]
        known = records(invoice("02", 8, amount), purchased_hours=(BLOCK,))
        [total] = reconcile(known, rows, FEBRUARY).total.to_dict("records")
        assert (total["p10"], total["p90"], total["is_within"]) == (1000, 1400, is_within)
        assert total["forecast"] == 1200

    def test_of_a_part_of_the_months_only_that_of_a_single_one_is_known(self):
        """Quantiles of months do not add up."""
        rows = forecast(
            sold("2027-01"),
            sold(),
            sold("2027-03"),
            (None, None, "EUR", "24", "3600", None, "total"),
            (None, "2027-02", "EUR", "8", "1200", None, "total"),
            (None, "2027-03", "EUR", "8", "1200", None, "total"),
        )
        assert reconcile(records(), rows, FEBRUARY).total["p90"].item() == 1200
        assert reconcile(records(), rows, MONTHS).total["p90"].item() is None

    def test_a_forecast_of_fewer_months_has_none_for_more(self):
        """P10 to P90 of February say nothing of February and March together."""
        rows = forecast(sold(), (None, None, "EUR", "8", "1200", None, "total"))
        assert reconcile(records(), rows, MONTHS).total["p90"].item() is None


class TestUnbilled:
    """13 h in the first week of February: 3 h above the allowance, or 1 h with the block."""

    LOG = {"C-1": [13.0, 8.0, 8.0, 8.0]}  # noqa: RUF012 - read only

    def unbilled(self, *invoices, log=None, **tables):
        """Return hours and amount of each row; the card says 150 EUR an hour."""
        known = records_of(
            [contract("C-1", currency="EUR"), contract("C-2")],
            invoices=invoices,
            timesheets=_logged(log or self.LOG),
            **tables,
        )
        rows = reconcile(known, forecast(), FEBRUARY).unbilled.to_dict("records")
        return [(row["contract_id"], row["hours"], row["amount"]) for row in rows]

    def test_hours_above_the_allowance_have_their_price(self):
        """3 h * 150 EUR; without a price, hours only."""
        assert self.unbilled() == [("C-1", 3, 450)]
        assert self.unbilled(rates=()) == [("C-1", 3, None)]

    def test_purchased_hours_that_are_billed_are_not_those_above_them(self):
        """With the block 1 h is above; 8 or 6 h billed leave it at that, 9 h take it."""
        for billed in (invoice("02", 8, "1200"), invoice("02", 6, "900")):
            assert self.unbilled(billed, purchased_hours=(BLOCK,)) == [("C-1", 1, 150)]
        assert self.unbilled(invoice("02", 9, "1350"), purchased_hours=(BLOCK,)) == []

    @pytest.mark.parametrize(
        ("answer", "is_listed"),
        [
            (("proposed", "01-20"), True),
            (("asked", "01-20"), False),
            (("declined", "02-01"), False),
            # A refusal of January says nothing of what was used in February.
            (("declined", "01-31"), True),
        ],
    )
    def test_whoever_was_asked_for_these_hours_is_not_listed(self, answer, is_listed):
        """By an offer that is open, or answered in the month or later."""
        assert bool(self.unbilled(offers=(step(*answer),))) == is_listed


def _logged(hours_of):
    return time_sheets(
        *[
            (name, day("02-01") + dt.timedelta(weeks=week), hours)
            for name, weeks in hours_of.items()
            for week, hours in enumerate(weeks)
        ]
    )


class TestFindings:
    """Papers that do not match."""

    def told(self, *invoices, **tables):
        """Return finding, contract and month."""
        found = reconcile(records(*invoices, **tables), forecast(), MONTHS).findings
        return [tuple(row) for row in found[["finding", "contract_id", "month"]].to_numpy()]

    def test_an_accepted_offer_that_nobody_ever_billed(self):
        """It is told once, not by month; one invoice is enough, and so is a later start."""
        accepted = step("accepted", "01-20", start_date=day("02-01"))
        assert self.told(offers=(accepted,)) == [("accepted, not invoiced", "C-1", None)]
        assert self.told(invoice("02", 12, "1800"), offers=(accepted,)) == [
            ("purchase not invoiced", "C-1", "2027-03")
        ]
        # From the 10th on, billed by month: the invoice of February is one of the block.
        midway = step("accepted", "01-20", start_date=day("02-10"), end_date=day("02-28"))
        assert self.told(invoice("02", 8, "1200"), offers=(midway,)) == []
        later = step("accepted", "01-20", start_date=day("04-01"))
        assert self.told(offers=(later,)) == []

    def test_a_month_of_a_purchase_that_is_missing(self):
        """February was billed, March was not."""
        assert self.told(invoice("02", 8, "1200"), purchased_hours=(BLOCK,)) == [
            ("purchase not invoiced", "C-1", "2027-03")
        ]

    def test_an_invoice_without_purchase_or_accepted_offer(self):
        """An offer that is only asked for is none."""
        told = self.told(invoice("02", 8, "1200"), offers=(step("asked", "01-20"),))
        assert told == [("invoiced, not sold", "C-1", "2027-02")]
