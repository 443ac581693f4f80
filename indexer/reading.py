"""One PDF read as an ingest reads it, but without a library."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import find
from indexer.errors import DocumentError
from indexer.records import Document, Extracted, Learning, ReviewRecord, TaggedPassage
from indexer.settings import Settings
from indexer.stages import KINDS, limits, loaded, work_through
from indexer.store import unpack
from indexer.worker import Ended, Workshop


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was made of one document."""

    extracted: Extracted
    review: ReviewRecord
    tagged: tuple[TaggedPassage, ...]
    learning: Learning


class Reader(Workshop):
    """Reads, splits, tags and draws learning from single PDFs, each in a process of its own; a context manager."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(loaded, settings, frozenset(KINDS))
        self._settings = settings

    def read(self, path: Path) -> Reading:
        """Everything that can be made of one PDF. Raises DocumentError."""
        if not path.is_file():
            raise DocumentError(f"{path}: there is no such file")
        try:
            document = Document(find.file_digest(path), f"file/{path.stem}", "file", path)
        except OSError as error:
            raise DocumentError(f"{path}: the file cannot be read: {error.strerror}") from error
        self.start(document.key, work_through, document, tuple(KINDS), limits=limits(self._settings))
        made: dict[str, Any] = {}
        while True:
            _, value = self.hear()
            if isinstance(value, Ended):
                if value.error:
                    raise value.error
                return Reading(made["extract"], made["describe"], made["tag"], made["learn"])
            made[value.stage] = unpack(value.packed, KINDS[value.stage])
