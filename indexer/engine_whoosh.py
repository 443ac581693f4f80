"""The default engine: Whoosh keeps postings and passages on disk; `ranking` and `results` do the rest.

The only file that knows Whoosh. Index files hold pickles: never open an index that somebody else made.
"""

import threading
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from whoosh import index
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import STORED, FieldType, Schema
from whoosh.formats import Existence, Positions
from whoosh.index import EmptyIndexError, LockError
from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.reading import SegmentReader, TermNotFound

from indexer.errors import IndexMissingError, LessonsError
from indexer.fields import FIELDS, FILTERS, NUMBERS, SEARCHED, hit_of
from indexer.records import Hit, IndexEntry, SearchRequest, SearchResults
from indexer.retrieval.analysis import Analyser, spelling_code
from indexer.retrieval.facets import FilterColumn
from indexer.retrieval.matches import Docs, Numbers, Postings
from indexer.retrieval.results import Answerer
from indexer.retrieval.thesaurus import Thesaurus

MEMORY_MB = 512
BLOCK = 2048  # postings that are read at once
GONE = -1  # generation of an index whose folder was emptied; readers keep what they have open
LAST_PLACE = 0xFFFF  # words of a passage after this many share one place
MOST_SEGMENTS = 4  # the smallest of more are merged into one, since every term is looked up in each
MOST_DELETED = 0.2  # share of a segment's passages taken out, above which the rest of it is written anew
LOCK_SECONDS = 10.0  # to wait for another writer

ANALYSER = Analyser(EnglishStemmer().stem)

_new_codec: Any = W3Codec  # has no types
Row = tuple[bytes, int, float, bytes]  # term, how often, weight, places
Rows = Generator[Row, Any, None]

_NAME = "lessons"
_NUMBER = ""  # the term under which a field keeps one number a passage, as the weight of its posting


class _Indexed(FieldType):
    """A field that is indexed and nothing more, without any text analysis of Whoosh's."""

    def __init__(self) -> None:
        self.indexed, self.stored, self.scorable, self.column_type = True, False, False, None


class Words(_Indexed):
    """A searched field: its value is analysed text; keeps all places of each term and its spelling there."""

    format = Positions()

    def index(self, value: "_Analysed", **_: Any) -> Rows:
        yield from value.rows


class Values(_Indexed):
    """A filter: its value is a tuple of ids."""

    format = Existence()

    def index(self, value: Iterable[str], **_: Any) -> Rows:
        for one in sorted(set(value)):
            yield one.encode(), 1, 1.0, b""


class Number(_Indexed):
    """One number a passage."""

    format = Existence()

    def index(self, value: float, **_: Any) -> Rows:
        yield _NUMBER.encode(), 1, float(value), b""


def _schema() -> Schema:
    kinds: dict[str, FieldType] = {field.name: Words() if field in SEARCHED else Values() for field in FIELDS}
    numbers: dict[str, FieldType] = {f"own_{name}": Number() for name in NUMBERS}
    lengths: dict[str, FieldType] = {f"own_length_{field.name}": Number() for field in SEARCHED}
    return Schema(
        **kinds, **numbers, **lengths, own_document=Values(), own_order=Values(), own_words=Values(), hit=STORED
    )


class _Analysed(NamedTuple):
    """A text as it is searched: its terms, how many words it has, and these words."""

    rows: list[Row]
    length: int
    words: frozenset[str]


def _analysed(text: str) -> _Analysed:
    tokens = ANALYSER.tokens(text)
    places: dict[str, array[int]] = {}
    for token in tokens:
        place = min(token.position, LAST_PLACE) << 16 | spelling_code(token.word)
        places.setdefault(token.term, array("I")).append(place)
    rows = [(term.encode(), len(at), float(len(at)), at.tobytes()) for term, at in places.items()]
    return _Analysed(rows, sum(not token.joined for token in tokens), frozenset(token.word for token in tokens))


def _rows(entries: Iterable[IndexEntry]) -> list[dict[str, object]]:
    """What is written for the passages of one document; names that begin with ``own_`` are not for queries."""
    seen: set[str] = set()  # words as they are spelt, for suggestions: each once a document
    analysed = lru_cache(maxsize=256)(_analysed)  # titles and headings come again and again
    return [_row(entry, seen, analysed) for entry in entries]


def _row(entry: IndexEntry, seen: set[str], analysed: Callable[[str], _Analysed]) -> dict[str, object]:
    searched = {field.name: analysed(str(field.value(entry))) for field in SEARCHED}
    new = searched["text"].words - seen
    seen |= new
    return {
        **searched,
        **{field.name: field.value(entry) for field in FILTERS},
        **{f"own_length_{name}": found.length for name, found in searched.items()},
        **{f"own_{name}": value(entry) for name, value in NUMBERS.items()},
        "own_document": (entry.review.key,),
        "own_order": (f"{entry.review.case_title.casefold()}\t{entry.review.key}",),
        "own_words": tuple(new),
        "hit": msgspec.json.encode(hit_of(entry)),
    }


