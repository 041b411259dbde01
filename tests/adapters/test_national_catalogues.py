"""Catalogues: what is asked, what a procedure becomes, what counts as added, changed and withdrawn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.changes import Listing, compared, digest, plausible
from adapters.fields import Untranslatable
from adapters.national_portal.catalogues import translate
from adapters.national_portal.catalogues.model import ThuTuc
from lienthong import Draft, Polled, Retry, Stop
from schemas.catalogue import Agency, CatalogueChange, ProcedureDetails
from schemas.registry import validate
from simulators.national_portal.settings import Answers

from .conversation import FRESH, reply, sample, talk
from .portal import Portal, adapter

STYLES = [Answers(), Answers(error_code="number", message="facade", unicode="NFD"), Answers(records="data")]
TOMORROW = replace(FRESH, now=FRESH.now + timedelta(days=1))
UNIT = "000.00.00.H49"


def drafts(polled: list[Polled]) -> list[Draft]:
    return [draft for one in polled for draft in one.messages]


def changes(polled: list[Polled]) -> list[tuple[str, str, str]]:
    return [(draft.data.catalogue, draft.data.code, draft.data.change) for draft in drafts(polled)]


def test_a_procedure_with_everything() -> None:
    native, canonical = sample("shared", "procedure", "national"), sample("shared", "procedure", "canonical")
    assert set(native["result"][0]) == set(ThuTuc.model_fields), "the sample says every published field"
    found = translate.procedure(native["result"][0])
    assert found == ProcedureDetails.model_validate(canonical)


def test_names_in_any_case_and_nothing_said() -> None:
    assert translate.procedure({"MaTTHC": "9.999999", "tenTTHC": "Thủ tục"}) == ProcedureDetails(
        code="9.999999", name="Thủ tục"
    )
    with pytest.raises(ValidationError):
        translate.procedure({"MATTHC": "", "TENTTHC": "Thủ tục"})
    with pytest.raises(Untranslatable, match="channels"):
        translate.procedure({"MATTHC": "1", "TENTTHC": "2", "CACHTHUCTHUCHIEN": [{"KENH": "4"}]})


@given(st.dictionaries(st.sampled_from(sorted(ThuTuc.model_fields)), st.sampled_from(["", None, "x", 3, [], {}])))
@settings(max_examples=150, deadline=None)
def test_any_procedure_is_read_or_refused(row: dict[str, Any]) -> None:
    try:
        found = translate.procedure(row)
    except (ValidationError, Untranslatable):
        return
    assert (found.code, found.name) == (str(row["MATTHC"]), str(row["TENTTHC"]))


def test_what_is_asked() -> None:
    first = talk(adapter().catalogues(None, FRESH), reply({"error_code": 0, "result": []}))
    assert (first.request.path, first.request.write) == ("mapi/g", False)
    expected = json.loads('{"madonvi":"000.00.00.H49","service":"LayDanhMucCoQuan"}')
    assert json.loads(json.dumps(first.request.json)) == expected
    queued = {"step": 3, "queue": ["9.999999"], "rows": {"9.999999": "x"}}
    asked = talk(
        adapter(service_paths={"LayThuTuc": "tich-hop"}).catalogues(queued, FRESH),
        reply(sample("shared", "procedure", "national")),
    )
    assert asked.request.path == "tich-hop"
    assert json.loads(json.dumps(asked.request.json)) == json.loads(
        '{"madonvi":"000.00.00.H49","service":"LayThuTuc","maTTHC":"9.999999"}'
    )


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
def test_the_first_round_tells_everything_and_the_second_nothing(style: Answers) -> None:
    portal = Portal(style)
    polled, cursor = portal.round(adapter(), None)
    assert changes(polled) == [
        ("agencies", UNIT, "added"),
        ("agencies", "000.00.15.H49", "added"),
        ("agencies", "000.00.00.G99", "added"),
        ("fields", "G99-XX01", "added"),
        ("fields", "H49-XX02", "added"),
        ("services", "9.999999.01", "added"),
        ("procedures", "9.999999", "added"),
        ("procedures", "9.991001", "added"),
        ("procedures", "9.991003", "added"),
    ]
    for draft in drafts(polled):
        assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
        assert draft.key and len(draft.key) <= 200
    portal.calls.clear()
    again, _ = portal.round(adapter(), cursor)
    assert changes(again) == []
    assert portal.calls == ["LayDanhMucCoQuan", "LayDanhMucLinhVuc", "LayDVC", "LayDanhSachTTHC"]


def test_a_fee_in_words_is_not_an_amount() -> None:
    polled, _ = Portal().round(adapter(), None)
    free = next(draft.data.procedure for draft in drafts(polled) if draft.data.code == "9.991003")
    (charge,) = free.ways[0].terms[0].charges
    assert (charge.amount, charge.amount_text) == (None, "Không thu phí")


def test_added_changed_and_withdrawn() -> None:
    portal, portal_adapter = Portal(), adapter(catalogues={"least_share": 0.5})
    _, cursor = portal.round(portal_adapter, None)
    held = portal.state.held
    held.lists["LayDanhMucCoQuan"][1]["TENDONVI"] = "Sở Ví Dụ (mới)"
    del held.lists["LayDanhMucCoQuan"][2]
    held.lists["LayDanhMucLinhVuc"].append({"MALINHVUC": "H49-XX03", "TENLINHVUC": "Lĩnh vực mới"})
    held.procedures[0]["TENTTHC"] = "Thủ tục ví dụ (sửa đổi)"
    del held.procedures[1]
    polled, _ = portal.round(portal_adapter, cursor)
    assert changes(polled) == [
        ("agencies", "000.00.15.H49", "changed"),
        ("agencies", "000.00.00.G99", "withdrawn"),
        ("fields", "H49-XX03", "added"),
        ("procedures", "9.991001", "withdrawn"),
        ("procedures", "9.999999", "changed"),
    ]
    gone = next(draft.data for draft in drafts(polled) if draft.data.change == "withdrawn")
    assert gone.agency is None


def test_what_changes_and_changes_back_is_no_repeat() -> None:
    portal, keys, cursor = Portal(), [], None
    for name in ("A", "B", "A", "B"):
        portal.state.held.lists["LayDanhMucCoQuan"][0]["TENDONVI"] = name
        polled, cursor = portal.round(adapter(catalogues={"lists": ["agencies"]}), cursor)
        keys += [draft.key for draft in drafts(polled) if draft.data.code == UNIT]
    assert len(set(keys)) == 4


def test_the_same_poll_again_gives_the_same_keys() -> None:
    portal = Portal()
    first = portal.told(adapter().catalogues(None, FRESH))
    second = portal.told(adapter().catalogues(None, replace(FRESH, now=FRESH.now + timedelta(minutes=5))))
    assert [draft.key for draft in first.messages] == [draft.key for draft in second.messages]


@pytest.mark.parametrize("left", [0, 1], ids=["empty", "much shorter"])
def test_a_list_that_shrank_is_not_believed(left: int) -> None:
    portal = Portal()
    _, cursor = portal.round(adapter(), None)
    agencies, procedures = portal.state.held.lists["LayDanhMucCoQuan"], portal.state.held.procedures
    portal.state.held.lists["LayDanhMucCoQuan"] = agencies[:left]
    portal.state.held.procedures = procedures[:left]
    polled, after = portal.round(adapter(), cursor)
    assert changes(polled) == []
    noted = [note for one in polled for note in one.unreadable]
    assert [note.code for note in noted] == ["implausible-list", "implausible-list"]
    assert "LayDanhMucCoQuan lists" in noted[0].reason and "least_share" in noted[0].reason
    portal.state.held.lists["LayDanhMucCoQuan"], portal.state.held.procedures = agencies, procedures
    polled, _ = portal.round(adapter(), after)
    assert changes(polled) == [], "everything was kept"


def test_one_procedure_that_cannot_be_read_holds_up_no_other() -> None:
    portal = Portal()
    portal.state.held.procedures[0]["CACHTHUCTHUCHIEN"][0]["KENH"] = "9"
    polled, cursor = portal.round(adapter(), None)
    (note,) = [note for one in polled for note in one.unreadable]
    assert (note.code, note.pointer) == ("unknown-code", "/CACHTHUCTHUCHIEN/0/KENH")
    assert ("procedures", "9.991001", "added") in changes(polled)
    portal.state.held.procedures[0]["CACHTHUCTHUCHIEN"][0]["KENH"] = "2"
    polled, _ = portal.round(adapter(), cursor)
    assert changes(polled) == [("procedures", "9.999999", "added")], "it is asked for again"


def test_a_row_that_cannot_be_read_is_not_withdrawn() -> None:
    portal = Portal()
    _, cursor = portal.round(adapter(), None)
    portal.state.held.lists["LayDanhMucCoQuan"][1] = {"MADONVI": "000.00.15.H49", "TENDONVI": ""}
    polled, _ = portal.round(adapter(catalogues={"least_share": 0}), cursor)
    assert changes(polled) == []
    assert [note.pointer for one in polled for note in one.unreadable] == ["/name"]


def test_work_is_bounded_and_goes_on() -> None:
    portal = Portal()
    polled, _ = portal.round(adapter(catalogues={"details_at_once": 1, "lists": ["procedures"]}), None)
    assert [len(one.messages) for one in polled] == [0, 1, 1, 1]
    assert portal.calls == ["LayDanhSachTTHC", "LayThuTuc", "LayThuTuc", "LayThuTuc"]


def test_details_are_read_again_after_some_days() -> None:
    portal = Portal()
    daily = adapter(catalogues={"reread_days": 1, "lists": ["procedures"]})
    _, cursor = portal.round(daily, None)
    portal.state.held.procedures[2]["YEUCAU"] = "Có yêu cầu mới"
    polled, _ = portal.round(daily, cursor, TOMORROW)
    assert changes(polled) == [("procedures", "9.991003", "changed")]
    assert portal.calls.count("LayThuTuc") == 6


def test_a_break_in_the_middle_keeps_what_was_read() -> None:
    queued = {"step": 3, "queue": ["9.999999", "9.991001"], "rows": {"9.999999": "x", "9.991001": "y"}}
    procedure = reply(sample("shared", "procedure", "national"))
    told = talk(adapter().catalogues(queued, FRESH), procedure, reply(b"", 503)).verdict
    assert isinstance(told, Polled)
    assert (len(told.messages), told.cursor["queue"], told.more) == (1, ["9.991001"], True)
    assert isinstance(talk(adapter().catalogues(told.cursor, FRESH), reply(b"", 503)).verdict, Retry)


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({}), Retry),
        (reply({"error_code": 0, "message": "thành công"}), Retry),
        (reply(b"<html>"), Retry),
        (reply(b"", 500), Retry),
        (reply(b"", 404), Stop),
    ],
    ids=range(5),
)
def test_what_is_no_list(heard: Any, kind: type) -> None:
    assert isinstance(talk(adapter().catalogues(None, FRESH), heard).verdict, kind)


def test_a_list_that_is_refused_is_left_out_and_said() -> None:
    told = talk(adapter().catalogues(None, FRESH), reply({"error_code": -1, "message": "Không có quyền"})).verdict
    assert isinstance(told, Polled)
    assert (told.more, told.cursor["step"]) == (True, 1)
    assert told.unreadable[0].code == "refused-by-portal"


def test_further_lists_by_configuration() -> None:
    own = {"lists": [], "codes": {"ethnic-groups": {"service": "LayDanhMucDanToc", "code": "Ma", "label": "Ten"}}}
    polled, _ = Portal().round(adapter(catalogues=own), None)
    first = drafts(polled)[0]
    assert (first.subject, first.data.list) == ("codes/ethnic-groups/1", "ethnic-groups")
    assert first.data.entry.model_dump() == {"list": "ethnic-groups", "code": "1", "name": "Kinh", "other": {}}


def test_only_fields_of_certain_sectors() -> None:
    polled, _ = Portal().round(adapter(catalogues={"lists": ["fields"], "sectors": [UNIT]}), None)
    assert changes(polled) == [("fields", "H49-XX02", "added")]


def test_our_own_codes_are_named() -> None:
    local = {"9.999999.000.00.00.H49": "9.999999", "9.999999.H49": "9.999999"}
    polled, _ = Portal().round(adapter(procedures=local, catalogues={"lists": ["procedures"]}), None)
    assert drafts(polled)[0].data.local_codes == tuple(local)
    assert drafts(polled)[1].data.local_codes == ()


def test_a_change_has_its_own_record_only() -> None:
    agency = Agency(code="1", name="x")
    with pytest.raises(ValidationError):
        CatalogueChange(system="x", catalogue="fields", change="added", code="1", agency=agency)
    with pytest.raises(ValidationError):
        CatalogueChange(system="x", catalogue="agencies", change="withdrawn", code="1", agency=agency)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text("abc", min_size=1)), st.data())
@settings(max_examples=100, deadline=None)
def test_changes_lead_from_one_listing_to_the_other(names: dict[str, str], data: st.DataObject) -> None:
    records = {code: Agency(code=code, name=name) for code, name in names.items()}
    before = {code: digest(record) for code, record in records.items() if data.draw(st.booleans())}
    before |= {f"{code}-x": "y" for code in names if data.draw(st.booleans())}
    after = dict(before)
    for change in compared(Listing(records), before):
        if change.change == "withdrawn":
            del after[change.code]
        else:
            after[change.code] = change.digest
    assert after == {code: digest(record) for code, record in records.items()}


def test_plausible() -> None:
    assert plausible(0, 0, 0.8)
    assert not plausible(0, 1, 0.0), "an empty list is never believed"
    assert plausible(8, 10, 0.8)
    assert not plausible(7, 10, 0.8)
