"""Workbooks that are small on disk and large in memory, made by hand."""

import io
import zipfile
from itertools import pairwise

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/sheet.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/></Relationships>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    '<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
    '<sheet name="contracts" sheetId="1" r:id="r1"/></sheets></workbook>'
)


def workbook(rows, *, head="", declared="A1:B2"):
    """Return a workbook with a sheet contracts; ``rows`` are the pieces of its XML."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        link = _LINKS.format(office=_OFFICE, kind="officeDocument", target="xl/workbook.xml")
        archive.writestr("_rels/.rels", link)
        link = _LINKS.format(office=_OFFICE, kind="worksheet", target="sheet.xml")
        archive.writestr("xl/_rels/workbook.xml.rels", link)
        book = _BOOK.format(main=_MAIN, office=_OFFICE)
        archive.writestr("xl/workbook.xml", book)
        with archive.open("xl/sheet.xml", "w", force_zip64=True) as part:
            part.write(
                f'{head}<worksheet xmlns="{_MAIN}"><dimension ref="{declared}"/>'.encode()
            )
            part.write(b"<sheetData>")
            for piece in rows:
                part.write(piece)
            part.write(b"</sheetData></worksheet>")
    return packed.getvalue()


def row(number, *cells):
    """Return a row of texts in its columns, such as ``("XFD", "x")``."""
    inner = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in cells
    )
    return f'<row r="{number}">{inner}</row>'.encode()


HEADER = row(1, ("A", "contract_id"), ("B", "manager_id"))
ENTITIES = (
    "<!DOCTYPE w ["
    + '<!ENTITY a "0123456789">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij"))
    + "]>"
)


def bombs():
    """Return workbooks by what is wrong with them, and what is to be said of each."""
    many = b"<row/>" * (1 << 18)
    far = (row(number, ("XFD", "x")) for number in range(1, 20_000))
    endless = HEADER.replace(b'r="1"', b'r="1e400"', 1)
    return {
        "too_large": (workbook([many] * 300), "unpacks to 471,"),
        "too_dense": (workbook([many] * 20), "times its size"),
        "billion_laughs": (workbook([row(1, ("A", "&j;"))], head=ENTITIES), "defines entities"),
        "declared": (workbook([HEADER], declared="A1:XFD1048576"), "the column is missing"),
        "last_row": (workbook([HEADER, row(10**9, ("A", "x"))]), "more than 1,048,576 rows"),
        "last_column": (workbook(far), "30,000,000 cells"),
        "no_row": (workbook([HEADER, endless]), "the sheet cannot be read"),
    }
