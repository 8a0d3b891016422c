"""Numbers in the cells of a heat map, drawn together: hundreds of texts are slow one by one."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.cm import ScalarMappable
from matplotlib.font_manager import FontProperties

from tsam_planner.plotting.labels import color_on

Cell = tuple[int, int]
"""Row and column."""
Corners = list[tuple[float, float]]
_SIZE = 8
"""Of letters, in points."""


class CellTexts(Artist):
    """
    Short texts in the middle of cells.

    Parameters
    ----------
    texts
        Texts by cell.
    fills
        Colors of all cells, shape ``(rows, columns, 3)``; each text is black or white.
    """

    def __init__(
        self,
        texts: Mapping[Cell, str],
        fills: npt.NDArray[np.float64],
    ) -> None:
        super().__init__()
        self.texts = dict(texts)
        self._fills = {cell: tuple(fills[cell].tolist()) for cell in self.texts}
        self._colors = {fill: color_on(fill) for fill in set(self._fills.values())}
        # Above images and marks, and inside of the axes: the layout need not measure them.
        self.set_zorder(3)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw all texts."""
        font = FontProperties(size=_SIZE)
        # Every text stands on the same line as one with letters that reach up and down.
        _, most, below = renderer.get_text_width_height_descent("lp", font, ismath=False)
        widths = {
            text: renderer.get_text_width_height_descent(text, font, ismath=False)[0]
            for text in set(self.texts.values())
        }
        middles = self.get_transform().transform([cell[::-1] for cell in self.texts])
        _, height = renderer.get_canvas_width_height()
        context = renderer.new_gc()
        for (cell, text), (x, y) in zip(self.texts.items(), middles.tolist(), strict=True):
            fill = self._fills[cell]
            context.set_foreground(self._colors[fill])
            left, base = x - widths[text] / 2, y - most / 2 + below
            base = height - base if renderer.flipy() else base
            renderer.draw_text(context, left, base, text, font, 0.0)
        context.restore()


def write_in_cells(
    ax: Axes,
    image: ScalarMappable,
    values: npt.NDArray[np.float64],
    texts: Mapping[Cell, str],
) -> None:
    """Write texts into cells of a heat map of some values; see `CellTexts`."""
    if texts:
        written = CellTexts(texts, image.to_rgba(values)[..., :3])
        written.set_transform(ax.transData)
        ax.add_artist(written)


def squares(cells: Collection[Cell], width: float, height: float) -> list[Corners]:
    """Return the corners of boxes of a size (in cells) in the middle of cells."""
    corners = [(x * width / 2, y * height / 2) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return [[(column + x, row + y) for x, y in corners] for row, column in cells]
