"""The measures count what they say, agree with the reference scorer, and hold the product to its baseline."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import evaluate, measures, settings
from indexer.errors import ConfigError, LessonsError
from indexer.measures import Gold
from indexer.settings import PROJECT

CORPUS = PROJECT / "corpus"
SHARED = Path(os.environ.get("LESSONS_SHARED", PROJECT.parent / "shared"))
SLUGS = ("baby-q-executive-summary-2017", "young-person-g-seven-minute-briefing-2014")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with the real vocabulary and two annotated documents."""
    made = tmp_path / "corpus"
    shutil.copytree(CORPUS / "taxonomies", made / "taxonomies")
    (made / "sources").mkdir()
    for slug in SLUGS:
        for path in [*(CORPUS / "evaluation").rglob(f"{slug}.*.json"), *(CORPUS / "reviews").rglob(f"{slug}.pdf")]:
            place = made / path.relative_to(CORPUS)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    return made


def gold(tmp_path: Path, *blocks: dict[str, object], **facts: object) -> Gold:
    path = tmp_path / "made.gold.json"
    whole = [{"page": 1, "section": "findings", "kind": "paragraph", "n": None, **block} for block in blocks]
    path.write_text(json.dumps({"document": {}, "blocks": whole, **facts}), "utf-8")
    return Gold(path)


def passage(text: str, **facts: object) -> dict[str, object]:
    return {
        "text": text,
        "kind": "paragraph",
        "section": "findings",
        "number": None,
        "page_from": 1,
        "page_to": 1,
        "tags": [],
        **facts,
    }


TEXT = "Nobody asked the mother who else lived in the home with her and the baby."


def test_reading_counts_text_page_section_number_and_noise(tmp_path: Path) -> None:
    annotated = gold(
        tmp_path,
        {"text": TEXT, "n": "4.1"},
        {"text": "Lost text that nobody found although it is on the page.", "n": "4.2"},
    )
    read = {"passages": [passage(TEXT, number="4.1.", section="analysis"), passage("Running header of the board")]}
    figures = measures.reading_figures(measures.reading(annotated, read))
    assert figures == {
        "blocks": 2,
        "text found": 0.5,
        "whole paragraphs": 0.5,
        "page": 0.5,
        "section": 0.0,
        "number": 1.0,
        "noise": 0.5,
    }


def test_tagging_counts_found_missed_invented_and_absent_shown_as_present(tmp_path: Path) -> None:
    marks = [
        {"id": "unseen-men", "quote": "who else lived", "status": "affirmed"},
        {"id": "neglect", "quote": "home", "status": "negated"},
    ]
    annotated = gold(
        tmp_path, {"text": TEXT, "concepts": [*marks, {"id": "missed", "quote": "baby", "status": "historical"}]}
    )
    tags = [
        {"concept": "unseen-men", "start": 23, "end": 37, "quote": TEXT[23:37], "status": "affirmed"},
        {"concept": "neglect", "start": 45, "end": 49, "quote": "wrong", "status": "affirmed"},
    ]
    count, mistakes = measures.tagging(annotated, {"passages": [passage(TEXT, tags=tags)]})
    figures = measures.tagging_figures(count)
    assert (figures["tp"], figures["fp"], figures["fn"]) == (1, 1, 1)
    assert (figures["absent_shown_as_present"], figures["quotes_not_verbatim"]) == (1.0, 1)
    assert [(m.sign, m.what) for m in mistakes] == [("+", "neglect"), ("-", "missed")]


def test_learning_counts_each_kind_once_and_missed_opportunities_as_findings(tmp_path: Path) -> None:
    items = [
        {
            "kind": "recommendation",
            "text": "The Board should review its policy on escalation.",
            "number": "R1",
            "addressees": ["lscb", "police"],
        },
        {"kind": "missed-opportunity", "text": TEXT, "number": None},
    ]
    annotated = gold(tmp_path, {"text": TEXT, "items": items})
    guess = {
        "kind": "recommendation",
        "text": "The Board should review its policy on escalation",
        "number": "R 1",
        "addressees": ["lscb", "gp"],
    }
    count, _ = measures.learning(annotated, {"learning": [guess, dict(guess), {"kind": "finding", "text": TEXT}]})
    figures = measures.learning_figures(count)
    assert (figures["recommendation"]["tp"], figures["recommendation"]["fp"], figures["finding"]["tp"]) == (1, 1, 1)
    assert (figures["addressees"]["tp"], figures["addressees"]["fp"], figures["addressees"]["fn"]) == (1, 1, 1)
    assert figures["item numbers"] == 0.0


def test_ndcg_by_hand() -> None:
    assert measures.ndcg([3, 0, 1], [1, 0, 3]) == pytest.approx((3 + 1 / 2) / (3 + 1 / 1.5849625))
    assert measures.ndcg([0] * 10 + [3], [3]) == 0
    assert measures.ndcg([], []) == 0
    assert [measures.steep(grade) for grade in (0, 1, 2, 3)] == [0, 1, 3, 7]


