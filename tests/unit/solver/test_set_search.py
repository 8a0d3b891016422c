"""The compiled search of one agent's sets against trying every subset."""

from itertools import combinations

import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tsam_planner.solver import AssignmentProblem
from tsam_planner.solver.columns.agents import split_by_agent
from tsam_planner.solver.columns.completion import complete_around
from tsam_planner.solver.columns.pricing import search_agent
from tsam_planner.solver.integers import to_integers

SCALE = 1e6
QUICK = settings(max_examples=150, deadline=None)


@st.composite
def agents(draw):
    """Return an agent with up to 7 options, and the price of each of its groups."""
    options, rows = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    whole = st.integers(0, 9)

    def numbers(values, *shape):
        size = int(np.prod(shape))
        drawn = draw(st.lists(values, min_size=size, max_size=size))
        return np.array(drawn, dtype=float).reshape(shape)

    groups = draw(st.integers(0, 2))
    members = st.lists(st.integers(0, options - 1), min_size=1, max_size=4, unique=True)
    has_overload = draw(st.booleans())
    problem = AssignmentProblem(
        # Two options of one task now and then.
        option_task=[draw(st.integers(0, option)) for option in range(options)],
        option_agent=[0] * options,
        option_cost=numbers(st.integers(0, 5), options),
        option_load=numbers(whole, options, rows),
        capacity=numbers(st.integers(0, 25), 1, rows),
        unassigned_cost=[50.0] * options,
        agent_count=[1],
        agent_cost=numbers(st.integers(0, 4), 1),
        groups=[(draw(members), float(draw(st.integers(1, 5)))) for _ in range(groups)],
        exclusive=[draw(members)] if draw(st.booleans()) else [],
        soft_capacity=numbers(whole, 1, rows) if has_overload else None,
        overload_cost=numbers(st.integers(0, 3), 1, rows) if has_overload else None,
    )
    integers = to_integers(problem)
    agent = split_by_agent(integers)[0]
    group_price = np.array([cost for _, cost in integers.groups], dtype=float)
    profit = numbers(st.integers(-5, 10), len(agent.options)) * SCALE
    return agent, profit, group_price


def values_by_set(agent, profit, group_price):
    """Return what every allowed set but the empty one is worth."""
    values = {}
    options = range(len(agent.options))
    for size in range(1, len(agent.options) + 1):
        for chosen in combinations(options, size):
            load = agent.rows.load[list(chosen)].sum(axis=0)
            clashes = memberships(agent.apart, chosen)
            if (load > agent.rows.capacity).any() or len(clashes) != len(set(clashes)):
                continue
            overload = np.maximum(load - agent.rows.soft, 0.0) @ agent.rows.price
            groups = sorted(set(memberships(agent.groups, chosen)))
            paid = group_price[groups].sum() if groups else 0.0
            worth = profit[list(chosen)].sum() - overload - paid
            values[chosen] = worth - agent.fixed_cost
    return values


def memberships(sets, chosen):
    """Return the sets that the chosen options belong to, with repetitions."""
    return [int(n) for o in chosen for n in sets.of[sets.start[o] : sets.start[o + 1]]]


@given(agents())
@QUICK
def test_best_set_is_found_and_bounded(drawn):
    """Value and ceiling enclose the best of all sets, up to a millionth of a point."""
    agent, profit, group_price = drawn
    best = max([0.0, *values_by_set(agent, profit, group_price).values()])
    event("a table decides" if agent.unit else "several rows")
    found = search_agent(agent, 0, profit, group_price, floor=0.0, max_nodes=10_000)
    assert not found.gave_up
    assert best - 1.0 <= found.value <= best
    assert best <= found.ceiling <= best + 2.0


@given(agents(), st.integers(0, 3))
@QUICK
def test_ceiling_holds_when_the_search_gives_up(drawn, max_nodes):
    """However early a search ends, no set is worth more than it says."""
    agent, profit, group_price = drawn
    best = max([0.0, *values_by_set(agent, profit, group_price).values()])
    found = search_agent(agent, 0, profit, group_price, floor=0.0, max_nodes=max_nodes)
    assert found.ceiling >= best


@given(agents(), st.integers(0, 12))
@QUICK
def test_listing_leaves_out_no_set(drawn, width):
    """
    Every set worth more than the floor is listed, also with options of negative profit.

    Leaving those out once gave a false optimum: the best plan can need an option that
    its agent's duals make look worthless.
    """
    agent, profit, group_price = drawn
    values = values_by_set(agent, profit, group_price)
    floor = max([0.0, *values.values()]) - width * SCALE
    found = search_agent(
        agent,
        0,
        profit,
        group_price,
        floor=floor,
        max_nodes=10_000,
        max_sets=200,
        collect_all=True,
    )
    listed = {
        tuple(sorted(chosen.tolist())): value
        for chosen, value in zip(found.sets, found.values, strict=True)
    }
    assert not found.gave_up
    wanted = {chosen: value for chosen, value in values.items() if value > floor}
    if any(profit[option] < 0 for chosen in wanted for option in chosen):
        event("an option of negative profit is needed")
    assert listed == wanted


@given(agents())
@QUICK
def test_table_tells_the_best_set_with_each_option(drawn):
    """Where one row decides, forced options are worth at least their best set."""
    agent, profit, group_price = drawn
    if not agent.unit:
        return
    values = values_by_set(agent, profit, group_price)
    most = complete_around(profit, agent.rows.load, agent.unit, float(agent.rows.capacity[0]))
    for option, limit in enumerate(most - agent.fixed_cost):
        best = max([v for chosen, v in values.items() if option in chosen], default=-np.inf)
        assert limit >= best
        if not len(agent.apart.of):
            assert limit == best
