"""
Random portfolios with everything that makes continuity hard: leave, joiners, leavers, clocks.

How a portfolio is drawn, so that anyone can repeat it:

* Managers live in Europe, the US and India and know two to four of five products. A company
  signs in the region that its *home* manager serves, and its one to three contracts need
  products that this manager knows; a few have an authorized language other than English.
  About two fifths of the team may serve a contract.
* Each manager takes two or three weeks of leave in blocks of one or two weeks, and most a
  training. One is away for six weeks instead; two join and two leave within the quarter.
* Cases are 80 % of the policy's limit, over the whole team. Hours of contracts are lognormal
  (sigma 0.4), scaled by one factor so that planned hours are ``load`` times the deployable
  hours of the team. As hours that fall on leave are cover and not load, books hold less.
* Today's managers were chosen by room among those who may serve a contract, so most of
  today's books fit; half of these contracts have a substitute today. Some contracts begin or
  end in the quarter.

Portfolios of one size and seed differ between loads in their hours and today's managers only.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tsam_planner import Policy, Portfolio
from tsam_planner.calendars.horizon import WEEKDAYS, Horizon
from tsam_planner.facts import Facts, gather_facts
from tsam_planner.model.pairs import smallest_overlaps, standing_rules
from tsam_planner.portfolio.records import (
    Absence,
    Assignment,
    Company,
    Contract,
    Manager,
    SameManager,
)
from tsam_planner.units import MICRO

QUARTER = "2027Q1"
LEAST_MANAGERS = 6
_HORIZON = Horizon.of_quarter(QUARTER)
_DAYS = len(_HORIZON.weekdays)
_JOINERS, _LEAVERS, _LONG_ABSENT = (0, 1), (2, 3), 4
_CASE_SHARE = 0.8
_PRODUCTS = ("alpha", "beta", "gamma", "delta", "epsilon")
_POPULARITY = (0.30, 0.25, 0.20, 0.15, 0.10)
_TREATMENTS: tuple[SameManager | None, ...] = (None, "allow", "forbid", "require")
_CALL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where people live: ``share`` is that of managers, ``customers`` regions they serve."""

    region: str
    time_zone: str
    country: str
    subdivision: str | None
    language: str
    share: float
    customers: tuple[str, ...]


_PLACES = (
    _Place("europe", "Europe/Rome", "IT", None, "it", 0.12, ("europe",)),
    _Place("europe", "Europe/Berlin", "DE", "BY", "de", 0.16, ("europe",)),
    _Place("europe", "Europe/Paris", "FR", None, "fr", 0.10, ("europe",)),
    _Place("europe", "Europe/London", "GB", "ENG", "en", 0.12, ("europe", "europe", "us")),
    _Place("us", "America/New_York", "US", "MA", "en", 0.16, ("us",)),
    _Place("us", "America/Chicago", "US", "IL", "en", 0.10, ("us",)),
    _Place("us", "America/Los_Angeles", "US", "CA", "en", 0.06, ("us",)),
    _Place("india", "Asia/Kolkata", "IN", "MH", "en", 0.18, ("europe", "europe", "india")),
)


def random_portfolio(managers: int, contracts: int, load: float, seed: int) -> Portfolio:
    """
    Draw a portfolio for the quarter ``2027Q1``.

    Parameters
    ----------
    managers, contracts
        Sizes; at least six managers.
    load
        Planned over deployable hours of the quarter, > 0.
    seed
        Of everything random, >= 0.

    Raises
    ------
    ValueError
        When there are too few managers for those who join, leave and are away.
    """
    if managers < LEAST_MANAGERS:
        message = f"expected at least {LEAST_MANAGERS} managers, got {managers}"
        raise ValueError(message)
    random = np.random.default_rng(seed)
    homes, team = _draw_managers(random, managers)
    companies, signed, sizes = _draw_contracts(random, contracts, team, homes)
    bare = Portfolio(
        companies=companies,
        contracts=signed,
        managers=team,
        absences=tuple(
            absence for row in range(managers) for absence in _draw_absences(random, row, team)
        ),
    )
    facts = gather_facts(bare, _HORIZON, bare.policy)
    loaded = _scale_needs(facts, sizes, load)
    facts = gather_facts(bare.model_copy(update={"contracts": loaded}), _HORIZON, bare.policy)
    return facts.portfolio.model_copy(
        update={"assignments": tuple(_draw_assignments(random, facts))}
    )


