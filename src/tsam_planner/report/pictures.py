"""Figures as files: pictures for folders, drawings for pages."""

import io
from collections.abc import Callable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Draw = Callable[[Axes], object]

# The same figure gives the same bytes: names of parts of a drawing follow from this.
_SALT = "tsam-planner"


def as_png(draw: Draw, size: tuple[float, float]) -> bytes:
    """Return a figure of a size in inches as PNG."""
    return _saved(draw, size, format="png", dpi=120)


def as_svg(draw: Draw, size: tuple[float, float]) -> bytes:
    """Return a figure of a size in inches as SVG that needs no fonts."""
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        return _saved(draw, size, format="svg", metadata={"Date": None})


def _saved(draw: Draw, size: tuple[float, float], **how: object) -> bytes:
    # A bare Figure needs no window system and leaves no state behind.
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.add_subplot())
    content = io.BytesIO()
    figure.savefig(content, **how)  # type: ignore[arg-type]
    return content.getvalue()
