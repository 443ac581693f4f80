"""What the names given to an ingest mean: sources, folders and files, and the documents found there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer import find
from indexer.errors import ConfigError
from indexer.fingerprints import hashed
from indexer.stages import STAGES
from indexer.store import Library
from indexer.taxonomy import Source


def take_up(library: Library, names: Sequence[str], sources: Mapping[str, Source]) -> list[str]:
    """Brings the documents of the library up to date with the places named; gives the keys of those no longer there.

    Raises ConfigError for a place that cannot be found.
    """
    removed: list[str] = []
    for source, folder, only in _places(names, sources, library):
        known = library.known_files(source)
        found = find.find(source, folder, known, only)
        library.replace_documents(source, folder, [(f.document, f.size, f.modified) for f in found], whole=only is None)
        for item in found:
            if item.problem:
                library.fail(item.document.key, STAGES, "", item.problem)
        library.done("find", {f.document.key: f.document.id for f in found if not f.problem})
        if only is None:
            removed += sorted(set(known) - {f.document.key for f in found})
    return removed


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
    return f"{name}-{hashed(str(folder))[:6]}"
