"""The commands as other programs call them: JSON alone on standard output, one line for a fault, the exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from make_pdf import lines, make_pdf

from indexer import taxonomy
from indexer.fields import FILTERS
from indexer.settings import PROJECT, Settings

SUMMARY = PROJECT / "corpus" / "reviews" / "sample" / "westmarch" / "baby-q-executive-summary-2017.pdf"
STATUSES = {"affirmed", "negated", "hypothetical", "historical", "alleged", "other-case", "generic", "boilerplate"}


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LESSONS_")}
    command = [sys.executable, "-m", "search_app", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, input=given, env=environment, cwd=PROJECT, check=False
    )


def answer(*arguments: str, given: str | None = None) -> Any:
    done = run(*arguments, given=given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", ["ingest", "status", "check", "extract", "tag", "search", "evaluate", "serve"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = run(command, "--help").stdout
    assert f"Example: {'echo' if command == 'tag' else 'lessons ' + command}" in " ".join(shown.split())
    assert "--corpus" in shown
    assert "--data" in shown


def test_extract_answers_as_the_contract_says() -> None:
    read = answer("extract", str(SUMMARY), "--json")
    assert set(read) == {"document", "facts", "disagreements", "passages", "learning", "case"}
    assert {"title", "publisher", "author", "subject", "date"} <= {fact["field"] for fact in read["facts"]}
    assert len(read["document"]["sha256"]) == 64
    assert read["document"]["pages"] == 3
    texts = {passage["id"]: passage["text"] for passage in read["passages"]}
    assert len(texts) == len(read["passages"]) > 30
    for passage in read["passages"]:
        assert passage["kind"] in {"paragraph", "heading", "list-item", "table-row", "box", "footnote"}
        assert all(len(box) == 5 for box in passage["boxes"])
        for tag in passage["tags"]:
            assert tag["quote"] == passage["text"][tag["start"] : tag["end"]]
            assert tag["status"] in STATUSES
            assert tag["facet"] in {"theme", "risk_factor"}
    kinds = taxonomy.load(PROJECT / "corpus").learning_kinds
    ids = {item["id"] for item in read["learning"]}
    assert {item["kind"] for item in read["learning"]} >= {
        "recommendation",
        "finding",
        "learning-point",
        "good-practice",
    }
    for item in read["learning"]:
        assert item["kind"] in kinds
        assert item["quote"] == texts[item["passage"]][item["start"] : item["end"]]
        assert item["same_as"] is None or item["same_as"] in ids
    assert all(
        set(concept["evidence"]) <= set(texts) for part in ("themes", "risk_factors") for concept in read["case"][part]
    )


def test_extract_says_in_one_line_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")
    locked = make_pdf(tmp_path / "b.pdf", lines("secret"), password="x")
    for path, reason in (
        (tmp_path / "a.pdf", "damaged"),
        (locked, "locked with a password"),
        (tmp_path / "none.pdf", "no such file"),
    ):
        done = run("extract", str(path), "--json")
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert reason in done.stderr


def test_tag_reads_standard_input_and_files(tmp_path: Path) -> None:
    text = "There was no evidence of domestic abuse. The escalation policy was not used."
    (tmp_path / "note.txt").write_text(text, "utf-8")
    for found in (answer("tag", "--json", given=text), answer("tag", str(tmp_path / "note.txt"), "--json")):
        marks = {tag["concept"]: tag for tag in found["tags"]}
        assert marks["domestic-abuse"]["status"] == "negated"
        assert marks["escalation-and-challenge"]["status"] == "affirmed"
        assert all(text[tag["start"] : tag["end"]] == tag["quote"] for tag in found["tags"])


def test_search_answers_as_the_contract_says(sample: Settings) -> None:
    found = answer("search", "bruising non-mobile baby", "--limit", "3", "--json", "--data", str(sample.data))
    assert {"query", "total", "page", "took_ms", "suggestion", "expansions", "hits", "facets"} <= set(found)
    assert set(found["facets"]) == {field.name for field in FILTERS}
    first = found["hits"][0]
    assert {
        "rank",
        "score",
        "review",
        "document",
        "passage",
        "number",
        "page",
        "section",
        "heading",
        "kinds",
        "text",
    } <= set(first)
    assert {"key", "title", "publisher", "published", "scope"} <= set(first["review"])
    assert (len(found["hits"]), first["rank"]) == (3, 1)
    assert "<mark>" in first["snippet_html"]


def test_search_filters_and_pages(sample: Settings) -> None:
    place = ("--json", "--data", str(sample.data))
    found = answer("search", "escalation", "--filter", "kind=recommendation", "--filter", "scope=local", *place)
    assert found["hits"]
    assert all("recommendation" in hit["kinds"] and hit["review"]["scope"] == "local" for hit in found["hits"])
    second = answer("search", "escalation", "--page", "2", "--limit", "2", *place)
    assert [hit["rank"] for hit in second["hits"]] == [3, 4]
    refused = run("search", "escalation", "--filter", "colour=red", "--data", str(sample.data))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_status_names_failures_and_documents_without_text(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    make_pdf(folder / "good.pdf", lines("The Board should review its policy."))
    make_pdf(folder / "scan.pdf", lambda canvas: canvas.rect(50, 50, 300, 300, fill=1))
    (folder / "bad.pdf").write_bytes(b"")
    done = run("ingest", str(folder), "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "could not read reports/bad: the file is empty" in done.stderr
    facts = answer("status", "--json", "--data", str(tmp_path / "data"))
    assert facts["documents"] == 3
    assert facts["failures"] == {"reports/bad": {"stage": "extract", "reason": "the file is empty"}}
    assert facts["unread"] == ["reports/scan"]
    assert facts["stages"]["index"] == {"done": 2, "failed": 0}
    shown = run("status", "--data", str(tmp_path / "data")).stdout
    assert "reports/bad: the file is empty (extract)" in shown
    assert "No readable text at all" in shown


def test_nothing_ingested_yet_says_what_to_run(tmp_path: Path) -> None:
    for command in (("status",), ("search", "home"), ("serve",)):
        done = run(*command, "--data", str(tmp_path / "none"))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "lessons ingest" in done.stderr


def test_check_reports_all_faults_of_a_corpus_at_once(tmp_path: Path) -> None:
    assert run("check").returncode == 0
    shutil.copytree(PROJECT / "corpus" / "taxonomies", tmp_path / "taxonomies")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "board.toml").write_text('name = "A board"\nscope = "regional"\ncolour = "red"\n', "utf-8")
    done = run("check", "--corpus", str(tmp_path))
    assert done.returncode == 1
    assert "colour" in done.stderr
    assert "regional" in done.stderr


def test_check_reads_the_rules_of_the_stages_and_names_pdfs_in_no_catalogue(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "corpus" / "taxonomies", tmp_path / "taxonomies")
    (tmp_path / "sources").mkdir()
    (tmp_path / "reviews").mkdir()
    (tmp_path / "sources" / "board.toml").write_text('name = "A board"\nscope = "local"\nfolder = "reviews"\n', "utf-8")
    make_pdf(tmp_path / "reviews" / "stray.pdf", lines("A review that nobody listed."))
    done = run("check", "--corpus", str(tmp_path))
    assert (done.returncode, "reviews/stray.pdf: in no catalogue" in done.stderr) == (0, True)
    with (tmp_path / "taxonomies" / "assertion.toml").open("a", encoding="utf-8") as rules:
        rules.write("colour = 3\n")
    done = run("check", "--corpus", str(tmp_path))
    assert (done.returncode, "assertion.toml" in done.stderr) == (1, True)


def test_odd_input_is_answered_with_true_offsets(sample: Settings, tmp_path: Path) -> None:
    text = "One line.\r\nDomestic abuse was known.\r\n"
    (tmp_path / "note.txt").write_bytes(text.encode())
    tags = answer("tag", str(tmp_path / "note.txt"), "--json")["tags"]
    assert tags
    assert all(text[tag["start"] : tag["end"]] == tag["quote"] for tag in tags)
    (tmp_path / "long.txt").write_text("Nobody asked about the father. " * 40_000, "utf-8")
    assert run("tag", str(tmp_path / "long.txt")).returncode == 0
    done = subprocess.run(
        [sys.executable, "-m", "search_app", "search", b"neglect\xff", "--json", "--data", str(sample.data)],
        capture_output=True,
        cwd=PROJECT,
        check=True,
    )
    assert json.loads(done.stdout)["total"] > 0


def test_an_address_in_a_catalogue_is_one_of_the_web(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "corpus" / "taxonomies", tmp_path / "taxonomies")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "board.toml").write_text(
        'name = "A board"\nscope = "local"\npage = "javascript:alert(1)"\n', "utf-8"
    )
    done = run("check", "--corpus", str(tmp_path))
    assert (done.returncode, "'page' must be an address" in done.stderr) == (1, True)
