"""The whole way from folder to index: done once, taken up where it stopped, and never stopped by one bad file."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from make_pdf import lines, make_pdf

from indexer import pipeline, settings
from indexer.errors import ConfigError, LessonsError
from indexer.records import SearchRequest
from indexer.search import open_engine
from indexer.settings import PROJECT, Settings
from indexer.store import Library

SAMPLE = PROJECT / "corpus" / "reviews" / "sample"


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return settings.load(data=tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two reviews, one of them in a sub-folder."""
    reviews = tmp_path / "Anytown reviews"
    (reviews / "2017").mkdir(parents=True)
    made = [
        ("one.pdf", "Nobody asked who else lived in the home."),
        ("2017/two.pdf", "The escalation policy was not used."),
    ]
    for name, text in made:
        make_pdf(
            reviews / name,
            lines(
                "Serious Case Review: Child A",
                "",
                f"1.1 {text}",
                "",
                "1.2 The Board should review its escalation policy.",
            ),
        )
    return reviews


def contents(place: Settings) -> tuple[object, ...]:
    """All that a library and its index hold, but for times."""
    with Library(place.library) as library:
        keys = [d.key for d in library.documents()]
        kept = [(key, library.passages(key), library.tagged(key), library.learning(key)) for key in keys]
        marks = {where: (mark.fingerprint, mark.error) for where, mark in library.marks().items()}
        reviews = library.reviews()
    engine = open_engine(place)
    try:
        found = [
            (hit.passage, hit.document)
            for hit in engine.search(SearchRequest("review escalation home", limit=100)).hits
        ]
        return keys, kept, marks, reviews, engine.documents(), engine.count(), found
    finally:
        engine.close()


def test_a_folder_becomes_a_library_and_a_searchable_index(place: Settings, folder: Path) -> None:
    outcome = pipeline.ingest(place, [str(folder)])
    assert (outcome.documents, outcome.pages, outcome.failures) == (2, 2, {})
    engine = open_engine(place)
    hits = engine.search(SearchRequest('"who else lived in the home"')).hits
    engine.close()
    assert [(h.document, h.page, h.number) for h in hits][:1] == [("anytown-reviews/one", 1, "1.1")]


def test_a_second_run_does_nothing(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder)])
    before = contents(place)
    outcome = pipeline.ingest(place, [str(folder)])
    assert (outcome.changed, outcome.pages) == ([], 0)
    assert contents(place) == before


def test_another_reader_reads_everything_again(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder)])
    other = settings.load(data=place.data, reader="pdfium")
    assert pipeline.ingest(other, [str(folder)]).pages == 2
    assert pipeline.ingest(other, [str(folder)]).pages == 0


def test_a_changed_file_is_read_again_and_a_removed_one_goes(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder)])
    make_pdf(
        folder / "one.pdf",
        lines("Serious Case Review: Child A", "", "1.1 The grandmother's worries were noted and filed."),
    )
    (folder / "2017" / "two.pdf").unlink()
    outcome = pipeline.ingest(place, [str(folder)])
    assert (outcome.changed, outcome.removed) == (["anytown-reviews/one"], ["anytown-reviews/2017/two"])
    engine = open_engine(place)
    assert engine.documents() == {"anytown-reviews/one"}
    assert engine.search(SearchRequest("grandmother")).total == 1
    assert engine.search(SearchRequest("escalation", literal=True)).total == 0
    engine.close()


def test_one_pdf_can_be_named_and_leaves_the_others(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder / "one.pdf")])
    with Library(place.library) as library:
        assert [d.key for d in library.documents()] == ["anytown-reviews/one"]
    pipeline.ingest(place, [str(folder)])
    outcome = pipeline.ingest(place, [str(folder / "one.pdf")])
    assert (outcome.documents, outcome.removed) == (2, [])


