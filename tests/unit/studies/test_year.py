"""Quarters planned one after the other, small enough to follow by hand."""

import datetime as dt

import pytest

from examples import EXACT, contract, day, manager, managers_of, portfolio, updated
from tsam_planner.errors import ArgumentError
from tsam_planner.studies.year import plan_year


def planned(signed, people, year="2027Q1", quarters=2, *, today=None, renewal=None, **tables):
    """Plan the first quarters of 2027."""
    records = portfolio(signed, people, today=today, **tables)
    return plan_year(records, year, quarters, options=EXACT, renewal=renewal)


def month(view, name):
    """Return the row of one month."""
    return view.months.set_index("month").loc[name]


def test_who_has_a_contract_at_the_end_of_a_quarter_has_it_in_the_next():
    """M-1 leaves, M-2 comes and takes over; when M-3 comes in April, nothing moves."""
    people = [
        manager("M-1", end_date=day("02-26")),
        manager("M-2", start_date=day("03-01")),
        manager("M-3", start_date=day("04-05")),
    ]
    view = planned([contract()], people, today={"C-1": "M-1"})
    assert list(view.plans) == ["2027Q1", "2027Q2"]
    assert managers_of(view.plans["2027Q2"]) == {"C-1": "M-2"}
    assert view.plans["2027Q2"].assignments["incumbent_id"].tolist() == ["M-2"]
    # Monday 1 March is the first day without M-1 and with M-2.
    assert view.months["handovers"].tolist() == [0, 0, 1, 0, 0, 0, 0]
    assert view.joining == {"M-2": day("03-01"), "M-3": day("04-05")}
    assert view.leaving == {"M-1": day("02-26")}
    assert "M-3 joins on 2027-04-05." in view.summary


def test_substitutes_carry_over():
    """The substitute at the end of a quarter is today's in the next."""
    view = planned([contract()], [manager("M-1"), manager("M-2")], today={"C-1": "M-1"})
    (first,) = view.plans["2027Q1"].assignments["backup_id"]
    (today,) = view.plans["2027Q2"].portfolio.assignments
    assert (today.manager_id, today.backup_id) == ("M-1", first) == ("M-1", "M-2")


def test_weeks_are_split_over_months_by_weekdays():
    """
    One contract of 5 h a week, 1 h a weekday; one manager with 32 h, 6.4 h a weekday.

    The first quarter has 4 January to 4 April: 20 weekdays of January, 20 of February, 23
    of March and 2 of April.
    """
    view = planned([contract()], [manager()], quarters=1)
    assert view.months["month"].tolist() == ["2027-01", "2027-02", "2027-03", "2027-04"]
    assert view.months["weekdays"].tolist() == [20, 20, 23, 2]
    assert view.months["load_hours"].tolist() == pytest.approx([20, 20, 23, 2])
    assert view.months["deployable_hours"].tolist() == pytest.approx([128, 128, 147.2, 12.8])
    assert view.months["utilization"].tolist() == pytest.approx([5 / 32] * 4)


def test_people_and_contracts_are_counted_on_average():
    """
    M-2 is there on the last 10 of 20 weekdays of February; C-2 ends after 5 of them.

    Who joins counts whole from the first day, without a ramp: 4 x 32 h and 2 x 32 h.
    """
    people = [manager("M-1"), manager("M-2", start_date=day("02-15"))]
    signed = [contract("C-1"), contract("C-2", end_date=day("02-05"))]
    view = planned(signed, people, quarters=1)
    assert month(view, "2027-02")["headcount"] == 1.5
    assert month(view, "2027-02")["deployable_hours"] == pytest.approx(192)
    assert month(view, "2027-02")["contracts_planned"] == 1.25
    assert month(view, "2027-02")["contracts_served"] == 1.25


