"""How the site is built from the pages of this folder and from docstrings."""

from importlib.metadata import version as version_of

from pydantic import BaseModel
from sphinx.application import Sphinx

from tsam_planner import Policy

project = "tsam-planner"
version = release = version_of("tsam-planner")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
templates_path = ["_templates"]
exclude_patterns = ["_templates"]
# A block without a language is a file, a command or a formula, not Python.
highlight_language = "text"

# Headings get the anchors that code hosts give them, so that links work in both places.
myst_heading_anchors = 4

# Names in single backticks of docstrings are links where there is something to link to.
default_role = "py:obj"
add_module_names = False
napoleon_google_docstring = False
autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_member_order = "bysource"
# Docstrings have no types: signatures have them.
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"

python_use_unqualified_type_names = True

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_title = f"tsam-planner {version}"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False


def shorten_signature(
    app: Sphinx, what: str, name: str, item: object, options: object, *signature: str | None
) -> tuple[str, None] | None:
    """Leave out the signature of records: up to forty fields, each with its default."""
    return ("", None) if is_record(item) else None


def list_fields(
    app: Sphinx, what: str, name: str, item: object, options: object, lines: list[str]
) -> None:
    """Say the fields of records, which have no docstring of their own."""
    if item is Policy:
        lines.append("")
        for statement in Policy().statements():
            key, _, said = str(statement).partition(" ")
            lines.append(f"* ``{key}`` {said}")
    elif is_record(item):
        lines += ["", "Fields: " + ", ".join(f"``{field}``" for field in item.model_fields)]


def is_record(item: object) -> bool:
    """Return whether something is a class whose instances are checked when made."""
    return isinstance(item, type) and issubclass(item, BaseModel)


def setup(app: Sphinx) -> dict[str, bool]:
    """Have docstrings of records completed; pages may be built side by side."""
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-process-docstring", list_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
