"""The commands of ``tsam-planner`` about money: revenue, and sell or hire."""

from pathlib import Path
from typing import Annotated

import typer

from tsam_planner.cli import terminal
from tsam_planner.cli.application import (
    DONE,
    JsonOption,
    PlanPath,
    PortfolioPath,
    answering,
    app,
    read_records,
)


@app.command()
@answering
def revenue(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    rates: Annotated[
        Path | None, typer.Option("--rates", help="Rate card (CSV) to use instead.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="First month, such as 2027-01 or FY2027-04.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    fiscal_year_start: Annotated[
        str, typer.Option("--fiscal-year-start", help="Month and day, such as 10-01.")
    ] = "01-01",
    currency: Annotated[
        str | None,
        typer.Option("--currency", help="Add all up in it, by the portfolio's exchange_rates."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of possible futures.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the futures.")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to; else the plan's own.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Estimate what additional hours bring, month by month."""
    from tsam_planner.cli.revenue import show_revenue
    from tsam_planner.finance.readings import compare_readings
    from tsam_planner.finance.revenue import estimate_revenue
    from tsam_planner.io.plans import read_plan
    from tsam_planner.io.revenue_files import write_revenue
    from tsam_planner.portfolio.exchange import Exchange
    from tsam_planner.service.rates import RateCard

    records = read_records(portfolio, None)
    plan = read_plan(plan_dir, portfolio=records)
    card = RateCard.read(rates) if rates else None
    months = named_months(first, last)
    exchange = Exchange.of(currency, records.exchange_rates) if currency else None
    result = estimate_revenue(
        records,
        plan,
        rates=card,
        months=months,
        fiscal_year_start=fiscal_year_start,
        draws=draws,
        seed=seed,
    )
    readings = compare_readings(
        records,
        plan,
        rates=card,
        months=months,
        fiscal_year_start=fiscal_year_start,
        draws=draws,
        seed=seed,
    )
    if exchange:
        # A rate that is missing is told before anything is written.
        result.in_currency(exchange)
    folder = out or plan_dir
    write_revenue(result, readings, folder)
    show_revenue(result, readings, exchange, folder, json=json)
    return DONE


@app.command()
@answering
def reconcile(
    portfolio: PortfolioPath,
    forecast: Annotated[
        Path, typer.Argument(metavar="REVENUE", help="A revenue.csv, or a plan's folder.")
    ],
    first: Annotated[str, typer.Option("--from", help="First month, such as 2026-10.")],
    last: Annotated[str, typer.Option("--to", help="Last month.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    fiscal_year_start: Annotated[
        str, typer.Option("--fiscal-year-start", help="Month and day, such as 10-01.")
    ] = "01-01",
    currency: Annotated[
        str | None,
        typer.Option("--currency", help="Add all up in it, by the portfolio's exchange_rates."),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Bridge a frozen forecast of revenue to what was billed, and sort every hour."""
    from tsam_planner.cli.reconcile import show_reconciliation
    from tsam_planner.finance.months import name_months
    from tsam_planner.finance.reconciliation import reconcile as bridge
    from tsam_planner.io.frozen_forecasts import read_revenue
    from tsam_planner.io.revenue_files import write_reconciliation
    from tsam_planner.portfolio.exchange import Exchange

    records = read_records(portfolio, None)
    months = name_months(first, last, fiscal_year_start)
    result = bridge(records, read_revenue(forecast), months)
    exchange = Exchange.of(currency, records.exchange_rates) if currency else None
    if exchange:
        # A rate that is missing is told before anything is written.
        result.in_currency(exchange)
    write_reconciliation(result, out)
    show_reconciliation(result, exchange, out, json=json)
    return DONE


@app.command("sell-or-hire")
@answering
def sell_or_hire_(
    portfolio: PortfolioPath,
    plan_dir: PlanPath,
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds for each profile.")
    ] = 20.0,
    json: JsonOption = False,
) -> int:
    """Tell hours to be sold from hours to hire for, and what each hire is worth."""
    from tsam_planner.io.plans import add_to_plan, as_csv, read_plan
    from tsam_planner.planning.searches import SolveOptions
    from tsam_planner.studies.sell_or_hire import sell_or_hire

    records = read_records(portfolio, None)
    plan = read_plan(plan_dir, portfolio=records)
    result = sell_or_hire(plan, options=SolveOptions(time_limit=time_limit))
    files = {"sell_or_hire.csv": as_csv(result.hours), "hires.csv": as_csv(result.hires)}
    add_to_plan(plan_dir, files)
    if json:
        terminal.say_json(
            {
                "hours": result.hours.to_dict("records"),
                "hires": result.hires.astype(object)
                .where(result.hires.notna(), None)
                .to_dict("records"),
                "summary": list(result.summary),
            }
        )
        return DONE
    for sentence in result.summary:
        terminal.say(sentence)
    terminal.say(f"Written to {plan_dir} (sell_or_hire.csv, hires.csv)")
    return DONE


def named_months(first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the months that a call names; one alone is both."""
    if first is None and last is None:
        return None
    return first or last or "", last or first or ""
