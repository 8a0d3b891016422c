"""Numbers in the cells of a heat map, drawn together: hundreds of texts are slow one by one."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.cm import ScalarMappable
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import PathEffectRenderer, withStroke

from tsam_planner.plotting.labels import color_on

Cell = tuple[int, int]
"""Row and column."""
_SIZE, _HALO = 8, 2.5
"""In points: letters, and the lines around those that stand on hatches."""


class CellTexts(Artist):
    """
    Short texts in the middle of cells.

    Parameters
    ----------
    texts
        Texts by cell.
    fills
        Colors of all cells, shape ``(rows, columns, 3)``; each text is black or white.
    hatched
        Cells whose hatches must not run through their texts.
    """

    def __init__(
        self,
        texts: Mapping[Cell, str],
        fills: npt.NDArray[np.float64],
        hatched: Collection[Cell],
    ) -> None:
        super().__init__()
        self.texts = dict(texts)
        self._fills = {cell: tuple(fills[cell].tolist()) for cell in self.texts}
        self._colors = {fill: color_on(fill) for fill in set(self._fills.values())}
        self._hatched = set(hatched)
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
            self._on(renderer, cell).draw_text(context, left, base, text, font, 0.0)
        context.restore()

    def _on(self, renderer: RendererBase, cell: Cell) -> RendererBase:
        if cell not in self._hatched:
            return renderer
        halo = withStroke(linewidth=_HALO, foreground=self._fills[cell])
        return PathEffectRenderer([halo], renderer)


def write_in_cells(
    ax: Axes,
    image: ScalarMappable,
    values: npt.NDArray[np.float64],
    texts: Mapping[Cell, str],
    hatched: Collection[Cell] = (),
) -> None:
    """Write texts into cells of a heat map of some values; see `CellTexts`."""
    if texts:
        written = CellTexts(texts, image.to_rgba(values)[..., :3], hatched)
        written.set_transform(ax.transData)
        ax.add_artist(written)
