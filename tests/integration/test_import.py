"""The command `import`: exports of other systems become a portfolio, row by row."""

import csv
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tsam_planner.cli.commands import run
from tsam_planner.io.portfolios import check_portfolio, read_portfolio

SAMPLE = Path(__file__).parents[2] / "data" / "sample"

CASES = """\
Number;Contract;Opened;Effort;Kind
1;C-1;31/01/2027 10:00;7,5;Case
2;C-2;01/07/2027 10:00;1,25;Case
3;C-1;31/02/2027 10:00;1;Case
4;C-1;01/02/2027 10:00;0,5;Draft
1;C-1;31/01/2027 10:00;7,5;Case
"""
MAPPING = """\
time_zone = "Europe/Rome"
date_format = "%d/%m/%Y %H:%M"
[[table]]
target = "cases"
columns.case_id = "Number"
columns.contract_id = "Contract"
columns.opened_at = "Opened"
columns.hours = "Effort"
ignore.Kind = "Draft"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return an empty folder that commands run in, with a file writer."""
    monkeypatch.chdir(tmp_path)

    def write(**files):
        for name, text in files.items():
            stem, _, ending = name.rpartition("_")
            (tmp_path / f"{stem}.{ending}").write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return write


def rows(path):
    """Return a CSV file's rows as dictionaries."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(folder):
    """Return every file of a folder by its relative name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def test_every_row_is_used_quarantined_left_out_or_a_duplicate(place, capsys):
    """Of five rows two are used, one has 31 February, one is a draft, one stands twice."""
    place(cases_csv=CASES, map_toml=MAPPING)
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:3] == [
        "cases.csv → cases, rows: 5 read, 2 used, 1 in quarantine, "
        "1 left out by the mapping, 1 duplicate",
        # 7.5 + 1.25 + 1 + 0.5 + 7.5 hours.
        "cases.csv → cases, hours: 17.75 read, 8.75 used, 1 in quarantine, "
        "0.5 left out by the mapping, 7.5 duplicate",
        f"1 row is in quarantine: {Path('out/import/quarantine.csv')}",
    ]
    # Rome is one hour ahead of UTC in winter, two in summer.
    assert Path("out/cases.csv").read_text() == (
        "case_id,contract_id,opened_at,hours\n"
        "1,C-1,2027-01-31T09:00Z,7.5\n"
        "2,C-2,2027-07-01T08:00Z,1.25\n"
    )


def test_quarantine_says_where_why_and_what_to_do(place):
    """A row in quarantine keeps its place, its reason and its original cells."""
    place(cases_csv=CASES, map_toml=MAPPING)
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out"]) == 0
    (bad,) = rows("out/import/quarantine.csv")
    assert (bad["file"], bad["row"], bad["column"]) == ("cases.csv", "4", "opened_at")
    assert (bad["source_column"], bad["value"]) == ("Opened", "31/02/2027 10:00")
    assert bad["reason"] == "expected a moment, got '31/02/2027 10:00'"
    assert "date_format" in bad["remedy"]
    original = {"Number": "3", "Contract": "C-1", "Opened": "31/02/2027 10:00"}
    assert json.loads(bad["original"]) == {**original, "Effort": "1", "Kind": "Case"}


def test_control_totals_are_written(place):
    """Rows and hours by file and table, and where they went."""
    place(cases_csv=CASES, map_toml=MAPPING)
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out"]) == 0
    assert Path("out/import/control_totals.csv").read_text() == (
        "file,sheet,table,entry,measure,read,used,quarantined,left_out,duplicate\n"
        "cases.csv,,cases,cases,rows,5,2,1,1,1\n"
        "cases.csv,,cases,cases,hours,17.75,8.75,1,0.5,7.5\n"
    )


def test_json_tells_the_same(place, capsys):
    """Programs get totals, quarantine and what is left to do."""
    place(cases_csv=CASES, map_toml=MAPPING)
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["quarantined"] == 1
    assert answer["totals"][0]["used"] == 2
    assert answer["written"] == "out"
    missing = [item["file"] for item in answer["left_to_do"] if item["severity"] == "error"]
    assert missing == ["contracts.csv", "managers.csv"]


