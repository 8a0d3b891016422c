"""What became of offers: kept from plan to plan, asked again only on new evidence (Q8)."""

import datetime as dt

import pandas as pd
import pytest

from examples import HORIZON, contract, day, updated
from hand_made import facts_of
from money_examples import START, STEADY, bought, policy_of, records_of, step
from tsam_planner.finance.additional_hours import assess_contracts
from tsam_planner.finance.offers import acceptance_of, ask_by, current_offers, is_purchased
from tsam_planner.service.policy_sections import Offers

BUSY = contract(need_hours=14.0)
# Sixteen weeks of 13 h and more before Monday 1 February 2027: since 12 October 2026.
LONG = STEADY * 2


def row_of(*steps, hours_of=LONG, **tables):
    """Return the plan's row of a contract that is over in all weeks, with offers."""
    records = records_of([BUSY], {"C-1": hours_of}, offers=steps, **tables)
    return assess_contracts(facts_of(records)).iloc[0]


def old(status, date, **fields):
    """Return a status of a day of 2026."""
    return updated(step(status, "01-01"), date=dt.date.fromisoformat(f"2026-{date}"), **fields)


def test_without_an_offer_one_is_proposed():
    """3.25 h over are 4 h, from the plan's first day to the contract's last, at 150 EUR/h."""
    row = row_of()
    assert (row["status"], row["block_hours_per_week"]) == ("proposed", 4.0)
    assert (row["start_week"], row["end_date"]) == (
        pd.Timestamp(START),
        pd.Timestamp(BUSY.end_date),
    )
    assert (row["rate"], row["currency"], row["offer_id"]) == (150, "EUR", "C-1/2027-02-01")
    assert row["evidence"].count(" h of 10 h") == 8


def test_asked_stays_asked():
    """The offer's own hours and day, not a new proposal of 4 h."""
    row = row_of(step("asked", "01-20", start_date=day("02-15")))
    assert (row["status"], row["block_hours_per_week"]) == ("asked", 3.0)
    assert (row["offer_id"], row["start_week"]) == ("O-1", pd.Timestamp("2027-02-15"))
    assert row["evidence"] == "asked on 2027-01-20"


def test_an_asked_offer_has_its_own_price_or_that_of_the_card():
    """120 EUR/h as told; 150 EUR/h where nothing was told."""
    told = row_of(step("asked", "01-20", rate="120", currency="EUR"))
    assert (told["rate"], told["currency"]) == (120, "EUR")
    silent = row_of(step("asked", "01-20"))
    assert (silent["rate"], silent["currency"]) == (150, "EUR")


def test_accepted_and_not_booked_stays_accepted():
    """Nothing else is asked of the customer."""
    row = row_of(step("asked", "01-04"), step("accepted", "01-20"))
    assert (row["status"], row["offer_id"]) == ("accepted", "O-1")


@pytest.mark.parametrize(
    ("answer", "new_weeks", "status"),
    [
        # The answer of Sunday 6 December leaves eight weeks until 1 February, that of the
        # 7th, a Monday, seven.
        ("12-06", 8, "proposed"),
        ("12-07", 7, "declined"),
        ("12-13", 7, "declined"),
    ],
)
def test_after_a_refusal_only_new_weeks_are_evidence(answer, new_weeks, status):
    """Asked again after eight of them, under a new name; until then the answer stands."""
    row = row_of(old("asked", "11-02"), old("declined", answer))
    assert row["status"] == status
    if status == "declined":
        sentence = f"declined on 2026-{answer}; {new_weeks} of 8 new weeks since, watch"
        assert row["evidence"] == sentence
        assert row["offer_id"] == "O-1"
        # The grade is that of all weeks: who declined is still over.
        assert row["grade"] == "recommend"
    else:
        assert row["offer_id"] == "C-1/2027-02-01"
        assert row["evidence"].startswith("2026-12-07: ")


@pytest.mark.parametrize(("start", "status"), [("12-07", "proposed"), ("12-14", None)])
def test_after_a_purchase_only_weeks_of_the_block_are_evidence(start, status):
    """Three hours were bought, and 16 h a week are asked for: over again after 8 weeks."""
    begin = dt.date.fromisoformat(f"2026-{start}")
    block = updated(bought("01-01", "12-31", 3.0), start_date=begin)
    accepted = (old("asked", "11-02"), old("accepted", "11-20", start_date=begin))
    row = row_of(*accepted, hours_of=[16.0] * 16, purchased_hours=(block,))
    assert row["status"] == status
    if status:
        # 16 - (10 + 3) h.
        assert row["block_hours_per_week"] == 3.0


def test_rows_of_later_days_are_not_seen():
    """The customer accepts on the second day of the plan, and a customer asked then is new."""
    row = row_of(step("asked", "02-01"), step("accepted", "02-02"))
    assert row["status"] == "asked"
    assert row_of(step("asked", "02-02"))["status"] == "proposed"


def test_a_proposal_keeps_its_name_from_plan_to_plan():
    """The next plan tells its own hours under the name of the first."""
    row = row_of(old("proposed", "11-02", offer_id="C-1/2026-11-02"))
    assert (row["status"], row["offer_id"]) == ("proposed", "C-1/2026-11-02")
    assert row["block_hours_per_week"] == 4.0


