"""The filters beside the results: groups of boxes with counts, and the chosen ones as tags that can be taken off."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.fields import FILTERS
from indexer.present import Labels
from indexer.records import FacetValue, SearchRequest, SearchResults
from search_app import forms

SHOWN = 8
NEWEST_FIRST = ("year",)  # filters whose values have an order of their own


@dataclass(frozen=True, slots=True)
class Option:
    """One box: `count` is how many of the passages found have the value."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One filter: the boxes shown at once, and the rest; `chosen` is how many are ticked."""

    name: str
    label: str
    shown: tuple[Option, ...]
    more: tuple[Option, ...]
    chosen: int


@dataclass(frozen=True, slots=True)
class ChosenTag:
    """A chosen value of a filter, and the query string of the search without it."""

    filter: str
    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Narrower:
    """A way to narrow the search to one kind of learning: its label, how many passages, and its query string."""

    label: str
    count: int
    query: str


def kinds(results: SearchResults, labels: Labels) -> list[Narrower]:
    """The kinds of learning among the passages found, in the order of the vocabulary; none once one is chosen."""
    if "kind" in results.request.filters:
        return []
    counts = {value.value: value.count for value in results.facets.get("kind", ())}
    return [
        Narrower(labels.plural(kind), counts[kind], forms.query_string(forms.narrowed(results.request, "kind", kind)))
        for kind in labels.taxonomy.learning_kinds
        if counts.get(kind)
    ]


def groups(results: SearchResults, labels: Labels) -> list[Group]:
    """The filters that have anything to choose, in the order of the table of fields."""
    chosen = results.request.filters
    found = [_group(f.name, f.label, results.facets.get(f.name, ()), chosen.get(f.name, ()), labels) for f in FILTERS]
    return [group for group in found if group.shown]


def _group(name: str, label: str, values: tuple[FacetValue, ...], chosen: tuple[str, ...], labels: Labels) -> Group:
    counts: Mapping[str, int] = {v.value: v.count for v in values} | {
        v: 0 for v in chosen if v not in {f.value for f in values}
    }
    options = [Option(value, labels.of(name, value), count, value in chosen) for value, count in counts.items()]
    if name in NEWEST_FIRST:
        options.sort(key=lambda o: (not o.chosen, [-ord(c) for c in o.value]))
    else:
        options.sort(key=lambda o: (not o.chosen, -o.count, o.label))
    cut = max(SHOWN, len(chosen))
    return Group(name, label, tuple(options[:cut]), tuple(options[cut:]), len(chosen))


def chosen_tags(request: SearchRequest, labels: Labels) -> list[ChosenTag]:
    """The chosen values of all filters, in the order of the table of fields."""
    return [
        ChosenTag(f.label, labels.of(f.name, value), forms.query_string(forms.without(request, f.name, value)))
        for f in FILTERS
        for value in request.filters.get(f.name, ())
    ]
