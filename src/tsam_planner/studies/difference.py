"""
Two plans in words: who changes hands and why, which customers must be told, what it costs.

Only the tables of the plans are looked at, so that every number can be worked out again
from their files; and only weeks that both plans have. Where the tables do not say whether a
change of hands was forced, the portfolio is asked if it is known.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from tsam_planner.plan.plan import Plan
from tsam_planner.studies.contract_moves import KINDS, common_weeks, contract_moves
from tsam_planner.studies.plan_figures import figures_of, figures_within
from tsam_planner.words import counted

# A change of less than this is what floating point makes of nothing.
_NOTHING = 1e-9
# What a policy says about how many points something costs; all else is about the plans.
_RULER = ("goals", "strain_shares", "target_daily_overlap_hours", "same_manager")

NoMeasure = Literal["", "other weeks", "other weights"]
"""Why points of two plans are no common measure; empty where they are."""

# Changes of hands are of all weeks of a plan: no share of them belongs to some weeks only.
_NOT_COMPARED: Mapping[NoMeasure, Collection[str]] = {
    "": (),
    "other weights": ("points",),
    "other weeks": ("points", "handovers", "forced handovers"),
}


@dataclass(frozen=True)
class PlanDifference:
    """
    What changes from one plan to another.

    Attributes
    ----------
    moves
        Contracts whose people differ in ``weeks``: ``contract_id``, ``from_managers`` and
        ``to_managers`` (in order of time, joined by ``;``), ``kind`` (``changes hands``,
        ``at other times``: the same managers in other weeks, ``served anew``, ``served no
        more``, ``new``, ``gone``, ``another substitute``, ``another call time``),
        ``forced``, ``judged``, ``reason``, the contract's planned hours over these weeks and
        most planning cases in one, whether the substitute is new, ``weeks_alone`` (weeks
        with a manager in the first plan and none in the second), and when it is usually
        called by each of them, in the customer's time.

        A change of hands is ``forced`` where the first plan's manager could not keep the
        contract in the second, in the weeks that it loses. The rules say so, if that plan
        knows its portfolio: is the manager there, may it serve the contract, and has it room
        for all that it had in the first plan? Else that plan's reason does, where it is about
        that manager and tells of no week earlier than need be. Else nothing tells:
        ``judged`` is false. A pin to somebody is somebody's choice.
    goals
        Points by goal (``goal, before, after, change``), those of substitutes and calls
        with their own names; only where both plans weigh them alike, in the same weeks.
    figures
        Headline figures: ``figure, before, after, change``; where the weeks differ, those
        of ``weeks``, without points and changes of hands, which only whole plans have.
    weeks
        Mondays that both plans have: these are compared.
    no_measure
        Why the plans' own points are not compared: ``other weeks``, or ``other weights`` (the
        policies differ in what they charge for the same); empty where they are.
    """

    moves: pd.DataFrame = field(repr=False)
    goals: pd.DataFrame = field(repr=False)
    figures: pd.DataFrame = field(repr=False)
    weeks: tuple[dt.date, ...] = field(repr=False)
    no_measure: NoMeasure = ""

    @property
    def customers_to_tell(self) -> tuple[str, ...]:
        """Contracts whose customer gets other people, none, or another time of its calls."""
        told = self.moves["contract_id"][self.moves["kind"] != "gone"]
        return tuple(sorted(told))

    @property
    def hours_moved(self) -> float:
        """Planned hours of the contracts that change hands."""
        rows = self.moves[self.moves["kind"] == "changes hands"]
        return float(rows["planned_hours"].sum())

    @property
    def summary(self) -> tuple[str, ...]:
        """Return the difference in sentences."""
        return tuple(self._sentences())

    def __str__(self) -> str:
        return "\n".join(self.summary)

    def _sentences(self) -> Iterator[str]:
        if not self.weeks:
            yield "The plans have no week in common: nothing is compared."
            return
        if self.moves.empty:
            yield "The same managers serve the same contracts."
        counts = self.moves["kind"].value_counts()
        for kind in KINDS:
            # Calls move beside other changes, too: they are told of all contracts at once.
            if kind in counts and kind != "another call time":
                yield self._told(kind, int(counts[kind]))
        yield from self._alone()
        yield from self._called_elsewhere()
        if self.no_measure == "other weeks":
            common = counted(len(self.weeks), "week")
            yield (
                f"The plans are of different weeks: those of both ({common}) are compared, "
                f"points are not."
            )
            return
        if self.no_measure == "other weights":
            yield "The policies weigh goals differently: the plans' points are not compared."
        is_own = ~self.goals["goal"].str.contains(": ", regex=False)
        yield from _better_and_worse(self.goals[is_own], "")
        # These are counted apart: no plan gives up a customer for a better substitute.
        yield from _better_and_worse(self.goals[~is_own], "Beside the plan's own points, ")

    def _alone(self) -> Iterator[str]:
        """Say who has nobody in some weeks: they are among those who change hands."""
        rows = self.moves[self.moves["kind"] != "served no more"].query("weeks_alone > 0")
        if len(rows):
            listed = ", ".join(
                f"{name} ({counted(int(weeks), 'week')})"
                for name, weeks in zip(rows["contract_id"], rows["weeks_alone"], strict=True)
            )
            verb = "has" if len(rows) == 1 else "have"
            yield f"{counted(len(rows), 'contract')} {verb} nobody in some weeks: {listed}."

    def _called_elsewhere(self) -> Iterator[str]:
        both = (self.moves["call_before"] != "") & (self.moves["call_after"] != "")
        moved = self.moves[both & (self.moves["call_before"] != self.moves["call_after"])]
        if len(moved):
            verb = "is" if len(moved) == 1 else "are"
            listed = ", ".join(moved["contract_id"])
            yield f"{counted(len(moved), 'contract')} {verb} called at another time: {listed}."

    def _told(self, kind: str, count: int) -> str:
        rows = self.moves[self.moves["kind"] == kind]
        contracts = counted(count, "contract")
        names = ", ".join(rows["contract_id"].head(8)) + (", …" if count > 8 else "")
        if kind == "changes hands":
            verb = "changes" if count == 1 else "change"
            hours = rows["planned_hours"].sum()
            return f"{contracts} {verb} hands ({_kinds(rows)}), {hours:,.0f} h: {names}."
        words = {
            "at other times": "has the same managers at other times",
            "served anew": "gets a manager",
            "served no more": "has nobody any more",
            "new": "is new",
            "gone": "is gone",
            "another substitute": "has another substitute",
        }[kind]
        if count > 1:
            words = words.replace("gets", "get").replace("has", "have").replace("is", "are")
        return f"{contracts} {words}: {names}."


def _kinds(moves: pd.DataFrame) -> str:
    """Count the changes of hands that were forced, chosen, and neither for sure."""
    forced, judged = int(moves["forced"].sum()), int(moves["judged"].sum())
    told = f"{forced} forced, {judged - forced} chosen"
    left = len(moves) - judged
    return f"{told}, {left} not known without the portfolio" if left else told


def _better_and_worse(goals: pd.DataFrame, prefix: str) -> Iterator[str]:
    """Yield which goals gain and which lose, in points."""
    for word, sign in (("better", -1.0), ("worse", 1.0)):
        rows = goals[sign * goals["change"] > _NOTHING]
        if len(rows):
            listed = ", ".join(
                f"{goal} {change:+,.0f}"
                for goal, change in zip(rows["goal"], rows["change"], strict=True)
            )
            sentence = f"{prefix}{word}, in points: {listed}."
            yield sentence[0].upper() + sentence[1:]


def diff_plans(plan: Plan, other: Plan) -> PlanDifference:
    """
    Return what changes from a plan to another one.

    Parameters
    ----------
    plan, other
        Two plans, with or without their portfolios. Where their weeks differ, those that
        both have are compared.
    """
    weeks, no_measure = common_weeks(plan, other), _no_measure(plan, other)
    is_whole = no_measure != "other weeks"
    before, after = (
        figures_of(one) if is_whole else figures_within(one, weeks) for one in (plan, other)
    )
    figures = _changes(before, after, "figure")
    return PlanDifference(
        moves=contract_moves(plan, other),
        goals=_goals(plan, other) if is_whole else _changes({}, {}, "goal"),
        figures=figures[~figures["figure"].isin(_NOT_COMPARED[no_measure])].reset_index(
            drop=True
        ),
        weeks=weeks,
        no_measure=no_measure,
    )


def _no_measure(plan: Plan, other: Plan) -> NoMeasure:
    one, two = plan.horizon, other.horizon
    if (one.start, one.weeks) != (two.start, two.weeks):
        return "other weeks"
    is_same = all(getattr(plan.policy, name) == getattr(other.policy, name) for name in _RULER)
    return "" if is_same else "other weights"


def _goals(plan: Plan, other: Plan) -> pd.DataFrame:
    """Compare the points that both plans weigh alike."""
    kinds = [
        (prefix, name)
        for prefix, name in (("substitutes: ", "backup_goals"), ("calls: ", "call_goals"))
        if getattr(plan.policy, name) == getattr(other.policy, name)
    ]
    if not _no_measure(plan, other):
        kinds.insert(0, ("", "goals"))

    def by_name(one: Plan) -> dict[str, float]:
        return {
            f"{prefix}{str(goal).replace('_', ' ')}": float(points)
            for prefix, name in kinds
            for goal, points in getattr(one, name).items()
        }

    return _changes(by_name(plan), by_name(other), "goal")


def _changes(before: Mapping[str, float], after: Mapping[str, float], key: str) -> pd.DataFrame:
    rows = [
        (name, before.get(name, 0.0), after.get(name, 0.0))
        for name in dict.fromkeys((*before, *after))
    ]
    table = pd.DataFrame(rows, columns=[key, "before", "after"])
    return table.assign(change=table["after"] - table["before"])


def compare_plans(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """
    Return one row per plan with the headline figures of its weeks, against the first one.

    Columns: ``plan``, the figures of `figures_of`, ``bound``, ``against_first`` (``better``,
    ``worse``: proven, the intervals between bound and points do not overlap; ``not proven``;
    ``other weeks`` and ``other weights``: points are no common measure, see
    `PlanDifference`) and ``in_words`` (how it differs from the first).
    """
    rows: list[dict[str, Any]] = []
    first = next(iter(plans.values()), None)
    for name, plan in plans.items():
        words = (
            "" if plan is first or first is None else " ".join(diff_plans(first, plan).summary)
        )
        rows.append(
            {
                "plan": name,
                **figures_of(plan),
                "bound": plan.bound,
                "against_first": ""
                if plan is first or first is None
                else _against(first, plan),
                "in_words": words,
            }
        )
    return pd.DataFrame(rows)


def _against(first: Plan, plan: Plan) -> str:
    """Say what is proven about the points of a plan against those of the first one."""
    no_measure = _no_measure(first, plan)
    if no_measure:
        return no_measure
    if plan.bound is None or first.bound is None:
        return "not proven"
    if plan.objective < first.bound:
        return "better"
    return "worse" if first.objective < plan.bound else "not proven"
