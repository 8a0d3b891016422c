"""Scenarios compose: one that follows another is applied to what that one has made."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import contract, manager, portfolio
from tsam_planner.portfolio.records import DemandWeek, Holiday, Profile, Prospect
from tsam_planner.studies.scenario import Scenario

MONDAY = dt.date(2027, 2, 1)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FACTORS = st.sampled_from([0.0, 0.5, 1.0, 1.2, 3.0])


def base():
    """Return contracts, prospects and profiles of several kinds, one of each with demand."""
    offered = contract("C-8", products=("Creo",)).model_dump()
    return portfolio(
        [
            contract("C-1", products=("Creo",), extra_hour_rate=120, currency="EUR"),
            contract("C-2", need_hours=None, country="IT"),
            contract("C-3", offering="saas_premium", deployment="saas"),
        ],
        [manager("M-1", products=("Creo",)), manager("M-2")],
        today={"C-1": "M-1"},
        prospects=[
            Prospect(**{**offered, "contract_id": name}, win_probability=0.5)
            for name in ("C-8", "C-9")
        ],
        profiles=[Profile(profile_id=name, time_zone="Europe/Rome") for name in ("P-1", "P-2")],
        demand=[
            DemandWeek(contract_id=name, week=MONDAY, need_hours=8.0) for name in ("C-1", "C-8")
        ],
    )


@st.composite
def scenarios(draw, name, records):
    """Draw a scenario of what a portfolio has; one contract at least is kept."""

    def some(rows, key, *, most):
        ids = [getattr(row, key) for row in rows]
        return draw(st.lists(st.sampled_from(ids), max_size=most, unique=True)) if ids else []

    days = st.builds(
        Holiday,
        calendar=st.sampled_from(["IT", "US"]),
        date=st.sampled_from([MONDAY, dt.date(2027, 1, 6)]),
        fraction=st.sampled_from([0.5, 1.0]),
    )
    return Scenario(
        name,
        without_managers=some(records.managers, "manager_id", most=2),
        with_managers=[manager(f"M-{name}")] if draw(st.booleans()) else [],
        with_profiles=draw(st.dictionaries(st.sampled_from(["P-1", "P-2"]), st.integers(0, 2))),
        need_factor=draw(
            FACTORS | st.dictionaries(st.sampled_from(["tsam", "saas_premium"]), FACTORS)
        ),
        won=some(records.prospects, "contract_id", most=2),
        lost=some(records.contracts, "contract_id", most=1),
        policy=draw(st.sampled_from([{}, {"max_open_cases": 9}, {"goals": {"handover": 1.0}}])),
        holidays=draw(st.lists(days, max_size=2)),
        rate_factor=draw(FACTORS),
    )


@SLOW
@given(st.data())
def test_a_scenario_then_another_is_one_applied_to_the_result_of_the_other(data):
    """Whatever the second names may be what only the first one brings."""
    records = base()
    first = data.draw(scenarios("a", records))
    between = first.apply(records)
    second = data.draw(scenarios("b", between))
    in_turn = second.apply(between)
    composed = first.then(second).apply(records)
    assert composed == in_turn
    assert composed.content_hash == in_turn.content_hash
