"""How needs move: from week to week around a level, and levels from quarter to quarter."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.demand.history import LEVEL_WEEKS, LOW_HISTORY, History

Floats = npt.NDArray[np.float64]

# A quarter after a half-year, or the same two to one where the past is shorter.
_NEXT_WEEKS = 13
_LEAST_WEEKS = 12
# Weeks with fewer contract days than two say little about a full one.
_LEAST_WEIGHT = 0.4
# Where no past says it: how far levels and weeks stray (standard deviation of the logarithm).
_ASSUMED_DRIFT, _ASSUMED_NOISE = 0.2, 0.35
_ORIGINS = 26


@dataclass(frozen=True, slots=True)
class LevelTable:
    """
    How levels moved in the past, mean 1: one row per point in time, one entry per contract.

    A draw takes one point in time for all contracts, so that what moved together moves
    together, and for each contract the move of any of them.
    """

    moves: Floats

    def draw(self, draws: int, contracts: int, rng: np.random.Generator) -> Floats:
        """Return a move for every draw and contract; shape ``(draws, contracts)``."""
        origin = rng.integers(0, len(self.moves), size=(draws, 1))
        other = rng.integers(0, self.moves.shape[1], size=(draws, contracts))
        drawn: Floats = self.moves[origin, other]
        return drawn


def level_table(history: History) -> LevelTable:
    """Return the moves of a history: of open cases, else of hours, else assumed ones."""
    for values in (history.open_mean, history.hours):
        moves = _moves(values)
        if moves is not None:
            return LevelTable(moves)
    quantiles = (np.arange(200) + 0.5) / 200
    assumed = np.exp(_ASSUMED_DRIFT * np.sqrt(2) * _inverse_error(2 * quantiles - 1))
    return LevelTable((assumed / assumed.mean())[None, :])


def _inverse_error(values: Floats) -> Floats:
    from scipy.special import erfinv

    inverse: Floats = erfinv(values)
    return inverse


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
        past = values[:, origin - before : origin]
        come = values[:, origin : origin + after]
        known = (~np.isnan(past)).sum(axis=1) >= LOW_HISTORY
        known &= (~np.isnan(come)).sum(axis=1) >= after // 2
        if not known.any():
            continue
        old, new = np.nanmean(past[known], axis=1), np.nanmean(come[known], axis=1)
        # A contract that was quiet can become many times as busy: a little of the mean of
        # all in both keeps such moves within what they say.
        little = 0.25 * old.mean()
        rows.append(_spread((new + little) / (old + little), values.shape[0]))
    if not rows:
        return None
    table = np.array(rows)
    moves: Floats = table / table.mean()
    return moves


def _spread(moves: Floats, size: int) -> Floats:
    """Return as many entries as wanted, each move as often as any other, or once more."""
    return np.resize(np.sort(moves), size)


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
