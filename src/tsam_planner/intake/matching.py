"""
Suggestions: what names probably mean. Nothing here changes a row.

A person copies the lines that are right into the mapping's ``confirmed`` tables; only then
do they count.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from tsam_planner.intake.settlement import Settled

# Measured by rapidfuzz's ratio, 0 to 100; below it, names of different firms meet.
_COMPANY_CUTOFF = 90
_NAME_CUTOFF = 80
_MARGIN = 5
_LEGAL_FORMS = frozenset(
    {
        "ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "inc",
        "incorporated", "kg", "kk", "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pty",
        "sa", "sarl", "sas", "se", "sl", "spa", "srl",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Suggestion:
    """
    A line that a person may add to a ``confirmed`` table.

    ``rows`` is the number of rows that it concerns, of companies that of their contracts.
    """

    section: str
    found: str
    meant: str
    evidence: str
    rows: int

    @property
    def line(self) -> str:
        """The line as the mapping wants it."""
        return f"{_quoted(self.found)} = {_quoted(self.meant)}"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda sign: f"\\u{ord(sign[0]):04x}", plain) + '"'


def find_suggestions(settled: Mapping[str, Settled]) -> list[Suggestion]:
    """Return every suggestion, sorted by section and word."""
    found = {
        *_suggest_ids(settled, "managers"),
        *_suggest_ids(settled, "companies"),
        *_suggest_contracts(settled),
        *_suggest_twins(settled),
        *_suggest_countries(settled.values()),
        *_suggest_zones(settled.values()),
    }
    return sorted(found)


def plain_name(name: str) -> str:
    """
    Return a person's or company's name without accents, marks, capitals and order.

    Examples
    --------
    >>> plain_name("Conti, Zoë") == plain_name("zoe conti")
    True
    """
    return " ".join(sorted(_words(name)))


def _words(name: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", name.partition("@")[0])
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    # S.p.A. is one word, spa.
    bare = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", bare.casefold())
    return re.findall(r"[^\W_]+", bare)


def plain_company(name: str) -> str:
    """
    Return a company's name without its legal form, in its order.

    Examples
    --------
    >>> plain_company("Blue Mesa S.p.A."), plain_company("BLUE MESA SpA")
    ('blue mesa', 'blue mesa')
    """
    words = _words(name)
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


def _unknown(settled: Mapping[str, Settled], table: str) -> Counter[str]:
    """Count the ids of a table that it does not have, over all columns that name them."""
    found: Counter[str] = Counter()
    for other in settled.values():
        for (name, value), rows in other.unknown.items():
            references = other.table.columns[name].references
            if references is not None and references[0] == table:
                found[value] += rows
    return found


def _suggest_ids(settled: Mapping[str, Settled], table: str) -> Iterator[Suggestion]:
    """Match names that stand where an id should be."""
    if table not in settled:
        return
    plain = plain_name if table == "managers" else plain_company
    key = settled[table].table.key[0]
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for record in settled[table].records:
        for text in (record[key], record.get("name", "")):
            if text:
                ids[plain(text)].add(record[key])
    for value, rows in _unknown(settled, table).items():
        match = _match(plain(value), ids)
        if match is not None:
            yield Suggestion(table, value, *match, rows)


def _match(name: str, ids: Mapping[str, set[str]]) -> tuple[str, str] | None:
    """Return the only id that a name can mean, and why."""
    if len(ids.get(name, ())) == 1:
        return next(iter(ids[name])), "the same name, written otherwise"
    if name in ids:
        return None
    close = process.extract(
        name, list(ids), scorer=fuzz.ratio, limit=4, score_cutoff=_NAME_CUTOFF
    )
    if not close:
        return None
    best = close[0][1]
    # Two people of nearly the same name: a person must decide.
    meant = set().union(*(ids[text] for text, score, _ in close if score > best - _MARGIN))
    return (
        (meant.pop(), f"the nearest name, alike to {best:.0f} %") if len(meant) == 1 else None
    )


def _suggest_contracts(settled: Mapping[str, Settled]) -> Iterator[Suggestion]:
    """Match a company that stands where a contract should be, if it has only one."""
    if "contracts" not in settled:
        return
    company_of = defaultdict(set)
    for record in settled["contracts"].records:
        company_of[record.get("company_id", "")].add(record["contract_id"])
    names = {plain_company(company): company for company in company_of if company}
    if "companies" in settled:
        for record in settled["companies"].records:
            if record.get("name"):
                names.setdefault(plain_company(record["name"]), record["company_id"])
    for value, rows in _unknown(settled, "contracts").items():
        contracts = company_of.get(names.get(plain_company(value), ""), set())
        if len(contracts) == 1:
            evidence = "the company's only contract"
            yield Suggestion("contracts", value, next(iter(contracts)), evidence, rows)


def _suggest_twins(settled: Mapping[str, Settled]) -> Iterator[Suggestion]:
    """Find companies that stand twice under nearly the same name; the first id is kept."""
    contracts = settled["contracts"].records if "contracts" in settled else []
    count = Counter(record.get("company_id", "") for record in contracts)
    shown = {company: company for company in count if company}
    if "companies" in settled:
        for record in settled["companies"].records:
            shown[record["company_id"]] = record.get("name") or record["company_id"]
    ids = sorted(shown)
    for first, second, score in _near_pairs([plain_company(shown[item]) for item in ids]):
        kept, other = ids[first], ids[second]
        evidence = f"'{shown[other]}' and '{shown[kept]}' are alike to {score:.0f} %"
        yield Suggestion("companies", other, kept, evidence, count[other])


def _near_pairs(names: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield for each name the first one before it that is nearly the same."""
    for position, name in enumerate(names):
        close = process.extractOne(
            name, names[:position], scorer=fuzz.ratio, score_cutoff=_COMPANY_CUTOFF
        )
        if close is not None and _same_numbers(name, close[0]):
            yield close[2], position, close[1]


