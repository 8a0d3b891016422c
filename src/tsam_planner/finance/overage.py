"""
The test of whether a customer asks "continuously and constantly" for more (R46).

Two words, two tests (Q7). *Constantly* is about the level: the mean of the latest weeks is
above the allowance by more than a tolerance, and so is the median, so that one spike does
not count. *Continuously* is about interruption: most weeks are over, and some of them in a
row. The numbers are policy; a recommendation is a right to ask, never a charge (Q8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import numpy.typing as npt

from tsam_planner.errors import ArgumentError
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Overage
from tsam_planner.words import counted

Floats = npt.NDArray[np.float64]
Grade = Literal["none", "watch", "recommend"]

# Hours are sums of decimal entries: a millionth is no difference.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the test: whether it holds, and its numbers in a sentence."""

    name: Literal["mean", "median", "weeks over", "run", "history"]
    holds: bool
    text: str

    def __str__(self) -> str:
        return f"{'holds' if self.holds else 'does not hold'}: {self.text}"


@dataclass(frozen=True, slots=True)
class OverageAssessment:
    """
    The result of the test of one series of weeks.

    Attributes
    ----------
    grade
        ``recommend``: all conditions hold; ``watch``: the level is over, but not in enough
        weeks, or the history is short; ``none``.
    weeks_tested
        Usable weeks that were looked at, the latest ones, at most the policy's window.
    mean_hours, median_hours
        Of the tested weeks, in hours a week; 0 without any.
    mean_allowance
        Mean of their allowances.
    weeks_over, longest_run
        Weeks with more hours than their allowance, and most of them in a row.
    conditions
        Every condition with its numbers.
    """

    grade: Grade
    weeks_tested: int
    mean_hours: float
    median_hours: float
    mean_allowance: float
    weeks_over: int
    longest_run: int
    conditions: tuple[Condition, ...]

    @property
    def excess_hours(self) -> float:
        """Mean hours a week above the mean allowance, never below 0."""
        return max(0.0, self.mean_hours - self.mean_allowance)

    def __str__(self) -> str:
        return "\n".join([self.grade, *(f"  {condition}" for condition in self.conditions)])


def assess_overage(
    weekly_hours: Sequence[float | None] | Floats,
    allowance_hours: float | Sequence[float] | Floats = 10.0,
    *,
    policy: Policy | Overage | None = None,
) -> OverageAssessment:
    """
    Test whether hours are over the allowance continuously and constantly (R46, Q7).

    Parameters
    ----------
    weekly_hours
        Hours of full ISO weeks, oldest first (>= 0). Missing ones (None, NaN) are weeks set
        aside: exceptional or partial. They neither count nor interrupt a run.
    allowance_hours
        Hours a week that the customer has: included and purchased ones; one number, or one
        per week.
    policy
        The numbers of the test; the defaults of `Policy` if not given.

    Returns
    -------
    OverageAssessment
        Grade, figures and the text of each condition.

    Raises
    ------
    ArgumentError
        When hours or allowances are negative or infinite, or their numbers differ.

    Examples
    --------
    >>> assess_overage([14, 13, 15, 12, 14, 13, 12, 13]).grade
    'recommend'
    >>> spike = assess_overage([10, 9, 40, 9, 10, 9, 8, 9])
    >>> spike.grade, spike.mean_hours, spike.median_hours
    ('none', 13.0, 9.0)
    >>> print(assess_overage([14, 8, 14, 8, 14, 8, 14, 8]))
    watch
      holds: the mean of 8 weeks is 11.00 h, above 10.50 h (allowance 10.00 h and 5 %)
      holds: the median of hours above the allowance is 1.00 h
      does not hold: 4 of 8 weeks are over, of 6 needed
      does not hold: 1 week in a row is over, of 4 needed
    """
    rule = policy.overage if isinstance(policy, Policy) else policy or Overage()
    hours, allowance = _usable(weekly_hours, allowance_hours)
    hours, allowance = hours[-rule.window :], allowance[-rule.window :]
    tested = len(hours)
    over = hours > allowance + _LEAST
    run = max((sum(1 for _ in group) for is_over, group in groupby(over) if is_over), default=0)
    mean = float(hours.mean()) if tested else 0.0
    mean_allowance = float(allowance.mean()) if tested else 0.0
    excess = float(np.median(hours - allowance)) if tested else 0.0
    level = [_mean_condition(rule, tested, mean, mean_allowance)]
    if rule.median:
        text = f"the median of hours above the allowance is {excess:.2f} h"
        level.append(Condition("median", excess > _LEAST, text))
    lasting = _lasting_conditions(rule, tested, int(over.sum()), run)
    grade: Grade = "none"
    if all(condition.holds for condition in level):
        grade = "recommend" if all(condition.holds for condition in lasting) else "watch"
    return OverageAssessment(
        grade=grade,
        weeks_tested=tested,
        mean_hours=mean,
        median_hours=float(np.median(hours)) if tested else 0.0,
        mean_allowance=mean_allowance,
        weeks_over=int(over.sum()),
        longest_run=run,
        conditions=(*level, *lasting),
    )


def _usable(
    weekly_hours: Sequence[float | None] | Floats,
    allowance_hours: float | Sequence[float] | Floats,
) -> tuple[Floats, Floats]:
    """Return hours and allowances of the weeks that are not set aside."""
    hours = np.array(weekly_hours, dtype=float)
    given = np.asarray(allowance_hours, dtype=float)
    if given.ndim and len(given) != len(hours):
        message = f"expected one allowance per week, got {len(given)} for {len(hours)} weeks"
        raise ArgumentError(message)
    allowance = np.broadcast_to(given, hours.shape)
    kept = ~np.isnan(hours)
    hours, allowance = hours[kept], allowance[kept]
    for name, values in (("weekly_hours", hours), ("allowance_hours", allowance)):
        if not (np.isfinite(values) & (values >= 0)).all():
            message = f"expected {name} >= 0 and finite"
            raise ArgumentError(message)
    return hours, allowance


def _mean_condition(rule: Overage, tested: int, mean: float, allowance: float) -> Condition:
    limit = (1 + rule.tolerance) * allowance
    # A limit that is met is not exceeded, whatever floating point makes of it.
    is_over = mean > limit + _LEAST
    text = (
        f"the mean of {_weeks(tested)} is {mean:.2f} h, {'above' if is_over else 'not above'} "
        f"{limit:.2f} h (allowance {allowance:.2f} h and {100 * rule.tolerance:g} %)"
    )
    return Condition("mean", is_over, text)


def _lasting_conditions(rule: Overage, tested: int, over: int, run: int) -> list[Condition]:
    conditions = [
        Condition(
            "weeks over",
            over >= rule.over_weeks,
            f"{over} of {_weeks(tested)} {'is' if over == 1 else 'are'} over, of "
            f"{rule.over_weeks} needed",
        ),
        Condition(
            "run",
            run >= rule.run,
            f"{_weeks(run)} in a row {'is' if run == 1 else 'are'} over, of {rule.run} needed",
        ),
    ]
    if tested < rule.window:
        text = f"{_weeks(tested)} can be tested, of {rule.window} needed"
        conditions.append(Condition("history", False, text))
    return conditions


def _weeks(count: int) -> str:
    return counted(count, "week")
