"""
Possible futures of what customers need: weekly hours and open cases, draw by draw.

Every draw repeats weeks of the past in blocks of four, the same weeks for all contracts: so
busy weeks follow each other, and an outage touches many customers at once. A contract's
whole level moves, too, as levels have moved in the past from one half-year to the next
quarter. Prospects are won in some draws and lost in others.

The mean of all futures is the plan's figure: draws spread it, they do not move it. Only
where a whole figure of cases is the log's mean rounded up, it is that mean.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.calendars.holiday_lists import HolidayLists
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.demand.arrivals import (
    CaseModel,
    draw_open_cases,
    expected_open,
    model_cases,
)
from tsam_planner.demand.borrowing import ASSUMED_OPEN, assumed_cases, lend
from tsam_planner.demand.contract_weeks import ContractWeeks, contract_weeks
from tsam_planner.demand.history import (
    LEVEL_WEEKS,
    LOW_HISTORY,
    History,
    nanoseconds,
    read_history,
)
from tsam_planner.demand.levels import level_tables, weekly_shapes
from tsam_planner.errors import ArgumentError
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Contract
from tsam_planner.service.policy import Policy
from tsam_planner.units import MICRO

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MOMENTS = 10
"""Moments of a week at which open cases are looked at: two on each weekday."""
_HOURS = (10, 16)
_BLOCK = 4
# Draws at a time, and cases of theirs: what fits a processor's memory.
_CHUNK, _EVENTS = 100, 2_000_000
# Planned cases for one of the log, beyond which a contract borrows how others stray.
_MOST_TIMES = 3.0
# Where no log says anything: weeks of an invented past.
_ASSUMED_WEEKS = 52
MOST_DRAWS = 1_000_000
# Draws times contracts times moments: several bytes each.
_MOST_FIGURES = 1_000_000_000


@dataclass(frozen=True)
class DemandDraws:
    """
    Futures of contracts and prospects.

    Attributes
    ----------
    contracts
        Contracts in the order of the facts, then prospects.
    need
        Hours, shape ``(draws, contracts, weeks)``.
    open_cases
        Cases open at ten moments of each week, shape ``(draws, contracts, 10 * weeks)``.
    is_low
        Contracts whose own history is short or missing, and that borrow the behavior of
        others; shape ``(contracts,)``.
    seed
        What the draws follow from.
    """

    contracts: tuple[Contract, ...]
    need: npt.NDArray[np.float32]
    open_cases: npt.NDArray[np.int16]
    is_low: npt.NDArray[np.bool_]
    seed: int

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(self.need)

    @property
    def mean_cases(self) -> npt.NDArray[np.float32]:
        """Mean of a week's moments; shape ``(draws, contracts, weeks)``."""
        means: npt.NDArray[np.float32] = self._by_week.mean(axis=3, dtype=np.float32)
        return means

    @property
    def peak_cases(self) -> npt.NDArray[np.int16]:
        """Most cases open at once in a week; shape ``(draws, contracts, weeks)``."""
        peaks: npt.NDArray[np.int16] = self._by_week.max(axis=3)
        return peaks

    @property
    def _by_week(self) -> npt.NDArray[np.int16]:
        return self.open_cases.reshape(*self.need.shape, MOMENTS)


def check_draws(draws: int, seed: int) -> None:
    """Hold that so many futures can be drawn by whatever asks for them."""
    if draws < 1 or seed < 0:
        message = f"expected draws >= 1 and seed >= 0, got {draws} and {seed}"
        raise ArgumentError(message)
    if draws > MOST_DRAWS:
        message = f"expected draws <= {MOST_DRAWS:,}, got {draws:,}"
        raise ArgumentError(message)


