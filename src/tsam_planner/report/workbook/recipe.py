"""A plan as a workbook that people can work in, sheet by sheet."""

from tsam_planner.io.workbook_record import RECORD_SHEET
from tsam_planner.plan.plan import Plan
from tsam_planner.report.workbook.assignments import LISTS_SHEET, add_assignments
from tsam_planner.report.workbook.book import Book
from tsam_planner.report.workbook.names import Names
from tsam_planner.report.workbook.summary import SHEETS, SUMMARY_SHEET, add_summary
from tsam_planner.report.workbook.tables import (
    add_additional_hours,
    add_calls,
    add_changes,
    add_contract_weeks,
    add_goals,
    add_rules,
)
from tsam_planner.report.workbook.team import add_manager_weeks, add_managers

WORKBOOK_FILE = "plan.xlsx"


def plan_workbook(plan: Plan, *, pseudonymous: bool = False) -> bytes:
    """
    Return the workbook of a plan: a sheet per table, owners and substitutes to be edited.

    `read_workbook` reads it back, `check_workbook` says what edits break and cost. The same
    plan gives the same bytes.

    Parameters
    ----------
    plan
        A plan that knows its portfolio.
    pseudonymous
        Call people and companies by their ids.

    Raises
    ------
    ArgumentError
        When the plan was read back without its portfolio.
    """
    names = Names(plan, is_pseudonymous=pseudonymous)
    sheets = (SUMMARY_SHEET, *SHEETS, LISTS_SHEET, RECORD_SHEET)
    book = Book(f"Plan of {plan.horizon}", plan.horizon.start, sheets)
    assignments = add_assignments(book, names)
    weeks = add_manager_weeks(book, names)
    managers = add_managers(book, names, weeks, assignments)
    add_contract_weeks(book, names)
    add_calls(book, names)
    add_additional_hours(book, names)
    add_changes(book, names)
    goals = add_goals(book, names)
    add_rules(book, names)
    add_summary(book, plan, assignments, managers, goals)
    return book.close()
