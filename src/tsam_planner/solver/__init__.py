r"""
Search for the cheapest assignment of tasks to agents, and prove how good it is.

Nothing here knows what a task or an agent is. An option o serves a task i by an agent a
at cost c with loads l; at most one is chosen for each task. With X_a the chosen options
of agent a, C its capacities and S its soft capacities:

.. math::

    \min \quad & \sum_{o \text{ chosen}} c_o + \sum_{i \text{ unserved}} u_i
      + \sum_{a, r} p_{ar} \Big(\sum_{o \in X_a} l_{or} - S_{ar}\Big)^{+}
      + \sum_g w_g (n_g - 1)^{+} + \sum_{a \text{ used}} f_a \\
    \text{with} \quad & \sum_{o \in X_a} l_{or} \le C_{ar}
      \quad \text{for all } a, r

where n_g is the number of agents that serve tasks of group g. Exclusive sets, identical
copies of an agent, budgets over all options and a second level of cost are described at
`AssignmentProblem`.

Rooms, imports downward: ``solve`` picks the engine · ``columns`` is the engine, by sets of
options of one agent (``docs/engine.md`` has the mathematics) · ``compact`` the second
opinion, a ``race`` of ``cp_sat`` and ``scip`` on the ``formulation`` (a ``linear_model``) ·
``annealing`` and ``highs_compact`` are for problems without a hard limit: a plan soon, and a
bound · ``greedy`` builds first plans · ``highs`` is the only file that knows HiGHS · ``record``
keeps the best plan and bound, ``costing`` recomputes them · ``limits`` (clock, gap, seed) ·
``integers`` scales once, exactly · ``result`` · ``problem`` and its ``checks``. A further
engine is one more function of a `race.Session`.
"""

from tsam_planner.solver.problem import AssignmentProblem
from tsam_planner.solver.result import AssignmentResult, Incumbent
from tsam_planner.solver.solve import Engine, solve_assignment

__all__ = [
    "AssignmentProblem",
    "AssignmentResult",
    "Engine",
    "Incumbent",
    "solve_assignment",
]