def test_a_wrong_mapping_names_every_problem_and_writes_nothing(place, capsys):
    """Unknown target, missing source and two sources at once: exit 2, no folder."""
    wrong = MAPPING.replace('columns.hours = "Effort"', 'columns.hourz = "Effortt"')
    wrong += 'constants.contract_id = "C-1"\n'
    place(cases_csv=CASES, map_toml=wrong)
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out"]) == 2
    complaint = capsys.readouterr().err
    assert "cases has no column 'hourz'; did you mean 'hours'?" in complaint
    assert "the export has no column 'Effortt' for hourz; did you mean 'Effort'?" in complaint
    assert "contract_id has two sources, a column and a constant" in complaint
    assert not Path("out").exists()


def test_a_wrong_key_or_value_hides_no_other_problem(place, capsys):
    """Two slips, a missing source, a file that nobody wants: all at once, and nothing twice."""
    wrong = MAPPING.replace("Europe/Rome", "Europe/Roma").replace("date_format", "date_formt")
    wrong = wrong.replace("Effort", "Efort") + 'file = "cases*"\n'
    place(cases_csv=CASES, other_csv=CASES, map_toml=wrong)
    call = ["import", "cases.csv", "other.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 2
    complaint = capsys.readouterr().err
    assert "did you mean 'date_format'?" in complaint
    assert "did you mean 'Europe/Rome'?" in complaint
    assert "did you mean 'Effort'?" in complaint
    assert "other.csv: no table of the mapping fits" in complaint
    # The format was meant and the zone was stated, though both wrongly.
    assert "state date_format" not in complaint
    assert "state time_zone" not in complaint


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("ignore.Kind", "ignored.Kind", "did you mean 'ignore'?"),
        ('date_format = "%d/%m/%Y %H:%M"', "", "state date_format in the mapping"),
        ('time_zone = "Europe/Rome"', "", "state time_zone in the mapping"),
        ('"Europe/Rome"', '"Europe/Roma"', "did you mean 'Europe/Rome'?"),
        ('"cases"', '"case"', "did you mean 'cases'?"),
        ('columns.case_id = "Number"', "", "case_id of cases has no source"),
        ("[[table]]", "[[table]", "no TOML"),
        ('target = "cases"', 'target = "cases"\nfile = "x*"', "no table of the mapping fits"),
        ("ignore.Kind", "ignore.Kindd", "no column 'Kindd' for ignore; did you mean 'Kind'?"),
    ],
)
def test_what_the_mapping_must_say_is_asked_for(place, capsys, before, after, words):
    """The complaint says what to write; nothing is guessed and nothing written."""
    assert before in MAPPING
    place(cases_csv=CASES, map_toml=MAPPING.replace(before, after))
    assert run(["import", "cases.csv", "--map", "map.toml", "--out", "out"]) == 2
    assert words in capsys.readouterr().err
    assert not Path("out").exists()


def test_the_order_of_files_does_not_matter(place):
    """Files named in another order, one with a contradiction: the same bytes."""
    other = "Number;Contract;Opened;Effort;Kind\n9;C-9;01/03/2027 10:00;2,5;Case\n"
    other += "2;C-3;01/07/2027 10:00;1,25;Case\n"
    place(b_csv=CASES, a_csv=other, map_toml=MAPPING)
    assert run(["import", "a.csv", "b.csv", "--map", "map.toml", "--out", "one"]) == 0
    assert run(["import", "b.csv", "a.csv", "--map", "map.toml", "--out", "two"]) == 0
    assert bytes_of("one") == bytes_of("two")
    reasons = [item["reason"] for item in rows("one/import/quarantine.csv")]
    assert "'2' has contract_id 'C-3' already (row 3 of a.csv)" in reasons


