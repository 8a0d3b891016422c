"""Working days on which neither the manager nor the substitute can answer."""

import datetime as dt

import pytest

from examples import contract, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.plan.response_gaps import absent_together_days, response_gaps_table
from tsam_planner.portfolio.records import Absence, Holiday


def away(manager_id, first, last, **fields):
    """Return an absence between two days of February 2027."""
    return Absence(
        manager_id=manager_id,
        start_date=dt.date(2027, 2, first),
        end_date=dt.date(2027, 2, last),
        **fields,
    )


def facts_with(*absences, signed=None, policy=None, **tables):
    """Return the facts of one contract and three managers with absences."""
    people = [manager("M-1"), manager("M-2"), manager("M-3")]
    records = portfolio([signed or contract()], people, absences=absences, **tables)
    return facts_of(records, **(policy or {}))


def gaps(facts, *decisions):
    """Return first day, last day and length of each gap."""
    table = response_gaps_table(facts, decisions)
    return [
        (first.day, last.day, days)
        for first, last, days in zip(
            table["first_day"], table["last_day"], table["working_days"], strict=True
        )
    ]


def test_two_days_away_together_exceed_a_goal_of_one():
    """Manager away Wed-Fri 3-5 and substitute Thu-Mon 4-8: nobody on Thu 4 and Fri 5."""
    facts = facts_with(away("M-1", 3, 5), away("M-2", 4, 8))
    table = response_gaps_table(facts, [stretch(backup_id="M-2")])
    assert table.to_dict("records") == [
        {
            "contract_id": "C-1",
            "first_day": dt.datetime(2027, 2, 4),
            "last_day": dt.datetime(2027, 2, 5),
            "working_days": 2,
            "goal_days": 1,
            "manager_id": "M-1",
            "backup_id": "M-2",
        }
    ]


def test_one_day_away_together_keeps_a_goal_of_one():
    """Who asks on the day without anybody is answered on the next working day (R23)."""
    facts = facts_with(away("M-1", 3, 4), away("M-2", 4, 5))
    assert gaps(facts, stretch(backup_id="M-2")) == []


def test_a_run_crosses_the_weekend():
    """Both away Thu 4 to Mon 8: three working days, 4, 5 and 8, in one run."""
    facts = facts_with(away("M-1", 4, 8), away("M-2", 4, 8))
    assert gaps(facts, stretch(backup_id="M-2")) == [(4, 8, 3)]


def test_without_a_substitute_the_manager_alone_counts():
    """An absence of a whole week, 8-12, is a gap of five working days."""
    facts = facts_with(away("M-1", 8, 12))
    assert gaps(facts, stretch()) == [(8, 12, 5)]
    assert response_gaps_table(facts, [stretch()])["backup_id"].tolist() == [None]


def test_a_customers_holiday_neither_counts_nor_interrupts():
    """Away Mon 8 to Wed 10, the customer rests on Tue 9: the 8th and 10th, two days."""
    rest = Holiday(calendar="IT", date=dt.date(2027, 2, 9))
    facts = facts_with(away("M-1", 8, 10), signed=contract(country="IT"), holidays=[rest])
    assert gaps(facts, stretch()) == [(8, 10, 2)]


def test_half_a_holiday_is_a_working_day():
    """A day with a weight of one half counts as one: Mon 8 and Tue 9, two days."""
    rest = Holiday(calendar="IT", date=dt.date(2027, 2, 9), fraction=0.5)
    facts = facts_with(away("M-1", 8, 9), signed=contract(country="IT"), holidays=[rest])
    assert gaps(facts, stretch()) == [(8, 9, 2)]


def test_who_is_there_for_part_of_a_day_is_there():
    """Six of eight hours away leave two to answer in."""
    facts = facts_with(away("M-1", 8, 12), away("M-2", 8, 12, hours_per_day=6.0))
    assert gaps(facts, stretch(backup_id="M-2")) == []


