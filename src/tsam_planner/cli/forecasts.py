"""What `forecast` shows: how much is needed, what that rests on, and what to do next."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tsam_planner.cli import terminal
from tsam_planner.demand.overview import overview_of, summarize_forecast
from tsam_planner.report.forecast_folder import DEMAND_FILE

if TYPE_CHECKING:
    from tsam_planner.demand.forecast import Forecast
    from tsam_planner.portfolio.portfolio import Portfolio


def show_forecast(
    forecast: "Forecast", portfolio: "Portfolio", source: Path, folder: Path, *, json: bool
) -> None:
    """Show total need with its range, the sources, and the next step."""
    horizon = forecast.horizon
    if json:
        terminal.say_json(
            {
                "start": horizon.start.isoformat(),
                "weeks": horizon.weeks,
                **asdict(overview_of(forecast)),
                "draws": forecast.draws.count,
                "seed": forecast.draws.seed,
                "warnings": list(forecast.warnings),
                "written": str(folder),
            }
        )
        return
    terminal.say_pairs(list(summarize_forecast(forecast)))
    terminal.say_section("Good to know", forecast.warnings)
    terminal.say(
        f"\nWritten to {folder}. Next: correct {folder / DEMAND_FILE} where you know better, "
        f"make it the table demand of {source}, and plan."
    )
    others = sum(horizon.week_of(row.week) is None for row in portfolio.demand)
    if others:
        rows = "1 row" if others == 1 else f"{others:,} rows"
        terminal.say(f"Keep the {rows} of the present table demand with other weeks.")
