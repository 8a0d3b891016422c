"""Answers reach streams that cannot show everything, or that nobody reads any more."""

import json
import os
import subprocess
import sys

import pytest

MANAGERS = "manager_id,time_zone\nM-1,Europe/Rome\n"
CONTRACTS = (
    "contract_id,company_id,offering,deployment,start_date,end_date,time_zone,products\n"
    '契約-1,K-1,tsam,on_prem,2026-01-01,2027-12-31,Europe/Rome,"x\x1b]0;pwned\x07"\n'
)
PLAN = ["plan", "records", "--start", "2027-02-01", "--weeks", "2", "--out", "out"]


@pytest.fixture
def place(tmp_path):
    """Return a place with a contract of Chinese letters that steers the terminal."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "contracts.csv").write_text(CONTRACTS, encoding="utf-8")
    (tmp_path / "records" / "managers.csv").write_text(MANAGERS)
    return tmp_path


def planner(*arguments, cwd, encoding="utf-8", **options):
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tsam_planner", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
        **options,
    )


def test_what_a_stream_cannot_encode_is_spelled_out(place):
    """On a pipe of western letters the plan is told all the same, as words and as JSON."""
    done = planner(*PLAN, cwd=place, encoding="cp1252", capture_output=True)
    assert done.returncode == 0
    assert rb"\u5951\u7d04-1" in done.stdout
    done = planner(*PLAN, "--json", cwd=place, encoding="cp1252", capture_output=True)
    assert done.returncode == 0
    assert "契約-1" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


def test_names_do_not_steer_the_terminal(place):
    """A product with an escape sequence is shown with pictures of its characters."""
    done = planner(*PLAN, cwd=place, capture_output=True)
    assert b"\x1b" not in done.stdout + done.stderr
    assert "x␛]0 and pwned␇" in done.stdout.decode()


def test_a_reader_who_leaves_is_no_failure(place):
    """The pipe is closed before the answer: no traceback, and the code of such an end."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as nobody:
        done = planner("check", "records", cwd=place, stdout=nobody, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (141, b"")
