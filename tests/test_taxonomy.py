"""The vocabulary and the sources are read as they stand, and every sort of fault is found and placed."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.errors import ConfigError
from indexer.vocabulary import checks
from indexer.vocabulary.toml_files import KINDS, TomlFile

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
Edit = Callable[[Path], object]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    copy = tmp_path / "corpus"
    shutil.copytree(CORPUS / "taxonomies", copy / "taxonomies")
    shutil.copytree(CORPUS / "sources", copy / "sources")
    for source in taxonomy.load_sources(CORPUS).values():
        if source.folder is not None:
            folder = copy / source.folder.relative_to(CORPUS)
            folder.mkdir(parents=True)
            for case in source.cases:
                for document in case.documents:
                    (folder / str(document.file)).write_bytes(b"%PDF-1.4\n")
    return copy


def replacing(name: str, old: str, new: str) -> Edit:
    def edit(corpus: Path) -> None:
        path = corpus / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def removing(name: str) -> Edit:
    return lambda corpus: (corpus / name).unlink()


THEME = "taxonomies/themes/rule-of-optimism.toml"
SOURCE = "sources/westmarch.toml"

FAULTS: dict[str, tuple[Edit, str]] = {
    "syntax": (
        replacing(THEME, 'label = "Rule', 'label "Rule'),
        r"rule-of-optimism\.toml:3: is not TOML: Expected '='",
    ),
    "open list": (
        replacing(THEME, '  "groupthink",\n]', '  "groupthink",'),
        r"rule-of-optimism\.toml:\d+: is not TOML",
    ),
    "not UTF-8": (
        lambda corpus: (corpus / THEME).write_bytes(b'id = "a"\nlabel = "\xff"\n'),
        r"rule-of-optimism\.toml:2: is not UTF-8 text",
    ),
    "unknown key": (replacing(THEME, "aliases =", "alias ="), r"toml:9: unknown key 'alias': did you mean 'aliases'\?"),
    "missing key": (replacing(THEME, "definition =", "group = 'x' #"), r"toml: key 'definition' is missing"),
    "wrong type": (replacing(THEME, 'label = "Rule of optimism"', "label = 3"), r"toml:3: 'label' must be text"),
    "empty list": (replacing(THEME, "aliases = [", "aliases = []\nneeds = ["), r"toml:9: 'aliases' must not be empty"),
    "blank text": (replacing(THEME, '"groupthink"', '" "'), r"toml:9: 'aliases' must be a list of texts"),
    "not a choice": (replacing(THEME, '"core"', '"main"'), r"'tier' is 'main' and must be one of: core, extended"),
    "near miss": (replacing(THEME, "why =", "because ="), r"toml:\d+: unknown key 'because'"),
    "id and file": (replacing(THEME, 'id = "rule-of', 'id = "rules-of'), r"toml:2: id 'rules-of-optimism' differs"),
    "unknown broader": (
        replacing(THEME, "tier =", 'broader = "optimism"\ntier ='),
        r"rule-of-optimism\.toml:5: broader 'optimism' does not exist",
    ),
    "broader of another facet": (
        replacing(THEME, "tier =", 'broader = "domestic-abuse"\ntier ='),
        r"broader 'domestic-abuse' does not exist",
    ),
    "circle": (
        replacing(
            "taxonomies/themes/professional-curiosity.toml", "tier =", 'broader = "disguised-compliance"\ntier ='
        ),
        r"broader leads in a circle: disguised-compliance > professional-curiosity > disguised-compliance",
    ),
    "alias twice": (
        replacing(THEME, '"groupthink"', '"Silo Working"'),
        r"toml:\d+: 'Silo Working' is claimed twice: by multi-agency-working and by rule-of-optimism",
    ),
    "heading twice": (
        replacing("taxonomies/sections.toml", '"main findings"', '"Table of contents"'),
        r"sections\.toml:\d+: 'Table of contents' is claimed twice: by toc and by findings",
    ),
    "default twice": (
        replacing("taxonomies/sections.toml", '"executive-summary"', '"action-plan"'),
        r"sections\.toml:\d+: 'action-plan' is claimed twice: by exec_summary and by action_plan",
    ),
    "unknown default": (
        replacing("taxonomies/sections.toml", '"executive-summary"', '"summary"'),
        r"sections\.toml:\d+: document type 'summary' does not exist",
    ),
    "unknown citation": (replacing(THEME, '"SCIE"', '"SCIE9"'), r"toml:6: source 'SCIE9' is not in bibliography"),
    "unknown id in analyses": (
        replacing("taxonomies/national_analyses.toml", '"severe-neglect"', '"neglect"'),
        r"national_analyses\.toml:\d+: 'neglect' does not exist",
    ),
    "weight": (
        replacing("taxonomies/sections.toml", "weight = 1.0", "weight = 2"),
        r"'weight' must be a number from 0 to 1",
    ),
    "not a table": (
        replacing("taxonomies/agencies.toml", "[lscb]", "first = 1\n[lscb]"),
        r"agencies\.toml:\d+: 'first' must be a table",
    ),
    "missing file": (removing("taxonomies/agencies.toml"), r"taxonomies/agencies\.toml: is missing"),
    "other vocabulary": (
        lambda corpus: (corpus / "taxonomies/cues.toml").write_text("a = ["),
        r"cues\.toml:1: is not TOML",
    ),
    "scope": (replacing(SOURCE, '"local"', '"regional"'), r"westmarch\.toml:4: 'scope' is 'regional'"),
    "nation": (replacing(SOURCE, '"England"', '"Englund"'), r"westmarch\.toml:3: 'nation' is 'Englund'"),
    "review type": (
        replacing(SOURCE, 'review_type = "serious-case-review"', 'review_type = "scr"'),
        r"westmarch\.toml:13: review type 'scr' does not exist",
    ),
    "document type": (
        replacing(SOURCE, '"executive-summary"', '"summary"'),
        r"westmarch\.toml:23: document type 'summary' does not exist",
    ),
    "state": (
        replacing(SOURCE, 'published = "2017-06"', 'state = "gone"'),
        r"westmarch\.toml:18: publication state 'gone' does not exist",
    ),
    "month in words": (
        replacing(SOURCE, '"2017-06"', '"June 2017"'),
        r"westmarch\.toml:18: 'published' must be a date in quotes",
    ),
    "month 13": (replacing(SOURCE, '"2017-06"', '"2017-13"'), r"westmarch\.toml:18: 'published' must be a date"),
    "TOML date": (replacing(SOURCE, '"2017-06"', "2017-06-14"), r"westmarch\.toml:18: 'published' must be a date"),
    "no PDF": (
        removing("reviews/sample/westmarch/learning-log.pdf"),
        r"westmarch\.toml:\d+: file 'learning-log\.pdf' is not in reviews/sample/westmarch",
    ),
    "PDF outside": (
        replacing(SOURCE, '"learning-log.pdf"', '"../tamebridge/family-s.pdf"'),
        r"file '\.\./tamebridge/family-s\.pdf' is not in",
    ),
    "no folder": (
        replacing(SOURCE, 'sample/westmarch"', 'sample/west"'),
        r"toml:5: folder '.*west' is not in the corpus",
    ),
    "file without folder": (
        replacing("sources/tamebridge.toml", "folder =", "page ="),
        r"tamebridge\.toml:\d+: file 'family-s\.pdf' needs the key 'folder'",
    ),
    "name of a source": (
        lambda corpus: (corpus / SOURCE).rename(corpus / "sources/West March.toml"),
        r"the name of the file, 'West March', must be an id: lower-case letters, digits and hyphens",
    ),
    "case twice": (replacing(SOURCE, 'id = "child-w"', 'id = "baby-q"'), r"toml:\d+: id 'baby-q' stands twice"),
    "file twice": (
        replacing(SOURCE, '"learning-log.pdf"', '"child-w-executive-summary-2010.pdf"'),
        r"file 'child-w-executive-summary-2010\.pdf' stands twice",
    ),
    "no documents": (replacing(SOURCE, "[[cases.documents]]", "[[cases.papers]]"), r"unknown key 'papers'"),
}


def test_the_project_s_own_corpus_has_no_faults() -> None:
    assert taxonomy.check(CORPUS) == []


def test_a_faultless_copy_has_no_faults(corpus: Path) -> None:
    assert taxonomy.check(corpus) == []


@pytest.mark.parametrize(("edit", "message"), FAULTS.values(), ids=FAULTS)
def test_check_finds_each_sort_of_fault(corpus: Path, edit: Edit, message: str) -> None:
    edit(corpus)
    found = taxonomy.check(corpus)
    assert any(re.search(message, fault) for fault in found), found
    assert not any("\n" in fault for fault in found)


def test_check_reports_all_faults_at_once(corpus: Path) -> None:
    for name in ("wrong type", "alias twice", "month 13", "heading twice"):
        FAULTS[name][0](corpus)
    assert len(taxonomy.check(corpus)) == 4


@pytest.mark.parametrize("name", ["syntax", "unknown key", "alias twice", "missing file"])
def test_load_raises_at_the_first_fault(corpus: Path, name: str) -> None:
    edit, message = FAULTS[name]
    edit(corpus)
    with pytest.raises(ConfigError, match=message):
        taxonomy.load(corpus)


@pytest.mark.parametrize("name", ["scope", "month 13", "case twice"])
def test_load_sources_raises_at_the_first_fault(corpus: Path, name: str) -> None:
    edit, message = FAULTS[name]
    edit(corpus)
    with pytest.raises(ConfigError, match=message):
        taxonomy.load_sources(corpus)


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        taxonomy.load(tmp_path)
    assert taxonomy.load_sources(tmp_path) == {}


def test_a_pdf_outside_the_catalogue_is_told_and_is_no_fault(corpus: Path) -> None:
    (corpus / "reviews/sample/tamebridge/new.PDF").write_bytes(b"%PDF-1.4\n")
    assert taxonomy.uncatalogued(corpus) == ["reviews/sample/tamebridge/new.PDF"]
    assert taxonomy.check(corpus) == []


def test_the_digest_follows_every_file_of_the_vocabulary(corpus: Path) -> None:
    first = taxonomy.load(corpus).digest
    assert first == taxonomy.load(CORPUS).digest
    (corpus / "taxonomies/cues.toml").write_text("cues = []\n")
    second = taxonomy.load(corpus).digest
    (corpus / "taxonomies/cues.toml").write_text('cues = ["a"]\n')
    assert len({first, second, taxonomy.load(corpus).digest}) == 3


def test_broader_concepts_and_labels() -> None:
    vocabulary = taxonomy.load(CORPUS)
    assert vocabulary.with_broader(("disguised-compliance",)) == ("disguised-compliance", "professional-curiosity")
    assert vocabulary.with_broader(()) == ()
    assert vocabulary.with_broader(("not-known",)) == ("not-known",)
    assert vocabulary.label("theme", "rule-of-optimism") == "Rule of optimism"
    assert vocabulary.label("theme", "not-known") == "not-known"
    assert vocabulary.label("agency", "gp") == "GP and primary care"
    assert vocabulary.label("scope", "national") == "National"
    assert vocabulary.label("year", "2017") == "2017"


@settings(deadline=None)
@given(st.dates())
def test_a_date_cut_to_any_precision_is_a_date(day: object) -> None:
    for length in (4, 7, 10):
        assert KINDS["date"].fits(str(day)[:length])
    assert not KINDS["date"].fits(str(day)[:-1])
    assert not KINDS["date"].fits(day)


NAMES = sorted(
    {*checks.SOURCE, *checks.CASE, *checks.DOCUMENT, *checks.CONCEPT, *checks.SECTION, "frames", "categories", "ids"}
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "b", "x"]) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)
TABLES = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, TABLES, TABLES)
def test_no_table_however_odd_stops_the_check(tmp_path_factory: pytest.TempPathFactory, a: Any, b: Any, c: Any) -> None:
    corpus = tmp_path_factory.getbasetemp()
    tables = {"themes/a": a, "themes/b": b, "harm_types": c, "agencies": {"x": a, "y": b}, "national_analyses": c}
    files = {name: TomlFile(f"{name}.toml", Path(f"{name}.toml"), b"", data) for name, data in tables.items()}
    assert all(isinstance(str(fault), str) for fault in checks.vocabulary_faults(files))
    source = TomlFile("x.toml", Path("x.toml"), b"", a)
    for faults in (checks.source_faults(source), checks.reference_faults(source, files, corpus)):
        assert all(fault.message for fault in faults)