def test_two_folders_of_one_name_do_not_push_each_other_out(place: Settings, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / folder.name
    other.mkdir(parents=True)
    make_pdf(other / "three.pdf", lines("Another review about housing."))
    pipeline.ingest(place, [str(folder)])
    assert pipeline.ingest(place, [str(other)]).documents == 3
    assert pipeline.ingest(place, [str(folder), str(other)]).documents == 3


def test_the_same_file_twice_is_one_document(place: Settings, folder: Path) -> None:
    shutil.copy(folder / "one.pdf", folder / "one again.pdf")
    assert pipeline.ingest(place, [str(folder)]).documents == 2
    with Library(place.library) as library:
        assert library.duplicates() == {"anytown-reviews/one again": "anytown-reviews/one"} or library.duplicates() == {
            "anytown-reviews/one": "anytown-reviews/one again"
        }
        (kept,) = set(library.duplicates().values())
    engine = open_engine(place)
    assert engine.documents() == {kept, "anytown-reviews/2017/two"}
    engine.close()


def test_a_bad_pdf_is_recorded_with_its_reason_and_the_others_go_on(
    place: Settings, folder: Path, tmp_path: Path
) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing here")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "page.pdf").write_bytes(b"<html>404</html>")
    (folder / "link.pdf").symlink_to(make_pdf(tmp_path / "outside.pdf", lines("not for this folder")))
    make_pdf(folder / "locked.pdf", lines("secret"), password="x")
    outcome = pipeline.ingest(place, [str(folder)])
    assert outcome.documents == 7
    assert {key.rpartition("/")[2]: reason.partition(":")[0] for key, reason in outcome.failures.items()} == {
        "broken": "the PDF is damaged",
        "empty": "the file is empty",
        "page": "not a PDF",
        "link": "the file is a link that leads out of its folder",
        "locked": "the PDF is locked with a password",
    }
    with Library(place.library) as library:
        failed = {key for (key, _), mark in library.marks().items() if mark.error}
    assert failed == set(outcome.failures)
    make_pdf(folder / "broken.pdf", lines("Now it can be read."))
    assert "anytown-reviews/broken" not in pipeline.ingest(place, [str(folder)]).failures


def test_a_pdf_that_goes_bad_leaves_nothing_of_itself(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder)])
    (folder / "one.pdf").write_bytes(b"%PDF-1.4 nothing here")
    pipeline.ingest(place, [str(folder)])
    with Library(place.library) as library:
        assert library.passages("anytown-reviews/one") == ()
        assert [review.key for review in library.reviews()] == ["anytown-reviews/2017/two"]
    engine = open_engine(place)
    assert engine.documents() == {"anytown-reviews/2017/two"}
    engine.close()


