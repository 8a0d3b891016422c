"""The figure of the whole command: processor seconds and memory over size."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.figures import COLORS, MARKERS
from benchmarks.harness.store import Row
from benchmarks.harness.tables import group
from benchmarks.load_names import WHOLE

_SHOWN = 6


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw the whole, and the parts that take most at the largest size, on log axes."""
    # Imported here: running needs no figures.
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11.0, 4.8), layout="constrained")
    by_part = {part: _points(of) for (part,), of in group(rows, "method").items()}
    whole = by_part.pop(WHOLE)
    costly = sorted(by_part, key=lambda part: by_part[part][-1][1], reverse=True)[:_SHOWN]
    for place, (part, points) in enumerate(
        [(WHOLE, whole), *((p, by_part[p]) for p in costly)]
    ):
        sizes, seconds = [point[0] for point in points], [point[1] for point in points]
        color = "black" if part == WHOLE else COLORS[place - 1]
        left.plot(sizes, seconds, color=color, marker=MARKERS[place], label=part)
    sizes, memory = [point[0] for point in whole], [point[2] for point in whole]
    right.plot(sizes, memory, color="black", marker=MARKERS[0], label="most memory held")
    for axes, values, unit in (
        (left, [point[1] for point in whole], "processor seconds"),
        (right, memory, "MiB"),
    ):
        # What is linear is parallel to this line.
        line = [values[-1] * size / sizes[-1] for size in sizes]
        axes.plot(sizes, line, color="gray", linestyle=":", label="linear")
        axes.set(xscale="log", yscale="log", xlabel="contracts", ylabel=unit)
        axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
        axes.minorticks_off()
        axes.grid(visible=True, alpha=0.3)
        axes.legend(frameon=False)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _points(rows: Sequence[Row]) -> list[tuple[float, float, float]]:
    """Return contracts, processor seconds and memory, in order of size."""
    return sorted(
        (
            float(row["contracts"]),
            max(float(row["processor_seconds"]), 0.01),
            float(row["peak_mb"]),
        )
        for row in rows
    )
