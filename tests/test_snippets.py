"""What is shown of a passage."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.engine_whoosh import ANALYSER
from indexer.retrieval.snippets import WINDOW, snippet

FILLER = " ".join(f"filler{n}" for n in range(80))


def show(text: str, *terms: str, phrases: tuple[tuple[str, ...], ...] = ()) -> str:
    stems = {token.term for term in terms for token in ANALYSER.tokens(term)}
    return snippet(text, ANALYSER.tokens(text), stems, phrases)


def test_a_short_passage_is_shown_whole() -> None:
    assert show("A bruise & a mark.", "bruising") == "A <mark>bruise</mark> &amp; a mark."


def test_words_side_by_side_are_marked_as_one() -> None:
    assert show("no information sharing here", "information", "sharing") == "no <mark>information sharing</mark> here"
    assert show("a non-mobile baby", "non-mobile") == "a <mark>non-mobile</mark> baby"


def test_only_the_words_of_a_phrase_that_stand_together_are_marked() -> None:
    text = "not brought there, but was not brought here"
    assert (
        show(text, phrases=(("was", "not", "brought"),)) == "not brought there, but <mark>was not brought</mark> here"
    )


def test_a_long_passage_is_shown_where_most_different_words_stand() -> None:
    text = f"bruise bruise {FILLER} a bruise on a baby was seen {FILLER} baby"
    shown = show(text, "bruise", "baby")
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "<mark>bruise</mark> on a <mark>baby</mark>" in shown
    assert len(re.findall(r"\w+", re.sub(r"</?mark>", "", shown))) <= WINDOW + 1


def test_a_long_passage_found_by_its_last_word_shows_what_goes_before() -> None:
    shown = show(f"{FILLER} bruise", "bruise")
    assert shown.endswith("filler79 <mark>bruise</mark>")
    assert len(shown.split()) == WINDOW + 1


def test_a_long_passage_without_any_word_begins_at_its_beginning() -> None:
    assert show(f"First {FILLER}", "absent").startswith("First filler0")


@given(st.text(alphabet=st.sampled_from("ab <>&'\"-mrk/\n")), st.sampled_from(["a", "b", "mark", "ab"]))
def test_nothing_but_mark_is_markup_and_the_text_is_the_passages(text: str, term: str) -> None:
    shown = show(text, term)
    plain = re.sub(r"</?mark>", "", shown)
    assert "<" not in plain
    assert ">" not in plain
    assert html.unescape(plain).removeprefix("… ").removesuffix(" …").strip() in text
