"""
Contracts whose people differ between two plans, week by week.

Only weeks that both plans have are looked at: what is over by the first of them is history,
and nobody has to be told about it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import weeks_in
from tsam_planner.studies.call_slots import in_words, usual_slots
from tsam_planner.studies.forced_changes import ByWeek, Judge, Judgement

MOVE_COLUMNS = (
    "contract_id", "from_managers", "to_managers", "kind", "forced", "judged", "reason",
    "planned_hours", "most_cases", "new_substitute", "weeks_alone", "call_before",
    "call_after",
)  # fmt: skip
KINDS = (
    "served anew", "served no more", "changes hands", "at other times", "new", "gone",
    "another substitute", "another call time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Served:
    """Who serves a contract in each week of a plan that it is planned in, and why."""

    managers: ByWeek
    substitutes: ByWeek
    reasons: Mapping[pd.Timestamp, str]


def common_weeks(plan: Plan, other: Plan) -> tuple[dt.date, ...]:
    """Return the Mondays that two plans have in common."""
    known = set(other.horizon.mondays)
    return tuple(monday for monday in plan.horizon.mondays if monday in known)


def contract_moves(plan: Plan, other: Plan) -> pd.DataFrame:
    """Return one row per contract whose people differ (see `PlanDifference`)."""
    weeks = pd.to_datetime(list(common_weeks(plan, other)))
    before, after = _served(plan, weeks), _served(other, weeks)
    judge = Judge(other, _managers(before), _managers(after))
    grid = other.contract_weeks[other.contract_weeks["week"].isin(weeks)]
    hours = grid.groupby("contract_id")["planned_hours"].sum()
    cases = grid.groupby("contract_id")["cases"].max()
    idle = other.assignments[other.assignments["status"] == "not_planned"]
    why_idle = dict(zip(idle["contract_id"], idle["reason"].map(_text), strict=True))
    slots, later = _slots(plan, weeks), _slots(other, weeks)
    rows = []
    for name in sorted(before.keys() | after.keys()):
        one, two = before.get(name), after.get(name)
        calls = slots.get(name, ""), later.get(name, "")
        kind = _kind(one, two)
        if kind is None and "" not in calls and calls[0] != calls[1]:
            kind = "another call time"
        if kind is None:
            continue
        is_judged = kind == "changes hands"
        judgement = judge.judge(name) if is_judged else Judgement(False, "")
        said = why_idle.get(name, "") if two is None else _reason(one, two)
        rows.append(
            (
                name,
                ";".join(_in_turn(one)),
                ";".join(_in_turn(two)),
                kind,
                bool(judgement.forced),
                judgement.forced is not None,
                judgement.reason or said,
                float(hours.get(name, 0.0)),
                int(cases.get(name, 0)),
                two is not None and (one is None or _differ(one.substitutes, two.substitutes)),
                _weeks_alone(one, two),
                *calls,
            )
        )
    return pd.DataFrame(rows, columns=list(MOVE_COLUMNS))


def _served(plan: Plan, weeks: pd.DatetimeIndex) -> dict[str, Served]:
    """Return who serves each contract that is planned in some of the weeks."""
    stretches = plan.assignments[plan.assignments["status"] != "not_planned"]
    grid = plan.contract_weeks[plan.contract_weeks["week"].isin(weeks)]
    inside = weeks_in(stretches, grid[["contract_id", "week"]])
    found: dict[str, Served] = {}
    for name, group in inside.sort_values("week").groupby("contract_id"):
        mondays, rows = group["week"], stretches.loc[group["stretch"]]
        found[str(name)] = Served(
            managers=dict(zip(mondays, rows["manager_id"], strict=True)),
            substitutes=dict(zip(mondays, rows["backup_id"], strict=True)),
            reasons=dict(zip(mondays, rows["reason"].map(_text), strict=True)),
        )
    return found


def _slots(plan: Plan, weeks: pd.DatetimeIndex) -> dict[str, str]:
    """Return when each contract is usually called in some weeks, in words."""
    calls = plan.calls[plan.calls["week"].isin(weeks)]
    return {name: in_words(slot) for name, slot in usual_slots(calls).items()}


def _weeks_alone(one: Served | None, two: Served | None) -> int:
    """Count the weeks in which somebody serves a contract by one plan, nobody by the other."""
    if one is None or two is None:
        return 0
    return sum(
        one.managers[week] is not None and two.managers[week] is None
        for week in one.managers.keys() & two.managers.keys()
    )


def _managers(served: Mapping[str, Served]) -> dict[str, ByWeek]:
    return {name: row.managers for name, row in served.items()}


def _text(reason: object) -> str:
    return str(reason or "")


def _kind(one: Served | None, two: Served | None) -> str | None:
    if one is None:
        return "new"
    if two is None:
        return "gone"
    if not _differ(one.managers, two.managers):
        is_new = _differ(one.substitutes, two.substitutes)
        return "another substitute" if is_new else None
    before, after = _in_turn(one), _in_turn(two)
    if before == after:
        return "at other times"
    if not before:
        return "served anew"
    return "changes hands" if after else "served no more"


def _differ(one: ByWeek, two: ByWeek) -> bool:
    """Say whether people differ in a week in which both plans plan the contract."""
    return any(one[week] != two[week] for week in one.keys() & two.keys())


def _in_turn(served: Served | None) -> tuple[str, ...]:
    """Return who serves a contract in order of time; weeks without anybody are left out."""
    people: list[str] = []
    for who in () if served is None else served.managers.values():
        if who is not None and people[-1:] != [who]:
            people.append(who)
    return tuple(people)


def _reason(one: Served | None, two: Served) -> str:
    """Return what the other plan says about the weeks that differ, else about all of them."""
    differing = [
        week
        for week, who in two.managers.items()
        if one is not None and one.managers.get(week, who) != who
    ]
    return _joined(two.reasons[week] for week in differing or two.reasons)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(text for text in dict.fromkeys(texts) if text)
