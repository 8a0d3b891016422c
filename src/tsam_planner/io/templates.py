"""An empty, commented portfolio to fill in, as a folder or a workbook."""

from pathlib import Path

from tsam_planner.errors import PlanFileError
from tsam_planner.io.folders import telling, write_file, write_folder
from tsam_planner.service.policy_files import policy_template
from tsam_planner.tables.dictionary import describe_tables, tables

_POLICY = "policy.toml"
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
    if target.suffix.lower() == ".xlsx":
        # Imported here: only those who use workbooks pay for it.
        from tsam_planner.io.template_workbook import template_workbook

        write_file(target, template_workbook(tuple(tables().values())))
    elif target.is_dir():
        with telling(target):
            _fill_or_empty(target)
    else:
        write_folder(target, _POLICY, _fill)
    return target


def _fill_or_empty(folder: Path) -> None:
    """Fill an empty folder that stays: somebody may be in it, or have mounted it."""
    try:
        _fill(folder)
    except BaseException:
        for path in folder.iterdir():
            path.unlink()
        raise


def _fill(folder: Path) -> None:
    for table in tables().values():
        header = ",".join(table.columns) + "\n"
        (folder / f"{table.name}.csv").write_text(header, encoding="utf-8")
    (folder / "README.md").write_text(_INTRODUCTION + describe_tables(), encoding="utf-8")
    (folder / _POLICY).write_text(policy_template(), encoding="utf-8")
