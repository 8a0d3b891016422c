"""Random rows of a portfolio: what they are about is given, all else is drawn."""

import datetime as dt
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tsam_planner.calendars.horizon import Horizon
from tsam_planner.portfolio.records import (
    Absence,
    Assignment,
    Contract,
    DemandWeek,
    Holiday,
    Manager,
    Pin,
    Prospect,
    PurchasedHours,
    WeekendSession,
)

CALENDARS = ((None, None), ("IT", None), ("US", "CA"), ("DE", "BY"))
PRODUCTS = ("Windchill", "Creo")
OFFERINGS = ("tsam", "saas_standard", "saas_premium")
LATER = dt.date(2030, 1, 1)


@st.composite
def managers(
    draw: st.DrawFn, manager_id: str, zones: Sequence[str], horizon: Horizon, *, busy: bool
) -> Manager:
    """
    Draw a manager, who may join or leave in the middle, or have left before.

    A busy one has few hours and all skills.
    """
    country, subdivision = draw(st.sampled_from(CALENDARS))
    days = horizon.weekdays
    middle = days[len(days) // 2]
    before = horizon.start - dt.timedelta(days=3)
    joins, leaves = draw(
        st.sampled_from(
            [
                *[(None, None)] * 6,
                *[(middle, None), (middle, days[-1]), (None, middle), (None, before)],
            ]
        )
    )
    work = draw(st.sampled_from([(9, 17), (9, 17), (9, 17), (7, 15), (12, 20)]))
    return Manager(
        manager_id=manager_id,
        time_zone=draw(st.sampled_from(zones)),
        country=country,
        subdivision=subdivision,
        start_date=joins,
        end_date=leaves,
        weekly_hours=draw(st.sampled_from([15.0, 24.0, 18.5] if busy else [40.0, 24.0, 37.5])),
        work_start=dt.time(work[0]),
        work_end=dt.time(work[1]),
        languages=("en", "it") if busy else draw(st.sampled_from([("en",), ("en", "it")])),
        products=PRODUCTS if busy else draw(st.sampled_from([PRODUCTS, PRODUCTS[:1]])),
        offerings=OFFERINGS
        if busy
        else draw(st.sampled_from([OFFERINGS, OFFERINGS, OFFERINGS[:2]])),
        max_cases=draw(st.sampled_from([None, None, None, 12, 12, 0])),
        max_contracts=draw(st.sampled_from([None, None, None, 2, 1])),
        internal_share=draw(st.sampled_from([None, 0.5])),
        **draw(st.sampled_from([{}, {"hourly_cost": "60", "currency": "EUR"}])),
    )


@st.composite
def contracts(
    draw: st.DrawFn,
    contract_id: str,
    companies: Sequence[str],
    zones: Sequence[str],
    horizon: Horizon,
    *,
    busy: bool,
) -> Contract:
    """
    Draw a contract of one of the companies or of its own, over the horizon or a part.

    One of busy managers needs much, most often for all of the horizon.
    """
    country, subdivision = draw(st.sampled_from(CALENDARS))
    offering = draw(st.sampled_from(["tsam", "tsam", "saas_premium", "saas_standard"]))
    days = horizon.weekdays
    before = days[0] - dt.timedelta(weeks=60)
    first = draw(st.sampled_from([before, before, days[2], before if busy else days[-1]]))
    needs = [12.0, 7.5, 9.99, 16.0] if busy else [3.0, 7.5, 9.99, 12.0, 1 / 3, None]
    opens, closes = draw(
        st.sampled_from([(None, None), (None, None), (dt.time(10), None), (None, dt.time(15))])
    )
    requested = draw(st.sampled_from([None, None, *zones]))
    return Contract(
        contract_id=contract_id,
        company_id=draw(st.sampled_from([*companies, f"K-{contract_id}"])),
        offering=offering,
        deployment="on_prem" if offering == "tsam" else "saas",
        start_date=first,
        end_date=draw(st.sampled_from([LATER, LATER, max(first, days[-2])])),
        time_zone=draw(st.sampled_from(zones)),
        requested_time_zone=requested,
        time_zone_authorized=requested is not None and draw(st.booleans()),
        window_start=opens,
        window_end=closes,
        country=country,
        subdivision=subdivision,
        requested_language="it",
        language_authorized=draw(st.sampled_from([False, False, True])),
        products=draw(st.sampled_from([(), PRODUCTS[:1], PRODUCTS[1:]])),
        need_hours=draw(st.sampled_from(needs)),
        need_factor=draw(st.sampled_from([1.0, 1.0, 1.5, 0.0])),
        cases=draw(st.one_of(st.none(), st.integers(0, 12))),
        call_minutes=draw(st.sampled_from([None, None, 50, 110])),
        preferred_call_day=draw(st.sampled_from([None, "friday"])),
        preferred_call_time=draw(st.sampled_from([None, dt.time(10, 20)])),
        priority=draw(st.sampled_from([1.0, 1.0, 2.5])),
        handover_weight=draw(st.sampled_from([1.0, 0.0, 1.7])),
        **draw(st.sampled_from([*[{"extra_hour_rate": "120", "currency": "EUR"}] * 2, {}])),
    )


@st.composite
def prospects(draw: st.DrawFn, contract_id: str, horizon: Horizon) -> Prospect:
    """Draw a contract that may be won."""
    signed = draw(contracts(contract_id, ["K-1"], ["Europe/Rome"], horizon, busy=True))
    return Prospect(**signed.model_dump(), win_probability=draw(st.sampled_from([0.2, 1.0])))


@st.composite
def assignments(draw: st.DrawFn, contract_id: str, people: Sequence[str]) -> Assignment:
    """Draw who has a contract today, with a substitute or without."""
    manager_id, *others = draw(st.permutations(people))
    return Assignment(
        contract_id=contract_id,
        manager_id=manager_id,
        backup_id=draw(st.sampled_from([None, *others])),
    )


@st.composite
def absences(draw: st.DrawFn, people: Sequence[str], horizon: Horizon) -> tuple[Absence, ...]:
    """Whole days may not overlap in an input, so that everybody has one of them at most."""
    away = draw(st.lists(st.sampled_from(people), max_size=len(people), unique=True))
    whole = [draw(_absences(name, horizon)) for name in away]
    parts = [
        draw(_absences(draw(st.sampled_from(people)), horizon, hours_per_day=hours))
        for hours in draw(st.lists(st.sampled_from([3.0, 3.0, 8.0, 0.0]), max_size=2))
    ]
    return tuple(whole + parts)


@st.composite
def _absences(
    draw: st.DrawFn, manager_id: str, horizon: Horizon, hours_per_day: float | None = None
) -> Absence:
    """Days of the horizon, or a long absence that begins before it or ends after it."""
    first = draw(st.sampled_from(horizon.weekdays))
    last = min(
        first + dt.timedelta(days=draw(st.sampled_from([0, 1, 6, 25]))), horizon.last_day
    )
    longer = draw(st.sampled_from([0, 0, 0, 0, 10, 40]))
    return Absence(
        manager_id=manager_id,
        start_date=first - dt.timedelta(days=longer * draw(st.booleans())),
        end_date=last + dt.timedelta(days=longer),
        kind=draw(st.sampled_from(["leave", "training"])),
        hours_per_day=hours_per_day,
    )


@st.composite
def holidays(draw: st.DrawFn, horizon: Horizon) -> tuple[Holiday, ...]:
    """Whole and half days of a calendar that the company keeps itself, or adds to, or none."""
    days = draw(st.lists(st.sampled_from(horizon.weekdays), max_size=3, unique=True))
    return tuple(
        Holiday(
            calendar=draw(st.sampled_from(["IT", "IT", "US-CA"])),
            date=date,
            fraction=draw(st.sampled_from([1.0, 0.5])),
            is_added=draw(st.booleans()),
        )
        for date in days
    )


@st.composite
def pins(
    draw: st.DrawFn, company_of: Mapping[str, str], people: Sequence[str]
) -> tuple[Pin, ...]:
    """Draw pins of different companies, and forbids of other pairs: they never contradict."""
    one_each = list({company: name for name, company in company_of.items()}.values())
    pinned = {
        name: draw(st.sampled_from(people))
        for name in draw(st.lists(st.sampled_from(one_each), max_size=1))
    }
    pairs = st.tuples(st.sampled_from(list(company_of)), st.sampled_from(people))
    forbidden = draw(st.lists(pairs, max_size=2, unique=True))
    return (
        *(Pin(contract_id=name, manager_id=who, rule="pin") for name, who in pinned.items()),
        *(
            Pin(contract_id=name, manager_id=who, rule="forbid", reason="customer's wish")
            for name, who in forbidden
            if pinned.get(name) != who
        ),
    )


@st.composite
def demand(draw: st.DrawFn, ids: Sequence[str], horizon: Horizon) -> tuple[DemandWeek, ...]:
    """Draw an explicit forecast of some weeks of one contract or prospect."""
    weeks = draw(st.lists(st.sampled_from(horizon.mondays), max_size=2, unique=True))
    contract_id = draw(st.sampled_from(ids))
    return tuple(
        DemandWeek(
            contract_id=contract_id,
            week=week,
            need_hours=draw(st.sampled_from([0.0, 5.0, 30.0])),
            cases=draw(st.sampled_from([None, 3])),
        )
        for week in weeks
    )


@st.composite
def purchases(draw: st.DrawFn, ids: Sequence[str], horizon: Horizon) -> PurchasedHours:
    """Draw hours bought for good, from within the horizon on, or for some days of it."""
    days = horizon.weekdays
    first = draw(st.sampled_from([days[0], days[-3], days[len(days) // 2]]))
    return PurchasedHours(
        contract_id=draw(st.sampled_from(ids)),
        start_date=first,
        end_date=draw(st.sampled_from([LATER, max(first, days[-4])])),
        hours_per_week=draw(st.sampled_from([2.5, 5.0])),
    )


@st.composite
def weekend_sessions(draw: st.DrawFn, ids: Sequence[str], horizon: Horizon) -> WeekendSession:
    """Draw work on a Saturday, approved or not."""
    return WeekendSession(
        contract_id=draw(st.sampled_from(ids)),
        date=draw(st.sampled_from(horizon.mondays)) + dt.timedelta(days=5),
        hours=2.0,
        approved=draw(st.booleans()),
    )
