"""Figures: one line per series, with the range over the seeds; safe for color-blind eyes."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

# Okabe and Ito; every series has a marker of its own, too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

Series = Mapping[str, Mapping[float, Sequence[float]]]


def draw_lines(
    series: Series,
    path: Path,
    *,
    title: str,
    x_label: str,
    y_label: str,
    floor: float,
) -> None:
    """
    Draw the median of each series over x, both on log axes.

    Values below ``floor`` (> 0) are drawn there, as 0 has no place on a log axis.
    """
    # Imported here: running cells needs no figures.
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
    for place, (name, points) in enumerate(series.items()):
        xs = sorted(x for x, values in points.items() if values)
        if not xs:
            continue
        middle = [max(statistics.median(points[x]), floor) for x in xs]
        low = [max(min(points[x]), floor) for x in xs]
        high = [max(max(points[x]), floor) for x in xs]
        color, marker = COLORS[place % 7], MARKERS[place % 7]
        axes.plot(xs, middle, color=color, marker=marker, label=name)
        axes.fill_between(xs, low, high, color=color, alpha=0.15, linewidth=0)
    axes.set(xscale="log", yscale="log", title=title, xlabel=x_label, ylabel=y_label)
    axes.set_ylim(bottom=floor * 0.8)
    ticks = sorted({x for points in series.values() for x in points})
    axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(visible=True, alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)
