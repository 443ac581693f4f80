"""Reads the rows of an action plan: what the columns mean, who does what by when."""

import re
from collections.abc import Mapping, Sequence

from indexer.records import Action

SEPARATOR = " | "


class Columns:
    """What the columns of tables mean, by the names that head them."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = {meaning: re.compile(rf"(?:{'|'.join(patterns)})\b", re.I) for meaning, patterns in names.items()}

    def read(self, row: str) -> tuple[str | None, ...]:
        """The meaning of each column that a row of headings names; () when the row is none of headings."""
        cells = cells_of(row)
        if len(cells) < 2 or any(len(cell.split()) > 6 for cell in cells):
            return ()
        meanings = tuple(self._meaning(cell) for cell in cells)
        return meanings if sum(meaning is not None for meaning in meanings) >= 2 else ()

    def _meaning(self, cell: str) -> str | None:
        return next((meaning for meaning, name in self._names.items() if name.match(cell.strip())), None)


def cells_of(row: str) -> list[str]:
    """The cells of a table row, in the order of the columns; a merged cell is empty."""
    return [cell.strip() for cell in row.split(SEPARATOR.strip())]


def is_plan(columns: Sequence[str | None]) -> bool:
    """Whether columns with these meanings are those of an action plan."""
    return "action" in columns and bool({"owner", "due", "status", "evidence"} & set(columns))


def read_action(row: str, columns: Sequence[str | None]) -> tuple[str | None, Action]:
    """The number that a row of an action plan bears, and its owner, date, status and evidence."""
    cells = dict(zip(columns, cells_of(row), strict=False))

    def cell(meaning: str) -> str | None:
        return cells.get(meaning) or None

    return cell("number"), Action(cell("owner"), cell("due"), cell("status"), cell("evidence"))
