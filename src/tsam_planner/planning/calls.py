"""The weekly calls: usual slots manager by manager, then every week that differs."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts
from tsam_planner.model.call_times import CallTimes, Line
from tsam_planner.model.calls import Cells, Slot, Way, model_slots, model_week
from tsam_planner.plan.backup_goals import needing_backup
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.decisions import Decision
from tsam_planner.planning.call_reasons import why_missing, why_moved
from tsam_planner.planning.searches import Searcher


@dataclass(slots=True)
class Diary:
    """Calls that are placed, and the cells of everybody's weeks that they take."""

    searcher: Searcher
    times: CallTimes
    lines: tuple[Line, ...]
    usual: dict[int, Slot] = field(default_factory=dict)
    usual_of_contract: dict[int, Slot] = field(default_factory=dict)
    ways: dict[tuple[int, int], Way] = field(default_factory=dict)

    def taken(self, week: int) -> dict[int, set[int]]:
        """Return the cells that each person's placed calls take in a week."""
        cells = Cells(self.times)
        taken: dict[int, set[int]] = {}
        for (line, at), way in self.ways.items():
            if at == week:
                own = cells.of(self.lines[line], week, way.slot)
                taken.setdefault(way.person, set()).update(own)
        return taken


def place_calls(
    facts: Facts,
    decisions: Sequence[Decision],
    searcher: Searcher,
) -> tuple[list[Call], list[MissingCall]]:
    """Return a call for every contract-week that can have one, and the reason where not."""
    diary = Diary(searcher, CallTimes(facts), tuple(_lines(facts, decisions)))
    by_manager: dict[int, list[int]] = {}
    for row, line in enumerate(diary.lines):
        by_manager.setdefault(line.manager, []).append(row)
    for own in by_manager.values():
        _choose_usual_slots(diary, own)
    for week in range(facts.horizon.weeks):
        _place_week(diary, week)
    return _calls(diary), _missing(diary)


def _lines(facts: Facts, decisions: Sequence[Decision]) -> Iterable[Line]:
    for row in needing_backup(facts, decisions):
        weeks = row.weeks(facts.horizon)
        yield Line(
            facts.contract_index[row.contract_id],
            facts.manager_index[str(row.manager_id)],
            None if row.backup_id is None else facts.manager_index[row.backup_id],
            weeks.start,
            weeks.stop - 1,
        )


def _choose_usual_slots(diary: Diary, own: Sequence[int]) -> None:
    """Choose the slots of one manager's lines, near those that their contracts have already."""
    lines = [diary.lines[row] for row in own]
    model = model_slots(diary.times, lines, diary.usual_of_contract)
    result = diary.searcher.calls(model)
    for row, way in zip(own, model.chosen(result.chosen_option.tolist()), strict=True):
        if way is not None:
            diary.usual[row] = way.slot
            diary.usual_of_contract[diary.lines[row].contract] = way.slot


def _place_week(diary: Diary, week: int) -> None:
    """Hold what can be held as usual, then move the rest, then make room if need be."""
    due = [row for row, line in enumerate(diary.lines) if diary.times.is_due(line)[week]]
    moved = [row for row in due if not _hold_as_usual(diary, row, week)]
    left = _move(diary, moved, week)
    if left:
        people = {person for row in left for person in _people(diary.lines[row])}
        others = [
            row
            for row in due
            if (row, week) in diary.ways and diary.ways[row, week].person in people
        ]
        before = {row: diary.ways.pop((row, week)) for row in others}
        again = _move(diary, left + others, week)
        if _urgency(diary, again) >= _urgency(diary, left):
            for row in left + others:
                diary.ways.pop((row, week), None)
            diary.ways.update({(row, week): way for row, way in before.items()})


def _urgency(diary: Diary, rows: Sequence[int]) -> float:
    contracts = diary.times.facts.contracts
    return math.fsum(contracts[diary.lines[row].contract].priority for row in rows)


def _hold_as_usual(diary: Diary, row: int, week: int) -> bool:
    slot, line = diary.usual.get(row), diary.lines[row]
    if slot is None:
        return False
    if not diary.times.free(line.contract, line.manager)[week, slot.weekday, slot.step]:
        return False
    diary.ways[row, week] = Way(row, line.manager, slot, 0.0)
    return True


def _people(line: Line) -> tuple[int, ...]:
    return (line.manager,) if line.backup is None else (line.manager, line.backup)


def _move(diary: Diary, rows: Sequence[int], week: int) -> list[int]:
    """Place calls beside those that stand; return the rows that found no place."""
    if not rows:
        return []
    lines = [diary.lines[row] for row in rows]
    usual = [diary.usual.get(row) for row in rows]
    model = model_week(diary.times, lines, week, usual, diary.taken(week))
    result = diary.searcher.calls(model)
    left = []
    for row, way in zip(rows, model.chosen(result.chosen_option.tolist()), strict=True):
        if way is None:
            left.append(row)
        else:
            diary.ways[row, week] = way
    return left


def _calls(diary: Diary) -> list[Call]:
    times, facts = diary.times, diary.times.facts
    calls = []
    for (row, week), way in diary.ways.items():
        line = diary.lines[row]
        seconds = times.start(line.contract, WEEKDAYS * week + way.slot.weekday, way.slot.step)
        calls.append(
            Call(
                contract_id=facts.contracts[line.contract].contract_id,
                week=facts.horizon.mondays[week],
                start=dt.datetime.fromtimestamp(seconds, dt.UTC),
                minutes=times.minutes(line.contract),
                manager_id=facts.managers[way.person].manager_id,
                reason=why_moved(times, line, week, way, diary.usual.get(row)),
            )
        )
    return sorted(calls, key=lambda call: (call.contract_id, call.week))


def _missing(diary: Diary) -> list[MissingCall]:
    facts = diary.times.facts
    missing = [
        MissingCall(
            contract_id=facts.contracts[line.contract].contract_id,
            week=facts.horizon.mondays[week],
            reason=why_missing(diary.times, line, week),
        )
        for row, line in enumerate(diary.lines)
        for week in np.flatnonzero(diary.times.is_due(line)).tolist()
        if (row, week) not in diary.ways
    ]
    return sorted(missing, key=lambda item: (item.contract_id, item.week))
