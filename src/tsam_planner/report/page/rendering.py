"""A page as one HTML file."""

import base64

from tsam_planner.report.html import template
from tsam_planner.report.page.parts import Figure, Page


def render(page: Page) -> bytes:
    """Return the file of a page; the same page gives the same bytes."""
    text = template("page.html.j2").render(page=page, as_data=_as_data)
    return text.encode("utf-8")


def _as_data(figure: Figure) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(figure.svg).decode("ascii")
