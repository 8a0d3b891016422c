"""
The points of the weekly calls, worked out from the calls alone.

A contract's usual slot is the weekday and local time at which most of its calls with one
manager are held. The points stand apart from those of a plan's own goals.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tsam_planner.facts import Facts
from tsam_planner.plan.calls import Call, MissingCall
from tsam_planner.plan.decisions import Decision
from tsam_planner.units import micro

CALL_GOALS = {
    "missing": "contract-weeks without a call",
    "by_backup": "calls of a substitute",
    "other_day": "calls on another weekday than usual",
    "other_hour": "hours between calls and their usual local time",
}

LocalSlot = tuple[int, int]
"""Weekday (0 is Monday) and minutes after midnight, local to the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPoints:
    """Points of the calls by goal, in whole millionths; fewer are better."""

    missing: int
    by_backup: int
    other_day: int
    other_hour: int

    @property
    def total(self) -> int:
        """Sum over all goals, in whole millionths."""
        return sum(self.by_goal().values())

    def by_goal(self) -> dict[str, int]:
        """Return the millionths of points of each goal."""
        return {goal: getattr(self, goal) for goal in CALL_GOALS}


def count_call_points(
    facts: Facts,
    decisions: Sequence[Decision],
    calls: Sequence[Call],
    missing: Sequence[MissingCall],
) -> CallPoints:
    """Return the points of the calls of some decisions by goal (R39)."""
    weights = facts.policy.call_goals
    days = minutes = substitutes = 0
    for decision, own in calls_by_stretch(facts, decisions, calls):
        slots = [local_slot(facts, call) for call in own]
        day, minute = _most_frequent(slots)
        days += sum(slot[0] != day for slot in slots)
        minutes += sum(abs(slot[1] - minute) for slot in slots)
        substitutes += sum(call.manager_id != decision.manager_id for call in own)
    return CallPoints(
        missing=sum(
            micro(weights.missing * facts.contract(item.contract_id).priority)
            for item in missing
        ),
        by_backup=micro(weights.by_backup * substitutes),
        other_day=micro(weights.other_day * days),
        other_hour=micro(weights.other_hour * minutes / 60),
    )


def calls_by_stretch(
    facts: Facts, decisions: Sequence[Decision], calls: Sequence[Call]
) -> Iterator[tuple[Decision, list[Call]]]:
    """Yield every stretch that has calls, with them."""
    by_contract: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_contract[call.contract_id].append(call)
    for decision in decisions:
        weeks = {facts.horizon.mondays[week] for week in decision.weeks(facts.horizon)}
        own = [call for call in by_contract[decision.contract_id] if call.week in weeks]
        if own:
            yield decision, own


def local_slot(facts: Facts, call: Call) -> LocalSlot:
    """Return the weekday and minute of a call in its contract's time zone."""
    local = call.start.astimezone(ZoneInfo(facts.contract(call.contract_id).zone))
    return local.weekday(), 60 * local.hour + local.minute


def _most_frequent(slots: Sequence[LocalSlot]) -> LocalSlot:
    """Return the usual slot: the most frequent one, the earliest of several."""
    counts = Counter(slots)
    return min(counts, key=lambda slot: (-counts[slot], slot))
