"""Strategies that spoil good files: cells, rows, values, parts of archives, bytes."""

import copy
import io
import json
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

NUMBERS = (
    "1" + "0" * 400, "1e308", "-1e308", "1e400", "nan", "inf", "-0", "1e-400", "0x10", "1_0",
    "٣", "1,5", "9" * 5000, "1e999999999", "-1", "0", "1e6", "NaN", "sNaN",
)  # fmt: skip
DATES = (
    "0000-01-01", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-27",
    "9999-12-31T23:59:59-12:00", "10000-01-01", "2027-02-30", "2027-W01-1", "20270104",
    "2027-01-04T25:00Z", "24:00", "23:59:60", "46026", "2958466", "2262-04-12",
)  # fmt: skip
TEXTS = (
    "", " ", "\0", "\ufeff", "\ud800", "a\nb", "a\rb", '"', '"a', "a;b", "a,b", "😀", "a" * 300,
    "é" * 70_000, "ab" * 100_000, "../../x", "/etc/passwd", "CON", "=1+1", "<script>", "%s%n",
    "{{7*7}}", "true", "Europe/../x", "\x1b[31m", "\u202e", "None", "M-01", "C-004",
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from((*NUMBERS, *DATES, *TEXTS)), st.text(st.characters(), max_size=20)
)
DEEP = 100_000
VALUES = st.one_of(
    CELLS, st.none(), st.booleans(), st.integers(), st.floats(),
    st.builds(list), st.builds(dict),
    st.just(10**400), st.just(-(10**30)),
    st.builds(lambda: [[1]]), st.builds(lambda: {"\ud800": 1}),
)  # fmt: skip


@st.composite
def spoiled_tables(draw, table):
    """Draw a copy of a table: header and rows with a few things wrong."""
    rows = copy.deepcopy(table)
    for _ in range(draw(st.integers(1, 3))):
        _spoil_rows(draw, rows)
    return rows


def _spoil_rows(draw, rows):
    if not rows:
        return
    place = st.integers(0, len(rows) - 1)
    row = rows[draw(place)]
    kind = draw(st.sampled_from(("cell", "cell", "cell", "swap", "drop", "double", "more")))
    if kind == "cell" and row:
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    elif kind == "swap" and row:
        other = rows[draw(place)]
        at = draw(st.integers(0, min(len(row), max(1, len(other))) - 1))
        if other:
            row[at], other[at] = other[at], row[at]
    elif kind == "drop":
        rows.remove(row)
    elif kind == "double":
        rows.append(list(row))
    else:
        _spoil_columns(draw, rows)


def _spoil_columns(draw, rows):
    column = draw(st.integers(0, max(0, len(rows[0]) - 1)))
    kind = draw(st.sampled_from(("drop", "double", "rename", "wide")))
    if kind == "rename" and rows[0]:
        rows[0][column] = draw(CELLS)
    for row in rows:
        if kind == "drop" and column < len(row):
            del row[column]
        elif kind == "double" and column < len(row):
            row.append(row[column])
        elif kind == "wide":
            row.extend(["x"] * 3000)


@st.composite
def spoiled_bytes(draw, content):
    """Draw a copy of a file that was cut, overwritten, doubled or saved in another encoding."""
    for _ in range(draw(st.integers(1, 3))):
        content = _spoil_bytes(draw, content)
    return content


def _spoil_bytes(draw, content):
    at = draw(st.integers(0, len(content)))
    end = min(len(content), at + draw(st.integers(0, 50)))
    kind = draw(st.sampled_from(("cut", "end", "insert", "repeat", "encode", "lines")))
    if kind == "cut":
        return content[:at] + content[end:]
    if kind == "end":
        return content[:at]
    if kind == "insert":
        return (
            content[:at]
            + draw(st.one_of(st.binary(max_size=8), st.sampled_from(_MARKS)))
            + content[end:]
        )
    if kind == "repeat":
        return (
            content[:end]
            + content[at:end] * draw(st.sampled_from((1, 50, 5000)))
            + content[end:]
        )
    if kind == "encode":
        text = content.decode("utf-8", "replace")
        return text.encode(
            draw(st.sampled_from(("utf-16", "utf-32", "cp037", "utf-8-sig"))), "replace"
        )
    return content.replace(b"\n", draw(st.sampled_from((b"\r", b"\r\n", b"", b"\n\n\0"))))


_MARKS = (
    b'"',
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b",",
    b"[",
    b"]]>",
    b"&x;",
    b"\xef\xbb\xbf",
    b"'''",
)


@st.composite
def spoiled_documents(draw, document):
    """Draw a copy of a document of plain values in which a few are others, or are missing."""
    whole = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        _spoil_value(draw, whole)
    return whole


def _spoil_value(draw, part):
    keys = list(part) if isinstance(part, dict) else list(range(len(part)))
    if not keys:
        return
    key = draw(st.sampled_from(keys))
    inner = part[key]
    if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
        _spoil_value(draw, inner)
    elif draw(st.integers(0, 3)):
        part[key] = draw(VALUES)
    else:
        del part[key]


@st.composite
def spoiled_archives(draw, content):
    """Draw a copy of a packed file with parts missing, spoiled, emptied or exchanged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(sorted(parts)))
        kind = draw(st.sampled_from(("spoil", "spoil", "drop", "exchange", "number", "empty")))
        if kind == "drop":
            del parts[name]
        elif kind == "exchange":
            parts[name] = parts[draw(st.sampled_from(sorted(parts)))]
        elif kind == "number":
            parts[name] = _renumbered(draw, parts[name])
        else:
            parts[name] = b"" if kind == "empty" else draw(spoiled_bytes(parts[name]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _renumbered(draw, part):
    """Return a part in which one number between quotes or tags is another one."""
    places = [at for at in range(1, len(part)) if part[at - 1] in b'">' and 48 <= part[at] < 58]
    if not places:
        return part
    at = draw(st.sampled_from(places))
    end = at + len(part[at:]) - len(part[at:].lstrip(b"0123456789."))
    return part[:at] + draw(st.sampled_from(NUMBERS)).encode() + part[end:]


@contextmanager
def folder_with(name, content, beside=None):
    """Make a folder that holds one file, beside links to the other files of a folder."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        for path in beside.iterdir() if beside else ():
            if path.name != name:
                (folder / path.name).symlink_to(path)
        (folder / name).write_bytes(content)
        yield folder


def as_toml(document):
    """Return a document as the bytes of a TOML file; what TOML cannot say is an empty text."""
    lines = [f"{_key(key)} = {_toml(value)}" for key, value in document.items()]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _toml(value):
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else _key(value or "")


def _key(text):
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
