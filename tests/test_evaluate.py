"""The measures count what they say, agree with the reference scorer, and hold the product to its baseline."""

import json
import os
import shutil
import subprocess
import sys
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
    assert measures.ndcg([3, 0, 1], [3, 1]) == pytest.approx((7 + 1 / 2) / (7 + 1 / 1.5849625))
    assert measures.ndcg([0, 0], [3]) == 0
    assert measures.ndcg([], []) == 0


def test_a_passage_found_twice_counts_once(tmp_path: Path) -> None:
    annotated = gold(tmp_path, {"text": TEXT})
    query = {"relevant": [{"block": 0, "grade": 3}]}
    assert measures.search(annotated, query, [("other", TEXT), ("made", TEXT), ("made", TEXT)]) == (
        pytest.approx(1 / 1.5849625),
        True,
    )


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
    assert theirs.pop("documents failed") == 0
    assert theirs["search"].pop("failed") == 0
    learning = {**ours["learning"]}
    expected = {
        **ours,
        "addressees": learning.pop("addressees"),
        "item numbers": learning.pop("item numbers"),
        "learning": learning,
    }
    assert theirs == expected


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
    assert "tune (2 documents)" in scores.as_text()


def test_every_bound_of_the_baseline_names_a_measure() -> None:
    baseline = json.loads((CORPUS / "evaluation" / "baseline.json").read_text("utf-8"))
    names = {name.split("/")[1] for bound in ("floors", "ceilings") for name in baseline[bound]}
    assert names == {"reading", "tagging", "learning", "case", "search"}


def test_a_corpus_without_evaluation_sets_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no evaluation sets"):
        evaluate.evaluate(settings.load(corpus=tmp_path), ("reading",))


def test_ranking_of_a_small_collection(tmp_path: Path) -> None:
    documents = [
        {"id": "d1", "title": "Escalation", "text": "Professionals did not escalate their concern."},
        {"id": "d2", "title": "Housing", "text": "The flat was cold and damp."},
        {"id": "d3", "title": "Weather", "text": "It rained all week."},
    ]
    (tmp_path / "docs.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), "utf-8")
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


def test_a_folder_that_is_no_collection_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LessonsError, match="no test collection"):
        evaluate.ranking(tmp_path)
