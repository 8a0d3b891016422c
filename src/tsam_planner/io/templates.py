"""An empty, commented portfolio to fill in, as a folder or a workbook."""

from pathlib import Path

from tsam_planner.errors import PlanFileError
from tsam_planner.service.policy_files import policy_template
from tsam_planner.tables.dictionary import describe_tables, tables

_INTRODUCTION = """# A portfolio to fill in

Fill in `contracts.csv` and `managers.csv`; every other table is optional. Then

    tsam-planner check THIS_FOLDER
    tsam-planner plan THIS_FOLDER --quarter 2027Q1 --out plan

`policy.toml` lists every number and reading of the rules; remove a `#` to change one.

"""


def write_template(path: Path | str) -> Path:
    """
    Write an empty portfolio: a folder, or a workbook when the name ends in ``.xlsx``.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    PlanFileError
        When something stands there already, or it cannot be written.
    """
    target = Path(path)
    occupied = target.exists() and not (target.is_dir() and not any(target.iterdir()))
    if occupied:
        message = f"{target} exists already and is not empty; choose another name"
        raise PlanFileError(message)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix.lower() == ".xlsx":
            _write_workbook(target)
        else:
            _write_folder(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise PlanFileError(message) from error
    return target


def _write_folder(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for table in tables().values():
        header = ",".join(table.columns) + "\n"
        (folder / f"{table.name}.csv").write_text(header, encoding="utf-8")
    (folder / "README.md").write_text(_INTRODUCTION + describe_tables(), encoding="utf-8")
    (folder / "policy.toml").write_text(policy_template(), encoding="utf-8")


def _write_workbook(path: Path) -> None:
    # Imported here: only those who use workbooks pay for it.
    from tsam_planner.io.template_workbook import template_workbook

    path.write_bytes(template_workbook(tuple(tables().values())))
