"""Disks that are full and folders that are shut: a word about the path, nothing lost."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_sample import small_sample, write_tables
from writers import contents, two_plans

from tsam_planner import (
    DecisionRecord,
    read_decisions,
    read_plan,
    record_decision,
    write_decisions,
)
from tsam_planner.cli.commands import run
from tsam_planner.errors import PlanFileError
from tsam_planner.io import folders
from tsam_planner.io.folders import write_file
from tsam_planner.io.plans import write_plan
from tsam_planner.report import publication

resource = pytest.importorskip("resource", reason="limits of files are those of Unix")
WEEKS = ("--start", "2027-02-01", "--weeks", "4")


@contextmanager
def room(size):
    """Let no file become larger than some bytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Return the folder of a small portfolio."""
    return write_tables(tmp_path_factory.mktemp("sample") / "portfolio", small_sample())


@pytest.fixture(scope="module")
def plan(sample, tmp_path_factory):
    """Return the folder of its plan."""
    folder = tmp_path_factory.mktemp("plan") / "plan"
    assert run(["plan", str(sample), *WEEKS, "--out", str(folder), "--quiet"]) == 0
    return folder


def test_whichever_file_finds_no_room_the_earlier_plan_stays(tmp_path, monkeypatch):
    """Each of the files is refused in turn, in the order in which they are written."""
    older, newer = two_plans()
    folder = publication.publish_plan(older, tmp_path / "plan")
    before, kept = contents(folder), {}
    monkeypatch.setattr(publication, "write_plan", lambda *_, files: kept.update(files))
    publication.publish_plan(newer, folder)
    write_plan(newer, tmp_path / "whole", files=kept)
    files = [path for path in (tmp_path / "whole").rglob("*") if path.is_file()]
    refused, write = set(), Path.write_bytes
    for last in range(len(files)):
        room = iter(range(last))

        def written(path, content, room=room):
            if next(room, None) is None:
                refused.add(path.name)
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            return write(path, content)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", written)
            with pytest.raises(PlanFileError, match="plan cannot be written: No space left"):
                write_plan(newer, folder, files=kept)
        assert contents(folder) == before
    assert refused == {path.name for path in files}
    assert {path.name for path in tmp_path.iterdir()} == {"plan", "whole"}


def test_a_disk_that_is_full_for_real_leaves_the_earlier_plan(tmp_path):
    """The system refuses files beyond some bytes: whichever comes first."""
    older, newer = two_plans()
    folder = write_plan(older, tmp_path / "plan")
    before = contents(folder)
    for size in (0, 100, 500, 1_000, 2_000, 4_000):
        with room(size), pytest.raises(PlanFileError, match="written: File too large"):
            write_plan(newer, folder)
        assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


COMMANDS = {
    "plan": ("plan", "{sample}", *WEEKS, "--out", "{out}"),
    "replan": ("replan", "{sample}", "{plan}", "--from", "2027-02-15", "--out", "{out}"),
    "forecast": ("forecast", "{sample}", *WEEKS, "--out", "{out}"),
    "report": ("report", "{sample}", "{plan}", "--out", "{out}"),
    "council": ("report", "{sample}", "{plan}", "--view", "works-council", "--out", "{out}"),
    "revenue": ("revenue", "{sample}", "{plan}", "--out", "{out}"),
    "staff": ("staff", "{sample}", *WEEKS, "--out", "{out}", "--time-limit", "2"),
    "new": ("new", "{out}"),
    "workbook": ("new", "{out}.xlsx"),
}


def words_of(name, **places):
    """Return the words of a command."""
    return [word.format(**places) for word in COMMANDS[name]]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_told_and_leaves_nothing(name, sample, plan, tmp_path, capsys):
    """Exit code 2, the path and the reason in one line, no file and no folder."""
    with room(10):
        code = run(words_of(name, sample=sample, plan=plan, out=tmp_path / "out"))
    told = capsys.readouterr().err.splitlines()
    assert code == 2, told
    assert told[-1].startswith(str(tmp_path / "out"))
    assert told[-1].endswith(" cannot be written: File too large")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_path_below_a_file_is_told(name, sample, plan, tmp_path, capsys):
    """A file stands where a folder would have to be."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    out = tmp_path / "file" / "out"
    assert run(words_of(name, sample=sample, plan=plan, out=out)) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert str(out) in told
    assert "cannot be written" in told
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_name_that_the_system_refuses_is_told(name, sample, plan, tmp_path, capsys):
    """No name of a file is of 300 letters."""
    out = tmp_path / ("x" * 300)
    assert run(words_of(name, sample=sample, plan=plan, out=out)) == 2
    assert "File name too long" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "verify"])
