"""Cases for contracts of which the log knows few or none: those of all others, or assumed."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tsam_planner.demand.arrivals import CaseModel, copies_of

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ASSUMED_OPEN = 100
"""Cases open on average that are lent where no log says anything."""
# Weeks that a case stays open, where no log says anything.
_ASSUMED_DURATION = 2.0
# Open cases are lent so many times over, and each draw keeps a part of them.
_TIMES_OPEN = 5


def lend(
    model: CaseModel,
    lends: npt.NDArray[np.bool_],
    share: Floats,
    rng: np.random.Generator,
) -> CaseModel:
    """
    Return a model in which some contracts have cases like those of all others.

    Cases that are open already are lent five times over: a model is made once, and which of
    them are open is for each draw to say.

    Parameters
    ----------
    lends
        Contracts whose cases stay, and are copied; shape ``(contracts,)``.
    share
        How many cases each of the other contracts has for one of all lenders together;
        shape ``(contracts,)``.
    """
    week = np.repeat(np.arange(model.weeks), np.diff(model.begins))
    group, row = _lend_rows(lends, model.group, share, rng)
    still = _lend_rows(lends, model.open_group, _TIMES_OPEN * share, rng)
    order = np.argsort(week[row], kind="stable")
    begins = np.searchsorted(week[row][order], np.arange(model.weeks + 1))
    # Lent cases of one moment would be a peak of their own.
    own = lends[group]
    offset = np.where(own, model.offset[row], rng.random(len(row)))
    return replace(
        model,
        group=group[order],
        offset=offset[order],
        begins=begins.astype(np.int64),
        open_group=still[0],
        open_age=model.open_age[still[1]],
    )


def _lend_rows(
    lends: npt.NDArray[np.bool_], group: Whole, share: Floats, rng: np.random.Generator
) -> tuple[Whole, Whole]:
    """Return contract and row of the cases that stay and of those that are copied."""
    stays = np.flatnonzero(lends[group])
    groups, rows = [group[stays]], [stays]
    for contract in np.flatnonzero(~lends):
        copied = np.repeat(stays, copies_of(np.full(len(stays), share[contract]), rng))
        groups.append(np.full(len(copied), contract))
        rows.append(copied)
    return np.concatenate(groups), np.concatenate(rows)


def assumed_cases(contracts: int, weeks: int, rng: np.random.Generator) -> CaseModel:
    """
    Return a model for where there is no log: cases that stay open for two weeks on average.

    They belong to a further contract, the last one, that lends to all others. It has many:
    contracts that borrow the same few cases would all have them at once.
    """
    arrivals = rng.poisson(ASSUMED_OPEN / _ASSUMED_DURATION, size=weeks)
    total = int(arrivals.sum())
    durations = np.sort(rng.exponential(_ASSUMED_DURATION, size=max(200, total)))
    return CaseModel(
        contracts=contracts + 1,
        group=np.full(total, contracts),
        offset=rng.random(total),
        begins=np.append(0, np.cumsum(arrivals)).astype(np.int64),
        durations=np.zeros(0),
        bounds=np.zeros(contracts + 2, dtype=np.int64),
        pooled=durations,
        open_group=np.full(ASSUMED_OPEN, contracts),
        open_age=np.zeros(ASSUMED_OPEN),
    )
