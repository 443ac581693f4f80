"""Reads the TOML files that people edit and says all that is wrong with them, each fault with its file and line."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

Place = tuple[str | int, ...]
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file; `line` counts from 1 and is None where it cannot be told."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class Key:
    """What a key must hold: `kind` is a row of KINDS, `one_of` all it may be, `table` what each of its tables must hold."""

    kind: str
    required: bool = False
    one_of: tuple[str, ...] = ()
    table: Mapping[str, "Key"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as it was read; `data` is empty when it could not be, and `unread` says why."""

    name: str
    path: Path
    content: bytes
    data: Table
    unread: Fault | None = None

    def fault(self, message: str, *place: str | int, word: str | None = None) -> Fault:
        """A fault at a place, such as ``"cases", 0, "title"``; at the line there that holds `word`, if one does."""
        return Fault(self.name, _line(self.content.decode("utf-8", "replace"), place, word), message)


def read(path: Path, name: str) -> TomlFile:
    """Reads one file, called `name` in messages. Never raises: what cannot be read has `unread`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return TomlFile(name, path, b"", {}, Fault(name, None, f"cannot be read: {error.strerror}"))
    try:
        return TomlFile(name, path, content, tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return TomlFile(name, path, content, {}, Fault(name, line, "is not UTF-8 text"))
    except tomllib.TOMLDecodeError as error:
        return TomlFile(name, path, content, {}, _syntax_fault(name, content, str(error)))


def faults(file: TomlFile, table: Table, keys: Mapping[str, Key], place: Place = ()) -> Iterator[Fault]:
    """All keys of a table that are unknown, missing or hold the wrong kind of value, and those of its own tables."""
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            yield file.fault(f"unknown key '{name}'{_suggestion(name, keys)}", *place, name)
        elif not KINDS[key.kind].fits(value):
            yield file.fault(f"'{name}' must be {KINDS[key.kind].meaning}", *place, name)
        elif key.required and value == []:
            yield file.fault(f"'{name}' must not be empty", *place, name)
        elif key.one_of and value not in key.one_of:
            yield file.fault(f"'{name}' is '{value}' and must be one of: {', '.join(key.one_of)}", *place, name)
        elif key.table:
            for position, row in enumerate(value):
                yield from faults(file, row, key.table, (*place, name, position))
    for name, key in keys.items():
        if key.required and name not in table:
            yield file.fault(f"key '{name}' is missing", *place)


# --- kinds of value -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: how to tell it, and its name in messages."""

    fits: Callable[[object], bool]
    meaning: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", value) is not None


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or re.fullmatch(r"\d{4}(-\d{2}){0,2}", value, re.ASCII) is None:
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _list_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(fits(item) for item in value)


KINDS = {
    "text": Kind(_is_text, "text in quotes"),
    "url": Kind(_is_url, "an address that begins with http:// or https://"),
    "texts": Kind(_list_of(_is_text), "a list of texts in quotes"),
    "id": Kind(_is_id, "an id: lower-case letters, digits and hyphens, in quotes"),
    "ids": Kind(_list_of(_is_id), "a list of ids: lower-case letters, digits and hyphens, in quotes"),
    "flag": Kind(lambda value: isinstance(value, bool), "true or false"),
    "weight": Kind(_is_weight, "a number from 0 to 1"),
    "date": Kind(_is_date, 'a date in quotes: "2017", "2017-06" or "2017-06-14"'),
    "tables": Kind(_list_of(lambda item: isinstance(item, dict)), "a list of tables"),
}


# --- lines --------------------------------------------------------------------------------------------------------

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
ASSIGNMENT = re.compile(r"""\s*([\w-]+|"[^"]*"|'[^']*')\s*=""")


def _line(text: str, place: Place, word: str | None) -> int | None:
    lines = _lines(text)
    while place and place not in lines:
        place = place[:-1]
    start = lines.get(place)
    if word is None:
        return start
    quoted = (f'"{word}"', f"'{word}'")
    following = enumerate(text.splitlines()[(start or 1) - 1 :], start or 1)
    return next((number for number, line in following if any(form in line for form in quoted)), start)


def _lines(text: str) -> dict[Place, int]:
    """The line of each table and key, as far as these stand at the beginning of a line."""
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = _table_place(header[2].split("."), header[1] == "[[", counts)
            found.setdefault(table, number)
        elif assignment := ASSIGNMENT.match(line):
            found.setdefault((*table, assignment[1].strip("\"'")), number)
    return found


def _table_place(parts: list[str], repeated: bool, counts: dict[Place, int]) -> Place:
    place: Place = ()
    for position, part in enumerate(parts, 1):
        place = (*place, part.strip().strip("\"'"))
        if repeated and position == len(parts):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _syntax_fault(name: str, content: bytes, message: str) -> Fault:
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if at is None:
        return Fault(name, None, f"is not TOML: {message}")
    line = int(at[1]) if at[1] else content.count(b"\n") + 1
    return Fault(name, line, f"is not TOML: {message[: at.start()]}")


def _suggestion(name: str, keys: Mapping[str, Key]) -> str:
    close = difflib.get_close_matches(name, keys, n=1)
    return f": did you mean '{close[0]}'?" if close else f"; known are {', '.join(keys)}"
