from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from connectors.targets import query, relative, target

BASE = "https://api.example.vn/v1"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("", ""),
        ("/", ""),
        ("/a", "a"),
        ("a/", "a/"),
        ("mapi/g", "mapi/g"),
        ("hồ", "h%E1%BB%93"),
        ("a b", "a%20b"),
        ("a%20b", "a%20b"),
        ("100%", "100%25"),
        ("a%2", "a%252"),
        ("a+b&c=d;e@f:g", "a+b&c=d;e@f:g"),
        ('<">', "%3C%22%3E"),
        ("a..b/...", "a..b/..."),
        ("000.00.15.H49-261122-0001", "000.00.15.H49-261122-0001"),
        ("v1/op:verb", "v1/op:verb"),
    ],
)
def test_paths(path: str, seen: str) -> None:
    assert relative(path) == seen


def test_an_empty_path_is_the_base_itself() -> None:
    assert target(BASE, "", {}) == BASE
    assert target(BASE, "", {"a": "1"}) == BASE + "?a=1"


@given(st.one_of(TEXT, st.text("./\\%2eEfF5c:;ab?#")))
def test_no_path_leaves_the_base(path: str) -> None:
    try:
        url = target(BASE, path, {})
    except ValueError:
        return
    for seen in (urljoin(BASE, url), urljoin(BASE, unquote(url)), str(httpx.URL(url)), str(URL(url))):
        parts = urlsplit(seen)
        assert (parts.scheme, parts.netloc) == ("https", "api.example.vn")
        assert parts.path.startswith("/v1")
    assert str(httpx.URL(url)) == url == str(URL(url, encoded=True))


@given(st.dictionaries(TEXT, TEXT))
def test_a_query_is_read_as_it_was_meant_in_order(params: dict[str, str]) -> None:
    assert parse_qsl(query(params), keep_blank_values=True, strict_parsing=bool(params)) == list(params.items())
    url = target(BASE, "a", params)
    assert str(httpx.URL(url)) == url == str(URL(url, encoded=True))
