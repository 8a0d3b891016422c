"""Scenarios planned side by side; none stops the others."""

import datetime as dt
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import pandas as pd
import pytest

from examples import EXACT, FOUR_WEEKS, contract, manager, managers_of, portfolio
from scenario_examples import NONSENSE, START, base
from tsam_planner.errors import ArgumentError
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import SolveOptions
from tsam_planner.studies.scenario import Scenario
from tsam_planner.studies.scenarios import plan_scenarios


def test_threads_plan_the_same_as_one_after_the_other():
    """Points, managers and errors are the same; the order is that of the scenarios."""
    scenarios = [
        Scenario("base"),
        Scenario("broken", lost=["C-9"]),
        Scenario("leaves", without_managers=["M-1"]),
        Scenario("more", need_factor=3.0),
    ]
    records = base()
    alone = plan_scenarios(records, scenarios, **FOUR_WEEKS, options=EXACT)
    with ThreadPoolExecutor(2) as executor:
        beside = plan_scenarios(
            records, scenarios, **FOUR_WEEKS, options=EXACT, executor=executor
        )
    assert list(beside.plans) == ["base", "leaves", "more"]
    assert beside.errors == alone.errors
    assert list(beside.errors) == ["broken"]
    for name, plan in alone.plans.items():
        assert managers_of(beside[name]) == managers_of(plan)
        assert beside[name].objective == plan.objective
    pd.testing.assert_frame_equal(beside.table, alone.table)


def test_no_scenario_stops_the_others(monkeypatch):
    """Impossible records and a defect are told under their names; the rest is planned."""

    def fails(scenario, portfolio):
        return 1 // 0 if scenario.name == "defect" else applied(scenario, portfolio)

    applied = Scenario.apply
    monkeypatch.setattr(Scenario, "apply", fails)
    scenarios = [NONSENSE, Scenario("defect"), Scenario("base")]
    answers = plan_scenarios(base(), scenarios, **FOUR_WEEKS, options=EXACT)
    assert list(answers.plans) == ["base"]
    assert answers.errors["defect"].startswith("ZeroDivisionError: ")
    assert "unknown time zone 'Mars/Phobos'" in answers.errors["nonsense"]


class _Dying(Executor):
    """Plans one scenario, loses the next one's worker, and takes no other."""

    def __init__(self):
        self.taken = 0

    def submit(self, function, *arguments):
        self.taken += 1
        if self.taken > 2:
            message = "no workers"
            raise BrokenExecutor(message)
        future = Future()
        if self.taken == 1:
            future.set_result(function(*arguments))
        else:
            future.set_exception(BrokenExecutor("a worker died"))
        return future


def test_plans_outlive_workers_that_are_lost():
    """One plan was ready; the others say that their workers were lost."""
    scenarios = [Scenario(name) for name in ("base", "second", "third")]
    answers = plan_scenarios(base(), scenarios, **FOUR_WEEKS, options=EXACT, executor=_Dying())
    assert list(answers.plans) == ["base"]
    assert answers.errors == {
        "second": "BrokenExecutor: a worker died", "third": "BrokenExecutor: no workers",
    }  # fmt: skip


def test_a_misspelt_offering_is_an_error_of_its_scenario():
    """Nothing would grow; the message names what there is."""
    answers = plan_scenarios(
        base(),
        [Scenario("base"), Scenario("typo", need_factor={"taam": 2.0})],
        **FOUR_WEEKS,
        options=EXACT,
    )
    assert list(answers.plans) == ["base"]
    assert (
        "there are Creo, Windchill, saas_premium, saas_standard, tsam" in answers.errors["typo"]
    )


def test_scenarios_need_names_of_their_own():
    """Two of one name could not be told apart."""
    with pytest.raises(ArgumentError, match="names of their own"):
        plan_scenarios(base(), [Scenario("a"), Scenario("a")], **FOUR_WEEKS)


def test_a_scenario_of_no_weeks_says_so():
    """Whatever the library refuses is told under the scenario's name."""
    answers = plan_scenarios(base(), [Scenario("a")], start=START + dt.timedelta(days=1))
    assert "a" in answers.errors
    with pytest.raises(ArgumentError, match="scenario 'a' has no plan"):
        answers["a"]


def test_scenarios_start_from_the_first_plan():
    """
    With no work at all, a scenario that changes nothing keeps the base's best plan.

    A search that starts from today's managers, all contracts with M-1, ends elsewhere.
    """
    signed = [contract(f"C-{n}", need_hours=7.0) for n in range(8)]
    records = portfolio(
        signed,
        [manager(f"M-{n}") for n in range(3)],
        today={row.contract_id: "M-0" for row in signed},
    )
    best = make_plan(records, **FOUR_WEEKS, options=EXACT)
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    cold = make_plan(records, **FOUR_WEEKS, options=hasty)
    warm = make_plan(records, **FOUR_WEEKS, options=hasty, warm_start=best)
    assert warm.objective == best.objective <= cold.objective


def test_scenarios_that_are_easier_are_never_worse():
    """One more manager, no work at all: the first plan stands."""
    signed = [contract(f"C-{n}", need_hours=7.0) for n in range(8)]
    records = portfolio(signed, [manager("M-0")], today={})
    hasty = SolveOptions(work_limit=1e-6, num_workers=1)
    plans = plan_scenarios(
        records,
        [Scenario("base"), Scenario("one more", with_managers=[manager("M-1")])],
        **FOUR_WEEKS,
        options=hasty,
    )
    assert plans["one more"].objective <= plans["base"].objective
