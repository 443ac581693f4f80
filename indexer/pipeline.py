"""The stages in order: what each document still needs is run, what is done is skipped, what fails is recorded.

One process writes; PDFs are read in worker processes. A stage's result and its mark are saved in one transaction, so a
run that is killed is taken up where it stopped, and a second run does nothing.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from indexer import describe, extract, find, index, learn, split, tag, taxonomy
from indexer.errors import ConfigError, DocumentError, LessonsError
from indexer.records import Document, Extracted, Learning, Passage, ReviewRecord, TaggedPassage
from indexer.search import Engine, digest, load_synonyms, open_engine
from indexer.settings import Settings
from indexer.split import Split
from indexer.store import Library, Mark
from indexer.taxonomy import Source, Taxonomy
from indexer.worker import in_parallel, run_limited

STAGES = ("find", "extract", "describe", "split", "tag", "learn", "index")
# The index is committed after this many documents: what a killed run has to index again.
COMMIT_EVERY = 50
# Files of the vocabulary that a stage reads; a stage not named here reads them all.
DATA = {
    "extract": (),
    "describe": (
        "document_types",
        "review_types",
        "review_methods",
        "harm_types",
        "agencies",
        "identity",
        "subject_naming",
    ),
    "split": ("sections",),
    "index": (),
}

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Outcome:
    """What one ingest did: documents by key, with the reasons of failures and what the reader ought to know."""

    documents: int = 0
    pages: int = 0
    changed: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was made of one document."""

    extracted: Extracted
    review: ReviewRecord
    tagged: tuple[TaggedPassage, ...]
    learning: Learning


class Stages:
    """The stages that make something of one document after another; what a stage needs is loaded when it is first run."""

    def __init__(self, settings: Settings) -> None:
        extract.check_reader(settings.reader)
        self.settings = settings
        self.taxonomy: Taxonomy = taxonomy.load(settings.corpus)
        self.sources: Mapping[str, Source] = taxonomy.load_sources(settings.corpus)

    @cached_property
    def _describer(self) -> describe.Describer:
        return self.describer()

    def describer(self) -> describe.Describer:
        """What says what documents are. Raises ConfigError when its rules are faulty."""
        return describe.Describer(self.taxonomy, self.sources, self.settings.corpus)

    @cached_property
    def _splitter(self) -> split.Splitter:
        return split.Splitter(self.taxonomy, self.settings.corpus)

    @cached_property
    def _tagger(self) -> tag.Tagger:
        return tag.Tagger(self.taxonomy, self.settings.corpus)

    @cached_property
    def _learner(self) -> learn.Learner:
        return learn.Learner(self.taxonomy, self.settings.corpus)

    def extract(self, document: Document) -> Extracted:
        """The pages of a PDF, read in a process of its own, and in another by OCR where they need it. Raises DocumentError."""
        settings = self.settings
        if document.path.stat().st_size > settings.max_file_mb << 20:
            raise DocumentError(f"the file is larger than {settings.max_file_mb} MB")
        extracted = run_limited(
            extract.extract,
            document.path,
            settings.max_pages,
            settings.reader,
            seconds=settings.max_seconds,
            memory_mb=settings.max_memory_mb,
            preload="indexer.extract",
        )
        return self._with_scans(document, extracted) if self.reads_scans and extracted.unread else extracted

    @cached_property
    def reads_scans(self) -> bool:
        """Whether pages that only OCR can read are read."""
        return self.settings.ocr == "auto" and not extract.ocr_missing()

    def _with_scans(self, document: Document, extracted: Extracted) -> Extracted:
        """The pages with those that were unread read by OCR; without them when that fails."""
        settings = self.settings
        try:
            return run_limited(
                extract.read_scans,
                document.path,
                extracted,
                settings.max_ocr_page_seconds,
                settings.max_ocr_seconds,
                seconds=settings.max_ocr_seconds + settings.max_ocr_page_seconds,
                memory_mb=settings.max_memory_mb,
                preload="indexer.extract",
            )
        except DocumentError as error:
            return replace(extracted, warnings=(*extracted.warnings, f"OCR failed: {error}"))

    def describe(self, document: Document, extracted: Extracted) -> ReviewRecord:
        """What is known about a document."""
        return self._describer.describe(document, extracted)

    def split(self, document: Document, extracted: Extracted, review: ReviewRecord) -> tuple[Passage, ...]:
        """The passages of a document."""
        return self.split_whole(document, extracted, review).passages

    def split_whole(self, document: Document, extracted: Extracted, review: ReviewRecord) -> Split:
        """The passages of a document, with what was left out of them."""
        return self._splitter.split(document.id, extracted.pages, review.document_types)

    def tag(self, passages: Sequence[Passage]) -> tuple[TaggedPassage, ...]:
        """The passages with their tags."""
        return tuple(self._tagger.tag(passages))

    def learn(self, tagged: Sequence[TaggedPassage]) -> Learning:
        """What the passages of one document teach."""
        return self._learner.learn(tagged)


