"""
A plan that holds: no manager-week has too much with more than the accepted chance (Q4).

The average plan is searched first. Its books in many futures say how much room between the
planning figures and the limits is needed. The search is repeated with that room reserved,
and corrected by what the books of each round turn out to be; what is too risky still is
taken off the books, the round with the fewest points counts, and what still has room is put
back. Every plan that holds is also a plan on average, so the bound of the average plan is
one for it, too.

The plan is held against futures that it has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from tsam_planner.demand.draws import MOMENTS, DemandDraws, draw_demand
from tsam_planner.facts import Facts
from tsam_planner.model.rows import Reserve, Straying
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.futures import BookFutures, book_futures, exceeds, too_risky
from tsam_planner.plan.goals import count_points, unassigned_points
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.plan.risk_price import price_of_risk
from tsam_planner.planning.filling import fill_books
from tsam_planner.planning.primaries import Primaries, find_primaries, take_back
from tsam_planner.planning.searches import Searcher
from tsam_planner.units import MICRO, micro

Floats = npt.NDArray[np.float64]

_ROUNDS = 4
# When the average plan, the rounds, and the changes of single contracts are to be done, as
# parts of all seconds; substitutes and calls need the rest.
_AVERAGE, _SEARCHED, _FILLED = 0.3, 0.5, 0.75
_DRAWS = 2000
_SEEN, _UNSEEN = 1, 2
# Of the accepted chance, so that chances measured on few futures do not exceed it on others.
_CAUTION = 0.8
# Of the room that the average plan's books seem to need: rounds add what lacks.
_FIRST_GUESS = 0.9


@dataclass(frozen=True, slots=True)
class HoldingPrimaries:
    """Managers whose books hold, and what that costs against the average plan."""

    primaries: Primaries
    price: pd.DataFrame


def find_holding_primaries(
    facts: Facts, searcher: Searcher, accepted: float
) -> HoldingPrimaries:
    """Search for managers such that no book has too much with more than a chance."""
    futures = _draw(facts, searcher.options.seed, _SEEN)
    chance = _CAUTION * accepted
    average = find_primaries(facts, searcher.until(_AVERAGE))
    books = book_futures(facts, average.decisions, futures)
    reserve = _first_reserve(
        facts, futures, keep_ledger(facts, average.decisions), books, chance
    )
    best = _mended(facts, average, futures, chance)
    for number in range(_ROUNDS):
        part = _AVERAGE + (_SEARCHED - _AVERAGE) * (number + 1) / _ROUNDS
        inner = replace(searcher.until(part), progress=None)
        if searcher.is_stopped or inner.deadline.is_over or not best.is_mended:
            break
        found = find_primaries(facts, inner, reserve)
        books = book_futures(facts, found.decisions, futures)
        reserve = _adjusted(facts, reserve, found.decisions, books, chance)
        mended = _mended(facts, found, futures, chance)
        best = min(best, mended, key=lambda one: _points(facts, one))
    if best.is_mended:
        best = fill_books(facts, best, futures, chance, searcher.deadline.until(_FILLED))
    found = replace(best, bound=average.proven)
    unseen = _draw(facts, searcher.options.seed, _UNSEEN)
    price = price_of_risk(facts, average.decisions, found.decisions, unseen, accepted)
    return HoldingPrimaries(found, price)


def _draw(facts: Facts, seed: int, purpose: int) -> DemandDraws:
    """Return futures that no study draws by its own seed, and other ones per purpose."""
    state = np.random.SeedSequence([seed, purpose]).generate_state(1)
    seed = int(state[0])
    return draw_demand(facts.portfolio, facts.horizon, facts.policy, draws=_DRAWS, seed=seed)


def _quantiles(books: BookFutures, chance: float) -> tuple[Floats, Floats]:
    """Return hours and cases that are exceeded with the chance only."""
    hours = np.quantile(books.load, 1 - chance, axis=0).astype(float)
    cases = np.quantile(books.peak, 1 - chance, axis=0, method="inverted_cdf").astype(float)
    return hours, cases


def _first_reserve(
    facts: Facts, futures: DemandDraws, ledger: Ledger, books: BookFutures, chance: float
) -> Reserve:
    """Return the room that books seem to need, if they all stray like those of the average."""
    hours, _ = _quantiles(books, chance)
    weeks = facts.manager_weeks
    deployable = weeks.deployable / MICRO
    free = deployable - _fills(deployable, ledger.load / MICRO, hours)
    return Reserve(
        hours=np.zeros_like(weeks.available),
        weekly=weeks.available - weeks.deployable + micro(_FIRST_GUESS * free),
        straying=_straying(facts, futures, chance),
    )


def _fills(limit: Floats, planned: Floats, quantile: Floats) -> Floats:
    """
    Return the planning figure whose quantile is the limit.

    Quantiles stray from planning figures with the square root of these, as sums do; the
    factor is the median over all books with work.
    """
    busy = planned > 0
    if not busy.any():
        return limit
    factor = float(np.median((quantile[busy] - planned[busy]) / np.sqrt(planned[busy])))
    factor = max(0.0, factor)
    filled: Floats = ((np.sqrt(factor**2 + 4 * limit) - factor) / 2) ** 2
    return filled


def _straying(facts: Facts, futures: DemandDraws, chance: float) -> Straying:
    """
    Return what each contract adds to a book's mean and spread, and the room for it.

    A book of mean M and variance S has its quantile near M + z sqrt(S). The root is concave:
    its tangent at S0, the variance of a full book, is never below it, and is a sum over
    contracts. Their variances count with what they share with the rest of a book.
    """
    z = NormalDist().inv_cdf(1 - chance)
    counts = futures.open_cases[:, : len(facts.contracts), MOMENTS // 2 :: MOMENTS]
    mean, spread = _mean_and_spread(facts, counts.astype(np.float32))
    limit = facts.manager_weeks.max_cases.astype(float)[:, None]
    total = mean.sum(axis=0)
    ratio = np.divide(spread.sum(axis=0), total, out=np.ones_like(total), where=total > 0)
    full = ((np.sqrt(z**2 * ratio + 4 * limit) - z * np.sqrt(ratio)) / 2) ** 2
    # One tangent for all books of a week, at the limit that most managers have.
    variance = np.maximum(1e-6, ratio * np.median(full, axis=0))
    root = np.sqrt(variance)
    room = np.maximum(0.0, limit - z * root / 2)
    return Straying(mean + z * spread / (2 * root), room)


def _mean_and_spread(facts: Facts, counts: Floats) -> tuple[Floats, Floats]:
    """Return mean and share of a book's variance, by contract and week."""
    mean = counts.mean(axis=0, dtype=float)
    centered = counts - mean.astype(np.float32)
    own = (centered**2).mean(axis=0, dtype=float)
    with_all = (centered * centered.sum(axis=1, keepdims=True)).mean(axis=0, dtype=float)
    contracts = len(mean)
    companions = max(0.0, facts.planned.sum() / max(1, len(facts.managers)) - 1)
    shared = (with_all - own) / max(1, contracts - 1)
    return mean, np.maximum(0.0, own + companions * shared)


def _adjusted(
    facts: Facts,
    reserve: Reserve,
    decisions: Sequence[Decision],
    books: BookFutures,
    chance: float,
) -> Reserve:
    """Return the reserve that fits what the books of a round turned out to be."""
    hours, cases = _quantiles(books, chance)
    ledger = keep_ledger(facts, decisions)
    over_hours = exceeds(facts, books)[0].mean(axis=0) > chance
    weeks = facts.manager_weeks
    weekly = weeks.available - weeks.deployable + micro(hours) - ledger.load
    weekly = np.where(over_hours, np.maximum(reserve.weekly, weekly), reserve.weekly)
    straying = reserve.straying
    if straying is not None:
        straying = _more_fitting(facts, straying, decisions, cases)
    return replace(reserve, weekly=weekly, straying=straying)


def _more_fitting(
    facts: Facts, straying: Straying, decisions: Sequence[Decision], quantile: Floats
) -> Straying:
    """Correct the room by how far the books' quantiles are from what was added up."""
    added = np.zeros_like(quantile)
    for row in decisions:
        if row.manager_id is not None:
            weeks = list(row.weeks(facts.horizon))
            contract = facts.contract_index[row.contract_id]
            added[facts.manager_index[row.manager_id], weeks] += straying.cases[contract, weeks]
    limit = facts.manager_weeks.max_cases[:, None]
    busy = added > 0
    error = np.where(busy, quantile - added, 0.0)
    usual = float(np.median(error[busy])) if busy.any() else 0.0
    # A book that was too risky gets its own correction, others half of it and half of what
    # most books need, since the next book will be another one.
    mixed = np.where(busy, (error + usual) / 2, usual)
    correction = np.where(quantile > limit, np.maximum(error, usual), mixed)
    return replace(straying, room=np.maximum(0.0, limit - correction))


def _mended(facts: Facts, found: Primaries, futures: DemandDraws, chance: float) -> Primaries:
    """Take contracts off the books that are too risky, those with the fewest points first."""
    decisions = found.decisions
    while True:
        books = book_futures(facts, decisions, futures)
        risky = [
            facts.managers[row].manager_id
            for row in np.flatnonzero(too_risky(facts, books, chance))
        ]
        before = decisions
        for name in risky:
            own = [row for row in decisions if row.manager_id == name]
            if own:
                reason = f"too risky for {name}: more than the accepted chance of too much"
                rest = {row: take_back(facts, decisions, row, reason) for row in own}
                least = min(
                    own, key=lambda row: (_points_open(facts, rest[row]), row.contract_id)
                )
                decisions = rest[least]
        if decisions is before:
            # Nobody is too risky, or by hours of handovers only, which are of no contract.
            break
    if decisions == found.decisions:
        return found
    return replace(found, decisions=decisions, is_mended=True)


def _points_open(facts: Facts, decisions: Sequence[Decision]) -> int:
    """Return the points of all that nobody serves: a company may go as a whole (R47)."""
    return sum(unassigned_points(facts, row) for row in decisions)


def _points(facts: Facts, found: Primaries) -> int:
    return count_points(facts, found.decisions, keep_ledger(facts, found.decisions)).total
