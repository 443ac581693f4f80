"""What a search engine must do, and the engine that the settings name."""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indexer import engine_whoosh, fields
from indexer.engine_whoosh import ANALYSER, WhooshEngine
from indexer.errors import ConfigError
from indexer.records import Hit, IndexEntry, Passage, ReviewRecord, SearchRequest, SearchResults
from indexer.retrieval import analysis, thesaurus
from indexer.settings import Settings

# Memory for the index that is put together of pieces; each piece is made in a process that may take more.
MERGING_MB = 16


class Engine(Protocol):
    """An index of passages that can be changed by one writer while many readers search it."""

    def replace(self, document: str, entries: Iterable[IndexEntry]) -> None:
        """Puts the entries of one document (its key) in the place of all it had; visible after `commit`."""

    def remove(self, document: str) -> None:
        """Takes out all entries of one document (its key); visible after `commit`."""

    def take_in(self, folder: Path, documents: Iterable[str]) -> None:
        """Takes the index of `documents` (keys) that `open_piece` made in a folder in the place of all they had;

        visible after `commit`.
        """

    def commit(self) -> None:
        """Makes all changes since the last commit visible to readers, all at once."""

    def close(self) -> None:
        """Gives up what was not committed, and lets go of files and locks."""

    def documents(self) -> frozenset[str]:
        """Keys of the documents that the index holds."""

    def count(self) -> int:
        """How many passages the index holds."""

    def search(self, request: SearchRequest) -> SearchResults:
        """Answers a request. Raises QueryError when it cannot be answered as it stands."""


def digest() -> str:
    """Changes whenever an index made before can no longer be read: fields, analysis or engine have changed."""
    sources = [Path(module.__file__ or "").read_bytes() for module in (fields, analysis, engine_whoosh)]
    shown = " ".join(Hit.__annotations__).encode()  # kept in the index as they are shown
    return hashlib.sha256(b"\0".join([*sources, shown])).hexdigest()[:12]


def index_folder(settings: Settings) -> Path:
    """Where the index stands that this version of the program reads and writes."""
    return settings.data / f"index-{digest()}"


def open_engine(settings: Settings, *, write: bool = False) -> Engine:
    """The engine that the settings name, on its index; makes the index when `write`.

    Raises IndexMissingError when there is no index to read, ConfigError when there is no such engine.
    """
    if settings.engine != "whoosh":
        raise ConfigError(f"setting LESSONS_ENGINE: there is no engine '{settings.engine}'; there is whoosh")
    folder, synonyms = index_folder(settings), load_synonyms(settings)
    return WhooshEngine(folder, synonyms, write=write, memory_mb=MERGING_MB)


def open_piece(settings: Settings, folder: Path) -> Engine:
    """An engine that makes a piece of the index in a folder of its own, for `take_in`; in any process."""
    return WhooshEngine(folder, write=True)


def remove_old_indexes(settings: Settings) -> None:
    """Removes indexes of other versions but for the latest, which an app that was not restarted may still read."""
    others = [path for path in settings.data.glob("index-*") if path != index_folder(settings)]
    for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(path, ignore_errors=True)


def load_synonyms(settings: Settings) -> thesaurus.Thesaurus:
    """The related terms that a search adds. Raises ConfigError when their file is faulty."""
    return thesaurus.load(settings.corpus / "taxonomies" / "synonyms.toml", ANALYSER)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ids of the documents found for each query, best first; times of indexing in seconds, of each query in milliseconds."""

    found: Mapping[str, Sequence[str]]
    index_s: float
    query_ms: Sequence[float]


def rank_collection(documents: Iterable[Mapping[str, str]], queries: Mapping[str, str], limit: int = 1000) -> Ranking:
    """Ranks a foreign collection as the product ranks, but without the vocabulary of its domain.

    `documents` have ``id``, ``title`` (which counts as a heading does) and ``text``; `queries` are texts by id.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder), write=True)
        started = time.perf_counter()
        engine.replace("collection", (_foreign_entry(n, document) for n, document in enumerate(documents)))
        engine.commit()
        index_s = time.perf_counter() - started
        found, query_ms = {}, []
        for query, text in queries.items():
            started = time.perf_counter()
            found[query] = [hit.passage for hit, _ in engine.ranked(text, limit)]
            query_ms.append((time.perf_counter() - started) * 1000)
        engine.close()
    return Ranking(found, index_s, query_ms)


def _foreign_entry(position: int, document: Mapping[str, str]) -> IndexEntry:
    text = document["text"]
    passage = Passage(
        document["id"], "", position, "paragraph", None, 1, 1, None, "analysis", document.get("title", ""), text, ()
    )
    review = ReviewRecord(
        document="",
        key="collection",
        case="collection",
        case_title="",
        title="",
        publisher=None,
        subject=None,
        scope="local",
        nation=None,
        review_type=None,
        document_types=(),
        published=None,
        author=None,
        review_method=None,
        age_bands=(),
        harm_types=(),
        agencies=(),
        fictional=False,
        pages=1,
        pages_without_text=(),
        warnings=(),
    )
    return IndexEntry(passage, (), (), (), review)
