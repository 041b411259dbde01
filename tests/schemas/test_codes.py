"""Code lists: contents that the sources state, validity, and the agreement with the vocabulary."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pytest

from schemas import vocabulary
from schemas.codes import UnknownCode, code_list, names

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)

LISTS: dict[str, type[StrEnum]] = {
    "dossier-states": vocabulary.DossierState,
    "channels": vocabulary.Channel,
    "applicant-kinds": vocabulary.ApplicantKind,
    "identity-kinds": vocabulary.IdentityKind,
    "result-deliveries": vocabulary.ResultDelivery,
    "filing-places": vocabulary.FilingPlace,
    "online-payments": vocabulary.OnlinePayment,
    "attachment-reuse": vocabulary.Reuse,
    "fee-moments": vocabulary.FeeMoment,
    "fee-kinds": vocabulary.FeeKind,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_word_has_one_code(name: str) -> None:
    assert [entry.value for entry in code_list(name)] == [str(member) for member in LISTS[name]]


def test_the_ten_states() -> None:
    states = code_list("dossier-states")
    assert [entry.code for entry in states] == [str(number) for number in range(1, 11)]
    assert states.get("3").value == "not_received"
    assert states.label("9") == "Đã xử lý xong"
    assert states.of(vocabulary.DossierState.RETURNED).code == "10"


def test_an_unknown_code_names_list_and_code() -> None:
    with pytest.raises(UnknownCode, match="code list dossier-states has no '11'"):
        code_list("dossier-states").get("11")
    with pytest.raises(UnknownCode, match="code list online-payments has no '3'"):
        code_list("online-payments").get("3")
    with pytest.raises(LookupError, match="there is no code list 'colours'; there are applicant-kinds"):
        code_list("colours")


def test_provinces_before_and_after_the_first_of_july_2025() -> None:
    provinces = code_list("provinces")
    assert len(provinces.entries(BEFORE)) == 63
    assert len(provinces.entries(AFTER)) == 34
    assert provinces.label("22", BEFORE) == provinces.label("22", AFTER) == "Quảng Ninh"
    assert provinces.label("02", BEFORE) == "Hà Giang"
    # the code of Lào Cai passed to what was Yên Bái
    assert provinces.label("15", BEFORE) == "Yên Bái"
    assert provinces.label("15", AFTER) == "Lào Cai"
    with pytest.raises(UnknownCode, match="has no '02' on 2025-07-01; it is valid on other dates"):
        provinces.get("02", AFTER)


def test_communes_before_and_after_the_first_of_july_2025() -> None:
    communes = code_list("communes")
    assert len(communes.entries(AFTER)) == 3321
    assert len(communes.entries(AFTER, parent="22")) == 54
    assert communes.label("07192", AFTER) == "Đặc khu Cô Tô"
    assert communes.label("06652", AFTER) == "Phường Hà Tu"
    assert communes.get("06994", AFTER).parent == "22"
    before = communes.get("07192", BEFORE)
    assert before.label == "Thị trấn Cô Tô"
    assert code_list("districts").get(str(before.parent), BEFORE).label == "Huyện Cô Tô"


def test_every_commune_has_its_parent() -> None:
    districts, provinces = code_list("districts"), code_list("provinces")
    for entry in code_list("communes"):
        parent = provinces if entry.valid_to is None else districts
        assert str(entry.parent) in parent
    assert all(str(entry.parent) in provinces for entry in districts)


def test_provinces_of_personal_numbers() -> None:
    assert len(code_list("personal-number-provinces")) == 63
    assert code_list("personal-number-provinces").label("022") == "Quảng Ninh"


def test_all_lists_can_be_read_and_state_their_source() -> None:
    for name in names():
        codes = code_list(name)
        assert codes.source and codes.title
        assert len(codes) > 0
        for entry in codes:
            assert entry.certainty in {"V", "C", "I", "D"}
            assert entry.label == entry.label.strip()