def draw_demand(
    portfolio: Portfolio,
    horizon: Horizon,
    policy: Policy,
    *,
    draws: int = 1000,
    seed: int = 0,
    base: ContractWeeks | None = None,
) -> DemandDraws:
    """
    Draw futures of need and open cases.

    Parameters
    ----------
    draws
        Number of futures, >= 1; times contracts and ten moments of each week at most a thousand
        million figures.
    seed
        Equal seeds give equal futures.
    base
        Planning figures of all contracts and prospects, where they are known already.

    Raises
    ------
    ArgumentError
        When ``draws`` or ``seed`` is out of range.
    """
    check_draws(draws, seed)
    everybody = (*portfolio.contracts, *portfolio.prospects)
    most = _MOST_FIGURES // max(1, len(everybody) * MOMENTS * horizon.weeks)
    if draws > most:
        message = f"expected draws <= {most:,} for so many contracts and weeks, got {draws:,}"
        raise ArgumentError(message)
    rng = np.random.default_rng(seed)
    holidays = HolidayLists(portfolio.holidays)
    if base is None:
        base = contract_weeks(everybody, portfolio, holidays, horizon, policy)
    history = read_history(portfolio, everybody, holidays, horizon.start)
    gap = _weeks_between(history, horizon)
    past = history.weeks or _ASSUMED_WEEKS
    drawn = _draw_weeks(draws, gap + horizon.weeks, past, rng)
    times, ranks = rng.random((draws, 1)), rng.random((draws, len(everybody)))
    of_hours, of_cases = level_tables(history)
    won = _won(portfolio, draws, rng)
    shapes = weekly_shapes(history.hours, history.weight, past, rng)
    need = _draw_need(base.need / MICRO, shapes, drawn[:, gap:], of_hours.at(times, ranks), won)
    cases = _draw_cases(history, base, drawn, of_cases.at(times, ranks), gap, rng)
    cases = _follow_plan(cases, base, rng)
    # In place: of a large portfolio, nothing takes more memory than its futures.
    cases *= won[:, :, None].astype(np.int16)
    cases *= np.repeat(base.active, MOMENTS, axis=1).astype(np.int16)
    return DemandDraws(
        contracts=everybody,
        need=need,
        open_cases=cases,
        is_low=np.maximum(history.hours_weeks, history.case_weeks) < LOW_HISTORY,
        seed=seed,
    )


def _weeks_between(history: History, horizon: Horizon) -> int:
    """Return the weeks between the end of the log of cases and the plan."""
    if not history.case_log:
        return 0
    gap = (horizon.start - history.mondays[history.case_log[-1]]).days // 7 - 1
    # Half a year on, nobody knows any more what was open.
    return min(gap, LEVEL_WEEKS)


def _weeks_of_cases(history: History, drawn: Whole) -> Whole:
    """Return the same weeks as positions in the log of cases; others are any of its own."""
    log = history.case_log
    if not log:
        return drawn % _ASSUMED_WEEKS
    return np.where(
        (drawn >= log.start) & (drawn < log.stop), drawn - log.start, drawn % len(log)
    )


