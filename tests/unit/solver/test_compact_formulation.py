"""The compact model against the costing that does not know it."""

import numpy as np
from hypothesis import given, settings

from assignment_problems import full_problems
from tsam_planner.solver.costing import Choice, price
from tsam_planner.solver.formulation import formulate
from tsam_planner.solver.greedy import construct
from tsam_planner.solver.integers import to_integers


@given(full_problems(must_serve=False))
@settings(max_examples=200, deadline=None)
def test_hint_of_a_plan_keeps_all_rows_and_has_its_cost(problem):
    """All variables, derived ones too, are completed; their cost is the plan's."""
    integers = to_integers(problem)
    form = formulate(integers)
    choice = construct(integers).numbered(integers)
    values, model = form.values_of(choice), form.model
    for row in model.rows:
        terms = zip(row.coefficients, row.variables, strict=True)
        total = sum(coefficient * values[variable] for coefficient, variable in terms)
        assert row.lower <= total <= row.upper
    costs = price(integers, choice)
    assert np.dot(model.cost, values) == costs.total
    assert np.dot(model.second_cost, values) == costs.second


@given(full_problems(must_serve=False))
@settings(max_examples=100, deadline=None)
def test_plan_survives_the_way_through_the_variables(problem):
    """choice_of undoes values_of."""
    integers = to_integers(problem)
    form = formulate(integers)
    choice = construct(integers).numbered(integers)
    back = form.choice_of(np.array(form.values_of(choice), dtype=bool))
    assert back.option_of_task.tolist() == choice.option_of_task.tolist()
    assert back.copy_of_task.tolist() == choice.copy_of_task.tolist()


@given(full_problems(must_serve=False))
@settings(max_examples=100, deadline=None)
def test_quick_plan_is_always_allowed(problem):
    """The greedy plan breaks no limit, whatever start it is given."""
    integers = to_integers(problem)
    for agent in range(-1, problem.num_agents):
        start = np.full(problem.num_tasks, agent)
        assert price(integers, construct(integers, start)) is not None


@given(full_problems(must_serve=False))
@settings(max_examples=50, deadline=None)
def test_numbered_copies_keep_the_cost(problem):
    """Identical copies may trade names."""
    integers = to_integers(problem)
    plan = construct(integers)
    served = np.flatnonzero(plan.option_of_task >= 0)
    agents = integers.option_agent[plan.option_of_task[served]]
    swapped = plan.copy_of_task.copy()
    swapped[served] = integers.copies[agents] - 1 - swapped[served]
    other = Choice(plan.option_of_task, swapped)
    assert price(integers, other) == price(integers, other.numbered(integers))


def test_nothing_is_built_when_time_is_over(hard_problem):
    """A formulation that is not complete is none."""
    assert formulate(to_integers(hard_problem), is_over=lambda: True) is None
