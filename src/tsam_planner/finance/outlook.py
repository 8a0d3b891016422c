"""
Who will qualify for additional hours in the futures of a plan: the test of overage, ahead.

In every future the weeks to come are put behind the latest usable weeks of the time sheets,
and the test of `overage` is made at the end of each week, for all futures at once.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tsam_planner.service.policy_sections import Overage

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Hours are sums of decimal entries: a millionth is no difference.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    What is tested in each future of one customer.

    Attributes
    ----------
    past_hours, past_allowance
        Usable weeks of the time sheets, oldest first, shape ``(past,)``.
    hours
        Hours of the usable weeks to come, shape ``(draws, weeks)``.
    allowance
        Their allowance, shape ``(weeks,)``.
    weeks
        Which weeks of the plan they are (positions, ascending), shape ``(weeks,)``.
    """

    past_hours: Floats
    past_allowance: Floats
    hours: Floats
    allowance: Floats
    weeks: Whole

    @property
    def of_past(self) -> "Outlook":
        """What is known already: the time sheets, and no week to come."""
        return replace(
            self, hours=self.hours[:, :0], allowance=self.allowance[:0], weeks=self.weeks[:0]
        )

    def test(self, rule: Overage) -> tuple[Floats, Whole]:
        """
        Return the excess where the test is met, 0 elsewhere, and the week each test ends in.

        The excess (h a week) has shape ``(draws, tests)``, the weeks ``(tests,)``; -1 is the
        test of the time sheets alone.
        """
        past_hours = self.past_hours[-rule.window :]
        past = np.broadcast_to(past_hours, (len(self.hours), len(past_hours)))
        hours = np.hstack([past, self.hours])
        allowance = np.append(self.past_allowance[-rule.window :], self.allowance)
        ends = np.append(np.full(len(past_hours), -1, dtype=np.int64), self.weeks)
        if len(ends) < rule.window:
            return np.zeros((len(hours), 0)), np.zeros(0, dtype=np.int64)
        view = np.lib.stride_tricks.sliding_window_view
        windows = view(hours, rule.window, axis=1)
        allowances = view(allowance, rule.window)
        excess = windows.mean(axis=2) - allowances.mean(axis=1)
        met = meets_test(windows, allowances, rule)
        return np.where(met, excess, 0.0), ends[rule.window - 1 :]


def meets_test(hours: Floats, allowance: Floats, rule: Overage) -> Flags:
    """
    Return where full windows of weeks are over the allowance continuously and constantly.

    The same test as `assess_overage`, for many windows at once (R46, Q7).

    Parameters
    ----------
    hours
        Shape ``(..., window)``, in hours a week.
    allowance
        Shape that broadcasts to it.

    Examples
    --------
    >>> weeks = np.array([[14, 13, 15, 12, 14, 13, 12, 13], [10, 9, 40, 9, 10, 9, 8, 9.0]])
    >>> meets_test(weeks, np.full(8, 10.0), Overage()).tolist()
    [True, False]
    """
    above = hours - allowance
    over = above > _LEAST
    limit = (1 + rule.tolerance) * allowance.mean(axis=-1)
    met: Flags = np.asarray(hours.mean(axis=-1) > limit + _LEAST)
    met &= over.sum(axis=-1) >= rule.over_weeks
    met &= _longest_run(over) >= rule.run
    if rule.median:
        # Medians take longest by far, and few windows have come so far.
        met[met] = np.median(above[met], axis=-1) > _LEAST
    return met


def _longest_run(over: Flags) -> Whole:
    longest = run = np.zeros(over.shape[:-1], dtype=np.int64)
    for week in range(over.shape[-1]):
        run = np.where(over[..., week], run + 1, 0)
        longest = np.maximum(longest, run)
    return longest


def blocks_by_week(
    excess: Floats, ends: Whole, weeks: int, *, step: float, lead_weeks: int
) -> Whole:
    """
    Return the blocks that are sold in each week of a plan; shape ``(draws, weeks)``.

    Who qualifies by the time sheets has been asked ahead of the plan: the block starts with
    it. Who qualifies later is asked then, and the block starts after ``lead_weeks``. A block
    that turns out too small is raised, and none is lowered within its term.

    Parameters
    ----------
    excess, ends
        As `Outlook.test` returns them.
    step
        Hours a week of one block, > 0.

    Examples
    --------
    One test of the time sheets (2.5 h over), one after the second week (3.5 h over); blocks
    of an hour, a week between asking and start.

    >>> blocks_by_week(
    ...     np.array([[2.5, 3.5]]), np.array([-1, 1]), 5, step=1.0, lead_weeks=1).tolist()
    [[3, 3, 3, 4, 4]]
    """
    blocks = np.ceil(np.round(excess / step, 9)).astype(np.int64)
    sold = np.zeros((len(excess), weeks), dtype=np.int64)
    starts = np.where(ends < 0, 0, ends + 1 + lead_weeks)
    for test, start in enumerate(starts.tolist()):
        if start < weeks:
            sold[:, start] = np.maximum(sold[:, start], blocks[:, test])
    return np.maximum.accumulate(sold, axis=1)
