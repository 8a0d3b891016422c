"""Figures as files: pictures for folders, drawings for pages."""

import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

Draw = Callable[[Axes], object]
Margins = tuple[float, float, float, float]
"""Inches left, below, right and above."""

# The same figure gives the same bytes: names of parts of a drawing follow from this.
_SALT = "tsam-planner"
_DOTS_PER_INCH = 120


def as_png(draw: Draw, size: tuple[float, float]) -> bytes:
    """Return a figure of a size in inches as PNG."""
    figure = _drawn(draw, size, dpi=_DOTS_PER_INCH)
    # To save a figure is to draw it twice, once without a picture: for its layout alone.
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    content = io.BytesIO()
    # Nothing shines through. Level 3 takes a third less time than 6 and a twentieth more room.
    dpi = (_DOTS_PER_INCH, _DOTS_PER_INCH)
    picture.convert("RGB").save(content, format="png", dpi=dpi, compress_level=3)
    return content.getvalue()


def as_svg(draw: Draw, size: tuple[float, float], margins: Margins | None = None) -> bytes:
    """
    Return a figure of a size in inches as SVG that needs no fonts.

    Given margins save the search for the smallest ones, which takes as long as the drawing.
    """
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        canvas = FigureCanvasSVG(_drawn(draw, size, margins=margins))
        canvas.print_svg(content, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return content.getvalue()


def _drawn(
    draw: Draw,
    size: tuple[float, float],
    *,
    dpi: float | None = None,
    margins: Margins | None = None,
) -> Figure:
    # A bare Figure needs no window system and leaves no state behind.
    figure = Figure(figsize=size, dpi=dpi, layout=None if margins else "constrained")
    if margins:
        (width, height), (left, bottom, right, top) = size, margins
        figure.subplots_adjust(
            left / width, bottom / height, 1 - right / width, 1 - top / height
        )
    draw(figure.add_subplot())
    return figure
