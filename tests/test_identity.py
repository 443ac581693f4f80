"""What a document says of itself: found with the words it stands in, on covers of many makes, and nothing made up."""

import json
import shutil
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_front import draw_front, fronts
from make_pdf import both, lines, make_pdf

from indexer import measures_of_identity as measures
from indexer import taxonomy
from indexer.describe import Describer
from indexer.errors import ConfigError
from indexer.extract import extract
from indexer.page.deposit import REASON, deposit_sheets
from indexer.records import Block, Document, Extracted, Line, Page, ReviewRecord
from indexer.settings import PROJECT
from indexer.split import Splitter

CORPUS = PROJECT / "corpus"
TAXONOMY = taxonomy.load(CORPUS)
DESCRIBER = Describer(TAXONOMY, {}, CORPUS)
STATED = (*measures.SINGLE, *measures.DATES)
# A hundredth or so under what was measured when the rules were written, by half.
FLOORS = {
    "seen": {
        "title": 0.92,
        "publisher": 0.99,
        "author": 0.99,
        "subject": 0.99,
        "published": 0.95,
        "incident": 0.95,
        "age_bands": 0.99,
        "harm_types": 0.99,
    },
    "unseen": {
        "title": 0.99,
        "publisher": 0.99,
        "author": 0.92,
        "subject": 0.99,
        "published": 0.99,
        "incident": 0.99,
        "age_bands": 0.92,
        "harm_types": 0.99,
    },
}


def describe(path: Path, describer: Describer = DESCRIBER, source: str = "folder") -> tuple[ReviewRecord, Extracted]:
    extracted = extract(path)
    return describer.describe(Document("0" * 64, f"{source}/{path.stem}", source, path), extracted), extracted


def not_on_their_page(review: ReviewRecord, extracted: Extracted) -> list[str]:
    """The words of facts that do not stand on the page that they are said to be from."""
    pages = {p.number: " ".join(" ".join(block.text for block in p.blocks).split()) for p in extracted.pages}
    return [f"{f.field}: {f.words}" for f in review.facts if f.words is None or f.words not in pages[f.page or 0]]


@pytest.mark.parametrize("half", FLOORS)
def test_fronts_of_many_makes_are_read(half: str, tmp_path: Path) -> None:
    count: Counter[str] = Counter()
    for front in fronts(half):
        review, extracted = describe(draw_front(front, tmp_path))
        want = {**dict.fromkeys(STATED), **{field: [] for field in measures.SEVERAL}, **front}
        got = msgspec.to_builtins(review)
        count += measures.identity(want, got) + measures.dates(want, got["facts"])
        assert not_on_their_page(review, extracted) == []
    figures = measures.identity_figures(count)
    assert {field: figures[field] for field, floor in FLOORS[half].items() if figures[field] < floor} == {}
    assert figures["said"]["p"] >= 0.97
    assert figures["said"]["r"] >= 0.95


@pytest.mark.parametrize("path", sorted((CORPUS / "reviews" / "sample").rglob("*.pdf")), ids=lambda path: path.stem)
def test_the_words_of_every_fact_of_the_sample_stand_on_their_page(path: Path) -> None:
    review, extracted = describe(path)
    assert {"title", "date"} <= {fact.field for fact in review.facts}
    assert not_on_their_page(review, extracted) == []
    assert all(0 < fact.confidence <= 1 for fact in review.facts)


WORDS = st.sampled_from(
    [
        "Serious",
        "Case",
        "Review",
        "CHILD",
        "Child",
        "A",
        "‘Ash’",
        "and",
        "&",
        "Author:",
        "Reviewer",
        "Jane",
        "Example-Smith",
        "Dr",
        "Anytown",
        "Safeguarding",
        "Children",
        "Board",
        "published",
        "12",
        "May",
        "2019",
        "from",
        "2012",
        "to",
        "14.06.2018",
        "aged",
        "seven",
        "weeks",
        "died",
        "of",
        "neglect",
        "SILP",
        "\xad",
        "ﬁ",
        "ʼ",
        "İ",
        "ß",
        ",",
        ".",
        "(",
        ")",
        "–",
        "NSPCC",
        "Title:",
        "LSCB:",
    ]
)
PRINT = st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=8)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PRINT, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_no_print_makes_facts_that_do_not_stand_on_it(pages: list[list[list[str]]], random: object) -> None:
    made = []
    for number, rows in enumerate(pages, 1):
        blocks = [
            Block((Line(" ".join(row), (72, 760 - 30 * i, 500, 772 - 30 * i), 12.0 if i % 2 else 24.0, False, False),))
            for i, row in enumerate(rows)
        ]
        made.append(Page(number, 595, 842, None, tuple(blocks)))
    extracted = Extracted(tuple(made))
    review = DESCRIBER.describe(Document("0" * 64, "folder/made", "folder", Path("made.pdf")), extracted)
    assert not_on_their_page(review, extracted) == []