def test_only_a_folder_of_ours_is_replaced(place, capsys):
    """An earlier import is replaced and keeps its policy; anything else stays."""
    folder = place(cases_csv=CASES, map_toml=MAPPING)
    call = ["import", "cases.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 0
    (folder / "out" / "policy.toml").write_text("max_open_cases = 25\n")
    assert run(call) == 0
    assert (folder / "out" / "policy.toml").read_text() == "max_open_cases = 25\n"
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("mine")
    assert run([*call[:-1], "mine"]) == 2
    assert "no folder of an earlier import" in capsys.readouterr().err
    assert bytes_of(folder / "mine") == {"notes.txt": b"mine"}
    (folder / "out" / "mtempo.csv").write_text(CASES)
    assert run(["import", "out/mtempo.csv", "--map", "map.toml", "--out", "out"]) == 2
    assert "is replaced; move it elsewhere" in capsys.readouterr().err


def test_rows_that_refer_to_nothing_are_quarantined_one_after_another(place):
    """A contract without company is in quarantine, hence also its case and hours."""
    place(
        companies_csv="Id,Name\nK-1,Blue Mesa\n",
        contracts_csv=(
            "Ref,Company,Kind,Where,From,To,Zone\n"
            "C-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome\n"
            "C-2,K-2,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome\n"
        ),
        times_csv="Contract,Day,Time\nC-1,2026-11-02,2.5\nC-2,2026-11-02,1.5\n",
        map_toml="""
[[table]]
target = "companies"
file = "companies*"
columns = {company_id = "Id", name = "Name"}
[[table]]
target = "contracts"
file = "contracts*"
[table.columns]
contract_id = "Ref"
company_id = "Company"
offering = "Kind"
deployment = "Where"
start_date = "From"
end_date = "To"
time_zone = "Zone"
[[table]]
target = "timesheets"
file = "times*"
columns = {contract_id = "Contract", date = "Day", hours = "Time"}
""",
    )
    call = ["import", "times.csv", "contracts.csv", "companies.csv", "--map", "map.toml"]
    assert run([*call, "--out", "out"]) == 0
    bad = {item["table"]: item for item in rows("out/import/quarantine.csv")}
    assert bad["contracts"]["reason"] == "companies has no 'K-2'"
    assert bad["timesheets"]["reason"] == "contracts has no 'C-2'"
    assert "in quarantine: mend that first" in bad["timesheets"]["remedy"]
    assert [item["contract_id"] for item in rows("out/timesheets.csv")] == ["C-1"]


def test_suggestions_count_only_once_confirmed(place):
    """A name for an id and a missing zone are suggested; the mapping's lines apply them."""
    mapping = """
[[table]]
target = "managers"
file = "people*"
columns = {manager_id = "Id", name = "Name", country = "Country"}
[[table]]
target = "cases"
file = "cases*"
columns = {case_id = "No", contract_id = "Contract", opened_at = "Opened", manager_id = "Owner"}
"""
    place(
        people_csv="Id,Name,Country\nM-1,Zoë Conti,IT\nM-2,Ana Calvo,ES\n",
        cases_csv='No,Contract,Opened,Owner\n1,C-1,2027-01-31T10:00Z,"Conti, Zoe"\n',
        map_toml=mapping,
    )
    call = ["import", "people.csv", "cases.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 0
    assert rows("out/cases.csv") == []
    lines = {item["section"]: item["line"] for item in rows("out/import/suggestions.csv")}
    # Spain has three zones: no suggestion for it.
    assert lines == {
        "confirmed.managers": '"Conti, Zoe" = "M-1"',
        "confirmed.time_zones": '"IT" = "Europe/Rome"',
    }
    confirmed = "".join(f"[{section}]\n{line}\n" for section, line in lines.items())
    Path("map.toml").write_text(confirmed + mapping)
    assert run(call) == 0
    assert [item["manager_id"] for item in rows("out/cases.csv")] == ["M-1"]
    assert [item["time_zone"] for item in rows("out/managers.csv")] == ["Europe/Rome", ""]
    left = [str(item) for item in check_portfolio("out") if item.file == "managers.csv"]
    assert any("row 3, column 'time_zone': the cell is empty" in item for item in left)


def test_formulas_stay_text(place):
    """What looks like a formula is stored as it is, and harmless where people open it."""
    place(
        companies_csv='Id,Name\nK-1,"=HYPERLINK(""x"")"\nK-2,+39 Lab\nK-2,-cmd\n',
        map_toml="""
[[table]]
target = "companies"
columns = {company_id = "Id", name = "Name"}
""",
    )
    assert run(["import", "companies.csv", "--map", "map.toml", "--out", "out"]) == 0
    names = [item["name"] for item in rows("out/companies.csv")]
    assert names == ['=HYPERLINK("x")', "+39 Lab"]
    assert rows("out/import/quarantine.csv")[0]["value"] == "'-cmd"


def test_contracts_under_other_names_come_back_the_same(place):
    """Sample contracts, renamed, in Italian form, imported: the same tables."""
    frame = pd.read_csv(SAMPLE / "contracts.csv", dtype=str, keep_default_na=False)
    for column in ("start_date", "end_date"):
        frame[column] = frame[column].str.replace(r"(....)-(..)-(..)", r"\3/\2/\1", regex=True)
    for column in ("need_hours", "extra_hour_rate"):
        frame[column] = frame[column].str.replace(".", ",")
    words = {"tsam": "TSAM", "saas_standard": "Standard", "saas_premium": "Premium"}
    frame["offering"] = frame["offering"].map(words)
    frame = frame.rename(columns={name: f"Colonna {name}" for name in frame}).iloc[::-1]
    folder = place()
    frame.to_csv(folder / "contratti.csv", sep=";", index=False, encoding="cp1252")
    names = [name.removeprefix("Colonna ") for name in frame]
    lines = [
        'date_format = "%d/%m/%Y"', 'decimal = ","', "[[table]]", 'target = "contracts"',
        "[table.values.offering]", 'TSAM = "tsam"', 'Standard = "saas_standard"',
        'Premium = "saas_premium"', "[table.columns]",
        *(f'{name} = "Colonna {name}"' for name in names),
    ]  # fmt: skip
    (folder / "map.toml").write_text("\n".join(lines))
    assert run(["import", "contratti.csv", "--map", "map.toml", "--out", "out"]) == 0
    assert rows("out/import/quarantine.csv") == []
    (folder / "out" / "managers.csv").write_bytes((SAMPLE / "managers.csv").read_bytes())
    assert read_portfolio("out").contracts == read_portfolio(SAMPLE).contracts


def test_a_salesforce_report_of_cases(place):
    """A report with its footer, read in the zone and order of who exported it."""
    place(
        report1642777476321_csv=(
            '"Case Number","Contract Number","Case Owner","Priority","Status",'
            '"Date/Time Opened","Date/Time Closed"\n'
            '"00001026","C-1","Kim Vega","High","Closed","4/13/2026, 3:05 PM",'
            '"4/14/2026, 9:00 AM"\n'
            '"00001027","C-1","Kim Vega","Medium","New","4/13/2026, 3:30 PM",""\n'
            "\n\n"
            '"Cases of the quarter"\n"Copyright (c) 2000-2026 salesforce.com, inc."\n'
            '"Confidential Information - Do Not Distribute"\n'
        ),
        map_toml="""
extends = "salesforce"
time_zone = "America/New_York"
date_format = "%m/%d/%Y, %I:%M %p"
[[table]]
target = "cases"
ignore.Status = "New"
""",
    )
    export = "report1642777476321.csv"
    assert run(["import", export, "--map", "salesforce", "--out", "out"]) == 2
    assert run(["import", export, "--map", "map.toml", "--out", "out"]) == 0
    # New York is four hours behind UTC in April; priority High counts as 2.
    assert rows("out/cases.csv") == [
        {
            "case_id": "00001026",
            "contract_id": "C-1",
            "opened_at": "2026-04-13T19:05Z",
            "closed_at": "2026-04-14T13:00Z",
            "severity": "2",
            "manager_id": "Kim Vega",
        }
    ]
    (total,) = rows("out/import/control_totals.csv")
    # One row with status New and three lines of the footer are left out.
    assert (total["read"], total["used"], total["left_out"]) == ("5", "1", "4")


def test_salesforce_objects_of_the_data_loader(place):
    """Names of fields and moments with an offset need no mapping of one's own."""
    place(
        Account_csv='"Id","Name","BillingCountry"\n"001A","Blue Mesa","IT"\n',
        Case_csv=(
            '"CaseNumber","AssetId","AccountId","OwnerId","Priority","CreatedDate"\n'
            '"00001026","02iA","001A","005A","Low","2026-04-13T15:05:10.000+0000"\n'
        ),
    )
    call = ["import", "Account.csv", "Case.csv", "--map", "salesforce", "--out", "out"]
    assert run(call) == 0
    assert rows("out/companies.csv") == [{"company_id": "001A", "name": "Blue Mesa"}]
    (case,) = rows("out/cases.csv")
    assert (case["opened_at"], case["severity"]) == ("2026-04-13T15:05:10Z", "4")


def test_a_salesforce_report_of_entitlements_gives_contracts(place):
    """Terms, companies and words for offerings come from one report."""
    place(
        report_csv=(
            "Entitlement Name,Account Name,Type,Deployment,Start Date,End Date,"
            "Billing Country\nE-7,Blue Mesa,SaaS Premium,Cloud,2026-01-01,2026-12-31,US\n"
        ),
    )
    assert run(["import", "report.csv", "--map", "salesforce", "--out", "out"]) == 0
    (contract,) = rows("out/contracts.csv")
    assert (contract["offering"], contract["deployment"]) == ("saas_premium", "saas")
    assert (contract["company_id"], contract["time_zone"]) == ("Blue Mesa", "")


def test_a_list_of_servicenow_incidents(place):
    """Names of fields, cp1252 and seconds of work, as its lists are exported."""
    folder = place(map_toml='extends = "servicenow"\ntime_zone = "Europe/Rome"\n')
    (folder / "incident.csv").write_bytes(
        (
            '"number","contract","opened_at","closed_at","priority","assigned_to","time_worked"\n'
            '"INC0010001","C-1","2026-08-03 09:00:00","","1 - Critical","Zoë Conti","5400"\n'
        ).encode("cp1252")
    )
    assert run(["import", "incident.csv", "--map", "map.toml", "--out", "out"]) == 0
    assert rows("out/cases.csv") == [
        {
            "case_id": "INC0010001",
            "contract_id": "C-1",
            "opened_at": "2026-08-03T07:00Z",
            "closed_at": "",
            "severity": "1",
            "hours": "1.5",  # 5,400 seconds
            "manager_id": "Zoë Conti",
        }
    ]


def test_an_export_of_jira_repeats_columns(place, capsys):
    """Repeated names that the mapping does not use do no harm; one that it uses is asked."""
    header = "Summary,Issue key,Priority,Assignee,Created,Resolved,Labels,Labels,Time Spent"
    line = "Slow,SUP-1,High,kim,04/Jan/27 10:15 AM,,a,b,3600"
    place(
        jira_csv=f"{header},Custom field (Contract)\n{line},C-1\n",
        twice_csv=f"{header},Custom field (Contract),Custom field (Contract)\n{line},C-1,C-2\n",
        map_toml='extends = "jira"\ntime_zone = "Europe/Rome"\n',
    )
    assert run(["import", "jira.csv", "--map", "map.toml", "--out", "out"]) == 0
    (case,) = rows("out/cases.csv")
    assert (case["case_id"], case["contract_id"]) == ("SUP-1", "C-1")
    assert (case["opened_at"], case["hours"]) == ("2027-01-04T09:15Z", "1")
    assert run(["import", "twice.csv", "--map", "map.toml", "--out", "two"]) == 2
    assert "stands 2 times in the header, contract_id takes one" in capsys.readouterr().err


def test_repeated_columns_fill_a_list(place):
    """A list column takes all columns of its name, and divides cells at the stated mark."""
    place(
        people_csv="Id,Skill,Zone,Skill\nM-1,Creo|Arena,Europe/Rome,Codebeamer\n",
        map_toml="""
list_separator = "|"
[[table]]
target = "managers"
columns = {manager_id = "Id", products = "Skill", time_zone = "Zone"}
""",
    )
    assert run(["import", "people.csv", "--map", "map.toml", "--out", "out"]) == 0
    assert rows("out/managers.csv")[0]["products"] == "Creo;Arena;Codebeamer"


def test_an_italian_spreadsheet_of_hours(place):
    """Semicolons, decimal commas and day/month/year below a title are read as meant."""
    folder = place(
        map_toml="""
date_format = "%d/%m/%Y"
[[table]]
target = "timesheets"
header_row = 2
columns = {contract_id = "Contratto", date = "Data", hours = "Tempo", activity = "Attività"}
"""
    )
    text = (
        "Tempo del trimestre;;;\nContratto;Data;Tempo;Attività\n"
        "C-1;03/11/2026;7,5;analisi\nC-1;04/11/2026;1,25;\n"
    )
    (folder / "tempo.csv").write_bytes(text.encode("cp1252"))
    assert run(["import", "tempo.csv", "--map", "map.toml", "--out", "out"]) == 0
    assert [(item["date"], item["hours"]) for item in rows("out/timesheets.csv")] == [
        ("2026-11-03", "7.5"),
        ("2026-11-04", "1.25"),
    ]


def test_a_workbook_is_read_sheet_by_sheet(place, capsys):
    """Real dates and numbers need no formats; a sheet that nobody wants is mentioned."""
    folder = place(
        map_toml="""
[[table]]
target = "timesheets"
sheet = "hours*"
columns = {contract_id = "Contract", date = "Day", hours = "Hours", activity = "What"}
"""
    )
    book = openpyxl.Workbook()
    book.active.title = "Hours 2026"
    for line in (
        ["Contract", "Day", "Hours", "What"],
        [7, pd.Timestamp("2026-11-03").to_pydatetime(), 7.5, "=1+1"],
        [7, pd.Timestamp("2026-11-04").to_pydatetime(), "#N/A", None],
    ):
        book.active.append(line)
    book.create_sheet("Notes").append(["anything"])
    book.save(folder / "hours.xlsx")
    assert run(["import", "hours.xlsx", "--map", "map.toml", "--out", "out"]) == 0
    assert "note: hours.xlsx: sheet 'Notes' is not used" in capsys.readouterr().out
    assert rows("out/timesheets.csv") == [
        {"contract_id": "7", "date": "2026-11-03", "hours": "7.5", "activity": "=1+1"}
    ]
    (bad,) = rows("out/import/quarantine.csv")
    assert (bad["sheet"], bad["row"]) == ("Hours 2026", "3")
    assert bad["reason"] == "the formula failed: #N/A"


def test_a_size_that_a_workbook_states_wrongly_loses_nothing(place):
    """Some programs write that a sheet is one cell large; all of it is read."""
    folder = place(map_toml=MAPPING.replace("ignore", "optional = []\nignore"))
    book = openpyxl.Workbook()
    for line in csv.reader(CASES.splitlines(), delimiter=";"):
        book.active.append(line)
    book.save(folder / "right.xlsx")
    with (
        zipfile.ZipFile(folder / "right.xlsx") as right,
        zipfile.ZipFile(folder / "wrong.xlsx", "w") as wrong,
    ):
        for name in right.namelist():
            part = right.read(name)
            wrong.writestr(
                name, part.replace(b'<dimension ref="A1:E6"', b'<dimension ref="A1"')
            )
    assert run(["import", "wrong.xlsx", "--map", "map.toml", "--out", "out"]) == 0
    assert rows("out/import/control_totals.csv")[0]["read"] == "5"
    assert len(rows("out/cases.csv")) == 2


def test_companies_that_are_confirmed_to_be_one_are_merged(place):
    """The second name is a duplicate of the first, and contracts of both are of one company."""
    mapping = """
[[table]]
target = "companies"
file = "companies*"
columns = {company_id = "Id", name = "Name"}
[[table]]
target = "contracts"
file = "deals*"
columns = {contract_id = "Ref", company_id = "Company"}
"""
    place(
        companies_csv="Id,Name\nK-0,BLUE MESA SPA\nK-1,Blue Mesa S.p.A.\nK-2,Arrow\n",
        deals_csv="Ref,Company\nC-1,K-0\nC-2,K-1\n",
        map_toml=mapping,
    )
    call = ["import", "companies.csv", "deals.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 0
    (found,) = rows("out/import/suggestions.csv")
    assert found["line"] == '"K-1" = "K-0"'
    assert len(rows("out/companies.csv")) == 3
    # A person may as well decide for the other direction.
    Path("map.toml").write_text(mapping + '[confirmed.companies]\nK-0 = "K-1"\n')
    assert run(call) == 0
    names = {item["company_id"]: item["name"] for item in rows("out/companies.csv")}
    assert names == {"K-1": "Blue Mesa S.p.A.", "K-2": "Arrow"}
    assert {item["company_id"] for item in rows("out/contracts.csv")} == {"K-1"}
    assert rows("out/import/control_totals.csv")[0]["duplicate"] == "1"
    assert rows("out/import/quarantine.csv") == []


def test_ids_of_others_may_be_left_empty_where_the_mapping_says_so(place, capsys):
    """A case that another team handled stays, without its owner, and this is said."""
    place(
        people_csv="Id\nM-1\n",
        cases_csv="No,Contract,Opened,Owner\n1,C-1,2027-01-31T10:00Z,Desk\n",
        map_toml="""
[[table]]
target = "managers"
file = "people*"
columns.manager_id = "Id"
[[table]]
target = "cases"
file = "cases*"
columns = {case_id = "No", contract_id = "Contract", opened_at = "Opened", manager_id = "Owner"}
empty_if_unknown = "manager_id"
""",
    )
    call = ["import", "people.csv", "cases.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 0
    assert rows("out/cases.csv")[0]["manager_id"] == ""
    assert "manager_id left empty in 1 row, unknown ids: 1" in capsys.readouterr().out


def test_exports_that_cannot_be_opened_are_named_together(place, capsys):
    """A missing file, a broken workbook and a name that comes twice: all at once, exit 2."""
    folder = place(cases_csv=CASES, broken_xlsx="no workbook", map_toml=MAPPING)
    (folder / "more").mkdir()
    (folder / "more" / "cases.csv").write_text(CASES)
    files = ["cases.csv", "more/cases.csv", "none.csv", "broken.xlsx"]
    assert run(["import", *files, "--map", "map.toml", "--out", "out"]) == 2
    complaint = capsys.readouterr().err
    assert "cases.csv: 2 exports have this name" in complaint
    assert "none.csv: there is no such file" in complaint
    assert "broken.xlsx: the workbook cannot be opened" in complaint
    assert not Path("out").exists()


def test_two_systems_complete_each_other(place):
    """Names of one system and zones of another make whole managers."""
    place(
        crm_csv="User,Name\nM-1,Kim Vega\n",
        hr_csv="User,Zone\nM-1,Europe/Rome\n",
        map_toml="""
[[table]]
target = "managers"
file = "crm*"
columns = {manager_id = "User", name = "Name"}
[[table]]
name = "zones"
target = "managers"
file = "hr*"
columns = {manager_id = "User", time_zone = "Zone"}
""",
    )
    assert run(["import", "crm.csv", "hr.csv", "--map", "map.toml", "--out", "out"]) == 0
    whole = {"manager_id": "M-1", "time_zone": "Europe/Rome", "name": "Kim Vega"}
    assert rows("out/managers.csv") == [whole]


def test_a_whole_import_can_be_planned(place, capsys):
    """Contracts and managers imported whole leave nothing to do."""
    place(
        contracts_csv=("Ref,Company,From,To\nC-1,K-1,2026-01-01,2027-12-31\n"),
        managers_csv="Id,Zone\nM-1,Europe/Rome\n",
        map_toml="""
[[table]]
target = "contracts"
file = "contracts*"
columns = {contract_id = "Ref", company_id = "Company", start_date = "From", end_date = "To"}
constants = {offering = "tsam", deployment = "on_prem", time_zone = "Europe/Rome"}
[[table]]
target = "managers"
file = "managers*"
columns = {manager_id = "Id", time_zone = "Zone"}
""",
    )
    call = ["import", "contracts.csv", "managers.csv", "--map", "map.toml", "--out", "out"]
    assert run(call) == 0
    assert "nothing is left to do" in capsys.readouterr().out
    assert run(["check", "out"]) == 0
