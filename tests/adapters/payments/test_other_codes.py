"""Codes that writers of other people make (vietnam-qr-pay 1.5.1 and vietqr-ts 1.0.0, npm) are read whole."""

from __future__ import annotations

import pytest

from adapters.fields import Untranslatable
from adapters.vietqr import Code, payload, read
from adapters.vietqr.tlv import build, parse

# vietnam-qr-pay 1.5.1: initVietQR with a fee, EMVCo and unreserved fields; initVNPayQR with a percentage
NAPAS = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA5204939953037045406150000550202"
    "560450005802VN5908Sở Ví Dụ6003Huế61054900062180814Nộp phí A1B2C36502ab8005tự do9901x6304984D"
)
VNPAY_QR = (
    "00020101021226280010A000000775011001021547785303704540520000550203570155802VN5908SO VI DU"
    "62760103HD1021000000000000306QUAY 10402L10506A1B2C30603KH10705QUAY10803Phi0902ME630444CC"
)
# vietqr-ts 1.0.0: generateVietQR
CARD = (
    "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061500005802VN"
    "62250103HD10814Nộp phí A1B2C363047871"
)


def test_codes() -> None:
    account = Code(fixed=False, bank="970403", account="0011012345678", service="QRIBFTTA", amount=150_000)
    more = {"tip": "02", "tip_amount": 5000, "category": "9399", "name": "Sở Ví Dụ", "city": "Huế"}
    assert read(NAPAS) == account.model_copy(update={**more, "postal_code": "49000", "purpose": "Nộp phí A1B2C3"})
    merchant = Code(
        fixed=False, merchant="0102154778", amount=20_000, tip="03", tip_percent="5", name="SO VI DU", bill="HD1",
        mobile="0000000000", store="QUAY 1", loyalty="L1", reference="A1B2C3", customer="KH1", terminal="QUAY1",
        purpose="Phi", asks="ME",
    )  # fmt: skip
    assert (read(VNPAY_QR), payload(merchant)) == (merchant, VNPAY_QR)
    card = Code(fixed=False, bank="970403", account="9704031101234567", service="QRIBFTTC", amount=150_000)
    assert read(CARD) == card.model_copy(update={"bill": "HD1", "purpose": "Nộp phí A1B2C3"})


@pytest.mark.parametrize("text", [NAPAS, VNPAY_QR, CARD])
def test_the_order_of_elements_and_the_case_of_the_crc(text: str) -> None:
    first, *others = parse(text)
    shuffled = build([first, *reversed(others)])
    assert read(shuffled) == read(shuffled[:-4] + shuffled[-4:].lower()) == read(text)


def test_a_fee_that_is_no_amount() -> None:
    with pytest.raises(Untranslatable) as raised:
        read(build([*(one for one in parse(NAPAS) if one[0] != "56"), ("56", "5.5")]))
    assert raised.value.place == "/56"
