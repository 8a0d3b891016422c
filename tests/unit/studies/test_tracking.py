"""A plan against what was logged since, worked out by hand."""

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, day, manager, portfolio
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.studies.tracking import track

MONDAYS = ("2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22")
NO_CASES = pd.DataFrame(columns=["case_id", "contract_id", "opened_at", "closed_at"])


@pytest.fixture(scope="module")
def plan():
    """
    Return four weeks in which M-1 serves all: C-1 and C-2 with 5 h, C-3 with 14 h.

    C-3 is planned with the 10 h that its contract includes; 4 h are unfunded.
    """
    signed = [contract("C-1", cases=2), contract("C-2"), contract("C-3", need_hours=14.0)]
    return make_plan(portfolio(signed, [manager()]), **FOUR_WEEKS, options=EXACT)


def sheets(**hours):
    """Return time sheets: hours of each contract (``C_1``), week by week, on Fridays."""
    rows = [
        (name.replace("_", "-"), pd.Timestamp(monday) + pd.Timedelta(days=4), amount, "work")
        for name, weeks in hours.items()
        for monday, amount in zip(MONDAYS, weeks, strict=False)
    ]
    first = [("C-9", pd.Timestamp(MONDAYS[0]), 0.0, "work")]
    columns = ["contract_id", "date", "hours", "activity"]
    return pd.DataFrame(first + rows, columns=columns).assign(manager_id="M-1")


def tracked(plan, until="2027-02-28", **hours):
    """Return the plan against time sheets alone."""
    return track(plan, sheets(**hours), NO_CASES, until=until)


def row(tracking, contract_id="C-1"):
    """Return the row of one contract."""
    return tracking.contracts.set_index("contract_id").loc[contract_id]


def test_hours_are_compared_for_the_weeks_that_are_over(plan):
    """On Wednesday 17 February two weeks are over: C-1 took 5 + 7 of 2 x 5 h."""
    found = tracked(plan, "2027-02-17", C_1=[5, 7, 40], C_2=[5, 5, 5])
    assert str(found.until) == "2027-02-14"
    one = row(found)
    assert (one["weeks"], one["planned_hours"], one["actual_hours"]) == (2, 10.0, 12.0)
    assert found.weeks["actual_hours"].tolist() == [10.0, 12.0]
    assert found.summary[0] == "2 weeks of the plan are over, up to 2027-02-14."
    # C-3 is served, too: its 2 x 10 h count as planned, though no time sheet names it.
    assert found.weeks["planned_hours"].tolist() == [20.0, 20.0]


def test_a_mean_that_is_off_for_three_weeks_is_a_drift(plan):
    """5 h are planned; 7, 7, 7 have the mean 7, off by 2 h: more than 1 h and 20 %."""
    found = tracked(plan, "2027-02-21", C_1=[7, 7, 7], C_2=[5, 5, 5], C_3=[10, 10, 10])
    assert (row(found)["deviation"], row(found)["weeks_off"]) == (2.0, 3)
    assert found.drifts["contract_id"].tolist() == ["C-1"]
    assert found.justifies_replanning
    drift = "C-1 takes 7.0 h a week, planned 5.0 h: off by +2.0 h for 3 weeks."
    assert found.summary[-1] == drift


@pytest.mark.parametrize(
    ("hours", "weeks_off"),
    [
        # Two weeks are too few to say anything.
        ([7, 7], 2),
        # A deviation of exactly 1 h (which is 20 % of 5 h) is none.
        ([6, 6, 6], 0),
        # Means 9, 5, 6.33: back on plan after the second week, off for one week.
        ([9, 1, 9], 1),
        # Means 3, 5, 7: below, then above.
        ([3, 7, 11], 1),
    ],
)
def test_what_is_short_or_small_is_no_drift(plan, hours, weeks_off):
    """The means so far have to be off in one direction for the latest three weeks."""
    last = f"2027-02-{7 * len(hours):02}"
    rest = {"C_2": [5] * len(hours), "C_3": [10] * len(hours)}
    found = tracked(plan, last, C_1=hours, **rest)
    assert row(found)["weeks_off"] == weeks_off
    assert found.drifts.empty


