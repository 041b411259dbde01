"""What is kept of the value that a rejection points at: enough to see the mistake, and no personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bus.dispatch.pointed import pointed
from lienthong import Delivered, Draft, Reject
from schemas.dossier import Dossier
from schemas.envelope import schema_urn
from schemas.masking import personal_pointers
from tests.schemas.strategies import dossiers

from .world import World, until

TYPE, SCHEMA = "dossier.submitted", schema_urn("dossier.submitted", 1)
NAME = "Nguyễn Văn Ví Dụ"
DOSSIER = {
    "code": "H49.44.01-261122-0009",
    "procedure": {"code": "9.999998", "name": "Thủ tục ví dụ", "field_code": "G99-XX02", "field_name": "Lĩnh vực"},
    "applicant": {"kind": "individual", "name": NAME, "identities": [{"kind": "cmnd", "number": "100000000"}]},
    "state": "filed",
    "fees": [{"name": "Phí ví dụ", "code": "P1", "kind": "ordinary", "amount": 45000}],
    "a/b~c": NAME,
}


def shown(pointer: str | None, data: Any = DOSSIER, type: str = TYPE, schema: str | None = SCHEMA) -> str | None:
    return pointed(type, schema, json.dumps(data).encode(), pointer)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/state", "filed"),
        ("/fees/0/amount", "45000"),
        ("/procedure/code", "9.999998"),
        ("/applicant/name", "N***ụ"),
        ("/applicant/identities/0/number", "10*****00"),
        ("/fees", "a list of 1"),
        ("/fees/0", "an object of 4"),
        ("/applicant", "an object of 3"),
        ("", "an object of 6"),
        ("/a~1b~0c", "N***ụ"),  # no field of the schema
        (None, None),
        ("/nowhere", None),
        ("/fees/1", None),
        ("/fees/-", None),
        ("/fees/00", None),
        ("/fees/amount", None),
        ("/state/0", None),
        ("state", None),
    ],
)
def test_what_stands_at_a_pointer(pointer: str | None, value: str | None) -> None:
    assert shown(pointer) == value


@pytest.mark.parametrize(("type", "schema"), [("test.done", "urn:x"), (TYPE, schema_urn(TYPE, 99))])
def test_without_a_known_schema_everything_is_masked(type: str, schema: str) -> None:
    assert shown("/state", type=type, schema=schema) == "f***d"
    assert shown("/fees/0/amount", type=type, schema=schema) == "***"
    assert shown("/0", data=["processing"], type=type, schema=schema) == "p***g"


def test_what_is_below_a_wrongly_shaped_field_is_masked_too() -> None:
    assert shown("/state/name", data={"state": {"name": NAME}}) == "N***ụ"
    assert shown("/applicant/name/first", data={"applicant": {"name": {"first": NAME}}}) == "N***ụ"


def test_what_looks_personal_in_a_text_that_is_not_marked_goes_too() -> None:
    assert shown("/state", data={"state": "filed by vidu@example.vn, 0900000000"}) == "filed by ***, ***"


def test_a_long_text_is_cut_and_null_is_said() -> None:
    text = shown("/state", data={"state": "filed " * 100})
    assert text is not None
    assert len(text) == 200
    assert text.endswith("…")
    assert shown("/state", data={"state": None}) == "null"


@pytest.mark.parametrize("raw", ["no JSON", "[" * 100_000, "[" * 900 + "]" * 900])
def test_what_cannot_be_read_has_no_value(raw: str) -> None:
    assert pointed(TYPE, None, raw, "/state") is None


def _everywhere(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _everywhere(part, f"{pointer}/{key}")


def _is_personal(pointer: str) -> bool:
    """Whether it is, or is below, what the schema marks."""
    tokens = ["*" if token.isdigit() else token for token in pointer.split("/")]
    return any(f"/{'/'.join(tokens[1 : n + 1])}" in PERSONAL for n in range(1, len(tokens)))


PERSONAL = frozenset(personal_pointers(Dossier))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers())
def test_no_personal_text_is_ever_shown(dossier: Dossier) -> None:
    data = dossier.model_dump(mode="json")
    for pointer, value in _everywhere(data):
        if isinstance(value, str) and len(value) > 3 and "***" not in value and _is_personal(pointer):
            said = shown(pointer, data)
            assert said is not None
            assert value not in said


async def test_a_rejected_delivery_keeps_the_value_until_it_is_sent_again(world: World) -> None:
    await world.start()
    world.target.answers("k1", Reject("unit-unknown", "no such unit", "/unit"), Delivered())
    await world.send("single", "k1", data={"unit": "H49-99", "name": NAME})
    assert (await world.becomes("k1", "rejected"))["value"] == "H***9"
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    row = await world.becomes("k1", "delivered")
    assert (row["pointer"], row["value"]) == (None, None)


async def test_a_pointer_that_is_nonsense_harms_nothing(world: World) -> None:
    await world.start()
    world.target.answers("k1", Reject("no", "no", 5))  # type: ignore[arg-type]
    await world.send("single", "k1")
    row = await world.becomes("k1", "rejected")
    assert (row["pointer"], row["value"]) == ("5", None)


@pytest.mark.parametrize(
    ("change", "code", "pointer", "value"),
    [
        ({"state": "nonsense"}, None, "/data/state", "nonsense"),
        ({"applicant": {"kind": "individual", "name": f"{NAME}\0"}}, "nul", "/data/applicant/name", "N***�"),
    ],
)
async def test_so_does_a_follow_up_that_was_not_fit_to_be_sent(
    world: World, change: dict[str, Any], code: str | None, pointer: str, value: str
) -> None:
    data = {key: part for key, part in DOSSIER.items() if key != "a/b~c"}
    data["applicant"] = {"kind": "individual", "name": NAME}
    draft = Draft("dossier.submitted", str(data["code"]), data | change)
    await world.start()
    world.target.answers("k1", Delivered("R", (draft,)))
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    letters: list[dict[str, Any]] = []

    async def kept() -> bool:
        letters[:] = await world.rows("SELECT * FROM delivery WHERE operation = 'follow-up'")
        return bool(letters)

    await until(kept)
    assert code in (None, letters[0]["code"])
    assert (letters[0]["pointer"], letters[0]["value"]) == (pointer, value)


async def test_what_intake_refuses_is_not_stored_at_all(world: World) -> None:
    await world.start()
    with pytest.raises(AssertionError, match="Refusal"):
        await world.send("single", "k1", data={"name": f"{NAME}\0"})
    for table in ("message", "delivery", "receipt"):
        assert await world.rows(f"SELECT * FROM {table}") == []
