"""Commands on the marked portfolio, with all that they write and say kept."""

import shutil

from marked import EXACT, EXPORT_OF_ABSENCES, MAPPING, QUARTER, call, write_portfolio


def import_absences(folder):
    """Write the marked portfolio with absences of an HR system; return the folder."""
    write_portfolio(folder / "portfolio")
    (folder / "hr.csv").write_text(EXPORT_OF_ABSENCES, encoding="utf-8")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    code, said = call(
        "import", folder / "hr.csv", "--map", folder / "map.toml", "--out", folder / "imported"
    )
    assert code == 0
    (folder / "import.said").write_text(said, encoding="utf-8")
    shutil.copy(folder / "imported/absences.csv", folder / "portfolio")
    return folder


def run_commands(records, written):
    """Run every command that reads absences; return the folder of all that came of it."""
    plan = written / "plan"
    commands = [
        ("check", records),
        ("plan", records, *QUARTER, *EXACT, "--out", plan),
        ("report", records, plan, "--out", written / "leadership.html"),
        ("report", records, plan, "--view", "works-council", "--out", written / "council.html"),
        ("report", records, plan, "--pseudonymous", "--out", written / "ids.html"),
        ("replan", records, plan, "--from", "2027-02-15", "--out", written / "replan"),
        ("forecast", records, *QUARTER, "--out", written / "forecast"),
        ("revenue", records, plan, "--out", written / "revenue"),
        ("verify", records, plan),
        ("verify", records, plan / "plan.xlsx"),
        ("explain", records, plan, "zqc05"),
        ("explain", records, plan, "zqc01", "--json"),
    ]
    for number, command in enumerate(commands):
        code, said = call(*command)
        assert code == 0, (command, said)
        written.mkdir(exist_ok=True)
        (written / f"{number}.said").write_text(said, encoding="utf-8")
    return written
