"""PDFs that are broken, or made to do harm: each ends in a plain reason, harms no other, and the totals add up."""

import os
import shutil
import zlib
from pathlib import Path

import pytest
from make_pdf import lines, make_pdf, raw_page, raw_pdf, raw_stream
from reportlab.lib.pdfencrypt import StandardEncryption

from indexer import pipeline, settings
from indexer.errors import DocumentError
from indexer.extract import extract
from indexer.records import Extracted
from indexer.settings import PROJECT, ReadingOptions, Settings
from indexer.store import Library

SHARED = Path(os.environ.get("LESSONS_SHARED", PROJECT.parent / "shared"))
SAY = b"BT /F 11 Tf 72 700 Td (The good page) Tj ET"


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return settings.load(data=tmp_path / "data", max_memory_mb=300, ocr="off")


def text(extracted: Extracted) -> list[list[str]]:
    return [[block.text for block in page.blocks] for page in extracted.pages]


def tree(*kids: int) -> bytes:
    """The tree of pages, object 1 of a raw PDF."""
    return b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))


def bomb(megabytes: int) -> bytes:
    """A stream that inflates to many megabytes."""
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(megabytes)]
    return raw_stream(b"".join([*parts, packer.flush()]), b"/Filter/FlateDecode")


def same_size_and_time(path: Path, start: bytes) -> None:
    """Other bytes in a file, without a sign of it that a look at the folder would show."""
    stat = path.stat()
    path.write_bytes(start.ljust(stat.st_size, b"\n"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


# --- inside one PDF -----------------------------------------------------------------------------------------------


def test_a_page_in_a_circle_of_the_tree_is_read_once(tmp_path: Path) -> None:
    path = raw_pdf(tmp_path / "a.pdf", {1: tree(2, 1), 2: raw_page(3), 3: raw_stream(SAY)})
    assert text(extract(path)) == [["The good page"]]


def test_a_form_that_draws_itself_is_drawn_once(tmp_path: Path) -> None:
    form = raw_stream(SAY + b" /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources 5 0 R")
    fonts = b"<</XObject<</X 4 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    path = raw_pdf(
        tmp_path / "a.pdf",
        {1: tree(2), 2: raw_page(3, b"/XObject<</X 4 0 R>>"), 3: raw_stream(b"/X Do"), 4: form, 5: fonts},
    )
    assert text(extract(path)) == [["The good page"]]


def test_forms_that_draw_forms_without_end_are_given_up_and_the_other_pages_kept(tmp_path: Path) -> None:
    """Each of 30 forms draws the next twice: a thousand million drawings of the last."""
    objects = {1: tree(2, 3), 2: raw_page(4, b"/XObject<</X 10 0 R>>"), 3: raw_page(5)}
    objects |= {4: raw_stream(b"/X Do"), 5: raw_stream(SAY)}
    for number in range(10, 40):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (number + 1)
        objects[number] = raw_stream(b"/X Do /X Do", entries)
    extracted = extract(raw_pdf(tmp_path / "a.pdf", objects))
    assert text(extracted) == [[], ["The good page"]]
    assert extracted.warnings == ("page 1 could not be read whole: it draws more than 50000 figures",)


def test_a_page_with_more_words_than_print_can_have_is_cut_short(tmp_path: Path) -> None:
    many = b"BT /F 11 Tf 72 700 Td " + b"(word ) Tj " * 60_000 + b"ET"
    objects = {1: tree(2, 3), 2: raw_page(4), 3: raw_page(5), 4: raw_stream(many), 5: raw_stream(SAY)}
    extracted = extract(raw_pdf(tmp_path / "a.pdf", objects), ReadingOptions(max_words=1_000_000))
    assert text(extracted)[1] == ["The good page"]
    assert extracted.warnings == ("page 1 could not be read whole: it has more than 50000 words",)


def test_a_locked_pdf_is_said_to_be_locked_and_one_without_a_password_to_open_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="locked with a password"):
        extract(make_pdf(tmp_path / "locked.pdf", lines("Secret"), password="x"))
    open_to_all = StandardEncryption("", ownerPassword="x", canPrint=0)
    assert text(extract(make_pdf(tmp_path / "open.pdf", lines("Open"), password=open_to_all))) == [["Open"]]


# --- through the whole way ----------------------------------------------------------------------------------------


