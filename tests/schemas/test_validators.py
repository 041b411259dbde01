"""Numbers and codes of the field. Valid ones are published or invented with an unissued pattern."""

from __future__ import annotations

import pytest

from schemas.validators import (
    any_phone,
    dossier_code,
    email,
    from_old,
    level_1,
    old_id_card,
    personal_number,
    phone,
    tax_code,
    technical_id,
    unit_code,
)


@pytest.mark.parametrize(
    "code",
    [
        "000.00.15.H49-200421-0001",
        "000.00.15.H49-200421-00012",
        "H49.21-260302-0001",
        "H56.14-260302-0001",
        "G09.20-20260609-0092637",
    ],
)
def test_dossier_codes_seen_in_the_field(code: str) -> None:
    assert dossier_code(code) == code


@pytest.mark.parametrize(
    "code",
    ["", "000.00.15.H49", "000.00.15.H49-200421", "000.00.15.H49-200421-001", "h49-200421-0001", "H49-2004-0001",
     "H49-200421-0001\n", " H49-200421-0001", "H49-200421-٠٠٠١", "H49-200421-12345678"],
)  # fmt: skip
def test_what_is_not_a_dossier_code(code: str) -> None:
    with pytest.raises(ValueError, match="is not a dossier code; write"):
        dossier_code(code)


def test_unit_codes_of_both_forms() -> None:
    assert unit_code("000.00.15.H49").levels == ("H49", "15")
    assert unit_code("000.00.00.H49").levels == ("H49",)
    assert unit_code("003.12.15.H49").levels == ("H49", "15", "12", "003")
    assert unit_code("003.00.15.H49").levels == ("H49", "15", "00", "003")
    assert unit_code("000.00.15.H49").form == "old"
    assert unit_code("H49.21.05").levels == ("H49", "21", "05")
    assert unit_code("H37.DN.001").levels == ("H37", "DN", "001")
    assert unit_code("H49").form == "new"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "49",
        "H4",
        "H490",
        "000.00.H49",
        "H49.",
        "H49..05",
        "000.00.15.H49.1",
        "h49",
        "H49." + "123456789." * 4 + "1",
    ],
)
def test_what_is_not_a_unit_code(code: str) -> None:
    with pytest.raises(ValueError, match="is not a unit code"):
        unit_code(code)


def test_the_province_of_a_unit() -> None:
    assert level_1("000.00.15.H49") == "H49"
    assert level_1("H49.21.05") == "H49"
    assert level_1("000.00.00.G22") == "G22"


def test_only_level_1_has_a_computable_new_form() -> None:
    assert from_old("000.00.00.H49") == "H49"
    assert from_old("H49.21") == "H49.21"
    with pytest.raises(ValueError, match="use the province's table"):
        from_old("000.00.15.H49")


@pytest.mark.parametrize(
    ("number", "province", "sex", "year"),
    [
        ("022000000000", "Quảng Ninh", "male", 1900),
        ("022199000000", "Quảng Ninh", "female", 1999),
        ("001205000000", "Hà Nội", "male", 2005),
        ("079310000000", "TP. Hồ Chí Minh", "female", 2010),
        ("028000000000", None, None, None),
    ],
)
def test_the_parts_of_a_personal_number(number: str, province: str | None, sex: str | None, year: int | None) -> None:
    if province is None:
        with pytest.raises(ValueError, match="code of a province"):
            personal_number(number)
        return
    parts = personal_number(number)
    assert (parts.province, parts.sex, parts.birth_year) == (province, sex, year)


def test_a_birth_registered_abroad() -> None:
    parts = personal_number("199085000000")
    assert (parts.place, parts.province, parts.sex, parts.birth_year) == ("199", None, "male", 1985)


def test_a_personal_number_is_compared_with_the_person() -> None:
    personal_number("022199000000", birth_year=1999, sex="female")
    with pytest.raises(ValueError, match="does not fit the year of birth"):
        personal_number("022199000000", birth_year=2099)
    with pytest.raises(ValueError, match="does not fit the sex"):
        personal_number("022199000000", sex="male")


@pytest.mark.parametrize(
    "number", ["", "02200000000", "0220000000000", "022 00000000", "02200000000x", "０２２000000000"]
)
def test_what_is_not_a_personal_number(number: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        personal_number(number)


def test_old_identity_cards() -> None:
    assert old_id_card("100000000") == "100000000"
    for wrong in ("10000000", "1000000000", "10000000x"):
        with pytest.raises(ValueError, match="9 digits"):
            old_id_card(wrong)


def test_tax_codes() -> None:
    # python-stdnum's own published examples
    assert tax_code("0100233488") == "0100233488"
    assert tax_code("0314409058-002") == "0314409058002"
    with pytest.raises(ValueError, match="check digit"):
        tax_code("0100233480")
    with pytest.raises(ValueError, match="10 digits, or 13"):
        tax_code("010023348")


@pytest.mark.parametrize(
    ("written", "international"),
    [
        ("0900000000", "+84900000000"),
        ("0900 000 000", "+84900000000"),
        ("84900000000", "+84900000000"),
        ("+84 900.000.000", "+84900000000"),
        ("+84 (0)900 000 000", "+84900000000"),
        ("0084900000000", "+84900000000"),
        ("(0203) 3000 000", "+842033000000"),
        ("024 3000 0000", "+842430000000"),
    ],
)
def test_telephone_numbers(written: str, international: str) -> None:
    assert phone(written) == international


@pytest.mark.parametrize(
    "written", ["", "900000000", "090000000", "09000000000", "0100000000", "không có", "+1 202 555 0100"]
)
def test_what_is_not_a_vietnamese_telephone_number(written: str) -> None:
    with pytest.raises(ValueError, match="Vietnamese telephone number"):
        phone(written)


def test_foreign_telephone_numbers() -> None:
    assert any_phone("+1 202 555 0100") == "+12025550100"
    assert any_phone("0900000000") == "+84900000000"
    with pytest.raises(ValueError, match="international"):
        any_phone("+1 20")


def test_mail_and_technical_ids() -> None:
    assert email("vidu@example.vn") == "vidu@example.vn"
    for wrong in ("vidu", "vidu@", "@example.vn", "vi du@example.vn", "vidu@example", "a@b@example.vn"):
        with pytest.raises(ValueError, match="e-mail"):
            email(wrong)
    assert technical_id("00000000-0000-4000-8000-000000000000")
    for wrong in ("022000000000", "100000000"):
        with pytest.raises(ValueError, match="TechID"):
            technical_id(wrong)
