"""A plan against what was logged since, worked out by hand."""

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
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


def test_a_mean_that_is_off_for_three_weeks_is_a_drift(plan):
    """5 h are planned; 7, 7, 7 have the mean 7, off by 2 h: more than 1 h and 20 %."""
    found = tracked(plan, "2027-02-21", C_1=[7, 7, 7], C_2=[5, 5, 5])
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
    found = tracked(plan, last, C_1=hours, C_2=[5] * len(hours))
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
    """Of 4 x 10 h planned for two contracts, 44 h are 10 %, 45 h are more."""
    within = tracked(plan, C_1=[6] * 4, C_2=[5] * 4)
    assert (within.load_deviation, within.team_drifts) == (0.1, False)
    beyond = tracked(plan, C_1=[6, 6, 6, 7], C_2=[5] * 4)
    assert beyond.team_drifts
    assert "The team's load is off by +12%: plan again." in beyond.summary


def test_a_week_that_the_log_does_not_reach_is_missing_and_not_quiet(plan):
    """Time sheets end with the second week: it alone is compared, nothing drifts."""
    found = tracked(plan, C_1=[5, 5], C_2=[5, 5])
    assert row(found)["weeks"] == 2
    assert found.weeks["actual_hours"].isna().tolist() == [False, False, True, True]
    assert not found.justifies_replanning


def test_a_contract_without_any_time_sheet_is_not_compared(plan):
    """C-2 appears nowhere: its 5 h a week are not missed from the team's load."""
    found = tracked(plan, C_1=[5] * 4)
    assert row(found, "C-2")["weeks"] == 0
    assert found.weeks["planned_hours"].tolist() == [5.0] * 4
    assert found.load_deviation == 0.0


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