def test_a_zip_bomb_costs_its_own_page_only(place: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    folder.mkdir()
    objects = {1: tree(2, 3), 2: raw_page(4), 3: raw_page(5), 4: bomb(700), 5: raw_stream(SAY)}
    raw_pdf(folder / "bomb.pdf", objects)
    make_pdf(folder / "good.pdf", lines("The other good page"))
    outcome = pipeline.ingest(place, [str(folder)])
    assert outcome.failures == {}
    with Library(place.library) as library:
        assert [p.text for p in library.passages("reviews/bomb")] == ["The good page"]
        (review,) = [r for r in library.reviews() if r.key == "reviews/bomb"]
    assert review.warnings == ("page 1 could not be read whole: it needs too much memory",)


def test_what_is_no_file_is_said_to_be_none_and_totals_add_up(place: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    (folder / "folder.pdf").mkdir(parents=True)
    make_pdf(folder / "folder.pdf" / "inside.pdf", lines("Inside the folder"))
    os.mkfifo(folder / "pipe.pdf")
    (folder / "nowhere.pdf").symlink_to(folder / "not there")
    (folder / "circle.pdf").symlink_to(folder / "circle.pdf")
    (folder / "out.pdf").symlink_to(make_pdf(tmp_path / "outside.pdf", lines("Outside")))
    (folder / "device.pdf").symlink_to("/dev/zero")
    make_pdf(folder / "good.pdf", lines("Good"))
    shutil.copy(folder / "good.pdf", folder / "good again.pdf")
    outcome = pipeline.ingest(place, [str(folder)])
    assert {key.removeprefix("reviews/"): reason for key, reason in outcome.failures.items()} == {
        "folder": "not a file but a folder",
        "pipe": "not a file but a pipe",
        "nowhere": "the file cannot be read: No such file or directory",
        "circle": f"the file cannot be read: Symlink loop from '{folder / 'circle.pdf'}'",
        "out": "the file is a link that leads out of its folder",
        "device": "the file is a link that leads out of its folder",
    }
    totals = outcome.totals
    assert (totals.files, totals.read, totals.failed, totals.duplicates, totals.waiting) == (9, 2, 6, 1, 0)


def test_of_many_pages_as_many_as_allowed_are_read(tmp_path: Path) -> None:
    place = settings.load(data=tmp_path / "data", max_pages=30, ocr="off")
    folder = tmp_path / "reviews"
    folder.mkdir()
    make_pdf(folder / "long.pdf", *[lines(f"Page {number}") for number in range(2000)])
    assert pipeline.ingest(place, [str(folder)]).pages == 30
    with Library(place.library) as library:
        assert library.reviews()[0].warnings == ("only the first 30 pages were read: there are more than 30",)


def test_a_result_that_is_too_large_is_a_reason(tmp_path: Path) -> None:
    place = settings.load(data=tmp_path / "data", max_result_mb=1, ocr="off")
    folder = tmp_path / "reviews"
    folder.mkdir()
    noise = [os.urandom(40).hex() for _ in range(40_000)]
    make_pdf(folder / "a.pdf", *[lines(*noise[n : n + 50], leading=12) for n in range(0, len(noise), 50)])
    (reason,) = pipeline.ingest(place, [str(folder)]).failures.values()
    assert reason == "what is read of it takes more than 1 MB"


def test_a_file_that_changes_or_goes_while_others_are_read_is_tried_again_next_time(tmp_path: Path) -> None:
    place = settings.load(data=tmp_path / "data", jobs=1)
    folder = tmp_path / "reviews"
    folder.mkdir()
    _, b, c = (make_pdf(folder / f"{name}.pdf", lines(f"Review {name}")) for name in "abc")
    kept = b.read_bytes()

    def after_the_first(done: int, total: int, key: str) -> None:
        if done == 1:
            same_size_and_time(b, kept + b"%")
            c.unlink()

    outcome = pipeline.ingest(place, [str(folder)], after_the_first)
    assert outcome.failures == {
        "reviews/b": "the file changed while it was read",
        "reviews/c": "the file cannot be read: No such file or directory",
    }
    stat = b.stat()
    b.write_bytes(kept)
    os.utime(b, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    make_pdf(c, lines("Review c"))
    assert pipeline.ingest(place, [str(folder)]).failures == {}


def test_one_that_failed_is_not_read_again_until_something_changes(tmp_path: Path) -> None:
    """If it were read, it would be found to have changed meanwhile."""
    folder = tmp_path / "reviews"
    folder.mkdir()
    locked = make_pdf(folder / "locked.pdf", lines("secret"), password="x")
    place = settings.load(data=tmp_path / "data", ocr="off")
    reason = {"reviews/locked": "the PDF is locked with a password"}
    assert pipeline.ingest(place, [str(folder)]).failures == reason
    same_size_and_time(locked, b"%PDF-1.4")
    assert pipeline.ingest(place, [str(folder)]).failures == reason
    assert pipeline.ingest(place, [str(folder)], retry=True).failures != reason
    assert pipeline.ingest(place, [str(folder)]).failures != reason
    make_pdf(locked, lines("no secret"))
    assert pipeline.ingest(place, [str(folder)]).failures == {}


def test_one_that_failed_is_tried_again_under_other_limits(tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    folder.mkdir()
    make_pdf(folder / "large.pdf", *[lines(os.urandom(30_000).hex()) for _ in range(30)])
    small, large = (settings.load(data=tmp_path / "data", max_file_mb=size, ocr="off") for size in (1, 10))
    assert list(pipeline.ingest(small, [str(folder)]).failures.values()) == ["the file is larger than 1 MB"]
    assert pipeline.ingest(large, [str(folder)]).failures == {}


@pytest.mark.skipif(
    not (SHARED / "data" / "hostile").is_dir(), reason="no folder of hostile PDFs beside the checkout (LESSONS_SHARED)"
)
def test_no_hostile_pdf_stops_an_ingest(place: Settings) -> None:
    hostile = SHARED / "data" / "hostile"
    outcome = pipeline.ingest(place, [str(hostile)])
    totals = outcome.totals
    assert totals.files == sum(1 for path in hostile.rglob("*") if path.suffix.lower() == ".pdf")
    assert totals.files == totals.read + totals.failed + totals.duplicates
    assert totals.failed == len(outcome.failures)
    assert all(reason and "fault in the program" not in reason for reason in outcome.failures.values())
    again = pipeline.ingest(place, [str(hostile)])
    assert (again.pages, again.changed, again.failures, again.totals) == (0, [], outcome.failures, totals)
