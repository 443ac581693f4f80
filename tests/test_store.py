"""The library keeps what it is given, all or nothing, and says plainly when it cannot be used."""

from pathlib import Path

import pytest

from indexer.errors import LessonsError
from indexer.records import Document, Extracted, Page
from indexer.store import Library

ONE = Document("a" * 64, "board/one", "board", Path("/reviews/one.pdf"))
TWO = Document("b" * 64, "board/two", "board", Path("/reviews/two.pdf"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "library.sqlite"
    with Library(place, write=True) as library:
        library.replace_documents("board", Path("/reviews"), [(ONE, 10, 1), (TWO, 20, 2)], whole=True)
    return place


def test_gives_back_documents_and_results(path: Path) -> None:
    extracted = Extracted((Page(1, 595.0, 842.0, "i", ()),), ("a warning",))
    with Library(path, write=True) as library:
        library.save("board/one", "extract", "f1", extracted)
        assert library.documents() == [ONE, TWO]
        assert library.document("board/two") == TWO
        assert library.known_files("board") == {"board/one": (10, 1, ONE.id), "board/two": (20, 2, TWO.id)}
    with Library(path) as library:
        assert library.load("board/one", "extract", Extracted) == extracted
        assert library.load("board/two", "extract", Extracted) is None
        assert library.marks("board/one")["board/one", "extract"].fingerprint == "f1"


def test_a_failure_takes_the_results_of_its_stage_and_the_later_ones_with_it(path: Path) -> None:
    with Library(path, write=True) as library:
        for stage in ("extract", "split", "tag"):
            library.save("board/one", stage, "f", Extracted(()))
        library.fail("board/one", ["split", "tag"], "f2", "it broke")
        marks = library.marks("board/one")
        assert {stage: mark.error for (_, stage), mark in marks.items()} == {"extract": None, "split": "it broke"}
        assert library.load("board/one", "extract", Extracted) is not None
        assert library.load("board/one", "tag", Extracted) is None


def test_a_document_that_goes_takes_all_of_itself_along(path: Path) -> None:
    with Library(path, write=True) as library:
        library.save("board/one", "extract", "f", Extracted(()))
        library.replace_documents("board", Path("/reviews"), [(TWO, 20, 2)], whole=True)
        assert library.documents() == [TWO]
        assert library.marks("board/one") == {}
        assert library.load("board/one", "extract", Extracted) is None


def test_documents_with_the_same_bytes_stand_for_each_other_whatever_the_order(path: Path) -> None:
    copy = Document(ONE.id, "another/copy", "another", Path("/other/copy.pdf"))
    with Library(path, write=True) as library:
        library.replace_documents("another", Path("/other"), [(copy, 10, 1)], whole=True)
        assert library.duplicates() == {"board/one": "another/copy"}
        assert [d.key for d in library.documents()] == ["another/copy", "board/two"]
        library.replace_documents("another", Path("/other"), [], whole=True)
        assert library.duplicates() == {}


def test_a_missing_library_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(LessonsError, match="run 'lessons ingest' first"):
        Library(tmp_path / "none.sqlite")


def test_what_is_no_library_and_what_another_version_made_are_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"this is no database" * 100)
    with pytest.raises(LessonsError, match="cannot be used"):
        Library(other, write=True)
    with Library(path, write=True) as library:
        library._db.execute("PRAGMA user_version = 99")
    with pytest.raises(LessonsError, match="another version"):
        Library(path, write=True)