def test_a_sheet_of_the_national_collection_is_read_and_dropped(tmp_path: Path) -> None:
    for front in (f for half in FLOORS for f in fronts(half)):
        extracted = extract(draw_front(front, tmp_path))
        assert deposit_sheets(extracted.pages) == set(front.get("deposit", ()))
    held = next(f for f in fronts("unseen") if f["name"] == "deposit-sheet")
    review, extracted = describe(draw_front(held, tmp_path))
    split = Splitter(TAXONOMY, CORPUS).split("0" * 64, extracted.pages, review.document_types)
    passages = split.passages
    assert {passage.page_from for passage in passages} == {2, 3}
    assert {item.page for item in split.left_out if item.reason == REASON} == {1}
    assert "drowned" in passages[-1].text
    sheet = [(f.field, f.kind, f.value) for f in review.facts if f.source == "deposit sheet"]
    assert ("date", "published", "2011") in sheet


def test_a_sheet_alone_is_a_document_and_a_cover_is_no_sheet(tmp_path: Path) -> None:
    sheet = lines(
        "Title: Serious case review: Child A", "LSCB: Anytown Safeguarding Children Board", "Author: Jane Example",
        "Year: 2012", "Copyright of this report remains with the LSCB. Held in the NSPCC national collection.", leading=30,
    )  # fmt: skip
    cover = lines(
        "Serious Case Review", "Author: Jane Example", "Date of publication: May 2012", "Copyright Anytown", leading=30
    )
    body = lines("1.1 Child A died in May 2011.")
    assert deposit_sheets(extract(make_pdf(tmp_path / "a.pdf", sheet)).pages) == set()
    assert deposit_sheets(extract(make_pdf(tmp_path / "b.pdf", sheet, cover, body)).pages) == {1}
    assert deposit_sheets(extract(make_pdf(tmp_path / "c.pdf", cover, body)).pages) == set()


def test_the_catalogue_wins_and_what_the_document_says_otherwise_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "reviews").mkdir()
    document = {
        "title": "Serious Case Review: Child B",
        "types": ["overview-report"],
        "published": "2014-05",
        "file": "b.pdf",
    }
    rows = "\n".join(f"{key} = {json.dumps(value)}" for key, value in document.items())
    (tmp_path / "sources" / "anytown.toml").write_text(
        f'name = "Anytown Local Safeguarding Children Board"\nnation = "England"\nscope = "local"\nfolder = "reviews"\n'
        f'[[cases]]\nid = "b"\ntitle = "Child B"\nsubject = "Child B"\nreview_type = "serious-case-review"\n[[cases.documents]]\n{rows}\n',
        "utf-8",
    )
    cover = both(
        lines("Anytown Safeguarding Children Board", top=760, size=14),
        lines("Serious Case Review: Child C", top=700, size=24, font="Helvetica-Bold"),
        lines("Overview Report", top=660, size=18),
        lines("Published: 3 June 2015", top=600),
    )
    describer = Describer(TAXONOMY, taxonomy.load_sources(tmp_path), CORPUS)
    review, _ = describe(make_pdf(tmp_path / "reviews" / "b.pdf", cover), describer, "anytown")
    assert (review.subject, review.published, review.publisher) == (
        "Child B",
        "2014-05",
        "Anytown Local Safeguarding Children Board",
    )
    found = {(d.field, d.catalogue, d.document, d.words, d.page) for d in review.disagreements}
    assert found == {
        ("subject", "Child B", "Child C", "Child C", 1),
        ("published", "2014-05", "2015-06-03", "Published: 3 June 2015", 1),
    }


@pytest.mark.parametrize("half", FLOORS)
def test_who_wrote_it_is_never_a_board_a_place_or_a_job(half: str, tmp_path: Path) -> None:
    for front in fronts(half):
        review, _ = describe(draw_front(front, tmp_path))
        words = (review.author or "").split()
        assert not {"Board", "Partnership", "Council", "Independent", "Consultant", "Chair", "Panel"} & set(words)


def test_a_faulty_wording_is_named(tmp_path: Path) -> None:
    shutil.copytree(CORPUS / "taxonomies", tmp_path / "taxonomies")
    path = tmp_path / "taxonomies" / "identity.toml"
    path.write_text(path.read_text("utf-8").replace('"^concerning\\\\b"', '"^(concerning"'), "utf-8")
    with pytest.raises(ConfigError, match=r"identity\.toml: '\^\(concerning'"):
        Describer(TAXONOMY, {}, tmp_path)
