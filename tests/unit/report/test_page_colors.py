"""Colors of the page: whatever is written can be read, by day and by night."""

import re
from importlib.resources import files

import pytest

STYLE = (files("tsam_planner.report") / "templates" / "page.css").read_text(encoding="utf-8")
# What is written on what (rules of the style use no other pairs).
PAIRS = [
    *(("ink", ground) for ground in ("paper", "shade")),
    *(("soft", ground) for ground in ("paper", "shade")),
    ("link", "paper"),
    *(("on-heat", ground) for ground in ("idle", "light", "busy", "full", "strained")),
    ("on-over", "over"),
]


def palettes():
    """Return the colors by name: of the day, of the night, of paper."""
    day, night, paper = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    return {"day": day, "night": day | night, "paper": day | paper}


def lightness(color):
    """Return the relative luminance of a color (WCAG 2.2)."""
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", ["day", "night", "paper"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_contrast_is_enough_to_read(palette, text, ground):
    """At least 4.5 to 1, as level AA of WCAG asks for text of usual size."""
    colors = palettes()[palette]
    dark, light = sorted(lightness(colors[name]) for name in (text, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