def test_hours_that_the_plan_foresaw_without_funding_are_no_drift(plan):
    """C-3 needs 14 h, 10 are planned: 14 h are foreseen, 16 are 2 h beyond (20 % of 10)."""
    assert row(tracked(plan, C_3=[14] * 4), "C-3")["deviation"] == 0.0
    # 17 h are 3 h beyond, 7 h are 3 h below what is planned.
    assert row(tracked(plan, C_3=[16] * 4), "C-3")["weeks_off"] == 0
    assert row(tracked(plan, C_3=[17] * 4), "C-3")["weeks_off"] == 4
    assert row(tracked(plan, C_3=[7] * 4), "C-3")["deviation"] == -3.0


def test_the_team_is_off_beyond_ten_percent(plan):
    """
    Of 4 x 20 h planned, 88 h are 10 %, 89 h are 11 %; foreseen hours are no drift.

    C-3 has 14 h foreseen, so that the other two have all that is above: 96 + 8 and 96 + 9 h.
    """
    within = tracked(plan, C_1=[7] * 4, C_2=[5] * 4, C_3=[14] * 4)
    assert (within.load_deviation, within.team_drifts) == (0.1, False)
    beyond = tracked(plan, C_1=[7, 7, 7, 8], C_2=[5] * 4, C_3=[14] * 4)
    assert beyond.team_drifts
    assert "The team's load is off by +11%: plan again." in beyond.summary


def test_a_week_that_the_log_does_not_reach_is_missing_and_not_quiet(plan):
    """Time sheets end with the second week: it alone is compared, nothing drifts."""
    found = tracked(plan, C_1=[5, 5], C_2=[5, 5], C_3=[10, 10])
    assert row(found)["weeks"] == 2
    assert found.weeks["actual_hours"].isna().tolist() == [False, False, True, True]
    assert not found.justifies_replanning


def test_a_contract_that_is_served_and_in_no_time_sheet_is_told_by_name(plan):
    """C-2 appears nowhere: 4 x 5 h of 4 x 20 h that are planned are missing, a quarter."""
    found = tracked(plan, C_1=[5] * 4, C_3=[10] * 4)
    two = row(found, "C-2")
    assert (two["weeks"], two["planned_hours"], two["actual_hours"]) == (4, 20.0, 0.0)
    assert (two["weeks_silent"], row(found)["weeks_silent"]) == (4, 0)
    assert found.weeks["planned_hours"].tolist() == [20.0] * 4
    assert found.load_deviation == -0.25
    assert (
        "C-2: no time sheet in 4 weeks, planned 20 h and 4 calls; nobody looked after it, or "
        "it is booked elsewhere."
    ) in found.summary
    # It is told once, not as a drift of its hours again.
    assert not any(text.startswith("C-2 takes") for text in found.summary)
    assert found.drifts["contract_id"].tolist() == ["C-2"]


def test_a_contract_that_nobody_serves_is_not_missed_in_time_sheets():
    """C-2 knows no manager of its product: 0 h are planned for it, and none are missing."""
    signed = [contract(), contract("C-2", products=("Creo",))]
    plan = make_plan(portfolio(signed, [manager()]), **FOUR_WEEKS, options=EXACT)
    found = tracked(plan, C_1=[5] * 4)
    assert (row(found, "C-2")["weeks"], row(found, "C-2")["weeks_silent"]) == (0, 0)
    assert not found.justifies_replanning


@pytest.mark.parametrize(
    ("days", "told", "words"),
    [
        # The first entry is of a Friday: what was before it that week is not known.
        (
            ["2027-02-05", "2027-02-12", "2027-02-19", "2027-02-26"],
            [False, True, True, True],
            [
                "The week of 2027-02-01 is left out of hours and calls: time sheets have "
                "nothing before 2027-02-05 (Friday)."
            ],
        ),
        # The last entry is of a Tuesday; the third week is over by 2027-02-16, too.
        (
            ["2027-02-02", "2027-02-09", "2027-02-16"],
            [True, True, False, False],
            [
                "The weeks of 2027-02-15 to 2027-02-22 are left out of hours and calls: time "
                "sheets have nothing after 2027-02-16 (Tuesday)."
            ],
        ),
        # From a Tuesday to a Friday: one whole week.
        (
            ["2027-02-02", "2027-02-05"],
            [True, False, False, False],
            [
                "The weeks of 2027-02-08 to 2027-02-22 are left out of hours and calls: time "
                "sheets have nothing after 2027-02-05 (Friday)."
            ],
        ),
        (["2027-02-01", "2027-02-26"], [True] * 4, []),
    ],
)
def test_weeks_that_a_log_does_not_reach_are_told_with_the_reason(plan, days, told, words):
    """A log reaches a week from its Wednesday at the latest to its Friday at least."""
    log = pd.DataFrame({"contract_id": "C-1", "date": pd.to_datetime(days), "hours": 5.0})
    found = track(plan, log, NO_CASES, until="2027-02-28")
    assert found.weeks["actual_hours"].notna().tolist() == told
    assert list(found.left_out) == words
    assert set(words) <= set(found.summary)


