"""Query string <-> SearchRequest: the only place that knows `q`, `page`, `sort`, `limit`, `literal` and the filters."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError
from indexer.fields import FILTERS, SORTS
from indexer.records import SearchRequest

MAX_QUERY = 2_000  # characters
MAX_VALUES = 100  # values of all filters together
MAX_PAGE = 100_000
MAX_LIMIT = 100
NAMES = tuple(field.name for field in FILTERS)
DEFAULT = SearchRequest()

Form = list[tuple[str, str]]


def request_of(args: MultiDict[str, str]) -> SearchRequest:
    """The search that a query string asks for. Raises QueryError when a part of it makes no sense."""
    query = args.get("q", "").strip()
    if len(query) > MAX_QUERY:
        raise QueryError(f"The query is too long: shorten it to {MAX_QUERY:,} characters.")
    sort = args.get("sort") or DEFAULT.sort
    if sort not in SORTS:
        raise QueryError(f"Results cannot be sorted in that way. Use one of: {', '.join(SORTS)}.")
    return SearchRequest(
        query=query,
        filters=_filters(args),
        sort=sort,
        page=_number(args, "page", DEFAULT.page, MAX_PAGE),
        limit=_number(args, "limit", DEFAULT.limit, MAX_LIMIT),
        literal=args.get("literal") == "1",
    )


def form_of(request: SearchRequest) -> Form:
    """The query string that asks for a search, as pairs; what has its usual value is left out."""
    form: Form = [("q", request.query)] if request.query else []
    form += [(name, value) for name in NAMES for value in request.filters.get(name, ())]
    if request.sort != DEFAULT.sort:
        form.append(("sort", request.sort))
    if request.limit != DEFAULT.limit:
        form.append(("limit", str(request.limit)))
    if request.literal:
        form.append(("literal", "1"))
    if request.page != DEFAULT.page:
        form.append(("page", str(request.page)))
    return form


def query_string(request: SearchRequest) -> str:
    """The query string that asks for a search, encoded, with its question mark; empty for a search for everything."""
    form = form_of(request)
    return f"?{urlencode(form)}" if form else ""


def without(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The search with one value of one filter taken off, back on the first page."""
    values = {**request.filters, name: tuple(v for v in request.filters.get(name, ()) if v != value)}
    return replace(request, filters={n: v for n, v in values.items() if v}, page=DEFAULT.page)


def narrowed(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The search with one more filter, on its first page."""
    return replace(request, filters={**request.filters, name: (value,)}, page=DEFAULT.page)


def good_page(args: MultiDict[str, str]) -> bool:
    """Whether the page number, if there is one, is a page number."""
    try:
        _number(args, "page", DEFAULT.page, MAX_PAGE)
    except QueryError:
        return False
    return True


def without_page(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """The query string without its page number."""
    return MultiDict((name, value) for name, value in args.items(multi=True) if name != "page")


def _filters(args: MultiDict[str, str]) -> Mapping[str, tuple[str, ...]]:
    chosen = {name: tuple(dict.fromkeys(v for v in args.getlist(name) if v)) for name in NAMES}
    if sum(map(len, chosen.values())) > MAX_VALUES:
        raise QueryError(f"Too many filters are chosen: use no more than {MAX_VALUES}.")
    return {name: values for name, values in chosen.items() if values}


def _number(args: MultiDict[str, str], name: str, default: int, most: int) -> int:
    text = args.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most:
        return int(text)
    raise QueryError(f"'{name}' must be a whole number from 1 to {most:,}.")
