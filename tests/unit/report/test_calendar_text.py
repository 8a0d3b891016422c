"""Text of calendars: where long lines are folded."""

import pytest

from tsam_planner.report.calendar_text import line


@pytest.mark.parametrize("sign", ["\\", "^"])
@pytest.mark.parametrize("number", [1, 2, 3, 40, 80])
@pytest.mark.parametrize("before", range(58, 68))
def test_no_fold_parts_a_sign_from_what_it_escapes(before, number, sign):
    """Before each fold, signs that escape stand in pairs; unfolded, nothing is lost."""
    text = "a" * before + sign * number + "b" * 20
    content = line("SUMMARY", text)
    *folded, _ = parts = content.removesuffix(b"\r\n").split(b"\r\n ")
    for part in folded:
        # The format allows 75 bytes; a space at the front of a line is one of them.
        assert 0 < len(part) <= 74
        assert (len(part) - len(part.rstrip(sign.encode()))) % 2 == 0
    # Each backslash is written as two, a caret as itself.
    assert b"".join(parts) == b"SUMMARY:" + text.replace("\\", "\\\\").encode()