def test_open_cases_are_means_over_time(plan):
    """Open for the first half of the first week, 3.5 of 7 days: a mean of 0.5, 2 planned."""
    cases = pd.DataFrame(
        {
            "case_id": ["1", "2"],
            "contract_id": ["C-1", "C-2"],
            "opened_at": ["2027-02-01T00:00Z", "2027-02-01T00:00Z"],
            "closed_at": ["2027-02-04T12:00Z", None],
        }
    )
    found = track(plan, sheets(C_1=[5]), cases, until="2027-02-07")
    first = found.contract_weeks.set_index("contract_id").loc["C-1"]
    # The log has no record after Thursday: whether it tells of the whole week is not known.
    assert first["planned_cases"] == 2.0
    cases.loc[2] = ["3", "C-2", "2027-02-07T23:00Z", None]
    found = track(plan, sheets(C_1=[5]), cases, until="2027-02-07")
    first = found.contract_weeks.set_index("contract_id").loc["C-1"]
    assert first["open_cases"] == 0.5


def cases(**counts):
    """Return a log in which so many cases of each contract are open all the time."""
    rows = [
        (f"{name}-{number}", name.replace("_", "-"), "2027-01-11T08:00Z", None)
        for name, count in counts.items()
        for number in range(count)
    ]
    # A case of another customer that closes later: the log reaches beyond the four weeks.
    rows.append(("last", "C-9", "2027-01-11T08:00Z", "2027-03-05T08:00Z"))
    return pd.DataFrame(rows, columns=NO_CASES.columns)


AS_PLANNED = {"C_1": [5] * 4, "C_2": [5] * 4, "C_3": [10] * 4}


def test_open_cases_that_are_off_for_three_weeks_are_a_drift(plan):
    """2 cases are planned for C-1: 4 are 2 more, which is no drift, 5 are 3 more."""
    found = track(plan, sheets(**AS_PLANNED), cases(C_1=4), until="2027-02-28")
    assert found.drifts.empty
    found = track(plan, sheets(**AS_PLANNED), cases(C_1=5), until="2027-02-28")
    assert (row(found)["case_deviation"], row(found)["case_weeks_off"]) == (3.0, 4)
    assert found.justifies_replanning
    assert (
        "C-1 has 5.0 open cases on average, planned 2.0: off by +3.0 for 4 weeks."
    ) in found.summary
    # Of the contracts that the log names, 2 are planned: 5 are 150 % more.
    assert (found.case_deviation, found.weeks["planned_cases"].tolist()) == (1.5, [2.0] * 4)
    assert "The team's open cases are off by +150%: plan again." in found.summary


def test_fewer_open_cases_of_the_team_are_no_drift_of_it():
    """Planning figures are means rounded up: 1 open of 2 is 50 % less, and nothing to do."""
    records = portfolio([contract(cases=2)], [manager()])
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    found = track(plan, sheets(C_1=[5] * 4), cases(C_1=1), until="2027-02-28")
    assert (found.case_deviation, found.team_drifts) == (-0.5, False)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        # 14 open cases instead of 8, and 19 that no case names: 33 of at most 30.
        (
            14,
            "holds 33.0 open cases in the week of 2027-02-22, at most 30 (R43); planned 27, "
            "19 of them of contracts that no case names.",
        ),
        # 9 + 19 = 28 are near 30, but no more than a case above the 27 that are planned.
        (9, None),
        (
            10,
            "holds 29.0 open cases in the week of 2027-02-22, near its limit of 30 (R43); "
            "planned 27, 19 of them of contracts that no case names.",
        ),
    ],
)
def test_a_book_that_is_over_its_limit_of_cases_or_near_it_is_a_drift(held, words):
    """Whose book it is, is told on request only: figures of persons are not for everybody."""
    signed = [contract(cases=8), contract("C-2", cases=9), contract("C-3", cases=10)]
    plan = make_plan(portfolio(signed, [manager("M-7")]), **FOUR_WEEKS, options=EXACT)
    log = cases(C_1=held)
    hours = sheets(C_1=[5] * 4, C_2=[5] * 4, C_3=[5] * 4).assign(manager_id="M-7")
    found = track(plan, hours, log, until="2027-02-28")
    named = track(plan, hours, log, until="2027-02-28", by_manager=True)
    assert len(found.books) == (words is not None)
    assert "manager_id" not in found.books
    assert not any("M-7" in text for text in found.summary)
    assert named.managers["open_cases"].tolist() == [19.0 + held] * 4
    assert named.managers["planned_cases"].tolist() == [27.0] * 4
    if words is not None:
        assert found.justifies_replanning
        assert f"A book {words}" in found.summary
        assert f"M-7 {words}" in named.summary