@pytest.mark.parametrize(("last", "expected"), [(9, []), (10, [(8, 10, 3)])])
def test_standard_has_two_days_to_answer(last, expected):
    """Case 14: two days without anybody keep Standard's goal, three do not (R22)."""
    standard = contract(offering="saas_standard", deployment="saas")
    facts = facts_with(away("M-1", 8, last), signed=standard)
    assert gaps(facts, stretch()) == expected


def test_the_goal_is_the_policys():
    """With three days to answer TSAM customers (Q23), three days without anybody are fine."""
    facts = facts_with(away("M-1", 8, 10), policy={"response_days": {"tsam": 3}})
    assert gaps(facts, stretch()) == []


def test_days_outside_the_term_are_no_working_days():
    """The term ends on Tue 9: of the absence 8-12 two days are left."""
    facts = facts_with(away("M-1", 8, 12), signed=contract(end_date=dt.date(2027, 2, 9)))
    assert gaps(facts, stretch(weeks=(0, 1))) == [(8, 9, 2)]


def test_a_run_crosses_a_change_of_hands_and_names_everybody():
    """M-1 is away on Fri 5, M-2 takes over on Mon 8 and is away that day: two days."""
    facts = facts_with(away("M-1", 5, 5), away("M-2", 8, 8), away("M-3", 5, 8))
    decisions = [
        stretch(manager_id="M-2", weeks=(1, 3)),
        stretch(manager_id="M-1", backup_id="M-3", weeks=(0, 0)),
    ]
    assert gaps(facts, *decisions) == [(5, 8, 2)]
    row = response_gaps_table(facts, decisions).iloc[0]
    assert (row["manager_id"], row["backup_id"]) == ("M-1;M-2", "M-3")


def test_weeks_without_a_manager_are_no_gap_and_part_runs():
    """Away all February but served in weeks 1 and 3 only: two runs of five days."""
    facts = facts_with(away("M-1", 1, 28))
    decisions = [stretch(weeks=(0, 0)), stretch(weeks=(2, 2))]
    decisions.append(stretch(manager_id=None, weeks=(1, 1)))
    assert gaps(facts, *decisions) == [(1, 5, 5), (15, 19, 5)]


def test_every_run_is_a_row_of_its_own():
    """Away 2-3 and 10-12, there in between: runs of two and three days."""
    facts = facts_with(away("M-1", 2, 3), away("M-1", 10, 12))
    assert gaps(facts, stretch()) == [(2, 3, 2), (10, 12, 3)]


def test_without_gaps_the_table_is_empty_and_typed():
    """An empty table has the columns and types of a full one."""
    empty = response_gaps_table(facts_with(), [stretch()])
    full = response_gaps_table(facts_with(away("M-1", 8, 12)), [stretch()])
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)
    assert str(full.dtypes["first_day"]) == "datetime64[s]"


@pytest.mark.parametrize(
    ("weeks", "days"),
    [
        # Runs of 2-3 (one day beyond the goal), 9-11 (two), 16 (none) and 18-23 (four
        # working days, three beyond).
        (range(4), 6),
        (range(1), 1),
        (range(1, 4), 5),
        # A run that is cut counts as far as the pair serves: the 22nd and 23rd.
        (range(3, 4), 1),
        ([], 0),
    ],
)
def test_days_of_a_pair_beyond_the_goal_add_up(weeks, days):
    """Each run gives its working days less one day of goal."""
    absences = [away("M-1", 2, 3), away("M-1", 9, 11), away("M-1", 16, 23)]
    # The substitute is there on the 17th.
    absences += [away("M-2", 1, 16), away("M-2", 18, 26)]
    facts = facts_with(*absences)
    assert absent_together_days(facts, 0, 0, 1, iter(weeks)) == days


def test_days_of_a_pair_agree_with_the_table():
    """Over one stretch the sum is that of the table's rows, with and without substitute."""
    facts = facts_with(away("M-1", 1, 9), away("M-2", 4, 18), away("M-1", 16, 17))
    for backup_id, backup in ((None, None), ("M-2", 1), ("M-3", 2)):
        table = response_gaps_table(facts, [stretch(backup_id=backup_id)])
        beyond = (table["working_days"] - table["goal_days"]).sum()
        assert absent_together_days(facts, 0, 0, backup, range(4)) == beyond
