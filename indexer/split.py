"""Pages -> Passages: headings, paragraph numbers, lists and table rows in order, furniture left out, each with its section."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.language.actions import Columns, task_column
from indexer.language.cues import read_cues
from indexer.page.deposit import REASON, deposit_sheets
from indexer.page.draft import Draft
from indexer.page.hyphens import Joiner
from indexer.page.reading import Reading, number_runs
from indexer.page.sections import SectionLabeller
from indexer.records import Cell, LeftOut, Page, Passage
from indexer.taxonomy import Taxonomy
from indexer.text_model import TextModel

VERSION = "4"

BAR = " | "
# The model of sections, as `lessons train` made it.
MODEL = Path(__file__).parent / "page" / "sections.npz"


@dataclass(frozen=True, slots=True)
class Split:
    """What the pages of a document were cut into: each line of print stands in one passage or is left out with a reason.

    `labels` gives, for each passage, the number or bullet that is printed before its text.
    """

    passages: tuple[Passage, ...]
    labels: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


class Splitter:
    """Cuts the pages of documents into passages, with the section wordings of one vocabulary."""

    def __init__(self, taxonomy: Taxonomy, corpus: Path) -> None:
        columns = Columns(read_cues(corpus).action.columns)
        self._labeller = SectionLabeller(
            taxonomy.sections,
            TextModel.load(MODEL),
            lambda headers: task_column(columns.meanings(headers), in_plan=False) is not None,
        )

    def split(self, document_id: str, pages: Sequence[Page], document_types: Sequence[str] = ()) -> Split:
        """The passages of a document in reading order; its kinds say what a part without a telling heading is."""
        in_front = deposit_sheets(pages)
        sheets = [page for page in pages if page.number in in_front]
        pages = [page for page in pages if page.number not in in_front]
        reading = Reading(pages)
        joiner = Joiner(line.text for page in pages for block in page.blocks for line in block.lines)
        drafts = [(draft, *_text(draft, joiner)) for draft in number_runs(list(reading.drafts()))]
        told = [row for row in drafts if row[1]]
        empty = [
            LeftOut(page, line.text, "a number or bullet without text", line.box)
            for draft, text, _ in drafts
            if not text
            for page, line in draft.lines
        ]
        for draft, text, _ in told:
            draft.part.add(draft.kind, text)
        self._labeller.label(list(reading.outline), document_types)
        drawn = (item for page in (*sheets, *pages) for item in page.left_out)
        left_out = (*drawn, *_sheet_lines(sheets), *reading.left_out, *empty)
        passages = tuple(self._passages(document_id, told, reading.labels, {page.number: page for page in pages}))
        return Split(passages, tuple(draft.label for draft, _, _ in told), left_out)

    def _passages(
        self,
        document_id: str,
        drafts: Sequence[tuple[Draft, str, tuple[Cell, ...]]],
        labels: Mapping[int, str],
        drawn: Mapping[int, Page],
    ) -> Iterator[Passage]:
        on_page: Counter[int] = Counter()
        texts = {id(draft): text for draft, text, _ in drafts}
        for position, (draft, text, cells) in enumerate(drafts):
            on_page[draft.page] += 1
            yield Passage(
                id=f"{document_id[:12]}-{draft.page}-{on_page[draft.page]}",
                document=document_id,
                position=position,
                kind=draft.kind,
                number=draft.number,
                page_from=draft.page,
                page_to=draft.last_page,
                page_label=labels.get(draft.page),
                section=self._labeller.section(draft, texts.get(id(draft.lead_in), "")),
                heading=draft.part.heading,
                text=text,
                boxes=tuple((page, *drawn[page].as_drawn(box)) for page, box in draft.boxes()),
                level=draft.part.level if draft.kind == "heading" else None,
                lead_in=texts.get(id(draft.lead_in)),
                cells=cells,
                confidence=draft.confidence(),
            )


def _sheet_lines(sheets: Sequence[Page]) -> Iterator[LeftOut]:
    """The print of the sheets that a collection put in front of the report."""
    for page in sheets:
        yield from (LeftOut(page.number, line.text, REASON, line.box) for b in page.blocks for line in b.lines)


def _text(draft: Draft, joiner: Joiner) -> tuple[str, tuple[Cell, ...]]:
    """The running text of a draft, and where in it its cells stand."""
    if not draft.cells:
        return joiner.join(draft.texts()), ()
    cells: list[Cell] = []
    text = ""
    for i, held in enumerate(draft.cells):
        words = joiner.join(held.split("\n"))
        text += (BAR if i else "") + words
        header = draft.headers[i] if i < len(draft.headers) else None
        cells.append(Cell(header or None, len(text) - len(words), len(text)))
    return text, tuple(cells)
