"""A passage in the making: its lines, where it stands in the report, and what stood before its text."""

from dataclasses import dataclass

from indexer.page.outline import Part
from indexer.records import Box, Line, around


@dataclass(slots=True, eq=False)
class Draft:
    """A passage whose lines are still being gathered, each with the number of its page.

    `label` is the number or bullet that stands before the text of the first line. `lead_in` is the draft that introduces
    the list that this one belongs to; `headers` are the words at the head of the columns of its `cells`.
    """

    kind: str
    part: Part
    lines: list[tuple[int, Line]]
    number: str | None = None
    label: str = ""
    cells: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    frame: int | None = None
    lead_in: "Draft | None" = None

    @property
    def page(self) -> int:
        return self.lines[0][0]

    @property
    def last_page(self) -> int:
        return self.lines[-1][0]

    @property
    def last(self) -> Line:
        return self.lines[-1][1]

    def texts(self) -> list[str]:
        """The text of each line, the first without its label."""
        first, *others = (line.text for _, line in self.lines)
        return [first[len(self.label) :], *others]

    def boxes(self) -> list[tuple[int, Box]]:
        """The box around its print on each page."""
        boxes: dict[int, list[Box]] = {}
        for page, line in self.lines:
            boxes.setdefault(page, []).append(line.box)
        return [(page, around(held)) for page, held in boxes.items()]

    def confidence(self) -> float | None:
        """How sure OCR was of its lines, the longer counting more; None for text that is none of OCR's."""
        read = [(line.confidence, len(line.text)) for _, line in self.lines if line.confidence is not None]
        return sum(c * n for c, n in read) / sum(n for _, n in read) if read else None