def rule_faults(settings: Settings) -> list[str]:
    """What is wrong with the files of rules that the stages and the engine read; the first fault of each."""
    stages = Stages(settings)
    faults = []
    for load in (stages.describer, lambda: stages.tag(()), lambda: stages.learn(()), lambda: load_synonyms(settings)):
        try:
            load()
        except ConfigError as fault:
            faults.append(str(fault))
    return faults


def read_one(path: Path, stages: Stages) -> Reading:
    """Reads, splits, tags and draws learning from one PDF without touching the library. Raises DocumentError."""
    document, extracted = _extracted(path, stages)
    review = stages.describe(document, extracted)
    tagged = stages.tag(stages.split(document, extracted, review))
    return Reading(extracted, review, tagged, stages.learn(tagged))


def split_one(path: Path, stages: Stages) -> tuple[Extracted, ReviewRecord, Split]:
    """Reads and splits one PDF without touching the library. Raises DocumentError."""
    document, extracted = _extracted(path, stages)
    review = stages.describe(document, extracted)
    return extracted, review, stages.split_whole(document, extracted, review)


def _extracted(path: Path, stages: Stages) -> tuple[Document, Extracted]:
    if not path.is_file():
        raise DocumentError(f"{path}: there is no such file")
    try:
        document = Document(find.file_digest(path), f"file/{path.stem}", "file", path)
    except OSError as error:
        raise DocumentError(f"{path}: the file cannot be read: {error.strerror}") from error
    return document, stages.extract(document)


def ingest(settings: Settings, names: Sequence[str], progress: Progress = lambda done, total, key: None) -> Outcome:
    """Brings library and index up to date with sources, folders or files; none named: every source of the corpus.

    Raises ConfigError for a source that cannot be found, LessonsError when another ingest is running.
    """
    stages = Stages(settings)
    with _only_writer(settings), Library(settings.library, write=True) as library:
        outcome = Outcome()
        for source, folder, only in _places(names, stages.sources, library):
            _take_up(library, source, folder, only, outcome)
        with closing(open_engine(settings, write=True)) as engine:
            _Ingest(stages, library, engine, outcome, progress).run()
        return outcome


# --- find ---------------------------------------------------------------------------------------------------------


def _places(
    names: Sequence[str], sources: Mapping[str, Source], library: Library
) -> Iterator[tuple[str, Path, Path | None]]:
    """For each name: the source, its folder, and the one file to take if only one is named."""
    if not names:
        yield from ((s.id, s.folder, None) for s in sources.values() if s.folder)
        return
    for name in names:
        path = Path(name).expanduser()
        if name in sources:
            folder = sources[name].folder
            if folder is None:
                raise ConfigError(f"source {name} lists its reviews but holds no files: nothing to ingest")
            yield name, folder, None
        elif path.is_dir():
            yield _free_name(path.resolve(), sources, library), path.resolve(), None
        elif path.is_file() and path.suffix.lower() == ".pdf":
            folder = path.absolute().parent.resolve()
            yield _free_name(folder, sources, library), folder, folder / path.name
        else:
            raise ConfigError(f"'{name}' is neither a source ({', '.join(sources) or 'none yet'}) nor a folder or PDF")


