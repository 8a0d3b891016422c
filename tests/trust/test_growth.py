"""Work and memory that follow from a team's size, counted instead of timed."""

import gc
import tracemalloc
from itertools import combinations

import pytest

from examples import EXACT, FOUR_WEEKS, contract, day, manager, portfolio
from hand_made import facts_of, stretch
from tsam_planner.demand.draws import draw_demand
from tsam_planner.model.pairs import match_pairs
from tsam_planner.model.tasks import form_tasks
from tsam_planner.plan import backup_goals
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.planning import calls, rooms
from tsam_planner.planning.recipe import make_plan
from tsam_planner.portfolio.records import Company
from tsam_planner.studies import absences
from tsam_planner.studies.cover import situations

TEAMS = (3, 12)


class Counted(tuple):
    """Rows that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self):
        """Count, and go through the rows."""
        type(self).times += 1
        return super().__iter__()


@pytest.fixture
def times(monkeypatch):
    """Return a function that tells how often counted rows were gone through by a call."""

    def of(function, *arguments):
        monkeypatch.setattr(Counted, "times", 0)
        function(*arguments)
        return Counted.times

    return of


def ring(size):
    """Return the facts of a team, and decisions in which each stands in for the next."""
    names = [f"{number:02}" for number in range(size)]
    signed = [contract(f"C-{name}") for name in names]
    rows = [
        stretch(f"C-{name}", f"M-{name}", f"M-{names[place - 1]}")
        for place, name in enumerate(names)
    ]
    return facts_of(portfolio(signed, [manager(f"M-{name}") for name in names])), rows


def test_absences_of_a_larger_team_go_through_its_plan_as_often(times):
    """Who stands in for whom is looked up by person, not sought in the plan for each."""
    counts = set()
    for size in TEAMS:
        facts, rows = ring(size)
        counts.add(times(list, situations(facts, Counted(rows))))
    # A generator begins to work where it is read: something was counted.
    assert len(counts) == 1
    assert counts != {0}


def test_absences_know_the_positions_of_people_once():
    """With another manager away, ids and positions are the same: nobody numbers them anew."""
    facts, rows = ring(3)
    found = list(situations(facts, rows))
    assert len({id(one.facts) for one in found}) > 1
    for name in ("contract_index", "manager_index"):
        assert {id(getattr(one.facts, name)) for one in found} == {id(getattr(facts, name))}


def test_absences_of_a_larger_team_keep_no_hours_of_the_whole_team(monkeypatch):
    """Ledgers hold every manager and contract: of one a manager, none is kept for later."""
    alive = []

    def look(findings):
        gc.collect()
        alive.append(sum(isinstance(item, Ledger) for item in gc.get_objects()))
        return []

    monkeypatch.setattr(absences, "summarize_absences", look)
    for size in TEAMS:
        absences.examine_decisions(*ring(size))
    assert alive[0] == alive[1]


def test_a_company_kept_apart_may_have_many_contracts_that_are_cut():
    """
    Ten contracts of a company are cut in three by people who leave and join.

    To choose one stretch of each there are 3^10 = 59,049 ways. 11 x 11 = 121 of them suffice,
    as 11 is the next prime, for every two stretches of two contracts to meet in one.
    """
    names = [f"{number:02}" for number in range(10)]
    leaving = [manager(f"M-{name}", end_date=day("02-19")) for name in names]
    joining = [manager(f"N-{name}", start_date=day("02-08")) for name in names]
    records = portfolio(
        [contract(f"C-{name}", company_id="K") for name in names],
        [*leaving, *joining],
        today={f"C-{name}": f"M-{name}" for name in names},
        companies=(Company(company_id="K", same_manager="forbid"),),
    )
    facts = facts_of(records)
    stretches = match_pairs(facts).stretches
    tasks = form_tasks(facts, stretches)
    owner = [stretches[task.stretches[0]].contract for task in tasks.items]
    assert len(owner) == 30
    assert 1 < len(tasks.apart) <= 121
    assert all(
        len({owner[task] for task in apart}) == len(apart) == 10 for apart in tasks.apart
    )
    together = {pair for apart in tasks.apart for pair in combinations(sorted(apart), 2)}
    assert together == {
        (one, other) for one, other in combinations(range(30), 2) if owner[one] != owner[other]
    }


def test_standby_of_a_larger_team_goes_through_the_substitutes_as_often(times, monkeypatch):
    """Hours that people stand in for are added up in one go, not for each of them."""
    monkeypatch.setattr(backup_goals, "needing_backup", lambda _, rows: Counted(rows))
    counts = set()
    for size in TEAMS:
        facts, rows = ring(size)
        ledger = keep_ledger(facts, rows)
        counts.add(times(backup_goals.count_backup_points, facts, rows, ledger))
    assert len(counts) == 1
    assert counts != {0}


def test_calls_of_a_larger_team_go_through_its_lines_as_often(times, monkeypatch):
    """Every manager's lines are found once for all."""
    build = calls.Diary
    monkeypatch.setattr(
        calls, "Diary", lambda searcher, when, lines: build(searcher, when, Counted(lines))
    )
    counts = set()
    for size in TEAMS:
        records = ring(size)[0].portfolio
        counts.add(times(lambda of: make_plan(of, **FOUR_WEEKS, options=EXACT), records))
    assert len(counts) == 1
    assert counts != {0}


def test_reasons_of_a_crowded_team_count_its_changes_of_hands_once(monkeypatch):
    """
    Three contracts find no room with two managers, nor a change of hands that is left.

    Whose contracts have changed hands is the same for each of them.
    """
    asked = []
    count = rooms.changed_contracts
    monkeypatch.setattr(rooms, "changed_contracts", lambda *of: asked.append(of) or count(*of))
    signed = [contract(f"C-{number}", need_hours=10.0) for number in range(9)]
    # Of nine contracts of 10 h, three fit into the 32 deployable hours of each of two.
    today = {f"C-{number}": f"M-{number % 2}" for number in range(9)}
    records = portfolio(signed, [manager("M-0"), manager("M-1")], today=today)
    policy = records.policy.model_copy(update={"max_handovers": 0})
    plan = make_plan(records, **FOUR_WEEKS, policy=policy, options=EXACT)
    assert (plan.assignments["status"] == "unassigned").sum() == 3
    assert len(asked) == 1


def test_futures_take_little_more_memory_than_they_fill():
    """
    Of 20 contracts in 5,000 futures, draw by draw: 4 bytes a week, and 2 for each moment.

    5,000 x 20 x (4 x 4 + 40 x 2) bytes are 9.6 MB. What is drawn a hundred futures at a time
    comes on top; a second copy of all does not.
    """
    facts, _ = ring(20)
    draw_demand(facts.portfolio, facts.horizon, facts.policy, draws=1)
    tracemalloc.start()
    try:
        draw_demand(facts.portfolio, facts.horizon, facts.policy, draws=5000)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1.8 * 9.6e6
