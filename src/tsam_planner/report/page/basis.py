"""What the plan stands on: data, assumptions, readings, rules; and how it was computed."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tsam_planner.errors import Problem
from tsam_planner.plan.plan import Plan
from tsam_planner.plan.summary import proof
from tsam_planner.proof import StopReason
from tsam_planner.report.page.decided import sureness
from tsam_planner.report.page.material import Material
from tsam_planner.report.page.parts import Section, Table, number, table, word
from tsam_planner.service.policy import Statement
from tsam_planner.service.rules import readings_in_force, rules_in_force
from tsam_planner.words import counted

# Searches that end so end alike on every machine, where one worker does them.
_ALIKE = (StopReason.PROVEN_OPTIMAL, StopReason.GAP_REACHED, StopReason.WORK_LIMIT)


def basis(material: Material) -> Section:
    """Return the section about data, assumptions, readings and rules."""
    plan = material.plan
    findings = material.facts.portfolio.findings
    changed = [item for item in plan.policy.statements() if item.changed]
    title = (
        f"{counted(len(findings), 'finding')} in the data; "
        f"{counted(len(changed), 'number or reading', 'numbers or readings')} of rules changed"
    )
    return Section(
        anchor="basis",
        name="What it stands on",
        title=title,
        sentences=plan.warnings,
        tables=(
            *_findings(findings),
            _sources(material),
            *_statements(
                "Changed by the policy: numbers and readings that are not the usual ones",
                changed,
            ),
            *_statements(
                "Assumptions: where the service description is silent",
                plan.policy.assumptions(),
                is_folded=True,
            ),
            _readings(material),
            _rules(material),
        ),
    )


def method(material: Material) -> Section:
    """Return the section about the search and its proof, for who has to defend the plan."""
    plan = material.plan
    return Section(
        anchor="method",
        name="How it was computed",
        title=f"Managers: {proof(plan)}",
        sentences=(
            sureness(material),
            "Every rule was checked again by arithmetic that does not know the solver; a plan "
            "that breaks one is never written.",
            "Managers are chosen first, then substitutes, then calls; each search takes what "
            f"was decided before as given. Substitutes: {plan.backup_proof}.",
            _again(plan),
        ),
        tables=(
            table(
                "To make the same plan again",
                ("What", "Value"),
                (
                    (word("weeks"), word(plan.horizon)),
                    (word("seed"), word(plan.seed)),
                    (word("workers"), word(plan.run.get("workers"))),
                    (word("fingerprint of the input"), word(plan.input_hash)),
                    (word("versions, times, history of the search"), word("run.json")),
                ),
            ),
        ),
    )


def _again(plan: Plan) -> str:
    """Say whether the same plan can be made again."""
    proofs = (plan.proof, plan.backup_proof, plan.sales_proof)
    ends = [str(one.stop_reason) for one in proofs if one and one.stop_reason not in _ALIKE]
    if ends:
        return (
            "This plan cannot be made again for certain: a search was ended early "
            f"({ends[0]}), after as many steps as this machine had done by then."
        )
    same = "the same input, weeks, options, seed and versions give the same plan"
    workers = plan.run.get("workers")
    if workers == 1:
        return f"It was made by one worker: {same}."
    made = (
        "How many workers made it is not known"
        if workers is None
        else (f"It was made by {workers} workers: another run may find another plan as good")
    )
    return f"{made}. By one worker, {same}."


def _findings(findings: tuple[Problem, ...]) -> Iterator[Table]:
    if findings:
        yield table(
            "What was found in the data",
            ("File", "#Row", "Column", "Rule", "Found", "What to do"),
            (
                (
                    word(item.file),
                    number(item.row or None),
                    word(item.column),
                    word(item.rule),
                    word(item.found),
                    word(item.remedy),
                )
                for item in findings
            ),
        )


def _sources(material: Material) -> Table:
    sources = material.plan.sources
    counts = Counter(zip(sources["need_source"], sources["cases_source"], strict=True))
    return table(
        "Where need and cases of contracts come from",
        ("Need", "Cases", "#Contracts"),
        ((word(need), word(cases), number(count)) for (need, cases), count in counts.items()),
        is_folded=True,
    )


def _statements(
    caption: str, items: Sequence[Statement], *, is_folded: bool = False
) -> Iterator[Table]:
    if items:
        yield table(
            caption,
            ("Key", "Statement"),
            ((word(item.key), word(str(item).partition(" = ")[2])) for item in items),
            is_folded=is_folded,
        )


def _readings(material: Material) -> Table:
    return table(
        "How the ambiguities of the service description are read",
        ("Question", "Ambiguity", "Reading", "Value"),
        (
            (word(item.question), word(item.ambiguity), word(item.reading), word(item.value))
            for item in readings_in_force(material.plan.policy)
        ),
        is_folded=True,
    )


def _rules(material: Material) -> Table:
    return table(
        "Rules of the service description, and what is done about each",
        ("Rule", "Statement", "Status", "Value"),
        (
            (word(item.rule), word(item.statement), word(item.status), word(item.value))
            for item in rules_in_force(material.plan.policy)
        ),
        is_folded=True,
    )
