"""Reads the rows of an action plan: what the columns mean, who does what by when."""

import re
from collections.abc import Mapping, Sequence

from indexer.records import Action

_BAR = "|"
# How many words a number has at most: "R 6a", "Finding 2".
_NUMBER = 3


class Columns:
    """What the columns of tables mean, by the names that head them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = {meaning: re.compile(rf"(?:{'|'.join(patterns)})\b", re.I) for meaning, patterns in names.items()}

    def read(self, row: str) -> tuple[str | None, ...]:
        """The meaning of each column that a row of headings names; () when the row is none of headings."""
        cells = [row[start:end] for start, end in _spans(row)]
        if len(cells) < 2 or any(len(cell.split()) > 6 for cell in cells):
            return ()
        meanings = tuple(self._meaning(cell) for cell in cells)
        return meanings if sum(meaning is not None for meaning in meanings) >= 2 else ()

    def _meaning(self, cell: str) -> str | None:
        return next((meaning for meaning, name in self._names.items() if name.match(cell)), None)


def task_column(columns: Sequence[str | None], in_plan: bool) -> str | None:
    """The column that says what is to be done, of a table that also says by whom or by when; None for other tables.

    A column headed "What" says so only in a section that is an action plan.
    """
    if not {"owner", "due", "status", "evidence"} & set(columns):
        return None
    return "action" if "action" in columns else "what" if in_plan and "what" in columns else None


def cell(row: str, columns: Sequence[str | None], meaning: str) -> tuple[int, int] | None:
    """Where in a row the cell of the column with this meaning stands; None when it is empty or there is none."""
    start, end = dict(zip(columns, _spans(row), strict=False)).get(meaning, (0, 0))
    return (start, end) if end > start else None


def read_action(row: str, columns: Sequence[str | None]) -> tuple[str | None, Action]:
    """The number that a row of an action plan bears, and who does it by when."""

    def words(meaning: str) -> str | None:
        place = cell(row, columns, meaning)
        return row[slice(*place)] if place else None

    number = words("number")
    action = Action(words("owner"), words("due"), words("status"), words("evidence"))
    return (number.rstrip(".") if number and len(number.split()) <= _NUMBER else None), action


def _spans(row: str) -> list[tuple[int, int]]:
    """Start and end of each cell, without the white space around it."""
    spans, start = [], 0
    for cell in row.split(_BAR):
        left = start + len(cell) - len(cell.lstrip())
        spans.append((left, max(left, start + len(cell.rstrip()))))
        start += len(cell) + len(_BAR)
    return spans
