"""What docs/finance.md shows is executed; its assertions are derived in its text."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "finance.md").read_text(encoding="utf-8")


def test_python_of_the_page_runs_in_order(capsys):
    """Later blocks go on from earlier ones; the page asserts its own figures."""
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert sum("assert" in block for block in blocks) >= 4
    for block in blocks:
        exec(compile(block, "finance.md", "exec"), names)
    assert "recommend" in capsys.readouterr().out
    # The page says in words what the block computes.
    assert names["revenue"].details["kind"].unique().tolist() == ["new"]
