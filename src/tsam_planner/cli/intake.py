"""What `import` shows: control totals, quarantine, suggestions, and what is left to do."""

from typing import TYPE_CHECKING

from tsam_planner.cli import terminal
from tsam_planner.intake.intake_files import (
    CONTROL_TOTALS,
    QUARANTINE,
    SUGGESTIONS,
    plain_amount,
)
from tsam_planner.intake.source_rows import Fate

if TYPE_CHECKING:
    from tsam_planner.intake.recipe import Intake
    from tsam_planner.intake.totals import Total

# Problems that the terminal shows; the portfolio's check lists them all.
_SHOWN = 20


def show_intake(intake: "Intake", *, json: bool) -> None:
    """Show what became of every row, and what is left to do."""
    if json:
        terminal.say_json(_document(intake))
        return
    for total in intake.totals:
        terminal.say(_sentence(total))
    for note in intake.notes:
        terminal.say(f"note: {note}")
    if intake.quarantined:
        place = intake.folder / QUARANTINE
        noun = "row is" if intake.quarantined == 1 else "rows are"
        terminal.say(f"{intake.quarantined} {noun} in quarantine: {place}", style="yellow")
    if intake.suggestions:
        place = intake.folder / SUGGESTIONS
        terminal.say(f"suggestions to confirm: {len(intake.suggestions)} in {place}")
    _show_left_to_do(intake)
    terminal.say(f"Written to {intake.folder} (control totals in {CONTROL_TOTALS})")


def _sentence(total: "Total") -> str:
    place = f"{total.file}:{total.sheet}" if total.sheet else total.file
    parts = [f"{plain_amount(total.read)} read"]
    parts += [
        f"{plain_amount(total.amounts[fate])} {_WORDS[fate]}"
        for fate in Fate
        if fate is Fate.USED or total.amounts[fate]
    ]
    table = total.table
    if total.entry != table:
        table += f" ({total.entry})"
    return f"{place} → {table}, {total.measure}: {', '.join(parts)}"


_WORDS = {
    Fate.USED: "used",
    Fate.QUARANTINED: "in quarantine",
    Fate.LEFT_OUT: "left out by the mapping",
    Fate.DUPLICATE: "duplicate",
}


def _show_left_to_do(intake: "Intake") -> None:
    errors = [item for item in intake.left_to_do if item.severity == "error"]
    if not errors:
        terminal.say("nothing is left to do: the portfolio can be planned", style="green")
        return
    terminal.say(f"left to do before it can be planned: {len(errors)}", style="yellow")
    for item in errors[:_SHOWN]:
        terminal.say(f"  {item}")
    if len(errors) > _SHOWN:
        terminal.say(f"  … all of them: tsam-planner check {intake.folder}")


def _document(intake: "Intake") -> dict[str, object]:
    return {
        "written": str(intake.folder),
        "totals": [
            {
                "file": total.file,
                "sheet": total.sheet,
                "table": total.table,
                "entry": total.entry,
                "measure": total.measure,
                "read": float(total.read),
                **{str(fate): float(total.amounts[fate]) for fate in Fate},
            }
            for total in intake.totals
        ],
        "quarantined": intake.quarantined,
        # Names of people and companies stand in the file, not in what a log may keep.
        "suggestions": [
            {"section": f"confirmed.{item.section}", "rows": item.rows}
            for item in intake.suggestions
        ],
        "notes": list(intake.notes),
        "left_to_do": [
            {**terminal.plain(item), "severity": item.severity} for item in intake.left_to_do
        ],
    }
