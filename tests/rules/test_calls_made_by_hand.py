"""Calls that people changed: every kind of mistake is found and told with its numbers."""

import pandas as pd
import pytest

from examples import FOUR_WEEKS, away, contract, day, manager, portfolio
from tsam_planner.errors import PlanFileError
from tsam_planner.portfolio.records import Holiday
from tsam_planner.verify.verification import verify_plan

# The customer is in Rome, called from London: 9 to 17 in London is 10 to 18 in Rome. The
# customer rests on Tuesday 9 February; M-1 is away on Thursday 11 and an hour of Friday 12.
RECORDS = portfolio(
    [
        contract("C-1", country="IT"),
        contract("C-2", country="IT"),
        contract("C-3", offering="saas_standard", deployment="saas"),
    ],
    [manager(name, time_zone="Europe/London") for name in ("M-1", "M-2", "M-3")],
    holidays=[Holiday(calendar="IT", date=day("02-09"))],
    absences=[
        away("M-1", "02-11", "02-11"),
        away("M-1", "02-12", "02-12", hours_per_day=1),
    ],
)
PEOPLE = pd.DataFrame(
    [("C-1", "M-1", "M-2"), ("C-2", "M-3", "M-2")],
    columns=["contract_id", "manager_id", "backup_id"],
)
WEEKS = ("2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22")


def call(contract_id, week, start, manager_id, minutes="30"):
    """Return a row of calls; a bare time is on the week's Monday."""
    start = f"{week}T{start}:00Z" if len(start) == 5 else f"2027-{start}:00Z"
    return {
        "contract_id": contract_id,
        "week": week,
        "start": start,
        "minutes": minutes,
        "manager_id": manager_id,
    }


def good_calls():
    """Return a call on every Monday at ten (UTC) by M-1, and by M-3 for C-2."""
    rows = [call("C-1", week, "10:00", "M-1") for week in WEEKS]
    return rows + [call("C-2", week, "10:00", "M-3") for week in WEEKS]


def check(calls, missing=None, people=PEOPLE):
    """Return what the checker says of calls."""
    return verify_plan(
        RECORDS,
        people,
        calls=pd.DataFrame(calls),
        missing_calls=None if missing is None else pd.DataFrame(missing),
        **FOUR_WEEKS,
    )


def told(calls, missing=None, people=PEOPLE):
    """Return the sentences of the checker."""
    return [str(item) for item in check(calls, missing, people).violations]


def with_call(position, **fields):
    """Return the good calls with one of them changed."""
    rows = good_calls()
    rows[position] = call(**{"contract_id": "C-1", "manager_id": "M-1", **fields})
    return rows


def test_good_calls_break_nothing():
    """Eight calls at ten UTC, eleven in Rome; also with the tables as they are in a plan."""
    assert check(good_calls()).ok
    typed = pd.DataFrame(good_calls()).astype({"minutes": int})
    typed["start"], typed["week"] = (
        pd.to_datetime(typed["start"]),
        pd.to_datetime(typed["week"]),
    )
    assert check(typed).ok


def test_without_a_table_calls_are_not_checked():
    """Who verifies assignments alone is not asked for calls."""
    assert verify_plan(RECORDS, PEOPLE, **FOUR_WEEKS).ok


