"""VietQR: codes of others are read, ours are plain; damaged ones are refused with the place."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.fields import Untranslatable
from adapters.vietqr import Code, payload, picture, read
from adapters.vietqr.tlv import Element, build, crc, parse
from lienthong import Reject

from ..conversation import talk
from .support import Books, at, attempted, follow_up, get, vietqr

STATIC = "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F"
DYNAMIC = (
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN"
    "62150811Chuyen tien6304BBB8"
)
MARKED = (
    "00020101021238590010A000000727012900069704220115660704060000129"
    "0208QRIBFTTA52040000530370454031005802VN5914aAeEoOiIuUyYđĐ6007Vietnam62170113INV/TEST/000263046744"
)


def sealed(body: str) -> str:
    """A body with its right CRC."""
    return f"{body}6304{crc(f'{body}6304')}"


def test_codes_of_others() -> None:
    code = read(DYNAMIC)
    assert (code.fixed, code.bank, code.account, code.service) == (False, "970416", "257678859", "QRIBFTTA")
    assert (code.amount, code.purpose) == (1000, "Chuyen tien")
    marked = read(MARKED)
    assert (marked.name, marked.city, marked.bill, marked.category) == (
        "aAeEoOiIuUyYđĐ",
        "Vietnam",
        "INV/TEST/0002",
        "0000",
    )
    assert read(STATIC).fixed


def test_lengths_in_octets_are_read_too() -> None:
    name = "Hội"
    body = STATIC[:-8] + f"59{len(name.encode()):02}{name}"
    assert read(sealed(body)).name == name
    assert read(sealed(STATIC[:-8] + f"59{len(name):02}{name}")).name == name


def test_an_amount_with_a_point() -> None:
    assert read(sealed(STATIC[:-8].replace("5802VN", "54061000.05802VN"))).amount == 1000
    for text in ("1000.5", "1,000", "-1", "1e3", "0"):
        with pytest.raises(Untranslatable):
            read(sealed(STATIC[:-8] + f"54{len(text):02}{text}"))


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "no-crc", ""),
        (STATIC[:-1], "no-crc", ""),
        (STATIC + "0", "no-crc", ""),
        (STATIC[:-4] + "9E6E", "wrong-crc", ""),
        (STATIC.replace("970403", "970404"), "wrong-crc", ""),
        (sealed("000201"), "currency", "/53"),
        (sealed("0102110002015303704"), "no-format", ""),
        (sealed(STATIC[:-8] + "5910ngan"), "length", "/59"),
        (sealed(STATIC[:-8] + "59xx"), "not-tlv", ""),
        (sealed(STATIC[:-8] + "5802VN"), "duplicate", "/58"),
        (sealed(STATIC[:-8].replace("38570010", "38570011")), "length", "/38/12"),
        (sealed("0002015303704"), "no-account", ""),
        (sealed(STATIC[:-8].replace("5303704", "5303840")), "currency", "/53"),
        (STATIC + "\ud800", "no-crc", ""),
        ("0" * 5000, "no-crc", ""),
    ],
    ids=range(15),
)
def test_a_damaged_code_is_refused_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(Untranslatable) as raised:
        read(text)
    assert (raised.value.code, raised.value.place) == (code, place)


def test_a_crc_keeps_its_leading_zeros() -> None:
    texts = (build([("00", "01"), ("54", str(number))]) for number in range(1, 400))
    found = [text for text in texts if text[-4] == "0"]
    assert found
    assert all(parse(text) for text in found)


@pytest.mark.parametrize(("text", "expected"), [("123456789", "29B1"), ("", "FFFF")])
def test_the_crc_of_the_catalogue(text: str, expected: str) -> None:
    # CRC-16/CCITT-FALSE: check value of the nine digits
    assert crc(text) == expected


LEAVES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
OTHERS = st.sampled_from(["52", "54", "58", "59", "60", "61", "65"])


@given(
    st.dictionaries(OTHERS, LEAVES, max_size=5),
    st.dictionaries(st.sampled_from(["01", "05", "08"]), LEAVES, max_size=2),
)
def test_what_is_built_is_read(plain: dict[str, str], more: dict[str, str]) -> None:
    elements: tuple[Element, ...] = (("00", "01"), *plain.items(), *([("62", tuple(more.items()))] if more else []))
    assert parse(build(elements)) == elements


@given(
    st.integers(1, 10**12),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    st.none() | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ]{0,20}[A-Za-z0-9]", fullmatch=True),
)
def test_a_code_is_read_as_it_was_written(amount: int, bank: str, account: str, purpose: str | None) -> None:
    code = Code(fixed=False, bank=bank, account=account, service="QRIBFTTA", amount=amount, purpose=purpose)
    assert read(payload(code)) == code


@given(st.text(max_size=60))
def test_anything_is_read_or_refused(text: str) -> None:
    for one in (text, sealed(text) if text.isprintable() else text):
        try:
            read(one)
        except Untranslatable:
            continue


def test_an_attempt_becomes_a_code() -> None:
    verdict = talk(vietqr().create(attempted("vietqr"), at("vietqr"))).single
    made = follow_up(verdict).data
    assert (
        made.qr
        == made.sent
        == (
            "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA5303704540615000058"
            "02VN5913Kho bac Vi Du62270823A1B2C3 Nop le phi ho so6304" + made.qr[-4:]
        )
    )
    assert made.qr.isascii()
    assert read(made.qr).purpose == "A1B2C3 Nop le phi ho so"


def test_the_account_is_that_of_the_procedure() -> None:
    def made(**beneficiary: Any) -> Any:
        return talk(vietqr().create(attempted("vietqr", {"beneficiary": beneficiary}), at("vietqr"))).single

    code = read(follow_up(made(account="123", bank="Vietcombank", name="Sở Ví Dụ")).data.qr)
    assert (code.bank, code.account, code.name) == ("970436", "123", "So Vi Du")
    assert read(follow_up(made(account="123", bank="999999")).data.qr).bank == "999999"
    for refused in ({"account": "1", "bank": "Ngân hàng lạ"}, {"account": "1"}, {"account": "1 2", "bank": "970436"}):
        verdict = made(**refused)
        assert isinstance(verdict, Reject)
        assert follow_up(verdict).data.outcome == "failed"


def test_pictures() -> None:
    png, svg = picture(DYNAMIC, "png"), picture(DYNAMIC, "svg")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", io.BytesIO(png[16:24]).read())
    # version 7 (117 octets, level M) has 45 modules, and 4 of quiet zone on each side
    assert width == height == (45 + 8) * 8
    assert b"<svg" in svg and picture(DYNAMIC, "png") == png


def test_pictures_are_drawn_of_whole_codes_only() -> None:
    def drawn(query: str) -> Any:
        return Books("vietqr").lead(vietqr().draw(get(query), at("vietqr")))

    text = DYNAMIC.replace(" ", "%20")
    assert (drawn(f"text={text}").status, drawn(f"text={text}").content_type) == (200, "image/svg+xml")
    assert drawn(f"text={text}&kind=png").content_type == "image/png"
    for query in ("", "text=x", f"text={text}&kind=gif", f"text={text}&text={text}", f"text={text}0"):
        assert drawn(query).status == 400
