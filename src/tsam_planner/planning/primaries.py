"""Primary managers: searched, put into decisions, and held against the checker."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tsam_planner.errors import VerificationError
from tsam_planner.facts import Facts
from tsam_planner.model.primaries import PrimaryModel, model_primaries
from tsam_planner.model.rows import Reserve
from tsam_planner.model.terms import Terms
from tsam_planner.plan.decisions import Decision
from tsam_planner.plan.goals import count_points
from tsam_planner.plan.handover_hours import changes_of_hands
from tsam_planner.plan.ledger import Ledger, keep_ledger
from tsam_planner.planning.reasons import reason_of
from tsam_planner.planning.rooms import Situation
from tsam_planner.planning.searches import Searcher
from tsam_planner.proof import StopReason
from tsam_planner.solver import AssignmentResult
from tsam_planner.units import MICRO, micro
from tsam_planner.verify.verification import Verification

# Handovers of one plan need room in the next, which may have others: it settles soon.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Primaries:
    """
    Decided managers, with the search that found them.

    ``bound`` holds for all plans where the search had to keep a reserve, None where its own
    does; ``is_mended`` says that decisions were taken back after the search.
    """

    model: PrimaryModel
    result: AssignmentResult
    decisions: list[Decision]
    bound: float | None = None
    is_mended: bool = False

    @property
    def proven(self) -> float:
        """The bound that holds: its own, or else the search's."""
        return self.result.bound if self.bound is None else self.bound

    @property
    def points(self) -> int:
        """Points of the plan as it was searched, in millionths."""
        return micro(self.result.objective) - self.model.surcharge(self.result)


def find_primaries(
    facts: Facts, searcher: Searcher, reserve: Reserve | None = None
) -> Primaries:
    """
    Search for the best managers of all contracts.

    ``reserve`` is what books must leave free.

    Contracts that nobody has room for are tried again with joiners to take them over.
    Where the policy counts hours of handovers, options carry those of who receives a
    contract first. The others follow from a whole plan: a search that leaves no room for
    them is repeated with that room reserved.
    """
    if reserve is None:
        reserve = Reserve.nothing(facts)
    found = _search(facts, searcher, reserve)
    also = _helped_by_joiners(found)
    if also and found.result.stop_reason is not StopReason.INTERRUPTED:
        again = _search(facts, searcher, reserve, also)
        if again.points < found.points:
            found = again
        else:
            # What is searched from here on is what the first plan was searched in.
            also = frozenset()
    if not facts.policy.plan_handover_hours:
        return found
    bound = found.proven
    for _ in range(_ROUNDS):
        ledger = keep_ledger(facts, found.decisions)
        overbooked = _overbooked(facts, ledger)
        if not overbooked.any():
            return replace(found, bound=bound)
        wanted = np.maximum(reserve.hours, _unsearched(found, ledger))
        reserve = replace(reserve, hours=np.where(overbooked, wanted, reserve.hours))
        found = _search(facts, searcher, reserve, also)
    return replace(_mended(facts, found), bound=bound)


def _search(
    facts: Facts,
    searcher: Searcher,
    reserve: Reserve,
    also: Collection[int] = (),
) -> Primaries:
    """
    Search, and search again where changes of hands were missed (see `model.successions`).

    The bound of every search holds; the plan with the fewest points counts.
    """
    terms = Terms(reserve, frozenset(also))
    rounds: list[Primaries] = []
    for _ in range(_ROUNDS):
        model = model_primaries(facts, terms)
        result = searcher.primaries(model)
        decisions = decide(model, model.managers_of_stretches(result))
        rounds.append(Primaries(model, result, decisions))
        missed = model.missed(result)
        if not missed or missed <= terms.held or result.stop_reason is StopReason.INTERRUPTED:
            break
        terms = replace(terms, held=terms.held | missed)
    best = min(rounds, key=lambda found: found.points)
    if best is not rounds[-1] or best.model.missed(best.result):
        best = replace(best, bound=max(found.result.bound for found in rounds))
    return _kept(best)


def _kept(found: Primaries) -> Primaries:
    """Take back changes of hands that a search cut short did not count (its bound holds)."""
    model = found.model
    uncounted = model.handover_limit.uncounted(found.result)
    decisions = found.decisions
    for row in found.decisions:
        place = model.facts.contract_index[row.contract_id]
        if place in uncounted and row.manager_id not in (
            None,
            model.facts.incumbents.get(row.contract_id),
        ):
            reason = "no handover left within max_handovers"
            decisions = take_back(model.facts, decisions, row, reason)
    if decisions is found.decisions:
        return found
    return replace(found, decisions=decisions, is_mended=True)


def _helped_by_joiners(found: Primaries) -> frozenset[int]:
    """Return contracts that nobody serves in some weeks and that joiners could take."""
    model = found.model
    manager_of = model.managers_of_stretches(found.result)
    return frozenset(
        stretch.contract
        for stretch, manager in zip(model.pairs.stretches, manager_of, strict=True)
        if manager is None and stretch.contract in model.pairs.uncut
    )


def _unsearched(found: Primaries, ledger: Ledger) -> npt.NDArray[np.int64]:
    """Return the hours of handovers that options do not carry, by manager-week."""
    options, chosen = found.model.options, found.model.chosen_options(found.result)
    searched = np.zeros_like(ledger.handover)
    np.add.at(searched, options.manager[chosen], options.receiving[chosen])
    return ledger.handover - searched


