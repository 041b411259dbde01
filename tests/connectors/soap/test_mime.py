"""Attachments, both ways: against messages written by hand and against Python's own parser."""

from __future__ import annotations

import email.parser
import email.policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.flaws import Flaw
from connectors.mime import MOST_PARTS, joined, media, related, split
from connectors.soap.codec import packed, received, value_of, written
from lienthong.calls import Attachment
from tests.connectors.soap.support import CITIZEN, CITIZENS, envelope
from tests.connectors.soap.test_write import service

KIND = 'multipart/related; boundary="b=1"; type="text/xml"; start="<root>"'
XOP = "http://www.w3.org/2004/08/xop/include"


def message(*parts: tuple[str, bytes], boundary: str = "b=1", end: bytes = b"--\r\n", line: bytes = b"\r\n") -> bytes:
    mark = b"--" + boundary.encode()
    pieces = [mark + line + head.encode().replace(b"\n", line) + line + line + body + line for head, body in parts]
    return b"preamble" + line + b"".join(pieces) + mark + end


ROOT = ("Content-ID: <root>\nContent-Type: text/xml; charset=utf-8", b"<a/>")
SCAN = (
    "Content-Type: image/png\nContent-ID: <scan@example.vn>\nContent-Transfer-Encoding: binary",
    b"\x89PNG\r\n--b\r\n",
)


@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
def test_parts_by_hand(line: bytes) -> None:
    packed_ = ("Content-Type: text/plain\nContent-Transfer-Encoding: base64", b"Tmd1eeG7hW4=")
    quoted = (
        "Content-ID: <q>\ncontent-type:\n text/plain\nContent-Transfer-Encoding: quoted-printable\n"
        "Content-Disposition: attachment; filename*=UTF-8''gi%E1%BA%A5y.txt",
        b"=C4=91=3D1",
    )
    root, others = split(message(SCAN, ROOT, packed_, quoted, ("X: 1", b""), line=line), media(KIND))
    assert (root.content, root.media.name, root.media.parameters["charset"]) == (b"<a/>", "text/xml", "utf-8")
    assert others == (
        Attachment("scan@example.vn", b"\x89PNG\r\n--b\r\n", "image/png"),
        Attachment("part-2", "Nguyễn".encode(), "text/plain"),
        Attachment("q", "đ=1".encode(), "text/plain", "giấy.txt"),
        Attachment("part-4", b"", "text/plain"),
    )


def test_without_start_the_first_part_is_the_envelope_and_headers_may_be_missing() -> None:
    content = b"--x\r\n\r\n<a/>\r\n--x \r\nContent-ID: <1>\r\n\r\nfile\r\n--x--"
    root, [other] = split(content, media("Multipart/Related; boundary=x"))
    assert (root.content, other.id, other.content) == (b"<a/>", "1", b"file")


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (message(ROOT), "multipart/related", "no usable boundary"),
        (message(ROOT), 'multipart/related; boundary="' + "x" * 71 + '"', "no usable boundary"),
        (message(ROOT), 'multipart/related; boundary="other"', "cut off"),
        (message(ROOT, end=b""), KIND, "cut off"),
        (message(ROOT)[:-20], KIND, "cut off|end of its headers"),
        (message(SCAN), KIND, "start names no part"),
        (message(ROOT, ROOT), KIND, "more than one"),
        (message(ROOT, SCAN, SCAN), KIND, "same Content-ID"),
        (message(ROOT, ("Content-Transfer-Encoding: base64", b"a")), KIND, "not the base64"),
        (message(ROOT, ("Content-Transfer-Encoding: zip", b"a")), KIND, "does not exist"),
        (message(ROOT, ("X: " + "x" * 20_000, b"a")), KIND, "end of its headers"),
        (message(ROOT, *[("X: 1", b"")] * MOST_PARTS), KIND, "more than 1000 parts"),
        (message(ROOT).replace(b"--b=1\r\nContent", b"--b=1xyz\r\nContent"), KIND, "damaged"),
    ],
)
def test_broken_messages_are_told(content: bytes, kind: str, told: str) -> None:
    with pytest.raises(Flaw, match=told):
        split(content, media(kind))


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_a_flaw(content: bytes) -> None:
    for given_ in (content, b"--b=1\r\n" + content, b"--b=1\r\nContent-ID: <root>\r\n\r\n" + content + b"\r\n--b=1--"):
        try:
            split(given_, media(KIND))
        except Flaw as flaw:
            assert flaw.reason


IDS = st.text("abcXYZ019.@-_", min_size=1, max_size=20)
FILES = st.lists(
    st.builds(
        Attachment,
        IDS,
        st.binary(max_size=100),
        st.just("application/pdf"),
        st.sampled_from([None, "x", "giấy tờ.pdf", 'a"b; c=d.txt']),
    ),
    unique_by=lambda each: each.id,
    max_size=4,
)


@given(FILES, st.booleans())
def test_what_was_joined_is_split_again_by_us_and_by_python(files: list[Attachment], xop: bool) -> None:
    kind = related("text/xml; charset=utf-8", "mark", "", xop=xop)
    content = joined(b"<a/>", "text/xml; charset=utf-8", files, "mark", xop=xop)
    root, others = split(content, media(kind))
    assert (root.content, list(others)) == (b"<a/>", [Attachment(f.id, f.content, f.media, f.name) for f in files])
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"MIME-Version: 1.0\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + content
    )
    [envelope_, *parts] = parsed.iter_parts()
    assert envelope_.get_content_type() == ("application/xop+xml" if xop else "text/xml")
    assert [(part["Content-ID"], part.get_payload(decode=True), part.get_filename()) for part in parts] == [
        (f"<{file.id}>", file.content, file.name) for file in files
    ]


