"""How words are folded before they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine_whoosh import ANALYSER
from indexer.retrieval.analysis import LONGEST_WORD, fold


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("bruising", "bruises"),
        ("non-mobile", "non mobile"),
        ("NON‑MOBILE", "non-mobile"),
        ("mother's", "mothers"),
        ("mother’s", "mother"),
        ("didn't", "didnt"),
        ("children", "child"),
        ("midwives", "midwife"),
        ("organization", "organisation"),
        ("ﬁnding", "finding"),
        ("café", "cafe"),
        ("safe\u00adguarding", "safeguarding"),
        ("sixteen", "16"),
    ],
)
def test_the_same_to_a_reader_is_the_same_to_a_search(left: str, right: str) -> None:
    assert _terms(left) == _terms(right)


@pytest.mark.parametrize(
    ("left", "right"), [("size", "sise"), ("seizure", "seisure"), ("4.12", "4.1"), ("mobile", "mobilise")]
)
def test_what_differs_stays_apart(left: str, right: str) -> None:
    assert _terms(left) != _terms(right)


def test_a_hyphenated_word_is_there_in_its_parts_and_joined() -> None:
    tokens = ANALYSER.tokens("a non-mobile baby")
    assert [(t.word, t.position, t.joined) for t in tokens] == [
        ("a", 0, False),
        ("non", 1, False),
        ("mobile", 2, False),
        ("nonmobile", 1, True),
        ("baby", 3, False),
    ]


@given(st.text())
def test_offsets_point_at_the_words(text: str) -> None:
    for token in ANALYSER.tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        if not token.joined:
            assert fold(text[token.start : token.end]) == token.word
        assert len(token.word) <= LONGEST_WORD


@given(st.text())
def test_words_are_those_of_the_tokens(text: str) -> None:
    assert ANALYSER.words(text) == [token.word for token in ANALYSER.tokens(text) if not token.joined]


def _terms(text: str) -> list[str]:
    return [token.term for token in ANALYSER.tokens(text) if not token.joined]
