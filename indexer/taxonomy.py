"""Reads and checks what people edit: the vocabulary in ``corpus/taxonomies`` and the sources in ``corpus/sources``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text that has the words of a concept and must not be tagged with it; `literal` when it holds a strong alias."""

    text: str
    why: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """A theme or risk factor: `aliases` show it on their own, `needs_context` only in learning or beside an alias."""

    id: str
    facet: str
    label: str
    definition: str
    broader: str | None
    group: str | None
    aliases: tuple[str, ...]
    needs_context: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """An agency, kind of document, review type, method, age band or harm type, with the words that name it."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    broader: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of section: `headings` are wordings that open it, `weight` from 0 (boilerplate) to 1 how much its tags count."""

    id: str
    label: str
    headings: tuple[str, ...]
    weight: float
    boilerplate: bool


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The whole vocabulary, each part by id; `digest` changes whenever any of its files does."""

    concepts: Mapping[str, Concept]
    agencies: Mapping[str, Term]
    sections: Mapping[str, Section]
    learning_kinds: Mapping[str, Term]
    document_types: Mapping[str, Term]
    review_types: Mapping[str, Term]
    review_methods: Mapping[str, Term]
    age_bands: Mapping[str, Term]
    harm_types: Mapping[str, Term]
    acronyms: Mapping[str, str]
    digest: str

    def with_broader(self, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """The concepts and all that are broader, sorted."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CataloguedDocument:
    """A document as its source lists it; `file` is relative to the source's folder, None when it is not held here."""

    title: str
    types: tuple[str, ...]
    published: str | None
    file: str | None = None
    url: str | None = None
    publisher: str | None = None
    note: str | None = None
    state: str = "published"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its source lists it: one child, family or subject, with its documents."""

    id: str
    title: str
    subject: str | None
    review_type: str | None
    note: str | None
    documents: tuple[CataloguedDocument, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A board or body that publishes reviews; `folder` holds its PDFs, None when no files are held."""

    id: str
    name: str
    nation: str | None
    scope: str
    page: str | None
    folder: Path | None
    fictional: bool
    cases: tuple[Case, ...]


def load(corpus: Path) -> Taxonomy:
    """The vocabulary of a corpus. Raises ConfigError naming the first faulty file."""
    raise ConfigError("not read")


def load_sources(corpus: Path) -> Mapping[str, Source]:
    """The sources of a corpus by id. Raises ConfigError naming the first faulty file."""
    raise ConfigError("not read")


def check(corpus: Path) -> list[str]:
    """All faults of the vocabulary and the sources, each one line naming file and place."""
    raise ConfigError("not read")
