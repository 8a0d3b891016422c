"""The parts of the whole command, by the names under which they are called."""

# Parts of the search for a plan; while they run, all threads of the process are theirs.
SEARCHED: dict[str, tuple[tuple[str, str], ...]] = {
    "reading": (("cli.commands", "read_records"),),
    "facts": (("planning.recipe", "gather_facts"), ("planning.recipe", "assess_contracts")),
    "model": (("planning.primaries", "model_primaries"),),
    "search": (("planning.searches:Searcher", "primaries"),),
    "reasons": (("planning.primaries", "decide"),),
    "model of substitutes": (("planning.backups", "model_backups"),),
    "search of substitutes": (("planning.searches:Searcher", "backups"),),
    "calls": (("planning.recipe", "place_calls"),),
    "checking": (("planning.recipe", "verify_decisions"),),
    "notices": (("planning.recipe", "warnings_of"),),
    "tables": (("planning.recipe", "build_plan"),),
}
WRITTEN: dict[str, tuple[tuple[str, str], ...]] = {
    part: tuple(("report.publication", name) for name in names)
    for part, names in {
        "workbook": ("plan_workbook",),
        "calendars": ("calendar_files",),
        "evidence": ("evidence_pages",),
        "absences": ("examine_absences",),
        "figures": ("draw_figures",),
        "futures": ("draw_demand",),
        "risk": ("assess_risk",),
        "page": ("plan_page",),
        "money": ("offers_table", "estimate_revenue", "revenue_files"),
        "writing": ("as_csv", "write_plan"),
    }.items()
}
PARTS = SEARCHED | WRITTEN
WHOLE = "whole"
