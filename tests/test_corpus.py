"""The corpus that comes with the project: complete, consistent, and true to its own rules."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from indexer import taxonomy
from indexer.taxonomy import Concept

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
SOURCES = taxonomy.load_sources(CORPUS)
CONCEPTS = list(VOCABULARY.concepts.values())
NEAR_MISSES = [near for concept in CONCEPTS for near in concept.near_misses]
GOLD = sorted((CORPUS / "evaluation" / "gold").rglob("*.gold.json"))


def fold(text: str) -> str:
    return re.sub(r"[\s\-–]+", " ", text.replace("’", "'"))


def names(concept: Concept, text: str) -> list[str]:
    """The aliases of a concept that stand in a text; a capital acronym only as such."""
    found = []
    for alias in concept.aliases:
        flags = re.NOFLAG if re.search("[A-Z]{2}", alias) else re.IGNORECASE
        if re.search(rf"(?<!\w){re.escape(fold(alias))}s?(?!\w)", fold(text), flags):
            found.append(alias)
    return found


def test_the_vocabulary_is_whole() -> None:
    assert sum(concept.facet == "theme" for concept in CONCEPTS) == 52
    assert sum(concept.facet == "risk_factor" for concept in CONCEPTS) == 67
    assert len(NEAR_MISSES) == 325
    assert sum(near.literal for near in NEAR_MISSES) == 22
    assert sum(concept.tier == "extended" for concept in CONCEPTS) == 21
    assert sum(concept.broader is not None for concept in CONCEPTS) == 21
    assert len(VOCABULARY.agencies) == 45
    assert len(VOCABULARY.document_types) == 26
    assert len(VOCABULARY.review_types) == 15
    assert len(VOCABULARY.harm_types) == 24
    assert len(VOCABULARY.age_bands) == 6
    assert len(VOCABULARY.acronyms) == 101


def test_every_file_of_the_vocabulary_says_what_it_is_for() -> None:
    for path in sorted((CORPUS / "taxonomies").rglob("*.toml")):
        assert path.read_text("utf-8").startswith("# "), path.name


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.id)
def test_a_concept_is_fit_for_use(concept: Concept) -> None:
    for word in (*concept.aliases, *concept.needs_context):
        assert word == word.strip()
        assert not set(word) & set("()[];|")
    assert not set(concept.aliases) & set(concept.needs_context)
    assert (concept.group is not None) == (concept.facet == "risk_factor")
    assert 2 <= len(concept.examples) <= 3
    for example in concept.examples:
        assert names(concept, example), example


def test_near_misses_that_are_not_literal_hold_no_acronym_and_no_alias() -> None:
    literal = [near.text for concept in CONCEPTS for near in concept.near_misses if names(concept, near.text)]
    marked = [near.text for near in NEAR_MISSES if near.literal]
    assert sorted(literal) == sorted(marked)


def test_sections_are_those_of_the_evaluation_sets_and_weigh_nothing_where_boilerplate() -> None:
    assert len(VOCABULARY.sections) == 25
    for section in VOCABULARY.sections.values():
        assert (section.weight == 0) == section.boilerplate, section.id
        if section.id not in {"cover", "toc", "header_footer"}:
            assert len(section.headings) + len(section.whole) >= 12, section.id


def test_an_acronym_has_one_usual_meaning() -> None:
    assert VOCABULARY.acronyms["MARAC"] == "multi-agency risk assessment conference"
    assert VOCABULARY.acronym_details["DNA"].meanings == ("did not attend", "deoxyribonucleic acid")
    assert VOCABULARY.acronym_details["DNA"].risk == "high"


def test_kinds_of_learning_have_a_plural() -> None:
    assert all(kind.plural and kind.definition for kind in VOCABULARY.learning_kinds.values())
    assert "question-for-board" in VOCABULARY.learning_kinds


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name.removesuffix(".gold.json"))
def test_a_sample_review_is_catalogued_as_its_annotation_says(path: Path) -> None:
    facts = json.loads(path.read_text("utf-8"))["document"]
    name = path.name.replace(".gold.json", ".pdf")
    source, case, document = next(
        (source, case, document)
        for source in SOURCES.values()
        for case in source.cases
        for document in case.documents
        if document.file == name
    )
    assert source.fictional
    assert source.folder is not None
    assert (source.folder / name).read_bytes().startswith(b"%PDF-")
    assert (source.name, source.nation, source.scope) == (facts["board"], facts["nation"], facts["scope"])
    assert (case.subject, case.review_type) == (facts["subject"], facts["review_type"])
    assert (document.title, document.published) == (facts["title"], facts["published"])
    assert list(document.types) == facts["document_types"]
    assert path.with_name(path.name.replace(".gold.", ".queries.")).is_file()


def test_the_sample_is_eleven_documents_of_eight_cases() -> None:
    cases = [case for source in SOURCES.values() if source.fictional for case in source.cases]
    assert len(cases) == 8
    assert sum(len(case.documents) for case in cases) == len(GOLD) == 11
    assert taxonomy.uncatalogued(CORPUS) == []


def test_annotations_use_ids_of_the_vocabulary() -> None:
    for path in GOLD:
        gold = json.loads(path.read_text("utf-8"))
        assert set(gold["document"]["agencies"]) <= set(VOCABULARY.agencies), path.name
        assert {block["section"] for block in gold["blocks"]} <= set(VOCABULARY.sections), path.name
        used = {concept["id"] for block in gold["blocks"] for concept in block["concepts"]}
        assert used <= set(VOCABULARY.concepts), path.name


def test_buckinghamshire_is_a_list_of_publications_without_files() -> None:
    board = SOURCES["buckinghamshire"]
    assert (board.folder, board.page, board.fictional, board.scope) == (None, None, False, "local")
    listed = [(case, document) for case in board.cases for document in case.documents if document.published]
    assert len(listed) == 23
    assert len({case.id for case, _ in listed}) == 15
    assert all(re.fullmatch(r"20\d\d-\d\d", str(document.published)) for _, document in listed)
    assert all(document.file is None and document.url is None for case in board.cases for document in case.documents)
    harrow = next(document for _, document in listed if document.title == "Harrow SCR – Baby F")
    assert harrow.publisher == "Harrow Safeguarding Children Board"
    assert "Buckinghamshire Services" in str(harrow.note)


def test_a_month_printed_once_is_carried_to_the_rows_beneath() -> None:
    case = next(case for case in SOURCES["buckinghamshire"].cases if case.id == "baby-k")
    assert [(document.title, document.published) for document in case.documents] == [
        ("Overview Report – Baby K", "2015-08"),
        ("Executive Summary – Baby K", "2015-08"),
        ("Agency Statements – Baby K", "2015-08"),
    ]


def test_every_toml_file_of_the_corpus_is_readable() -> None:
    for path in CORPUS.rglob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8")), path.name


@pytest.mark.parametrize("path", sorted((CORPUS / "training" / "passages").glob("*.jsonl")), ids=lambda path: path.stem)
def test_training_passages_mark_words_that_stand_there(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        passage = json.loads(line)
        assert passage["section"] in VOCABULARY.sections
        assert passage.keys() & {"concepts", "items"}
        for mark in passage.get("concepts", ()):
            assert mark["id"] in VOCABULARY.concepts
            assert mark["quote"] in passage["text"]
        for item in passage.get("items", ()):
            assert isinstance(item, str) or item["text"] in passage["text"]


def test_trap_sentences_mark_words_that_stand_there_and_each_trap_has_several() -> None:
    lines = (CORPUS / "evaluation" / "sentences" / "traps.jsonl").read_text("utf-8").splitlines()
    traps = [json.loads(line) for line in lines]
    assert len({trap["text"] for trap in traps}) == len(traps) >= 200
    assert min(Counter(trap["trap"] for trap in traps).values()) >= 10
    for trap in traps:
        assert all(mark["id"] in VOCABULARY.concepts and mark["quote"] in trap["text"] for mark in trap["concepts"])
