"""
Sell or hire: two kinds of hours that a plan leaves, and what one more manager would change.

Hours above what customers have bought are *unfunded*: to be sold (R45, R46). Hours within
it that nobody has room for are *unassigned*: to be hired for. The value of a hire is found
by planning again with one more manager of its profile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.facts import Facts
from tsam_planner.plan.decision_tables import decisions_from
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.portfolio.records import Contract
from tsam_planner.studies.hire_trial import HIRE_COLUMNS, HireTrial, weeks_with_manager
from tsam_planner.units import MICRO
from tsam_planner.words import counted

HOURS_COLUMNS = (
    "by", "value", "unfunded_hours", "unfunded_contracts", "unassigned_hours",
    "unassigned_contracts",
)  # fmt: skip
_LEAST = 1e-6


@dataclass(frozen=True)
class SellOrHire:
    """
    What is to be sold, what is to be hired for, and what a hire is worth.

    Attributes
    ----------
    hours
        One row per value of ``by`` (``all``, ``zone``, ``language``, ``product``):
        ``unfunded_hours, unfunded_contracts, unassigned_hours, unassigned_contracts`` over
        the plan. A contract of several products stands under each of them.
    hires
        One row per profile: contracts and hours that one more manager of it would serve,
        the points saved, the margin of sales gained (before the hire's own cost) and the
        manager's cost over the plan's weeks (in ``currency``; empty where currencies cannot
        be compared), whether it ``pays_for_itself`` by sales alone, and whether both plans
        are proven. A hire counts as employed and productive from the first week on;
        `staffing` says when it would have to be hired for that.
    unpriced
        Why margins are missing, if they are.
    """

    hours: pd.DataFrame = field(repr=False)
    hires: pd.DataFrame = field(repr=False)
    unpriced: str = ""

    def __str__(self) -> str:
        return " ".join(self.summary)

    @property
    def summary(self) -> tuple[str, ...]:
        """Return the paragraph, sentence by sentence."""
        return tuple(_sentences(self))


def sell_or_hire(
    plan: Plan, *, profiles: Sequence[str] | None = None, options: SolveOptions | None = None
) -> SellOrHire:
    """
    Split the hours that a plan leaves into those to sell and those to hire for.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    profiles
        Profiles of which one more manager is tried; all of the portfolio by default, none
        with ``()``.
    options
        How long to search for each of them; 20 s by default.

    Raises
    ------
    ArgumentError
        When the plan does not know its portfolio, or a profile is unknown.
    """
    facts = plan.facts
    decisions = decisions_from(plan.assignments, facts)
    known = {profile.profile_id: profile for profile in facts.portfolio.profiles}
    wanted = list(known) if profiles is None else list(profiles)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        message = (
            f"the portfolio has no profile {unknown[0]!r}; it has {', '.join(known) or 'none'}"
        )
        raise ArgumentError(message)
    hours = pd.DataFrame(list(_hours(facts, decisions)), columns=list(HOURS_COLUMNS))
    rows: list[Mapping[str, object]] = []
    unpriced = ""
    if wanted:
        trial = HireTrial(
            facts, plan.additional_hours, options or SolveOptions(time_limit=20.0)
        )
        rows = [trial.value_of(known[name]) for name in wanted]
        unpriced = trial.unpriced
    return SellOrHire(hours, pd.DataFrame(rows, columns=list(HIRE_COLUMNS)), unpriced)


def _hours(facts: Facts, decisions: Sequence[Decision]) -> Iterator[tuple[object, ...]]:
    weeks = facts.contract_weeks
    served = weeks_with_manager(facts, decisions)
    unfunded = weeks.unfunded.sum(axis=1) / MICRO
    open_hours = np.where(served, 0, weeks.planned).sum(axis=1) / MICRO
    open_hours = np.where(facts.planned, open_hours, 0.0)
    for by, keys in _KEYS.items():
        places: dict[str, list[int]] = {"": []} if by == "all" else {}
        for place, contract in enumerate(facts.contracts):
            for key in keys(contract):
                places.setdefault(key, []).append(place)
        for value, rows in sorted(places.items()):
            sell_, hire = unfunded[rows], open_hours[rows]
            if by == "all" or sell_.any() or hire.any():
                yield (
                    by,
                    value,
                    float(sell_.sum()),
                    int((sell_ > _LEAST).sum()),
                    float(hire.sum()),
                    int((hire > _LEAST).sum()),
                )


def _products(contract: Contract) -> Sequence[str]:
    return contract.products or ("none",)


_KEYS: Mapping[str, Callable[[Contract], Sequence[str]]] = {
    "all": lambda _contract: ("",),
    "zone": lambda contract: (contract.zone,),
    "language": lambda contract: (contract.language,),
    "product": _products,
}


def _sentences(result: SellOrHire) -> Iterator[str]:
    whole = result.hours.to_dict("records")[0]
    yield (
        f"To sell: {whole['unfunded_hours']:,.0f} h are needed above what "
        f"{counted(int(whole['unfunded_contracts']), 'contract')} have bought"
        f"{_mostly(result.hours, 'unfunded_hours')}."
    )
    yield (
        f"To hire for: {whole['unassigned_hours']:,.0f} h of "
        f"{counted(int(whole['unassigned_contracts']), 'contract')} find nobody"
        f"{_mostly(result.hours, 'unassigned_hours')}."
    )
    for row in result.hires.sort_values("points_saved", ascending=False).to_dict("records"):
        yield _sentence({str(name): value for name, value in row.items()})
    if len(result.hires):
        yield "A hire counts as employed and productive from the first week on."
    if result.unpriced:
        yield f"Margins are not known: {result.unpriced}."


def _sentence(row: Mapping[str, Any]) -> str:
    served, hours = row["contracts_served"], row["hours_served"]
    more = counted(int(served), "more contract")
    text = f"One more {row['profile_id']} would serve {more} ({hours:+,.0f} h)"
    margin = row["margin_gained"]
    if isinstance(margin, float) and margin == margin:
        text += f" and bring {row['currency'] or ''} {margin:,.0f} of margin from sales"
        if row["pays_for_itself"] is not None:
            verb = "pays" if row["pays_for_itself"] else "does not pay"
            text += f"; it {verb} for itself by sales alone (costs {row['cost']:,.0f})"
    return text + ("." if row["is_proven"] else " (as far as was searched).")


def _mostly(hours: pd.DataFrame, column: str) -> str:
    """Name the zone, language and product with most of the hours, where they stand out."""
    parts = []
    for by in ("zone", "language", "product"):
        rows = hours[hours["by"] == by].to_dict("records")
        most = max(rows, key=lambda row: float(row[column]), default=None)
        if most is not None and most[column] > 0:
            parts.append(f"{by} {most['value']} {most[column]:,.0f} h")
    return f" (most: {', '.join(parts)})" if parts else ""
