"""Sessions on weekends and holidays, a bucket of their own."""

import datetime as dt

from examples import EXACT, FOUR_WEEKS, contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.plan.weekend_sessions import weekend_sessions_table
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Holiday, WeekendSession

SATURDAY, SUNDAY = dt.date(2027, 2, 6), dt.date(2027, 2, 28)


def session(date, *, contract_id="C-1", approved=True):
    """Return a session of four hours."""
    return WeekendSession(contract_id=contract_id, date=date, hours=4.0, approved=approved)


def facts_with(*sessions):
    """Return the facts of two contracts and two managers with sessions."""
    records = portfolio(
        [contract("C-1"), contract("C-2")],
        [manager("M-1"), manager("M-2")],
        weekend_sessions=sessions,
    )
    return facts_of(records)


def test_a_session_without_approval_is_refused_and_said_so():
    """Case 13: the table shows both, and only the word of the vendor tells them apart."""
    facts = facts_with(session(SATURDAY), session(SUNDAY, approved=False))
    table = weekend_sessions_table(facts, [stretch()])
    assert table["status"].tolist() == ["approved", "refused"]
    assert table["hours"].tolist() == [4.0, 4.0]


def test_sessions_never_load_anybody():
    """Hours of an approved session stand in the bucket, not in the ledger (R35)."""
    decisions = [stretch()]
    without = keep_ledger(facts_with(), decisions)
    with_session = keep_ledger(facts_with(session(SATURDAY)), decisions)
    assert (without.load == with_session.load).all()


def test_only_sessions_inside_the_horizon_are_listed():
    """1 February is the first day and Sunday, 28 February, the last one of the plan."""
    outside = [dt.date(2027, 1, 31), dt.date(2027, 3, 1)]
    inside = [dt.date(2027, 2, 1), SUNDAY]
    facts = facts_with(*[session(date) for date in outside + inside])
    dates = weekend_sessions_table(facts, [stretch()])["date"]
    assert [date.date() for date in dates] == inside


def test_a_session_falls_to_the_primary_of_its_week():
    """A Saturday belongs to the week that it ends, also after a change of hands."""
    facts = facts_with(session(SATURDAY), session(dt.date(2027, 2, 13)))
    decisions = [stretch(weeks=(0, 0)), stretch(manager_id="M-2", weeks=(1, 3))]
    table = weekend_sessions_table(facts, decisions)
    assert table["manager_id"].tolist() == ["M-1", "M-2"]


def test_a_session_of_a_contract_that_nobody_serves_has_no_manager():
    """Unassigned, not yet assigned and undecided contracts are shown with None."""
    sessions = [session(SATURDAY), session(SUNDAY), session(SUNDAY, contract_id="C-2")]
    decisions = [stretch(manager_id=None, weeks=(0, 1)), stretch(weeks=(2, 3))]
    table = weekend_sessions_table(facts_with(*sessions), decisions)
    assert table["manager_id"].tolist() == [None, "M-1", None]


def test_without_sessions_the_table_is_empty_and_typed():
    """An empty table has the columns and types of a full one."""
    empty = weekend_sessions_table(facts_with(), [stretch()])
    full = weekend_sessions_table(facts_with(session(SATURDAY)), [stretch()])
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert str(full.dtypes["date"]) == "datetime64[s]"


def test_a_session_on_a_working_day_is_told_one_on_a_holiday_is_not():
    """Only weekends and holidays of the customer need a session (R35)."""
    records = portfolio(
        [contract("C-1", country="IT")],
        [manager("M-1")],
        holidays=[Holiday(calendar="IT", date=dt.date(2027, 2, 9))],
        weekend_sessions=[
            session(SATURDAY),
            session(dt.date(2027, 2, 9)),
            session(dt.date(2027, 2, 10)),
        ],
    )
    plan = make_plan(records, **FOUR_WEEKS, options=EXACT)
    assert [text for text in plan.warnings if "R35" in text] == [
        "C-1: the session on 2027-02-10, a Wednesday, is on a working day of the customer; "
        "check the date (R35)"
    ]
