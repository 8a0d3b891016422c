"""A page as one HTML file: style, behavior and pictures within, every text escaped."""

import base64
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from tsam_planner.report.page.parts import Figure, Page

_TEMPLATES = files("tsam_planner.report") / "templates"


def render(page: Page) -> bytes:
    """Return the file of a page; the same page gives the same bytes."""
    return _template().render(page=page).encode("utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tsam_planner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = _own("page.css")
    environment.globals["behavior"] = _own("page.js")
    environment.filters["as_data"] = _as_data
    return environment.get_template("page.html.j2")


def _own(name: str) -> Markup:
    # Ours, not data: the only text of a page that is not escaped.
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def _as_data(figure: Figure) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(figure.svg).decode("ascii")