def _draw_weeks(draws: int, weeks: int, past: int, rng: np.random.Generator) -> Whole:
    """Return which week of the past each week to come repeats, in blocks of four."""
    blocks = -(-weeks // _BLOCK)
    begins = rng.integers(0, past, size=(draws, blocks))
    # The last week of the past is followed by the first: each is drawn equally often.
    drawn = (begins[:, :, None] + np.arange(_BLOCK)) % past
    chosen: Whole = drawn.reshape(draws, -1)[:, :weeks]
    return chosen


def _won(portfolio: Portfolio, draws: int, rng: np.random.Generator) -> Floats:
    chance = [1.0] * len(portfolio.contracts)
    chance += [prospect.win_probability for prospect in portfolio.prospects]
    won: Floats = (rng.random((draws, len(chance))) < np.array(chance)).astype(float)
    return won


def _draw_need(
    base: Floats, shapes: Floats, drawn: Whole, levels: Floats, won: Floats
) -> npt.NDArray[np.float32]:
    """Return the plan's need times the shape of a past week and the level of the draw."""
    need = np.empty((len(drawn), *base.shape), dtype=np.float32)
    for first in range(0, len(drawn), _CHUNK):
        part = slice(first, first + _CHUNK)
        repeated = shapes[:, drawn[part]].transpose(1, 0, 2)
        need[part] = base * repeated * levels[part, :, None] * won[part, :, None]
    return need


def _draw_cases(
    history: History,
    base: ContractWeeks,
    drawn: Whole,
    levels: Floats,
    gap: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.int16]:
    model, scale, still = _case_model(history, base, rng)
    contracts = len(base.cases)
    levels = np.hstack([levels, np.ones((len(levels), model.contracts - contracts))])
    moments = np.array(
        [
            24 * (7 * (gap + week) + day) + hour
            for week in range(base.need.shape[1])
            for day in range(WEEKDAYS)
            for hour in _HOURS
        ]
    )
    drawn = _weeks_of_cases(history, drawn)
    per_draw = len(model.group) / max(1, model.weeks) * drawn.shape[1] * max(1.0, scale.mean())
    size = max(1, min(_CHUNK, int(_EVENTS / max(1.0, per_draw))))
    cases = np.empty((len(drawn), contracts, len(moments)), dtype=np.int16)
    for first in range(0, len(drawn), size):
        part = slice(first, first + size)
        found = draw_open_cases(model, drawn[part], scale * levels[part], still, moments, rng)
        cases[part] = found[:, :contracts]
    return cases


def _follow_plan(
    cases: npt.NDArray[np.int16], base: ContractWeeks, rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    """Scale the cases of contracts whose planning figure differs from week to week."""
    weeks = np.maximum(1, base.active.sum(axis=1))
    planned = np.where(base.active, base.cases, 0)
    mean = planned.sum(axis=1) / weeks
    for row in np.flatnonzero((planned != mean[:, None]).any(axis=1, where=base.active)):
        factor = np.repeat(planned[row] / max(mean[row], 1e-9), MOMENTS)
        # One number per draw: a case that counts twice does so in all its moments.
        part = rng.random((len(cases), 1))
        cases[:, row] = np.floor(cases[:, row] * factor + part * (factor > 0))
    return cases


def _case_model(
    history: History, base: ContractWeeks, rng: np.random.Generator
) -> tuple[CaseModel, Floats, Floats]:
    """Return what arrives, and how many cases stand for one that arrives or is open."""
    contracts = len(base.cases)
    wanted = _wanted_cases(history, base)
    own = np.nan_to_num(history.cases_level)
    # A log that knows of far fewer cases than are planned says little about their spread.
    lends = (history.case_weeks >= LOW_HISTORY) & (own > 0) & (_MOST_TIMES * own >= wanted)
    # Nor does a contract of a few weeks in a log of years: most drawn weeks lack it.
    lends &= 2 * history.case_weeks >= len(history.case_log)
    if lends.any():
        monday = history.mondays[history.case_log.start]
        model = model_cases(
            history.spans, contracts, nanoseconds(monday), len(history.case_log)
        )
        lent = own[lends].sum()
    else:
        model = assumed_cases(contracts, len(history.case_log) or _ASSUMED_WEEKS, rng)
        lends = np.append(np.zeros(contracts, dtype=bool), True)
        lent = ASSUMED_OPEN
        wanted, own = np.append(wanted, 0.0), np.append(own, lent)
    model = lend(model, lends, wanted / lent, rng)
    expected = expected_open(model)
    scale = np.divide(wanted, expected, out=np.zeros_like(wanted), where=expected > 0)
    borrowed = np.bincount(model.open_group, minlength=model.contracts)
    before = np.where(lends, own, borrowed)
    still = np.divide(wanted, before, out=np.zeros_like(wanted), where=before > 0)
    return model, scale, still


def _wanted_cases(history: History, base: ContractWeeks) -> Floats:
    """
    Return the time-average of open cases to spread.

    Planning figures are whole, means rounded up (Q4): where the log's mean rounds up to the
    figure, it is the log's mean that is spread.
    """
    weeks = np.maximum(1, base.active.sum(axis=1))
    planned = np.where(base.active, base.cases, 0).sum(axis=1) / weeks
    level = np.nan_to_num(history.cases_level)
    is_log = np.ceil(np.round(level, 6)) == planned
    wanted: Floats = np.where(is_log, level, planned)
    return wanted
