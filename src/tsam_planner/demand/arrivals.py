"""
Cases to come, resampled: which cases arrive in which week, and how long each stays open.

A future is put together from weeks of the past. All contracts draw the same past week, so
that an outage which touched many customers at once touches them at once again. Each case
that arrived in that week arrives again, with the duration of another case: of its own
contract as far as that has many, else of all. Cases that are open when the log ends stay
open for as long as another case of their age did, of their own contract or of any.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.demand.open_cases import DAY, NEVER, Spans

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# Durations of a contract's own count as much as this many of all contracts. How long a case
# of an age goes on is told by the few that exceed it, so that own ones stray more.
_POOLED, _POOLED_OPEN = 10, 100
_HOURS_OF_WEEK = 168
_WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class CaseModel:
    """
    What futures of cases are made of; times in weeks.

    ``group`` (a contract, by position) and ``offset`` (in [0, 1) inside its week) have one
    entry per case that arrived, in order of week; ``begins`` is where each week begins among
    them, shape ``(past weeks + 1,)``. ``durations`` are sorted by contract and length,
    ``bounds`` is where each contract's begin, ``pooled`` has those of all, sorted.
    ``open_group`` and ``open_age`` are the cases that are open when the past ends.
    """

    contracts: int
    group: Whole
    offset: Floats
    begins: Whole
    durations: Floats
    bounds: Whole
    pooled: Floats
    open_group: Whole
    open_age: Floats

    @property
    def weeks(self) -> int:
        """Weeks of the past that arrivals can be drawn from."""
        return len(self.begins) - 1


def model_cases(spans: Spans, contracts: int, start: int, weeks: int) -> CaseModel:
    """
    Return the model of a log's cases.

    Parameters
    ----------
    spans
        When cases are open, as known at the end of the log.
    contracts
        Number of contracts.
    start
        Nanoseconds since 1970 at which the first week of the past begins.
    weeks
        Number of weeks of the past.
    """
    opened = (spans.opened - start) / _WEEK
    week = np.floor(opened).astype(np.int64)
    inside = (week >= 0) & (week < weeks)
    # Whatever the order of rows in the log.
    order = np.lexsort(
        (spans.closed[inside], opened[inside], spans.group[inside], week[inside])
    )
    begins = np.searchsorted(week[inside][order], np.arange(weeks + 1))
    is_open = (spans.closed == NEVER) & (opened < weeks)
    still = np.lexsort((opened[is_open], spans.group[is_open]))
    # An open case lasts at least as long as it is old: to leave it out would say that
    # long cases do not exist.
    closed = np.where(is_open, start + weeks * _WEEK, spans.closed)
    known = spans.opened < start + weeks * _WEEK
    length = (closed - spans.opened)[known] / _WEEK
    by_contract = np.lexsort((length, spans.group[known]))
    bounds = np.searchsorted(spans.group[known][by_contract], np.arange(contracts + 1))
    return CaseModel(
        contracts=contracts,
        group=spans.group[inside][order],
        offset=(opened - week)[inside][order],
        begins=begins.astype(np.int64),
        durations=length[by_contract],
        bounds=bounds.astype(np.int64),
        pooled=np.sort(length),
        open_group=spans.group[is_open][still],
        open_age=(weeks - opened[is_open])[still],
    )


def draw_open_cases(
    model: CaseModel,
    past_weeks: Whole,
    scale: Floats,
    still: Floats,
    moments: Whole,
    rng: np.random.Generator,
) -> npt.NDArray[np.int16]:
    """
    Return how many cases of each contract are open at given moments, in each draw.

    Parameters
    ----------
    past_weeks
        The week of the past that each week to come repeats; shape ``(draws, weeks)``. The
        first week to come is the one after the past.
    scale
        How many cases arrive for one of the past; shape ``(draws, contracts)``, >= 0.
    still
        How many cases are open for one that is open; shape ``(contracts,)``, >= 0.
    moments
        Whole hours after the end of the past, ascending; shape ``(moments,)``.

    Returns
    -------
    ndarray
        Shape ``(draws, contracts, moments)``.
    """
    draws, width = len(past_weeks), len(moments) + 1
    # How many moments lie before each hour: many times faster than a search per case.
    before = np.searchsorted(moments, np.arange(moments[-1] + 2))
    steps = np.zeros(draws * model.contracts * width, dtype=np.int16)
    for draw, group, begin, end in (
        _arrivals(model, past_weeks, scale, rng),
        _still_open(model, draws, still, rng),
    ):
        first, after = (before[_hours(times, len(before))] for times in (begin, end))
        seen = first < after
        row = (draw[seen] * model.contracts + group[seen]) * width
        np.add.at(steps, row + first[seen], np.int16(1))
        np.add.at(steps, row + after[seen], np.int16(-1))
    by_contract = steps.reshape(draws, model.contracts, width)[:, :, :-1]
    return np.cumsum(by_contract, axis=2, dtype=np.int16)


def _hours(times: Floats, count: int) -> Whole:
    """Return the first whole hours that are not before some times, in weeks."""
    hours: Whole = np.minimum(np.ceil(_HOURS_OF_WEEK * times), count - 1).astype(np.int64)
    return hours


def expected_open(model: CaseModel) -> Floats:
    """
    Return how many cases of each contract are open in the long run; shape ``(contracts,)``.

    That is arrivals per week times their mean duration (Little's law).
    """
    arrivals = np.bincount(model.group, minlength=model.contracts) / max(1, model.weeks)
    own = np.diff(model.bounds)
    total = np.append(0.0, np.cumsum(model.durations))
    length = np.diff(total[model.bounds])
    mean = (length + _POOLED * model.pooled.mean()) / (own + _POOLED)
    expected: Floats = arrivals * mean
    return expected


Events = tuple[Whole, Whole, Floats, Floats]


def _arrivals(
    model: CaseModel, past_weeks: Whole, scale: Floats, rng: np.random.Generator
) -> Events:
    """Return draw, contract, opening and closing of all cases that arrive."""
    # Few weeks are drawn, and many cases come with them: what is the same for a week's cases
    # is worked out before they are told apart.
    begins = model.begins[past_weeks.ravel()]
    sizes = model.begins[past_weeks.ravel() + 1] - begins
    draw, week = np.divmod(np.arange(sizes.size), past_weeks.shape[1])
    places = np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
    case = places + np.arange(len(places))
    row = np.repeat(model.contracts * draw, sizes) + model.group[case]
    copies = copies_of(scale.ravel()[row], rng)
    draw, week = (np.repeat(np.repeat(of, sizes), copies) for of in (draw, week))
    case = np.repeat(case, copies)
    again = np.ones(len(case), dtype=bool)
    again[(np.cumsum(copies) - copies)[copies > 0]] = False
    # A second case like another comes at another moment of the same week.
    offset = np.where(again, rng.random(len(case)), model.offset[case])
    begin = week + offset
    group = model.group[case]
    return draw, group, begin, begin + _durations(model, group, rng)


def _still_open(
    model: CaseModel, draws: int, still: Floats, rng: np.random.Generator
) -> Events:
    """Return draw, contract, opening and closing of the cases that are open already."""
    cases = np.tile(np.arange(len(model.open_group)), draws)
    copies = copies_of(still[model.open_group[cases]], rng)
    draw = np.repeat(np.repeat(np.arange(draws), len(model.open_group)), copies)
    case = np.repeat(cases, copies)
    rest = _longer_durations(model, case, rng) - model.open_age[case]
    return draw, model.open_group[case], np.zeros(len(case)), rest


def _longer_durations(model: CaseModel, case: Whole, rng: np.random.Generator) -> Floats:
    """
    Return a duration that exceeds the age, for each of some open cases (positions).

    It is one of its own contract, as far as many of these exceed the age, else of any; a case
    older than all of them stays open.
    """
    group, age = model.open_group, model.open_age
    # Complex numbers are in order of contract first, of length second.
    whose = np.repeat(np.arange(model.contracts), np.diff(model.bounds))
    own = np.searchsorted(whose + 1j * model.durations, group + 1j * age, side="right")
    pooled = np.searchsorted(model.pooled, age, side="right")
    own_left, pooled_left = model.bounds[1:][group] - own, len(model.pooled) - pooled
    weight = own_left + _POOLED_OPEN * pooled_left / len(model.pooled)
    is_own = rng.random(len(case)) * weight[case] < own_left[case]
    # Behind the durations of each contract are those of all, and one without an end.
    lengths = np.concatenate([model.durations, model.pooled, [np.inf]])
    first = np.where(is_own, own[case], len(model.durations) + pooled[case])
    count = np.where(is_own, own_left[case], pooled_left[case])
    chosen: Floats = lengths[first + np.floor(rng.random(len(case)) * count).astype(np.int64)]
    return chosen


def copies_of(scale: Floats, rng: np.random.Generator) -> Whole:
    """Return whole numbers whose mean is the scale."""
    whole = np.floor(scale)
    copies: Whole = (whole + (rng.random(len(scale)) < scale - whole)).astype(np.int64)
    return copies


def _durations(model: CaseModel, group: Whole, rng: np.random.Generator) -> Floats:
    """Return a duration for each case: of its own contract, or of any."""
    own = np.diff(model.bounds)[group]
    is_own = rng.random(len(group)) * (own + _POOLED) < own
    pick = rng.random(len(group), dtype=np.float32)
    durations: Floats = model.pooled[(pick * len(model.pooled)).astype(np.int64)]
    inside = np.floor(pick[is_own] * own[is_own]).astype(np.int64)
    durations[is_own] = model.durations[model.bounds[:-1][group[is_own]] + inside]
    return durations
