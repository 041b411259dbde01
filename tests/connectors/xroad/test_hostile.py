"""XML from someone who means harm: a clear error, little memory, no file read, no connection."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.xroad.malformed import Malformed
from connectors.xroad.message import CONTENT_TYPE, parse_message
from connectors.xroad.xml import parse_xml

HEADS = b"<!ENTITY a 'lol'>" + b"".join(b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
BOMB = b"<?xml version='1.0'?><!DOCTYPE x [" + HEADS + b"]><x>&j;</x>"


def refused(content: bytes, charset: str | None = None) -> str:
    with pytest.raises(Malformed) as caught:
        parse_xml(content, charset)
    assert caught.value.code == "invalid_soap"
    return caught.value.reason


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        b"<!DOCTYPE x><x/>",
        b"\n <!-- --><?pi ?> <!-- - --><!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><x/>",
        b"\xef\xbb\xbf<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/hostname'> %a;]><x/>",
        "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".encode("utf-16"),
        b"<!doctype x><x/>",
    ],
)
def test_a_dtd_is_refused_unread(content: bytes) -> None:
    assert "DTD" in refused(content)


def test_an_external_entity_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "bi-mat"
    secret.write_text("kim")
    refused(f"<!DOCTYPE x [<!ENTITY a SYSTEM '{secret.as_uri()}'>]><x>&a;</x>".encode())


@pytest.mark.parametrize(
    "content",
    [
        b"<x>&a;</x>",
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<a>" * 300 + b"</a>" * 300,
        b"<x a='1' a='2'/>",
        b"<x>\x00</x>",
        b"<x>&#0;</x>",
        b"<x>\xff</x>",
        b"<x>\xed\xa0\x80</x>",
        b"<x/><y/>",
        b"<x>" + b"<y/>" * 500_001 + b"</x>",
        b"<?xml version='1.0' encoding='zlib'?><x/>",
        b"<!--",
        b"<?xml",
    ],
)
def test_broken_documents(content: bytes) -> None:
    refused(content)


def test_two_hundred_levels_are_fine() -> None:
    assert parse_xml(b"<a>" * 200 + b"</a>" * 200).tag == "a"


def test_a_document_over_the_limit_is_not_parsed() -> None:
    content = b"<x>" + b"a" * 100_000_000 + b"</x>"
    tracemalloc.start()
    reason = refused(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger" in reason
    assert peak < 200_000


def test_comments_do_not_cut_a_value() -> None:
    root = parse_xml(b"<x>022<!-- -->000<?pi?>000<![CDATA[<000]]></x>")
    assert root.text == "022000000<000"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    try:
        parse_message(content, CONTENT_TYPE)
    except Malformed as error:
        assert error.code in {"missing_soap", "invalid_soap"}
