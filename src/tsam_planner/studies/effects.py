"""What an absence means for one contract: hours, cases, the weekly call, and the trouble."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tsam_planner.model.call_times import CallTimes
from tsam_planner.plan.ledger import keep_ledger
from tsam_planner.studies.cover import Flags, Relation, Service, Situation
from tsam_planner.studies.substitutes import Candidates
from tsam_planner.units import MICRO


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """
    One contract in a week in which somebody is away.

    ``hours`` are due from the substitute, in millionths like ``uncovered``; ``caller`` is
    ``manager``, ``substitute`` or ``lost``; ``troubles`` are phrases, the first of which
    says why nobody is there if ``is_without_anyone``.
    """

    service: Service
    relation: Relation
    hours: int
    uncovered: int
    cases: int
    caller: str
    is_without_anyone: bool
    troubles: tuple[str, ...]


class Judge:
    """Works out effects; knows when people can call, and who could stand in for whom."""

    def __init__(self, times: CallTimes, candidates: Candidates) -> None:
        self._times = times
        self._candidates = candidates

    def effects(self, situation: Situation) -> tuple[Effect, ...]:
        """Return the effect on every contract that a situation concerns."""
        return tuple(
            self._effect(situation, service, relation)
            for service, relation in situation.concerned()
        )

    def _effect(self, situation: Situation, service: Service, relation: Relation) -> Effect:
        place = service.contract, situation.week
        caller = self._caller(situation, service)
        return Effect(
            service=service,
            relation=relation,
            hours=int(situation.after.due[place]),
            uncovered=int(situation.after.uncovered[place]),
            cases=int(situation.facts.contract_weeks.cases[place]),
            caller=caller,
            is_without_anyone=_is_without_anyone(situation, service),
            troubles=tuple(self._troubles(situation, service, relation, caller)),
        )

    def _caller(self, situation: Situation, service: Service) -> str:
        """Say who can hold the weekly call (R39, R41): the manager, or else the substitute."""
        if self._free(situation, service, service.manager).any():
            return "manager"
        # The substitute calls on days on which the manager is out of office.
        away = situation.presence(service.manager) < 1
        if service.backup is None:
            return "lost"
        free = self._free(situation, service, service.backup)
        return "substitute" if (free & away[:, None]).any() else "lost"

    def _free(self, situation: Situation, service: Service, person: int) -> Flags:
        """Return when a person could call in the week; shape ``(5, steps)``."""
        free = self._times.free(service.contract, person)[situation.week]
        is_gone = person == situation.manager and not situation.is_planned
        return np.zeros_like(free) if is_gone else free.copy()

    def _troubles(
        self, situation: Situation, service: Service, relation: Relation, caller: str
    ) -> Iterator[str]:
        if service.backup is None:
            yield self._candidates.why_none(service)
            return
        managers = situation.facts.managers
        substitute = managers[service.backup].manager_id
        due = situation.days_due(service)
        needed = 1 - situation.presence(service.manager)
        short = due & (situation.presence(service.backup) < needed)
        is_gone = bool((situation.presence(service.backup)[due] == 0).all())
        if short.any():
            who = substitute
            if relation == "backed":
                who = f"its manager {managers[service.manager].manager_id}"
            days = "" if is_gone else f", on {short.sum()} of {due.sum()} days"
            yield f"{who} is away, too{days}"
        yield from _limits(situation, service, relation, substitute)
        if caller == "lost" and not is_gone:
            yield f"{substitute} has no time for the call in the customer's hours"


def _limits(
    situation: Situation, service: Service, relation: Relation, substitute: str
) -> Iterator[str]:
    """Say where hours find no room with a substitute, or cases break its limit."""
    place = service.contract, situation.week
    covered = int(situation.after.due[place] - situation.after.uncovered[place])
    asked = _asked(situation, service) if situation.after.uncovered[place] else covered
    if asked > covered:
        absent = situation.facts.managers[situation.manager].manager_id
        beside = f" beside the contracts of {absent}" if relation == "displaced" else ""
        yield f"room for {_of(covered, asked)} h at {substitute}{beside}"
    backup = service.backup
    if relation != "own" or backup is None or situation.more_cases_over(backup) <= 0:
        return
    held = situation.after.cases + situation.after.cover_cases
    limit = situation.facts.manager_weeks.max_cases[backup]
    yield f"{held[backup, situation.week]} cases at {substitute}, limit {limit}"


def _asked(situation: Situation, service: Service) -> int:
    """Return the hours that a substitute is there for, with or without room for them."""
    monday = situation.facts.horizon.mondays[situation.week]
    alone = replace(service.stretch, from_week=monday, to_week=monday)
    ledger = keep_ledger(situation.facts, [alone])
    return int(ledger.asked[service.backup, situation.week])


def _of(part: int, whole: int) -> str:
    """Return two hours as 'part of whole', with as many digits as tell them apart."""
    for digits in range(1, 6):
        shown = [f"{value / MICRO:.{digits}f}" for value in (part, whole)]
        if shown[0] != shown[1]:
            break
    return " of ".join(shown)


def _is_without_anyone(situation: Situation, service: Service) -> bool:
    """
    Return whether a customer has nobody.

    That is: neither manager nor substitute is there on any working day of the week, or the
    manager is away on a whole one and there is no substitute at all.
    """
    working = situation.working_days(service)
    manager = situation.presence(service.manager)[working]
    if service.backup is None:
        return bool((manager == 0).any())
    return not (manager + situation.presence(service.backup)[working] > 0).any()
