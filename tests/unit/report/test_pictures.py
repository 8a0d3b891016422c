"""Figures as files: letters that the usual font has not."""

import io

import pytest
from PIL import Image

from tsam_planner.report import pictures
from tsam_planner.report.pictures import as_png, as_svg

SIZE = 2.0, 1.0


def titled(text):
    """Return a function that draws nothing but a title."""
    return lambda ax: ax.set_title(text)


@pytest.mark.parametrize("draw_as", [as_png, as_svg])
def test_a_letter_that_no_font_has_is_no_complaint(draw_as, monkeypatch):
    """Any warning is an error in tests; without a font for it, there is a box."""
    monkeypatch.setattr(pictures, "_FURTHER_FONTS", ())
    assert draw_as(titled("\u5951\u7d04"), SIZE)


@pytest.mark.parametrize("draw_as", [as_png, as_svg])
def test_a_letter_is_drawn_by_the_next_font_that_has_it(draw_as, monkeypatch):
    """A watch is not in DejaVu Sans, the usual font, but in STIX; both come with Matplotlib."""
    drawn = []
    for fonts in (), ("Nobody's Font",), ("Nobody's Font", "STIXGeneral"):
        monkeypatch.setattr(pictures, "_FURTHER_FONTS", fonts)
        drawn.append(draw_as(titled("\u231a"), SIZE))
    without, unknown, further = drawn
    assert without == unknown != further


def test_further_fonts_change_nothing_where_they_are_not_needed(monkeypatch):
    """What the usual font has looks the same on every machine."""
    with_them = as_png(titled("C-1"), SIZE)
    monkeypatch.setattr(pictures, "_FURTHER_FONTS", ("STIXGeneral",))
    assert as_png(titled("C-1"), SIZE) == with_them


def test_a_figure_of_any_length_is_drawn():
    """
    Not all Matplotlib draws 65,536 dots in a row, nor do all programs show them.

    600 inches are a table of some 2,200 managers, each 0.27 inches high, and 72,000 dots at 120
    per inch; 65,535 / 600 = 109 are left.
    """
    picture = Image.open(io.BytesIO(as_png(titled("C-1"), (2.0, 600.0))))
    assert picture.size == (2 * 109, 600 * 109)