def test_an_offer_is_what_any_of_its_rows_told():
    """Later rows speak first; empty cells say nothing."""
    steps = (
        step("asked", "01-04", 3.0, rate="150", currency="EUR"),
        step("accepted", "01-20", 2.0, start_date=day("02-15")),
    )
    [offer] = current_offers(records_of(offers=steps), START)["C-1"]
    assert (offer.status, offer.first_date, offer.date) == (
        "accepted",
        day("01-04"),
        day("01-20"),
    )
    assert (offer.hours_per_week, offer.rate, offer.start_date) == (2.0, 150, day("02-15"))


def test_the_latest_of_several_offers_counts():
    """The refusal of last year, and what is asked today."""
    row = row_of(old("declined", "11-02"), step("asked", "01-20", offer_id="O-2"))
    assert (row["status"], row["offer_id"]) == ("asked", "O-2")


def test_a_block_bought_after_the_asking_is_the_offers_whenever_it_was_proposed():
    """A proposal bears the day of its plan, 1 February; asked in January, bought in January."""
    steps = (
        step("proposed", "02-01"),
        step("asked", "01-04"),
        step("accepted", "01-08", start_date=day("01-11")),
    )
    block = bought("01-11", "12-31", 3.0)
    records = records_of(offers=steps, purchased_hours=(block,))
    [offer] = current_offers(records, START)["C-1"]
    assert is_purchased(offer, records)
    earlier = updated(block, start_date=dt.date(2026, 6, 1))
    assert not is_purchased(offer, updated(records, purchased_hours=(earlier,)))


def test_acceptance_is_learned_from_answers():
    """Two of three accepted; with one more each way, 3 of 5."""
    answers = ("accepted", "declined", "accepted", "asked")
    steps = tuple(
        step(status, "01-04", offer_id=f"O-{number}") for number, status in enumerate(answers)
    )
    found = acceptance_of(records_of(offers=steps), START, Offers())
    assert (found.accepted, found.declined, found.mean) == (2, 1, 0.6)
    text = "60% of asked customers buy: 2 of 3 past answers, and one each way assumed (Laplace)"
    assert str(found) == text
    # Nobody has answered by the day before.
    assert acceptance_of(records_of(offers=steps), day("01-03"), Offers()).mean == 0.5


def test_a_given_acceptance_overrules_answers():
    """It is said to be the policy's."""
    steps = (step("declined", "01-04"),)
    found = acceptance_of(records_of(offers=steps), START, Offers(acceptance=0.8))
    assert found.mean == 0.8
    assert str(found) == "80% of asked customers buy (policy)"


def test_ask_ahead_of_the_block_and_of_talks_of_renewal():
    """Four weeks before 1 February; or eight weeks before the contract ends, if earlier."""
    assert ask_by(contract(), START, Offers()) == day("01-04")
    ends = contract(end_date="2027-02-26")
    assert ask_by(ends, START, Offers()) == day("01-01")
    assert ask_by(contract(), START, Offers(lead_weeks=0)) == START


def test_offers_follow_the_policy_of_the_plan():
    """With ``ignore``, nobody is tested or asked."""
    records = records_of([BUSY], {"C-1": LONG})
    rows = assess_contracts(facts_of(records, additional_hours="ignore"))
    assert rows["status"].tolist() == [None]
    later = facts_of(records, HORIZON, offers=policy_of(lead_weeks=6).offers)
    assert assess_contracts(later)["ask_by"].tolist() == [pd.Timestamp("2026-12-21")]


def test_a_contract_that_has_ended_is_asked_for_nothing():
    """Its last day was in January; its weeks were over nonetheless."""
    gone = updated(BUSY, end_date=day("01-15"))
    table = assess_contracts(facts_of(records_of([gone], {"C-1": LONG})))
    assert table["status"].isna().all()
    assert table["grade"].isna().all()


def test_each_purchase_belongs_to_one_offer():
    """Two offers of 2 and 5 h were accepted, the one of 2 h is booked."""
    steps = (
        step("accepted", "01-08", 2.0, offer_id="O-1", start_date=day("02-01")),
        step("accepted", "01-08", 5.0, offer_id="O-2", start_date=day("02-01")),
    )
    records = records_of(offers=steps, purchased_hours=(bought("02-01", "12-31", 2.0),))
    offers = current_offers(records, START)["C-1"]
    assert [is_purchased(offer, records) for offer in offers] == [True, False]


def test_a_block_may_be_booked_back_to_the_start_of_the_month():
    """First asked on the 20th, booked from the 1st on, with the same hours."""
    steps = (step("asked", "01-20"), step("accepted", "01-25"))
    back = records_of(offers=steps, purchased_hours=(bought("01-01", "12-31", 3.0),))
    other = records_of(offers=steps, purchased_hours=(bought("01-01", "12-31", 2.0),))
    for records, is_its_own in ((back, True), (other, False)):
        [offer] = current_offers(records, START)["C-1"]
        assert is_purchased(offer, records) == is_its_own


def test_an_accepted_block_that_is_over_is_in_nobodys_way():
    """It ended in January without ever being booked: the plan is not about it."""
    over = step("accepted", "01-02", start_date=day("01-04"), end_date=day("01-20"))
    assert pd.isna(row_of(over)["status"])


def test_a_refusal_is_not_forgotten_because_of_a_later_proposal():
    """Declined on the 20th; a proposal of the 25th does not make old weeks evidence again."""
    row = row_of(step("declined", "01-20"), step("proposed", "01-25", offer_id="O-2"))
    assert pd.isna(row["status"])
