"""What no ledger keeps, and when two bodies are the same."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bus.intake.inspect import digest, inspect, receipt

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
names = st.one_of(st.text(st.characters(max_codepoint=127, min_codepoint=1), max_size=6), texts)
numbers = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(-1e15, 1e15))
leaves = st.one_of(st.none(), st.booleans(), numbers, texts)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)


@given(documents)
def test_the_digest_is_that_of_the_rfcs_form(data: Any) -> None:
    assert inspect(data, 64) is None
    form = rfc8785.dumps({"data": data, "schema": "urn:x:1", "subject": "S", "type": "a.b"})
    assert digest("a.b", "S", "urn:x:1", data) == b64encode(hashlib.sha256(form).digest()).decode()


def test_the_form_of_a_document_worked_out_by_hand() -> None:
    # RFC 8785: keys by UTF-16 code units, so U+1F600 (D83D DE00) comes before U+FB33; 1.0 is 1; 1e21 stays exponential
    data = {"\ufb33": 1.0, "\U0001f600": [True, None], "a": "\u000f\n€"}
    form = '{"data":{"a":"\\u000f\\n€","\U0001f600":[true,null],"\ufb33":1},"schema":"u","subject":"s","type":"t"}'
    assert digest("t", "s", "u", data) == b64encode(hashlib.sha256(form.encode()).digest()).decode()


def test_type_subject_and_schema_are_part_of_the_body() -> None:
    same = digest("t.a", "s", "u", {"a": 1, "b": 2})
    assert digest("t.a", "s", "u", {"b": 2, "a": 1}) == same
    others = {digest("t.b", "s", "u", {}), digest("t.a", "x", "u", {}), digest("t.a", "s", "v", {})}
    assert len(others | {digest("t.a", "s", "u", {}), same}) == 5


def test_a_receipt_belongs_to_client_source_and_key() -> None:
    assert receipt("a", "b", "c") == receipt("a", "b", "c")
    assert len({receipt("a", "b", "c"), receipt("ab", "", "c"), receipt("a", "bc", ""), receipt("b", "a", "c")}) == 4


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a\0", ("nul", "/data")),
        ("\0", ("nul", "/data")),
        ({"d\0": 1}, ("nul", "/data")),
        ({"e": "\ud800"}, ("surrogate", "/data/e")),
        ({"x": ["", "\ud800"]}, ("surrogate", "/data/x/1")),
        ({"a/~b": "\0"}, ("nul", "/data/a~1~0b")),
        ({"\udfff": 1}, ("surrogate", "/data")),
        ([2**53], ("number-too-large", "/data/0")),
        ([-(2**53)], ("number-too-large", "/data/0")),
        ([2.0**53], ("number-too-large", "/data/0")),
        ([float("nan")], ("number-too-large", "/data/0")),
        ([float("-inf")], ("number-too-large", "/data/0")),
        (("", "\0"), ("nul", "/data/1")),
        ([[[]]], ("too-deep", "/data/0/0")),
        ({"a": {"b": {}}}, ("too-deep", "/data/a/b")),
    ],
)
def test_what_is_found_and_where(value: Any, found: tuple[str, str]) -> None:
    problem = inspect(value, 2)
    assert problem is not None
    assert (problem.code, problem.pointer) == found


def test_a_text_that_cannot_be_kept_is_found_however_deep() -> None:
    problem = inspect({"f": None, "a": ["x", {"b/c": "\0"}]}, 64)
    assert problem is not None
    assert (problem.code, problem.pointer) == ("nul", "/data/a/1/b~1c")


@pytest.mark.parametrize("value", [None, True, 2**53 - 1, -(2**53) + 1, 0.1, "ữ", [[]], {"a": []}, "\U0001f600"])
def test_what_is_kept(value: Any) -> None:
    assert inspect(value, 2) is None


def test_the_pointer_of_a_hopeless_depth_is_short() -> None:
    value: Any = []
    for _ in range(300):
        value = {"long name": value}
    problem = inspect(value, 200)
    assert problem is not None
    assert (problem.code, len(problem.pointer)) == ("too-deep", 103)
