"""
Calendars as text (RFC 5545): escaped, folded, with the line ends that the format asks for.

A plan of 300 contracts has thousands of events, each in two files; a library that builds an
object for every property of every event takes seconds for what are a few lines of text.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Bytes of a line before it is folded; the format allows one more.
_MOST_BYTES = 74
_LINE_END = b"\r\n"
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    What is the same of an event in every calendar that holds it.

    Instants have a zone; ``made`` is when the event was made.
    """

    identity: str
    title: str
    start: dt.datetime
    end: dt.datetime
    made: dt.datetime

    def head(self) -> bytes:
        """Return the lines of the event that do not depend on the calendar."""
        return (
            b"BEGIN:VEVENT\r\n"
            + line("SUMMARY", self.title)
            + _moment("DTSTART", self.start)
            + _moment("DTEND", self.end)
            + _moment("DTSTAMP", self.made)
            + line("UID", self.identity)
        )


def event_text(head: bytes, lines: Sequence[str]) -> bytes:
    """Return a whole event: its head, and what it says in this calendar."""
    description = line("DESCRIPTION", "\n".join(lines))
    return head + description + b"STATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n"


def calendar_text(title: str, events: Iterable[bytes]) -> bytes:
    """Return the file of a calendar."""
    return b"".join(
        (
            b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
            b"PRODID:-//tsam-planner//Weekly calls//EN\r\n",
            b"CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n",
            line("X-WR-CALNAME", title),
            *events,
            b"END:VCALENDAR\r\n",
        )
    )


def line(name: str, text: str) -> bytes:
    r"""
    Return a property with its value, escaped and folded.

    Examples
    --------
    >>> line("SUMMARY", "Acme, Inc.; weekly")
    b'SUMMARY:Acme\\, Inc.\\; weekly\r\n'
    """
    return _folded(f"{name}:{_printable(text).translate(_ESCAPED)}".encode()) + _LINE_END


def _moment(name: str, instant: dt.datetime) -> bytes:
    return f"{name}:{instant.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}".encode() + _LINE_END


def _folded(text: bytes) -> bytes:
    """Break a long line, within no character and between no backslash and what it escapes."""
    parts, begin = [], 0
    while len(text) - begin > _MOST_BYTES:
        end = begin + _MOST_BYTES
        # Bytes of UTF-8 that go on with a character begin with the bits 10.
        while text[end] & 0xC0 == 0x80:
            end -= 1
        # Some readers undo escapes (a caret is one in parameters) before they join lines.
        # The last of an odd number of them escapes what follows; others escape each other.
        sign = text[end - 1 : end]
        if sign in (b"\\", b"^"):
            part = text[begin:end]
            end -= (len(part) - len(part.rstrip(sign))) % 2
        parts.append(text[begin:end])
        begin = end
    parts.append(text[begin:])
    return b"\r\n ".join(parts)


def _printable(text: str) -> str:
    """Return a text without what the format, or one of its readers, cannot carry."""
    # The format knows tab and line feed only; other separators end the line in some readers.
    text = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", " ", text)
    # Some readers take a backslash before N for a line break, as in the login CORP\Nadia;
    # an invisible character that joins words keeps the two apart.
    return text.replace("\\N", "\\\u2060N")
