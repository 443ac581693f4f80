"""What every search engine must do: the same tests for each."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_entries import OTHER, REVIEW, Q, Z, entry

from indexer.engine_whoosh import ANALYSER, WhooshEngine
from indexer.errors import IndexMissingError, LessonsError, QueryError
from indexer.fields import FILTERS, SORTS
from indexer.records import Hit, IndexEntry, SearchRequest, SearchResults
from indexer.retrieval.analysis import Analyser
from indexer.retrieval.query import LONGEST_QUERY
from indexer.retrieval.thesaurus import Thesaurus
from indexer.search import Engine

GROUPS = [["was not brought", "DNA", "missed appointment"], ["father", "dad"]]


def whoosh_engine(folder: Path, *, write: bool) -> Engine:
    return WhooshEngine(folder, Thesaurus(ANALYSER, GROUPS), write=write)


ENGINES: dict[str, Callable[..., Engine]] = {"whoosh": whoosh_engine}


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Engine]:
    """Opens an engine on the test's folder."""
    return lambda write=False: ENGINES[request.param](tmp_path / "index", write=write)


@pytest.fixture
def engine(make: Callable[..., Engine]) -> Iterator[Engine]:
    """An engine that holds two documents."""
    made = make(write=True)
    made.replace(REVIEW.key, Q)
    made.replace(OTHER.key, Z)
    made.commit()
    yield made
    made.close()


def ask(engine: Engine, query: str = "", **request: object) -> SearchResults:
    return engine.search(SearchRequest(query, **request))  # type: ignore[arg-type]


def places(results: SearchResults) -> list[str]:
    """The passages found, as letter of the review and position, in order."""
    return [f"{'q' if hit.document == REVIEW.key else 'z'}{hit.passage.split('#')[1]}" for hit in results.hits]


# --- finding ----------------------------------------------------------------------------------------------------------


def test_any_word_matches_and_more_words_rank_first(engine: Engine) -> None:
    found = places(ask(engine, "bruising non-mobile baby"))
    assert set(found[:2]) == {"q0", "z0"}
    assert found[-1] == "q3", "a heading in a table of contents comes last"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"information sharing"', ["q1"]),
        ('"Sharing of information"', ["q4"]),
        ('"not yet mobile"', ["q0"]),
        ('"was not"', ["q5", "q2"]),
        ('"bruise on babies"', []),
        ('"non mobile infant"', ["z0"]),
        ('"non-mobile infant"', ["z0"]),
        ('"mothers partner"', []),
        ('"mother partner"', ["q4"]),
    ],
)
def test_a_phrase_must_stand_word_for_word(engine: Engine, query: str, expected: list[str]) -> None:
    assert sorted(places(ask(engine, query, literal=True))) == sorted(expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bruise -infant", {"q0", "q3"}),
        ("information AND father", {"q2"}),
        ("infant OR father", {"z0", "q2"}),
        ("information NOT father", {"q1", "q4"}),
        ("(infant OR father) AND (opinion OR nothing)", {"z0"}),
        ("appoint*", {"q5"}),
        ("nonmobile", {"z0"}),
        ("non mobile", {"z0", "q0"}),
        ("cafe", {"z1"}),
        ("NAIVE", {"z1"}),
        ("obrien", {"z1"}),
        ("didnt", {"z1"}),
        ("4.12", {"q4"}),
        ("theme:unseen-men", {"q2", "q4"}),
        ("sharing theme:unseen-men", {"q2", "q4"}),
        ('board:"Ombria Board"', {"z0", "z1"}),
        ("zebra", set()),
        ("-bruise scope:local", {"q1", "q2", "q4", "q5"}),
        ("?!", set()),
    ],
)
def test_query_language(engine: Engine, query: str, expected: set[str]) -> None:
    results = ask(engine, query, literal=True)
    assert set(places(results)) == expected
    assert results.total == len(expected)


def test_words_of_the_title_alone_match_only_where_nothing_else_does(engine: Engine) -> None:
    assert set(places(ask(engine, "Practice"))) == {"z0", "z1"}
    assert "z1" not in places(ask(engine, "child practice bruise", literal=True))


