"""A portfolio whose every private word is a marker, and every byte that anything writes."""

import base64
import contextlib
import csv
import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from tsam_planner.cli.commands import run

QUARTER = ("--start", "2027-02-01", "--weeks", "4")
WHY_AWAY = "zqwhyaway"
EXACT = ("--workers", "1", "--gap", "0")
PEOPLE, CUSTOMERS = 11, 12

EXPORT_OF_ABSENCES = f"""Who,From,Until,Reason
zqm01,2027-02-08,2027-02-12,{WHY_AWAY}1
zqm02,2027-02-15,2027-03-21,{WHY_AWAY}2
zqm04,2027-02-22,2027-02-19,{WHY_AWAY}3
zqm03,2027-02-31,2027-02-19,{WHY_AWAY}4
"""
MAPPING = """
date_format = "%Y-%m-%d"
[[table]]
target = "absences"
columns = {manager_id = "Who", start_date = "From", end_date = "Until"}
"""


def tables():
    """Return the tables by name: header and rows, as a person writes them."""
    people = [f"zqm{number:02d}" for number in range(1, PEOPLE + 1)]
    signed = [f"zqc{number:02d}" for number in range(1, CUSTOMERS + 1)]
    return {
        "managers": [
            "manager_id,name,time_zone,country,products,hourly_cost,currency",
            *(
                f"{name},Zqname-{name},Europe/{'Rome' if row < 6 else 'Berlin'},"
                f"{'IT' if row < 6 else 'DE'},Zqproduct,70,EUR"
                for row, name in enumerate(people)
            ),
        ],
        "companies": [
            "company_id,name",
            *(f"zqk{name[-2:]},Zqfirm-{name[-2:]}" for name in signed),
        ],
        "contracts": [
            "contract_id,company_id,offering,deployment,start_date,end_date,time_zone,country,"
            "products,need_hours,cases,extra_hour_rate,currency",
            *(
                f"{name},zqk{name[-2:]},tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,IT,"
                f"{'Zqunknown' if row == 4 else 'Zqproduct'},13,4,150,EUR"
                for row, name in enumerate(signed)
            ),
        ],
        "contacts": [
            "contract_id,name,email",
            *(f"{name},Zqcontact-{name},{name}@zqmail.example" for name in signed),
        ],
        "assignments": [
            "contract_id,manager_id",
            *(f"{name},{person}" for name, person in zip(signed[2:], people, strict=False)),
        ],
        "pins": [
            "contract_id,manager_id,rule,reason",
            "zqc01,zqm01,pin,Zqname-zqm07 said zqpinnote",
            "zqc04,zqm02,forbid,zqforbidnote (of the customer)",
        ],
        "offers": [
            "offer_id,contract_id,status,date,hours_per_week,reason",
            "zqo1,zqc02,asked,2026-06-01,2,zqoffernote",
            "zqo1,zqc02,declined,2026-06-02,,zqoffernote",
        ],
        "holidays": ["calendar,date,name,is_added", "IT,2027-02-10,zqholiday,true"],
        "timesheets": [
            "contract_id,date,hours,manager_id,activity",
            # Case 5 of the service description, and a week that is none: 3 hours over 10.
            *(
                f"{name},{day},13,zqm01,zqactivity"
                for name in signed[:3]
                for day in _mondays(26)
            ),
        ],
        "cases": [
            "case_id,contract_id,opened_at,closed_at,severity,hours,manager_id",
            *(
                f"zqs{name}{number},{name},{day}T09:00Z,{day}T18:00Z,2,3,zqm01"
                for name in signed
                for number, day in enumerate(_mondays(26))
            ),
        ],
    }


def _mondays(count):
    first = dt.date(2027, 2, 1)
    return [first - dt.timedelta(weeks=week) for week in range(count, 0, -1)]


def write_portfolio(folder, **changed):
    """Write the portfolio, with other tables in place of some; return the folder."""
    folder.mkdir(parents=True)
    for name, lines in {**tables(), **changed}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def private_words():
    """Return every word of the portfolio that pseudonyms must hide, in small letters."""
    text = "\n".join(line for lines in tables().values() for line in lines[1:])
    return {word.lower() for word in re.findall(r"(?i)\bzq[\w@.-]*", text)}


def call(*words):
    """Run a command; return its exit code and everything that it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run([str(word) for word in words])
    return code, said.getvalue()


def texts_in(place):
    """Yield every file below a place with all that can be read of it, names included."""
    for path in sorted(Path(place).rglob("*")) if Path(place).is_dir() else [Path(place)]:
        yield str(path.name), path.name
        if path.is_file():
            yield from _texts(str(path), path.read_bytes())


def _texts(name, content):
    """Read what is packed where it is unpacked: letters meet by chance in packed bytes."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield f"{name}:comment", archive.comment.decode("utf-8", "replace")
            for member in archive.namelist():
                yield f"{name}:{member}", member
                yield from _texts(f"{name}:{member}", archive.read(member))
    elif content.startswith(b"\x89PNG"):
        yield f"{name}:metadata", _metadata(content)
    else:
        packed = re.findall(rb"base64,([A-Za-z0-9+/=]+)", content)
        for number, text in enumerate(packed):
            yield from _texts(f"{name}:image{number}", base64.b64decode(text))
            content = content.replace(text, b"")
        yield name, _folded(content.decode("utf-8", "replace"))


def _folded(text):
    # Calendar files break lines after 75 bytes, wherever that is.
    return text.replace("\r\n ", "")


def _metadata(picture):
    """Return what a PNG says beside its pixels, compressed texts included."""
    said, place = [], 8
    while place < len(picture):
        size, kind = struct.unpack(">I4s", picture[place : place + 8])
        body = picture[place + 8 : place + 8 + size]
        if kind not in (b"IDAT", b"IHDR", b"IEND"):
            said.append(body)
        if kind == b"zTXt":
            said.append(zlib.decompress(body.partition(b"\0")[2][1:]))
        place += 12 + size
    return b" ".join(said).decode("latin-1")


def found_in(place, words):
    """Return the words that occur anywhere below a place, with where."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words)), re.IGNORECASE)
    return sorted(
        {
            (found.lower(), name)
            for name, text in texts_in(place)
            for found in pattern.findall(text)
        }
    )


def rows_of(path):
    """Return the rows of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
