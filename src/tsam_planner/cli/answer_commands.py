"""The commands of ``tsam-planner`` that answer: why, and what is different."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.cli.application import (
    DONE,
    JsonOption,
    PlanPath,
    PolicyOption,
    PortfolioPath,
    QuarterOption,
    StartOption,
    WeeksOption,
    answering,
    app,
    read_records,
)

if TYPE_CHECKING:
    from tsam_planner.plan.plan import Plan


@app.command()
@answering
def explain(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="Id of a contract.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds to look for what would make it fit.")
    ] = 25.0,
    json: JsonOption = False,
) -> int:
    """Say why this manager, why not the others, and what would make it fit."""
    from tsam_planner.io.plans import read_plan
    from tsam_planner.studies.explanation import explain as explain_contract

    records = read_records(portfolio, None)
    plan = read_plan(plan_dir, portfolio=records)
    found = explain_contract(plan, contract, seconds=time_limit)
    is_same_input = plan.input_hash == records.content_hash
    if json:
        table = found.alternatives.astype(object)
        terminal.say_json(
            {
                "contract_id": found.contract_id,
                "managers": list(found.managers),
                "reason": found.reason,
                "alternatives": table.where(table.notna(), None).to_dict("records"),
                "cheapest_plan": found.others_wait,
                "cheapest_plan_points": found.others_points,
                "repairs": [
                    {"text": row.text, "points": row.points, "manager_id": row.manager_id}
                    for row in found.repairs
                ],
                "repairs_cut": list(found.repairs_cut),
                "fits_as_it_is": found.fits_as_it_is,
                "conflicting_pins": list(found.pins),
                "is_same_input": is_same_input,
                "conflicting_pins_proven": found.pins_are_proven,
            }
        )
        return DONE
    terminal.say(str(found))
    if not is_same_input:
        terminal.say("the portfolio is not the one that the plan was made from")
    return DONE


@app.command()
@answering
def compare(
    plan_dirs: Annotated[
        list[Path], typer.Argument(metavar="PLAN_DIR PLAN_DIR...", help="Folders of plans.")
    ],
    json: JsonOption = False,
) -> int:
    """Tell plans apart: who changes hands and why, what gets better and worse."""
    from tsam_planner.errors import ArgumentError
    from tsam_planner.io.plans import read_plan
    from tsam_planner.studies.difference import compare_plans, diff_plans

    if len(plan_dirs) < 2:
        message = "name at least two folders of plans"
        raise ArgumentError(message)
    named = [folder.resolve() for folder in plan_dirs]
    for place, folder in enumerate(plan_dirs):
        if named[place] in named[:place]:
            message = f"{folder} is named twice; name folders of different plans"
            raise ArgumentError(message)
    plans = {str(folder): read_plan(folder) for folder in plan_dirs}
    first, *others = plans.items()
    strangers = [
        name for name, plan in others if not _have_a_contract_in_common(first[1], plan)
    ]
    differences = {
        name: diff_plans(first[1], plan) for name, plan in others if name not in strangers
    }
    if json:
        related = {name: plan for name, plan in plans.items() if name not in strangers}
        terminal.say_json(
            {
                "plans": compare_plans(related).astype(object).to_dict("records"),
                "moves": {
                    name: item.moves.astype(object).to_dict("records")
                    for name, item in differences.items()
                },
                "nothing_in_common": strangers,
            }
        )
        return DONE
    for name, item in differences.items():
        terminal.say_section(f"{first[0]} -> {name}", item.summary)
        if not item.weeks:
            continue
        terminal.say_section("Customers to tell", [", ".join(item.customers_to_tell) or "none"])
        rows = item.moves[item.moves["kind"] == "changes hands"].to_dict("records")
        moves = [
            f"{row['contract_id']}: {row['from_managers']} -> {row['to_managers']} "
            f"({row['reason']})"
            for row in rows
        ]
        terminal.say_section("Changes of hands", moves)
        figures = [
            f"{row['figure']}: {row['before']:,.2f} -> {row['after']:,.2f}"
            for row in item.figures.to_dict("records")
            if abs(row["change"]) > 1e-9
        ]
        terminal.say_section("Figures", figures)
    for name in strangers:
        nothing = "The plans have no contract in common: nothing is compared."
        terminal.say_section(f"{first[0]} -> {name}", [nothing])
    return DONE


def _have_a_contract_in_common(plan: "Plan", other: "Plan") -> bool:
    """Say whether two plans are about the same customers: else all is new and all is gone."""
    own, its = (set(item.assignments["contract_id"]) for item in (plan, other))
    return not own.isdisjoint(its)


@app.command()
@answering
def staff(
    portfolio: PortfolioPath,
    quarter: QuarterOption = None,
    start: StartOption = None,
    weeks: WeeksOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write, such as staffing.csv.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for each of the searches.")
    ] = 30.0,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> int:
    """Say whom to hire by when, so that everything is served."""
    from tsam_planner.io.folders import write_file
    from tsam_planner.io.plans import as_csv
    from tsam_planner.planning.recipe import make_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.studies.hiring import staffing

    options = SolveOptions(time_limit=time_limit)
    plan = make_plan(
        read_records(portfolio, policy),
        quarter=quarter,
        start=start,
        weeks=weeks,
        options=options,
    )
    found = staffing(plan, options=options)
    if out is not None:
        write_file(out, as_csv(found.table))
    if json:
        table = found.table.assign(
            **{
                name: found.table[name].dt.strftime("%Y-%m-%d")
                for name in ("needed_by", "hire_by")
            }
        )
        terminal.say_json(
            {
                "staffing": table.to_dict("records"),
                "hires": dict(found.team.hires),
                "at_least": found.team.least,
                "unserved_now": list(found.unserved_now),
                "unserved_then": list(found.team.unserved),
                "leavers": {name: str(day) for name, day in found.leavers.items()},
            }
        )
        return DONE
    for sentence in found.summary:
        terminal.say(sentence)
    if out is not None:
        terminal.say(f"Written to {out}")
    return DONE


@app.command()
@answering
def replan(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the new plan to.")],
    from_week: Annotated[
        str | None, typer.Option("--from", help="Monday from which on to plan again.")
    ] = None,
    max_handovers: Annotated[
        int | None,
        typer.Option(
            "--max-handovers",
            help="Contracts that may get another manager, published changes included.",
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for the search.")
    ] = 60.0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no summary.")] = False,
    json: JsonOption = False,
) -> int:
    """Plan the weeks that are left, keeping what was published wherever it can be kept."""
    from tsam_planner.cli.plans import show_plan
    from tsam_planner.io.decision_files import read_decisions, write_decisions
    from tsam_planner.io.plan_folders import check_plan_folder
    from tsam_planner.io.plans import add_to_plan, as_csv, read_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.report.publication import StressTest, publish_plan
    from tsam_planner.studies.difference import diff_plans
    from tsam_planner.studies.replanning import replan as replan_plan

    check_plan_folder(out)
    published, record = read_plan(plan_dir), read_decisions(plan_dir)
    plan = replan_plan(
        published,
        from_week,
        portfolio=read_records(portfolio, None),
        record=record,
        max_handovers=max_handovers,
        options=SolveOptions(time_limit=time_limit),
    )
    changes = diff_plans(published, plan)
    stress = StressTest(plan)
    publish_plan(plan, out, stress=stress)
    add_to_plan(out, {"changes.csv": as_csv(changes.moves)})
    if record.entries and not read_decisions(out).entries:
        write_decisions(record, out)
    if not quiet:
        show_plan(plan, stress.absences.summary, stress.risk.summary, out, json=json)
        if not json:
            terminal.say_section("To announce (changes.csv)", changes.summary)
    return DONE
