"""
A portfolio under pseudonyms, and the key that leads back.

Whatever is made from such a portfolio is pseudonymous by construction: it has never seen an id,
a name or a sentence of somebody. Terms, time zones, countries, languages, hours and amounts
stay, since a plan follows from them: it is pseudonymous, not anonymous.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from random import SystemRandom
from typing import Any, cast

import pandas as pd

from tsam_planner.errors import Problem
from tsam_planner.portfolio.ordering import sorted_records
from tsam_planner.portfolio.portfolio import Portfolio
from tsam_planner.portfolio.records import calendar_name
from tsam_planner.service.basis import Record
from tsam_planner.tables.dictionary import LOGS, tables
from tsam_planner.words import counted

KIND_OF: Mapping[str, str] = {
    "company_id": "company",
    "contract_id": "contract",
    "manager_id": "manager",
    "backup_id": "manager",
    "profile_id": "profile",
    "offer_id": "offer",
    "case_id": "case",
    "products": "product",
    "product": "product",
    "subdivision": "calendar",
    "calendar": "calendar",
}
"""What is replaced, by column."""
DROPPED = frozenset({"name", "email", "reason", "activity"})
"""Columns of words that people wrote: nothing of them is kept."""
KEY_COLUMNS = ("kind", "pseudonym", "original", "name")
LETTERS = {
    "company": "K", "contract": "C", "manager": "M", "profile": "H", "offer": "O",
    "case": "S", "product": "P", "calendar": "L",
}  # fmt: skip
_LEAST_DIGITS = 3

Words = Mapping[str, Mapping[str, str]]
"""Pseudonym of each original, by kind."""


def pseudonymize(
    portfolio: Portfolio, key: pd.DataFrame | None = None
) -> tuple[Portfolio, pd.DataFrame]:
    """
    Replace every id of a portfolio by a pseudonym, and drop every name and free text.

    Numbers are drawn by the system's random generator, so that neither the order of the
    originals nor anything else about them can be told from a pseudonym. Where originals look
    like ``M-001``, pseudonyms begin with more letters, so that the two never meet. Names of
    people and companies, contacts, e-mail addresses, reasons of pins and offers, and activities
    of time sheets are dropped; so are findings of the input, which quote it.

    Parameters
    ----------
    portfolio
        What `read_portfolio` returns.
    key
        An earlier key, whose pseudonyms are used again; what it does not know gets new ones,
        with higher numbers.

    Returns
    -------
    Portfolio, DataFrame
        The portfolio, and its key: one row per pseudonym, sorted, with the columns ``kind,
        pseudonym, original, name``; ``name`` is that of a manager or company, else empty.

    Examples
    --------
    >>> import datetime as dt
    >>> from tsam_planner import Portfolio
    >>> from tsam_planner.portfolio.records import Contract, Manager
    >>> signed = Contract(
    ...     contract_id="ACME-7", company_id="ACME", offering="tsam", deployment="on_prem",
    ...     start_date=dt.date(2027, 1, 1), end_date=dt.date(2027, 12, 31),
    ...     time_zone="Europe/Rome",
    ... )
    >>> ada = Manager(manager_id="ada", name="Ada", time_zone="Europe/Rome")
    >>> shared, key = pseudonymize(Portfolio(contracts=[signed], managers=[ada]))
    >>> shared.contracts[0].contract_id, shared.managers[0].label
    ('C-001', 'M-001')
    >>> print(key.to_string(index=False))
        kind pseudonym original name
     company     K-001     ACME
    contract     C-001   ACME-7
     manager     M-001      ada  Ada
    """
    words = _named(_originals(portfolio), {} if key is None else words_of(key))
    shared = portfolio.model_copy(
        update={
            **{
                name: _replaced(name, portfolio, words) for name in tables() if name not in LOGS
            },
            **{name: _log_without_people(getattr(portfolio, name), words) for name in LOGS},
            "contacts": (),
            "findings": _untold(portfolio.findings),
        }
    )
    return shared, _key(words, _names(portfolio, key))


def words_of(key: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the pseudonym of each original, by kind."""
    words: dict[str, dict[str, str]] = {}
    for kind, pseudonym, original, _ in _rows(key):
        words.setdefault(kind, {})[original] = pseudonym
    return words


