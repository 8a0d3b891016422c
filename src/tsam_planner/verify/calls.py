"""
The rules of the weekly call, one function each.

Calls are examined as instants: each is converted to the local time of the customer and of
the caller at its own date, so that clock changes are seen.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.calendars.windows import Window
from tsam_planner.facts import Facts, working_hours
from tsam_planner.plan.backup_goals import needing_backup
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.decisions import Decision
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.cases import Violation


@dataclass(frozen=True)
class CallCase:
    """Calls under examination, with the decisions and facts they are held against."""

    facts: Facts
    decisions: Sequence[Decision]
    calls: Sequence[Call]
    missing: Sequence[MissingCall]

    @cached_property
    def serving(self) -> Mapping[tuple[str, dt.date], Decision]:
        """The stretch that owes the call of each contract-week, where one is owed."""
        active = self.facts.contract_weeks.active
        return {
            (row.contract_id, self.facts.horizon.mondays[week]): row
            for row in needing_backup(self.facts, self.decisions)
            for week in row.weeks(self.facts.horizon)
            if active[self.facts.contract_index[row.contract_id], week]
        }


def call_is_due(case: CallCase) -> Iterator[Violation]:
    """Every contract-week has one call, or the plan says why there is none (R39)."""
    held = Counter((call.contract_id, call.week) for call in case.calls)
    excused = {(item.contract_id, item.week) for item in case.missing}
    for (contract_id, week), number in held.items():
        if (contract_id, week) not in case.serving:
            yield _violation(
                HardRule.CALL_IS_DUE, contract_id, week, f"no call is due on {week}"
            )
        elif number > 1:
            yield _violation(
                HardRule.CALL_IS_DUE, contract_id, week, f"{number} calls in the week of {week}"
            )
    for contract_id, week in sorted(excused):
        if (contract_id, week) in held or (contract_id, week) not in case.serving:
            state = "is held" if (contract_id, week) in held else "none is due"
            text = f"the call of {week} is declared missing, but {state}"
            yield _violation(HardRule.CALL_IS_DUE, contract_id, week, text)
    for contract_id, week in sorted(case.serving.keys() - held.keys() - excused):
        yield _violation(
            HardRule.CALL_IS_DUE,
            contract_id,
            week,
            f"no call in the week of {week}, and no reason",
        )


def call_is_by_manager_or_backup(case: CallCase) -> Iterator[Violation]:
    """The manager calls, or the substitute on a day on which the manager is away (R41)."""
    facts = case.facts
    for call, row in _due(case):
        if call.manager_id == row.manager_id:
            continue
        if call.manager_id != row.backup_id:
            text = f"{call.manager_id} is neither manager nor substitute in {call.week}"
        elif _is_whole(facts, str(row.manager_id), _customer_date(facts, call)):
            text = f"{row.manager_id} is there on the day on which {row.backup_id} calls"
        else:
            continue
        yield _violation(
            HardRule.CALL_IS_BY_MANAGER_OR_BACKUP, call.contract_id, call.week, text
        )


def call_is_inside_window(case: CallCase) -> Iterator[Violation]:
    """A call lies inside the contract's window, in the week and on a free day (R26-R29)."""
    facts = case.facts
    for call, _ in _due(case):
        contract = facts.contract(call.contract_id)
        date = _customer_date(facts, call)
        if not _is_inside(call, facts.window(contract), date):
            text = f"the call of {call.week} lies outside the contract's window"
        elif not call.week <= date <= call.week + dt.timedelta(days=4):
            text = f"the call of the week of {call.week} is on {date}"
        elif _weight(facts, call.contract_id, date) < 1:
            text = f"{date} is a holiday of the customer, or outside the term"
        else:
            continue
        yield _violation(HardRule.CALL_IS_INSIDE_WINDOW, call.contract_id, call.week, text)


