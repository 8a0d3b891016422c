"""Markdown tables with median and range over the seeds."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from benchmarks.harness.store import Row

Groups = dict[tuple[str, ...], list[Row]]


def group(rows: Iterable[Row], *names: str) -> Groups:
    """Gather rows that agree in some columns, in the order in which they first came."""
    groups: Groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups


def numbers(rows: Iterable[Row], name: str, factor: float = 1.0) -> list[float]:
    """Return the numbers of a column, without empty fields."""
    return [factor * float(row[name]) for row in rows if row[name]]


def spread(values: Sequence[float], of: int, form: str = "{:.2f}") -> str:
    """
    Return median and range; how many of ``of`` have a value, where not all have.

    Examples
    --------
    >>> spread([1.0, 2.0, 4.0], of=3)
    '2.00 (1.00–4.00)'
    >>> spread([1.0], of=3), spread([], of=3)
    ('1.00 [1 of 3]', '–')
    """
    if not values:
        return "–"
    text = form.format(statistics.median(values))
    low, high = form.format(min(values)), form.format(max(values))
    text += f" ({low}–{high})" if low != high else ""
    return text + (f" [{len(values)} of {of}]" if len(values) < of else "")


def markdown(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table; all columns but the first are numbers."""
    rows = [header, ["---", *["--:"] * (len(header) - 1)], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in rows)


def failures(rows: Iterable[Row]) -> str:
    """Count what came out other than a plan."""
    groups = group((row for row in rows if row["status"] not in ("plan", "optimal")), "status")
    return ", ".join(f"{len(of)} {status}" for (status,), of in groups.items()) or "–"


def machines(rows: Iterable[Row]) -> str:
    """Say where and with what the rows were made, once for each difference."""
    names = ("cpu", "cores", "ram_gb", "python", "versions", "commit")
    lines = []
    for (cpu, cores, ram, python, versions, commit), of in group(rows, *names).items():
        days = sorted({row["date"][:10] for row in of})
        when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        lines.append(
            f"{len(of)} cells of {when}: {cpu}, {cores} cores, {ram} GiB; Python {python}; "
            f"{versions}; commit {commit}."
        )
    return "\n".join(f"- {line}" for line in lines)


def section(title: str, header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a titled table."""
    return f"### {title}\n\n{markdown(header, lines)}"


Line = Callable[[Sequence[Row]], list[str]]
