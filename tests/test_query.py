"""The query language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import QueryError
from indexer.retrieval.query import (
    DEEPEST,
    LONGEST_QUERY,
    MOST_WORDS,
    All,
    Either,
    Filter,
    Part,
    Phrase,
    Prefix,
    Sequence,
    Word,
    parse,
    words,
)

A, B, C = Word("a1"), Word("b1"), Word("c1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ('  ?! -- () "" *', None),
        ("a1", A),
        ("a1 b1", Sequence(optional=(A, B))),
        ('a1 "b1 c1"', Sequence(optional=(A,), required=(Phrase("b1 c1"),))),
        ("“b1 c1”", Phrase("b1 c1")),
        ('a1 "b1 c1', Sequence(optional=(A,), required=(Phrase("b1 c1"),))),
        ("a1 -b1", Sequence(optional=(A,), excluded=(B,))),
        ("-a1", Sequence(excluded=(A,))),
        ("a1 NOT b1", Sequence(optional=(A,), excluded=(B,))),
        ("a1 AND NOT b1", Sequence(optional=(A,), excluded=(B,))),
        ("a1 AND b1", All((A, B))),
        ("a1 OR b1 AND c1", Either((A, All((B, C))))),
        ("(a1 OR b1) AND c1", All((Either((A, B)), C))),
        ("a1 AND b1 c1", Sequence(optional=(C,), required=(All((A, B)),))),
        ("a1 and b1", Sequence(optional=(A, Word("and"), B))),
        ("AND a1 OR", A),
        ("((a1", A),
        ("a1))", A),
        ("non-mobile", Word("non-mobile")),
        ("bruis*", Prefix("bruis")),
        ("br*", Word("br ")),
        ("theme:unseen-men", Filter("theme", "unseen-men")),
        ('board:"West March"', Filter("board", "West March")),
        ("colour:red", Word("colour red")),
        ("mother:", Word("mother:")),
    ],
)
def test_reading(text: str, expected: Part | None) -> None:
    assert parse(text, ("theme", "board")) == expected


def test_too_long_a_query_is_refused() -> None:
    parse("x" * LONGEST_QUERY, ())
    with pytest.raises(QueryError, match="too long"):
        parse("x" * (LONGEST_QUERY + 1), ())


def test_words_after_the_last_that_is_read_are_left_out() -> None:
    assert len(words(parse(" ".join(f"w{n}" for n in range(500)), ()))) == MOST_WORDS


def test_brackets_nested_too_deep_are_ignored() -> None:
    assert parse("(" * 500 + "a1", ()) == A
    assert parse("(" * (DEEPEST + 5) + "a1" + ")" * (DEEPEST + 5) + " b1", ()) is not None


def test_words_to_look_up_leave_out_phrases_filters_and_what_is_excluded() -> None:
    assert words(parse('a1 "x y" (b1 OR c1) -d1 theme:z pre*', ("theme",))) == ["a1", "b1", "c1"]


@given(st.text(max_size=LONGEST_QUERY))
def test_any_text_can_be_read(text: str) -> None:
    parse(text, ("theme",))


@given(st.lists(st.sampled_from(["a", '"', "(", ")", "-", "AND", "OR", "NOT", "theme:", "*", " "]), max_size=200))
def test_any_syntax_can_be_read(parts: list[str]) -> None:
    parse(" ".join(parts), ("theme",))
