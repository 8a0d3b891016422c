"""Why a contract has no substitute: which rules keep everybody else from it, in words."""

from collections import Counter
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tsam_planner.facts import Facts
from tsam_planner.model.pairs import (
    employed_throughout,
    present_in_the_long_run,
    smallest_overlaps,
    standing_rules,
)
from tsam_planner.model.stretches import Stretch
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.studies.cover import Service

Flags = npt.NDArray[np.bool_]


class Candidates:
    """
    Who could stand in for whom, rule by rule.

    Parameters
    ----------
    facts
        What precedes the plan.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[tuple[int, int], str] = {}

    def why_none(self, service: Service) -> str:
        """Return why nobody stands in for a contract's manager in its stretch."""
        key = service.contract, service.stretch.weeks(self._facts.horizon).start
        if key not in self._known:
            self._known[key] = self._explain(service)
        return self._known[key]

    @cached_property
    def _standing(self) -> dict[HardRule, Flags]:
        return standing_rules(self._facts, smallest_overlaps(self._facts))

    def _explain(self, service: Service) -> str:
        """Name the rule that excludes everybody else, or count the first of each."""
        employed = np.flatnonzero(self._facts.manager_days.employed.any(axis=1))
        people = employed[employed != service.manager]
        if not len(people):
            return "no substitute: there is nobody else"
        holds = self._rules(service)
        for rule, allowed in holds.items():
            if not allowed[people].any():
                return f"no substitute: {self._nobody_else(rule, service.contract)}"
        first = [
            next((rule for rule, allowed in holds.items() if not allowed[person]), None)
            for person in people
        ]
        if None in first:
            able = self._facts.managers[people[first.index(None)]].manager_id
            return f"no substitute is named, though {able} could be"
        counts = Counter(rule for rule in first if rule is not None)
        parts = [
            f"{counts[rule]} {self._phrase(rule, service.contract, counts[rule] == 1)}"
            for rule in holds
            if counts[rule]
        ]
        return f"no substitute: nobody else is eligible ({', '.join(parts)})"

    def _rules(self, service: Service) -> dict[HardRule, Flags]:
        """Return the rules in their order, True for the managers for whom they hold."""
        weeks = service.stretch.weeks(self._facts.horizon)
        stretch = [Stretch(service.contract, weeks.start, weeks.stop - 1)]
        holds = {rule: allowed[service.contract] for rule, allowed in self._standing.items()}
        holds[HardRule.EMPLOYED_THROUGHOUT] = employed_throughout(self._facts, stretch)[0]
        long_run = present_in_the_long_run(self._facts, stretch)[0]
        holds[HardRule.PRESENT_IN_THE_LONG_RUN] = long_run
        return {rule: holds[rule] for rule in HardRule if rule in holds}

    def _nobody_else(self, rule: HardRule, contract: int) -> str:
        if rule is HardRule.PRESENT_IN_THE_LONG_RUN:
            weeks = self._facts.policy.long_absence_weeks
            return f"everybody else has an absence of over {weeks} weeks in its weeks"
        if rule is HardRule.PINS_ARE_KEPT:
            return "everybody else is excluded by a pin"
        verb, rest = self._words(rule, contract)
        return f"nobody else {verb} {rest}"

    def _phrase(self, rule: HardRule, contract: int, is_one: bool) -> str:
        """Say what one manager, or several, lack."""
        if rule is HardRule.PRESENT_IN_THE_LONG_RUN:
            weeks = self._facts.policy.long_absence_weeks
            return (
                f"{'has' if is_one else 'have'} an absence of over {weeks} weeks in its weeks"
            )
        if rule is HardRule.PINS_ARE_KEPT:
            return f"{'is' if is_one else 'are'} excluded by a pin"
        verb, rest = self._words(rule, contract)
        if verb == "is":
            return f"{'is' if is_one else 'are'} not {rest}"
        return f"{'does' if is_one else 'do'} not {verb.removesuffix('s')} {rest}"

    def _words(self, rule: HardRule, contract: int) -> tuple[str, str]:
        """Return what a substitute does, by a rule: a verb and the rest of the sentence."""
        record = self._facts.contracts[contract]
        if rule is HardRule.OFFERING_IS_SERVED:
            return "serves", record.offering
        if rule is HardRule.PRODUCTS_ARE_KNOWN:
            return "knows", " and ".join(record.products)
        if rule is HardRule.LANGUAGE_IS_SPOKEN:
            return "speaks", record.language
        if rule is HardRule.EMPLOYED_THROUGHOUT:
            return "is", "employed on all days of the term"
        least = self._facts.policy.min_daily_overlap_hours
        return "shares", f"{least:g} h a day with its window"
