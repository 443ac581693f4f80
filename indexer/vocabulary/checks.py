"""What the files of the corpus must hold, and all that is wrong with them: keys, ids, words and what they refer to."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from indexer.vocabulary.toml_files import KINDS, Fault, Key, Place, Table, TomlFile, faults

# --- what each file must hold -------------------------------------------------------------------------------------

FACETS = {"themes": "theme", "risk_factors": "risk_factor"}
TERMS = {
    "agencies": "agencies",
    "learning_kinds": "learning",
    "document_types": "document_types",
    "review_types": "review_types",
    "review_methods": "review_methods",
    "age_bands": "age_bands",
    "harm_types": "harm_types",
    "legal_status": "legal_status",
    "publication_states": "publication_states",
    "recommendation_categories": "recommendation_categories",
}
NATIONS = ("England", "Wales", "Scotland", "Northern Ireland", "United Kingdom", "Isle of Man", "Jersey", "Guernsey")

NEAR_MISSES = Key("tables", table={"text": Key("text", True), "why": Key("text", True), "literal": Key("flag")})
CONCEPT = {
    "id": Key("id", True),
    "label": Key("text", True),
    "definition": Key("text", True),
    "group": Key("id"),
    "broader": Key("id"),
    "tier": Key("text", True, ("core", "extended")),
    "sources": Key("texts"),
    "aliases": Key("texts", True),
    "needs_context": Key("texts"),
    "examples": Key("texts", True),
    "near_misses": NEAR_MISSES,
}
TERM = {
    "label": Key("text", True),
    "plural": Key("text"),
    "definition": Key("text"),
    "broader": Key("id"),
    "nation": Key("text"),
    "years": Key("text"),
    "note": Key("text"),
    "aliases": Key("texts"),
    "sources": Key("texts"),
    "near_misses": NEAR_MISSES,
}
SECTION = {
    "label": Key("text", True),
    "weight": Key("weight", True),
    "boilerplate": Key("flag", True),
    "headings": Key("texts", True),
    "whole": Key("texts"),
    "numbered": Key("texts"),
    "default_for": Key("ids"),
    "lead_ins": Key("texts"),
}
ACRONYM = {"means": Key("texts", True), "risk": Key("text", True, ("low", "medium", "high")), "note": Key("text")}
DOCUMENT = {
    "title": Key("text", True),
    "types": Key("ids", True),
    "published": Key("date"),
    "file": Key("text"),
    "url": Key("url"),
    "publisher": Key("text"),
    "note": Key("text"),
    "state": Key("id"),
}
CASE = {
    "id": Key("id", True),
    "title": Key("text", True),
    "subject": Key("text"),
    "review_type": Key("id"),
    "note": Key("text"),
    "documents": Key("tables", True, table=DOCUMENT),
}
SOURCE = {
    "name": Key("text", True),
    "nation": Key("text", one_of=NATIONS),
    "scope": Key("text", True, ("local", "national")),
    "page": Key("url"),
    "folder": Key("text"),
    "fictional": Key("flag"),
    "rights": Key("text"),
    "note": Key("text"),
    "cases": Key("tables", table=CASE),
}

TABLES = {**dict.fromkeys(TERMS.values(), TERM), "sections": SECTION, "acronyms": ACRONYM}

# --- the vocabulary -----------------------------------------------------------------------------------------------


def vocabulary_faults(files: Mapping[str, TomlFile]) -> Iterator[Fault]:
    """All faults of the vocabulary; `files` by path without ending, such as "themes/thresholds"."""
    yield from (file.unread for file in files.values() if file.unread)
    readable = {name: file for name, file in files.items() if not file.unread}
    for folder in FACETS:
        concepts = {name: file for name, file in readable.items() if name.startswith(f"{folder}/")}
        for name, file in concepts.items():
            yield from _concept_faults(PurePosixPath(name).name, file)
        yield from _broader_faults([(file, PurePosixPath(name).name, file.data, ()) for name, file in concepts.items()])
        yield from _twice((file, PurePosixPath(name).name, ("aliases",)) for name, file in concepts.items())
    for name, keys in TABLES.items():
        if name in readable:
            yield from _table_faults(readable[name], keys)
        elif name not in files:
            yield Fault(f"taxonomies/{name}.toml", None, "is missing")
    yield from _citation_faults(readable)
    for name, section in _rows(readable, "sections").items():
        for kind in _words(section, ("default_for",)):
            if kind not in _rows(readable, "document_types"):
                yield readable["sections"].fault(f"document type '{kind}' does not exist", name, "default_for")


def _concept_faults(stem: str, file: TomlFile) -> Iterator[Fault]:
    yield from faults(file, file.data, CONCEPT)
    if file.data.get("id", stem) != stem:
        yield file.fault(f"id '{file.data['id']}' differs from the name of the file", "id")


def _table_faults(file: TomlFile, keys: Mapping[str, Key]) -> Iterator[Fault]:
    """Faults of a file with one table for each term."""
    rows = _rows({"": file}, "")
    yield from (file.fault(f"'{name}' must be a table", name) for name in file.data if name not in rows)
    for name, row in rows.items():
        yield from faults(file, row, keys, (name,))
    yield from _broader_faults([(file, name, row, (name,)) for name, row in rows.items()])
    for words in (("aliases",), ("headings", "whole"), ("numbered",), ("default_for",)):
        yield from _twice((file, name, (name, key)) for name in rows for key in words)


def _broader_faults(entries: Iterable[tuple[TomlFile, str, Table, Place]]) -> Iterator[Fault]:
    """Entries, each with its file, id, table and place there, whose broader one is unknown or leads back to them."""
    entries = list(entries)
    broader = {name: _text(row, "broader") for _, name, row, _ in entries}
    for file, name, _, place in entries:
        path = [name]
        while (step := broader.get(path[-1])) is not None and step not in path:
            path.append(step)
        if len(path) > 1 and path[1] not in broader:
            yield file.fault(f"broader '{path[1]}' does not exist", *place, "broader")
        if step == name:
            yield file.fault(f"broader leads in a circle: {' > '.join([*path, name])}", *place, "broader")


def _twice(lists: Iterable[tuple[TomlFile, str, Place]]) -> Iterator[Fault]:
    """Words claimed twice in lists of words, each with its file, the id of its owner and its place in the file."""
    owners: dict[str, str] = {}
    for file, owner, place in lists:
        for word in _words(file.data, place):
            folded = _fold(word)
            if folded in owners:
                yield file.fault(f"'{word}' is claimed twice: by {owners[folded]} and by {owner}", *place, word=word)
            owners.setdefault(folded, owner)


def _citation_faults(files: Mapping[str, TomlFile]) -> Iterator[Fault]:
    """Codes of sources that the bibliography does not hold, and ids in the national analyses that do not exist."""
    known = {PurePosixPath(name).name for name in files if "/" in name} | set(_rows(files, "harm_types"))
    for file, place, row in _citing(files):
        for code in _words(row, ("sources",)):
            if "bibliography" in files and code not in files["bibliography"].data:
                yield file.fault(f"source '{code}' is not in bibliography.toml", *place, "sources")
    if analyses := files.get("national_analyses"):
        for position, frame in _tables(analyses.data, "frames"):
            for name in (name for _, category in _tables(frame, "categories") for name in _words(category, ("ids",))):
                if name not in known:
                    yield analyses.fault(f"'{name}' does not exist", "frames", position, word=name)


def _citing(files: Mapping[str, TomlFile]) -> Iterator[tuple[TomlFile, Place, Table]]:
    for name, file in files.items():
        if name.split("/")[0] in FACETS:
            yield file, (), file.data
    for name, row in _rows(files, "harm_types").items():
        yield files["harm_types"], (name,), row


# --- what may be anything, since it has not been checked ----------------------------------------------------------


def _rows(files: Mapping[str, TomlFile], name: str) -> dict[str, Table]:
    data = files[name].data if name in files else {}
    return {key: row for key, row in data.items() if isinstance(row, dict)}


def _tables(table: Table, key: str) -> Iterator[tuple[int, Table]]:
    value = table.get(key)
    return ((at, row) for at, row in enumerate(value if isinstance(value, list) else ()) if isinstance(row, dict))


def _text(table: Table, key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) else None


def _words(table: Table, place: Place) -> list[str]:
    value: object = table
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


SAME = str.maketrans({"-": " ", "‐": " ", "‑": " ", "–": " ", "’": "'"})


def _fold(word: str) -> str:
    return " ".join(word.lower().translate(SAME).split())


# --- the sources --------------------------------------------------------------------------------------------------


def source_faults(file: TomlFile) -> Iterator[Fault]:
    """All that is wrong with a source by itself."""
    if file.unread:
        yield file.unread
        return
    yield from faults(file, file.data, SOURCE)
    if not KINDS["id"].fits(file.path.stem):
        yield file.fault(
            f"the name of the file, '{file.path.stem}', must be {KINDS['id'].meaning.removesuffix(', in quotes')}"
        )
    yield from _repeated(
        file, ((("cases", position, "id"), _text(case, "id")) for position, case in _tables(file.data, "cases"))
    )
    yield from _repeated(file, (((*place, "file"), _text(row, "file")) for place, row in _documents(file)))


def reference_faults(file: TomlFile, vocabulary: Mapping[str, TomlFile], corpus: Path) -> Iterator[Fault]:
    """Ids in a source that the vocabulary does not hold, and files that are not where the source says."""
    known = {name: _rows(vocabulary, name) for name in TERMS.values()}
    for position, case in _tables(file.data, "cases"):
        if (kind := _text(case, "review_type")) and kind not in known["review_types"]:
            yield file.fault(f"review type '{kind}' does not exist", "cases", position, "review_type")
    for place, row in _documents(file):
        for kind in _words(row, ("types",)):
            if kind not in known["document_types"]:
                yield file.fault(f"document type '{kind}' does not exist", *place, "types")
        if (state := _text(row, "state")) and state not in known["publication_states"]:
            yield file.fault(f"publication state '{state}' does not exist", *place, "state")
    yield from _file_faults(file, corpus)


def _file_faults(file: TomlFile, corpus: Path) -> Iterator[Fault]:
    folder = _text(file.data, "folder")
    if folder is not None and not _is_held(corpus, folder):
        yield file.fault(f"folder '{folder}' is not in the corpus", "folder")
        return
    for place, row in _documents(file):
        name = _text(row, "file")
        if name is not None and folder is None:
            yield file.fault(f"file '{name}' needs the key 'folder' at the top of the source", *place, "file")
        elif name is not None and folder is not None and not _is_held(corpus / folder, name):
            yield file.fault(f"file '{name}' is not in {folder}", *place, "file")


def _is_held(folder: Path, name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in name and (folder / path).exists()


def _documents(file: TomlFile) -> Iterator[tuple[Place, Table]]:
    for position, case in _tables(file.data, "cases"):
        for number, row in _tables(case, "documents"):
            yield ("cases", position, "documents", number), row


def _repeated(file: TomlFile, values: Iterable[tuple[Place, str | None]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, value in values:
        if value in seen:
            yield file.fault(f"{place[-1]} '{value}' stands twice", *place)
        elif value is not None:
            seen.add(value)