def _overbooked(facts: Facts, ledger: Ledger) -> npt.NDArray[np.bool_]:
    """Return whose hours do not suffice in some weeks; shape ``(managers, 1)``."""
    weeks = facts.manager_weeks
    span = min(facts.policy.averaging_weeks, facts.horizon.weeks)
    spare = np.lib.stride_tricks.sliding_window_view(weeks.bookable - ledger.load, span, axis=1)
    over = (ledger.load > weeks.available).any(axis=1) | (spare.sum(axis=2) < 0).any(axis=1)
    return np.asarray(over[:, None], dtype=bool)


def _urgency(facts: Facts, row: Decision) -> tuple[float, str]:
    return facts.contract(row.contract_id).priority, row.contract_id


def _mended(facts: Facts, found: Primaries) -> Primaries:
    """Take back handovers, the least urgent first, until everybody has the hours for them."""
    decisions = list(found.decisions)
    while (over := _overbooked(facts, keep_ledger(facts, decisions))).any():
        crowded = {facts.managers[row].manager_id for row in np.flatnonzero(over)}
        moves = [
            row
            for giver, _, row in changes_of_hands(facts, decisions)
            if crowded & {giver, row.manager_id}
        ]
        if not moves:
            break
        least = min(moves, key=lambda row: _urgency(facts, row))
        reason = f"no room for the hours of a handover to {least.manager_id}"
        decisions = take_back(facts, decisions, least, reason)
    return replace(found, decisions=decisions, is_mended=True)


def take_back(
    facts: Facts, decisions: Sequence[Decision], given: Decision, reason: str
) -> list[Decision]:
    """Leave a stretch without a manager, and all that must have the same one or none."""
    return [
        replace(row, status="unassigned", manager_id=None, reason=reason)
        if row is given or _goes_with(facts, row, given)
        else row
        for row in decisions
    ]


def _goes_with(facts: Facts, row: Decision, other: Decision) -> bool:
    """Say whether a company wants one manager, or none, for two stretches (R47)."""
    company = facts.contract(row.contract_id).company_id
    return (
        row.manager_id is not None
        and company == facts.contract(other.contract_id).company_id
        and facts.same_manager[company] == "require"
    )


def rows_of(model: PrimaryModel, manager_of: Sequence[int | None]) -> list[Decision]:
    """Return who has what in which weeks, given the manager of each stretch; no reasons."""
    return [_decision(model, run, manager_of[run[0]]) for run in _runs(model, manager_of)]


def decide(model: PrimaryModel, manager_of: Sequence[int | None]) -> list[Decision]:
    """Turn the manager of each stretch into decisions, each with its reason."""
    facts = model.facts
    runs, bare = _runs(model, manager_of), rows_of(model, manager_of)
    situation = Situation(model, keep_ledger(facts, bare), manager_of)
    decisions = [
        replace(decision, reason=reason_of(situation, run))
        for decision, run in zip(bare, runs, strict=True)
    ]
    idle = [
        Decision(
            contract_id=contract.contract_id,
            status="not_planned",
            reason=facts.not_planned_reason(row) or "",
        )
        for row, contract in enumerate(facts.contracts)
        if not facts.planned[row]
    ]
    # Contracts are sorted by id; a contract's stretches stay in order of time.
    return sorted(
        decisions + idle, key=lambda decision: facts.contract_index[decision.contract_id]
    )


def _runs(model: PrimaryModel, manager_of: Sequence[int | None]) -> list[list[int]]:
    """Join a contract's neighboring stretches that have the same manager, or none."""
    runs: list[list[int]] = []
    for position, stretch in enumerate(model.pairs.stretches):
        if not stretch.is_first and manager_of[position] == manager_of[position - 1]:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs


def _decision(model: PrimaryModel, run: Sequence[int], manager: int | None) -> Decision:
    facts = model.facts
    first, last = model.pairs.stretches[run[0]], model.pairs.stretches[run[-1]]
    return Decision(
        contract_id=facts.contracts[first.contract].contract_id,
        status="unassigned" if manager is None else "assigned",
        manager_id=None if manager is None else facts.managers[manager].manager_id,
        from_week=facts.horizon.mondays[first.first],
        to_week=facts.horizon.mondays[last.last],
    )


def compare_primaries(primaries: Primaries, verification: Verification) -> None:
    """
    Refuse a plan on which the search and the checker do not agree.

    Raises
    ------
    VerificationError
        When a rule is broken, or points, hours or cases differ.
    """
    differences = [str(violation) for violation in verification.violations]
    if not primaries.is_mended:
        differences += _differences(primaries, verification)
    if differences:
        raise VerificationError(differences)


def _differences(primaries: Primaries, verification: Verification) -> Iterator[str]:
    model, result = primaries.model, primaries.result
    ledger = verification.ledger
    ledger = replace(ledger, load=ledger.load - _unsearched(primaries, ledger))
    total = count_points(model.facts, primaries.decisions, ledger).total
    points = primaries.points
    # Points are rounded once per stretch in the search, once per row of the plan here.
    if abs(points - total) > 1 + len(model.pairs.stretches):
        yield f"points: search {points / MICRO:.6f}, check {total / MICRO:.6f}"
    chosen = model.chosen_options(result)
    for name, weekly, checked in (
        ("hours", model.options.load, ledger.load),
        ("cases", model.options.cases, ledger.cases),
    ):
        searched = np.zeros_like(checked)
        np.add.at(searched, model.options.manager[chosen], weekly[chosen])
        for row, week in np.argwhere(searched != checked):
            yield (
                f"{name} of {model.facts.managers[row].manager_id} in week {week}: "
                f"search {searched[row, week]}, check {checked[row, week]}"
            )