def _same_numbers(one: str, other: str) -> bool:
    """Return whether the digits agree: Plant 1 and Plant 2 are two."""
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _suggest_countries(tables: Iterable[Settled]) -> Iterator[Suggestion]:
    """Match names of countries with their codes."""
    found: Counter[str] = Counter()
    for settled in tables:
        for row in (row for row in settled.rows if row.is_mendable):
            found.update(item.value for item in row.defects if item.column == "country")
    for value, rows in found.items():
        code = _countries().get(plain_name(value))
        if code is not None:
            yield Suggestion("countries", value, code, "the country's name", rows)


def _suggest_zones(tables: Iterable[Settled]) -> Iterator[Suggestion]:
    """Suggest the zone of countries that have exactly one."""
    found: Counter[str] = Counter()
    for settled in tables:
        if "time_zone" in settled.table.columns:
            for row in settled.rows:
                if row.is_mendable and not row.values.get("time_zone"):
                    found[row.values.get("country", "")] += 1
    for country, rows in found.items():
        zones = zones_of(country)
        if len(zones) == 1:
            yield Suggestion("time_zones", country, zones[0], "its only time zone", rows)


@cache
def zones_of(country: str) -> tuple[str, ...]:
    """
    Return the time zones of a country's ISO 3166 code.

    Examples
    --------
    >>> zones_of("IT"), len(zones_of("ES"))
    (('Europe/Rome',), 3)
    """
    rows = [line.split("\t") for line in _zone_table("zone.tab")]
    return tuple(row[2] for row in rows if row[0] == country)


@cache
def _countries() -> Mapping[str, str]:
    rows = [line.split("\t") for line in _zone_table("iso3166.tab")]
    return {plain_name(name): code for code, name in rows}


def _zone_table(name: str) -> list[str]:
    text = files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
