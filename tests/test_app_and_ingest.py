"""The app beside an ingest that is at work, beside files that are not what they were, and beside real reports."""

from pathlib import Path

import msgspec
import pytest
from make_pdf import lines, make_pdf

from indexer import pipeline, settings
from indexer.settings import Settings
from indexer.store import Library
from search_app import create_app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reviews = tmp_path / "board"
    reviews.mkdir()
    make_pdf(
        reviews / "one.pdf",
        lines("Serious Case Review: Child A", "", "Recommendation 1: The Board should review its policy."),
    )
    return reviews


@pytest.fixture
def place(tmp_path: Path, folder: Path) -> Settings:
    made = settings.load(data=tmp_path / "data")
    pipeline.ingest(made, [str(folder)])
    return made


def test_a_link_out_of_its_folder_is_never_served(place: Settings, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", "utf-8")
    (folder / "leak.pdf").symlink_to(secret)
    pipeline.ingest(place, [str(folder)])
    client = create_app(place).test_client()
    assert client.get("/documents/board/leak.pdf").status_code == 404
    with client.get("/documents/board/one.pdf") as served:
        assert served.status_code == 200
    (folder / "one.pdf").unlink()
    (folder / "one.pdf").symlink_to(secret)
    assert client.get("/documents/board/one.pdf").status_code == 404


def test_a_review_is_shown_while_its_learning_is_older_than_its_passages(place: Settings) -> None:
    with Library(place.library, write=True) as library:
        passages = library.passages("board/one")
        changed = [{**msgspec.to_builtins(passage), "id": f"new-{i}"} for i, passage in enumerate(passages)]
        for stage, value in (("split", changed), ("tag", [{"passage": passage, "tags": []} for passage in changed])):
            library.save("board/one", stage, "newer", value)
    assert create_app(place).test_client().get("/reviews/board/one").status_code == 200


def test_fictional_reviews_are_labelled_where_they_are_only_listed(place: Settings) -> None:
    client = create_app(place).test_client()
    assert "Fictional sample" in client.get("/reviews/westmarch").text
    assert "Fictional sample" in client.get("/reviews/westmarch/baby-q").text
    assert "Fictional sample" in client.get("/reviews").text
    assert "Fictional sample" not in client.get("/reviews/buckinghamshire").text