def call_is_inside_working_hours(case: CallCase) -> Iterator[Violation]:
    """A call lies inside the caller's working hours on a whole working day (R32-R34)."""
    facts = case.facts
    for call, _ in _due(case):
        caller = facts.manager(call.manager_id)
        date = call.start.astimezone(ZoneInfo(caller.time_zone)).date()
        if not _is_inside(call, working_hours(caller), date):
            text = f"the call of {call.week} is outside the working hours of {call.manager_id}"
        elif not _is_whole(facts, call.manager_id, date):
            text = f"{call.manager_id} is away on {date}, if only in part"
        else:
            continue
        yield _violation(
            HardRule.CALL_IS_INSIDE_WORKING_HOURS, call.contract_id, call.week, text
        )


def call_is_long_enough(case: CallCase) -> Iterator[Violation]:
    """A call is as long as the contract or the policy says (R39)."""
    for call, _ in _due(case):
        stated = case.facts.contract(call.contract_id).call_minutes
        expected = case.facts.policy.call_minutes if stated is None else stated
        if call.minutes != expected:
            text = f"the call of {call.week} takes {call.minutes} minutes, not {expected}"
            yield _violation(HardRule.CALL_IS_LONG_ENOUGH, call.contract_id, call.week, text)


def calls_do_not_overlap(case: CallCase) -> Iterator[Violation]:
    """Nobody is in two calls at once, nor without the policy's pause between them."""
    pause = dt.timedelta(minutes=case.facts.policy.call_buffer_minutes)
    by_person: dict[str, list[Call]] = defaultdict(list)
    for call in case.calls:
        by_person[call.manager_id].append(call)
    for person, calls in by_person.items():
        for one, other in pairwise(sorted(calls, key=lambda call: call.start)):
            if one.start + dt.timedelta(minutes=one.minutes) + pause > other.start:
                text = (
                    f"{person} calls {one.contract_id} at {one.start:%Y-%m-%d %H:%M} UTC and "
                    f"{other.contract_id} at {other.start:%H:%M}"
                )
                yield Violation(
                    rule=HardRule.CALLS_DO_NOT_OVERLAP,
                    message=text,
                    contract_id=other.contract_id,
                    manager_id=person,
                    week=other.week,
                )


CALL_RULES = (
    call_is_due,
    call_is_by_manager_or_backup,
    call_is_inside_window,
    call_is_inside_working_hours,
    call_is_long_enough,
    calls_do_not_overlap,
)


def _due(case: CallCase) -> Iterator[tuple[Call, Decision]]:
    for call in case.calls:
        row = case.serving.get((call.contract_id, call.week))
        if row is not None:
            yield call, row


def _customer_date(facts: Facts, call: Call) -> dt.date:
    return call.start.astimezone(ZoneInfo(facts.contract(call.contract_id).zone)).date()


def _is_inside(call: Call, window: Window, date: dt.date) -> bool:
    begins = int(call.start.timestamp())
    ends = begins + 60 * call.minutes
    opens, closes = window.seconds(date)
    return opens <= begins and ends <= closes


def _day(facts: Facts, date: dt.date) -> int | None:
    week = facts.horizon.week_of(date)
    return (
        None if week is None or date.weekday() >= WEEKDAYS else WEEKDAYS * week + date.weekday()
    )


def _is_whole(facts: Facts, manager_id: str, date: dt.date) -> bool:
    day = _day(facts, date)
    presence = facts.manager_days.presence[facts.manager_index[manager_id]]
    return day is not None and bool(presence[day] == 1.0)


def _weight(facts: Facts, contract_id: str, date: dt.date) -> float:
    day = _day(facts, date)
    row = facts.contract_index[contract_id]
    return 0.0 if day is None else float(facts.contract_weeks.weight[row, day])


def _violation(rule: HardRule, contract_id: str, week: dt.date, text: str) -> Violation:
    return Violation(
        rule=rule, message=f"{contract_id}: {text}", contract_id=contract_id, week=week
    )
