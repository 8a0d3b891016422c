"""Single changes of the data that may let somebody serve a contract; none is tried here."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from tsam_planner.facts import Facts, gather_facts
from tsam_planner.model.pairs import smallest_overlaps
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Absence, Contract, DemandWeek, Manager, Pin, Profile
from tsam_planner.service.hard_rules import HardRule
from tsam_planner.studies.hires import hired, joined
from tsam_planner.studies.standing import Standing
from tsam_planner.units import MICRO
from tsam_planner.verify.rule_changes import compare_rules
from tsam_planner.words import counted

Change = Callable[[Portfolio], Portfolio]
Rooms = Sequence[tuple[Manager, Mapping[HardRule, int]]]
"""Managers with the rules that a contract would break, and by how much at the most."""

_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Candidate:
    """
    A change that may let somebody serve a contract.

    ``is_about_team`` says that it concerns managers, absences and pins only. Of candidates
    of one ``family``, the first that helps is enough: the others change more.
    """

    text: str
    apply: Change
    is_about_team: bool = True
    family: str = ""

    def facts(self, facts: Facts) -> Facts:
        """Return the facts after the change."""
        portfolio = self.apply(facts.portfolio)
        if self.is_about_team:
            return facts.with_team(portfolio)
        return gather_facts(portfolio, facts.horizon, facts.policy, facts.sold)


def repair_candidates(before: Standing, contract_id: str) -> Iterator[Candidate]:
    """Yield changes that may let somebody serve a contract, one of each kind in turn."""
    facts = before.facts
    near = [manager for manager in facts.managers if _near(before, contract_id, manager)]
    rooms = [(manager, _broken(before, contract_id, manager)) for manager in near]
    rooms.sort(key=lambda item: len(item[1]))
    kinds = (generate(facts, contract_id, rooms) for generate in _KINDS)
    for turn in zip_longest(*kinds):
        yield from (candidate for candidate in turn if candidate is not None)


def _near(before: Standing, contract_id: str, manager: Manager) -> bool:
    """Say whether a rule about the pair alone leaves a manager to a contract."""
    return before.barred(contract_id, manager.manager_id) is None


def _broken(before: Standing, contract_id: str, manager: Manager) -> dict[HardRule, int]:
    after = before.moved({contract_id: manager.manager_id})
    most: dict[HardRule, int] = {}
    for item in compare_rules(before.violations, after.violations).broken:
        most[item.rule] = max(most.get(item.rule, 0), item.excess or 0)
    return most


def _more_cases(facts: Facts, _contract_id: str, rooms: Rooms) -> Iterator[Candidate]:
    """Raise a manager's limit of cases as far as needed."""
    for manager, broken in rooms:
        if broken.keys() != {HardRule.CASES_STAY_WITHIN_LIMIT}:
            continue
        name = manager.manager_id
        limit = int(facts.manager_weeks.max_cases[facts.manager_index[name]])
        wanted = limit + broken[HardRule.CASES_STAY_WITHIN_LIMIT]
        yield Candidate(
            f"{name} could hold {wanted} cases (now {limit})",
            _with_manager(name, max_cases=wanted),
        )


def _more_contracts(_facts: Facts, _contract_id: str, rooms: Rooms) -> Iterator[Candidate]:
    """Raise a manager's limit of contracts as far as needed."""
    for manager, broken in rooms:
        limit = manager.max_contracts
        if limit is None or broken.keys() != {HardRule.CONTRACTS_STAY_WITHIN_LIMIT}:
            continue
        wanted = limit + broken[HardRule.CONTRACTS_STAY_WITHIN_LIMIT]
        yield Candidate(
            f"{manager.manager_id} could have {counted(wanted, 'contract')} (now {limit})",
            _with_manager(manager.manager_id, max_contracts=wanted),
        )


def _fewer_hours(facts: Facts, contract_id: str, rooms: Rooms) -> Iterator[Candidate]:
    """Lower the contract's need by whole hours a week, those above its allowance included."""
    hours = {HardRule.AVAILABLE_HOURS_SUFFICE, HardRule.DEPLOYABLE_HOURS_SUFFICE}
    if not any(broken and broken.keys() <= hours for _, broken in rooms):
        return
    weeks, row = facts.contract_weeks, facts.contract_index[contract_id]
    # Hours that nobody plans anyway give no room: the first that count come after them.
    unplanned = int((weeks.need[row] - weeks.planned[row]).min()) / MICRO
    weekly = int(weeks.need[row].max()) / MICRO
    for less in range(int(unplanned) + 1, int(np.ceil(weekly))):
        yield Candidate(
            f"it needed {less} h a week less",
            _with_less_need(contract_id, facts, float(less)),
            is_about_team=False,
            family="hours",
        )


def _with_less_need(contract_id: str, facts: Facts, less: float) -> Change:
    row = facts.contract_index[contract_id]
    need = facts.contract_weeks.need[row] / MICRO

    def change(portfolio: Portfolio) -> Portfolio:
        # Explicit demand wins over every other source.
        kept = [item for item in portfolio.demand if item.contract_id != contract_id]
        cases = facts.contract_weeks.cases[row].tolist()
        weeks = [
            DemandWeek(
                contract_id=contract_id,
                week=monday,
                need_hours=max(0.0, float(need[week]) - less),
                cases=cases[week],
            )
            for week, monday in enumerate(facts.horizon.mondays)
        ]
        return portfolio.model_copy(update={"demand": (*kept, *weeks)})

    return change


