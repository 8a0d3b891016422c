"""Figures as files: pictures for folders, drawings for pages."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from PIL import Image

Draw = Callable[[Axes], object]
Margins = tuple[float, float, float, float]
"""Inches left, below, right and above."""

# The same figure gives the same bytes: names of parts of a drawing follow from this.
_SALT = "tsam-planner"
_DOTS_PER_INCH = 120
# Matplotlib before 3.10 draws no more dots in one direction, and few programs show more.
_MOST_DOTS = 2**16 - 1
# The usual font has no letters of East Asia. Of those that have, the first one counts that is
# installed: of Linux, Windows and macOS, in this order.
_FURTHER_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "IPAexGothic", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Arial Unicode MS",
)  # fmt: skip
_MISSING_LETTER = r"Glyph .* missing from|Matplotlib currently does not support"


def as_png(draw: Draw, size: tuple[float, float]) -> bytes:
    """Return a figure of a size in inches as PNG, a very long one with fewer dots per inch."""
    dots = min(_DOTS_PER_INCH, int(_MOST_DOTS / max(size)))
    with all_letters():
        # To save a figure is to draw it twice, once without a picture: for its layout alone.
        canvas = FigureCanvasAgg(_drawn(draw, size, dpi=dots))
        canvas.draw()  # type: ignore[no-untyped-call]
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    content = io.BytesIO()
    # Nothing shines through. Level 3 takes a third less time than 6 and a twentieth more room.
    picture.convert("RGB").save(content, format="png", dpi=(dots, dots), compress_level=3)
    return content.getvalue()


def as_svg(draw: Draw, size: tuple[float, float], margins: Margins | None = None) -> bytes:
    """
    Return a figure of a size in inches as SVG that needs no fonts.

    Given margins save the search for the smallest ones, which takes as long as the drawing.
    """
    content = io.BytesIO()
    with all_letters(), mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        canvas = FigureCanvasSVG(_drawn(draw, size, margins=margins))
        canvas.print_svg(content, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return content.getvalue()


@contextmanager
def all_letters() -> Iterator[None]:
    """Draw letters that the usual font has not by another one, else as boxes in silence."""
    installed = set(fontManager.get_font_names())
    further = [name for name in _FURTHER_FONTS if name in installed]
    with (
        mpl.rc_context({"font.family": [*mpl.rcParams["font.family"], *further]}),
        warnings.catch_warnings(),
    ):
        # Nobody who makes a plan can do anything about it; tables and pages have the letters.
        warnings.filterwarnings("ignore", message=_MISSING_LETTER)
        yield


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
