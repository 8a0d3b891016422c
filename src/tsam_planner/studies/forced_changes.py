"""
Whether a change of hands between two plans was forced: who had it could not keep it.

A plan's own words are about who had a contract before in that very plan: today's manager, or
an earlier one of the plan. They decide where that is the manager of the first plan, too.
Elsewhere the rules decide, with all other contracts where the second plan has them, as far as
that plan knows the portfolio it was made from; else it stays open.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import is_forced
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.studies.standing import Standing, stand
from tsam_planner.verify.cases import Violation

ByWeek = Mapping[pd.Timestamp, str | None]
"""Who has a contract in each week, None for nobody."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a change was forced, None where nothing tells; and the words for it."""

    forced: bool | None
    reason: str


def judge_change(other: Plan, contract_id: str, before: ByWeek, after: ByWeek) -> Judgement:
    """
    Say whether a contract changes hands from one plan to another because it must.

    Parameters
    ----------
    other
        The second plan.
    contract_id
        A contract that both plan.
    before, after
        Who has it in the weeks that both plans have, in the first plan and in the second.
    """
    losers = dict(_losers(before, after))
    told = [
        (giver == losers[week], reason)
        for giver, reason, weeks in _changes(other, contract_id)
        for week in losers
        if week in weeks
    ]
    forced = dict.fromkeys(reason for is_own, reason in told if is_own and is_forced(reason))
    if forced:
        return Judgement(True, "; ".join(forced))
    words = "; ".join(dict.fromkeys(reason for _, reason in told if reason))
    if all(is_own for is_own, _ in told):
        return Judgement(False, words)
    if other.portfolio is None or other.portfolio.content_hash != other.input_hash:
        return Judgement(None, f"against today's manager: {words}")
    return _by_rules(stand(other), contract_id, losers, words)


def _losers(before: ByWeek, after: ByWeek) -> Iterator[tuple[pd.Timestamp, str]]:
    """Yield who would have a contract in each week in which somebody else has it then."""
    last: str | None = None
    for week, who in after.items():
        # Who had it last before weeks without anybody is whom the customer knows.
        last = before.get(week) or last
        if None not in (last, who) and last != who:
            yield week, str(last)


def _changes(
    plan: Plan, contract_id: str
) -> Iterator[tuple[str | None, str, Collection[pd.Timestamp]]]:
    """Yield from whom each stretch of a contract came (None: nobody), why, and its weeks."""
    rows = plan.assignments[plan.assignments["contract_id"] == contract_id]
    giver: str | None = None
    reason, holder = "", rows["incumbent_id"].iloc[0]
    for row in rows.sort_values("from_week", kind="stable").to_dict("records"):
        if row["manager_id"] is None:
            continue
        if row["manager_id"] != holder:
            giver, holder, reason = holder, row["manager_id"], ""
        # Where a stretch goes on with the same manager, the change before it is what tells.
        reason = reason or str(row["reason"] or "")
        yield giver, reason, pd.date_range(row["from_week"], row["to_week"], freq="7D")


def _by_rules(
    standing: Standing, contract_id: str, losers: Mapping[pd.Timestamp, str], words: str
) -> Judgement:
    """Give a contract back, all others staying where they are, and look what breaks."""
    people = sorted(set(losers.values()))
    for name in people:
        if name not in standing.facts.manager_index:
            return Judgement(True, f"forced: {name} is not in the team")
    kept = standing.with_rows({contract_id: _given_back(standing, contract_id, losers)})
    broken = kept.violations - standing.violations
    pins = standing.facts.portfolio.pins
    if any(pin.contract_id == contract_id and pin.rule == "pin" for pin in pins):
        # Whoever pins a contract chooses.
        broken = frozenset(item for item in broken if item.rule is not HardRule.PINS_ARE_KEPT)
        chosen = words
    else:
        chosen = f"chosen: {' and '.join(people)} could have it"
    if not broken:
        return Judgement(False, chosen)
    return Judgement(True, f"forced: {min(broken, key=_rank).message}")


def _rank(item: Violation) -> tuple[int, str]:
    return list(HardRule).index(item.rule), item.message


def _given_back(
    standing: Standing, contract_id: str, losers: Mapping[pd.Timestamp, str]
) -> list[Decision]:
    """Return the rows of a contract with other managers in some weeks."""
    mondays = standing.facts.horizon.mondays
    by_week = [
        (losers.get(pd.Timestamp(mondays[week]), row.manager_id), mondays[week])
        for row in standing.rows[contract_id]
        for week in row.weeks(standing.facts.horizon)
    ]
    rows = []
    for who, group in groupby(by_week, key=lambda item: item[0]):
        weeks = [monday for _, monday in group]
        rows.append(
            Decision(
                contract_id=contract_id,
                status="unassigned" if who is None else "assigned",
                manager_id=who,
                from_week=weeks[0],
                to_week=weeks[-1],
            )
        )
    return rows