def _draw_managers(
    random: np.random.Generator, count: int
) -> tuple[list[_Place], tuple[Manager, ...]]:
    """Return where managers live, and the managers; the first ones come, go or are away."""
    shares = np.array([place.share for place in _PLACES])
    # By quota, so that no region of a small team stands empty; then in random order.
    order = np.repeat(np.arange(len(_PLACES)), np.ceil(shares * count).astype(int))
    homes = [_PLACES[place] for place in random.permutation(order)[:count]]
    return homes, tuple(_draw_manager(random, row, home) for row, home in enumerate(homes))


def _draw_manager(random: np.random.Generator, row: int, home: _Place) -> Manager:
    several = 2 + int(random.choice(3, p=(0.15, 0.35, 0.5)))
    known = random.choice(len(_PRODUCTS), several, replace=False, p=_POPULARITY)
    extra = random.choice(["it", "de", "fr"]) if random.random() < 0.15 else home.language
    # Half of those in India work later, to meet more of their customers' day.
    is_late = home.region == "india" and random.random() < 0.5
    first, last = None, None
    if row in _JOINERS:
        first = _HORIZON.mondays[int(random.integers(2, 7))]
    if row in _LEAVERS:
        last = _HORIZON.mondays[int(random.integers(5, 11))] + dt.timedelta(days=4)
    return Manager(
        manager_id=f"M-{row:04d}",
        time_zone=home.time_zone,
        country=home.country,
        subdivision=home.subdivision,
        start_date=first,
        end_date=last,
        weekly_hours=32.0 if random.random() < 0.1 else 40.0,
        work_start=dt.time(12) if is_late else dt.time(9),
        work_end=dt.time(20) if is_late else dt.time(17),
        languages=tuple(dict.fromkeys(("en", home.language, str(extra)))),
        products=tuple(_PRODUCTS[product] for product in sorted(known)),
        offerings=(("tsam", "saas_premium"), ("tsam",), ("saas_premium",))[
            int(random.choice(3, p=(0.8, 0.1, 0.1)))
        ],
    )


def _draw_contracts(
    random: np.random.Generator,
    count: int,
    team: Sequence[Manager],
    homes: Sequence[_Place],
) -> tuple[tuple[Company, ...], tuple[Contract, ...], Floats]:
    """Return companies, contracts without hours, and how big contracts are beside another."""
    companies: list[Company] = []
    contracts: list[Contract] = []
    # In turn, so that every manager is home to about as much work as any other.
    turns = iter(np.tile(random.permutation(len(team)), count).tolist())
    cases = _draw_cases(random, count, len(team))
    while len(contracts) < count:
        home, several = next(turns), 1 + int(random.choice(3, p=(0.7, 0.2, 0.1)))
        company_id = f"K-{len(companies):05d}"
        treatment = int(random.choice(4, p=(0.85, 0.05, 0.05, 0.05)))
        companies.append(Company(company_id=company_id, same_manager=_TREATMENTS[treatment]))
        region = str(random.choice(homes[home].customers))
        place = _draw_place(random, region, homes[home])
        rows = range(len(contracts), min(count, len(contracts) + several))
        contracts += [
            _draw_contract(random, row, company_id, place, team[home], int(cases[row]))
            for row in rows
        ]
    sizes = np.exp(0.4 * random.standard_normal(count))
    return tuple(companies), tuple(contracts), sizes