INSIDE_WINDOW = "call is inside window: R26-R30, Q17"
INSIDE_HOURS = "call is inside working hours: R32-R34, Q17"
BY_WHOM = "call is by manager or backup: R40, R41"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # Whoever has nothing to do with the contract.
        (
            {"start": "11:00", "manager_id": "M-3"},
            f"C-1: M-3 is neither manager nor substitute in 2027-02-08 ({BY_WHOM})",
        ),
        # The substitute on a Monday on which the manager is there.
        (
            {"start": "10:00", "manager_id": "M-2"},
            f"C-1: M-1 is there on the day on which M-2 calls ({BY_WHOM})",
        ),
        # 16:30 in London, where M-1 still works, is 17:30 in Rome.
        (
            {"start": "16:30"},
            f"C-1: the call of 2027-02-08 lies outside the contract's window ({INSIDE_WINDOW})",
        ),
        # Ends at 17:15 in Rome.
        (
            {"start": "15:45"},
            f"C-1: the call of 2027-02-08 lies outside the contract's window ({INSIDE_WINDOW})",
        ),
        # 9:15 in Rome, inside the window, is 8:15 in London.
        (
            {"start": "08:15"},
            f"C-1: the call of 2027-02-08 is outside the working hours of M-1 ({INSIDE_HOURS})",
        ),
        (
            {"start": "02-09T10:00"},
            "C-1: 2027-02-09 is a holiday of the customer, or outside the term "
            f"({INSIDE_WINDOW})",
        ),
        (
            {"start": "02-11T10:00"},
            f"C-1: M-1 is away on 2027-02-11, if only in part ({INSIDE_HOURS})",
        ),
        (
            {"start": "02-12T10:00"},
            f"C-1: M-1 is away on 2027-02-12, if only in part ({INSIDE_HOURS})",
        ),
        (
            {"start": "02-17T10:00"},
            f"C-1: the call of the week of 2027-02-08 is on 2027-02-17 ({INSIDE_WINDOW})",
        ),
        (
            {"start": "10:00", "minutes": "45"},
            "C-1: the call of 2027-02-08 takes 45 minutes, not 30 (call is long enough: R39)",
        ),
    ],
)
def test_a_call_by_the_wrong_person_or_at_the_wrong_time_is_found(fields, expected):
    """One edited call is one sentence; the seven others are as they should be."""
    assert told(with_call(1, week="2027-02-08", **fields)) == [expected]


@pytest.mark.parametrize("date", ["02-11", "02-12"])
def test_the_substitute_may_call_on_days_on_which_the_manager_is_away(date):
    """If only for an hour; a substitute who is there on the whole day."""
    calls = with_call(1, week="2027-02-08", start=f"{date}T10:00", manager_id="M-2")
    assert told(calls) == []


def test_a_call_on_a_saturday_is_found():
    """Outside the week's working days, and nobody works then (R27)."""
    assert told(with_call(0, week="2027-02-01", start="02-06T10:00")) == [
        f"C-1: the call of the week of 2027-02-01 is on 2027-02-06 ({INSIDE_WINDOW})",
        f"C-1: M-1 is away on 2027-02-06, if only in part ({INSIDE_HOURS})",
    ]


@pytest.mark.parametrize("start", ["10:00", "10:30"])
def test_two_calls_of_one_person_at_once_or_without_a_pause_are_found(start):
    """Half an hour later the pause of 15 minutes is missing."""
    both = PEOPLE.assign(manager_id="M-1")
    rows = [{**row, "manager_id": "M-1"} for row in good_calls()[:4]]
    rows += [call("C-2", week, "10:45", "M-1") for week in WEEKS]
    assert told(rows, people=both) == []
    rows[4] = call("C-2", WEEKS[0], start, "M-1")
    assert told(rows, people=both) == [
        f"M-1 calls C-1 at 2027-02-01 10:00 UTC and C-2 at {start} (calls do not overlap: R40)"
    ]


def test_a_call_that_lacks_without_a_reason_is_found():
    """The same week declared missing, with a reason, is accepted."""
    calls = good_calls()[1:]
    assert told(calls) == [
        "C-1: no call in the week of 2027-02-01, and no reason (call is due: R39, Q19)"
    ]
    reason = {"contract_id": "C-1", "week": "2027-02-01", "reason": "the customer moves"}
    result = check(calls, [reason])
    assert result.ok
    # A missing call costs 100 points.
    assert result.call_points.missing == 100_000_000


def test_a_call_that_is_held_cannot_be_declared_missing():
    """It would cost points for nothing."""
    reason = {"contract_id": "C-1", "week": "2027-02-01", "reason": "by mistake"}
    assert told(good_calls(), [reason]) == [
        "C-1: the call of 2027-02-01 is declared missing, but is held (call is due: R39, Q19)"
    ]


def test_a_call_too_many_is_found():
    """Twice in a week, or of a contract that has no weekly call at all."""
    twice = [*good_calls(), call("C-1", "2027-02-01", "02-03T10:00", "M-1")]
    assert told(twice) == ["C-1: 2 calls in the week of 2027-02-01 (call is due: R39, Q19)"]
    standard = [*good_calls(), call("C-3", "2027-02-01", "12:00", "M-1")]
    assert told(standard) == ["C-3: no call is due on 2027-02-01 (call is due: R39, Q19)"]


