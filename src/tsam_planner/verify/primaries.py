"""
The hard rules of primary managers, one function each.

Each yields a violation per place where the decisions break the rule; nothing here knows
how the decisions came about.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from tsam_planner.facts import Facts
from tsam_planner.plan.decisions import Decision, by_contract
from tsam_planner.plan.goals import smallest_overlap
from tsam_planner.portfolio.records import SameManager
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.verify.books import BOOK_RULES
from tsam_planner.verify.cases import Case, Violation, pair_violation
from tsam_planner.words import counted

WeeklyManagers = dict[int, str | None]


def one_manager_at_a_time(case: Case) -> Iterator[Violation]:
    """Every week of a planned contract has exactly one row; others have none (R40)."""
    stretches = by_contract(case.decisions)
    for row, contract in enumerate(case.facts.contracts):
        rows = stretches.get(contract.contract_id, [])
        decided = sorted(
            week for decision in rows for week in decision.weeks(case.facts.horizon)
        )
        expected = _expected_weeks(case.facts, row)
        if decided != expected:
            message = _weeks_message(case.facts, row, decided, expected)
            yield Violation(
                rule=HardRule.ONE_MANAGER_AT_A_TIME,
                message=message,
                contract_id=contract.contract_id,
                excess=_weeks_between(decided, expected),
            )


def _expected_weeks(facts: Facts, row: int) -> list[int]:
    if not facts.planned[row]:
        return []
    first, last = facts.first_and_last_week(row)
    return list(range(first, last + 1))


def _weeks_between(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many weeks one has more or less often than the other."""
    more, less = Counter(one) - Counter(other), Counter(other) - Counter(one)
    return more.total() + less.total()


def _weeks_message(
    facts: Facts, row: int, decided: Sequence[int], expected: Sequence[int]
) -> str:
    contract_id = facts.contracts[row].contract_id
    if not expected:
        return f"{contract_id} must not be assigned: {facts.not_planned_reason(row)}"
    if len(set(decided)) < len(decided):
        return f"{contract_id} has more than one row for the same week"
    missing = len(set(expected) - set(decided))
    if missing:
        return f"{contract_id} has no row for {missing} of {len(expected)} weeks"
    return f"{contract_id} has rows for weeks outside its term"


def offering_is_served(case: Case) -> Iterator[Violation]:
    """A manager serves only the offerings of its own list (Q26)."""
    for _, contract, manager in case.served():
        if contract.offering not in manager.offerings:
            yield pair_violation(
                HardRule.OFFERING_IS_SERVED,
                contract,
                manager,
                f"does not serve {contract.offering}",
            )


def products_are_known(case: Case) -> Iterator[Violation]:
    """A manager knows every product that the contract needs."""
    for _, contract, manager in case.served():
        missing = sorted(set(contract.products) - set(manager.products))
        if missing:
            yield pair_violation(
                HardRule.PRODUCTS_ARE_KNOWN,
                contract,
                manager,
                f"does not know {', '.join(missing)}",
            )


def language_is_spoken(case: Case) -> Iterator[Violation]:
    """A manager speaks the contract's language: English unless authorized (R36, R37)."""
    for _, contract, manager in case.served():
        if contract.language not in manager.languages:
            yield pair_violation(
                HardRule.LANGUAGE_IS_SPOKEN,
                contract,
                manager,
                f"does not speak {contract.language}",
            )


def employed_throughout(case: Case) -> Iterator[Violation]:
    """A manager is employed on every weekday of the term in the weeks served."""
    facts = case.facts
    for decision, contract, manager in case.served():
        term = facts.contract_weeks.term[facts.contract_index[contract.contract_id]]
        employed = facts.manager_days.employed[facts.manager_index[manager.manager_id]]
        outside = [
            facts.horizon.weekdays[day]
            for week in decision.weeks(facts.horizon)
            for day in range(5 * week, 5 * week + 5)
            if term[day] and not employed[day]
        ]
        if outside:
            yield pair_violation(
                HardRule.EMPLOYED_THROUGHOUT,
                contract,
                manager,
                f"is not employed on {len(outside)} days, first on {outside[0]}",
                len(outside),
            )


def present_in_the_long_run(case: Case) -> Iterator[Violation]:
    """Who is away for longer than a few weeks has handed over by then (R34, R40)."""
    facts = case.facts
    for decision, contract, manager in case.served():
        row = facts.manager_index[manager.manager_id]
        away = [
            facts.horizon.mondays[week]
            for week in decision.weeks(facts.horizon)
            if facts.manager_weeks.long_absent[row, week]
        ]
        if away:
            yield pair_violation(
                HardRule.PRESENT_IN_THE_LONG_RUN,
                contract,
                manager,
                f"is away for more than {facts.policy.long_absence_weeks} weeks, "
                f"all of the week of {away[0]}",
                len(away),
            )