def test_an_input_whose_name_the_system_refuses_is_told(command, sample, capsys):
    """As an error of the call, not of the program."""
    words = [command, "x" * 300] if command == "check" else [command, str(sample), "x" * 300]
    assert run(words) == 2
    assert "File name too long" in capsys.readouterr().err


@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 0)() == 0, reason="nothing is shut for this user"
)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_shut_folder_is_told(name, sample, plan, tmp_path, capsys):
    """Exit code 2, the path and the reason; nothing is left in the folder."""
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o555)
    assert run(words_of(name, sample=sample, plan=plan, out=shut / "out")) == 2
    assert "cannot be written: Permission denied" in capsys.readouterr().err
    assert list(shut.iterdir()) == []


def test_a_decision_that_finds_no_room_leaves_the_record_as_it_was(plan, tmp_path):
    """One of them stands in the plan's folder; there is no room for a second one."""
    folder = shutil.copytree(plan, tmp_path / "plan")
    made = read_plan(folder)
    record = record_decision(DecisionRecord(), made, "Kim", "draft")
    write_decisions(record, folder)
    before = contents(folder)
    more = record_decision(record, made, "Kim", "approved")
    with room(60), pytest.raises(PlanFileError, match="File too large") as refused:
        write_decisions(more, folder)
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 500
    assert contents(folder) == before
    assert read_decisions(folder).entries == record.entries


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_written_to_and_stays(tmp_path):
    """What is no file is not replaced by one: not a pipe, and not the null device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_file(pipe, b"page")
    reader.join(timeout=60)
    assert read == [b"page"]
    assert pipe.is_fifo()


def test_an_answer_can_go_down_a_pipeline(sample, plan):
    """``--out /dev/stdout`` is the output of the command, wherever that leads."""
    words = ["report", str(sample), str(plan), "--out", "/dev/stdout"]
    call = [sys.executable, "-m", "tsam_planner", *words]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<!doctype html>")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_that_finds_no_room_is_told(sample):
    """What ``check`` says goes to a full disk: exit code 2, one line."""
    call = [sys.executable, "-m", "tsam_planner", "check", str(sample)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "the answer cannot be written: No space left on device\n"


def test_the_folder_that_somebody_stands_in_is_not_exchanged(plan, tmp_path, monkeypatch):
    """They would be left in the old one; an empty folder is filled as it is."""
    mine = shutil.copytree(plan, tmp_path / "mine")
    monkeypatch.chdir(mine)
    with pytest.raises(PlanFileError, match="is the folder that you are in"):
        write_plan(two_plans()[0], mine)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert run(["new", "."]) == 0
    assert Path("contracts.csv").is_file()


@pytest.mark.parametrize("step", [1, 2])
def test_where_folders_cannot_be_swapped_no_moment_is_without_a_plan(
    step, plan, tmp_path, monkeypatch
):
    """Ctrl-C right after either of the two renames: the old plan, or the new one."""
    older, newer = two_plans()
    folder = write_plan(older, tmp_path / "plan")
    monkeypatch.setattr(folders, "_exchange_atomically", lambda *_: False)
    renamed, rename = [], Path.rename

    def interrupted(path, target):
        rename(path, target)
        renamed.append(path)
        if len(renamed) == step:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_plan(newer, folder)
    assert len(read_plan(folder).assignments) == {1: 1, 2: 3}[step]
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_link_stays_a_link(tmp_path):
    """The file that it leads to is replaced."""
    (tmp_path / "page.html").write_bytes(b"old")
    link = tmp_path / "link.html"
    link.symlink_to("page.html")
    write_file(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "page.html").read_bytes() == b"new"
