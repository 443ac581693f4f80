"""When a stage is done again: the fingerprint of what its result for a document depends on."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.language.assertion_model import MODEL as ASSERTION_MODEL
from indexer.language.sentence_model import MODEL as SENTENCE_MODEL
from indexer.records import Document
from indexer.search import digest
from indexer.settings import Settings
from indexer.split import MODEL as SECTION_MODEL
from indexer.stages import STAGES, reads_scans, version
from indexer.taxonomy import Source, Taxonomy

# Files of the vocabulary that a stage reads; a stage not named here reads them all.
DATA = {
    "extract": (),
    "describe": (
        *("document_types", "review_types", "review_methods", "harm_types", "agencies"),
        *("identity", "subject_naming"),
    ),
    "split": ("sections", "cues"),
    "index": (),
}
# Models that a stage goes by.
MODELS = {"split": (SECTION_MODEL,), "tag": (SENTENCE_MODEL, ASSERTION_MODEL)}
# The two states of a document with pages for OCR: not read yet, and read as far as it goes.
UNREAD, READ = "unread", "read"


class Fingerprints:
    """The fingerprints of all stages, for one state of program, settings and corpus."""

    def __init__(self, settings: Settings, taxonomy: Taxonomy, sources: Mapping[str, Source]) -> None:
        self._limits = settings.limits
        self._reads_scans = reads_scans(settings)
        self._scans: dict[str, str] = {}
        self._catalogues = {name: hashed(repr(source)) for name, source in sources.items()}
        self._versions = {stage: _version(stage, settings, taxonomy) for stage in STAGES[1:]}
        self._versions["extract"] += f" {settings.reading.lasting}"
        self._versions["index"] += f" {digest()}"

    def of(self, document: Document, stage: str) -> str:
        """Changes when the document, the code or data of the stage, or anything upstream does."""
        upto = STAGES[1 : STAGES.index(stage) + 1]
        parts = [document.id, document.key, *(self._versions[s] for s in upto), *self._of_scans(document)]
        if "describe" in upto:
            parts.append(self._catalogues.get(document.source, ""))
        return hashed("\n".join(parts))

    def note_scans(self, document: Document, state: str | None = None) -> str:
        """Notes that a document has pages for OCR, and their state: that of this run, when none is given."""
        self._scans[document.key] = state or f"{document.id} {READ if self._reads_scans else UNREAD}"
        return self._scans[document.key]

    def _of_scans(self, document: Document) -> list[str]:
        """A document with pages for OCR is read again once there is OCR; what OCR has read stays when it goes."""
        state = self._scans.get(document.key, "")
        if not state.startswith(document.id):
            return []
        return [f"{document.id} {READ}" if self._reads_scans else state]

    def of_failure(self, document: Document, stage: str) -> str:
        """As `of`, and changes besides when a limit does that may have stopped the document."""
        return hashed(f"{self.of(document, stage)} {self._limits}")


def _version(stage: str, settings: Settings, taxonomy: Taxonomy) -> str:
    names = DATA.get(stage)
    folder = settings.corpus / "taxonomies"
    rules = [] if names is None else [folder / f"{name}.toml" for name in names]
    data = (taxonomy.digest if names is None else "") + _files_digest([*rules, *MODELS.get(stage, ())])
    return f"{stage} {version(stage)} {data}"


def hashed(text: str) -> str:
    """A digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _files_digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes() if path.exists() else b"")
    return found.hexdigest()[:16]
