"""The stages that make something of one document after another, and what a process of its own does with one PDF."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer import describe, extract, find, learn, rehearsal, split, taxonomy
from indexer.errors import ConfigError, DocumentError, FileGoneError
from indexer.readers.with_tesseract import missing
from indexer.records import Document, Extracted, Learning, Passage, ReviewRecord, TaggedPassage
from indexer.search import load_synonyms
from indexer.settings import Settings
from indexer.split import Split
from indexer.store import Library, pack
from indexer.taxonomy import Source, Taxonomy
from indexer.worker import Limits

if TYPE_CHECKING:
    from indexer import tag

STAGES = ("find", "extract", "describe", "split", "tag", "learn", "index")
# The stages that one process runs for one document, with what each makes.
KINDS: Mapping[str, Any] = {
    "extract": Extracted,
    "describe": ReviewRecord,
    "split": tuple[Passage, ...],
    "tag": tuple[TaggedPassage, ...],
    "learn": Learning,
}


def version(stage: str) -> str:
    """The version that the file of a stage states; read, not imported, since spaCy takes a second to load."""
    text = (Path(__file__).parent / f"{stage}.py").read_text("utf-8")
    found = re.search(r'^VERSION = "(.+)"$', text, re.MULTILINE)
    if found is None:
        raise ConfigError(f"indexer/{stage}.py states no VERSION")
    return found[1]


class Stages:
    """The stages that make something of one document after another; what a stage needs is loaded when it is first run."""

    def __init__(self, settings: Settings) -> None:
        extract.check_reader(settings.reader)
        self.settings = settings
        self.taxonomy: Taxonomy = taxonomy.load(settings.corpus)
        self.sources: Mapping[str, Source] = taxonomy.load_sources(settings.corpus)

    @cached_property
    def describer(self) -> describe.Describer:
        """What says what documents are. Raises ConfigError when its rules are faulty."""
        return describe.Describer(self.taxonomy, self.sources, self.settings.corpus)

    @cached_property
    def splitter(self) -> split.Splitter:
        """What cuts pages into passages. Raises ConfigError when its rules or its model are faulty."""
        return split.Splitter(self.taxonomy, self.settings.corpus)

    @cached_property
    def _tagger(self) -> "tag.Tagger":
        from indexer import tag

        return tag.Tagger(self.taxonomy, self.settings.corpus)

    @cached_property
    def _learner(self) -> learn.Learner:
        return learn.Learner(self.taxonomy, self.settings.corpus)

    def extract(self, document: Document) -> Extracted:
        """The pages of a PDF, as it was when it was found. Raises DocumentError."""
        settings = self.settings
        try:
            if document.path.stat().st_size > settings.max_file_mb << 20:
                raise DocumentError(f"the file is larger than {settings.max_file_mb} MB")
            extracted = extract.extract(document.path, settings.reading)
            if extracted.unread and reads_scans(settings):
                extracted = extract.read_scans(
                    document.path, extracted, settings.max_ocr_page_seconds, settings.max_ocr_seconds
                )
            if find.file_digest(document.path) != document.id:
                raise FileGoneError("the file changed while it was read")
        except OSError as error:
            raise FileGoneError(f"the file cannot be read: {error.strerror or error}") from error
        return extracted

    def describe(self, document: Document, extracted: Extracted) -> ReviewRecord:
        """What is known about a document."""
        return self.describer.describe(document, extracted)

    def split(self, document: Document, extracted: Extracted, review: ReviewRecord) -> tuple[Passage, ...]:
        """The passages of a document."""
        return self.split_whole(document, extracted, review).passages

    def split_whole(self, document: Document, extracted: Extracted, review: ReviewRecord) -> Split:
        """The passages of a document, with what was left out of them."""
        return self.splitter.split(document.id, extracted.pages, review.document_types)

    def tag(self, passages: Sequence[Passage]) -> tuple[TaggedPassage, ...]:
        """The passages with their tags."""
        return tuple(self._tagger.tag(passages))

    def learn(self, tagged: Sequence[TaggedPassage]) -> Learning:
        """What the passages of one document teach."""
        return self._learner.learn(tagged)


def reads_scans(settings: Settings) -> bool:
    """Whether pages that only OCR can read are read."""
    return settings.ocr == "auto" and not missing()


def loaded(settings: Settings, due: frozenset[str]) -> Stages:
    """The stages with all that those in `due` need already loaded and used once: what is forked from here has it ready."""
    stages = Stages(settings)
    if due & {"describe", "split", "tag", "learn"}:
        document, report = Document("0" * 64, "rehearsal/report", "rehearsal", Path("report.pdf")), rehearsal.report()
        passages = stages.split(document, report, stages.describe(document, report))
    if due & {"tag", "learn"}:
        stages.learn(stages.tag(passages))
    return stages


def rule_faults(settings: Settings) -> list[str]:
    """What is wrong with the files of rules that the stages and the engine read; the first fault of each."""
    stages = Stages(settings)
    faults = []
    for load in (
        lambda: stages.describer,
        lambda: stages.splitter,
        lambda: stages.tag(()),
        lambda: stages.learn(()),
        lambda: load_synonyms(settings),
    ):
        try:
            load()
        except ConfigError as fault:
            faults.append(str(fault))
    return faults


# --- in a process of its own --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What a stage made of a document, packed for the library, and of how many parts it is.

    `scanned`: the document has pages that only OCR can read, whether it has or not.
    """

    stage: str
    packed: bytes
    parts: int
    scanned: bool = False


def limits(settings: Settings) -> Limits:
    """What one document may take: reading it ends by itself at `max_seconds`, with the pages read by then, and so does OCR."""
    scans = settings.max_ocr_seconds + settings.max_ocr_page_seconds if reads_scans(settings) else 0
    return Limits(2 * settings.max_seconds + scans, settings.max_memory_mb)


def work_through(stages: Stages, document: Document, due: Sequence[str]) -> Iterator[Made]:
    """Runs the stages that are due for one document; what earlier ones made is taken from the library."""
    results = _Results(stages.settings, document.key)
    kept, most = 0, stages.settings.max_result_mb << 20
    for stage in due:
        value = results[stage] = _made(stages, stage, document, results)
        packed = pack(value)
        kept += len(packed)
        if kept > most:
            raise DocumentError(f"what is read of it takes more than {stages.settings.max_result_mb} MB")
        yield Made(stage, packed, _parts(value), isinstance(value, Extracted) and bool(value.scanned))


def _made(stages: Stages, stage: str, document: Document, results: "_Results") -> Any:
    match stage:
        case "extract":
            return stages.extract(document)
        case "describe":
            return stages.describe(document, results["extract"])
        case "split":
            return stages.split(document, results["extract"], results["describe"])
        case "tag":
            return stages.tag(results["split"])
        case _:
            return stages.learn(results["tag"])


def _parts(value: object) -> int:
    if isinstance(value, Extracted):
        return len(value.pages)
    return len(value) if isinstance(value, tuple) else 1


class _Results(dict[str, Any]):
    """What the stages made of one document; what was made in an earlier run is looked up in the library."""

    def __init__(self, settings: Settings, key: str) -> None:
        self._settings, self._key = settings, key

    def __missing__(self, stage: str) -> Any:
        with Library(self._settings.library) as library:
            value = library.load(self._key, stage, KINDS[stage])
        if value is None:
            raise DocumentError("an earlier stage left no result")
        self[stage] = value
        return value