def test_synonyms_are_found_lower_and_reported(engine: Engine) -> None:
    results = ask(engine, "dad")
    assert places(results) == ["q2"]
    assert [(e.term, e.added) for e in results.expansions] == [("dad", ("father",))]
    assert "<mark>father</mark>" in results.hits[0].snippet_html
    literal = ask(engine, "dad", literal=True)
    assert (literal.total, literal.expansions) == (0, ())


def test_synonym_of_several_words(engine: Engine) -> None:
    assert "q5" in places(ask(engine, "DNA policy"))
    assert "q5" not in places(ask(engine, "DNA policy", literal=True))


def test_suggestion_is_a_query_that_finds_something(engine: Engine) -> None:
    results = ask(engine, "informaton sharing", literal=True)
    assert results.suggestion == "information sharing"
    assert ask(engine, results.suggestion).total
    assert ask(engine, "information sharing").suggestion is None
    assert ask(engine, "informaton", filters={"theme": ("bruising",)}).suggestion is None
    assert ask(engine, "zzzzqqq").suggestion is None


# --- filters, facets, order, pages ------------------------------------------------------------------------------------


def test_a_prefix_finds_the_words_that_begin_with_it_however_long(make: Callable[..., Engine]) -> None:
    engine = make(write=True)
    engine.replace(
        REVIEW.key,
        [entry("Safeguarding was everybody's business.", 0), entry("A safe home.", 1), entry("Nobody knew.", 2)],
    )
    engine.commit()
    for prefix, found in (
        ("safeguarding*", {"q0"}),
        ("safeg*", {"q0"}),
        ("safe*", {"q0", "q1"}),
        ("safeguardings*", set()),
    ):
        assert set(places(ask(engine, prefix))) == found
    engine.close()


def test_a_suggestion_corrects_whole_words_only(make: Callable[..., Engine]) -> None:
    engine = make(write=True)
    engine.replace(REVIEW.key, [entry("Neglect was seen and the neglected children were moved.", 0)])
    engine.commit()
    assert ask(engine, "neglec neglected").suggestion == "neglect neglected"
    assert ask(engine, "childrn chil").suggestion in ("children chil", "children child", "children children")
    engine.close()


def test_related_terms_are_named_only_when_there_are_any(engine: Engine) -> None:
    assert all(
        expansion.added
        for query in ("dad father", "father", "home", "DNA")
        for expansion in ask(engine, query).expansions
    )


def counts(results: SearchResults, name: str) -> dict[str, int]:
    return {facet.value: facet.count for facet in results.facets[name]}


def test_facets_count_all_matches_of_multi_valued_filters(engine: Engine) -> None:
    results = ask(engine, "information", limit=1)
    assert (results.total, len(results.hits)) == (3, 1)
    assert counts(results, "theme") == {"sharing": 2, "unseen-men": 2}
    assert counts(results, "scope") == {"local": 3}
    assert set(results.facets) == {field.name for field in FILTERS}


def test_values_of_a_filter_are_alternatives_and_filters_combine(engine: Engine) -> None:
    either = ask(engine, filters={"theme": ("bruising", "unseen-men")})
    assert set(places(either)) == {"q0", "q2", "q4", "z0"}
    both = ask(engine, filters={"theme": ("bruising", "unseen-men"), "scope": ("local",)})
    assert set(places(both)) == {"q0", "q2", "q4"}


def test_a_filters_own_counts_say_what_choosing_would_give(engine: Engine) -> None:
    results = ask(engine, filters={"theme": ("bruising",), "scope": ("local",), "board": ("nowhere",)})
    assert results.total == 0
    results = ask(engine, filters={"theme": ("bruising",), "scope": ("local",)})
    assert counts(results, "theme") == {"bruising": 1, "curiosity": 1, "sharing": 2, "unseen-men": 2}
    assert counts(results, "scope") == {"local": 1, "national": 1}
    assert counts(results, "kind") == {"finding": 1}
    for value, count in counts(results, "theme").items():
        assert ask(engine, filters={"theme": (value,), "scope": ("local",)}).total == count


