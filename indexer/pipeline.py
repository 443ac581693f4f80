"""Runs the stages over all documents: what each still needs is done, what is done is skipped, what fails is recorded.

One process writes: this one. Each PDF goes through its stages in a process of its own (`worker.py`), and the index is
built in pieces by processes of their own (`pieces.py`). A stage's result and its mark are saved in one transaction, so a
run that is killed is taken up where it stopped, and a second run does nothing.
"""

import fcntl
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from indexer import taxonomy
from indexer.errors import DocumentError, FileGoneError, LessonsError
from indexer.fingerprints import Fingerprints
from indexer.index import worth_finding
from indexer.pieces import Pending, Refused, build, order
from indexer.places import take_up
from indexer.records import Document
from indexer.search import Engine, open_engine, remove_old_indexes
from indexer.settings import Settings
from indexer.stages import STAGES, Made, limits, loaded, work_through
from indexer.store import Library, Totals
from indexer.worker import Workshop

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Outcome:
    """What one ingest did: documents by key, with the reasons of failures and what the reader ought to know."""

    documents: int = 0
    pages: int = 0
    changed: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)


def ingest(
    settings: Settings,
    names: Sequence[str],
    progress: Progress = lambda done, total, key: None,
    *,
    retry: bool = False,
) -> Outcome:
    """Brings library and index up to date with sources, folders or files; none named: every source of the corpus.

    A document that failed is tried again when something changed that bears on it, or when `retry`.
    Raises ConfigError for a source that cannot be found, LessonsError when another ingest is running.
    """
    vocabulary, sources = taxonomy.load(settings.corpus), taxonomy.load_sources(settings.corpus)
    with _only_writer(settings), Library(settings.library, write=True) as library:
        outcome = Outcome(removed=take_up(library, names, sources))
        fingerprints = Fingerprints(settings, vocabulary, sources)
        with closing(open_engine(settings, write=True)) as engine:
            _Ingest(settings, fingerprints, library, engine, outcome, progress, retry=retry).run()
        remove_old_indexes(settings)
        outcome.totals = library.totals()
        return outcome


