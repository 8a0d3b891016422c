"""
What a set of decisions means in hours and cases, worked out day by day.

This is the slow, readable twin of the model's vectorized arithmetic. It looks at chosen
rows only and never at the model.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.handover_hours import handover_hours
from tsam_planner.service.offerings import has_allowance
from tsam_planner.units import MICRO, micro

Hours = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ledger:
    """
    Consequences of decisions, in whole millionths of an hour.

    ``load``, ``asked``, ``cover``, ``cases``, ``cover_cases`` and ``unfunded`` have shape
    ``(managers, weeks)`` and belong to the own book, but for the cover: ``asked`` are hours
    of days on which a substitute is there for an absent manager, ``cover`` the part of them
    that finds room beside the own book. ``due`` (hours of absence that somebody else has to
    carry) and ``uncovered`` (the part that nobody carries) have shape ``(contracts, weeks)``.
    ``handover`` is the part of the load that changes of hands take, where the policy counts
    it. ``contracts`` counts the contracts of each manager in each week: one that changes hands
    counts for who has it, any other from the first week to the last, whatever its term.
    """

    load: Hours
    handover: Hours
    asked: Hours
    cover: Hours
    cases: Hours
    cover_cases: Hours
    unfunded: Hours
    due: Hours
    uncovered: Hours
    contracts: npt.NDArray[np.int64]


@dataclass(slots=True)
class _Shares:
    """How a contract-week's hours fall on the primary, the backup and nobody."""

    own: float = 0.0
    due: float = 0.0
    cover: float = 0.0
    days_of_cover: int = 0


def keep_ledger(facts: Facts, decisions: Iterable[Decision]) -> Ledger:
    """
    Return hours and cases per manager-week and contract-week of the decisions.

    The hours of a week fall on its days in proportion to the contract's weight. On each
    day the primary carries the share of it that it is present for; the rest is due from
    the backup, who is asked for as much of it as it is present for. Nobody is planned into
    overtime: own load and cover together stay within available hours, and contracts of
    high priority are covered first.
    """
    decisions = list(decisions)
    managers, weeks = facts.manager_weeks.available.shape
    people = {
        name: np.zeros((managers, weeks), dtype=np.int64)
        for name in ("load", "asked", "cases", "cover_cases", "unfunded")
    }
    customers = {
        name: np.zeros((len(facts.contracts), weeks), dtype=np.int64)
        for name in ("due", "uncovered")
    }
    requests: list[_Request] = []
    contracts = np.zeros((managers, weeks), dtype=np.int64)
    demand = facts.contract_weeks
    for decision, held in _with_weeks_held(facts, decisions):
        if decision.manager_id is None:
            continue
        contract = facts.contract_index[decision.contract_id]
        primary = facts.manager_index[decision.manager_id]
        backup = _backup(facts, decision)
        contracts[primary, held] += 1
        for week in decision.weeks(facts.horizon):
            shares = _shares(facts, contract, primary, backup, week)
            planned = int(demand.planned[contract, week]) / MICRO
            unfunded = int(demand.unfunded[contract, week]) / MICRO
            cases = int(demand.cases[contract, week])
            people["load"][primary, week] += micro(planned * shares.own)
            people["unfunded"][primary, week] += micro(unfunded * shares.own)
            people["cases"][primary, week] += cases
            due, asked = micro(planned * shares.due), micro(planned * shares.cover)
            customers["due"][contract, week] += due
            customers["uncovered"][contract, week] += due
            if backup is not None and shares.days_of_cover:
                people["asked"][backup, week] += asked
                people["cover_cases"][backup, week] += cases
                requests.append(_Request(contract, backup, week, asked))
    handover = handover_hours(facts, decisions)
    people["load"] += handover
    cover = _carry(facts, requests, people["load"], customers["uncovered"])
    return Ledger(**people, **customers, handover=handover, cover=cover, contracts=contracts)


@dataclass(frozen=True, slots=True)
class _Request:
    """Hours of a contract-week that a substitute is asked for (positions, millionths)."""

    contract: int
    backup: int
    week: int
    hours: int


def _carry(facts: Facts, requests: Sequence[_Request], load: Hours, uncovered: Hours) -> Hours:
    """Return the cover of each manager-week, and take it off the uncovered hours."""
    room = np.maximum(0, facts.manager_weeks.available - load)
    cover = np.zeros_like(load)
    # Contracts are sorted by id, so that equal priorities go by id.
    urgency = sorted(
        requests, key=lambda item: (-facts.contracts[item.contract].priority, item.contract)
    )
    for item in urgency:
        place = item.backup, item.week
        carried = min(item.hours, int(room[place] - cover[place]))
        cover[place] += carried
        uncovered[item.contract, item.week] -= carried
    return cover


def _backup(facts: Facts, decision: Decision) -> int | None:
    """Return the position of a substitute; Standard has none, whatever a table says (Q21)."""
    offering = facts.contract(decision.contract_id).offering
    if decision.backup_id is None or not has_allowance(offering):
        return None
    return facts.manager_index[decision.backup_id]


def _with_weeks_held(
    facts: Facts, decisions: Iterable[Decision]
) -> Iterator[tuple[Decision, slice]]:
    """Yield each decision with the weeks in which it counts against a limit of contracts."""
    for stretches in by_contract(decisions).values():
        for position, decision in enumerate(stretches):
            weeks = decision.weeks(facts.horizon)
            begin = 0 if position == 0 else weeks.start
            is_last = position == len(stretches) - 1
            yield decision, slice(begin, facts.horizon.weeks if is_last else weeks.stop)


def _shares(
    facts: Facts, contract: int, primary: int, backup: int | None, week: int
) -> _Shares:
    days = slice(WEEKDAYS * week, WEEKDAYS * (week + 1))
    weight = facts.contract_weeks.weight[contract, days].tolist()
    total = math.fsum(weight)
    shares = _Shares()
    if total == 0:
        return shares
    presence = facts.manager_days.presence
    there = presence[primary, days].tolist()
    beside = [0.0] * WEEKDAYS if backup is None else presence[backup, days].tolist()
    for share, present, substitute in zip(weight, there, beside, strict=True):
        shares.own += present * share / total
        shares.due += (1 - present) * share / total
        shares.cover += min(1 - present, substitute) * share / total
        shares.days_of_cover += present < 1 and share > 0
    return shares