def _merged(taken: Sequence[Any], writer: Any, held: Sequence[Any]) -> list[Any]:
    """The segments to keep when `taken` join those `held`: the others, small or worn ones, are written anew as one."""
    segments = sorted((s for s in (*held, *taken) if s.doc_count()), key=lambda s: s.doc_count_all(), reverse=True)
    kept = [s for s in segments if s.deleted_count() <= MOST_DELETED * s.doc_count_all()]
    if writer.doc_count() or len(kept) < len(segments) or len(kept) > MOST_SEGMENTS:
        kept = kept[: MOST_SEGMENTS - 1]
    for segment in [s for s in segments if s not in kept]:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return kept


class Snapshot:
    """The index as one commit left it, for any number of threads; what is read is kept in memory as arrays."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._leaves = [(leaf, offset) for leaf, offset in reader.leaf_readers()] if reader.doc_count_all() else []
        self._lock = threading.RLock()  # Whoosh seeks in files that all threads share
        self._live = np.fromiter(reader.all_doc_ids(), np.int64)
        self._number_of = np.full(reader.doc_count_all(), -1, np.int64)
        self._number_of[self._live] = np.arange(len(self._live))
        self.postings = lru_cache(maxsize=1024)(self._postings)
        self.lengths = lru_cache(maxsize=None)(lambda field: self._numbers(f"own_length_{field}"))
        self.number = lru_cache(maxsize=None)(lambda name: self._numbers(f"own_{name}"))
        self.column = lru_cache(maxsize=None)(self._column)

    @property
    def size(self) -> int:
        """How many passages there are; they are numbered without those taken out."""
        return len(self._live)

    def _postings(self, field: str, term: str) -> Postings:
        """Where a term stands; empty when nowhere."""
        blocks = list(self._blocks(field, term))
        raw = np.concatenate([b[0] for b in blocks]) if blocks else np.zeros(0, np.int64)
        counts = np.concatenate([b[1] for b in blocks]) if blocks else np.zeros(0, np.float32)
        places = np.frombuffer(b"".join(b[2] for b in blocks), np.uint32)
        docs = self._number_of[raw]
        kept = docs >= 0
        if not kept.all():
            places = places[np.repeat(kept, counts.astype(np.int64))] if len(places) else places
        return Postings(docs[kept], counts[kept], places >> np.uint32(16), places & np.uint32(0xFFFF))

    def _blocks(self, field: str, term: str) -> Iterator[tuple[Docs, Numbers, bytes]]:
        """The postings of a term in whole blocks, many times faster than one by one, with those taken out."""
        with self._lock:
            for leaf, offset in self._leaves:
                try:
                    matcher = leaf.postings(field, term)
                except TermNotFound:
                    continue
                matcher = getattr(matcher, "child", matcher)  # beneath the filter of what is taken out,
                matcher.reset()  # which has already skipped over the first of it
                while matcher.is_active():
                    yield self._block(matcher, offset)
                    matcher._next_block()

    @staticmethod
    def _block(matcher: Any, offset: int) -> tuple[Docs, Numbers, bytes]:
        matcher._read_ids(), matcher._read_weights(), matcher._read_values()
        ids, weights = np.array(matcher._ids, np.int64), np.array(matcher._weights, np.float32)
        return ids + offset, weights, b"".join(value for value in matcher._values or () if value)

    def _numbers(self, field: str) -> Numbers:
        found = self._postings(field, _NUMBER)
        numbers = np.zeros(self.size, np.float32)
        numbers[found.docs] = found.counts
        return numbers

    def _column(self, name: str) -> FilterColumn:
        """The values of a filter."""
        values = self._lexicon(name)
        found = [self._postings(name, value).docs for value in values]
        docs = np.concatenate(found) if found else np.zeros(0, np.int64)
        return FilterColumn(self.size, values, docs, np.repeat(np.arange(len(values)), [len(d) for d in found]))

    def _lexicon(self, field: str) -> list[str]:
        with self._lock:
            return [term.decode() for term in self._reader.lexicon(field)] if self._leaves else []

    @cached_property
    def _vocabulary(self) -> list[str]:
        return self._lexicon("own_words")

    def vocabulary(self) -> Sequence[str]:
        """All words of the text as they are spelt."""
        return self._vocabulary

    def spread(self, word: str) -> int:
        """In how many documents a word stands in this spelling."""
        return len(self.postings("own_words", word).docs)

    @cached_property
    def _order(self) -> Docs:
        column, order = self.column("own_order"), np.zeros(self.size, np.int64)
        order[column.docs] = column.ids
        return order

    def order(self) -> Docs:
        """The place of each passage's document when documents are sorted by review."""
        return self._order

    def hit(self, doc: int) -> Hit:
        """A passage as it is shown, without rank, score and snippet."""
        with self._lock:
            stored = self._reader.stored_fields(int(self._live[doc]))
        return msgspec.json.decode(stored["hit"], type=Hit)


