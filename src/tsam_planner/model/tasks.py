"""What is handed out in one piece: a stretch, or those of a ``require`` company."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product

from tsam_planner.facts import Facts
from tsam_planner.model.stretches import Stretch
from tsam_planner.portfolio.records import SameManager


@dataclass(frozen=True, slots=True)
class Task:
    """Stretches (positions) of the same weeks that get one manager together, or none."""

    stretches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """
    All tasks of a plan, with the company rules among them.

    ``together`` holds, per company that prefers one manager, the positions of its tasks;
    ``apart`` sets of tasks of which a manager may serve one (R47); ``of_stretch`` the
    position of each stretch's task, ``of_contract`` those of each contract, in order of time.
    """

    items: tuple[Task, ...]
    together: tuple[tuple[int, ...], ...]
    apart: tuple[tuple[int, ...], ...]
    of_stretch: Mapping[int, int]
    of_contract: Mapping[int, tuple[int, ...]]


def form_tasks(facts: Facts, stretches: Sequence[Stretch]) -> Tasks:
    """Bundle the stretches of the planned contracts into tasks."""
    bundles: dict[tuple[str, int], list[int]] = {}
    for position, key in enumerate(_bundle_keys(facts, stretches)):
        bundles.setdefault(key, []).append(position)
    items = sorted(bundles.values())
    task_of = {position: task for task, bundle in enumerate(items) for position in bundle}
    parts: dict[int, list[int]] = {}
    for position, stretch in enumerate(stretches):
        parts.setdefault(stretch.contract, []).append(task_of[position])
    return Tasks(
        items=tuple(Task(tuple(bundle)) for bundle in items),
        together=_together(facts, parts),
        apart=tuple(
            tasks
            for rows in _companies(facts, "forbid")
            for tasks in _apart([parts[row] for row in rows])
        ),
        of_stretch=task_of,
        of_contract={contract: tuple(own) for contract, own in parts.items()},
    )


def _apart(parts: Sequence[Sequence[int]]) -> Iterable[tuple[int, ...]]:
    """
    Return sets of tasks, one of each contract, in which every two of two contracts meet.

    A contract's own tasks may share a manager, so that no set holds two of them. All ways to
    choose one of each would be too many where a company has many contracts that are cut. For
    a prime p, of the p x p pairs (a, b) exactly one has given remainders of a + i b and a + j b
    on division by p, whatever i and j < p: these remainders choose the tasks.
    """
    least = max(len(parts), *(len(own) for own in parts))
    prime = next(
        size for size in count(max(2, least)) if all(size % by for by in range(2, size))
    )
    chosen = (
        tuple(
            own[(first + place * second) % prime % len(own)] for place, own in enumerate(parts)
        )
        for first, second in product(range(prime), repeat=2)
    )
    return dict.fromkeys(chosen)


def _together(facts: Facts, parts: Mapping[int, Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Return the tasks of each ``prefer`` company that could have several managers."""
    tasks: dict[str, dict[int, None]] = {}
    for row, own in parts.items():
        company = facts.contracts[row].company_id
        if facts.same_manager[company] == "prefer":
            tasks.setdefault(company, {}).update(dict.fromkeys(own))
    return tuple(tuple(group) for group in tasks.values() if len(group) > 1)


def _companies(facts: Facts, treatment: SameManager) -> list[tuple[int, ...]]:
    return [
        rows
        for company, rows in facts.siblings.items()
        if facts.same_manager[company] == treatment
    ]


def _bundle_keys(facts: Facts, stretches: Sequence[Stretch]) -> Iterator[tuple[str, int]]:
    """Yield what each stretch belongs to: itself, or a company's weeks between two cuts."""
    members = {row for rows in _companies(facts, "require") for row in rows}
    cuts: dict[str, set[int]] = {}
    for stretch in stretches:
        if not stretch.is_first:
            company = facts.contracts[stretch.contract].company_id
            cuts.setdefault(company, set()).add(stretch.first)
    for stretch in stretches:
        contract = facts.contracts[stretch.contract]
        if stretch.contract in members:
            earlier = [cut for cut in cuts.get(contract.company_id, ()) if cut <= stretch.first]
            yield f"company {contract.company_id}", len(earlier)
        else:
            yield f"contract {contract.contract_id}", stretch.first
