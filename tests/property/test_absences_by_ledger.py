"""Single absences against the slow way: each entered as data, everything worked out anew."""

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from budgets import examples
from examples import updated
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.model.call_times import CallTimes
from tsam_planner.plan.backup_goals import needs_backup
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.portfolio.records import Absence
from tsam_planner.studies.absences import examine_decisions

SUMS = ["hours", "covered_hours", "uncovered_hours", "cases"]


@st.composite
def decided(draw):
    """Draw a portfolio and decisions about it: anybody for anything, by pairs or alone."""
    portfolio, horizon = draw(portfolios(managers=4))
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    people = [item.manager_id for item in facts.managers]
    decisions = []
    for row, contract in enumerate(facts.contracts):
        if not facts.planned[row]:
            continue
        first, last = facts.first_and_last_week(row)
        cut = draw(st.integers(first, last))
        for begin, end in ((first, cut), (cut + 1, last)):
            if begin <= end:
                pair = draw(st.permutations([*people, None]))[:2]
                decisions.append(_decision(contract, pair, facts, begin, end))
    return facts, decisions


def _decision(contract, pair, facts, first, last):
    return Decision(
        contract_id=contract.contract_id,
        status="assigned" if pair[0] else "unassigned",
        manager_id=pair[0],
        backup_id=pair[1] if pair[0] else None,
        from_week=facts.horizon.mondays[first],
        to_week=facts.horizon.mondays[last],
    )


def _with(facts, manager_id, monday):
    """Return the facts of a portfolio with one more absence, from Monday to Friday."""
    friday = monday + dt.timedelta(days=4)
    more = Absence(manager_id=manager_id, start_date=monday, end_date=friday)
    return _anew(facts, (*facts.portfolio.absences, more))


def _without(facts, manager_id, monday):
    """Return the facts of a portfolio without a manager's absences in a week."""
    before, after = monday - dt.timedelta(days=1), monday + dt.timedelta(days=7)
    kept = []
    for item in facts.portfolio.absences:
        if item.manager_id != manager_id:
            kept.append(item)
            continue
        parts = (
            (item.start_date, min(item.end_date, before)),
            (max(item.start_date, after), item.end_date),
        )
        kept += [
            updated(item, start_date=first, end_date=last)
            for first, last in parts
            if first <= last
        ]
    return _anew(facts, tuple(kept))


def _anew(facts, absences):
    return gather_facts(
        updated(facts.portfolio, absences=absences), facts.horizon, facts.policy
    )


def _over(facts, ledger, week):
    """Return the cases above each manager's limit that come with cover."""
    over = {}
    for row in range(len(facts.managers)):
        room = max(0, facts.manager_weeks.max_cases[row] - ledger.cases[row, week])
        over[row] = max(0, ledger.cover_cases[row, week] - room)
    return over


def _increases(earlier, later):
    """Return by how much figures of managers rise, where they do."""
    return {row: later[row] - earlier[row] for row in later if later[row] > earlier[row]}


def _ids(facts, positions):
    return ";".join(facts.managers[position].manager_id for position in positions)


def _call(facts, decision, contract, week):
    """Return who can call, with every free time worked out anew."""
    times = CallTimes(facts)
    manager = facts.manager_index[decision.manager_id]
    if times.free(contract, manager)[week].any():
        return "manager"
    if decision.backup_id is None:
        return "lost"
    backup = facts.manager_index[decision.backup_id]
    days = facts.manager_days.presence[manager].reshape(-1, 5)[week] < 1
    return "substitute" if times.free(contract, backup)[week][days].any() else "lost"


@examples(60)
@given(decided())
def test_each_absence_is_what_the_ledger_makes_of_it_as_data(drawn):
    """Hours, cases and calls equal those of a portfolio that has (or lacks) the absence."""
    facts, decisions = drawn
    test = examine_decisions(facts, decisions)
    concerned = {
        (row["manager_id"], row["week"].date(), row["contract_id"]): row
        for row in test.contracts.to_dict("records")
    }
    serving = {
        (row.contract_id, week): row
        for row in decisions
        for week in row.weeks(facts.horizon)
        if needs_backup(facts, row)
    }
    for row in test.weeks.to_dict("records"):
        name, monday = row["manager_id"], row["week"].date()
        week = facts.horizon.week_of(monday)
        without = _without(facts, name, monday)
        is_planned = not (without.manager_days.presence == facts.manager_days.presence).all()
        assert row["kind"] == ("planned" if is_planned else "unplanned")
        sides = (without, facts) if is_planned else (facts, _with(facts, name, monday))
        before, after = (keep_ledger(side, decisions) for side in sides)
        for (contract_id, at), decision in serving.items():
            place = facts.contract_index[contract_id], week
            if at != week:
                continue
            found = concerned.get((name, monday, contract_id))
            if found is None:
                assert after.uncovered[place] <= before.uncovered[place]
                continue
            assert found["hours"] == after.due[place] / 1e6
            assert found["uncovered_hours"] == after.uncovered[place] / 1e6
            assert found["cases"] == facts.contract_weeks.cases[place]
            assert found["call"] == _call(sides[1], decision, *place)
        over = [
            _over(side, ledger, week)
            for side, ledger in zip(sides, (before, after), strict=True)
        ]
        assert row["cases_over"] == sum(_increases(*over).values())
        assert row["over_limit"] == _ids(facts, _increases(*over))
        short = [
            dict(enumerate((ledger.asked - ledger.cover)[:, week]))
            for ledger in (before, after)
        ]
        others = _increases(*short)
        others.pop(facts.manager_index[name], None)
        assert row["over_hours"] == _ids(facts, others)


@examples(60)
@given(decided())
def test_rows_of_managers_add_up_those_of_contracts(drawn):
    """Every manager-week with an active contract has a row, the sum of its contracts'."""
    facts, decisions = drawn
    test = examine_decisions(facts, decisions)
    active = facts.contract_weeks.active
    expected = {
        (person, facts.horizon.mondays[week])
        for row in decisions
        for week in row.weeks(facts.horizon)
        for person in (row.manager_id, row.backup_id)
        if person
        and needs_backup(facts, row)
        and active[facts.contract_index[row.contract_id], week]
    }
    weeks = test.weeks
    assert set(zip(weeks["manager_id"], weeks["week"].dt.date, strict=True)) == expected
    assert len(weeks) == len(expected)
    key = ["manager_id", "week"]
    totals = test.contracts.groupby(key)[SUMS].sum()
    found = weeks.set_index(key)[SUMS]
    totals = totals.reindex(found.index, fill_value=0)
    assert (totals - found).abs().to_numpy().max(initial=0) < 1e-9
    counts = Counter(zip(test.contracts["manager_id"], test.contracts["week"], strict=True))
    lost = test.contracts[test.contracts["call"] == "lost"]
    lost_counts = Counter(zip(lost["manager_id"], lost["week"], strict=True))
    for row in weeks.to_dict("records"):
        place = row["manager_id"], row["week"]
        assert row["calls"] == row["contracts"] + row["other_contracts"] == counts[place]
        assert row["calls_lost"] == lost_counts[place]
