"""The command of ``tsam-planner`` that writes a plan's page again, for another reader."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.cli.application import (
    DONE,
    PlanPath,
    PortfolioPath,
    answering,
    app,
    read_records,
)
from tsam_planner.cli.pseudonyms import KeyFile, PseudonymizeOption


class View(StrEnum):
    """Who reads a page."""

    LEADERSHIP = "leadership"
    WORKS_COUNCIL = "works-council"


@app.command()
@answering
def report(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    out: Annotated[Path, typer.Option("--out", help="File to write, such as report.html.")],
    view: Annotated[
        View, typer.Option("--view", help="For whom: works-council shows no person.")
    ] = View.LEADERSHIP,
    hiring: Annotated[
        bool, typer.Option("--hiring", help="Add whom to hire, and what each hire is worth.")
    ] = False,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for each search of --hiring.")
    ] = 20.0,
    pseudonymous: Annotated[
        bool, typer.Option("--pseudonymous", help="Ids in place of names.")
    ] = False,
    pseudonymize: PseudonymizeOption = None,
) -> int:
    """Write the page of a plan: for leadership, or for the works council."""
    from tsam_planner.io.folders import write_file
    from tsam_planner.io.plans import read_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.report.page.leadership import plan_page
    from tsam_planner.report.page.works_council import works_council_page
    from tsam_planner.studies.hiring import staffing
    from tsam_planner.studies.pseudonymous_plans import pseudonymize_plan
    from tsam_planner.studies.sell_or_hire import sell_or_hire

    key_file = KeyFile(pseudonymize, out) if pseudonymize else None
    plan = read_plan(plan_dir, portfolio=read_records(portfolio, None))
    if key_file:
        plan = key_file.hide(plan, pseudonymize_plan)
    if view is View.WORKS_COUNCIL:
        write_file(out, works_council_page(plan))
    else:
        options = SolveOptions(time_limit=time_limit)
        page = plan_page(
            plan,
            hours=sell_or_hire(plan, options=options) if hiring else None,
            staffing=staffing(plan, options=options) if hiring else None,
            pseudonymous=pseudonymous,
        )
        write_file(out, page)
    terminal.say(f"Written to {out}")
    return DONE
