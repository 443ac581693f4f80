"""The parts of a report: each heading with its number, look and level, and the text that stands under it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.page.headings import Style, style_of
from indexer.page.numbering import depth
from indexer.records import Block


@dataclass(slots=True, eq=False)
class Part:
    """What stands between one heading and the next; `heading` is empty for what comes before the first.

    `framed`: the heading stands in a box and holds only there. `contents`: it is a table of contents. `kinds` and `texts`
    are those of its passages.
    """

    heading: str = ""
    number: str | None = None
    style: Style | None = None
    parent: "Part | None" = None
    framed: bool = False
    contents: bool = False
    page: int = 1
    section: str = ""
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def level(self) -> int:
        """1 for a chapter, 2 for a part of one, and so on."""
        return 1 + (self.parent.level if self.parent else 0)

    def add(self, kind: str, text: str) -> None:
        """Notes a passage that stands in this part."""
        self.kinds.append(kind)
        self.texts.append(text)

    def stands_above(self, number: str | None, style: Style) -> bool:
        """Whether a heading of that number and style stands under this one."""
        if self.contents or not self.heading:
            return False
        mine, other = depth(self.number or ""), depth(number or "")
        if mine and other:
            return mine < other
        return self.style is not None and self.style.rank > style.rank


class Outline:
    """The parts of a report in order, built while its pages are walked through."""

    def __init__(self) -> None:
        self.parts: list[Part] = [Part()]
        self._stack: list[Part] = []

    @property
    def here(self) -> Part:
        """The part that the walk is in."""
        return self._stack[-1] if self._stack else self.parts[0]

    def enter(self, text: str, number: str | None, block: Block, page: int, *, framed: bool) -> Part:
        """Begins the part that a heading opens, under the heading that stands above it."""
        style = style_of(block)
        while not framed and self._stack and not self._stack[-1].stands_above(number, style):
            self._stack.pop()
        parent = self._stack[-1] if self._stack else None
        return self._begin(Part(text, number, style, parent, framed, page=page))

    def enter_contents(self, block: Block, page: int) -> Part:
        """Begins a table of contents; the next heading ends it."""
        self._stack.clear()
        return self._begin(Part("Contents", contents=True, page=page, style=style_of(block)))

    def _begin(self, part: Part) -> Part:
        self._stack.append(part)
        self.parts.append(part)
        return part

    def leave_frame(self) -> None:
        """Ends the parts whose heading stands in a box: it holds only within it."""
        while self._stack and self._stack[-1].framed:
            self._stack.pop()

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)
