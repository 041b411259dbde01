from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.auth.pointer import Missing, get, put, tokens

# The document and the pointers of RFC 6901, section 5.
RFC = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_standard(pointer: str, value: Any) -> None:
    assert get(RFC, pointer) == value


@pytest.mark.parametrize(
    "pointer", ["/nix", "/foo/2", "/foo/-", "/foo/00", "/foo/-1", "/foo/0/0", "/foo/bar", "/foo/٣"]
)
def test_there_is_nothing(pointer: str) -> None:
    with pytest.raises(Missing):
        get(RFC, pointer)


@pytest.mark.parametrize("pointer", ["foo", "/a~2", "/a~", "~0"])
def test_not_a_pointer(pointer: str) -> None:
    with pytest.raises(ValueError):
        tokens(pointer)


def test_put_copies() -> None:
    document = {"a": {"b": [1, 2]}, "c": 3}
    assert put(document, "/a/b/1", 9) == {"a": {"b": [1, 9]}, "c": 3}
    assert put(document, "", 9) == 9
    assert document == {"a": {"b": [1, 2]}, "c": 3}


def test_a_new_member_comes_first() -> None:
    assert list(put({"a": 1, "b": 2}, "/c", 3)) == ["c", "a", "b"]
    assert list(put({"a": 1, "b": 2}, "/b", 3)) == ["a", "b"]


@pytest.mark.parametrize(("document", "pointer"), [(None, "/a"), ([1], "/a"), ([1], "/1"), ({}, "/a/b"), ("x", "/0")])
def test_there_is_no_place(document: Any, pointer: str) -> None:
    with pytest.raises(Missing):
        put(document, pointer, 1)


@given(st.dictionaries(st.text(), st.integers(), max_size=5), st.text(), st.integers())
def test_what_was_put_is_there(document: dict[str, int], name: str, value: int) -> None:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    assert get(put(document, pointer, value), pointer) == value
