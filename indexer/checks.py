"""What the files of the corpus must hold, and all that is wrong with them: keys, ids, words and what they refer to."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from indexer.tables import KINDS, Fault, Key, Place, Table, TomlFile, faults

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
}
ACRONYM = {"means": Key("texts", True), "risk": Key("text", True, ("low", "medium", "high")), "note": Key("text")}
DOCUMENT = {
    "title": Key("text", True),
    "types": Key("ids", True),
    "published": Key("date"),
    "file": Key("text"),
    "url": Key("text"),
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
    "page": Key("text"),
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


def _concept_faults(stem: str, file: TomlFile) -> Iterator[Fault]:
    yield from faults(file, file.data, CONCEPT)
    if file.data.get("id", stem) != stem:
        yield file.fault(f"id '{file.data['id']}' differs from the name of the file", "id")


def _table_faults(file: TomlFile, keys: Mapping[str, Key]) -> Iterator[Fault]:
    """Faults of a file with one table for each term."""
    rows = {name: row for name, row in file.data.items() if isinstance(row, dict)}
    yield from (file.fault(f"'{name}' must be a table", name) for name in file.data if name not in rows)
    for name, row in rows.items():
        yield from faults(file, row, keys, (name,))
    yield from _broader_faults([(file, name, row, (name,)) for name, row in rows.items()])
    for words in (("aliases",), ("headings", "whole"), ("numbered",)):
        yield from _twice((file, name, (name, key)) for name in rows for key in words)


def _broader_faults(entries: Iterable[tuple[TomlFile, str, Table, Place]]) -> Iterator[Fault]:
    """Entries, each with its file, id, table and place there, whose broader one is unknown or leads back to them."""
    entries = list(entries)
    broader = {name: row.get("broader") for _, name, row, _ in entries}
    for file, name, row, place in entries:
        if "broader" in row and row["broader"] not in broader:
            yield file.fault(f"broader '{row['broader']}' does not exist", *place, "broader")
        path = [name]
        while (step := broader.get(path[-1])) in broader and step not in path:
            path.append(step)
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
    for file, place, row in _citing(files):
        for code in _words(row, ("sources",)):
            if "bibliography" in files and code not in files["bibliography"].data:
                yield file.fault(f"source '{code}' is not in bibliography.toml", *place, "sources")
    if analyses := files.get("national_analyses"):
        known = {PurePosixPath(name).name for name in files if "/" in name} | set(files["harm_types"].data)
        for position, frame in enumerate(analyses.data.get("frames", ())):
            named = [name for category in frame["categories"] for name in category["ids"]]
            for name in named:
                if name not in known:
                    yield analyses.fault(f"'{name}' does not exist", "frames", position, word=name)


def _citing(files: Mapping[str, TomlFile]) -> Iterator[tuple[TomlFile, Place, Table]]:
    for name, file in files.items():
        if name.split("/")[0] in FACETS:
            yield file, (), file.data
    if harm_types := files.get("harm_types"):
        yield from ((harm_types, (name,), row) for name, row in harm_types.data.items() if isinstance(row, dict))


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
    yield from _repeated(file, ((("cases", position, "id"), case.get("id")) for position, case in _cases(file)))
    yield from _repeated(file, (((*place, "file"), row.get("file")) for place, row in _documents(file)))


def reference_faults(file: TomlFile, vocabulary: Mapping[str, TomlFile], corpus: Path) -> Iterator[Fault]:
    """Ids in a source that the vocabulary does not hold, and files that are not where the source says."""
    known = {part: vocabulary[part].data if part in vocabulary else {} for part in TERMS.values()}
    for position, case in _cases(file):
        if (kind := case.get("review_type")) and kind not in known["review_types"]:
            yield file.fault(f"review type '{kind}' does not exist", "cases", position, "review_type")
    for place, row in _documents(file):
        for kind in _words(row, ("types",)):
            if kind not in known["document_types"]:
                yield file.fault(f"document type '{kind}' does not exist", *place, "types")
        if (state := row.get("state")) and state not in known["publication_states"]:
            yield file.fault(f"publication state '{state}' does not exist", *place, "state")
    yield from _file_faults(file, corpus)


def _file_faults(file: TomlFile, corpus: Path) -> Iterator[Fault]:
    folder = file.data.get("folder")
    if isinstance(folder, str) and not (_is_inside(folder) and (corpus / folder).is_dir()):
        yield file.fault(f"folder '{folder}' is not in the corpus", "folder")
        return
    for place, row in _documents(file):
        name = row.get("file")
        if not isinstance(name, str):
            continue
        if not isinstance(folder, str):
            yield file.fault(f"file '{name}' needs the key 'folder' at the top of the source", *place, "file")
        elif not (_is_inside(name) and (corpus / folder / name).is_file()):
            yield file.fault(f"file '{name}' is not in {folder}", *place, "file")


def _is_inside(path: str) -> bool:
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts


def _cases(file: TomlFile) -> Iterator[tuple[int, Table]]:
    cases = file.data.get("cases")
    return (
        (position, case)
        for position, case in enumerate(cases if isinstance(cases, list) else ())
        if isinstance(case, dict)
    )


def _documents(file: TomlFile) -> Iterator[tuple[Place, Table]]:
    for position, case in _cases(file):
        documents = case.get("documents")
        for number, row in enumerate(documents if isinstance(documents, list) else ()):
            if isinstance(row, dict):
                yield ("cases", position, "documents", number), row


def _repeated(file: TomlFile, values: Iterable[tuple[Place, object]]) -> Iterator[Fault]:
    seen: set[object] = set()
    for place, value in values:
        if isinstance(value, str):
            if value in seen:
                yield file.fault(f"{place[-1]} '{value}' stands twice", *place)
            seen.add(value)