def test_average_precision_and_recall_by_hand() -> None:
    assert measures.average_precision(["a", "x", "b"], {"a", "b", "c"}) == pytest.approx((1 + 2 / 3) / 3)
    assert measures.recall(["a", "x", "b"], {"a", "b", "c", "d"}) == 0.5


def test_similarity_by_hand() -> None:
    assert measures.similarity(["a", "b", "c", "d"], ["b", "c", "d", "e"]) == 0.5
    assert measures.similarity(["a", "b"], ["a", "b"]) == 1
    assert measures.words("Safe-\nguarding the \ufb01rst child\u2019s") == [
        "safeguarding",
        "the",
        "first",
        "child",
        "s",
    ]


def test_a_passage_found_twice_counts_once(tmp_path: Path) -> None:
    annotated = gold(tmp_path, {"text": TEXT})
    query = {"relevant": [{"block": 0, "grade": 3}]}
    answer = measures.search(annotated, query, [("other", TEXT), ("made", TEXT), ("made", TEXT)])
    assert answer == (pytest.approx(1 / 1.5849625), True)
    assert measures.search_figures([answer, None]) == {
        "queries": 2,
        "failed": 1,
        "ndcg@10": pytest.approx(0.5 / 1.5849625, abs=1e-4),
        "grade 2+ in top 3": 0.5,
    }


def test_of_equal_places_the_shortest_and_then_the_first_is_taken(tmp_path: Path) -> None:
    annotated = gold(tmp_path, {"text": f"{TEXT} So it was."}, {"text": TEXT}, {"text": TEXT})
    assert annotated.locate(TEXT) == 1
    assert annotated.locate("Nothing of the kind was said by anyone.") is None
    assert annotated.locate("Nobody asked the police about what else had been seen there that evening.") is None


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_similarity_is_even_handed_and_one_of_like_texts(one: Sequence[str], other: Sequence[str]) -> None:
    assert measures.similarity(one, other) == measures.similarity(other, one)
    assert 0 <= measures.similarity(one, other) <= 1
    assert measures.similarity(one, one) == (1 if one else 0)


