"""Why a call is not as usual, or not at all: one sentence each."""

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.model.call_times import CallTimes, Line
from tsam_planner.model.calls import Slot, Way


def why_moved(times: CallTimes, line: Line, week: int, way: Way, usual: Slot | None) -> str:
    """Return what forced a call off its usual slot; nothing where it is as usual."""
    facts = times.facts
    who = facts.managers[line.manager].manager_id
    if usual is None:
        return f"no usual slot is free of other calls of {who} all quarter"
    if way.person == line.manager and way.slot == usual:
        return ""
    substitute = "" if way.person == line.manager else "by the substitute: "
    if not times.free(line.contract, line.manager)[week].any():
        return f"{substitute}{_no_day(times, line, week)}"
    return f"{substitute}{_why_not_then(times, line, week, usual)}"


def _why_not_then(times: CallTimes, line: Line, week: int, usual: Slot) -> str:
    """Say what is in the way of the usual slot in a week."""
    facts, day = times.facts, WEEKDAYS * week + usual.weekday
    date, who = facts.horizon.weekdays[day], facts.managers[line.manager].manager_id
    if not facts.contract_weeks.term[line.contract, day]:
        return f"{date} is outside the contract's term"
    if facts.contract_weeks.weight[line.contract, day] < 1:
        return f"{date} is a holiday of the customer"
    if times.free(line.contract, line.manager)[week, usual.weekday, usual.step]:
        return "the usual time is taken by a call that had to move"
    if facts.manager_days.presence[line.manager, day] < 1:
        return f"{who} is away on {date}"
    return f"clocks have changed: at the usual time {who} does not work"


def _no_day(times: CallTimes, line: Line, week: int) -> str:
    facts = times.facts
    who = facts.managers[line.manager].manager_id
    days = slice(WEEKDAYS * week, WEEKDAYS * (week + 1))
    if (facts.manager_days.presence[line.manager, days] == 0).all():
        return f"{who} is away all week"
    return f"{who} and the customer have no whole working day in common"


def why_missing(times: CallTimes, line: Line, week: int) -> str:
    """Return why a contract-week has no call at all."""
    facts = times.facts
    own = times.free(line.contract, line.manager)[week].any()
    who = facts.managers[line.manager].manager_id
    if line.backup is None:
        if own:
            return f"all possible times of {who} are taken by other calls"
        return f"{_no_day(times, line, week)}, and there is no substitute"
    substitute = facts.managers[line.backup].manager_id
    if own or times.free(line.contract, line.backup)[week].any():
        return f"all possible times of {who} and {substitute} are taken by other calls"
    return f"{_no_day(times, line, week)}, nor is there one with {substitute}"
