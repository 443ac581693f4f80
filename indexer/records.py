"""The values that travel between stages: frozen, and named for what they are.

Offsets are in characters, pages are physical and count from 1, boxes are in PDF points with the origin at the bottom
left, dates are ISO 8601 cut to the precision that is known ("2017", "2017-06" or "2017-06-14").
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

Box = tuple[float, float, float, float]
PageBox = tuple[int, float, float, float, float]

# What a cell of figures holds: "19", "1,204", "45%", "9 of 23", "12 (52%)".
_FIGURE = re.compile(r"[£<>]?\d[\d,.]*\s?%?(?:\s?(?:of|/)\s?\d+)?(?:\s?\(\d[\d.,]*\s?%?\))?")


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of at least one."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def document_key(source: str, file: str) -> str:
    """The key of a document: its source, and its path in the source's folder without the ending."""
    return f"{source}/{PurePosixPath(file).with_suffix('')}"


# --- find ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF: `id` is the SHA-256 of its bytes, `key` is ``source/name`` and stays the same when the bytes change."""

    id: str
    key: str
    source: str
    path: Path


# --- extract ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print in one column; `size` is the commonest font size in points, `confidence` that of OCR (0 to 1)."""

    text: str
    box: Box
    size: float
    bold: bool
    italic: bool
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together; a table row has `cells`, in column order, and its lines in reading order.

    `frame` numbers the shaded or ruled box on the page that the block stands in, if any. `heads`: the block is set beside
    the text that it heads, as in a form.
    """

    lines: tuple[Line, ...]
    cells: tuple[str, ...] = ()
    frame: int | None = None
    heads: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def box(self) -> Box:
        return around(line.box for line in self.lines)

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Print of a page that no passage holds, and the plain reason."""

    page: int
    text: str
    reason: str
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page in reading order; `label` is the page number printed or declared in the file, if any.

    `left_out` is print that stands in no block; `unread` says why the page has no text although something is drawn on it.
    A page read by OCR is `scanned`, and was set straight first: it stands `skew` degrees against the clock from where its
    boxes say.
    """

    number: int
    width: float
    height: float
    label: str | None
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()
    unread: str | None = None
    scanned: bool = False
    skew: float = 0.0

    def as_drawn(self, box: Box) -> Box:
        """A box of this page on the page as it is drawn: turned by its skew about the middle, and what holds that."""
        if not self.skew:
            return box
        cos, sin = math.cos(math.radians(self.skew)), math.sin(math.radians(self.skew))
        x, y = self.width / 2, self.height / 2
        corners = [(cx - x, cy - y) for cx in (box[0], box[2]) for cy in (box[1], box[3])]
        xs, ys = [x + a * cos - b * sin for a, b in corners], [y + a * sin + b * cos for a, b in corners]
        return round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read from one PDF: its pages in order, and what could not be read, in plain words."""

    pages: tuple[Page, ...]
    warnings: tuple[str, ...] = ()

    @property
    def unread(self) -> tuple[int, ...]:
        """The pages on which there is something to read that could not be read."""
        return tuple(page.number for page in self.pages if page.unread)

    @property
    def scanned(self) -> tuple[int, ...]:
        """The pages that only OCR can read, whether it has or not."""
        return tuple(page.number for page in self.pages if page.unread or page.scanned)


# --- describe -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about a document, and how.

    `field` is title, publisher, author, subject, review_type, document_type, review_method, nation, age_band, harm_type
    or date. `source` is catalogue, document or deposit sheet (the page that a national collection puts in front); from
    the last two, `words` stand on the page with white space folded, and `confidence` (0 to 1) is how sure the reading
    is. A date's `kind` is incident, completed, published or period (``from/to``), its `precision` day, month or year.
    """

    field: str
    value: str
    words: str | None
    page: int | None
    confidence: float
    source: str
    kind: str | None = None
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where the catalogue, which wins, says one thing of a document and its own words on a page another."""

    field: str
    catalogue: str
    document: str
    words: str
    page: int


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """What is known about one document and the case it belongs to: the catalogue first, the first pages second.

    `case` is ``source/case`` and joins the documents of one case. `title` is the document's, `case_title` the case's.
    `scope` is "local", "national" or None. Lists hold ids of the vocabulary. None and () mean not known. `facts` say
    where each of these is known from. `pages_unread` have something to read on them that could not be read, as those of a
    scan without OCR.
    """

    document: str
    key: str
    case: str
    case_title: str
    title: str
    publisher: str | None
    subject: str | None
    scope: str | None
    nation: str | None
    review_type: str | None
    document_types: tuple[str, ...]
    published: str | None
    author: str | None
    review_method: str | None
    age_bands: tuple[str, ...]
    harm_types: tuple[str, ...]
    agencies: tuple[str, ...]
    fictional: bool
    pages: int
    pages_without_text: tuple[int, ...]
    warnings: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    pages_unread: tuple[int, ...] = ()


