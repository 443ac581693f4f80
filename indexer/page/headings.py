"""Which blocks are headings, and which section of the report a heading opens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.page.numbering import depth, opening
from indexer.records import Block
from indexer.taxonomy import Section

MAX_WORDS = 22
LARGER = 1.1
# Under these a heading changes the section only when it is a section's own name.
STEADY = frozenset(
    {"recommendations", "action_plan", "glossary", "references", "terms_of_reference", "toc", "questions_for_board"}
)
# Under these it changes only for a wording of several words: their sub-headings speak of anything.
FIRM = frozenset({"findings", "learning"})
FRONT = frozenset({"cover", "toc", "foreword"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a heading looks; the larger style stands higher."""

    size: float
    caps: bool
    bold: bool
    upright: bool

    @property
    def rank(self) -> tuple[float, bool, bool, bool]:
        return round(self.size * 2) / 2, self.caps, self.bold, self.upright


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its printed number, its look and the section that it opens."""

    text: str
    number: str | None
    style: Style
    section: str
    framed: bool  # it stands in a box, and holds only there

    def above(self, number: str | None, style: Style) -> bool:
        """Whether a heading of that number and style stands under this one."""
        mine, other = depth(self.number or ""), depth(number or "")
        if mine and other:
            return mine < other
        return self.style.rank > style.rank


def looks_like_heading(block: Block, body_size: float) -> bool:
    """Whether a block is set as a heading: short, not a sentence, and larger, bold or in capitals."""
    text = " ".join(block.text.split())
    words = text.split()
    if block.cells or not words or len(words) > MAX_WORDS or len(block.lines) > 4 or not any(c.isalpha() for c in text):
        return False
    if text[0].islower() or (text[-1] in ".;," and not re.fullmatch(r"(?:\d+\.?\s*)?[^.]{3,60}\.", text)):
        return False
    style = style_of(block)
    if style.size > LARGER * body_size:
        return text[-1] != ":" or len(words) < 12
    if opening(block.text).bullet:
        return False
    return (style.bold or style.caps) and text[-1] not in ".:;," and (len(words) > 1 or len(text) > 3)


def style_of(block: Block) -> Style:
    letters = [c for c in block.text if c.isalpha()]
    caps = len(letters) > 4 and all(c.isupper() for c in letters)
    return Style(block.size, caps, block.bold, not all(line.italic for line in block.lines))


class SectionNames:
    """Finds the section that a heading opens, from the wordings in the vocabulary."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._exact: dict[str, str] = {}
        within: dict[str, str] = {}
        self._numbered: dict[str, str] = {}
        for section in sections.values():
            self._numbered.update({folded(word): section.id for word in section.numbered})
            within.update({folded(wording): section.id for wording in section.headings})
            self._exact.update({folded(wording): section.id for wording in (*section.headings, *section.whole)})
        self._within = sorted(within.items(), key=lambda pair: -len(pair[0]))

    def exact(self, heading: str) -> str | None:
        """The section whose name this is."""
        return self._exact.get(folded(heading))

    def numbered(self, heading: str) -> str | None:
        """The section of a heading such as "Finding 2: ..." or "Theme B"."""
        match = re.match(
            r"([a-z ]+?)\s+(?:no\.?\s*)?(?:\d{1,2}|[a-z]|[ivx]{1,4})(?:\s*[:.)–—-]|\s|$)", heading.strip().lower()
        )
        return self._numbered.get(folded(match[1])) if match else None

    def within(self, heading: str) -> str | None:
        """The section whose name the heading contains; the longest name wins."""
        text = f" {folded(heading)} "
        return next((section for wording, section in self._within if f" {wording} " in text), None)

    def _several_words(self, heading: str) -> bool:
        text = f" {folded(heading)} "
        return any(f" {wording} " in text for wording, _ in self._within if " " in wording)

    def section(self, heading: str, parent: str | None, *, before: str, default: str) -> str:
        """The section that a heading opens under the section `parent`; `before` is the section that it follows."""
        exact, numbered, within = self.exact(heading), self.numbered(heading), self.within(heading)
        if exact:
            return exact
        if parent in STEADY:
            return parent
        if numbered == "appendix_other":
            return within or numbered
        if parent in FIRM and not (numbered or (within and self._several_words(heading))):
            return parent
        found = numbered or within
        if found:
            return found
        if parent:
            return parent
        return "introduction" if before in FRONT and default == "analysis" else default


def folded(heading: str) -> str:
    """A heading without numbers, punctuation and capitals."""
    text = re.sub(r"[’']s\b", "s", heading.lower())
    text = re.sub(r"^\s*(?:section|chapter|part)\s+\w{1,4}\b", " ", text)
    text = re.sub(r"\b[ivx]{2,5}\b|\d+", " ", text)
    return " ".join(re.findall(r"[a-z&]+", text.replace("&", " and ")))