def test_what_nobody_has_room_for_and_what_nobody_pays_stand_apart():
    """M-1 has room for 3 of 4 x 10 h (32 h); C-0 needs 2 h beyond its 10 h."""
    signed = [contract(f"C-{n}", need_hours=10.0 + 2 * (n == 0)) for n in range(4)]
    view = planned(signed, [manager()], quarters=1)
    january = month(view, "2027-01")
    # Four weeks of 10 h and of 2 h.
    assert (january["unassigned_hours"], january["unfunded_hours"]) == pytest.approx((40, 8))
    assert (january["contracts_planned"], january["contracts_served"]) == (4, 3)
    # 13 weeks of 10 h; March has 23 of the 65 weekdays.
    assert "130 h have nobody, most of them in 2027-03 (46 h)." in view.summary


class TestRenewal:
    """What becomes of contracts that end."""

    SIGNED = tuple(contract(f"C-{n}", end_date=day(f"0{n}-15")) for n in range(1, 5))

    def test_none_is_renewed_unless_the_caller_assumes_so(self):
        """C-1 ends on 15 January and is not planned in the second quarter."""
        view = planned(self.SIGNED[:1], [manager()])
        assert view.plans["2027Q2"].assignments["status"].tolist() == ["not_planned"]
        assert view.summary[-1] == (
            "1 contract ends within these quarters; none is assumed to be renewed: C-1."
        )

    def test_named_contracts_go_on(self):
        """C-1 goes on to the end of the quarters, C-2 ends in February."""
        view = planned(self.SIGNED[:2], [manager()], renewal=["C-1"])
        assert managers_of(view.plans["2027Q2"]) == {"C-1": "M-1", "C-2": None}
        assert view.renewed == ("C-1",)
        assert view.summary[-1] == (
            "2 contracts end within these quarters; assumed to go on: C-1; over: C-2."
        )

    @pytest.mark.parametrize(
        ("share", "names"),
        [
            (0.0, ()),
            # Every second one in the order of ends.
            (0.5, ("C-2", "C-4")),
            (0.75, ("C-2", "C-3", "C-4")),
            (1.0, ("C-1", "C-2", "C-3", "C-4")),
        ],
    )
    def test_a_share_is_taken_evenly_in_the_order_of_ends(self, share, names):
        """The share of four contracts is 0, 2, 3 or 4 of them."""
        assert planned(self.SIGNED, [manager()], renewal=share).renewed == names

    def test_renewals_that_make_no_sense_are_refused(self):
        """A share above 1, an id that does not end, one id instead of a list."""
        for renewal, words in (
            (1.5, r"in \[0, 1\]"),
            (["C-9"], "C-9"),
            ("C-1", "expected ids"),
        ):
            with pytest.raises(ArgumentError, match=words):
                planned(self.SIGNED, [manager()], renewal=renewal)


def test_a_year_can_begin_with_any_quarter_and_has_53_weeks_when_the_calendar_has():
    """2026Q4 has ISO weeks 40 to 53; the first quarter after it is 2027Q1."""
    view = planned([contract()], [manager()], "2026Q4")
    assert {name: plan.horizon.weeks for name, plan in view.plans.items()} == {
        "2026Q4": 14,
        "2027Q1": 13,
    }
    assert list(planned([contract()], [manager()], 2027, 1).plans) == ["2027Q1"]


def test_quarters_and_years_that_make_no_sense_are_refused():
    """No quarter at all; no year."""
    with pytest.raises(ArgumentError, match="expected 1 to 20 quarters, got 0"):
        planned([contract()], [manager()], quarters=0)
    with pytest.raises(ArgumentError, match="expected a quarter"):
        planned([contract()], [manager()], "next")


def test_the_given_portfolio_stays_as_it_is():
    """Renewals and owners concern copies."""
    records = portfolio([contract(end_date=day("01-15"))], [manager()])
    before = updated(records).content_hash
    plan_year(records, "2027Q1", 1, options=EXACT, renewal=1.0)
    assert records.content_hash == before
    assert records.contracts[0].end_date == dt.date(2027, 1, 15)