def _rows(key: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    return zip(*(key[name].tolist() for name in KEY_COLUMNS), strict=True)


def _originals(portfolio: Portfolio) -> dict[str, set[str]]:
    """Return what is to be replaced, by kind."""
    found: dict[str, set[str]] = {kind: set() for kind in LETTERS}
    own = _own_calendars(portfolio)
    for table in tables().values():
        kinds = [(name, KIND_OF[name]) for name in table.columns if name in KIND_OF]
        if table.is_log:
            log = getattr(portfolio, table.name)
            for name, kind in kinds:
                found[kind].update(log[name].dropna() if name in log else ())
            continue
        for record in getattr(portfolio, table.name):
            for name, kind in kinds:
                found[kind].update(_texts(record, name, own))
    return found


def _texts(record: Record, name: str, own: frozenset[str]) -> Iterable[str]:
    """Return what a field holds of what is replaced."""
    value = getattr(record, name)
    if name in ("subdivision", "calendar"):
        return [_place(record, name)] if _calendar(record) in own else []
    if isinstance(value, tuple):
        return value
    return [] if value is None else [value]


def _calendar(record: Record) -> str | None:
    """Return the holiday calendar of a contract, a manager or a holiday."""
    if hasattr(record, "subdivision"):
        return calendar_name(record.country, record.subdivision)  # type: ignore[attr-defined]
    return cast("str", record.calendar)  # type: ignore[attr-defined]


def _place(record: Record, name: str) -> str:
    """Return what stands behind the country in a calendar's name."""
    value = str(getattr(record, name))
    return value if name == "subdivision" else value.partition("-")[2]


def _own_calendars(portfolio: Portfolio) -> frozenset[str]:
    """Return the calendars below countries that a company lists itself, in its own words."""
    return frozenset(
        day.calendar for day in portfolio.holidays if not day.is_added and "-" in day.calendar
    )


def _named(originals: Mapping[str, set[str]], known: Words) -> dict[str, dict[str, str]]:
    """Give every original a pseudonym that is nobody's yet."""
    taken = {text for found in originals.values() for text in found}
    words = {kind: dict(known.get(kind, {})) for kind in originals}
    for kind, found in originals.items():
        new = sorted(found - words[kind].keys())
        SystemRandom().shuffle(new)
        prefix = _prefix(LETTERS[kind], taken)
        last = max((_number(text) for text in words[kind].values()), default=0)
        digits = max(_LEAST_DIGITS, len(str(last + len(new))))
        for number, original in zip(count(last + 1), new, strict=False):
            words[kind][original] = f"{prefix}-{number:0{digits}d}"
    return words


def _prefix(letter: str, taken: Iterable[str]) -> str:
    """Repeat a letter until no original looks like a pseudonym that begins so."""
    prefix, text = letter, "\n".join(taken)
    while re.search(rf"(?<![A-Z]){prefix}-\d", text):
        prefix += letter
    return prefix


def _number(pseudonym: str) -> int:
    return int(pseudonym.rpartition("-")[2])


def _replaced(name: str, portfolio: Portfolio, words: Words) -> tuple[Record, ...]:
    own = _own_calendars(portfolio)
    records = (_renamed(record, words, own) for record in getattr(portfolio, name))
    return sorted_records(name, records) if name != "contacts" else ()


def _renamed(record: Record, words: Words, own: frozenset[str]) -> Record:
    changed: dict[str, Any] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in DROPPED:
            changed[name] = None
        elif name in ("subdivision", "calendar"):
            if _calendar(record) in own:
                place = words["calendar"][_place(record, name)]
                country = f"{value.partition('-')[0]}-" if name == "calendar" else ""
                changed[name] = f"{country}{place}"
        elif name in KIND_OF and value is not None:
            of_kind = words[KIND_OF[name]]
            is_list = isinstance(value, tuple)
            changed[name] = (
                tuple(of_kind[item] for item in value) if is_list else of_kind[value]
            )
    return record.model_copy(update=changed)


def _log_without_people(log: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return a log with pseudonyms, in its order; rows say nothing but numbers and times."""
    shown = log.copy()
    for name in shown.columns:
        if name in DROPPED:
            shown[name] = pd.Series(None, shown.index, dtype=object)
        elif name in KIND_OF:
            shown[name] = shown[name].map(words[KIND_OF[name]]).astype(object)
    return shown


def _untold(findings: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Say how many findings are left out: they quote the input."""
    if not findings:
        return ()
    return (
        Problem(
            file="portfolio",
            row=0,
            column="",
            rule="",
            found=f"{counted(len(findings), 'finding')} not told under pseudonyms",
            remedy="see `tsam-planner check` of the original",
            severity="warning",
        ),
    )


def _names(portfolio: Portfolio, key: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    """Return names of people and companies by kind and original id."""
    names = {
        (kind, original): name
        for kind, _, original, name in (() if key is None else _rows(key))
        if name
    }
    names |= {("manager", row.manager_id): row.name or "" for row in portfolio.managers}
    return names | {("company", row.company_id): row.name or "" for row in portfolio.companies}


def _key(words: Words, names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    rows = [
        (kind, pseudonym, original, names.get((kind, original), ""))
        for kind, of_kind in words.items()
        for original, pseudonym in of_kind.items()
    ]
    rows.sort(key=lambda row: (list(LETTERS).index(row[0]), row[1]))
    return pd.DataFrame(rows, columns=list(KEY_COLUMNS), dtype=object)


def reidentify(table: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """
    Return a table with the originals in place of their pseudonyms, in sentences, too.

    Parameters
    ----------
    table
        A table of a plan that was made or written under pseudonyms.
    key
        What `pseudonymize` returned, or `read_key`.

    Returns
    -------
    DataFrame
        The same rows and columns; what is no pseudonym of the key stays.

    Examples
    --------
    >>> key = pd.DataFrame(
    ...     [("manager", "M-001", "ada", "Ada")],
    ...     columns=["kind", "pseudonym", "original", "name"],
    ... )
    >>> table = pd.DataFrame({"manager_id": ["M-001"], "reason": ["chosen: rather than M-001"]})
    >>> reidentify(table, key).values.tolist()
    [['ada', 'chosen: rather than ada']]
    """
    originals = {pseudonym: original for _, pseudonym, original, _ in _rows(key)}

    def told(cell: object) -> object:
        if not isinstance(cell, str):
            return cell
        return re.sub(r"\b[A-Z]+-\d+\b", lambda word: originals.get(word[0], word[0]), cell)

    shown = table.copy()
    for name in shown.columns:
        column = shown[name]
        if pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column):
            cells = [told(cell) for cell in column]
            shown[name] = pd.Series(cells, column.index, dtype=column.dtype)
    return shown