class _Ingest:
    """One run over all documents of the library."""

    def __init__(
        self,
        settings: Settings,
        fingerprints: Fingerprints,
        library: Library,
        engine: Engine,
        outcome: Outcome,
        progress: Progress,
        *,
        retry: bool,
    ) -> None:
        self.settings, self.fingerprints, self.library, self.engine = settings, fingerprints, library, engine
        self.outcome, self.progress, self.retry = outcome, progress, retry
        self.marks = library.marks()
        for document in library.documents():
            if scans := self.marks.get((document.key, "ocr")):
                fingerprints.note_scans(document, scans.fingerprint)
        self.held = engine.documents()
        self.due: dict[str, list[str]] = {}  # stages still to be done, by key
        self.sizes = library.sizes("tag")
        self.unread: deque[Document] = deque()
        self.reading: dict[str, Document] = {}
        self.pending = Pending()
        self.building: dict[str, list[Document]] = {}
        self.pieces, self.numbers = settings.data / "pieces", count()
        self.done = self.total = 0

    def run(self) -> None:
        documents = self.library.documents()
        ready = [d for d in documents if d.id]
        self.outcome.documents = len(documents)
        self.outcome.failures.update({d.key: self._reason(d.key) for d in documents if not d.id})
        self._drop_strangers({d.key for d in ready} - {key for (key, _), mark in self.marks.items() if mark.error})
        self._ask_for_lost_entries(ready)
        self._plan(ready)
        self.total = len(self.due)
        if self.due:
            stages = frozenset(stage for due in self.due.values() for stage in due)
            shutil.rmtree(self.pieces, ignore_errors=True)
            with Workshop(loaded, self.settings, stages) as workshop:
                self._work(workshop)
            shutil.rmtree(self.pieces, ignore_errors=True)
        self.engine.commit()

    def _reason(self, key: str) -> str:
        mark = self.marks.get((key, "find"))
        return mark.error if mark and mark.error else "the file cannot be read"

    def _drop_strangers(self, keys: set[str]) -> None:
        for key in self.held - keys:
            self.engine.remove(key)
        self.engine.commit()

    def _ask_for_lost_entries(self, documents: Iterable[Document]) -> None:
        """A document that is marked as indexed and is not in the index is indexed again, but for one with nothing to find."""
        for key in [d.key for d in documents if d.key not in self.held and (d.key, "index") in self.marks]:
            if any(worth_finding(passage) for passage in self.library.passages(key)):
                del self.marks[key, "index"]

    # --- what is due ----------------------------------------------------------------------------------------------

    def _plan(self, documents: Iterable[Document]) -> None:
        for document in documents:
            reason = None if self.retry else self._settled_failure(document)
            due = [stage for stage in STAGES[1:] if not self._done(document, stage)]
            if reason is not None:
                self.outcome.failures[document.key] = reason
            elif due:
                self.due[document.key] = due
                if due == ["index"]:
                    self.pending.add(document, self.sizes.get(document.key, 0))
                else:
                    self.unread.append(document)

    def _done(self, document: Document, stage: str) -> bool:
        mark = self.marks.get((document.key, stage))
        return mark is not None and mark.error is None and mark.fingerprint == self.fingerprints.of(document, stage)

    def _settled_failure(self, document: Document) -> str | None:
        """Why a document failed in an earlier run, when it would fail again."""
        for stage in STAGES[1:]:
            mark = self.marks.get((document.key, stage))
            if mark and mark.error and mark.fingerprint == self.fingerprints.of_failure(document, stage):
                return mark.error
        return None

    # --- the work -------------------------------------------------------------------------------------------------

    def _work(self, workshop: Workshop) -> None:
        """Keeps as many processes at work as the settings allow until nothing is left to do."""
        while True:
            while len(self.reading) + len(self.building) < self.settings.jobs and self._start_next(workshop):
                pass
            if not self.reading and not self.building:
                return
            name, value = workshop.hear()
            if name in self.reading:
                self._heard_of_document(self.reading[name], value)
            else:
                self._heard_of_piece(name, value)

    def _start_next(self, workshop: Workshop) -> bool:
        """Starts a piece of the index or the reading of a document; False when neither is to be started now."""
        if piece := self.pending.take(self.settings.jobs, all_read=not self.unread):
            folder = self.pieces / str(next(self.numbers))
            self.building[str(folder)] = piece
            order(folder, piece)
            workshop.start(str(folder), build, folder)
            return True
        if self.unread:
            document = self.unread.popleft()
            due = [stage for stage in self.due[document.key] if stage != "index"]
            self.reading[document.key] = document
            workshop.start(document.key, work_through, document, due, limits=limits(self.settings))
            return True
        return False

    # --- documents ------------------------------------------------------------------------------------------------

    def _heard_of_document(self, document: Document, value: Any) -> None:
        """Saves what a stage made; when the last has ended, the document waits to be indexed or is recorded as failed."""
        if isinstance(value, Made):
            self._save(document, value)
            return
        del self.reading[document.key]
        if isinstance(value.error, DocumentError):
            self._fail(document, value.error)
        elif value.error:
            raise value.error
        else:
            self.pending.add(document, self.sizes.get(document.key, 0))
        self.done += 1
        self.progress(self.done, self.total, document.key)

    def _save(self, document: Document, made: Made) -> None:
        if made.scanned:
            self.library.done("ocr", {document.key: self.fingerprints.note_scans(document)})
        self.library.save_packed(document.key, made.stage, self.fingerprints.of(document, made.stage), made.packed)
        self.due[document.key].remove(made.stage)
        if made.stage == "extract":
            self.outcome.pages += made.parts
        if made.stage == "tag":
            self.sizes[document.key] = len(made.packed)

    def _fail(self, document: Document, error: DocumentError) -> None:
        """Records the stage that was being done as failed, with its reason."""
        stage = self.due[document.key][0]
        passing = isinstance(error, FileGoneError)
        fingerprint = "" if passing else self.fingerprints.of_failure(document, stage)
        self.library.fail(document.key, STAGES[STAGES.index(stage) :], fingerprint, str(error))
        self.outcome.failures[document.key] = str(error)
        if document.key in self.held:
            self.engine.remove(document.key)

    # --- pieces of the index --------------------------------------------------------------------------------------

    def _heard_of_piece(self, name: str, value: Any) -> None:
        """Takes in a piece of the index when it is built; a document that could not be indexed is recorded as failed."""
        if isinstance(value, Refused):
            refused = next(d for d in self.building[name] if d.key == value.key)
            self.building[name].remove(refused)
            self.due[refused.key] = ["index"]
            self._fail(refused, DocumentError(value.reason))
            return
        if value.error:
            raise value.error
        piece = self.building.pop(name)
        self.engine.take_in(Path(name), [document.key for document in piece])
        self.engine.commit()
        self.library.done("index", {d.key: self.fingerprints.of(d, "index") for d in piece})
        self.outcome.changed += [document.key for document in piece]


@contextmanager
def _only_writer(settings: Settings) -> Iterator[None]:
    """Holds a lock that dies with the process, so that two ingests never write at once."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "ingest.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LessonsError(f"another ingest is writing to {settings.data}: wait for it to end") from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield
