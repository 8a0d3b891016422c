"""One page per customer who is to be asked for additional hours, to be shown to it (R46)."""

import base64
from collections.abc import Mapping

from tsam_planner.finance.evidence import Evidence, gather_evidence
from tsam_planner.plan.plan import Plan
from tsam_planner.plotting.overage_evidence import plot_overage
from tsam_planner.report.file_names import file_names
from tsam_planner.report.html import template
from tsam_planner.report.pictures import as_svg

# In inches; labels of all pages are alike.
_SIZE, _MARGINS = (7.2, 2.8), (0.62, 0.5, 0.06, 0.06)


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
    figure = as_svg(lambda ax: plot_overage(evidence, ax=ax), _SIZE, _MARGINS)
    text = template("evidence.html.j2").render(
        evidence=evidence,
        figure=base64.b64encode(figure).decode("ascii"),
        has_hours=any(case.hours is not None for case in evidence.cases),
    )
    return text.encode("utf-8")
