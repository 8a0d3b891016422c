"""HTML from templates: every text of the data escaped, style and behavior within the file."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

_TEMPLATES = files("tsam_planner.report") / "templates"


@cache
def template(name: str) -> Template:
    """Return a template of the package; ``own(file)`` in it gives a file beside it as it is."""
    environment = Environment(
        loader=PackageLoader("tsam_planner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolate"] = isolate
    environment.globals["own"] = _own
    return environment.get_template(name)


def isolate(text: str) -> str:
    """Keep a name's direction of writing to itself, where no markup can (a page's title)."""
    return f"\u2068{text}\u2069"


def _own(name: str) -> Markup:
    # Ours, not data: the only text of a page that is not escaped.
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))
