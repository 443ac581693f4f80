"""What a search engine must do, and the engine that the settings name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from indexer.records import IndexEntry, SearchRequest, SearchResults


class Engine(Protocol):
    """An index of passages that can be changed by one writer while many readers search it."""

    def replace(self, document: str, entries: Iterable[IndexEntry]) -> None:
        """Puts the entries of one document (its key) in the place of all it had; visible after `commit`."""

    def remove(self, document: str) -> None:
        """Takes out all entries of one document (its key); visible after `commit`."""

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
