"""Which engine is opened where, and ranking of foreign collections."""

from dataclasses import replace
from pathlib import Path

import pytest
from make_entries import REVIEW, Q

from indexer import search, settings
from indexer.errors import ConfigError, IndexMissingError
from indexer.records import SearchRequest


def test_writes_and_reads_the_folder_of_this_version(tmp_path: Path) -> None:
    conf = settings.load(data=tmp_path)
    with pytest.raises(IndexMissingError, match="lessons ingest"):
        search.open_engine(conf)
    writer = search.open_engine(conf, write=True)
    writer.replace(REVIEW.key, Q)
    writer.commit()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [search.index_folder(conf).name]
    assert search.index_folder(conf).name == f"index-{search.digest()}"
    reader = search.open_engine(conf)
    assert reader.count() == len(Q)
    assert reader.search(SearchRequest("bruise")).total


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no engine 'sphinx'"):
        search.open_engine(replace(settings.load(data=tmp_path), engine="sphinx"))


def test_ranking_a_collection() -> None:
    documents = [
        {"id": "d1", "title": "Wing flutter", "text": "Supersonic flow over a thin wing."},
        {"id": "d2", "title": "Heat transfer", "text": "Heating of a plate in supersonic flow."},
        {"id": "d3", "title": "Accounting", "text": "Ledgers."},
    ]
    queries = {
        "q1": "what is known about the flutter of wings?",
        "q2": '"heat" AND (unbalanced',
        "q3": "zebra",
        "q4": "",
    }
    ranking = search.rank_collection(documents, queries, limit=10)
    assert ranking.found == {"q1": ["d1"], "q2": ["d2"], "q3": [], "q4": []}
    assert len(ranking.query_ms) == len(queries)
    assert ranking.index_s > 0
