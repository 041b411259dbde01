"""Whatever is sent, validation and masking answer; they never raise and never show what they should hide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.masking import mask
from schemas.registry import TYPES, model_for, validate

unhurried = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)


def objects(type: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the right field names and any values at all."""
    return st.dictionaries(st.sampled_from(sorted(TYPES[type][1].model_fields)) | st.text(max_size=5), values)


@pytest.mark.parametrize("type", TYPES)
@unhurried
@given(data=st.data())
def test_any_object_is_judged(type: str, data: st.DataObject) -> None:
    sent = data.draw(objects(type))
    for flaw in validate(type, None, json.dumps(sent).encode()):
        assert flaw.code and flaw.reason and "{" not in flaw.reason
        assert flaw.pointer == "" or flaw.pointer.startswith("/")
    assert set(mask(type, sent)) == set(sent)


@unhurried
@given(st.binary(max_size=60))
def test_any_bytes_are_judged(sent: bytes) -> None:
    assert validate("dossier.submitted", None, sent) != []


@pytest.mark.parametrize("type", TYPES)
def test_deep_nesting_is_a_flaw_and_not_a_crash(type: str) -> None:
    deep = b'{"note":' * 10_000 + b"1" + b"}" * 10_000
    (flaw,) = validate(type, None, deep)
    assert flaw.code == "not-json"


@pytest.mark.parametrize("data", [b'{"state": "filed", "state": "filed"}', b'{"amount": 1e400}', b'{"at": 1e18}'])
def test_odd_json(data: bytes) -> None:
    assert validate("dossier.progressed", None, data) != []
    assert model_for("dossier.progressed") is not None
