"""The index is built in pieces, each by a process of its own from what the library holds, and taken in whole."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from indexer import index
from indexer.errors import LessonsError
from indexer.records import Document, ReviewRecord
from indexer.search import open_piece
from indexer.stages import Stages
from indexer.store import Library

# Bytes of packed passages that make a piece: some 25,000 passages. What a killed run has to index again is less than this.
LARGEST = 4 << 20
# Smaller pieces are not worth a process.
SMALLEST = 1 << 17
ORDER = "documents.json"


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that could not be indexed, and why."""

    key: str
    reason: str


def order(folder: Path, documents: Sequence[Document]) -> None:
    """Lays down in a folder which documents are to be indexed there; a message could not hold any number of them."""
    folder.mkdir(parents=True)
    (folder / ORDER).write_text(json.dumps([document.key for document in documents]), "utf-8")


def build(stages: Stages, folder: Path) -> Iterator[Refused]:
    """Makes the index of the documents that were ordered in a folder there."""
    keys: list[str] = json.loads((folder / ORDER).read_text("utf-8"))
    with Library(stages.settings.library) as library, closing(open_piece(stages.settings, folder)) as engine:
        for key in keys:
            try:
                review = library.load(key, "describe", ReviewRecord)
                if review is None:
                    raise LookupError("an earlier stage left no result")
                passages, learning = library.tagged(key), library.learning(key)
                engine.replace(key, index.entries(review, passages, learning, stages.taxonomy))
            except (LessonsError, OSError):
                raise
            except Exception as error:  # a fault of ours in one document must not stop the others
                yield Refused(key, f"a fault in the program: {type(error).__name__}: {error}")
        engine.commit()


class Pending:
    """Documents that wait to be indexed, with the bytes of their packed passages."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Document, int]] = []

    def add(self, document: Document, size: int) -> None:
        """Lets a document wait."""
        self._waiting.append((document, size))

    def take(self, jobs: int, *, all_read: bool) -> list[Document]:
        """The documents of the next piece; none when it is better to wait for more.

        Once all are read, what is left is shared between the processes.
        """
        total = sum(size for _, size in self._waiting)
        if total < LARGEST and not all_read:
            return []
        share = min(LARGEST, max(SMALLEST, total // jobs)) if all_read else LARGEST
        taken: list[Document] = []
        while self._waiting and share > 0:
            document, size = self._waiting.pop()
            taken.append(document)
            share -= size
        return taken
