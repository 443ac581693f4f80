"""Query string -> request -> query string is the identity."""

from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError
from indexer.fields import SORTS
from indexer.records import SearchRequest
from search_app import forms

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
values = st.lists(words.filter(bool), min_size=1, max_size=3, unique=True).map(tuple)
requests = st.builds(
    SearchRequest,
    query=words.map(str.strip),
    filters=st.dictionaries(st.sampled_from(forms.NAMES), values, max_size=4),
    sort=st.sampled_from(list(SORTS)),
    page=st.integers(1, forms.MAX_PAGE),
    limit=st.integers(1, forms.MAX_LIMIT),
    literal=st.booleans(),
)


@given(requests)
def test_a_request_survives_the_query_string(request: SearchRequest) -> None:
    encoded = forms.query_string(request).removeprefix("?")
    assert forms.request_of(MultiDict(parse_qsl(encoded))) == request


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "page", "sort", "limit", "literal", "other", *forms.NAMES]), words), max_size=8
    )
)
def test_any_query_string_is_a_request_or_a_plain_refusal(pairs: list[tuple[str, str]]) -> None:
    with suppress(QueryError):
        request = forms.request_of(MultiDict(pairs))
        assert forms.request_of(MultiDict(forms.form_of(request))) == request


def test_taking_off_a_filter_leads_to_the_first_page_without_it() -> None:
    asked = SearchRequest("x", {"theme": ("a", "b"), "year": ("2017",)}, page=3)
    assert forms.without(asked, "theme", "a") == SearchRequest("x", {"theme": ("b",), "year": ("2017",)})
    assert forms.without(asked, "year", "2017") == SearchRequest("x", {"theme": ("a", "b")})


@pytest.mark.parametrize(
    "pairs",
    [
        [("page", "0")],
        [("page", "-1")],
        [("page", "two")],
        [("page", "²")],
        [("page", "9" * 30)],
        [("limit", "101")],
        [("sort", "beauty")],
        [("q", "x" * (forms.MAX_QUERY + 1))],
        [("theme", str(n)) for n in range(forms.MAX_VALUES + 1)],
    ],
)
def test_what_makes_no_sense_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(QueryError):
        forms.request_of(MultiDict(pairs))
