"""The page that says how well the product works is true, and the app shows its figures."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from indexer import quality, settings, taxonomy
from indexer.records import CONCEPT_FIGURES
from indexer.settings import PROJECT

CORPUS = PROJECT / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
WRITTEN = json.loads((CORPUS / CONCEPT_FIGURES).read_text("utf-8"))
# How far a share may lie from what was written: processors round the sums of a model differently.
NEAR = 0.02


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    place = settings.load(corpus=CORPUS, data=tmp_path_factory.mktemp("data"))
    return json.loads(json.dumps(quality.measured(place, VOCABULARY)))


def figures(held: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    for name, value in held.items():
        if isinstance(value, Mapping):
            yield from figures(value, f"{path}/{name}")
        elif isinstance(value, int | float):
            yield f"{path}/{name}", float(value)


def test_the_page_is_written_from_the_figures() -> None:
    assert (PROJECT / "docs" / "quality.md").read_text("utf-8") == quality.as_page(WRITTEN, VOCABULARY)


def test_the_figures_are_those_of_this_program_and_corpus(measured: Mapping[str, Any]) -> None:
    written, found = dict(figures(WRITTEN["sets"])), dict(figures(measured["sets"]))
    assert written.keys() == found.keys()
    shares = {name for name, value in written.items() if value <= 1 and not name.endswith(("/tp", "/fp", "/fn"))}
    assert {name for name in shares if abs(written[name] - found[name]) > NEAR} == set()


def test_an_interval_holds_its_figure(measured: Mapping[str, Any]) -> None:
    for name, ranges in measured["intervals"].items():
        low, high = ranges["tagging"]
        assert low <= measured["sets"][name]["tagging"]["f1"] <= high


def test_mistakes_are_shown_of_no_set_that_is_for_scoring_only(measured: Mapping[str, Any]) -> None:
    texts = {
        block["text"]
        for path in sorted((CORPUS / "evaluation" / "gold" / "check").glob("*.gold.json"))
        for block in json.loads(Path(path).read_text("utf-8"))["blocks"]
    }
    assert measured["mistakes"]
    assert not any(mistake["text"] in texts for mistake in measured["mistakes"])
