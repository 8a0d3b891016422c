"""
The compact model: the assignment problem as rows over one 0/1 variable per option.

::

    minimize    Σ c_o x_os + Σ u_i y_i + Σ p_sr e_sr + Σ w_g z_g + Σ f_s h_s
    subject to  Σ_{o of i, s} x_os + y_i = 1              each task once, or not at all
                Σ_o l_or x_os <= C_sr                     capacity
                Σ_o l_or x_os - e_sr <= S_sr              overload e >= 0
                Σ_{o of i} x_os <= v_gs, i in g           slot s serves group g
                Σ_s v_gs - z_g <= 1                       extra slots z >= 0 of a group
                Σ_{o of i in set} x_os <= 1               exclusive set
                Σ_{o of i} x_os <= h_s, h_s >= h_(s+1)    used copies, in order
                Σ_o b_o x_os <= B                         budget

A slot s is one copy of an agent. Rows that can never bind, and options that alone break
a limit, are left out; rows are divided by their greatest common divisor.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tsam_planner.solver.costing import Choice
from tsam_planner.solver.integers import NO_LIMIT, IntegerProblem
from tsam_planner.solver.linear_model import LinearModel, Row
from tsam_planner.solver.problem import IntArray
from tsam_planner.units import MICRO


@dataclass(eq=False)
class Formulation:
    """
    The linear model of a problem, and how its variables read as a plan.

    The first variables of ``model`` are the entries: ``entry_option`` chosen on
    ``entry_slot``. ``unassigned`` is the variable of each task left out, -1 if it must
    be served.
    """

    problem: IntegerProblem
    model: LinearModel
    entry_option: IntArray
    entry_slot: IntArray
    unassigned: IntArray

    def values_of(self, choice: Choice) -> list[int]:
        """Return the values of all variables in a plan with numbered copies."""
        values = [0] * len(self.model.upper)
        first, options = self.problem.first_slot, choice.option_of_task
        entry = dict(zip(self._keys(), range(len(self.entry_option)), strict=True))
        for task in range(len(options)):
            option = int(options[task])
            if option < 0:
                values[self.unassigned[task]] = 1
                continue
            slot = first[self.problem.option_agent[option]] + choice.copy_of_task[task]
            values[entry[option, int(slot)]] = 1
        self.model.complete(values)
        return values

    def at_most(self, cost: int) -> Row:
        """Return the row that allows no plan of a higher first cost."""
        used = [variable for variable, price in enumerate(self.model.cost) if price]
        return Row(used, [self.model.cost[variable] for variable in used], -NO_LIMIT, cost)

    def choice_of(self, is_chosen: npt.NDArray[np.bool_]) -> Choice:
        """Return the plan in which these entries are chosen."""
        entries = np.flatnonzero(is_chosen[: len(self.entry_option)])
        options = self.entry_option[entries]
        tasks = self.problem.option_task[options]
        agents = self.problem.option_agent[options]
        option_of_task = np.full(self.problem.num_tasks, -1, dtype=np.int64)
        copy_of_task = option_of_task.copy()
        option_of_task[tasks] = options
        copy_of_task[tasks] = self.entry_slot[entries] - self.problem.first_slot[agents]
        return Choice(option_of_task, copy_of_task)

    def _keys(self) -> Iterator[tuple[int, int]]:
        return zip(self.entry_option.tolist(), self.entry_slot.tolist(), strict=True)


def formulate(
    problem: IntegerProblem, is_over: Callable[[], bool] = lambda: False
) -> Formulation | None:
    """Build the compact model; None when ``is_over`` says so before it is complete."""
    form = _add_decisions(problem)
    entries = _entries_by_slot(form)
    for slot in range(len(problem.slot_agent)):
        if is_over():
            return None
        _add_loads(form, slot, np.asarray(entries[slot], dtype=np.int64))
    choices = _choices(form)
    _add_groups(form, choices)
    _add_exclusive(form, choices)
    _add_copies(form, choices)
    _add_budgets(form)
    return form


# Entries by slot and task: at most one of each list is chosen.
_Choices = dict[int, dict[int, list[int]]]


def _add_decisions(problem: IntegerProblem) -> Formulation:
    """Add entries and unassigned tasks, and the rows that choose one for each task."""
    model, agents = LinearModel(), problem.option_agent
    usable = np.flatnonzero(problem.usable)
    copies = problem.copies[agents[usable]]
    options = np.repeat(usable, copies)
    copy = np.arange(len(options)) - np.repeat(np.cumsum(copies) - copies, copies)
    by_task: list[list[int]] = [[] for _ in range(problem.num_tasks)]
    for option in options.tolist():
        variable = model.add_variable(
            cost=int(problem.option_cost[option]),
            second_cost=int(problem.second_option_cost[option]),
        )
        by_task[problem.option_task[option]].append(variable)
    unassigned = np.full(problem.num_tasks, -1, dtype=np.int64)
    for task in np.flatnonzero(~problem.must_serve).tolist():
        unassigned[task] = model.add_variable(
            cost=int(problem.unassigned_cost[task]),
            second_cost=int(problem.second_unassigned_cost[task]),
        )
        by_task[task].append(int(unassigned[task]))
    for variables in by_task:
        model.add_row(variables, lower=1, upper=1)
    slots = problem.first_slot[agents[options]] + copy
    return Formulation(problem, model, options, slots, unassigned)


def _entries_by_slot(form: Formulation) -> list[list[int]]:
    by_slot: list[list[int]] = [[] for _ in form.problem.slot_agent]
    for entry, slot in enumerate(form.entry_slot.tolist()):
        by_slot[slot].append(entry)
    return by_slot


def _choices(form: Formulation) -> _Choices:
    choices: _Choices = defaultdict(lambda: defaultdict(list))
    tasks = form.problem.option_task[form.entry_option].tolist()
    for entry, slot in enumerate(form.entry_slot.tolist()):
        choices[slot][tasks[entry]].append(entry)
    return choices


def _add_loads(form: Formulation, slot: int, entries: IntArray) -> None:
    """Add the capacity and overload rows of one slot."""
    problem, model = form.problem, form.model
    agent = problem.slot_agent[slot]
    for resource, rows, amounts in _columns(problem, form.entry_option[entries]):
        options = form.entry_option[entries[rows]]
        most = _most(problem.option_task[options], amounts)
        variables = entries[rows].tolist()
        capacity = int(problem.capacity[agent, resource])
        soft = int(problem.soft_capacity[agent, resource])
        price = int(problem.overload_cost[agent, resource])
        if most > capacity:
            divisor = int(np.gcd.reduce(amounts))
            scaled = (amounts // divisor).tolist()
            model.add_row(variables, scaled, upper=capacity // divisor)
        highest = min(most, capacity)
        if price and highest > soft:
            divisor = math.gcd(int(np.gcd.reduce(amounts)), soft)
            model.add_excess(
                variables,
                (amounts // divisor).tolist(),
                soft // divisor,
                upper=(highest - soft) // divisor,
                cost=price * divisor,
                unit=MICRO / divisor,
            )


def _columns(
    problem: IntegerProblem, options: IntArray
) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Yield each resource that the options load, which of them do, and how much."""
    counts = problem.load_start[options + 1] - problem.load_start[options]
    rows = np.repeat(np.arange(len(options)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = problem.load_start[options[rows]] + within
    is_load = problem.load_amount[places] > 0
    places, rows = places[is_load], rows[is_load]
    resources = problem.load_resource[places]
    for resource in np.unique(resources).tolist():
        of_resource = resources == resource
        yield resource, rows[of_resource], problem.load_amount[places[of_resource]]


def _most(tasks: IntArray, amounts: IntArray) -> int:
    """Return the largest sum with one amount per task."""
    names, position = np.unique(tasks, return_inverse=True)
    largest = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(largest, position, amounts)
    return int(largest.sum())


def _add_groups(form: Formulation, choices: _Choices) -> None:
    """Charge the slots of a group beyond the first."""
    for tasks, cost in form.problem.groups:
        members = set(tasks.tolist())
        flags = []
        for by_task in choices.values() if cost else ():
            shared = [by_task[task] for task in sorted(members & by_task.keys())]
            if shared:
                flags.append(form.model.add_flag(shared))
        if len(flags) > 1:
            upper = len(flags) - 1
            form.model.add_excess(flags, [1] * len(flags), 1, upper=upper, cost=cost)


def _add_exclusive(form: Formulation, choices: _Choices) -> None:
    """Let a slot serve at most one task of each exclusive set."""
    for tasks in form.problem.exclusive:
        members = set(tasks.tolist())
        for by_task in choices.values():
            shared = sorted(members & by_task.keys())
            if len(shared) > 1:
                entries = [entry for task in shared for entry in by_task[task]]
                form.model.add_row(entries, upper=1)


def _add_copies(form: Formulation, choices: _Choices) -> None:
    """Charge used slots; identical copies are used in order, which breaks symmetry."""
    problem, model = form.problem, form.model
    for agent, first in enumerate(problem.first_slot.tolist()):
        count, cost = int(problem.copies[agent]), int(problem.agent_cost[agent])
        if (count == 1 and cost == 0) or first not in choices:
            continue
        flags = [
            model.add_flag(choices[slot].values(), cost) for slot in range(first, first + count)
        ]
        for used, following in itertools.pairwise(flags):
            model.add_row([used, following], [1, -1], lower=0)


def _add_budgets(form: Formulation) -> None:
    """Limit the sums of amounts over all slots."""
    tasks = form.problem.option_task[form.entry_option]
    for amounts, limit in form.problem.budgets:
        of_entry = amounts[form.entry_option]
        entries = np.flatnonzero(of_entry)
        if _most(tasks[entries], of_entry[entries]) > limit:
            divisor = int(np.gcd.reduce(of_entry[entries]))
            scaled = (of_entry[entries] // divisor).tolist()
            form.model.add_row(entries.tolist(), scaled, upper=limit // divisor)
