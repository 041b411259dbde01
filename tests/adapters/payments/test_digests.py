"""Digests: made as two published test cases say, compared in one place, and never with a secret in sight."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

import adapters
from adapters import digests
from adapters.fields import Untranslatable

from .support import SECRET, momo, national, paygov, vietqr, vnpay, zalopay

FOLDER = Path(adapters.__file__).parent
SOURCES = sorted(path for path in FOLDER.rglob("*.py") if path.name != "digests.py")
A_DIGEST = re.compile(r"signature$|(^|_)mac$|hash$|checksum$|digest$|xacthuc$|secret", re.IGNORECASE)

# a fingerprint of content that we made ourselves and that nobody sends
OURS = ("asked.last == page_digest(digests)",)


def _names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _bypasses(source: str) -> list[str]:
    """Every place in which a digest could be compared otherwise than by `digests.same`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [module for module in modules if module in ("hmac", "compare_digest", "cryptography")]
        elif isinstance(node, ast.Attribute) and node.attr in ("compare_digest", "startswith") and _looks(node.value):
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Compare) and any(
            _looks(side) for side in (node.left, *node.comparators) if not _counted(side)
        ):
            found += [] if all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops) else [ast.unparse(node)]
        elif isinstance(node, ast.MatchValue) and _looks(node):
            found.append(ast.unparse(node))
    return found


def _looks(node: ast.AST) -> bool:
    return any(A_DIGEST.search(name) for name in _names(node))


def _counted(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len"


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(FOLDER))) for path in SOURCES])
def test_nothing_compares_digests_otherwise(path: Path) -> None:
    assert [found for found in _bypasses(path.read_text(encoding="utf-8")) if found not in OURS] == []


@pytest.mark.parametrize(
    "source",
    [
        "import hmac",
        "from hmac import compare_digest",
        "x = said['signature'] == made",
        "x = body.get('vnp_SecureHash') != expected",
        "x = mac in allowed",
        "x = answer.MaXacThuc == y",
        "x = said['MaXacThuc'] == made",
        "x = document.get('checksum') in (made,)",
        "x = message.signature.startswith(made)",
    ],
)
def test_the_walk_finds_a_bypass(source: str) -> None:
    assert _bypasses(source)


@pytest.mark.parametrize("name", ["vnpay", "momo", "zalopay", "national_payment", "paygov"])
def test_digests_are_made_in_one_place(name: str) -> None:
    """No adapter of a gateway hashes by itself, and every signing module compares through `same`."""
    folder = FOLDER / name
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    assert not [source for source in sources if "hashlib" in source]
    assert "same(" in (folder / "signing.py").read_text(encoding="utf-8")


def test_there_is_one_comparison() -> None:
    assert (FOLDER / "digests.py").read_text(encoding="utf-8").count("compare_digest") == 1


def test_published_digests() -> None:
    # RFC 4231, test case 2; FIPS 180-2 for "abc"
    key, text = SecretStr("Jefe"), "what do ya want for nothing?"
    assert digests.hmac_sha256(key, text) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert digests.hmac_sha512(key, text).startswith("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554")
    # RFC 1321 for "abc"
    assert digests.md5("abc") == "900150983cd24fb0d6963f7d28e17f72"
    assert digests.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_is_the_same() -> None:
    assert digests.same("AB12", "ab12")
    for other in ("ab1", "ab123", "", None, 12, b"ab12", ["ab12"], True, "ab12 ", "\ud800", "ab1\u212a"):
        assert not digests.same(other, "ab12")
    assert digests.same_secret("Abc", SecretStr("Abc"))
    assert not digests.same_secret("abc", SecretStr("Abc"))
    assert not digests.same_secret(None, SecretStr("Abc"))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.binary(), lambda inner: st.lists(inner, max_size=2)))
def test_what_has_no_one_spelling_is_not_signed(value: object) -> None:
    if value is None:
        assert digests.spelled(value) == ""
        return
    with pytest.raises(Untranslatable):
        digests.spelled(value)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="|")), max_size=8))
def test_joined_fields_can_be_told_apart(values: list[str]) -> None:
    assert digests.piped(values).split("|") == (values or [""])
    assert [digests.unpiped("x", value) for value in values] == values


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(alphabet="a|b", min_size=1))
def test_a_pipe_is_refused_wherever_it_stands(before: str, after: str) -> None:
    with pytest.raises(Untranslatable, match="/x"):
        digests.unpiped("x", f"{before}|{after}")


def test_secrets_are_not_shown() -> None:
    for adapter in (vnpay(), momo(), zalopay(), vietqr(), national(), paygov(access_key="KHOA")):
        shown = repr(adapter.settings) + str(adapter.settings) + adapter.settings.model_dump_json()
        assert SECRET not in shown and "KHOA" not in shown
