"""Random portfolios of every shape, feasible by construction of the input."""

import datetime as dt

import pandas as pd
from hypothesis import strategies as st

import record_strategies as rows
from logs import time_sheets
from tsam_planner.calendars.horizon import Horizon
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import Company
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_sections import Goals, HandoverHours

# Both clock changes of spring 2027 (14 and 28 March), and Italian and US holidays, can
# fall into a horizon that starts on one of these Mondays; so can those of autumn (31 October
# and 7 November), and the 53rd week of 2026 with the end of the year.
STARTS = (
    dt.date(2027, 1, 4), dt.date(2027, 3, 8), dt.date(2027, 3, 22), dt.date(2027, 10, 25),
    dt.date(2026, 12, 21),
)  # fmt: skip
# Zones of one group share enough hours of the day. Santiago and Adelaide change their clocks
# the other way round, on 3 and 4 April; Kolkata, Adelaide and St. John's lie half hours off.
ZONES = (
    ("Europe/Rome", "America/New_York", "Europe/London", "Asia/Kolkata"),
    ("Europe/Rome", "America/New_York", "Europe/London", "Asia/Kolkata"),
    ("Asia/Kolkata", "Australia/Adelaide", "Asia/Kathmandu"),
    ("America/St_Johns", "America/Santiago", "America/New_York"),
)


@st.composite
def horizons(draw: st.DrawFn) -> Horizon:
    """One to six weeks: averaging windows are longer, equal and shorter; or a quarter."""
    if draw(st.integers(0, 24)) == 7:
        # Of 13 weeks, and of 14: 2026 has 53.
        return Horizon.of_quarter(draw(st.sampled_from(["2027Q1", "2026Q4"])))
    return Horizon(draw(st.sampled_from(STARTS)), draw(st.integers(1, 6)))


@st.composite
def portfolios(
    draw: st.DrawFn, *, managers: int = 3, contracts: int = 6, exact: bool = False
) -> tuple[Portfolio, Horizon]:
    """
    Draw a small portfolio that reaches every rule and goal of the primary plan.

    ``exact`` leaves out what a plan need not be the best for (see `policies`).
    """
    horizon = draw(horizons())
    zones = draw(st.sampled_from(ZONES))
    # Either skills, clocks and dates decide who may serve what, or hours, cases and companies.
    busy = draw(st.booleans())
    near = zones[: 1 if busy else 3]
    team = [
        draw(rows.managers(f"M-{number}", near if busy else zones, horizon, busy=busy))
        for number in range(1, 1 + draw(st.integers(min(2, managers) if busy else 1, managers)))
    ]
    companies = ("K-1", "K-2")
    signed = [
        draw(rows.contracts(f"C-{number}", companies, near, horizon, busy=busy))
        for number in range(
            1, 1 + draw(st.integers(min(3, contracts) if busy else 1, contracts))
        )
    ]
    company_of = {contract.contract_id: contract.company_id for contract in signed}
    ids = list(company_of)
    people = [manager.manager_id for manager in team]
    wished = draw(st.lists(rows.prospects("P-1", horizon), max_size=1))
    portfolio = Portfolio(
        contracts=tuple(signed),
        managers=tuple(team),
        companies=tuple(
            Company(
                company_id=company,
                same_manager=draw(
                    st.sampled_from([None, "forbid", "allow", "prefer", "prefer", "require"])
                ),
            )
            for company in (*companies, *(f"K-{contract_id}" for contract_id in ids))
        ),
        absences=draw(rows.absences(people, horizon)),
        holidays=draw(rows.holidays(horizon)),
        assignments=tuple(
            draw(rows.assignments(contract_id, people))
            for contract_id in ids
            if draw(st.booleans())
        ),
        pins=draw(rows.pins(company_of, people)),
        demand=draw(rows.demand([*ids, *(row.contract_id for row in wished)], horizon)),
        purchased_hours=tuple(draw(st.lists(rows.purchases(ids, horizon), max_size=2))),
        weekend_sessions=tuple(draw(st.lists(rows.weekend_sessions(ids, horizon), max_size=1))),
        prospects=tuple(wished),
        timesheets=draw(_time_sheets(signed, horizon)),
        policy=draw(policies(exact=exact)),
    )
    return portfolio, horizon


@st.composite
def policies(draw: st.DrawFn, *, exact: bool = False) -> Policy:
    """
    Policies that differ where the primary plan looks.

    ``exact`` ones have none of the three readings under which a plan is the best of some
    search only: a risk, hours of handovers, and points that may rise for better cover.
    """
    reading = "exact" if exact else draw(st.sampled_from(_READINGS))
    shares, prices = draw(
        st.sampled_from([((0.85, 0.95), (1.0, 3.0)), ((0.5,), (2.5,)), ((), ())])
    )
    return Policy(
        averaging_weeks=draw(st.sampled_from([1, 2, 4])),
        included_hours_per_week=draw(st.sampled_from([10.0, 10.0, 6.0])),
        max_open_cases=draw(st.sampled_from([30, 15])),
        min_daily_overlap_hours=draw(st.sampled_from([2.0, 3.0, 0.0])),
        strain_shares=shares,
        goals=Goals(strain=prices, company_split=draw(st.sampled_from([15.0, 100.0]))),
        cover_reserve=draw(st.sampled_from([0.0, 0.0, 0.15])),
        cover_tolerance=0.1 if reading == "cover" else 0.0,
        long_absence_weeks=draw(st.sampled_from([4, 1, 2])),
        max_handovers=draw(st.sampled_from([None, None, None, 0, 1])),
        plan_standard=draw(st.booleans()),
        same_manager=draw(st.sampled_from(["prefer", "allow", "require", "forbid"])),
        call_step_minutes=draw(st.sampled_from([15, 30])),
        call_buffer_minutes=draw(st.sampled_from([15, 0, 45])),
        plan_handover_hours=reading == "handover hours",
        handover_hours=draw(
            st.sampled_from([HandoverHours(), HandoverHours(receiving=25.0, giving=10.0)])
        ),
        additional_hours="optimize" if reading == "sales" else "report",
        risk=0.1 if reading == "risk" else None,
    )


_READINGS = (
    *["exact"] * 7, *["handover hours"] * 3, *["sales"] * 3, *["cover"] * 2, "risk", "risk",
)  # fmt: skip


@st.composite
def _time_sheets(draw: st.DrawFn, signed: list, horizon: Horizon) -> pd.DataFrame:
    """
    Draw eight weeks of some contracts, of 15 hours each or fewer.

    They are ones that say what they need: otherwise time sheets would.
    """
    level = st.sampled_from([15.0, 15.0, 15.0, 11.0, None])
    hours_of = {row.contract_id: draw(level) for row in signed if row.need_hours is not None}
    logged = {name: hours for name, hours in hours_of.items() if hours is not None}
    if not logged or draw(st.booleans()):
        return pd.DataFrame()
    mondays = [horizon.start - dt.timedelta(weeks=ago) for ago in range(8, 0, -1)]
    # The log goes on until the Sunday before.
    end = next(iter(logged)), horizon.start - dt.timedelta(days=1), 0.0
    sheets = ((name, monday, hours) for name, hours in logged.items() for monday in mondays)
    return time_sheets(*sheets, end)
