"""One PDF read as an ingest reads it, but without a library."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer import find
from indexer.errors import DocumentError
from indexer.records import Document, Extracted, Learning, ReviewRecord, TaggedPassage
from indexer.settings import Settings
from indexer.split import Split
from indexer.stages import KINDS, Stages, limits, loaded, work_through
from indexer.store import unpack
from indexer.worker import Ended, Workshop


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was made of one document."""

    extracted: Extracted
    review: ReviewRecord
    tagged: tuple[TaggedPassage, ...]
    learning: Learning


@dataclass(frozen=True, slots=True)
class Parts:
    """The pages of a document, what it is, and the passages that it was cut into."""

    extracted: Extracted
    review: ReviewRecord
    split: Split


class Reader(Workshop):
    """Reads, splits, tags and draws learning from single PDFs, each in a process of its own; a context manager."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(loaded, settings, frozenset(KINDS))
        self._settings = settings

    def read(self, path: Path) -> Reading:
        """Everything that can be made of one PDF. Raises DocumentError."""
        made = self._made(path, work_through, tuple(KINDS))
        values = {stage.stage: unpack(stage.packed, KINDS[stage.stage]) for stage in made}
        return Reading(values["extract"], values["describe"], values["tag"], values["learn"])

    def split(self, path: Path) -> Parts:
        """The pages of one PDF and the passages that they are cut into, with what is left out. Raises DocumentError."""
        parts: Parts
        (parts,) = self._made(path, _split)
        return parts

    def _made(self, path: Path, work: Callable[..., Iterator[Any]], *arguments: object) -> list[Any]:
        if not path.is_file():
            raise DocumentError(f"{path}: there is no such file")
        try:
            document = Document(find.file_digest(path), f"file/{path.stem}", "file", path)
        except OSError as error:
            raise DocumentError(f"{path}: the file cannot be read: {error.strerror}") from error
        self.start(document.key, work, document, *arguments, limits=limits(self._settings))
        made: list[Any] = []
        while True:
            _, value = self.hear()
            if isinstance(value, Ended):
                if value.error:
                    raise value.error
                return made
            made.append(value)


def _split(stages: Stages, document: Document) -> Iterator[Parts]:
    extracted = stages.extract(document)
    review = stages.describe(document, extracted)
    yield Parts(extracted, review, stages.split_whole(document, extracted, review))
