"""Whether a hyphen at a line's end belongs to the word is told by the words of the document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.page.hyphens import Joiner


@pytest.mark.parametrize(
    ("elsewhere", "lines", "joined"),
    [
        ("the family's well-being", ["their well-", "being was"], "their well-being was"),
        ("good information sharing", ["poor infor-", "mation sharing"], "poor information sharing"),
        ("", ["on the night of admis-", "sion"], "on the night of admission"),
        ("", ["a multi-", "agency meeting"], "a multi-agency meeting"),
        ("", ["between Mother-", "Father"], "between Mother-Father"),
        ("", ["no hyphen", "here"], "no hyphen here"),
        ("", ["it was ex-", "amined only"], "it was examined only"),
        ("", ["her part-", "ner spoke"], "her partner spoke"),
        ("", ["both child-", "ren were seen"], "both children were seen"),
        ("the re-referral", ["a re-", "referral"], "a re-referral"),
    ],
)
def test_joins_by_evidence(elsewhere: str, lines: list[str], joined: str) -> None:
    assert Joiner([elsewhere, *lines]).join(lines) == joined


@given(st.lists(st.text(alphabet="abc -\t", max_size=12), max_size=6))
def test_loses_no_letter(lines: list[str]) -> None:
    letters = "".join(c for line in lines for c in line if c.isalpha())
    assert "".join(c for c in Joiner(lines).join(lines) if c.isalpha()) == letters
