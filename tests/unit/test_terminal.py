"""What the terminal shows while it searches, and how it wraps."""

from rich.console import Console

from tsam_planner.cli import terminal
from tsam_planner.solver import Incumbent


class StoppedClock(terminal.Clock):
    """A clock that shows twelve seconds."""

    @property
    def elapsed(self):
        """Always twelve."""
        return 12.0


def shown(line):
    """Return what a console of eighty columns shows of a line."""
    console = Console(width=80, force_terminal=False, record=True)
    with console.capture() as captured:
        console.print(line)
    return captured.get().strip()


def test_the_line_tells_plan_bound_gap_and_time_left_in_eighty_columns():
    """12 of 60 seconds are over; 3415.40 of 4055.08 proven: a gap of 15.77 %."""
    line = terminal.ProgressLine(StoppedClock(), 60.0)
    assert shown(line) == "12 s, at most 48 s left · reading facts, building the model"
    line.see(Incumbent(elapsed=12.0, objective=4055.081561, bound=3415.396432))
    text = shown(line)
    assert text == "12 s, at most 48 s left · best 4,055.08 · bound 3,415.40 · gap 15.77%"
    assert len(text) <= 80
    line.finish("writing")
    assert shown(line) == "12 s · writing"


def test_a_pipe_gets_one_line_for_each_label_and_no_color(capsys):
    """However long the sentence is."""
    terminal.say_pairs([("Served", "long " * 40), ("Proof", "short")])
    out = capsys.readouterr().out
    assert out.splitlines() == ["Served    " + "long " * 40, "Proof     short"]
    assert "\x1b" not in out


def test_a_terminal_wraps_sentences_beside_their_label(monkeypatch, capsys):
    """Words of the second line stand under those of the first."""
    monkeypatch.setattr(
        terminal,
        "_Console",
        lambda **named: Console(**named, force_terminal=True, color_system=None, width=40),
    )
    terminal.say_pairs([("Served", "word " * 12)])
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("Served    word")
    assert second.startswith("          word")
