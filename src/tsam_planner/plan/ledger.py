"""
What a set of decisions means in hours and cases, worked out day by day.

This is the slow, readable twin of the model's vectorized arithmetic. It looks at chosen
rows only and never at the model.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.units import MICRO, micro

Hours = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ledger:
    """
    Consequences of decisions, in whole millionths of an hour.

    ``load``, ``cover``, ``cases``, ``cover_cases`` and ``unfunded`` have shape
    ``(managers, weeks)`` and belong to the own book, but for the cover, which is carried
    for others. ``due`` (hours of absence that somebody else has to carry) and
    ``uncovered`` (the part that nobody carries) have shape ``(contracts, weeks)``.
    ``contracts`` counts the distinct contracts of each manager.
    """

    load: Hours
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
    the backup, who carries as much of it as it is present for.
    """
    managers, weeks = facts.manager_weeks.available.shape
    people = {
        name: np.zeros((managers, weeks), dtype=np.int64)
        for name in ("load", "cover", "cases", "cover_cases", "unfunded")
    }
    customers = {
        name: np.zeros((len(facts.contracts), weeks), dtype=np.int64)
        for name in ("due", "uncovered")
    }
    books: list[set[str]] = [set() for _ in range(managers)]
    for decision in decisions:
        if decision.manager_id is None:
            continue
        contract = facts.contract_index[decision.contract_id]
        primary = facts.manager_index[decision.manager_id]
        backup = facts.manager_index[decision.backup_id] if decision.backup_id else None
        books[primary].add(decision.contract_id)
        for week in decision.weeks(facts.horizon):
            shares = _shares(facts, contract, primary, backup, week)
            demand = facts.contract_weeks
            planned = int(demand.planned[contract, week]) / MICRO
            unfunded = int(demand.unfunded[contract, week]) / MICRO
            cases = int(demand.cases[contract, week])
            people["load"][primary, week] += micro(planned * shares.own)
            people["unfunded"][primary, week] += micro(unfunded * shares.own)
            people["cases"][primary, week] += cases
            due, cover = micro(planned * shares.due), micro(planned * shares.cover)
            customers["due"][contract, week] += due
            customers["uncovered"][contract, week] += due - cover
            if backup is not None and shares.days_of_cover:
                people["cover"][backup, week] += cover
                people["cover_cases"][backup, week] += cases
    contracts = np.array([len(book) for book in books], dtype=np.int64)
    return Ledger(**people, **customers, contracts=contracts)


def _shares(
    facts: Facts, contract: int, primary: int, backup: int | None, week: int
) -> _Shares:
    days = range(WEEKDAYS * week, WEEKDAYS * (week + 1))
    weight = [float(facts.contract_weeks.weight[contract, day]) for day in days]
    total = sum(weight)
    shares = _Shares()
    if total == 0:
        return shares
    presence = facts.manager_days.presence
    for day, share in zip(days, weight, strict=True):
        present = float(presence[primary, day])
        substitute = 0.0 if backup is None else float(presence[backup, day])
        shares.own += present * share / total
        shares.due += (1 - present) * share / total
        shares.cover += min(1 - present, substitute) * share / total
        shares.days_of_cover += present < 1 and share > 0
    return shares