def test_calls_that_are_not_held_are_a_drift(plan):
    """C-1 has its call every week, C-2 in one week of four, C-3 has none: 5 of 12 are held."""
    log = sheets(**AS_PLANNED)
    log.loc[log["contract_id"] == "C-1", "activity"] = "weekly call"
    log.loc[log.index[log["contract_id"] == "C-2"][0], "activity"] = "weekly call"
    found = track(plan, log, NO_CASES, until="2027-02-28")
    assert found.drifts["contract_id"].tolist() == ["C-3", "C-2"]
    # Means of C-2 so far are 1, 1/2, 1/3, 1/4: off by more than 0.4 from the second week on.
    assert row(found, "C-2")["call_weeks_off"] == 3
    assert "C-2 has 0.25 calls a week, planned 1.00: off by -0.75 for 3 weeks." in found.summary
    assert "C-3 has 0.00 calls a week, planned 1.00: off by -1.00 for 4 weeks." in found.summary
    assert found.call_deviation == pytest.approx(-7 / 12)
    assert found.justifies_replanning


def test_time_sheets_that_name_no_call_do_not_say_that_there_was_none(plan):
    """Calls may be booked as something else: nothing is compared."""
    found = tracked(plan, **AS_PLANNED)
    assert found.weeks["calls"].isna().all()
    assert not found.justifies_replanning


def test_calls_are_days_with_a_call_booked(plan):
    """Two rows of one day are one call; one call a week is planned for each contract."""
    log = sheets(C_1=[5], C_2=[5])
    log.loc[log["contract_id"] == "C-1", "activity"] = "weekly call"
    found = track(plan, pd.concat([log, log]), NO_CASES, until="2027-02-07")
    assert (row(found)["planned_calls"], row(found)["calls"]) == (1.0, 1.0)


def test_hours_of_persons_are_compared_on_request_only(plan):
    """M-1 has 5 + 5 + 10 h a week by plan, and booked 12 in the first week."""
    assert tracked(plan, C_1=[5]).managers is None
    log = sheets(C_1=[7], C_2=[5])
    found = track(plan, log, NO_CASES, until="2027-02-07", by_manager=True)
    (person,) = found.managers.to_dict("records")
    assert (person["planned_hours"], person["actual_hours"]) == (20.0, 12.0)


def test_hours_on_contracts_that_the_plan_has_not_are_told(plan):
    """8 h of C-8 belong to no contract of the plan."""
    found = tracked(plan, C_1=[5] * 4, C_8=[8])
    assert found.hours_of_others == 8.0
    assert "8 h went to contracts that the plan has not." in found.summary


def test_what_cannot_be_compared_is_refused(plan):
    """No week is over; no such day; a log without its columns."""
    with pytest.raises(ArgumentError, match=r"no week of the plan .* is over on 2027-02-06"):
        tracked(plan, "2027-02-06")
    with pytest.raises(ArgumentError, match="expected until as a day"):
        tracked(plan, "soon")
    with pytest.raises(ArgumentError, match="expected the columns hours in the time sheets"):
        track(plan, sheets(C_1=[5]).drop(columns="hours"), NO_CASES, until="2027-02-07")


def test_without_time_sheets_nothing_is_claimed(plan):
    """An empty log is no sign of a quiet month."""
    found = track(plan, until="2027-02-28")
    assert found.summary[1] == "No time sheet tells of them: nothing can be compared."
    assert not found.justifies_replanning


def test_a_plan_of_no_contract_has_nothing_to_compare():
    """The only contract has ended before the plan begins."""
    ended = contract(end_date=day("01-31"))
    plan = make_plan(portfolio([ended], [manager()]), **FOUR_WEEKS, options=EXACT)
    found = tracked(plan, C_1=[5] * 4)
    assert found.summary == (
        "No contract is planned in the weeks up to 2027-02-28: nothing to compare.",
    )
    assert (found.drifts.empty, found.justifies_replanning) == (True, False)
