"""Reads the rows of an action plan: what the columns mean, who does what by when."""

import re
from collections.abc import Mapping, Sequence

from indexer.records import Action, Passage

# How many words a number has at most: "R 6a", "Finding 2".
_NUMBER = 3


class Columns:
    """What the columns of tables mean, by the names that head them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = {meaning: re.compile(rf"(?:{'|'.join(patterns)})\b", re.I) for meaning, patterns in names.items()}

    def meanings(self, headers: Sequence[str | None]) -> tuple[str | None, ...]:
        """The meaning of each column; () when fewer than two are known."""
        meanings = tuple(self._meaning(header or "") for header in headers)
        return meanings if sum(meaning is not None for meaning in meanings) >= 2 else ()

    def _meaning(self, header: str) -> str | None:
        return next((meaning for meaning, name in self._names.items() if name.match(header)), None)


def task_column(columns: Sequence[str | None], in_plan: bool) -> str | None:
    """The column that says what is to be done, of a table that also says by whom or by when; None for other tables.

    A column headed "What" says so only in a section that is an action plan.
    """
    if not {"owner", "due", "status", "evidence"} & set(columns):
        return None
    return "action" if "action" in columns else "what" if in_plan and "what" in columns else None


def cell(passage: Passage, columns: Sequence[str | None], meaning: str) -> tuple[int, int] | None:
    """Where in a row the cell of the column with this meaning stands; None when it is empty or there is none."""
    places = {column: (held.start, held.end) for column, held in zip(columns, passage.cells, strict=False)}
    start, end = places.get(meaning, (0, 0))
    return (start, end) if end > start else None


def read_action(passage: Passage, columns: Sequence[str | None]) -> tuple[str | None, Action]:
    """The number that a row of an action plan bears, and who does it by when."""

    def words(meaning: str) -> str | None:
        place = cell(passage, columns, meaning)
        return passage.text[slice(*place)] if place else None

    number = words("number")
    action = Action(words("owner"), words("due"), words("status"), words("evidence"))
    return (number.rstrip(".") if number and len(number.split()) <= _NUMBER else None), action
