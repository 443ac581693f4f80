"""Sources and their PDFs -> Document."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISFIFO, S_ISREG, S_ISSOCK

from indexer.errors import ConfigError
from indexer.records import Document, document_key

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Found:
    """A PDF with its size in bytes and time of change in nanoseconds; `problem` says why it cannot be read."""

    document: Document
    size: int
    modified: int
    problem: str | None = None


def source_name(folder: Path) -> str:
    """The name of the source that a folder of PDFs is taken for."""
    return re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "folder"


def find(source: str, folder: Path, known: Mapping[str, tuple[int, int, str]], only: Path | None = None) -> list[Found]:
    """The PDFs of a folder and its sub-folders, by key; a file of the size and time in `known` is not read again.

    `only` names the one file to take. Raises ConfigError when the folder cannot be read.
    """
    if not folder.is_dir():
        raise ConfigError(f"source {source}: there is no folder {folder}")
    root = folder.resolve()
    found: dict[str, Found] = {}
    for path in [only] if only else _named_pdf(folder):
        file = _readable(path.relative_to(folder))
        key = document_key(source, file)
        key = f"{source}/{file}" if key in found else key  # "a.pdf" beside "a.PDF"
        found[key] = _document(source, key, path, root, known.get(key))
    return [found[key] for key in sorted(found)]


def _named_pdf(folder: Path) -> Iterator[Path]:
    """Everything that is named as a PDF, a folder that is so too; what stands in it is looked at besides."""
    for here, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *folders]):
            if name.lower().endswith(".pdf") and not name.startswith("."):
                yield Path(here, name)


def _refuse(error: OSError) -> None:
    """A folder that cannot be listed must not pass for an empty one: its documents would be taken out."""
    raise ConfigError(f"folder {error.filename} cannot be read: {error.strerror}") from error


def _readable(path: Path) -> str:
    """A path as text that can be stored, where a name in another encoding has its odd bytes replaced."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _document(source: str, key: str, path: Path, root: Path, known: tuple[int, int, str] | None) -> Found:
    if _readable(path) != path.as_posix():
        return _unread(source, key, Path(_readable(path)), "the name of the file is not UTF-8: rename it")
    try:
        if not path.resolve().is_relative_to(root):
            return _unread(source, key, path, "the file is a link that leads out of its folder")
        stat = path.stat()
        if not S_ISREG(stat.st_mode):  # to open a pipe would wait for ever
            return _unread(source, key, path, f"not a file but a {_kind(stat.st_mode)}")
        if known and known[:2] == (stat.st_size, stat.st_mtime_ns) and known[2]:
            return Found(Document(known[2], key, source, path), stat.st_size, stat.st_mtime_ns)
        digest = file_digest(path)
    except (OSError, RuntimeError) as error:
        return _unread(source, key, path, f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
    return Found(Document(digest, key, source, path), stat.st_size, stat.st_mtime_ns)


def _kind(mode: int) -> str:
    """What stands where a file was expected."""
    return "folder" if S_ISDIR(mode) else "pipe" if S_ISFIFO(mode) else "socket" if S_ISSOCK(mode) else "device"


def _unread(source: str, key: str, path: Path, problem: str) -> Found:
    return Found(Document("", key, source, path), 0, 0, problem)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
