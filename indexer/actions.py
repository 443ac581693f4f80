"""Reads the rows of an action plan: what the columns mean, who does what by when."""

import re
from collections.abc import Mapping, Sequence

from indexer.records import Action

_BAR = "|"


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


def is_plan(columns: Sequence[str | None]) -> bool:
    """Whether columns with these meanings are those of an action plan."""
    return "action" in columns and bool({"owner", "due", "status", "evidence"} & set(columns))


def read_action(row: str, columns: Sequence[str | None]) -> tuple[str | None, Action, tuple[int, int]]:
    """The number that a row of an action plan bears, who does it by when, and where in the row the action stands."""
    spans = dict(zip(columns, _spans(row), strict=False))

    def cell(meaning: str) -> str | None:
        start, end = spans.get(meaning, (0, 0))
        return row[start:end] or None

    action = Action(cell("owner"), cell("due"), cell("status"), cell("evidence"))
    start, end = spans.get("action", (0, 0))
    return cell("number"), action, (start, end) if end > start else (0, len(row))


def _spans(row: str) -> list[tuple[int, int]]:
    """Start and end of each cell, without the white space around it."""
    spans, start = [], 0
    for cell in row.split(_BAR):
        left = start + len(cell) - len(cell.lstrip())
        spans.append((left, max(left, start + len(cell.rstrip()))))
        start += len(cell) + len(_BAR)
    return spans
