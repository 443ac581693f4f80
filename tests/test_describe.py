"""What a document is: by its catalogue where there is one, else by its first pages, and nothing where neither says."""

import json
from pathlib import Path

import pytest
from make_pdf import both, lines, make_pdf

from indexer import taxonomy
from indexer.describe import Describer
from indexer.extract import extract
from indexer.records import Document, ReviewRecord
from indexer.settings import PROJECT

CORPUS = PROJECT / "corpus"
TAXONOMY = taxonomy.load(CORPUS)
UNCATALOGUED = Describer(TAXONOMY, {}, CORPUS)
TUNE = sorted((CORPUS / "evaluation" / "gold" / "tune").glob("*.gold.json"))


def describe(path: Path, describer: Describer = UNCATALOGUED, source: str = "folder") -> ReviewRecord:
    return describer.describe(Document("0" * 64, f"{source}/{path.stem}", source, path), extract(path))


def cover(*rows: tuple[str, float]):  # type: ignore[no-untyped-def]
    draws = [
        lines(text, top=760 - 50 * i, size=size, font="Helvetica-Bold" if size > 12 else "Helvetica")
        for i, (text, size) in enumerate(rows)
    ]
    return both(*draws)


@pytest.mark.parametrize("path", TUNE, ids=lambda path: path.name.partition(".")[0])
def test_the_first_pages_of_the_sample_say_what_is_true(path: Path) -> None:
    """Without a catalogue: a fact may be missing, but what is said of subject, date and board is what was annotated."""
    facts = json.loads(path.read_text("utf-8"))["document"]
    pdf = next((CORPUS / "reviews").rglob(path.name.replace(".gold.json", ".pdf")))
    review = describe(pdf)
    assert review.subject == facts["subject"]
    assert review.published == facts["published"]
    assert review.publisher in (facts["board"], None)
    assert review.review_type in (facts["review_type"], None)
    assert set(review.document_types) <= set(facts["document_types"])
    assert review.age_bands in ((facts["age_band"],), ())
    assert review.fictional


def test_the_catalogue_goes_before_the_pages() -> None:
    describer = Describer(TAXONOMY, taxonomy.load_sources(CORPUS), CORPUS)
    path = CORPUS / "reviews" / "sample" / "westmarch" / "baby-q-overview-report-2017.pdf"
    review = describe(path, describer, "westmarch")
    assert (review.case, review.case_title) == ("westmarch/baby-q", "Baby Q")
    assert review.title == "Serious Case Review: Baby Q. Overview Report with action plan"
    assert review.document_types == ("overview-report", "combined-report-and-plan", "action-plan")


def test_a_national_review_is_national_and_a_board_is_local(tmp_path: Path) -> None:
    panel = make_pdf(
        tmp_path / "a.pdf",
        cover(
            ("National review of safeguarding babies", 24),
            ("Child Safeguarding Practice Review Panel", 14),
            ("Published: 12 May 2022", 11),
        ),
    )
    board = make_pdf(
        tmp_path / "b.pdf",
        cover(
            ("Anytown Safeguarding Children Partnership", 14),
            ("Child K", 24),
            ("Local Child Safeguarding Practice Review", 18),
            ("Published 2021", 11),
        ),
    )
    assert (describe(panel).scope, describe(panel).published) == ("national", "2022-05-12")
    found = describe(board)
    assert (found.scope, found.publisher, found.subject, found.published) == (
        "local",
        "Anytown Safeguarding Children Partnership",
        "Child K",
        "2021",
    )
    assert found.review_type == "lcspr"


def test_what_nobody_says_is_not_known(tmp_path: Path) -> None:
    review = describe(
        make_pdf(tmp_path / "minutes of a meeting.pdf", lines("Minutes of a meeting about the car park."))
    )
    unknown = (
        review.publisher,
        review.subject,
        review.scope,
        review.nation,
        review.published,
        review.review_type,
        review.author,
    )
    assert unknown == (None,) * 7
    assert (review.document_types, review.age_bands, review.harm_types) == ((), (), ())
    assert not review.fictional


def test_pages_without_text_are_counted(tmp_path: Path) -> None:
    review = describe(
        make_pdf(tmp_path / "a.pdf", lines("A page."), lambda canvas: canvas.rect(10, 10, 90, 90), lines("Another."))
    )
    assert (review.pages, review.pages_without_text) == (3, (2,))


def test_a_document_without_any_text_is_named_after_its_file(tmp_path: Path) -> None:
    review = describe(make_pdf(tmp_path / "horizon-response.pdf", lambda canvas: canvas.rect(10, 10, 90, 90)))
    assert (review.title, review.pages_without_text) == ("horizon response", (1,))


def test_the_catalogue_is_asked_by_folder_and_name(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    rows = "".join(
        f'[[cases]]\nid = "{case}"\ntitle = "{case}"\n[[cases.documents]]\ntitle = "{case}"\ntypes = ["overview-report"]\nfile = "{case}/report.pdf"\n'
        for case in ("one", "two")
    )
    (tmp_path / "sources" / "board.toml").write_text(
        f'name = "A board"\nscope = "local"\nfolder = "reviews"\n{rows}', "utf-8"
    )
    describer = Describer(TAXONOMY, taxonomy.load_sources(tmp_path), CORPUS)
    for case in ("one", "two"):
        (tmp_path / "reviews" / case).mkdir(parents=True)
        path = make_pdf(tmp_path / "reviews" / case / "report.pdf", lines("A report."))
        assert describe(path, describer, "board").case == f"board/{case}"