def window_overlaps(case: Case) -> Iterator[Violation]:
    """Working hours meet the contract's window long enough on every weekday (Q16)."""
    least = case.facts.policy.min_daily_overlap_hours
    for _, contract, manager in case.served():
        if not case.facts.planned[case.facts.contract_index[contract.contract_id]]:
            continue
        overlap = smallest_overlap(case.facts, contract.contract_id, manager.manager_id)
        if overlap < least:
            yield pair_violation(
                HardRule.WINDOW_OVERLAPS,
                contract,
                manager,
                f"has a daily overlap of {overlap:g} h, needs {least:g} h",
            )


def pins_are_kept(case: Case) -> Iterator[Violation]:
    """A pinned contract is with its manager or nobody, a forbidden pair never occurs."""
    served = defaultdict(set)
    for decision, _, _ in case.served():
        served[decision.contract_id].add(decision.manager_id)
    for pin in case.facts.portfolio.pins:
        managers = served[pin.contract_id]
        broken = (
            pin.manager_id in managers
            if pin.rule == "forbid"
            else bool(managers - {pin.manager_id})
        )
        if broken:
            verb = "is forbidden" if pin.rule == "forbid" else "is pinned"
            yield Violation(
                rule=HardRule.PINS_ARE_KEPT,
                message=f"{pin.contract_id} {verb} for {pin.manager_id}",
                contract_id=pin.contract_id,
                manager_id=pin.manager_id,
            )


def company_is_kept_together(case: Case) -> Iterator[Violation]:
    """A ``require`` company has one manager for all its contracts, or none (R47)."""
    for company, books in _managers_by_week(case, "require"):
        if any(not _is_together(one, other) for one, other in combinations(books, 2)):
            names = sorted({name or "nobody" for book in books for name in book.values()})
            yield Violation(
                rule=HardRule.COMPANY_IS_KEPT_TOGETHER,
                message=f"{company} requires one manager for all its contracts, "
                f"has {', '.join(names)}",
                about=company,
                excess=len(names) - 1,
            )


def _is_together(one: WeeklyManagers, other: WeeklyManagers) -> bool:
    common = one.keys() & other.keys()
    if common:
        return all(one[week] == other[week] for week in common)
    if not one or not other:
        return True
    # Terms that never meet: the later contract starts with whom the earlier ended with.
    earlier, later = sorted((one, other), key=min)
    return earlier[max(earlier)] == later[min(later)]


def company_is_kept_apart(case: Case) -> Iterator[Violation]:
    """A ``forbid`` company has a different manager for each contract (R47)."""
    for company, books in _managers_by_week(case, "forbid"):
        people = [set(book.values()) - {None} for book in books]
        twice = {name for one, other in combinations(people, 2) for name in one & other}
        for name in sorted(twice, key=str):
            held = sum(name in book for book in people)
            yield Violation(
                rule=HardRule.COMPANY_IS_KEPT_APART,
                message=f"{company} forbids one manager for several of its contracts, "
                f"{name} has more than one",
                manager_id=name,
                about=company,
                excess=held - 1,
            )


def _managers_by_week(
    case: Case, treatment: SameManager
) -> Iterator[tuple[str, list[WeeklyManagers]]]:
    """Yield the companies of a treatment with the manager of each contract by week."""
    facts = case.facts
    stretches = by_contract(case.decisions)
    for company, rows in facts.siblings.items():
        if facts.same_manager[company] == treatment:
            yield (
                company,
                [
                    {
                        week: decision.manager_id
                        for decision in stretches.get(facts.contracts[row].contract_id, [])
                        for week in decision.weeks(facts.horizon)
                    }
                    for row in rows
                ],
            )


def handovers_stay_within_limit(case: Case) -> Iterator[Violation]:
    """No more contracts get another manager than today's, in any week, than policy allows."""
    limit = case.facts.policy.max_handovers
    if limit is None:
        return
    moved = changed_contracts(case.decisions, case.facts.incumbents)
    if len(moved) > limit:
        yield Violation(
            rule=HardRule.HANDOVERS_STAY_WITHIN_LIMIT,
            message=f"another manager for {counted(len(moved), 'contract')}, at most {limit}",
            excess=len(moved) - limit,
        )


def changed_contracts(
    decisions: Iterable[Decision], incumbents: Mapping[str, str]
) -> frozenset[str]:
    """Return contracts that another manager than today's serves in some week."""
    return frozenset(
        row.contract_id
        for row in decisions
        if row.manager_id is not None
        and incumbents.get(row.contract_id, row.manager_id) != row.manager_id
    )


PAIR_RULES = (
    offering_is_served,
    products_are_known,
    language_is_spoken,
    employed_throughout,
    present_in_the_long_run,
    window_overlaps,
    pins_are_kept,
)
"""Rules about a contract and a manager alone, whatever else the manager has."""

COMPANY_RULES = (company_is_kept_together, company_is_kept_apart)
"""Rules about the contracts of one company."""

PRIMARY_RULES = (
    one_manager_at_a_time,
    *PAIR_RULES,
    *COMPANY_RULES,
    *BOOK_RULES,
    handovers_stay_within_limit,
)
