"""`/search`: the query, the filters, and the passages found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from indexer.fields import SORTS
from indexer.records import SearchRequest, SearchResults
from search_app import facets, forms
from search_app.backend import backend

page = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """A link of the pagination: `number` is None for a gap."""

    number: int | None
    query: str
    here: bool


@page.get("/search")
def search() -> str | Response:
    """One page of results; a page number that does not exist leads to the first page."""
    if not forms.good_page(request.args):
        return redirect(url_for(".search") + forms.query_string(forms.request_of(forms.without_page(request.args))))
    asked = forms.request_of(request.args)
    results = backend().search(asked)
    if asked.page > 1 and not results.hits:
        return redirect(url_for(".search") + forms.query_string(replace(asked, page=1)))
    labels = backend().labels()
    return render_template(
        "search.html",
        results=results,
        asked=asked,
        groups=facets.groups(results, labels),
        kinds=facets.kinds(results, labels),
        tags=facets.chosen_tags(asked, labels),
        links=_links(results),
        steps=list(_steps(results)),
        pages=_pages(results),
        labels=labels,
        sorts=SORTS,
        searched=backend().searched(),
        found_in=len(results.facets.get("review", ())),
    )


def _links(results: SearchResults) -> dict[str, str | None]:
    """Query strings of searches next to this one; None for a page that there is not."""
    asked, here = replace(results.request, page=1), results.request.page
    return {
        "suggestion": forms.query_string(replace(asked, query=results.suggestion or asked.query)),
        "literal": forms.query_string(replace(asked, literal=True)),
        "wider": forms.query_string(replace(asked, literal=False)),
        "unfiltered": forms.query_string(replace(asked, filters={})),
        "previous": _page_query(asked, here - 1) if here > 1 else None,
        "next": _page_query(asked, here + 1) if here < _pages(results) else None,
    }


def _pages(results: SearchResults) -> int:
    return -(-results.total // results.request.limit)


def _steps(results: SearchResults) -> Iterator[Step]:
    """The first, the last and the pages around this one."""
    here, last, before = results.request.page, _pages(results), 0
    for number in range(1, last + 1):
        if number in (1, last) or abs(number - here) <= 1:
            if number - before > 1:
                yield Step(None, "", False)
            yield Step(number, _page_query(results.request, number), number == here)
            before = number


def _page_query(asked: SearchRequest, number: int) -> str:
    return forms.query_string(replace(asked, page=number))
