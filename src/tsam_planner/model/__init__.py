r"""
The planning page: the quarterly plan as an assignment problem.

Sets
    c ∈ C   planned contracts              m ∈ M   managers
    s ∈ S   stretches: weeks of a contract between two cuts; most contracts have one
    i ∈ I   tasks: one stretch, or those of all contracts of a company that requires one manager
    w ∈ W   weeks of the horizon           d ∈ w   weekdays of a week

Data (see `facts`)
    planned[c, w]      hours to plan: min(need, allowance)
    q[c, d], p[m, d]   contract weight and manager presence of a day, in [0, 1]
    cases[c, w]        planning figure of concurrent cases
    available[m, w], deployable[m, w], max_cases[m], max_contracts[m]
    overlap[c, m]      smallest daily overlap in hours

Derived (`stretches`, `pairs`)
    cuts of c          where its manager of today joins, leaves, or begins or ends an absence
                       of more than ``long_absence_weeks``, or where somebody suitable joins
    load[c, m, w] = planned[c, w] · Σ_d p[m, d] q[c, d] / Σ_d q[c, d]
    eligible[s, m] offering, products, language, employment, presence in the long run,
                   overlap and pins all hold

Decision (`primaries`)
    x[i, m] ∈ {0, 1}   manager m serves task i; only where every stretch of i is eligible
    u[i]    ∈ {0, 1}   nobody serves task i

Rules
    one manager at a time        Σ_m x[i, m] + u[i] = 1                         for all i
    available hours suffice      Σ_i load[i, m, w] x[i, m] ≤ available[m, w]    for all m, w
    deployable hours suffice     Σ_{w ∈ V} (Σ_i load[i, m, w] x[i, m] − deployable[m, w]) ≤ 0
                                 for all m and every V of ``averaging_weeks`` weeks in a row
    cases stay within limit      Σ_i cases[i, w] x[i, m] ≤ max_cases[m]         for all m, w
    contracts stay within limit  Σ_i |i| x[i, m] ≤ max_contracts[m]             at any time
    calls find room              Σ_i call[i, t] x[i, m] ≤ room[m, t]            for all m and
                                 parts t of the day into which calls of i must fall
    company is kept apart        Σ_{i ∈ company} x[i, m] ≤ 1, one stretch each  ``forbid``
    company is kept together     one task for all its contracts                 ``require``

Goals, in points, minimized together
    unassigned      priority · (10 · max(10, planned hours) + 200 if somebody has it today)
    handover        80 · handover weight, when m is not today's manager, and for every change
                    of hands inside the horizon, also over weeks without anybody
    company split   15 per manager beyond the first of a ``prefer`` company
    call overlap    10 · (4 − overlap)⁺
    strain          1 per hour above 85 % of deployable[m, w], 3 more above 95 %

Contracts that are cut have further tasks that take nothing, for who has them today and who
held them last (`successions`): changes of hands are groups of tasks.

Substitutes (`backups`) are a second problem, once managers are decided
    x[s, b] ∈ {0, 1}   b stands in for the manager of stretch s; eligible, and never itself
    asked[s, b, w]     hours of days on which the manager is away and b is there
    Nothing is hard but eligibility. Points for contracts without a substitute, hours that
    nobody carries beside their own books, cases above the limit, days without anybody
    beyond the response goal, several substitutes of one manager or company, changes of
    today's substitute, books stood in for beyond the own hours, and strain.

Calls (`call_times`, `calls`) are small problems of a third kind: first a usual slot for each
contract of a manager, then each week that differs. An option is a start and a person, a
resource a few minutes of that person's week.

`stretches` cuts contracts, `pairs` works out eligibility and loads, `tasks` what is handed
out in one piece, `rows` and `call_rows` the resources, `primaries` the options of the
`AssignmentProblem`. The same rules and goals are stated again, for chosen rows only, by
`verify` and `plan`; neither side reads the other.
"""
