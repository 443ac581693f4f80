"""The table of fields, and what of a passage it takes."""

import itertools
from dataclasses import replace

import pytest
from make_entries import OTHER, REVIEW, Q, entry

from indexer.fields import FIELDS, FILTERS, KIND_PRIOR, NUMBERS, SEARCHED, SECTION_PRIOR, SORTS, Use, prior

VALUES = {field.name: field.value for field in FIELDS}


def test_names_are_unique_and_fit_for_query_parameters() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() and not name.startswith("own_") for name in names)
    assert not set(names) & {"q", "page", "sort", "limit", "hit"}
    assert all(field.label for field in FIELDS)
    assert "relevance" in SORTS


@pytest.mark.parametrize("one", [*Q, entry("", 0, OTHER)], ids=range(len(Q) + 1))
def test_values_have_the_type_of_their_use(one: object) -> None:
    for field in FIELDS:
        value = field.value(one)  # type: ignore[arg-type]
        if field.use is Use.SEARCH:
            assert isinstance(value, str)
        else:
            assert isinstance(value, tuple)
            assert all(isinstance(part, str) and part for part in value)
    assert set(SEARCHED) | set(FILTERS) == set(FIELDS)


def test_filters_read_passage_learning_and_review() -> None:
    one = entry("text", kinds=("finding",), themes=("x",))
    expected = {
        "theme": ("x",),
        "kind": ("finding",),
        "agency": ("police",),
        "section": ("analysis",),
        "age_band": ("under-1",),
        "board": (REVIEW.publisher,),
        "scope": ("local",),
        "year": ("2017",),
        "document_type": ("overview-report",),
        "review": (REVIEW.case,),
    }
    assert {name: VALUES[name](one) for name in expected} == expected


def test_dates_of_any_precision_sort_by_time() -> None:
    dates = ["", "2016", "2016-12", "2017", "2017-06", "2017-06-14", "2017-07"]
    numbers = []
    for date in dates:
        numbers.append(NUMBERS["published"](_published(date or None)))
    assert numbers[0] == 0
    assert all(earlier < later for earlier, later in itertools.pairwise(numbers))


def test_learning_ranks_above_narrative_and_narrative_above_boilerplate() -> None:
    ranks = [
        prior(entry("x", section="recommendations", kinds=("recommendation",))),
        prior(entry("x", section="recommendations")),
        prior(entry("x", section="analysis")),
        prior(entry("x", section="chronology")),
        prior(entry("x", section="chronology", kind="heading")),
        prior(entry("x", section="toc")),
    ]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
    assert prior(entry("x", section="methodology")) < prior(entry("x", section="chronology"))
    assert prior(entry("x", kinds=("boilerplate",))) == prior(entry("x"))
    assert all(0 < value <= 1 for value in [*SECTION_PRIOR.values(), *KIND_PRIOR.values()])


def _published(date: str | None) -> object:
    return entry("x", 0, replace(REVIEW, published=date))
