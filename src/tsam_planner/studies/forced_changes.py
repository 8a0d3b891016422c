"""
Whether a change of hands between two plans was forced: who had it could not keep it.

The rules decide, where the second plan knows the portfolio it was made from: may the manager
of the first plan still serve the contract in these weeks, and is there room for all that it
had? Elsewhere the plan's own words do. They are about who had a contract before in that very
plan, today's manager or an earlier one of the plan, and tell only where that is the manager
of the first plan, too.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd

from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.stretch_weeks import EARLIER, is_forced
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.books import BOOK_RULES
from tsam_planner.verify.cases import Case, Violation
from tsam_planner.verify.primaries import PAIR_RULES, company_is_kept_apart

ByWeek = Mapping[pd.Timestamp, str | None]
"""Who has a contract in each week, None for nobody."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a change was forced, None where nothing tells; and the words for it."""

    forced: bool | None
    reason: str


@dataclass(frozen=True)
class Judge:
    """
    Says which contracts change hands from one plan to another because they must.

    Attributes
    ----------
    other
        The second plan.
    before, after
        Who has each contract in the weeks that both plans have, in the first plan and in the
        second.
    """

    other: Plan
    before: Mapping[str, ByWeek]
    after: Mapping[str, ByWeek]

    def judge(self, contract_id: str) -> Judgement:
        """Judge a contract that both plans plan."""
        losers = dict(_losers(self.before[contract_id], self.after[contract_id]))
        told = [
            (giver == losers[week], reason)
            for giver, reason, weeks in _changes(self.other, contract_id)
            for week in losers
            if week in weeks
        ]
        words = "; ".join(dict.fromkeys(reason for _, reason in told if reason))
        own = "; ".join(
            dict.fromkeys(why for is_own, why in told if is_own and _is_needed(why))
        )
        if self._knows_portfolio:
            judgement = self._by_rules(contract_id, losers, words)
            return Judgement(True, own) if own and judgement.forced else judgement
        if own:
            return Judgement(True, own)
        if any(is_own and EARLIER in why for is_own, why in told):
            # Forced later, chosen before: which weeks the first plan had nothing tells.
            return Judgement(None, words)
        if all(is_own for is_own, _ in told):
            return Judgement(False, words)
        return Judgement(None, f"against today's manager: {words}")

    @cached_property
    def _knows_portfolio(self) -> bool:
        portfolio = self.other.portfolio
        return portfolio is not None and portfolio.content_hash == self.other.input_hash

    @cached_property
    def _kept(self) -> Case:
        """All that the second plan plans, with whom the first one gives it."""
        facts = self.other.facts
        rows = [
            row
            for name, people in self.before.items()
            if name in self.after
            for row in _rows(name, {week: people.get(week) for week in self.after[name]})
            if row.manager_id in facts.manager_index
        ]
        return Case(facts, rows, keep_ledger(facts, rows))

    @cached_property
    def _too_much(self) -> Mapping[str | None, Violation]:
        """What managers of the first plan have no room for any more."""
        found: dict[str | None, Violation] = {}
        for rule in BOOK_RULES:
            for item in rule(self._kept):
                found.setdefault(item.manager_id, item)
        return found

    def _by_rules(
        self, contract_id: str, losers: Mapping[pd.Timestamp, str], words: str
    ) -> Judgement:
        kept, people = self._kept, sorted(set(losers.values()))
        for name in people:
            if name not in kept.facts.manager_index:
                return Judgement(True, f"forced: {name} is not in the team")
        pins = kept.facts.portfolio.pins
        is_pinned = any(pin.contract_id == contract_id and pin.rule == "pin" for pin in pins)
        for item in self._barred(contract_id, losers):
            # Whoever pins a contract chooses.
            if not (is_pinned and item.rule is HardRule.PINS_ARE_KEPT):
                return Judgement(True, f"forced: {item.message}")
        for name in people:
            if name in self._too_much:
                message = self._too_much[name].message
                return Judgement(True, f"forced: no room for all it had: {message}")
        could = f"chosen: {' and '.join(people)} could keep it"
        return Judgement(False, words if is_pinned else could)

    def _barred(
        self, contract_id: str, losers: Mapping[pd.Timestamp, str]
    ) -> Iterator[Violation]:
        """Yield what keeps a contract from its managers, whatever room they have."""
        facts, ledger = self._kept.facts, self._kept.ledger
        pair = Case(facts, list(_rows(contract_id, losers)), ledger)
        for rule in PAIR_RULES:
            yield from (item for item in rule(pair) if item.contract_id == contract_id)
        company = facts.contract(contract_id).company_id
        own = [
            row
            for row in self._kept.decisions
            if facts.contract(row.contract_id).company_id == company
        ]
        for item in company_is_kept_apart(Case(facts, own, ledger)):
            if item.manager_id in losers.values():
                yield item


def _is_needed(reason: str) -> bool:
    """Say whether a plan's words tell of force, and not of a week earlier than that."""
    return is_forced(reason) and EARLIER not in reason


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


def _rows(contract_id: str, people: ByWeek) -> Iterator[Decision]:
    """Yield rows of weeks in a row that a contract has with the same manager."""
    one_week = pd.Timedelta(weeks=1)
    # Weeks in a row are as far from each other as their places are.
    runs = [
        (who, monday, monday - place * one_week)
        for place, (monday, who) in enumerate(people.items())
    ]
    for (who, _), group in groupby(runs, key=lambda run: (run[0], run[2])):
        mondays = [monday.date() for _, monday, _ in group]
        yield Decision(
            contract_id=contract_id,
            status="unassigned" if who is None else "assigned",
            manager_id=who,
            from_week=mondays[0],
            to_week=mondays[-1],
        )