def test_a_selected_value_that_nothing_has_is_still_named(engine: Engine) -> None:
    assert counts(ask(engine, "father", filters={"year": ("1999",)}), "year")["1999"] == 0


def test_filters_alone_list_everything_newest_first(engine: Engine) -> None:
    results = ask(engine)
    assert results.total == len(Q) + len(Z)
    assert places(results)[:2] == ["z0", "z1"]
    assert [hit.published for hit in results.hits] == sorted(
        (hit.published or "" for hit in results.hits), reverse=True
    )
    assert ask(engine, "*").total == results.total


def test_orders(engine: Engine) -> None:
    oldest = places(ask(engine, sort="oldest"))
    assert oldest == ["q0", "q1", "q2", "q3", "q4", "q5", "z0", "z1"]
    assert places(ask(engine, sort="review")) == oldest
    assert set(SORTS) == {"relevance", "newest", "oldest", "review"}


def test_pages_cover_all_hits_once(engine: Engine) -> None:
    pages = [ask(engine, page=page, limit=3) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [3, 3, 2, 0]
    assert {page.total for page in pages} == {8}
    assert [hit.rank for page in pages for hit in page.hits] == list(range(1, 9))
    assert len({hit.passage for page in pages for hit in page.hits}) == 8


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (SearchRequest(filters={"colour": ("red",)}), "no filter 'colour'"),
        (SearchRequest(sort="best"), "no order 'best'"),
        (SearchRequest(limit=0), "1 to 100"),
        (SearchRequest(limit=101), "1 to 100"),
        (SearchRequest(page=0), "count from 1"),
        (SearchRequest("x" * 5000), "too long"),
    ],
)
def test_a_bad_request_is_refused_in_plain_words(engine: Engine, request_: SearchRequest, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        engine.search(request_)


# --- what a hit shows -------------------------------------------------------------------------------------------------


def test_a_hit_says_where_it_stands(engine: Engine) -> None:
    hit = ask(engine, "infant").hits[0]
    assert isinstance(hit, Hit)
    assert (hit.review, hit.document, hit.case_title, hit.published) == (OTHER.case, OTHER.key, "Child Z", "2021")
    assert (hit.kinds, hit.themes, hit.page, hit.section) == (("recommendation",), ("bruising",), 1, "analysis")
    assert hit.text == Z[0].passage.text
    assert hit.snippet_html == "Every non-mobile <mark>infant</mark> with bruising needs a same-day opinion."


def test_snippets_and_queries_cannot_carry_markup(make: Callable[..., Engine]) -> None:
    engine = make(write=True)
    engine.replace(REVIEW.key, [entry('Some <script>alert("x")</script> & <mark>text</mark>', 0)])
    engine.commit()
    html = ask(engine, "<script>alert text").hits[0].snippet_html
    assert "<script>" not in html
    assert "&lt;<mark>script</mark>&gt;" in html
    assert "&lt;mark&gt;<mark>text</mark>&lt;/mark&gt;" in html
    assert re.sub(r"</?mark>", "", html).count("<") == 0


# --- change -----------------------------------------------------------------------------------------------------------


def test_replacing_leaves_nothing_stale(engine: Engine) -> None:
    engine.replace(REVIEW.key, [entry("Only a lamp is left.", 0, themes=("lamps",))])
    engine.commit()
    assert engine.count() == 1 + len(Z)
    assert places(ask(engine, "bruise", literal=True)) == ["z0"]
    assert places(ask(engine, "lamp")) == ["q0"]
    assert counts(ask(engine), "theme") == {"bruising": 1, "lamps": 1}


def test_replacing_twice_before_a_commit_keeps_the_last(engine: Engine) -> None:
    engine.replace(REVIEW.key, [entry("first", 0), entry("second", 1)])
    engine.replace(REVIEW.key, [entry("third", 0)])
    engine.commit()
    assert engine.count() == 1 + len(Z)
    assert ask(engine, "first second", literal=True).total == 0


def test_removing(engine: Engine) -> None:
    assert engine.documents() == {REVIEW.key, OTHER.key}
    engine.remove(REVIEW.key)
    engine.remove("nobody/nothing")
    engine.commit()
    assert engine.documents() == {OTHER.key}
    assert engine.count() == len(Z)
    assert ask(engine, "father").total == 0
    engine.remove(OTHER.key)
    engine.commit()
    assert (engine.documents(), engine.count(), ask(engine).total) == (frozenset(), 0, 0)


def test_many_small_commits_end_as_one_large(make: Callable[..., Engine]) -> None:
    engine = make(write=True)
    for number in range(12):
        review = replace(REVIEW, key=f"westmarch/{number}")
        engine.replace(review.key, [entry(f"word{number} shared", 0, review), entry("shared again", 1, review)])
        engine.commit()
    engine.remove("westmarch/3")
    engine.commit()
    assert engine.count() == 22
    assert ask(engine, "shared").total == 22
    assert [ask(engine, f"word{number}", literal=True).total for number in (2, 3, 11)] == [1, 0, 1]
    assert ask(engine, '"shared again"').total == 11


def test_what_fails_while_it_is_made_changes_nothing(engine: Engine) -> None:
    def broken() -> Iterator[IndexEntry]:
        yield entry("half", 0)
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError):
        engine.replace(REVIEW.key, broken())
    engine.commit()
    assert engine.count() == len(Q) + len(Z)


