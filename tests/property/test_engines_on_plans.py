"""Every problem that a plan solves, solved again by CP-SAT alone and by HiGHS."""

import pytest
from hypothesis import event, given

from budgets import examples
from every_plan import not_planned
from examples import EXACT
from second_engine import best_objective
from strategies import portfolios
from tsam_planner.facts import gather_facts
from tsam_planner.planning import searches
from tsam_planner.planning.primaries import find_primaries, rows_of
from tsam_planner.planning.recipe import make_plan
from tsam_planner.planning.searches import Deadline, Searcher
from tsam_planner.proof import StopReason
from tsam_planner.solver import solve_assignment
from tsam_planner.verify.verification import verify_decisions

PROVEN = StopReason.PROVEN_OPTIMAL


def by_cp_sat(problem):
    """Solve by CP-SAT alone, to the end."""
    return solve_assignment(problem, engine="cp_sat", num_workers=1, relative_gap=0.0)


def searched(portfolio, horizon):
    """Return the problems that the plan of a drawn portfolio solves, each with its result."""
    found = []

    def noted(problem, **options):
        result = solve_assignment(problem, **options)
        found.append((problem, result))
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searches, "solve_assignment", noted)
        make_plan(portfolio, start=horizon.start, weeks=horizon.weeks, options=EXACT)
    return found


@examples(8)
@given(portfolios())
def test_cp_sat_alone_finds_what_the_engine_finds(drawn):
    """Managers, sales, substitutes and calls: bounds hold, and what is proven is equal."""
    for problem, result in searched(*drawn):
        second = by_cp_sat(problem)
        assert second.stop_reason is PROVEN
        assert result.bound <= second.objective <= result.objective
        if result.stop_reason is not PROVEN:
            event("not proven")
            continue
        assert result.objective == second.objective
        assert result.second_objective == second.second_objective


@examples(8)
@given(portfolios())
def test_highs_finds_what_the_engine_finds(drawn):
    """Another solver on another formulation, wherever costs have one level."""
    for problem, result in searched(*drawn):
        if problem.num_tasks and not problem.has_second_level:
            best = best_objective(problem)
            assert result.bound - 1e-4 <= best <= result.objective + 1e-4
            if result.stop_reason is PROVEN:
                assert best == pytest.approx(result.objective, abs=1e-4)


@examples(8)
@given(portfolios(exact=True))
def test_a_plan_by_cp_sat_alone_passes_the_checker(drawn):
    """Its managers break no rule, and cost by the checker what the engine's cost."""
    portfolio, horizon = drawn
    facts = gather_facts(portfolio, horizon, portfolio.policy)
    found = find_primaries(facts, Searcher(EXACT, Deadline(60)))
    result = by_cp_sat(found.model.problem)
    rows = rows_of(found.model, found.model.managers_of_stretches(result))
    check = verify_decisions(facts, [*rows, *not_planned(facts)])
    assert check.ok, str(check)
    if not found.model.missed(result) and found.result.stop_reason is PROVEN:
        own = verify_decisions(facts, found.decisions)
        # The search charges a trifle for moving earlier than needed, at most one a stretch.
        assert check.points.total == pytest.approx(own.points.total, abs=1 + 2 * len(rows))