@pytest.mark.parametrize(
    "attachment",
    [
        Attachment("", b""),
        Attachment("a b", b""),
        Attachment("a>\r\nX: 1", b""),
        Attachment("ấ", b""),
        Attachment("envelope@lienthong", b""),
        Attachment("a", b"", "pdf"),
        Attachment("a", b"", "text/plain\r\nX: 1"),
    ],
)
def test_an_attachment_that_would_break_the_headers_is_not_sent(attachment: Attachment) -> None:
    with pytest.raises(Flaw):
        joined(b"<a/>", "text/xml", [attachment], "mark", xop=False)


SCANNED = Attachment("scan@example.vn", b"\x89PNG", "image/png", "scan.png")
FIRST = Attachment("page-1", b"one")


def submit(arguments: dict[str, Any], *beside: Attachment, xop: bool = True) -> tuple[bytes, str]:
    found = service(CITIZENS)
    operation = found.operation("Submit")
    return packed(found, operation, written(found, operation.request, arguments, beside, xop=xop), "mark")


def test_bytes_go_beside_the_envelope_as_xop() -> None:
    original = Attachment("original", b"%PDF")
    content, kind = submit(
        {"Title": "t", "Scan": SCANNED, "Page": [FIRST, "AAEC"], "Original": original}, Attachment("x", b"y")
    )
    assert kind == (
        'multipart/related; type="application/xop+xml"; boundary="mark"; '
        'start="<envelope@lienthong>"; start-info="text/xml"'
    )
    root, others = split(content, media(kind))
    assert root.type == 'application/xop+xml; charset=UTF-8; type="text/xml"'
    assert others == (Attachment("x", b"y"), SCANNED, FIRST, original)
    assert f'<xop:Include xmlns:xop="{XOP}" href="cid:scan@example.vn"/>'.encode() in root.content
    assert b">AAEC</" in root.content and b">cid:original</" in root.content


def test_bytes_stay_within_the_envelope_where_the_setting_says_so() -> None:
    content, kind = submit({"Title": "t", "Scan": SCANNED}, xop=False)
    assert kind == "text/xml; charset=utf-8"
    assert b"Scan>iVBORw==</" in content


def test_attachments_without_xop_are_soap_with_attachments() -> None:
    content, kind = submit({"Title": "t", "Scan": "AAEC"}, SCANNED)
    assert kind == 'multipart/related; type="text/xml"; boundary="mark"; start="<envelope@lienthong>"'
    root, others = split(content, media(kind))
    assert (root.type, others) == ("text/xml; charset=utf-8", (SCANNED,))


def test_one_attachment_may_stand_at_two_places_and_two_may_not_share_an_id() -> None:
    content, kind = submit({"Title": "t", "Scan": SCANNED, "Page": [SCANNED]})
    assert split(content, media(kind))[1] == (SCANNED,)
    with pytest.raises(Flaw, match=r"Page/0 is an attachment with the id 'scan@example\.vn'"):
        submit({"Title": "t", "Scan": SCANNED, "Page": [Attachment("scan@example.vn", b"other")]})


def answer(receipt: str, copy: str = "") -> bytes:
    body = f'<c:SubmitResult xmlns:c="{CITIZEN}"><c:Receipt>{receipt}</c:Receipt>{copy}</c:SubmitResult>'
    return envelope(body).encode()


def read(content: bytes, kind: str) -> tuple[Any, tuple[Attachment, ...]]:
    found = service(CITIZENS)
    message_ = found.operation("Submit").response
    assert message_ is not None
    got = received(content, kind)
    return value_of(found, message_, got)[0], got.attachments


def test_an_answer_with_xop_and_swaref() -> None:
    include = f'\n <i:Include xmlns:i="{XOP}" href="cid:scan%40example.vn"/>\n'
    root = (
        "Content-ID: <root>\nContent-Type: application/xop+xml; type=text/xml",
        answer(include, "<c:Copy>cid:c</c:Copy>"),
    )
    content = message(root, SCAN, ("Content-ID: <c>\nContent-Type: text/plain", b"copy"))
    value, attachments = read(content, KIND)
    scan, copy = attachments
    assert value == {"Receipt": scan, "Copy": copy}
    assert (scan.content, copy.content) == (b"\x89PNG\r\n--b\r\n", b"copy")


@pytest.mark.parametrize(
    ("receipt", "copy", "told"),
    [
        (f'<i:Include xmlns:i="{XOP}" href="cid:none"/>', "", "Receipt refers to an attachment that did not come"),
        (f'<i:Include xmlns:i="{XOP}" href="http://elsewhere.example.vn/"/>', "", "something else than an attachment"),
        (f'<i:Include xmlns:i="{XOP}"/>', "", "something else than an attachment"),
        ("AAEC", "<c:Copy>cid:none</c:Copy>", "Copy refers to an attachment that did not come"),
    ],
)
def test_a_part_that_is_named_and_missing_is_told(receipt: str, copy: str, told: str) -> None:
    root = ("Content-ID: <root>\nContent-Type: text/xml", answer(receipt, copy))
    with pytest.raises(Flaw, match=told):
        read(message(root, SCAN), KIND)


def test_the_charset_of_the_part_counts() -> None:
    body = answer("ấ").decode().replace("ấ", "é").encode("iso-8859-1")
    root = ("Content-ID: <root>\nContent-Type: text/xml; charset=iso-8859-1", body)
    assert read(message(root, SCAN), KIND)[0] == {"Receipt": "é"}
