"""Random portfolios of every shape, feasible by construction of the input."""

import datetime as dt
from collections.abc import Sequence

from hypothesis import strategies as st

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import (
    Absence,
    Assignment,
    Company,
    Contract,
    DemandWeek,
    Holiday,
    Manager,
    Pin,
    PurchasedHours,
)
from tsam_planner.service.policy import Policy

# Both clock changes of spring 2027 (14 and 28 March), and Italian and US holidays, can
# fall into a horizon that starts on one of these Mondays.
STARTS = (dt.date(2027, 1, 4), dt.date(2027, 3, 8), dt.date(2027, 3, 22))
# Zones of one group share enough hours of the day. Santiago and Adelaide change their clocks
# the other way round, on 3 and 4 April; Kolkata, Adelaide and St. John's lie half hours off.
ZONES = (
    ("Europe/Rome", "America/New_York", "Europe/London", "Asia/Kolkata"),
    ("Europe/Rome", "America/New_York", "Europe/London", "Asia/Kolkata"),
    ("Asia/Kolkata", "Australia/Adelaide", "Asia/Kathmandu"),
    ("America/St_Johns", "America/Santiago", "America/New_York"),
)
CALENDARS = ((None, None), ("IT", None), ("US", "CA"), ("DE", "BY"))
PRODUCTS = ("Windchill", "Creo")
LANGUAGES = ("en", "it")


@st.composite
def horizons(draw: st.DrawFn) -> Horizon:
    """One to six weeks, so that averaging windows are longer, equal and shorter."""
    return Horizon(draw(st.sampled_from(STARTS)), draw(st.integers(1, 6)))


