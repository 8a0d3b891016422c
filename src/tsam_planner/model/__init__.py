r"""
The planning page: the quarterly plan as an assignment problem.

Sets
    c ∈ C   planned contracts              m ∈ M   managers
    i ∈ I   tasks: one contract, or all contracts of a company that requires one manager
    w ∈ W   weeks of the horizon           d ∈ w   weekdays of a week

Data (see `facts`)
    planned[c, w]      hours to plan: min(need, allowance)
    q[c, d], p[m, d]   contract weight and manager presence of a day, in [0, 1]
    cases[c, w]        planning figure of concurrent cases
    available[m, w], deployable[m, w], max_cases[m], max_contracts[m]
    overlap[c, m]      smallest daily overlap in hours

Derived (`pairs`)
    load[c, m, w] = planned[c, w] · Σ_d p[m, d] q[c, d] / Σ_d q[c, d]
    eligible[c, m] offering, products, language, employment, overlap and pins all hold

Decision (`primaries`)
    x[i, m] ∈ {0, 1}   manager m serves task i; only where every contract of i is eligible
    u[i]    ∈ {0, 1}   nobody serves task i

Rules
    one manager at a time        Σ_m x[i, m] + u[i] = 1                         for all i
    available hours suffice      Σ_i load[i, m, w] x[i, m] ≤ available[m, w]    for all m, w
    deployable hours suffice     Σ_{w ∈ V} (Σ_i load[i, m, w] x[i, m] − deployable[m, w]) ≤ 0
                                 for all m and every V of ``averaging_weeks`` weeks in a row
    cases stay within limit      Σ_i cases[i, w] x[i, m] ≤ max_cases[m]         for all m, w
    contracts stay within limit  Σ_i |i| x[i, m] ≤ max_contracts[m]             for all m
    company is kept apart        Σ_{i ∈ company} x[i, m] ≤ 1                    ``forbid``
    company is kept together     one task for all its contracts                 ``require``

Goals, in points, minimized together
    unassigned      priority · (10 · max(10, planned hours) + 200 if somebody has it today)
    handover        80 · handover weight, when m is not today's manager
    company split   15 per manager beyond the first of a ``prefer`` company
    call overlap    10 · (4 − overlap)⁺
    strain          1 per hour above 85 % of deployable[m, w], 3 more above 95 %

`pairs` works out eligibility and loads, `tasks` what is handed out in one piece,
`primaries` the options and rows of the `AssignmentProblem`. The same rules and goals are
stated again, for chosen rows only, by `verify` and `plan`; neither side reads the other.
"""