def _moved_leave(facts: Facts, _contract_id: str, rooms: Rooms) -> Iterator[Candidate]:
    """Move an absence by a week."""
    last = facts.horizon.last_day
    for manager, broken in rooms:
        if not broken:
            continue
        for absence in facts.portfolio.absences:
            inside = absence.start_date <= last and absence.end_date >= facts.horizon.start
            if absence.manager_id != manager.manager_id or not inside:
                continue
            for step, words in ((_WEEK, "later"), (-_WEEK, "earlier")):
                if _meets_another(facts, absence, step):
                    continue
                yield Candidate(
                    f"the absence of {manager.manager_id} from {absence.start_date} were a "
                    f"week {words}",
                    _with_absence(absence, step),
                )


def _meets_another(facts: Facts, absence: Absence, step: dt.timedelta) -> bool:
    """Say whether an absence, moved, falls on another one: inputs refuse such days."""
    first, last = absence.start_date + step, absence.end_date + step
    return absence.hours_per_day is None and any(
        other.manager_id == absence.manager_id
        and other.hours_per_day is None
        and other != absence
        and other.start_date <= last
        and first <= other.end_date
        for other in facts.portfolio.absences
    )


def _with_absence(absence: Absence, step: dt.timedelta) -> Change:
    def change(portfolio: Portfolio) -> Portfolio:
        moved = tuple(
            row.model_copy(
                update={"start_date": row.start_date + step, "end_date": row.end_date + step}
            )
            if row == absence
            else row
            for row in portfolio.absences
        )
        return portfolio.model_copy(update={"absences": moved})

    return change


def _skills(facts: Facts, contract_id: str, _rooms: Rooms) -> Iterator[Candidate]:
    """Teach one product, language or offering to who lacks nothing else."""
    contract = facts.contract(contract_id)
    overlaps = smallest_overlaps(facts)[facts.contract_index[contract_id]]
    least = facts.policy.min_daily_overlap_hours
    for place, manager in enumerate(facts.managers):
        lacking = _lacking(contract, manager)
        if len(lacking) != 1 or overlaps[place] < least:
            continue
        ((kind, value),) = lacking
        verb = {"products": "knew", "languages": "spoke", "offerings": "served"}[kind]
        wanted = (*getattr(manager, kind), value)
        yield Candidate(
            f"{manager.manager_id} {verb} {value}",
            _with_manager(manager.manager_id, **{kind: wanted}),
        )


def _lacking(contract: Contract, manager: Manager) -> list[tuple[str, str]]:
    found = [("products", name) for name in contract.products if name not in manager.products]
    if contract.language not in manager.languages:
        found.append(("languages", contract.language))
    if contract.offering not in manager.offerings:
        found.append(("offerings", contract.offering))
    return found


def _windows(facts: Facts, contract_id: str, _rooms: Rooms) -> Iterator[Candidate]:
    """Let a capable manager work an hour or two earlier or later."""
    contract = facts.contract(contract_id)
    overlaps = smallest_overlaps(facts)[facts.contract_index[contract_id]]
    least = facts.policy.min_daily_overlap_hours
    for place, manager in enumerate(facts.managers):
        missing = int(np.ceil(least - overlaps[place]))
        if _lacking(contract, manager) or not 1 <= missing <= 3:
            continue
        for hours in (-missing, missing):
            start, end = _shifted(manager.work_start, hours), _shifted(manager.work_end, hours)
            if start is not None and end is not None and start < end:
                yield Candidate(
                    f"{manager.manager_id} worked {start:%H:%M} to {end:%H:%M}",
                    _with_manager(manager.manager_id, work_start=start, work_end=end),
                )


def _shifted(time_of_day: dt.time, hours: int) -> dt.time | None:
    minutes = time_of_day.hour * 60 + time_of_day.minute + 60 * hours
    return dt.time(minutes // 60, minutes % 60) if 0 <= minutes < 24 * 60 else None


def _pins(facts: Facts, contract_id: str, _rooms: Rooms) -> Iterator[Candidate]:
    """Drop a pin of the contract."""
    for pin in facts.portfolio.pins:
        if pin.contract_id == contract_id:
            kind = "pin to" if pin.rule == "pin" else "ban of"
            yield Candidate(f"the {kind} {pin.manager_id} were lifted", _without_pin(pin))


def _without_pin(pin: Pin) -> Change:
    def change(portfolio: Portfolio) -> Portfolio:
        kept = tuple(row for row in portfolio.pins if row != pin)
        return portfolio.model_copy(update={"pins": kept})

    return change


def _hires(facts: Facts, contract_id: str, _rooms: Rooms) -> Iterator[Candidate]:
    """Hire one more of a profile that can serve the contract."""
    contract = facts.contract(contract_id)
    for profile in facts.portfolio.profiles:
        if profile.time_zone is None or profile.max_hires == 0:
            continue
        [hire] = hired([profile], facts.managers)
        if not _lacking(contract, hire):
            yield Candidate(f"one more {profile.profile_id} were hired", _with_hire(profile))


def _with_hire(profile: Profile) -> Change:
    def change(portfolio: Portfolio) -> Portfolio:
        # Applied twice, the change hires two.
        return joined(portfolio, hired([profile], portfolio.managers))

    return change


def _with_manager(manager_id: str, **update: object) -> Change:
    def change(portfolio: Portfolio) -> Portfolio:
        team = tuple(
            row.model_copy(update=update) if row.manager_id == manager_id else row
            for row in portfolio.managers
        )
        return portfolio.model_copy(update={"managers": team})

    return change


_KINDS = (
    _pins,
    _more_cases,
    _more_contracts,
    _fewer_hours,
    _moved_leave,
    _skills,
    _windows,
    _hires,
)
