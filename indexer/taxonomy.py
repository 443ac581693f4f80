"""Reads and checks what people edit: the vocabulary in ``corpus/taxonomies`` and the sources in ``corpus/sources``."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ConfigError
from indexer.vocabulary import checks
from indexer.vocabulary.checks import FACETS, TERMS
from indexer.vocabulary.toml_files import Fault, Table, TomlFile, read


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text that has the words of a concept and must not be tagged with it; `literal` when it holds a strong alias."""

    text: str
    why: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """A theme or risk factor: `aliases` show it on their own, `needs_context` only in learning or beside an alias.

    `facet` is theme or risk_factor, `tier` core or extended, `sources` are codes of ``bibliography.toml``.
    """

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
    tier: str = "core"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """An agency, kind of document, review type, method, age band or harm type, with the words that name it."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    broader: str | None = None
    note: str | None = None
    plural: str | None = None
    definition: str | None = None
    nation: str | None = None
    years: str | None = None
    near_misses: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of section: `headings` are wordings that open it, `weight` from 0 (boilerplate) to 1 how much its tags count.

    `whole` are wordings that open it only as the whole heading, `numbered` words that open it before a number
    ("Theme 1"); `headings` stand alone or inside a longer heading. A part of a document whose kind is in `default_for`
    belongs here when no heading tells where. `lead_ins` are patterns for sentences that introduce its lists.
    """

    id: str
    label: str
    headings: tuple[str, ...]
    weight: float
    boilerplate: bool
    whole: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    default_for: tuple[str, ...] = ()
    lead_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym and its meanings, the usual one first; `risk` of another meaning is low, medium or high."""

    form: str
    meanings: tuple[str, ...]
    risk: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The whole vocabulary, each part by id; `digest` changes whenever any of its files does.

    `acronyms` gives the usual meaning of each acronym, `acronym_details` all of them and the risk of a mistake.
    """

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
    legal_status: Mapping[str, Term]
    publication_states: Mapping[str, Term]
    recommendation_categories: Mapping[str, Term]
    acronym_details: Mapping[str, Acronym]

    def with_broader(self, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """The concepts and all that are broader, sorted."""
        found: set[str] = set()
        for concept in concepts:
            step: str | None = concept
            while step is not None and step not in found:
                found.add(step)
                step = self.concepts[step].broader if step in self.concepts else None
        return tuple(sorted(found))

    def label(self, field: str, value: str) -> str:
        """The label of a value of an index field, such as "section" or "agency"; the value itself when it has none."""
        named: Mapping[str, Mapping[str, Concept | Term | Section]] = {
            "theme": self.concepts,
            "risk_factor": self.concepts,
            "kind": self.learning_kinds,
            "agency": self.agencies,
            "section": self.sections,
            "age_band": self.age_bands,
            "document_type": self.document_types,
            "review_type": self.review_types,
            "review_method": self.review_methods,
            "harm_type": self.harm_types,
            "state": self.publication_states,
        }
        if field == "scope":
            return value.capitalize()
        entry = named.get(field, {}).get(value)
        return entry.label if entry else value


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
    """A board or body that publishes reviews; `folder` holds its PDFs, None when no files are held.

    `rights` says what may be done with its documents, `note` what its own page says of them.
    """

    id: str
    name: str
    nation: str | None
    scope: str
    page: str | None
    folder: Path | None
    fictional: bool
    cases: tuple[Case, ...]
    rights: str | None = None
    note: str | None = None


# --- reading ------------------------------------------------------------------------------------------------------

# Read when a search is made: a change of theirs asks for no new tags.
AT_QUERY_TIME = frozenset({"synonyms"})


def load(corpus: Path) -> Taxonomy:
    """The vocabulary of a corpus. Raises ConfigError naming the first faulty file."""
    files = _read_vocabulary(corpus)
    _raise_first(checks.vocabulary_faults(files))
    acronyms = {form: Acronym(form, tuple(row["means"]), row["risk"]) for form, row in files["acronyms"].data.items()}
    sections = files["sections"].data.items()
    return Taxonomy(
        concepts={concept.id: concept for concept in _concepts(files)},
        sections={name: _section(name, row) for name, row in sections},
        acronyms={acronym.form: acronym.meanings[0] for acronym in acronyms.values()},
        acronym_details=acronyms,
        digest=_digest(files),
        **{part: {n: _term(n, row) for n, row in files[name].data.items()} for part, name in TERMS.items()},
    )


def load_sources(corpus: Path) -> Mapping[str, Source]:
    """The sources of a corpus by id. Raises ConfigError naming the first faulty file."""
    files = _read_sources(corpus)
    _raise_first(fault for file in files.values() for fault in checks.source_faults(file))
    return {name: _source(name, file.data, corpus) for name, file in files.items()}


def check(corpus: Path) -> list[str]:
    """All faults of the vocabulary and the sources, each one line naming file and place."""
    vocabulary, sources = _read_vocabulary(corpus), _read_sources(corpus)
    found = list(checks.vocabulary_faults(vocabulary))
    for file in sources.values():
        found += checks.source_faults(file)
        found += checks.reference_faults(file, vocabulary, corpus)
    return [str(fault) for fault in sorted(found, key=lambda fault: (fault.file, fault.line or 0))]


def uncatalogued(corpus: Path) -> list[str]:
    """PDFs that lie in the folder of a source and stand in no catalogue, by path; they are read all the same."""
    listed, lying = set(), set()
    for source in load_sources(corpus).values():
        if source.folder is not None:
            listed |= {source.folder / doc.file for case in source.cases for doc in case.documents if doc.file}
            lying |= {path for path in source.folder.rglob("*") if path.suffix.lower() == ".pdf"}
    return sorted(str(path.relative_to(corpus)) for path in lying - listed)


def _read_vocabulary(corpus: Path) -> dict[str, TomlFile]:
    """Every file of the vocabulary by its path without ending: "agencies", "themes/neglect"."""
    folder = corpus / "taxonomies"
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder; name the corpus with --corpus")
    return _read_all(corpus, folder, folder.rglob("*.toml"))


def _read_sources(corpus: Path) -> dict[str, TomlFile]:
    folder = corpus / "sources"
    return _read_all(corpus, folder, folder.glob("*.toml"))


def _read_all(corpus: Path, folder: Path, paths: Iterable[Path]) -> dict[str, TomlFile]:
    return {
        path.relative_to(folder).with_suffix("").as_posix(): read(path, path.relative_to(corpus.parent).as_posix())
        for path in sorted(paths)
    }


def _raise_first(found: Iterable[Fault]) -> None:
    for fault in found:
        raise ConfigError(str(fault))


def _digest(files: Mapping[str, TomlFile]) -> str:
    digest = hashlib.sha256()
    for name, file in files.items():
        if name in AT_QUERY_TIME:
            continue
        digest.update(f"{name}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()


# --- from tables to values ----------------------------------------------------------------------------------------


def _concepts(files: Mapping[str, TomlFile]) -> Iterable[Concept]:
    for name, file in files.items():
        folder = name.partition("/")[0]
        if folder in FACETS and folder != name:
            yield _concept(FACETS[folder], file.data)


def _concept(facet: str, row: Table) -> Concept:
    return Concept(
        id=row["id"],
        facet=facet,
        label=row["label"],
        definition=row["definition"],
        broader=row.get("broader"),
        group=row.get("group"),
        aliases=tuple(row["aliases"]),
        needs_context=tuple(row.get("needs_context", ())),
        near_misses=_near_misses(row),
        examples=tuple(row["examples"]),
        tier=row["tier"],
        sources=tuple(row.get("sources", ())),
    )


def _near_misses(row: Table) -> tuple[NearMiss, ...]:
    return tuple(NearMiss(**near) for near in row.get("near_misses", ()))


def _term(name: str, row: Table) -> Term:
    texts = {key: row[key] for key in ("broader", "note", "plural", "definition", "nation", "years") if key in row}
    return Term(name, row["label"], aliases=tuple(row.get("aliases", ())), near_misses=_near_misses(row), **texts)


def _section(name: str, row: Table) -> Section:
    lists = {key: tuple(row.get(key, ())) for key in ("whole", "numbered", "default_for", "lead_ins")}
    return Section(name, row["label"], tuple(row["headings"]), float(row["weight"]), row["boilerplate"], **lists)


def _source(name: str, row: Table, corpus: Path) -> Source:
    return Source(
        id=name,
        name=row["name"],
        nation=row.get("nation"),
        scope=row["scope"],
        page=row.get("page"),
        folder=corpus / row["folder"] if "folder" in row else None,
        fictional=row.get("fictional", False),
        cases=tuple(_case(case) for case in row.get("cases", ())),
        rights=row.get("rights"),
        note=row.get("note"),
    )


def _case(row: Table) -> Case:
    documents = tuple(_document(document) for document in row["documents"])
    return Case(row["id"], row["title"], row.get("subject"), row.get("review_type"), row.get("note"), documents)


def _document(row: Table) -> CataloguedDocument:
    return CataloguedDocument(**{"published": None, **row, "types": tuple(row["types"])})