def _draw_place(random: np.random.Generator, region: str, home: _Place) -> _Place:
    """Return a place of a region; mostly the home manager's own, where that lies in it."""
    if home.region == region and random.random() < 0.5:
        return home
    places = [place for place in _PLACES if place.region == region]
    if home.region != region or home.time_zone == "America/Los_Angeles":
        # From London or Los Angeles, the East or the West of the US is too far.
        places = [place for place in places if place.time_zone != "America/Los_Angeles"]
        places = places[:1] if region == "us" and home.region == "europe" else places
    return places[int(random.integers(len(places)))]


def _draw_contract(
    random: np.random.Generator,
    row: int,
    company_id: str,
    place: _Place,
    home: Manager,
    cases: int,
) -> Contract:
    offering = home.offerings[int(random.integers(len(home.offerings)))]
    needed = random.choice(len(home.products), 1 + (random.random() < 0.25), replace=False)
    first, last = dt.date(2025, 1, 1), dt.date(2028, 12, 31)
    change = random.random()
    if change < 0.05:
        first = _HORIZON.weekdays[int(random.integers(5, _DAYS - 20))]
    elif change < 0.10:
        last = _HORIZON.weekdays[int(random.integers(20, _DAYS - 5))]
    spoken = place.language if random.random() < 0.25 else "en"
    is_other = spoken != "en" and spoken in home.languages
    wishes = random.random(2) < 0.3
    return Contract(
        contract_id=f"C-{row:05d}",
        company_id=company_id,
        offering=offering,
        deployment="on_prem" if offering == "tsam" else "saas",
        start_date=first,
        end_date=last,
        time_zone=place.time_zone,
        requested_language=spoken if is_other else None,
        language_authorized=is_other,
        country=place.country,
        subdivision=place.subdivision,
        products=tuple(home.products[product] for product in sorted(needed)),
        need_hours=1.0,
        cases=cases,
        preferred_call_day=_CALL_DAYS[int(random.integers(5))] if wishes[0] else None,
        preferred_call_time=dt.time(int(random.integers(9, 16))) if wishes[1] else None,
        priority=float(random.choice([1.0, 1.5, 2.0], p=(0.7, 0.2, 0.1))),
    )


def _draw_cases(
    random: np.random.Generator, contracts: int, managers: int
) -> npt.NDArray[np.int64]:
    shape = random.uniform(1, 8, contracts)
    wanted = _CASE_SHARE * Policy().max_open_cases * managers
    cases: npt.NDArray[np.int64] = np.round(shape * wanted / shape.sum()).astype(np.int64)
    return np.maximum(1, cases)


def _draw_absences(
    random: np.random.Generator, row: int, team: Sequence[Manager]
) -> Iterator[Absence]:
    """Yield leave in weeks, and a training; whole days never meet."""
    manager = team[row]
    taken = np.array(
        [
            (manager.start_date is not None and date < manager.start_date)
            or (manager.end_date is not None and date > manager.end_date)
            for date in _HORIZON.weekdays
        ]
    )
    if row == _LONG_ABSENT:
        first = 5 * int(random.integers(1, 7))
        yield _absence(manager, first, 6 * WEEKDAYS)
        return
    for weeks in ((2,), (1, 1), (2, 1), (1, 1, 1))[int(random.integers(4))]:
        day = _free_start(random, taken, weeks * WEEKDAYS)
        if day is not None:
            yield _absence(manager, day, weeks * WEEKDAYS)
    if random.random() < 0.7:
        length = int(random.integers(1, 4))
        day = _free_start(random, taken, length)
        if day is not None:
            hours = manager.weekly_hours / 10 if random.random() < 0.3 else None
            yield _absence(manager, day, length, hours)


def _free_start(random: np.random.Generator, taken: Flags, length: int) -> int | None:
    """Return a weekday on which so many free ones begin, most often a Monday; take them."""
    free = [day for day in range(_DAYS - length + 1) if not taken[day : day + length].any()]
    mondays = [day for day in free if day % WEEKDAYS == 0]
    starts = mondays if mondays and random.random() < 0.7 else free
    if not starts:
        return None
    day = int(random.choice(starts))
    taken[day : day + length] = True
    return day