def test_a_call_of_an_unassigned_contract_is_found():
    """Nobody serves C-2, so that nobody owes it a call."""
    alone = PEOPLE.assign(manager_id=["M-1", None], backup_id=["M-2", None])
    assert told(good_calls(), people=alone) == [
        f"C-2: no call is due on {week} (call is due: R39, Q19)" for week in WEEKS
    ]


def test_everything_that_cannot_be_understood_is_listed_at_once():
    """Unknown ids, dates that are none, instants without a zone, minutes in words."""
    rows = good_calls()
    rows[0]["contract_id"] = "C-11"
    rows[1]["manager_id"] = "boss"
    rows[2]["week"] = "2027-02-16"
    rows[3]["week"] = "2027-02-30"
    rows[4]["start"] = "2027-02-01T10:00:00"
    rows[5]["start"] = "Monday at ten"
    rows[6]["minutes"] = "half an hour"
    rows[7]["minutes"] = "-30"
    with pytest.raises(PlanFileError, match=r"calls cannot be understood \(8 problems\)") as it:
        check(rows)
    assert [str(problem) for problem in it.value.problems] == [
        "calls.csv, row 2, column 'contract_id': unknown id 'C-11' (R39); did you mean 'C-1'?",
        "calls.csv, row 3, column 'manager_id': unknown id 'boss' (R39); use an id of the "
        "portfolio",
        "calls.csv, row 4, column 'week': '2027-02-16' is no week of the plan (R39); use a "
        "Monday of the plan, such as 2027-02-01",
        "calls.csv, row 5, column 'week': '2027-02-30' is no week of the plan (R39); use a "
        "Monday of the plan, such as 2027-02-01",
        "calls.csv, row 6, column 'start': '2027-02-01T10:00:00' is no instant (R39); use "
        "UTC, such as 2027-01-05T09:00:00Z",
        "calls.csv, row 7, column 'start': 'Monday at ten' is no instant (R39); use UTC, "
        "such as 2027-01-05T09:00:00Z",
        "calls.csv, row 8, column 'minutes': 'half an hour' is no number of minutes (R39); use "
        "minutes, such as 30",
        "calls.csv, row 9, column 'minutes': '-30' is no number of minutes (R39); use minutes, "
        "such as 30",
    ]


def test_empty_cells_and_columns_that_lack_are_told():
    """Also in the table of missing calls."""
    rows = good_calls()
    rows[0].update(start=None, minutes=None)
    with pytest.raises(PlanFileError, match=r"2 problems") as it:
        check(rows)
    assert [problem.column for problem in it.value.problems] == ["start", "minutes"]
    with pytest.raises(PlanFileError, match=r"calls\.csv, row 1, column 'start': the column"):
        check([{"contract_id": "C-1", "week": WEEKS[0], "minutes": 30, "manager_id": "M-1"}])
    missing = [{"contract_id": "C-9", "week": "soon", "reason": ""}]
    with pytest.raises(PlanFileError, match=r"missing_calls\.csv, row 2") as it:
        check(good_calls(), missing)
    assert [problem.column for problem in it.value.problems] == ["contract_id", "week"]


def test_a_local_time_that_disagrees_with_start_is_told():
    """Whoever edits what they read, the customer's time, must not be ignored silently."""
    rows = good_calls()
    rows[0]["contract_local_start"] = "2027-02-01T11:00:00+01:00"  # ten UTC, as in start
    rows[1]["contract_local_start"] = "2027-02-08T14:00:00+01:00"
    rows[2]["manager_local_start"] = "ten"
    with pytest.raises(PlanFileError, match=r"2 problems") as it:
        check(rows)
    assert [str(problem) for problem in it.value.problems] == [
        f"calls.csv, row {row}, column '{column}': '{text}' is not the instant {start} of "
        "'start' (R39); change 'start' (UTC), and the local time with it or leave it empty"
        for row, column, text, start in (
            (3, "contract_local_start", "2027-02-08T14:00:00+01:00", "2027-02-08T10:00:00Z"),
            (4, "manager_local_start", "ten", "2027-02-15T10:00:00Z"),
        )
    ]
