"""What every page reads from: the vocabulary, the library, the publication list and the search engine."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, current_app, g

from indexer import search, taxonomy
from indexer.errors import IndexMissingError
from indexer.present import Labels
from indexer.records import CONCEPT_FIGURES, SearchRequest, SearchResults
from indexer.search import Engine
from indexer.settings import Settings
from indexer.store import Library
from indexer.taxonomy import Taxonomy
from search_app import catalogue
from search_app.catalogue import Catalogue

STALE_AFTER = 5.0  # seconds between looks at whether the library has changed

Stamp = tuple[tuple[int, int], ...]


@dataclass
class Backend:
    """Opened once for the app and shared by its threads; the library is opened anew for each request that reads it."""

    settings: Settings
    taxonomy: Taxonomy
    quality: Mapping[str, Mapping[str, int]]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _engine: Engine | None = None
    _catalogue: Catalogue | None = None
    _stamp: Stamp = ()
    _looked: float = 0.0

    def search(self, request: SearchRequest) -> SearchResults:
        """Answers a request. Raises QueryError, or IndexMissingError when there is nothing to search yet."""
        return self.engine().search(request)

    def engine(self) -> Engine:
        """The search engine. Raises IndexMissingError when there is no index yet."""
        self._need_library()
        with self._lock:
            if self._engine is None:
                self._engine = search.open_engine(self.settings)
            return self._engine

    def searched(self) -> int:
        """How many reviews have words in the index; a review of scanned pages has none."""
        records = self.catalogue().records
        return len({records[key].case for key in self.engine().documents() if key in records})

    def library(self) -> Library:
        """The library, open for reading. Raises IndexMissingError when there is none."""
        self._need_library()
        return Library(self.settings.library)

    def catalogue(self) -> Catalogue:
        """The publication list, read again when the library has changed. Raises IndexMissingError when there is none."""
        self._need_library()
        with self._lock:
            if self._catalogue is None or time.monotonic() - self._looked > STALE_AFTER:
                self._catalogue = self._refreshed()
                self._looked = time.monotonic()
            return self._catalogue

    def labels(self) -> Labels:
        """The words for the values of filters."""
        return Labels(self.taxonomy, self.catalogue().case_titles)

    def _refreshed(self) -> Catalogue:
        stamp = self._library_stamp()
        if self._catalogue is not None and stamp == self._stamp:
            return self._catalogue
        with Library(self.settings.library) as library:
            fresh = catalogue.read(library, taxonomy.load_sources(self.settings.corpus), self.taxonomy)
        self._stamp = stamp  # only now: what could not be read is tried again
        return fresh

    def _library_stamp(self) -> Stamp:
        """Changes whenever the library does: size and time of its file and of its write-ahead log."""
        library = self.settings.library
        files = [library, library.with_name(library.name + "-wal")]
        return tuple((stat.st_size, stat.st_mtime_ns) for stat in (file.stat() for file in files if file.exists()))

    def _need_library(self) -> None:
        if not self.settings.library.exists():
            raise IndexMissingError(f"there is no library at {self.settings.library}: run 'lessons ingest' first")


def attach(app: Flask, settings: Settings) -> None:
    """Gives the app its backend, and closes each request's library at its end."""
    app.extensions["lessons"] = Backend(settings, taxonomy.load(settings.corpus), _quality(settings))
    app.teardown_appcontext(_close_library)


def _quality(settings: Settings) -> Mapping[str, Mapping[str, int]]:
    """How often each concept is found rightly, wrongly and not at all in the reviews for scoring; {} where it was not measured."""
    path = settings.corpus / CONCEPT_FIGURES
    figures: Mapping[str, Mapping[str, int]] = json.loads(path.read_text("utf-8"))["concepts"] if path.exists() else {}
    return figures


def backend() -> Backend:
    """The backend of the app that answers this request."""
    found: Backend = current_app.extensions["lessons"]
    return found


def library() -> Library:
    """The library, open for the length of this request."""
    if "library" not in g:
        g.library = backend().library()
    opened: Library = g.library
    return opened


def _close_library(_: BaseException | None) -> None:
    opened: Library | None = g.pop("library", None)
    if opened is not None:
        opened.close()
