"""How needs move: from week to week around a level, and levels from quarter to quarter."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from tsam_planner.demand.history import LEVEL_WEEKS, LOW_HISTORY, History

Floats = npt.NDArray[np.float64]

# A quarter after a half-year, or the same two to one where the past is shorter.
_NEXT_WEEKS = 13
_LEAST_WEEKS = 8
# Weeks with fewer contract days than two say little about a full one.
_LEAST_WEIGHT = 0.4
# Where no past says it: how far levels and weeks stray (standard deviation of the logarithm).
_ASSUMED_DRIFT, _ASSUMED_NOISE = 0.2, 0.35
_ORIGINS = 26
_MOST_ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class LevelTable:
    """
    How levels moved in the past, mean 1: one row per point in time, one entry per contract.

    A draw takes one point in time for all contracts, so that what moved together moves
    together, and for each contract the move of any of them.
    """

    moves: Floats

    def at(self, times: Floats, ranks: Floats) -> Floats:
        """
        Return moves; ``times`` (draws, 1) and ``ranks`` (draws, contracts) are in [0, 1).

        Equal ranks in two tables are moves of equal rank: hours that rise with the cases.
        """
        origin = (times * len(self.moves)).astype(np.int64)
        other = (ranks * self.moves.shape[1]).astype(np.int64)
        drawn: Floats = self.moves[origin, other]
        return drawn


def level_tables(history: History) -> tuple[LevelTable, LevelTable]:
    """Return the moves of hours and of open cases: one for the other, else assumed ones."""
    weight = np.where(history.weight >= _LEAST_WEIGHT, history.weight, np.nan)
    hours, cases = _moves(history.hours / weight), _moves(history.open_mean)
    known = [moves for moves in (cases, hours) if moves is not None]
    of_cases = known[0] if known else _assumed_moves()
    return LevelTable(of_cases if hours is None else hours), LevelTable(of_cases)


def _assumed_moves() -> Floats:
    ranks = (np.arange(200) + 0.5) / 200
    moves = np.array([np.exp(_ASSUMED_DRIFT * NormalDist().inv_cdf(rank)) for rank in ranks])
    normal: Floats = (moves / moves.mean())[None, :]
    return normal


def _moves(values: Floats) -> Floats | None:
    """Return means of the next weeks over means of the weeks before, from several origins."""
    weeks = values.shape[1]
    if weeks < _LEAST_WEEKS or np.isnan(values).all():
        return None
    after = min(_NEXT_WEEKS, weeks // 3)
    before = min(LEVEL_WEEKS, weeks - after)
    last = weeks - after
    rows = []
    for origin in range(last, max(before - 1, last - _ORIGINS), -1):
        row = _moves_at(values[:, origin - before : origin], values[:, origin : origin + after])
        if row is not None:
            rows.append(np.resize(np.sort(row), len(values)))
    if not rows:
        return None
    table = np.array(rows)
    moves: Floats = table / table.mean()
    return moves


def _moves_at(past: Floats, come: Floats) -> Floats | None:
    """
    Return how levels moved at one point in time, without what weeks alone explain.

    The mean of some weeks strays from a level that stands still, too. What the weeks to come
    stray comes back with the weeks that are drawn, and is taken out; that the level itself is
    known from a few weeks only stays in.
    """
    known = (~np.isnan(past)).sum(axis=1) >= _LEAST_WEEKS // 2
    known &= (~np.isnan(come)).sum(axis=1) >= max(1, come.shape[1] // 2)
    if not known.any():
        return None
    past, come = past[known], come[known]
    old, new = np.nanmean(past, axis=1), np.nanmean(come, axis=1)
    # A contract that was quiet can become many times as busy: a little of the mean of all
    # in both keeps such moves within what they say.
    little = 0.25 * old.mean()
    if little <= 0:
        return None
    moves = (new + little) / (old + little)
    noise = np.nanvar(past, axis=1) / (~np.isnan(come)).sum(axis=1)
    # Weeks that resemble the week before are worth fewer.
    alike = min(_MOST_ALIKE, max(0.0, _autocorrelation(past)))
    noise *= (1 + alike) / (1 - alike)
    explained = float(np.mean(noise / (old + little) ** 2))
    spread = float(np.mean((moves - moves.mean()) ** 2))
    kept = np.sqrt(max(0.0, 1 - explained / spread)) if spread > 0 else 0.0
    # What all contracts have in common is no chance of single weeks.
    left: Floats = moves.mean() + kept * (moves - moves.mean())
    return left


def _autocorrelation(values: Floats) -> float:
    """Return how much a week resembles the one before, over all contracts together."""
    centered = values - np.nanmean(values, axis=1, keepdims=True)
    pairs = centered[:, 1:] * centered[:, :-1]
    total = float(np.nanmean(centered**2))
    return float(np.nanmean(pairs)) / total if total > 0 else 0.0


def weekly_shapes(hours: Floats, weight: Floats, past: int, rng: np.random.Generator) -> Floats:
    """
    Return each past week of each contract over its mean; shape ``(contracts, past weeks)``.

    A contract with a short history borrows the weeks of others, of the same week each; a
    missing week is filled by another one of the contract. Each row has the mean 1.
    """
    contracts = len(hours)
    full = np.full((contracts, past), np.nan)
    if hours.shape[1]:
        usable = ~np.isnan(hours) & (weight >= _LEAST_WEIGHT)
        full = np.divide(hours, weight, out=full, where=usable)
    known = ~np.isnan(full)
    mean = np.where(known, full, 0.0).sum(axis=1) / np.maximum(1, known.sum(axis=1))
    lends = (known.sum(axis=1) >= LOW_HISTORY) & (mean > 0)
    shapes = np.divide(full, mean[:, None], out=full, where=lends[:, None] & known)
    if lends.any():
        shapes = _fill_own(shapes, lends, rng)
        shapes[~lends] = _borrow(shapes[lends], int((~lends).sum()), rng)
    else:
        shapes = np.exp(_ASSUMED_NOISE * rng.standard_normal(full.shape))
    normal: Floats = shapes / shapes.mean(axis=1, keepdims=True)
    return normal


def _fill_own(shapes: Floats, lends: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    filled = shapes.copy()
    for row in np.flatnonzero(lends):
        gaps = np.isnan(filled[row])
        filled[row, gaps] = rng.choice(filled[row, ~gaps], size=int(gaps.sum()))
    return filled


def _borrow(lenders: Floats, rows: int, rng: np.random.Generator) -> Floats:
    """Return for each row and week the shape of some lender in that week."""
    who = rng.integers(0, len(lenders), size=(rows, lenders.shape[1]))
    borrowed: Floats = lenders[who, np.arange(lenders.shape[1])]
    return borrowed