# --- split --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: the words at the head of its column, if any, and its place in the passage's text."""

    header: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, list item, table row, box, footnote or heading, with its verbatim text and its place.

    `kind` is paragraph, heading, list-item, table-row, box or footnote; `section` a label of the section vocabulary;
    `number` is the printed number without its final stop ("4.12", "R3", "(a)"); the cells of a table row are joined
    by " | " in `text`. `level` is that of a heading, from 1; `lead_in` the sentence that introduces the list that an item
    stands in; `confidence` (0 to 1) is that of OCR, None for text that the PDF holds as text.
    """

    id: str
    document: str
    position: int
    kind: str
    number: str | None
    page_from: int
    page_to: int
    page_label: str | None
    section: str
    heading: str
    text: str
    boxes: tuple[PageBox, ...]
    level: int | None = None
    lead_in: str | None = None
    cells: tuple[Cell, ...] = ()
    confidence: float | None = None

    @property
    def is_figures(self) -> bool:
        """Whether it is a row of a table that gives figures, half of its cells or more: data, and no statement."""
        cells = [self.text[cell.start : cell.end] for cell in self.cells[1:]]
        return bool(cells) and 2 * sum(bool(_FIGURE.fullmatch(cell)) for cell in cells) >= len(cells)


# Where in a corpus the figures stand that say how well each concept is found.
CONCEPT_FIGURES = "evaluation/quality.json"


# --- tag ----------------------------------------------------------------------------------------------------------


# The statuses of a concept that is there, now, once or as somebody says.
PRESENT = frozenset({"affirmed", "historical", "alleged"})


# The kinds of statement that a sentence can be; of several, the first counts.
STATED = (
    *("recommendation", "question-for-board", "action", "action-already-taken", "learning-point", "good-practice"),
    *("finding", "context-fact", "boilerplate"),
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A concept shown by the words ``passage.text[start:end] == quote``.

    `facet` is theme or risk_factor. `status` is affirmed, negated, hypothetical, historical, alleged, other-case,
    generic or boilerplate; `trigger` the words that decided it. `polarity` (themes only) is shortfall, strength, mixed
    or neutral; `about` is child, mother, father, carer, sibling, other or agency; `method` is rule or model.
    """

    concept: str
    facet: str
    start: int
    end: int
    quote: str
    status: str
    polarity: str | None
    about: str | None
    trigger: str | None
    method: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence at ``passage.text[start:end]`` and how surely, as a logit, it is a statement of each kind of `STATED`."""

    start: int
    end: int
    logits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TaggedPassage:
    """A passage with the concepts that its words show, and what its sentences state; no sentences where none was judged."""

    passage: Passage
    tags: tuple[Tag, ...]
    sentences: tuple[Stated, ...] = ()


# --- learn --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """Who does an action of an action plan, by when, and how far it is; None where the plan does not say."""

    owner: str | None
    due: str | None
    status: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class LearningItem:
    """A recommendation, finding, learning point, question, example of good practice or action, verbatim.

    ``passage text[start:end] == quote``; `text` is the quote with white space folded; `same_as` is the id of the first
    place where the same item stands. `addressees` are agency ids, `concepts` theme and risk-factor ids.
    """

    id: str
    same_as: str | None
    kind: str
    number: str | None
    text: str
    quote: str
    addressees: tuple[str, ...]
    passage: str
    page: int
    start: int
    end: int
    concepts: tuple[str, ...]
    action: Action | None


@dataclass(frozen=True, slots=True)
class CaseConcept:
    """A theme or risk factor of a whole document: `score` from 0 to 1, `evidence` the ids of passages, best first."""

    id: str
    facet: str
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learning:
    """What one document teaches: its learning items in reading order, and its own themes and risk factors."""

    items: tuple[LearningItem, ...]
    concepts: tuple[CaseConcept, ...]


# --- index and search ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """All that the index holds about one passage; the rows of `fields.py` read their values from it.

    `themes` and `risk_factors` are the affirmed concepts with all that are broader, so that a search for a broad one
    finds the narrower.
    """

    passage: Passage
    themes: tuple[str, ...]
    risk_factors: tuple[str, ...]
    learning: tuple[LearningItem, ...]
    review: ReviewRecord


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked: `filters` maps a filter's name to the values of which any may match; filters combine by AND."""

    query: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    limit: int = 10
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `snippet_html` is escaped HTML in which only <mark> stands; `confidence` that of OCR, if it read this."""

    rank: int
    score: float
    review: str
    case_title: str
    title: str
    publisher: str | None
    published: str | None
    scope: str | None
    fictional: bool
    document: str
    passage: str
    number: str | None
    page: int
    page_label: str | None
    section: str
    heading: str
    kinds: tuple[str, ...]
    text: str
    snippet_html: str
    themes: tuple[str, ...]
    risk_factors: tuple[str, ...]
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a filter, and how many of the passages found have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of the query and what was searched for besides."""

    term: str
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer to one request: `total` counts all matching passages, `facets` are counted over all of them."""

    request: SearchRequest
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    suggestion: str | None = None
    expansions: tuple[Expansion, ...] = ()