@pytest.mark.skipif(
    not (SHARED / "tools" / "score.py").exists(), reason="no reference scorer beside the checkout (LESSONS_SHARED)"
)
def test_agrees_with_the_reference_scorer(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    folder.mkdir()
    for path in [*corpus.rglob("*.pdf"), *(corpus / "evaluation").rglob("*.json")]:
        shutil.copy(path, folder)
    lessons = f"{sys.executable} -m search_app"
    command = [sys.executable, str(SHARED / "tools" / "score.py"), str(folder), "--lessons", lessons, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    theirs = json.loads(run.stdout)
    parts = ("reading", "tagging", "learning", "case", "search")
    ours = evaluate.evaluate(settings.load(corpus=corpus, data=tmp_path / "data"), parts).figures["tune"]
    learning = {**ours["learning"]}
    expected = {
        **ours,
        "addressees": learning.pop("addressees"),
        "item numbers": learning.pop("item numbers"),
        "learning": learning,
    }
    assert theirs == expected
    assert theirs["search"]["queries"] > 0


def test_a_measure_below_its_floor_is_named(corpus: Path, tmp_path: Path) -> None:
    baseline = {
        "floors": {"tune/reading/page": 1.01, "tune/reading/text found": 0.5},
        "ceilings": {"tune/reading/noise": -0.1},
    }
    (corpus / "evaluation" / "baseline.json").write_text(json.dumps(baseline), "utf-8")
    scores = evaluate.evaluate(settings.load(corpus=corpus, data=tmp_path / "data"), ("reading",))
    assert [fault.partition(" is ")[0] for fault in scores.below_baseline] == [
        "tune/reading/page",
        "tune/reading/noise",
    ]
    assert "tune (2 documents, 0 documents failed)" in scores.as_text()


def leaves(figures: object, *keys: str) -> list[str]:
    if isinstance(figures, dict):
        return [leaf for key, held in figures.items() for leaf in leaves(held, *keys, key)]
    return ["/".join(keys)]


def test_every_bound_of_the_baseline_names_a_measure_of_a_set() -> None:
    baseline = json.loads((CORPUS / "evaluation" / "baseline.json").read_text("utf-8"))
    figures = {part: count(Counter()) for part, count in evaluate.FIGURES.items()} | {
        "search": measures.search_figures([]),
        evaluate.FAILED: 0,
    }
    kinds = ("gold", "reading")
    sets = [place.name for kind in kinds for place in (CORPUS / "evaluation" / kind).iterdir() if place.is_dir()]
    known = {f"{name}/{leaf}" for name in sets for leaf in leaves(figures)}
    known |= {f"traps/assertion/{leaf}" for leaf in measures.assertion_figures([])}
    bounds = [*baseline["floors"], *baseline["ceilings"]]
    assert bounds
    assert set(bounds) <= known
    assert {name.split("/")[0] for name in bounds} == {*sets, "traps"}


def test_assertions_are_counted_where_they_are_asked_for() -> None:
    risk = {"status": "negated", "polarity": None, "about": "mother"}
    theme = {"status": "affirmed", "polarity": "shortfall", "about": "agency"}
    figures = measures.assertion_figures(
        [
            (risk, {**risk, "about": "father"}),
            (risk, {**risk, "status": "affirmed"}),
            (theme, theme),
            (theme, {**theme, "status": "alleged"}),
        ]
    )
    assert (figures["right"], figures["present"], figures["marks"]) == (0.5, 0.75, 4)
    assert (figures["polarity"], figures["about"]) == (1.0, 0.5)
    assert (figures["negated"]["p"], figures["negated"]["r"]) == (1.0, 0.5)


def test_a_document_that_cannot_be_read_is_counted_and_the_others_are_scored(corpus: Path, tmp_path: Path) -> None:
    next(corpus.rglob(f"{SLUGS[0]}.pdf")).write_bytes(b"no PDF")
    scores = evaluate.evaluate(settings.load(corpus=corpus, data=tmp_path / "data"), ("reading",))
    assert (scores.figures["tune"]["documents"], scores.figures["tune"]["documents failed"]) == (1, 1)
    assert scores.figures["tune"]["reading"]["blocks"] > 0


@pytest.mark.parametrize(("name", "shown"), [("tune", True), ("check", False)])
def test_mistakes_are_shown_but_for_sets_that_are_for_scoring_only(
    corpus: Path, tmp_path: Path, name: str, shown: bool
) -> None:
    (corpus / "evaluation" / "gold" / "tune").rename(corpus / "evaluation" / "gold" / name)
    next(corpus.rglob(f"{SLUGS[0]}.gold.json")).unlink()
    scores = evaluate.evaluate(settings.load(corpus=corpus, data=tmp_path / "data"), ("tagging",), mistakes=2)
    assert bool(scores.mistakes) == shown
    assert all(count <= 2 for count in Counter((m.part, m.sign) for m in scores.mistakes).values())


def test_a_corpus_without_evaluation_sets_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no evaluation sets"):
        evaluate.evaluate(settings.load(corpus=tmp_path), ("reading",))


def test_ranking_of_a_small_collection(tmp_path: Path) -> None:
    documents = [
        {"id": "d1", "title": "Escalation", "text": "Professionals did not\u2028escalate their concern."},
        {"id": "d2", "title": "Housing", "text": "The flat was cold and damp."},
        {"id": "d3", "title": "Weather", "text": "It rained all week."},
    ]
    (tmp_path / "docs.jsonl").write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents), "utf-8")
    queries = [
        {"id": "q1", "text": "escalating concerns"},
        {"id": "q2", "text": "damp flat"},
        {"id": "q3", "text": "not judged"},
    ]
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in queries), "utf-8")
    (tmp_path / "qrels.tsv").write_text("q1\td1\t1\nq2\td2\t1\nq3\td3\t0\n", "utf-8")
    figures = evaluate.ranking(tmp_path)
    assert (figures["ndcg@10"], figures["map"], figures["recall@100"]) == (1.0, 1.0, 1.0)
    assert (figures["queries"], figures["docs"]) == (2, 3)
    assert set(figures) == {"ndcg@10", "map", "recall@100", "queries", "docs", "p50_ms", "p95_ms", "index_s"}


def test_the_gain_of_a_graded_collection_is_the_grade_itself(tmp_path: Path) -> None:
    documents = [
        {"id": 1, "title": "", "text": "damp flat damp"},
        {"id": 2, "title": "", "text": "the flat had a new roof"},
    ]
    (tmp_path / "docs.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), "utf-8")
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": 7, "text": "damp flat"}), "utf-8")
    (tmp_path / "qrels.tsv").write_text("query\tdocument\tgrade\n7\t1\t1\n7\t2\t3\n7\t3\t-2\n", "utf-8")
    figures = evaluate.ranking(tmp_path)
    assert figures["ndcg@10"] == pytest.approx((1 + 3 / 1.5849625) / (3 + 1 / 1.5849625), abs=1e-4)
    assert figures["p50_ms"] == figures["p95_ms"] > 0


def test_a_collection_without_relevant_documents_is_a_fault(tmp_path: Path) -> None:
    for name, text in (("docs", '{"id": "d", "text": "damp"}'), ("queries", '{"id": "q", "text": "damp"}')):
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    (tmp_path / "qrels.tsv").write_text("q\td\t0\n", "utf-8")
    with pytest.raises(LessonsError, match="no query has a relevant document"):
        evaluate.ranking(tmp_path)


def test_a_folder_that_is_no_collection_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LessonsError, match="no test collection"):
        evaluate.ranking(tmp_path)
