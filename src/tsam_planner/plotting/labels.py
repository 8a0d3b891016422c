"""Names and cells in figures: what people wrote is shown as text, never as a formula."""

import unicodedata
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend
from matplotlib.transforms import ScaledTranslation
from matplotlib.typing import ColorType

# As text properties: a pair of dollar signs is no formula.
PLAIN: dict[str, Any] = {"parse_math": False}
BLACK, GRAY, PALE = "0.15", "0.45", "0.88"
# In inches: a row of a table of managers, and what stands above and below it.
ROW, MARGIN = 0.27, 1.9
_LONGEST = 28
_BAR_HEIGHT, _BAR_WIDTH = 5.0, 0.2


def name_of(text: object, *, most: int = _LONGEST) -> str:
    r"""
    Return a name of the data on one line, without control characters, and not too long.

    Examples
    --------
    >>> name_of("M-1")
    'M-1'
    >>> name_of("a name\nof two lines"), name_of("x" * 40, most=5)
    ('a name of two lines', 'xxxx…')
    """
    words = " ".join(str(text).split())
    shown = "".join(c for c in words if not unicodedata.category(c).startswith("C"))
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def listed(names: list[str], *, most: int) -> str:
    """
    Return names in a row, the first few of them.

    Examples
    --------
    >>> listed(["C-1", "C-2", "C-3"], most=2)
    'C-1, C-2, +1'
    """
    shown = [name_of(name) for name in names[:most]]
    more = [f"+{len(names) - most}"] if len(names) > most else []
    return ", ".join(shown + more)


def percent(share: float) -> str:
    """
    Return a share in whole percent.

    Examples
    --------
    >>> percent(0.766)
    '77 %'
    """
    return f"{100 * share:.0f} %"


def color_on(color: ColorType) -> str:
    """
    Return black or white, whichever is better read on a color.

    Examples
    --------
    >>> color_on("yellow"), color_on("darkblue")
    ('black', 'white')
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(color)
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # Where contrast against black and against white is the same (WCAG).
    return "black" if light > 0.179 else "white"


def heat_map_size(managers: int, weeks: int) -> tuple[float, float]:
    """Return the size in inches at which cells and color bar of a heat map can be read."""
    return (3 + 0.55 * max(weeks, 8), MARGIN + ROW * max(managers, 6))


def add_color_bar(ax: Axes, image: ScalarMappable, label: str) -> Colorbar:
    """Add a color bar of the same size whatever the height of the figure."""
    height = ax.figure.bbox.height / ax.figure.dpi
    inches = min(_BAR_HEIGHT, 0.8 * height)
    return ax.figure.colorbar(
        image,
        ax=ax,
        label=label,
        shrink=inches / height,
        aspect=inches / _BAR_WIDTH,
        extendfrac=0.06,
        anchor=(0.0, 1.0),
    )


def label_rows(ax: Axes, names: list[str]) -> None:
    """Name the rows of a table; where it is long, name its columns above it, too."""
    ax.set_yticks(range(len(names)), [name_of(name) for name in names], **PLAIN)
    ax.tick_params(axis="x", top=len(names) > 30, labeltop=len(names) > 30)
    # No label stands beside the names: all of them would be measured to find its place.
    ax.yaxis.set_label_coords(0, 0.5)


def legend_below(ax: Axes, inches: float, **how: Any) -> Legend:  # noqa: ANN401
    """Put the legend so far below axes, whatever their height."""
    shift = ScaledTranslation(0, -inches, ax.figure.dpi_scale_trans)
    return ax.legend(
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + shift,
        borderaxespad=0,
        frameon=False,
        **how,
    )


def say_nothing_to_draw(ax: Axes, title: str) -> Axes:
    """Leave the axes empty below a title that says why."""
    ax.set_title(title, loc="left", **PLAIN)
    ax.set_axis_off()
    return ax


def small_font() -> float:
    """Return the size of letters inside of a figure, in points."""
    return 0.8 * float(mpl.rcParams["font.size"])
