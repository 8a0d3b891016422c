"""
Why a contract has the manager it has, why not another one, and what would make it fit.

Alternatives are held against every rule with everything else staying as it is; where a
manager has no room, a chain of moves is looked for. The cheapest plan that serves a contract
nobody serves is found by planning again with it first in line.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tsam_planner.errors import ArgumentError
from tsam_planner.plan.decisions import by_contract
from tsam_planner.plan.plan import Plan
from tsam_planner.planning.people import find_managers
from tsam_planner.planning.searches import Searcher, SolveOptions
from tsam_planner.studies.chains import find_chain, find_who_waits
from tsam_planner.studies.moves import check_names, effect_of, recommend
from tsam_planner.studies.pins import conflicting_pins
from tsam_planner.studies.repairs import Cut, Repair, Repairs, find_repairs, is_better_for_all
from tsam_planner.studies.standing import Owners, Standing, changed_owners, stand, standing_of
from tsam_planner.units import MICRO
from tsam_planner.words import counted

# A priority at which any other contract waits.
_FIRST_IN_LINE = 1000.0
_SHOWN = 12
# Managers without room for whom a chain of moves is looked for, the best first.
_CHAINS = 5


@dataclass(frozen=True)
class Explanation:
    """
    What stands behind one contract's row.

    Attributes
    ----------
    contract_id, managers, reason
        The contract, who serves it in order of time, and the plan's own words.
    alternatives
        Every manager, the best first (see `recommend`), with ``chain``: for the first five
        without room, the moves that would be needed for it to fit, with their points.
    others_wait
        For a contract that nobody serves: the cheapest plan found (not proven to be the
        cheapest) with today's team that serves it, as the contracts that change in it; None
        where none was found.
    others_points
        Points of that plan less those of this one, without the higher priority.
    repairs
        Changes after which it is served, each tried by planning again, the cheapest first;
        none where it fits as it is.
    repairs_cut
        Why ``repairs`` may lack some: ``time`` ran out before every change was tried, or
        more were found than are shown (``count``).
    accepted_risk
        The policy's, where it accepts one: alternatives "fit" by planning figures; plans and
        repairs are searched so that books hold it.
    pins
        The fewest pins that cannot hold together, the contract's own first ("C-1 to M-1"),
        if they keep it out.
    pins_are_proven
        Whether every smaller set was tried. If not, no pin of ``pins`` can be left out, but
        others may be fewer; and where there are none, some may have been missed.
    """

    contract_id: str
    managers: tuple[str, ...]
    reason: str
    alternatives: pd.DataFrame = field(repr=False)
    others_wait: Owners | None = None
    others_points: float | None = None
    repairs: tuple[Repair, ...] = ()
    repairs_cut: tuple[Cut, ...] = ()
    pins: tuple[str, ...] = ()
    pins_are_proven: bool = True
    accepted_risk: float | None = None

    @property
    def is_served(self) -> bool:
        """Whether somebody serves the contract."""
        return bool(self.managers)

    @property
    def fits_as_it_is(self) -> bool:
        """Whether a better plan serves it, and nobody waits for that: no change is needed."""
        return is_better_for_all(self.others_wait, self.others_points)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        who = " then ".join(self.managers) or "nobody"
        yield f"{self.contract_id}: {who} ({self.reason})"
        others = self.alternatives[~self.alternatives["manager_id"].isin(self.managers)]
        near = others[others["points"].notna()]
        for row in near.head(_SHOWN).to_dict("records"):
            fits = "fits" if row["fits"] else "does not fit"
            points = f"{row['change']:+,.1f} points"
            yield f"  {row['manager_id']}: {points}, {fits}: {row['reason']}"
            if row["chain"]:
                yield f"    it would with {row['chain']}"
        if self.accepted_risk is not None:
            yield (
                f"  fits: by planning figures; whether books hold the accepted risk of "
                f"{self.accepted_risk:.1%} only planning again says"
            )
        barred = len(others) - len(near)
        if barred:
            rest = counted(barred, "other manager")
            yield f"  {rest} may not serve it at all (alternatives says why)"
        yield from self._pin_lines()
        if self.others_wait is not None:
            moves = ", ".join(
                f"{name} to {owner or 'nobody'}" for name, owner in self.others_wait.items()
            )
            points = f"{self.others_points:+,.0f} points"
            if self.fits_as_it_is:
                yield f"  fits as it is: {moves} ({points})"
            else:
                yield f"  cheapest plan found that serves it: {moves} ({points})"
        for repair in self.repairs:
            yield f"  {repair}"
        if "count" in self.repairs_cut:
            yield f"  more would do; these are the {len(self.repairs)} cheapest that were found"
        if "time" in self.repairs_cut:
            yield "  not every change was tried in the time; others may do, or cost less"

    def _pin_lines(self) -> Iterator[str]:
        names = ", ".join(self.pins)
        if self.pins and self.pins_are_proven:
            yield f"  the fewest pins that cannot hold together: {names}"
        elif self.pins:
            yield (
                f"  pins that cannot hold together: {names} (none of them can be left out; "
                "others may be fewer)"
            )
        elif not self.pins_are_proven:
            yield "  no pins in conflict were found, and not all of them could be tried"


def explain(plan: Plan, contract_id: str, *, seconds: float = 25.0) -> Explanation:
    """
    Explain who serves a contract, and what would be otherwise.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    contract_id
        A planned contract.
    seconds
        How long to plan again for repairs, where nobody serves it; all else included.

    Raises
    ------
    ArgumentError
        When the contract is unknown or not planned, the plan does not know its portfolio, or
        ``seconds`` is not above 0.
    """
    began = time.monotonic()
    _check_seconds(seconds)
    before = stand(plan)
    check_names(before, contract_id)
    rows = before.rows[contract_id]
    managers = tuple(dict.fromkeys(row.manager_id for row in rows if row.manager_id))
    told = plan.assignments[plan.assignments["contract_id"] == contract_id]
    reason = "; ".join(dict.fromkeys(str(text) for text in told["reason"] if text))
    alternatives = recommend(plan, contract_id)
    chains = _chains(before, contract_id, alternatives)
    alternatives = alternatives.assign(
        chain=[
            _told(before, contract_id, chains[name]) if name in chains else ""
            for name in alternatives["manager_id"]
        ]
    )
    if all(row.manager_id for row in rows):
        return Explanation(
            contract_id, managers, reason, alternatives, accepted_risk=plan.policy.risk
        )
    found = _first_in_line(before, contract_id, seconds / 3)
    # A few moves keep every rule; whether books still hold an accepted risk they do not say.
    moves: list[Owners] = []
    if plan.policy.risk is None:
        fitting = alternatives.query("fits")["manager_id"].head(1)
        moves = [*({contract_id: name} for name in fitting), *chains.values()]
        exchange = find_who_waits(before, contract_id)
        moves += [] if exchange is None else [exchange]
    wait, points = _cheapest(before, moves, found)
    conflict = conflicting_pins(before.facts, contract_id)
    repairs = Repairs()
    if not is_better_for_all(wait, points):
        left = seconds - (time.monotonic() - began)
        repairs = find_repairs(before, contract_id, seconds=left)
    if repairs.as_it_is is not None:
        wait, points = repairs.as_it_is
    return Explanation(
        contract_id,
        managers,
        reason,
        alternatives,
        others_wait=wait,
        others_points=points,
        repairs=repairs.found,
        repairs_cut=repairs.cut,
        pins=tuple(f"{pin.contract_id} to {pin.manager_id}" for pin in conflict.pins),
        pins_are_proven=conflict.is_proven,
        accepted_risk=plan.policy.risk,
    )


def _check_seconds(seconds: float) -> None:
    """Refuse what `SolveOptions` refuses, too; not a number is not above 0 either."""
    if not seconds > 0:
        message = f"expected seconds > 0 to look for what would make it fit, got {seconds:g}"
        raise ArgumentError(message)


def _chains(
    before: Standing, contract_id: str, alternatives: pd.DataFrame
) -> dict[str, Owners]:
    """Return moves that would give room to the crowded managers of fewest points."""
    is_crowded = ~alternatives["fits"].astype(bool) & alternatives["points"].notna()
    chains = {}
    for name in alternatives.loc[is_crowded, "manager_id"].head(_CHAINS):
        owners = find_chain(before, contract_id, name)
        if owners is not None:
            chains[name] = owners
    return chains


def _told(before: Standing, contract_id: str, owners: Owners) -> str:
    moves = [f"{name} to {who}" for name, who in owners.items() if name != contract_id]
    effect = effect_of(before, owners)
    return f"{', '.join(moves)} ({effect.change:+,.1f} points in all)"


def _cheapest(
    before: Standing, known: Sequence[Owners], found: tuple[Owners | None, float | None]
) -> tuple[Owners | None, float | None]:
    """Return the cheapest of plans: the one that was searched for, or a few moves."""
    plans = [(owners, effect_of(before, owners).change) for owners in known]
    owners, points = min(plans, key=lambda item: item[1], default=(None, None))
    if points is None or (found[1] is not None and found[1] <= points):
        return found
    return owners, points


def _first_in_line(
    before: Standing, contract_id: str, seconds: float
) -> tuple[Owners | None, float | None]:
    """Plan again with a contract first in line; return what changes, and its points."""
    facts = before.facts
    contracts = tuple(
        row.model_copy(update={"priority": _FIRST_IN_LINE})
        if row.contract_id == contract_id
        else row
        for row in facts.portfolio.contracts
    )
    portfolio = facts.portfolio.model_copy(update={"contracts": contracts})
    options = SolveOptions(time_limit=max(1.0, seconds), relative_gap=1e-4)
    searcher = Searcher.of_study(options, before.decisions)
    found = find_managers(facts.with_team(portfolio), searcher)
    rows = by_contract(found.decisions)
    if any(row.manager_id is None for row in rows[contract_id]):
        return None, None
    # Points by the priorities of this plan.
    points = standing_of(facts, found.decisions).points.total - before.points.total
    return changed_owners(before, found.decisions), points / MICRO