def _absence(manager: Manager, day: int, length: int, hours: float | None = None) -> Absence:
    return Absence(
        manager_id=manager.manager_id,
        start_date=_HORIZON.weekdays[day],
        end_date=_HORIZON.weekdays[day + length - 1],
        kind="leave" if length >= WEEKDAYS else "training",
        hours_per_day=hours,
    )


def _scale_needs(facts: Facts, sizes: Floats, load: float) -> tuple[Contract, ...]:
    """Give contracts hours, so that planned hours are the load of the deployable ones."""
    weeks = facts.contract_weeks
    weight = weeks.weight.reshape(len(sizes), -1, WEEKDAYS).sum(axis=2) / WEEKDAYS
    allowance = weeks.allowance / MICRO
    goal = load * facts.manager_weeks.deployable.sum() / MICRO
    low, high = 0.0, facts.policy.included_hours_per_week / sizes.min()
    for _ in range(60):
        middle = (low + high) / 2
        is_low = np.minimum(middle * sizes[:, None] * weight, allowance).sum() < goal
        low, high = (middle, high) if is_low else (low, middle)
    hours = np.round(high * sizes, 2).tolist()
    return tuple(
        contract.model_copy(update={"need_hours": need})
        for contract, need in zip(facts.contracts, hours, strict=True)
    )


@dataclass(slots=True)
class _Books:
    """What managers hold today, as shares of their hours and of their limit of cases."""

    hours: Floats
    cases: Floats
    substitutes: dict[int, list[int]] = field(default_factory=dict)

    def room(self) -> Floats:
        """Return the share of each book that is free; below 0 when it holds too much."""
        return np.asarray(1 - np.maximum(self.hours, self.cases))


def _draw_assignments(random: np.random.Generator, facts: Facts) -> Iterator[Assignment]:
    """Yield today's managers and substitutes; new contracts and joiners have none."""
    rules = standing_rules(facts, smallest_overlaps(facts))
    able = np.logical_and.reduce(list(rules.values()))
    able[:, list(_JOINERS)] = False
    count = len(facts.managers)
    books = _Books(np.zeros(count), np.zeros(count))
    capacity = facts.manager_weeks.office.sum(axis=1) * (1 - facts.policy.internal_share)
    hours = facts.contract_weeks.planned.sum(axis=1)
    for row in random.permutation(len(facts.contracts)).tolist():
        contract = facts.contracts[row]
        is_new = contract.start_date > _HORIZON.start or random.random() < 0.08
        candidates = np.flatnonzero(able[row])
        if is_new or not len(candidates):
            continue
        # Mostly to who has most room, as a planner without a planner would.
        noise = 0.1 * random.standard_normal(len(candidates))
        manager = int(candidates[np.argmax(books.room()[candidates] + noise)])
        books.hours[manager] += hours[row] / capacity[manager]
        books.cases[manager] += (contract.cases or 0) / facts.manager_weeks.max_cases[manager]
        backup = _draw_backup(random, books, manager, candidates)
        yield Assignment(
            contract_id=contract.contract_id,
            manager_id=facts.managers[manager].manager_id,
            backup_id=None if backup is None else facts.managers[backup].manager_id,
        )


def _draw_backup(
    random: np.random.Generator,
    books: _Books,
    manager: int,
    candidates: npt.NDArray[np.int64],
) -> int | None:
    """Return a substitute for half of the contracts, mostly one the manager has already."""
    others = [person for person in candidates.tolist() if person != manager]
    if random.random() < 0.5 or not others:
        return None
    own = books.substitutes.setdefault(manager, [])
    known = [person for person in others if person in own]
    choice = known if known and random.random() < 0.7 else others
    backup = int(random.choice(choice))
    own.append(backup)
    return backup
