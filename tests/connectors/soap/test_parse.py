"""XML from outside: what is refused, how it is told, and that it costs no memory."""

from __future__ import annotations

import codecs
import subprocess
import sys
import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.flaws import Flaw
from connectors.xml import MOST_MARKUP, parse

BOMB = (
    b"""<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>"""
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    "content",
    [
        BOMB + b"<a>&c;</a>",
        BOMB + b'<a b="&c;"/>',
        OUTSIDE,
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        b"<!DOCTYPE a><a/>",
        b'<?xml version="1.0"?>\n<!-- a > b --><?pi ?>\n<!DOCTYPE a><a/>',
        b"\xef\xbb\xbf<!DOCTYPE a><a/>",
        b" \n<!DOCTYPE a><a/>",
        "<!DOCTYPE a><a/>".encode("utf-16"),
        codecs.BOM_UTF16_BE + "<!DOCTYPE a><a/>".encode("utf-16-be"),
    ],
)
def test_a_dtd_is_refused_in_every_disguise(content: bytes) -> None:
    with pytest.raises(Flaw, match="DTD"):
        parse(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<a>&x;</a>", "undeclared entity"),
        (b"", "not well-formed"),
        (b"<a><b></a>", "not well-formed"),
        (b"<a/><a/>", "not well-formed"),
        (b"<!-- endless", "not well-formed"),
        (b"<a>" * 10_000, "nesting"),
        (b"<a>" * 5000 + b"</a>" * 5000, "nesting"),
        (b"<a>" + b"x" * 10_000_001 + b"</a>", "larger than allowed"),
        (b"<a>" + b"<b/>" * (MOST_MARKUP + 1) + b"</a>", "tags or attributes"),
        (b"<a>\x00</a>", "does not allow"),
        (b"<a>\x01</a>", "does not allow"),
        ("<a>Nguyễn</a>".encode("cp1258", "replace") + b"\xff", "does not allow|not well-formed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not supported"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "not in the charset"),
        (codecs.BOM_UTF32_LE + "<a/>".encode("utf-32-le"), "not in the charset|does not allow|not well-formed"),
    ],
)
def test_what_is_not_xml_is_told_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Flaw, match=reason):
        parse(content)


def test_a_charset_that_the_transport_says_wins_over_the_declaration() -> None:
    content = '<?xml version="1.0" encoding="utf-8"?><a>á</a>'.encode("iso-8859-1")
    assert parse(content, "ISO-8859-1").text == "á"
    with pytest.raises(Flaw):
        parse(content)
    with pytest.raises(Flaw, match="not supported"):
        parse(b"<a/>", "x-no-such")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "windows-1258"])
def test_charsets_are_read_as_declared(charset: str) -> None:
    content = f'<?xml version="1.0" encoding="{charset}"?><a>à</a>'.encode(charset)
    assert parse(content).text == "à"


def test_a_mark_of_utf_8_and_blanks_before_the_declaration_are_passed_over() -> None:
    assert parse(b'\xef\xbb\xbf<?xml version="1.0"?><a/>').tag == "a"
    assert parse(b'\r\n <?xml version="1.0"?><a/>').tag == "a"


def test_comments_and_instructions_do_not_part_a_text() -> None:
    assert parse(b"<a>02219<!-- x -->9000<?y z?>000</a>").text == "022199000000"


def test_errors_do_not_quote_the_document() -> None:
    for content in (b"<a>0221990<b>00000</a>", b"<a b='022199000000' b=''/>", b"<a>&022199000000;</a>"):
        with pytest.raises(Flaw) as caught:
            parse(content)
        assert "0221990" not in str(caught.value)
        assert caught.value.__cause__ is None and caught.value.__context__ is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_tree_or_a_flaw(content: bytes) -> None:
    for given_ in (content, b"<a>" + content + b"</a>"):
        try:
            parse(given_)
        except Flaw as flaw:
            assert flaw.reason


def test_a_long_prolog_takes_no_time() -> None:
    before = time.process_time()
    for content in (b" " * 5_000_000 + b"<a/>", b"<?a?>" * 1_000_000, b"<!-- -->" * 499_000 + b"<a/>"):
        try:
            parse(content)
        except Flaw:
            continue
    assert time.process_time() - before < 5


def test_memory_stays_flat() -> None:
    """In a process of its own: 20 hostile documents of 9 MB each, and at most 150 MB above the start."""
    script = """
        import resource
        from connectors.flaws import Flaw
        from connectors.xml import parse
        def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        start = peak()
        size = 9_000_000
        lol = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 1000}">' for n in range(9))
        hostile = [
            b"<a>" + b"<b/>" * (size // 4) + b"</a>",
            b"<a>" * (size // 3),
            b"<a " + b" ".join(b"b%d=''" % n for n in range(size // 10)) + b"/>",
            b"<a>" + b"x" * (11 * size) + b"</a>",
            f"<!DOCTYPE a [{lol}]><a>&e8;</a>".encode(),
        ]
        for content in hostile * 4:
            try:
                parse(content)
                raise SystemExit("taken")
            except Flaw:
                pass
        own = sum(map(len, hostile)) // 1_000_000
        print(peak() - start - own)
    """
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=50, check=True
    )
    assert int(found.stdout) < 150