def test_an_edited_theme_redoes_tagging_and_reads_no_pdf(folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(PROJECT / "corpus", corpus, ignore=shutil.ignore_patterns("reviews", "evaluation", "sources"))
    (corpus / "sources").mkdir()
    place = settings.load(data=tmp_path / "data", corpus=corpus)
    pipeline.ingest(place, [str(folder)])
    theme = corpus / "taxonomies" / "themes" / "escalation-and-challenge.toml"
    theme.write_text(theme.read_text("utf-8").replace("Escalation and professional challenge", "Escalation"), "utf-8")
    with Library(place.library) as library:
        before = library.marks()
    for pdf in folder.rglob("*.pdf"):  # nothing that could be read, with nothing to show it
        stat = pdf.stat()
        pdf.write_bytes(b"0" * stat.st_size)
        os.utime(pdf, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    outcome = pipeline.ingest(place, [str(folder)])
    with Library(place.library) as library:
        after = library.marks()
    redone = {stage for (key, stage) in after if after[key, stage].fingerprint != before[key, stage].fingerprint}
    assert redone == {"tag", "learn", "index"}
    assert (outcome.pages, len(outcome.changed), outcome.failures) == (0, 2, {})


def test_an_index_that_is_lost_is_built_again(place: Settings, folder: Path) -> None:
    pipeline.ingest(place, [str(folder)])
    before = contents(place)
    for index in place.data.glob("index-*"):
        shutil.rmtree(index)
    pipeline.ingest(place, [str(folder)])
    assert contents(place)[4:] == before[4:]


def test_one_that_failed_and_was_not_taken_out_before_the_run_broke_off_is_taken_out(
    place: Settings, folder: Path, tmp_path: Path
) -> None:
    pipeline.ingest(place, [str(folder)])
    (index,) = place.data.glob("index-*")
    shutil.copytree(index, tmp_path / "as it was")
    make_pdf(folder / "one.pdf", lines("secret"), password="x")
    pipeline.ingest(place, [str(folder)])
    shutil.rmtree(index)
    shutil.copytree(tmp_path / "as it was", index)
    pipeline.ingest(place, [str(folder)])
    engine = open_engine(place)
    assert engine.documents() == {"anytown-reviews/2017/two"}
    engine.close()


def test_of_indexes_of_other_versions_the_latest_is_kept(place: Settings, folder: Path) -> None:
    for name, age in (("index-old", 2), ("index-older", 3), ("index-last", 1)):
        (place.data / name).mkdir(parents=True)
        os.utime(place.data / name, (1_000_000 - age, 1_000_000 - age))
    pipeline.ingest(place, [str(folder)])
    left = {path.name for path in place.data.glob("index-*")}
    assert {"index-last"} < left
    assert len(left) == 2


def test_two_workers_make_what_one_makes(place: Settings, tmp_path: Path) -> None:
    reviews = tmp_path / "reviews"
    reviews.mkdir()
    for pdf in sorted(SAMPLE.rglob("*.pdf"), key=lambda path: path.stat().st_size)[:5]:
        shutil.copy(pdf, reviews)
    one, three = (settings.load(data=tmp_path / f"by-{jobs}", jobs=jobs) for jobs in (1, 3))
    for each in (one, three):
        pipeline.ingest(each, [str(reviews)])
    assert contents(one) == contents(three)


def test_a_document_that_stood_behind_its_copy_comes_back_when_the_copy_goes(place: Settings, tmp_path: Path) -> None:
    first, second = tmp_path / "m", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    shutil.copy(make_pdf(first / "one.pdf", lines("Nobody asked about the lodger.")), second)
    for name in (first, second):
        pipeline.ingest(place, [str(name)])
    (second / "one.pdf").unlink()
    pipeline.ingest(place, [str(first), str(second)])
    engine = open_engine(place)
    assert (engine.documents(), engine.search(SearchRequest("lodger")).total) == ({"m/one"}, 1)
    engine.close()


def test_a_document_that_can_no_longer_be_read_is_no_longer_found(
    place: Settings, folder: Path, tmp_path: Path
) -> None:
    pipeline.ingest(place, [str(folder)])
    (folder / "one.pdf").unlink()
    (folder / "one.pdf").symlink_to(make_pdf(tmp_path / "outside.pdf", lines("Elsewhere.")))
    pipeline.ingest(place, [str(folder)])
    engine = open_engine(place)
    assert engine.documents() == {"anytown-reviews/2017/two"}
    engine.close()


def test_a_file_name_in_another_encoding_is_a_reason_and_no_end(place: Settings, folder: Path) -> None:
    odd = os.fsencode(folder) + b"/\xff.pdf"
    shutil.copy(os.fsencode(folder / "one.pdf"), odd)
    outcome = pipeline.ingest(place, [str(folder)])
    assert [reason for reason in outcome.failures.values()] == ["the name of the file is not UTF-8: rename it"]


def test_a_file_that_is_no_pdf_by_name_and_a_link_out_of_its_folder_are_refused(
    place: Settings, folder: Path, tmp_path: Path
) -> None:
    (folder / "README").write_text("no review", "utf-8")
    with pytest.raises(ConfigError, match="README"):
        pipeline.ingest(place, [str(folder / "README")])
    (tmp_path / "other").mkdir()
    link = tmp_path / "other" / "link.pdf"
    link.symlink_to(folder / "one.pdf")
    (reason,) = pipeline.ingest(place, [str(link)]).failures.values()
    assert "leads out of its folder" in reason


def test_a_source_that_is_not_there_is_a_fault_that_names_it(place: Settings) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        pipeline.ingest(place, ["nowhere"])
    with pytest.raises(ConfigError, match="holds no files"):
        pipeline.ingest(place, ["buckinghamshire"])


def test_two_ingests_at_once_are_refused(place: Settings, folder: Path) -> None:
    with pipeline._only_writer(place), pytest.raises(LessonsError, match="another ingest"):
        pipeline.ingest(place, [str(folder)])


def test_killed_at_any_moment_and_started_again_it_ends_the_same(tmp_path: Path) -> None:
    """`kill -9` after ever longer waits, over one library, until a run is through; then all is as in a run left alone."""
    reviews = tmp_path / "reviews"
    reviews.mkdir()
    for pdf in sorted(SAMPLE.rglob("*.pdf"), key=lambda path: path.stat().st_size)[:4]:
        shutil.copy(pdf, reviews)
    alone = settings.load(data=tmp_path / "alone")
    pipeline.ingest(alone, [str(reviews)])
    killed = settings.load(data=tmp_path / "killed")
    command = [sys.executable, "-m", "indexer", "ingest", str(reviews), "--data", str(killed.data)]
    kills, wait = 0, 0.8
    while True:
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(wait)
        if run.poll() is not None:
            break
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        kills, wait = kills + 1, wait + 0.7
    assert run.returncode == 0
    assert kills > 0
    assert contents(killed) == contents(alone)


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    """No file may grow past a limit; the run ends with a plain reason, and goes on when there is room again."""
    place = settings.load(data=tmp_path / "data")
    source = SAMPLE / "westmarch"
    command = f"{sys.executable} -m indexer ingest {source} --data {place.data}"
    for blocks in (60, 200, 400):
        limited = ["bash", "-c", f"ulimit -f {blocks}; {command}"]
        full = subprocess.run(limited, capture_output=True, text=True, check=False)
        assert full.returncode == 2
        assert len(full.stderr.splitlines()) == 1, full.stderr
        assert full.stderr.startswith("lessons: ")
    subprocess.run(command.split(), check=True, capture_output=True)
    alone = settings.load(data=tmp_path / "alone")
    pipeline.ingest(alone, [str(source)])
    assert contents(place) == contents(alone)