class WhooshEngine:
    """An index of passages in one folder. One writer at a time; readers see whole commits and take no lock."""

    def __init__(
        self, folder: Path, thesaurus: Thesaurus | None = None, *, write: bool = False, memory_mb: int = MEMORY_MB
    ) -> None:
        """Opens the index, making it when `write`; `memory_mb` is what the writer fills before it spills to disk.

        Raises IndexMissingError when there is none.
        """
        self._folder, self._thesaurus, self._write, self._memory_mb = folder, thesaurus, write, memory_mb
        self._opening = threading.Lock()
        self._writer: Any = None
        self._pending: set[str] = set()
        self._taken: list[Any] = []  # segments made elsewhere
        self._snapshot: tuple[int, Snapshot, Answerer] | None = None
        if write and not index.exists_in(str(folder), _NAME):
            folder.mkdir(parents=True, exist_ok=True)
            index.create_in(str(folder), _schema(), _NAME)
        try:
            self._index: Any = index.open_dir(str(folder), _NAME)
        except (EmptyIndexError, OSError) as error:
            raise IndexMissingError(f"there is no index in {folder.parent}: run 'lessons ingest' first") from error

    # --- writing --------------------------------------------------------------------------------------------------

    def replace(self, document: str, entries: Iterable[IndexEntry]) -> None:
        """Puts the entries of one document (its key) in the place of all it had; visible after `commit`."""
        rows = _rows(entries)  # before anything is changed: making them may fail
        self.remove(document)
        for row in rows:
            self._writer.add_document(**row)
        self._pending.add(document)

    def take_in(self, folder: Path, documents: Iterable[str]) -> None:
        """Takes the index of `documents` (keys) that was made in a folder in the place of all they had.

        Visible after `commit`.
        """
        piece: Any = index.open_dir(str(folder), _NAME)
        segments, documents = piece._segments(), set(documents)
        if self._pending & documents:
            self.commit()
        self._writer = self._writer or self._open_writer()
        for document in documents & self.documents():
            self.remove(document)
        for path in folder.glob(f"{_NAME}_*"):
            path.rename(self._folder / path.name)
        self._taken += segments
        self._pending |= documents

    def remove(self, document: str) -> None:
        """Takes out all entries of one document (its key); visible after `commit`."""
        if document in self._pending:  # what is not committed cannot be taken out
            self.commit()
        if self._writer is None:
            self._writer = self._open_writer()
        if self._writer.segments:
            self._writer.delete_by_term("own_document", document)

    def _open_writer(self) -> Any:
        if not self._write:
            raise LessonsError("the index is open for reading only")
        try:
            codec = _new_codec(blocklimit=BLOCK, inlinelimit=0)
            return self._index.writer(timeout=LOCK_SECONDS, limitmb=self._memory_mb, codec=codec)
        except LockError as error:
            raise LessonsError(
                f"another process is writing the index in {self._folder}: try again when it has finished"
            ) from error

    def commit(self) -> None:
        """Makes all changes since the last commit visible to readers, all at once."""
        if self._writer is None:
            return
        writer, taken = self._writer, self._taken
        self._writer, self._pending, self._taken = None, set(), []
        writer.commit(mergetype=partial(_merged, taken))

    def close(self) -> None:
        """Gives up what was not committed, and lets go of files and locks."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer, self._pending, self._taken = None, set(), []
        self._snapshot = None

    # --- reading --------------------------------------------------------------------------------------------------

    def documents(self) -> frozenset[str]:
        """Keys of the documents that the index holds."""
        column = self._current()[1].column("own_document")
        return frozenset(column.values[i] for i in np.unique(column.ids))

    def count(self) -> int:
        """How many passages the index holds."""
        return self._current()[1].size

    def search(self, request: SearchRequest) -> SearchResults:
        """Answers a request. Raises QueryError when it cannot be answered as it stands."""
        return self._current()[2].answer(request)

    def ranked(self, text: str, limit: int) -> list[tuple[Hit, float]]:
        """The best passages for any of the words of a text, with their scores; no query language, no synonyms."""
        return self._current()[2].ranked(text, limit)

    def _current(self) -> tuple[int, Snapshot, Answerer]:
        """The last commit; opened anew only when there has been another since."""
        held = self._snapshot
        if held is not None and held[0] == self._index.latest_generation():
            return held
        with self._opening:
            held = self._snapshot
            if held is None or self._index.latest_generation() not in (held[0], GONE):
                reader = self._index.reader()
                snapshot = Snapshot(reader)
                held = reader.generation(), snapshot, Answerer(snapshot, ANALYSER, self._thesaurus)
                self._snapshot = held
            return held
