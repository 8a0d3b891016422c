"""One page per customer who is to be asked for additional hours, to be shown to it (R46)."""

import base64
import io
from collections.abc import Mapping
from functools import cache

import matplotlib as mpl
import matplotlib.pyplot as plt
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tsam_planner.finance.evidence import Evidence, gather_evidence
from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.overage_evidence import plot_overage
from tsam_planner.report.file_names import file_names

# The same evidence gives the same bytes: names of parts of a figure follow from this.
_SALT = "evidence"


def evidence_pages(plan: Plan) -> Mapping[str, bytes]:
    """
    Return the page of every customer who is to be asked, by file name.

    A page holds nothing of the vendor's own: no names of managers, no other customers.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    found = gather_evidence(plan)
    names = file_names([evidence.contract_id for evidence in found])
    return {
        f"{names[evidence.contract_id]}.html": render_evidence(evidence) for evidence in found
    }


def render_evidence(evidence: Evidence) -> bytes:
    """Return one page: HTML that needs nothing else, every text escaped."""
    text = _template().render(
        evidence=evidence,
        figure=base64.b64encode(_figure(evidence)).decode("ascii"),
        has_hours=any(case.hours is not None for case in evidence.cases),
    )
    return text.encode("utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tsam_planner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolate"] = isolate
    return environment.get_template("evidence.html.j2")


def isolate(text: str) -> str:
    """Keep a name's direction of writing to itself, where no markup can (a page's title)."""
    return f"\u2068{text}\u2069"


def _figure(evidence: Evidence) -> bytes:
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
        plot_overage(evidence, ax=ax)
        content = io.BytesIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
        plt.close(figure)
    return content.getvalue()
