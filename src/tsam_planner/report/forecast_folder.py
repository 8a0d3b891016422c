"""A forecast as a folder: what people correct, what stands behind it, and a figure."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from tsam_planner.demand.forecast import Forecast
from tsam_planner.io.folders import write_folder
from tsam_planner.io.plans import as_csv
from tsam_planner.plotting.forecast_fan import plot_forecast
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.report.pictures import all_letters

if TYPE_CHECKING:
    from matplotlib.artist import Artist

FORECAST_FILE = "forecast.csv"
"""Marks a folder that an earlier forecast wrote."""
DEMAND_FILE = "demand.csv"

# A page of small figures that can still be read.
_PANELS, _COLUMNS = 9, 3


def publish_forecast(
    forecast: Forecast, folder: Path | str, *, portfolio: Portfolio | None = None
) -> Path:
    """
    Write a forecast as a folder, whole or not at all.

    ``demand.csv`` has the format of the portfolio's table ``demand``: people correct it, put
    it into the portfolio and plan with it. ``forecast.csv`` adds ranges, ``sources.csv`` says
    where the figures come from, ``figures/forecast.png`` shows the contracts whose need
    spreads most.

    Parameters
    ----------
    forecast
        What `forecast_demand` returns.
    folder
        Where to write. An existing folder is replaced only if it is empty or holds a forecast.
    portfolio
        What the forecast was made from; it adds past weeks and allowances to the figure.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    PlanFileError
        When the folder must not be replaced or cannot be written; it is unchanged then.
    """
    files = {
        DEMAND_FILE: as_csv(_for_people(forecast.demand)),
        FORECAST_FILE: as_csv(forecast.table),
        "sources.csv": as_csv(forecast.sources),
    }
    widest = widest_contracts(forecast)
    if widest:
        files["figures/forecast.png"] = _picture(forecast, widest, portfolio)
    target = Path(folder)

    def fill(place: Path) -> None:
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)

    write_folder(target, FORECAST_FILE, fill)
    return target


def widest_contracts(forecast: Forecast, count: int = _PANELS) -> list[str]:
    """Return the contracts, no prospects, whose need spreads most for what is expected."""
    demanded = forecast.demand["contract_id"].unique()
    table = forecast.table[forecast.table["contract_id"].isin(demanded)]
    sums = table.groupby("contract_id")[["need_hours", "need_p10", "need_p90"]].sum()
    sums = sums[sums["need_hours"] > 0]
    spread = (sums["need_p90"] - sums["need_p10"]) / sums["need_hours"]
    return list(spread.sort_values(ascending=False, kind="stable").index[:count])


def _for_people(demand: pd.DataFrame) -> pd.DataFrame:
    """Return hours as a person would type them: ``3.5``, not ``3.500000``."""
    return demand.assign(need_hours=[f"{hours:.10g}" for hours in demand["need_hours"]])


@all_letters()
def _picture(forecast: Forecast, contracts: list[str], portfolio: Portfolio | None) -> bytes:
    columns = min(_COLUMNS, len(contracts))
    rows = -(-len(contracts) // columns)
    # A bare Figure needs no window system and leaves no state behind.
    figure = Figure(figsize=(5.6 * columns, 3.1 * rows + 0.9), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    legend: dict[str, Artist] = {}
    for contract_id, ax in zip(contracts, panels, strict=False):
        plot_forecast(forecast, contract_id, portfolio=portfolio, ax=ax)
        ax.get_legend().remove()
        ax.set_title(ax.get_title(loc="left"), loc="left", fontsize="medium")
        handles, labels = ax.get_legend_handles_labels()
        legend.update(zip(labels, handles, strict=True))
    for ax in panels[len(contracts) :]:
        ax.set_axis_off()
    noun = "contract" if len(contracts) == 1 else f"{len(contracts)} contracts"
    figure.suptitle(f"The {noun} whose weekly need is least certain for its size")
    figure.legend(
        list(legend.values()), list(legend), loc="outside lower center", ncols=5, frameon=False
    )
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
