"""The key that leads from pseudonyms back to originals, as a file of its own."""

import csv
import io
from pathlib import Path

import pandas as pd

from tsam_planner.errors import PlanFileError
from tsam_planner.io.folders import write_file
from tsam_planner.io.text_tables import read_text_table
from tsam_planner.portfolio.pseudonyms import KEY_COLUMNS, LETTERS


def write_key(key: pd.DataFrame, path: Path | str) -> Path:
    """
    Write a key as CSV, whole or not at all, for nobody but its owner to read (mode 0600).

    Parameters
    ----------
    key
        What `pseudonymize` or `pseudonymize_plan` returned.
    path
        Where to write; keep it apart from what is shared. An earlier file is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PlanFileError
        When it cannot be written.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(KEY_COLUMNS)
    writer.writerows(zip(*(key[name] for name in KEY_COLUMNS), strict=True))
    write_file(Path(path), lines.getvalue().encode("utf-8"), private=True)
    return Path(path)


def read_key(path: Path | str) -> pd.DataFrame:
    """
    Read a key, to look up pseudonyms (`reidentify`) or to use them again (`pseudonymize`).

    Raises
    ------
    PlanFileError
        When there is no such file, or it is no key.
    """
    if not Path(path).exists():
        message = f"{path} does not exist"
        raise PlanFileError(message)
    try:
        key = read_text_table(Path(path))
    except PlanFileError:
        # What the file holds instead of a key is nobody's business.
        message = (
            f"{path} is no key of pseudonyms: expected a CSV file that --pseudonymize wrote"
        )
        raise PlanFileError(message) from None
    if tuple(key.columns) != KEY_COLUMNS:
        message = f"{path} is no key of pseudonyms: expected columns {', '.join(KEY_COLUMNS)}"
        raise PlanFileError(message)
    is_row = key["kind"].isin(list(LETTERS)) & key["pseudonym"].str.fullmatch(r"[A-Z]+-\d+")
    is_row &= ~key.duplicated("pseudonym", keep=False) & ~key.duplicated(["kind", "original"])
    if not is_row.all():
        number = int(key.index[~is_row][0]) + 2
        message = f"{path} is no key of pseudonyms: row {number} is none of a key"
        raise PlanFileError(message)
    return key