@st.composite
def portfolios(
    draw: st.DrawFn, *, managers: int = 3, contracts: int = 6
) -> tuple[Portfolio, Horizon]:
    """Draw a small portfolio that reaches every rule and goal of the primary plan."""
    horizon = draw(horizons())
    zones = draw(st.sampled_from(ZONES))
    team = [
        draw(_manager(f"M-{number}", zones, horizon))
        for number in range(1, 1 + draw(st.integers(1, managers)))
    ]
    companies = ("K-1", "K-2")
    signed = [
        draw(_contract(f"C-{number}", companies, zones[:3], horizon))
        for number in range(1, 1 + draw(st.integers(1, contracts)))
    ]
    ids = [contract.contract_id for contract in signed]
    people = [manager.manager_id for manager in team]
    portfolio = Portfolio(
        contracts=tuple(signed),
        managers=tuple(team),
        companies=tuple(
            Company(
                company_id=company,
                same_manager=draw(
                    st.sampled_from([None, "forbid", "allow", "prefer", "require"])
                ),
            )
            for company in (*companies, *(f"K-{contract_id}" for contract_id in ids))
        ),
        absences=draw(_absences(people, horizon)),
        holidays=draw(_holidays(horizon)),
        assignments=tuple(
            draw(_assignment(contract_id, people)) for contract_id in ids if draw(st.booleans())
        ),
        pins=draw(_pins(ids, people)),
        demand=draw(_demand(ids, horizon)),
        purchased_hours=tuple(draw(st.lists(_purchase(ids, horizon), max_size=2))),
        policy=draw(policies()),
    )
    return portfolio, horizon


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies that differ where the primary plan looks."""
    return Policy(
        averaging_weeks=draw(st.sampled_from([1, 2, 4])),
        cover_reserve=draw(st.sampled_from([0.0, 0.0, 0.15])),
        long_absence_weeks=draw(st.sampled_from([4, 1, 2])),
        max_handovers=draw(st.sampled_from([None, None, None, 0, 1])),
        plan_standard=draw(st.booleans()),
        same_manager=draw(st.sampled_from(["prefer", "allow"])),
    )


@st.composite
def _manager(
    draw: st.DrawFn, manager_id: str, zones: Sequence[str], horizon: Horizon
) -> Manager:
    country, subdivision = draw(st.sampled_from(CALENDARS))
    days = horizon.weekdays
    return Manager(
        manager_id=manager_id,
        time_zone=draw(st.sampled_from(zones)),
        country=country,
        subdivision=subdivision,
        start_date=draw(st.sampled_from([None, None, None, days[len(days) // 2]])),
        end_date=draw(st.sampled_from([None, None, None, days[len(days) // 2]])),
        weekly_hours=draw(st.sampled_from([40.0, 24.0, 37.5])),
        languages=draw(st.sampled_from([("en",), ("en", "it")])),
        products=draw(st.sampled_from([PRODUCTS, PRODUCTS, PRODUCTS[:1]])),
        max_cases=draw(st.sampled_from([None, None, 12])),
        max_contracts=draw(st.sampled_from([None, None, None, 2])),
        internal_share=draw(st.sampled_from([None, 0.5])),
    )


@st.composite
def _contract(
    draw: st.DrawFn,
    contract_id: str,
    companies: Sequence[str],
    zones: Sequence[str],
    horizon: Horizon,
) -> Contract:
    country, subdivision = draw(st.sampled_from(CALENDARS))
    offering = draw(st.sampled_from(["tsam", "tsam", "saas_premium", "saas_standard"]))
    days = horizon.weekdays
    first = draw(st.sampled_from([days[0], days[0], days[2], days[-1]]))
    return Contract(
        contract_id=contract_id,
        company_id=draw(st.sampled_from([*companies, f"K-{contract_id}"])),
        offering=offering,
        deployment="on_prem" if offering == "tsam" else "saas",
        start_date=first,
        end_date=draw(st.sampled_from([dt.date(2028, 1, 1), max(first, days[-2])])),
        time_zone=draw(st.sampled_from(zones)),
        country=country,
        subdivision=subdivision,
        requested_language="it",
        language_authorized=draw(st.sampled_from([False, False, True])),
        products=draw(st.sampled_from([(), PRODUCTS[:1], PRODUCTS[1:]])),
        need_hours=draw(st.one_of(st.none(), st.sampled_from([3.0, 7.5, 9.99, 12.0, 1 / 3]))),
        cases=draw(st.one_of(st.none(), st.integers(0, 12))),
        call_minutes=draw(st.sampled_from([None, None, 50, 110])),
        preferred_call_day=draw(st.sampled_from([None, "friday"])),
        preferred_call_time=draw(st.sampled_from([None, dt.time(10, 20)])),
        priority=draw(st.sampled_from([1.0, 1.0, 2.5])),
        handover_weight=draw(st.sampled_from([1.0, 0.0, 1.7])),
    )


@st.composite
def _assignment(draw: st.DrawFn, contract_id: str, people: list[str]) -> Assignment:
    manager_id, *others = draw(st.permutations(people))
    return Assignment(
        contract_id=contract_id,
        manager_id=manager_id,
        backup_id=draw(st.sampled_from([None, *others])),
    )


@st.composite
def _absences(draw: st.DrawFn, people: list[str], horizon: Horizon) -> tuple[Absence, ...]:
    """Whole days may not overlap in an input, so that everybody has one of them at most."""
    whole = [draw(_absence(name, horizon)) for name in people if draw(st.booleans())]
    parts = [
        draw(_absence(draw(st.sampled_from(people)), horizon, hours_per_day=3.0))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return tuple(whole + parts)


@st.composite
def _absence(
    draw: st.DrawFn, manager_id: str, horizon: Horizon, hours_per_day: float | None = None
) -> Absence:
    """Days of the horizon, or a long absence that begins before it or ends after it."""
    first, last = sorted(draw(st.tuples(*[st.sampled_from(horizon.weekdays)] * 2)))
    longer = draw(st.sampled_from([0, 0, 10, 40]))
    return Absence(
        manager_id=manager_id,
        start_date=first - dt.timedelta(days=longer * draw(st.booleans())),
        end_date=last + dt.timedelta(days=longer),
        hours_per_day=hours_per_day,
    )


@st.composite
def _holidays(draw: st.DrawFn, horizon: Horizon) -> tuple[Holiday, ...]:
    """Whole and half days of a calendar that the company keeps itself, or none."""
    days = draw(st.lists(st.sampled_from(horizon.weekdays), max_size=3, unique=True))
    return tuple(
        Holiday(calendar="IT", date=date, fraction=draw(st.sampled_from([1.0, 0.5])))
        for date in days
    )


@st.composite
def _pins(draw: st.DrawFn, ids: list[str], people: list[str]) -> tuple[Pin, ...]:
    """One pin and one forbid at most, on different contracts: they never contradict."""
    pins = []
    if draw(st.booleans()):
        pins.append(
            Pin(contract_id=ids[0], manager_id=draw(st.sampled_from(people)), rule="pin")
        )
    if len(ids) > 1 and draw(st.booleans()):
        pins.append(
            Pin(
                contract_id=ids[-1],
                manager_id=draw(st.sampled_from(people)),
                rule="forbid",
                reason="customer's wish",
            )
        )
    return tuple(pins)


@st.composite
def _demand(draw: st.DrawFn, ids: list[str], horizon: Horizon) -> tuple[DemandWeek, ...]:
    weeks = draw(st.lists(st.sampled_from(horizon.mondays), max_size=2, unique=True))
    return tuple(
        DemandWeek(
            contract_id=ids[0],
            week=week,
            need_hours=draw(st.sampled_from([0.0, 5.0, 30.0])),
            cases=draw(st.sampled_from([None, 3])),
        )
        for week in weeks
    )


@st.composite
def _purchase(draw: st.DrawFn, ids: list[str], horizon: Horizon) -> PurchasedHours:
    return PurchasedHours(
        contract_id=draw(st.sampled_from(ids)),
        start_date=draw(st.sampled_from([horizon.weekdays[0], horizon.weekdays[-3]])),
        end_date=dt.date(2028, 1, 1),
        hours_per_week=draw(st.sampled_from([2.5, 5.0])),
    )
