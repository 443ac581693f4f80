"""The library: one SQLite file that holds the documents, how far each is, and what each stage made of it."""

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from indexer.errors import LessonsError
from indexer.records import Document, Learning, Passage, ReviewRecord, TaggedPassage

T = TypeVar("T")

SCHEMA = (Path(__file__).parent / "schema.sql").read_text("utf-8")
SCHEMA_VERSION = 1
DEFLATE = 1  # four times as fast as the usual 6, a sixth larger


@dataclass(frozen=True, slots=True)
class Mark:
    """How a stage ended for a document: `error` is the reason when it failed."""

    key: str
    stage: str
    fingerprint: str
    error: str | None
    finished: str


def pack(value: object) -> bytes:
    """A value as the library keeps it."""
    return zlib.compress(msgspec.json.encode(value), DEFLATE)


def unpack(blob: bytes, kind: type[T]) -> T:
    """A value that was packed, as `kind`."""
    return msgspec.json.decode(zlib.decompress(blob), type=kind)


@dataclass(frozen=True, slots=True)
class Totals:
    """How the files found came out: ``files == read + failed + duplicates + waiting``."""

    files: int = 0
    read: int = 0
    failed: int = 0
    duplicates: int = 0
    waiting: int = 0


class Library:
    """The library file; safe for one writer and many readers at a time. Use as a context manager."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Opens the library, making it when `write`. Raises LessonsError when it is missing or cannot be used."""
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise LessonsError(f"no library at {path}: run 'lessons ingest' first")
        try:
            self._db = sqlite3.connect(path if write else f"{path.as_uri()}?mode=ro", uri=not write, timeout=30)
            self._db.execute("PRAGMA foreign_keys = ON")
            if write:
                self._prepare()
        except sqlite3.Error as error:
            raise LessonsError(f"library {path} cannot be used: {error}") from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last results; they are made anew
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise LessonsError(
                f"the library was made by another version of Lessons (format {version}): remove it and ingest again"
            )
        with self._writing():
            self._db.executescript(SCHEMA)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; what goes wrong in it, such as a full disk, undoes all of it."""
        try:
            with self._db:
                yield
        except sqlite3.Error as error:
            raise LessonsError(f"the library cannot be written: {error}") from error

    def _read(self, query: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(query, values)
        except sqlite3.Error as error:
            raise LessonsError(f"the library cannot be read: {error}") from error

    # --- sources and documents ------------------------------------------------------------------------------------

    def folder(self, source: str) -> Path | None:
        """Where the PDFs of a source were last read from; None for a source never seen."""
        row = self._read("SELECT folder FROM source WHERE name = ?", (source,)).fetchone()
        return Path(row[0]) if row else None

    def known_files(self, source: str) -> dict[str, tuple[int, int, str]]:
        """Size in bytes, time of change in nanoseconds and SHA-256 of each document of a source, by key."""
        rows = self._read("SELECT key, size, modified, id FROM document WHERE source = ?", (source,))
        return {key: (size, modified, digest) for key, size, modified, digest in rows}

    def replace_documents(
        self, source: str, folder: Path, documents: Iterable[tuple[Document, int, int]], *, whole: bool
    ) -> None:
        """Takes up `documents` (each with size and time of change) of a source; when `whole`, all others of it go."""
        rows = [(d.key, d.id, source, str(d.path), size, modified) for d, size, modified in documents]
        with self._writing():
            self._db.execute(
                "INSERT INTO source VALUES (?, ?) ON CONFLICT DO UPDATE SET folder = excluded.folder",
                (source, str(folder)),
            )
            kept = {row[0] for row in rows}
            gone = [(key,) for key in self.known_files(source) if whole and key not in kept]
            self._db.executemany("DELETE FROM document WHERE key = ?", gone)
            self._db.executemany(
                "INSERT INTO document (key, id, source, path, size, modified) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "id = excluded.id, path = excluded.path, size = excluded.size, modified = excluded.modified",
                rows,
            )
            self._db.execute(
                "UPDATE document SET same_as = (SELECT min(other.key) FROM document AS other "
                "WHERE other.id = document.id AND document.id <> '' AND other.key < document.key)"
            )

    def documents(self, source: str | None = None) -> list[Document]:
        """The documents, by key, without those that have the same bytes as another."""
        rows = self._read(
            "SELECT id, key, source, path FROM document WHERE same_as IS NULL AND (? IS NULL OR source = ?) ORDER BY key",
            (source, source),
        )
        return [Document(digest, key, name, Path(path)) for digest, key, name, path in rows]

    def duplicates(self) -> dict[str, str]:
        """Keys of documents that have the same bytes as another, with the key of that other."""
        return dict(self._read("SELECT key, same_as FROM document WHERE same_as IS NOT NULL ORDER BY key"))

    def document(self, key: str) -> Document | None:
        """One document by its key."""
        row = self._read("SELECT id, key, source, path FROM document WHERE key = ?", (key,)).fetchone()
        return Document(row[0], row[1], row[2], Path(row[3])) if row else None

    # --- stages ---------------------------------------------------------------------------------------------------

    def marks(self, key: str | None = None) -> dict[tuple[str, str], Mark]:
        """How each stage ended, by (document key, stage)."""
        rows = self._read(
            "SELECT key, stage, fingerprint, error, finished FROM mark WHERE ? IS NULL OR key = ?", (key, key)
        )
        return {(row[0], row[1]): Mark(*row) for row in rows}

    def failures(self) -> dict[str, str]:
        """Why documents could not be brought up to date, by key."""
        return dict(self._read("SELECT key, error FROM mark WHERE error IS NOT NULL ORDER BY key"))

    def totals(self) -> Totals:
        """How many files were read through to the index, failed, are the same as another, or wait for the next ingest."""
        rows = self._read(
            "SELECT CASE WHEN same_as IS NOT NULL THEN 'duplicates' WHEN max(mark.error) IS NOT NULL THEN 'failed' "
            "WHEN max(mark.stage = 'index') THEN 'read' ELSE 'waiting' END "
            "FROM document LEFT JOIN mark USING (key) GROUP BY key"
        )
        counts = Counter(row[0] for row in rows)
        return Totals(counts.total(), counts["read"], counts["failed"], counts["duplicates"], counts["waiting"])

    def sizes(self, stage: str) -> dict[str, int]:
        """How many bytes the library keeps of what a stage made of each document, by key."""
        return dict(self._read("SELECT key, length(value) FROM result WHERE stage = ?", (stage,)))

    def index_updated(self) -> str | None:
        """When a document was last put into the index, in ISO 8601; None when none has been."""
        updated: str | None = self._read(
            "SELECT max(finished) FROM mark WHERE stage = 'index' AND error IS NULL"
        ).fetchone()[0]
        return updated

    def save(self, key: str, stage: str, fingerprint: str, value: object) -> None:
        """Keeps what a stage made of a document, and the mark that it is done, in one transaction."""
        self.save_packed(key, stage, fingerprint, pack(value))

    def save_packed(self, key: str, stage: str, fingerprint: str, blob: bytes) -> None:
        """As `save`, for a value that has been packed already."""
        with self._writing():
            self._db.execute("REPLACE INTO result VALUES (?, ?, ?)", (key, stage, blob))
            self._db.execute("REPLACE INTO mark VALUES (?, ?, ?, NULL, ?)", (key, stage, fingerprint, _now()))

    def done(self, stage: str, fingerprints: Mapping[str, str]) -> None:
        """Marks a stage that keeps its result elsewhere as done, for documents by key."""
        rows = [(key, stage, fingerprint, _now()) for key, fingerprint in fingerprints.items()]
        with self._writing():
            self._db.executemany("REPLACE INTO mark VALUES (?, ?, ?, NULL, ?)", rows)

    def fail(self, key: str, stages: Sequence[str], fingerprint: str, error: str) -> None:
        """Records why the first of `stages` failed; what an earlier run made in it and in the later ones goes."""
        with self._writing():
            for stage in stages:
                self._db.execute("DELETE FROM result WHERE key = ? AND stage = ?", (key, stage))
                self._db.execute("DELETE FROM mark WHERE key = ? AND stage = ?", (key, stage))
            self._db.execute("INSERT INTO mark VALUES (?, ?, ?, ?, ?)", (key, stages[0], fingerprint, error, _now()))

    def load(self, key: str, stage: str, kind: type[T]) -> T | None:
        """What a stage made of a document, as `kind`; None when it has not been made."""
        row = self._read("SELECT value FROM result WHERE key = ? AND stage = ?", (key, stage)).fetchone()
        return unpack(row[0], kind) if row else None

    # --- what the app reads ---------------------------------------------------------------------------------------

    def reviews(self) -> list[ReviewRecord]:
        """What is known about every document that has been described, by key."""
        rows = self._read(
            "SELECT value FROM result JOIN document USING (key) WHERE stage = 'describe' AND same_as IS NULL ORDER BY key"
        )
        return [unpack(row[0], ReviewRecord) for row in rows]

    def passages(self, key: str) -> tuple[Passage, ...]:
        """The passages of a document in reading order; () when it has none."""
        return self.load(key, "split", tuple[Passage, ...]) or ()

    def tagged(self, key: str) -> tuple[TaggedPassage, ...]:
        """The passages of a document with their tags, in reading order; () when it has none."""
        return self.load(key, "tag", tuple[TaggedPassage, ...]) or ()

    def learning(self, key: str) -> Learning:
        """What a document teaches; empty when it has not been drawn out."""
        return self.load(key, "learn", Learning) or Learning((), ())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
