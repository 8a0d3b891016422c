"""
What a set of decisions means in every future of the demand: hours and cases of each book.

The plan's own arithmetic is applied draw by draw: need up to the allowance is planned, the
hours of a week fall on its days, and who serves a contract carries those of the days it is
there. Cases are those open at the same moment, so that peaks of customers that do not come
together do not add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.horizon import WEEKDAYS
from tsam_planner.demand.draws import MOMENTS, DemandDraws
from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.handover_hours import handover_hours
from tsam_planner.service.offerings import has_allowance
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

LEAST_HOURS = np.float32(1e-4)
"""Draws are in single precision: fewer hours too much than this are none."""


@dataclass(frozen=True, slots=True)
class BookFutures:
    """
    Books of all managers in every draw; shape ``(draws, managers, weeks)``.

    ``load`` is in hours of the own book, ``peak`` the most cases open at once in the week.
    """

    load: Floats
    peak: Counts


def planned_hours(facts: Facts, draws: DemandDraws) -> Floats:
    """Return what is planned of each need: all of it up to the allowance (R45, R46)."""
    weeks = facts.contract_weeks
    included = facts.policy.included_hours_per_week
    limit = np.full(draws.need.shape[1:], np.inf)
    for row, contract in enumerate(draws.contracts):
        if has_allowance(contract.offering):
            is_signed = row < len(facts.contracts)
            # A prospect has bought nothing yet.
            limit[row] = weeks.allowance[row] / MICRO if is_signed else included
    planned: Floats = np.minimum(draws.need, limit.astype(np.float32))
    return planned


def book_futures(
    facts: Facts, decisions: Sequence[Decision], draws: DemandDraws
) -> BookFutures:
    """
    Return hours and peaks of the own books of all managers in every draw.

    Hours of handovers, where the policy counts them, are the same in all.
    """
    managers, weeks = len(facts.managers), facts.horizon.weeks
    load = np.zeros((draws.count, managers, weeks), dtype=np.float32)
    cases = np.zeros((draws.count, managers, weeks * MOMENTS), dtype=np.int16)
    planned = planned_hours(facts, draws)
    for row in decisions:
        if row.manager_id is None:
            continue
        contract = facts.contract_index[row.contract_id]
        manager = facts.manager_index[row.manager_id]
        span = row.weeks(facts.horizon)
        inside = slice(span.start, span.stop)
        share = share_there(facts, contract, manager)[inside]
        load[:, manager, inside] += planned[:, contract, inside] * share
        moments = slice(span.start * MOMENTS, span.stop * MOMENTS)
        cases[:, manager, moments] += draws.open_cases[:, contract, moments]
    load += (handover_hours(facts, decisions) / MICRO).astype(np.float32)
    by_week = cases.reshape(draws.count, managers, weeks, MOMENTS)
    return BookFutures(load, by_week.max(axis=3))


def share_there(facts: Facts, contract: int, manager: int) -> Floats:
    """Return the share of each week's hours that falls on days the manager is there."""
    weight = facts.contract_weeks.weight[contract].reshape(-1, WEEKDAYS)
    presence = facts.manager_days.presence[manager].reshape(-1, WEEKDAYS)
    total = weight.sum(axis=1)
    there = (weight * presence).sum(axis=1)
    share: Floats = np.divide(there, total, out=np.zeros_like(total), where=total > 0).astype(
        np.float32
    )
    return share


def exceeds(facts: Facts, books: BookFutures) -> tuple[Flags, Flags]:
    """Return in which draws hours and cases are too many; ``(draws, managers, weeks)``."""
    deployable = (facts.manager_weeks.deployable / MICRO).astype(np.float32)
    hours = books.load > deployable + LEAST_HOURS
    return hours, books.peak > facts.manager_weeks.max_cases[:, None]


def too_risky(facts: Facts, books: BookFutures, chance: float) -> Flags:
    """Return the managers of whom some week has too much too often; shape ``(managers,)``."""
    hours, cases = exceeds(facts, books)
    worst = np.maximum(hours.mean(axis=0), cases.mean(axis=0)).max(axis=1)
    return np.asarray(worst > chance, dtype=bool)


def are_of_plan(draws: DemandDraws, facts: Facts) -> bool:
    """Return whether futures are of the contracts and weeks of a plan."""
    contracts = draws.contracts[: len(facts.contracts)] == facts.contracts
    return contracts and draws.need.shape[2] == facts.horizon.weeks