def test_changes_show_only_after_commit_and_not_after_close(make: Callable[..., Engine], engine: Engine) -> None:
    reader = make()
    engine.replace("westmarch/new", [entry("lamp", 0)])
    assert ask(reader, "lamp").total == 0
    engine.commit()
    assert ask(reader, "lamp").total == 1
    engine.remove(OTHER.key)
    engine.close()
    assert make().documents() == {REVIEW.key, OTHER.key}


def test_one_writer_at_a_time(make: Callable[..., Engine], engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.engine_whoosh.LOCK_SECONDS", 0.1)
    engine.remove(OTHER.key)
    second = make(write=True)
    with pytest.raises(LessonsError, match="another process is writing"):
        second.remove(REVIEW.key)
    engine.commit()
    second.remove(REVIEW.key)
    second.commit()
    assert make().count() == 0


def test_a_reader_cannot_write(make: Callable[..., Engine], engine: Engine) -> None:
    with pytest.raises(LessonsError, match="reading only"):
        make().remove(REVIEW.key)


def test_no_index(make: Callable[..., Engine]) -> None:
    with pytest.raises(IndexMissingError, match="lessons ingest"):
        make()


def test_an_empty_index_answers(make: Callable[..., Engine]) -> None:
    engine = make(write=True)
    for query in ("", "bruise", '"a phrase"', "bru*", "-x", "theme:none"):
        results = ask(engine, query, filters={"theme": ("x",)})
        assert (results.total, results.hits) == (0, ())
    assert (engine.count(), engine.documents()) == (0, frozenset())


def test_readers_see_whole_commits_while_a_writer_works(make: Callable[..., Engine]) -> None:
    writer = make(write=True)
    writer.replace(REVIEW.key, [entry("lamp", n) for n in range(10)])
    writer.commit()
    reader, seen, faults, done = make(), set(), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                results = ask(reader, "lamp", limit=100)
                seen.add((results.total, len(results.hits)))
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for size in (20, 30, 10, 40):
        writer.replace(REVIEW.key, [entry("lamp", n) for n in range(size)])
        writer.commit()
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert seen <= {(size, size) for size in (10, 20, 30, 40)}
    assert ask(reader, "lamp").total == 40


def test_what_another_made_in_a_folder_is_taken_in_place_of_what_there_was(
    engine: Engine, make: Callable[..., Engine], tmp_path: Path
) -> None:
    """A document that was there, one that is new, and the new one once more before anything is committed."""
    kept = engine.documents()
    third = replace(REVIEW, key="third")
    for number, (key, size) in enumerate([(OTHER.key, 3), ("third", 2), ("third", 4)]):
        piece = whoosh_engine(tmp_path / f"piece-{number}", write=True)
        review = OTHER if key == OTHER.key else third
        piece.replace(key, [replace(entry("lamp", n), review=review) for n in range(size)])
        piece.commit()
        piece.close()
        before = engine.count()
        engine.take_in(tmp_path / f"piece-{number}", [key])
        if number < 2:
            assert engine.count() == before, "not yet committed"
    assert ask(make(), "lamp").total == 3 + 2, "what waited is committed before its document is taken in again"
    engine.commit()
    assert engine.documents() == kept | {"third"}
    assert ask(make(), "lamp", limit=100).total == 3 + 4
    assert {hit.document for hit in ask(make(), "bruising").hits} == {REVIEW.key}


def test_many_pieces_end_in_few_segments_and_are_all_found(tmp_path: Path) -> None:
    engine = whoosh_engine(tmp_path / "index", write=True)
    for number in range(12):
        piece = whoosh_engine(tmp_path / str(number), write=True)
        review = replace(REVIEW, key=f"review-{number}")
        piece.replace(review.key, [replace(entry("lamp", n), review=review) for n in range(number + 1)])
        piece.commit()
        piece.close()
        engine.take_in(tmp_path / str(number), [review.key])
        engine.commit()
    assert ask(engine, "lamp").total == sum(range(13))
    assert len(engine.documents()) == 12
    assert len(list((tmp_path / "index").glob("*.seg"))) <= 4


KILLED = """
import sys
from pathlib import Path
from make_entries import entry
from test_engine import ENGINES
engine = ENGINES[sys.argv[1]](Path(sys.argv[2]), write=True)
while True:
    for size in (7, 11):
        engine.replace("westmarch/baby-q", [entry("lamp " * 50, n) for n in range(size)])
        print("written", flush=True)
        engine.commit()
"""


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("delay", [0.0, 0.004, 0.011, 0.023, 0.05])
def test_killing_a_writer_does_no_harm(tmp_path: Path, name: str, delay: float) -> None:
    folder = tmp_path / "index"
    root = Path(__file__).resolve().parent
    command = [sys.executable, "-c", KILLED, name, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline() == "written\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    assert ask(ENGINES[name](folder, write=False), "lamp").total in (7, 11)
    again = ENGINES[name](folder, write=True)
    again.replace(REVIEW.key, [entry("lamp", n) for n in range(3)])
    again.commit()
    again.close()
    assert ask(ENGINES[name](folder, write=False), "lamp").total == 3
    assert len(list(folder.iterdir())) <= 8, "what the killed writer left is cleared away"


# --- no query does harm -----------------------------------------------------------------------------------------------

NASTY = [
    "*",
    "a*",
    "*a*",
    "a" * 32_000,
    "(" * 500 + "baby" + ")" * 500,
    " OR ".join(["baby"] * 1000),
    "baby AND " * 400,
    '"' * 301,
    "NOT NOT NOT",
    "theme:",
    "theme:(",
    "-",
    '-"',
    ":::",
    "\x00\ud800" + "\U0001f600",
    "ba" * 2000,
    "\\",
]


@pytest.mark.parametrize("query", NASTY, ids=range(len(NASTY)))
def test_nasty_queries_are_answered_or_refused(engine: Engine, query: str) -> None:
    if len(query) > LONGEST_QUERY:
        with pytest.raises(QueryError, match="too long"):
            ask(engine, query)
    else:
        results = ask(engine, query)
        assert results.total >= len(results.hits)


@given(
    st.lists(
        st.sampled_from(
            ["baby", "bruis*", '"', "(", ")", "-", "AND", "OR", "NOT", "theme:", "sharing", " ", "'", "*", "é"]
        )
        | st.text()
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_text_crashes(engine: Engine, parts: list[str]) -> None:
    results = ask(engine, " ".join(parts)[:4096])
    assert results.total >= len(results.hits)
    for hit in results.hits:
        assert re.sub(r"</?mark>", "", hit.snippet_html).count("<") == 0


def test_the_analyser_is_the_engines(engine: Engine) -> None:
    assert isinstance(ANALYSER, Analyser)
    assert [token.term for token in ANALYSER.tokens("bruising bruised bruises")] == ["bruis"] * 3