def _free_name(folder: Path, sources: Mapping[str, Source], library: Library) -> str:
    """The source that a folder is taken for; two folders of the same name are told apart."""
    own = next((s.id for s in sources.values() if s.folder and s.folder.resolve() == folder), None)
    name = own or find.source_name(folder)
    taken = library.folder(name)
    if own or (name not in sources and taken in (None, folder)):
        return name
    return f"{name}-{_digest(str(folder))[:6]}"


def _take_up(library: Library, source: str, folder: Path, only: Path | None, outcome: Outcome) -> None:
    known = library.known_files(source)
    found = find.find(source, folder, known, only)
    library.replace_documents(source, folder, [(f.document, f.size, f.modified) for f in found], whole=only is None)
    for item in found:
        if item.problem:
            library.fail(item.document.key, STAGES, "", item.problem)
        else:
            library.done(item.document.key, "find", item.document.id)
    if only is None:
        outcome.removed += sorted(set(known) - {f.document.key for f in found})


# --- the other stages ---------------------------------------------------------------------------------------------


class _Ingest:
    """One run over all documents of the library."""

    def __init__(self, stages: Stages, library: Library, engine: Engine, outcome: Outcome, progress: Progress) -> None:
        self.stages, self.library, self.engine, self.outcome, self.progress = stages, library, engine, outcome, progress
        self.marks = library.marks()
        self.versions = _versions(stages)
        self.catalogues = {name: _digest(repr(source)) for name, source in stages.sources.items()}
        self.uncommitted: list[tuple[str, str]] = []

    def run(self) -> None:
        documents = self.library.documents()
        ready = [d for d in documents if d.id]
        self._drop_strangers({d.key for d in ready})
        self._ask_for_lost_entries(ready)
        self.outcome.documents = len(documents)
        self.outcome.failures.update({d.key: self._reason(d.key) for d in documents if not d.id})
        for done, (document, extracted) in enumerate(self._extracted(ready), start=1):
            self.progress(done - 1, len(ready), document.key)
            self._finish(document, extracted)
            self.progress(done, len(ready), document.key)
        self._commit()

    def _reason(self, key: str) -> str:
        mark = self.marks.get((key, "find"))
        return mark.error if mark and mark.error else "the file cannot be read"

    def _drop_strangers(self, keys: set[str]) -> None:
        strangers = self.engine.documents() - keys
        for key in strangers:
            self.engine.remove(key)
        if strangers:
            self.engine.commit()

    def _ask_for_lost_entries(self, documents: Iterable[Document]) -> None:
        """A document that is marked as indexed and is not in the index is indexed again; one without passages never is."""
        held = self.engine.documents()
        for key in [d.key for d in documents if d.key not in held and (d.key, "index") in self.marks]:
            if self.library.passages(key):
                del self.marks[key, "index"]

    def _extracted(self, documents: Sequence[Document]) -> Iterator[tuple[Document, Extracted | DocumentError | None]]:
        """Each document with its pages when they had to be read, why they could not be, or None when they are known."""
        read = {d.key for d in documents if self._done(d, "extract")}
        yield from ((d, None) for d in documents if d.key in read)
        due = [d for d in documents if d.key not in read]
        yield from in_parallel(due, self.stages.extract, self.stages.settings.jobs)

    def _done(self, document: Document, stage: str) -> bool:
        mark = self.marks.get((document.key, stage))
        return mark is not None and mark.error is None and mark.fingerprint == self._fingerprint(document, stage)

    def _fingerprint(self, document: Document, stage: str) -> str:
        """Changes when the document, the code or data of the stage, or anything upstream does."""
        upto = STAGES[1 : STAGES.index(stage) + 1]
        parts = [document.id, document.key, *(self.versions[s] for s in upto)]
        scans = self.marks.get((document.key, "ocr"))
        if scans and scans.fingerprint.startswith(document.id):
            parts.append(_scans_read(document) if self.stages.reads_scans else scans.fingerprint)
        if "describe" in upto:
            parts.append(self.catalogues.get(document.source, ""))
        return _digest("\n".join(parts))

    def _finish(self, document: Document, extracted: Extracted | DocumentError | None) -> None:
        """Runs the stages that are still due for one document, and records it when one fails."""
        stage = "extract"
        try:
            if isinstance(extracted, DocumentError):
                raise extracted
            if extracted:
                self._note_scans(document, extracted)
                self._save(document, stage, extracted)
                self.outcome.pages += len(extracted.pages)
            for stage in STAGES[2:]:
                if not self._done(document, stage):
                    self._run(document, stage)
                    if document.key not in self.outcome.changed[-1:]:
                        self.outcome.changed.append(document.key)
        except DocumentError as error:
            self._fail(document, stage, str(error))
        except (LessonsError, OSError, KeyboardInterrupt):
            raise
        except Exception as error:  # a fault of ours in one document must not stop the others
            self._fail(document, stage, f"a fault in the program: {type(error).__name__}: {error}")

    def _note_scans(self, document: Document, extracted: Extracted) -> None:
        """Marks a document that has pages for OCR, so that it, and no other, is read again once there is OCR."""
        if extracted.scanned:
            state = _scans_read(document) if self.stages.reads_scans else f"{document.id} unread"
            self.library.done(document.key, "ocr", state)
            self.marks[document.key, "ocr"] = Mark(document.key, "ocr", state, None, "")

    def _fail(self, document: Document, stage: str, reason: str) -> None:
        self.library.fail(document.key, STAGES[STAGES.index(stage) :], self._fingerprint(document, stage), reason)
        self.engine.remove(document.key)
        self.outcome.failures[document.key] = reason

    def _save(self, document: Document, stage: str, value: object) -> None:
        fingerprint = self._fingerprint(document, stage)
        self.library.save(document.key, stage, fingerprint, value)
        self.marks[document.key, stage] = Mark(document.key, stage, fingerprint, None, "")

    def _run(self, document: Document, stage: str) -> None:
        if stage == "index":
            self._index(document)
        else:
            self._save(document, stage, self._made(document, stage))

    def _made(self, document: Document, stage: str) -> object:
        library, stages, key = self.library, self.stages, document.key
        if stage == "learn":
            return stages.learn(library.tagged(key))
        if stage == "tag":
            return stages.tag(library.passages(key))
        extracted = library.load(key, "extract", Extracted) or Extracted(())
        if stage == "describe":
            return stages.describe(document, extracted)
        return stages.split(document, extracted, _required(library.load(key, "describe", ReviewRecord)))

    def _index(self, document: Document) -> None:
        key = document.key
        review = _required(self.library.load(key, "describe", ReviewRecord))
        self.engine.replace(
            key, index.entries(review, self.library.tagged(key), self.library.learning(key), self.stages.taxonomy)
        )
        self.uncommitted.append((key, self._fingerprint(document, "index")))
        if len(self.uncommitted) >= COMMIT_EVERY:
            self._commit()

    def _commit(self) -> None:
        self.engine.commit()
        for key, fingerprint in self.uncommitted:
            self.library.done(key, "index", fingerprint)
        self.uncommitted.clear()


def _versions(stages: Stages) -> dict[str, str]:
    """What a stage's result depends on besides the document: its code and the data files that it reads."""
    modules = {"extract": extract, "describe": describe, "split": split, "tag": tag, "learn": learn, "index": index}
    folder = stages.settings.corpus / "taxonomies"
    versions = {}
    for stage, module in modules.items():
        names = DATA.get(stage)
        data = stages.taxonomy.digest if names is None else _files_digest([folder / f"{name}.toml" for name in names])
        versions[stage] = f"{stage} {module.VERSION} {data}"
    versions["extract"] += f" {stages.settings.max_pages} {stages.settings.reader}"
    versions["index"] += f" {digest()}"
    return versions


def _scans_read(document: Document) -> str:
    return f"{document.id} read"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _files_digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:16]


def _required(value: ReviewRecord | None) -> ReviewRecord:
    if value is None:
        raise DocumentError("an earlier stage left no result")
    return value


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
