"""Altered notices, for attacks: what a stranger, a proxy or a broken gateway could send. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .faults import Forgery
from .notices import Fields, Language, Wire
from .orders import NotTaken

OTHER_KEY = "khoa-cua-nguoi-khac"


def forged(kind: Forgery, language: Language, fields: Fields, url: str) -> Wire:
    """The notice `fields`, altered. Raises `NotTaken` where the gateway's notices have nothing to alter so.

    `digest` one digit changed; `unsigned`; `other_key`; `amount`, `reference`, `terminal` and `outcome` changed under
    the old digest; `signed_...` changed and rightly signed; `half` one of two codes changed and rightly signed;
    `replayed` the same again; `truncated`; `doubled` the amount, or what holds it, stands twice; `reordered` and
    `reencoded` mean the same as before.
    """
    if kind in _SPELLED:
        return _SPELLED[kind](language, language.wire(fields, language.sign(fields), url))
    digest = language.sign(fields)
    if kind == "digest":
        return language.wire(fields, ("1" if digest[0] == "0" else "0") + digest[1:], url)
    if kind == "unsigned":
        return language.wire(fields, "", url)
    if kind == "other_key":
        return language.wire(fields, language.sign(fields, OTHER_KEY), url)
    said = altered(kind.removeprefix("signed_"), language, fields)
    right = kind == "half" or kind.startswith("signed_")
    return language.wire(said, language.sign(said) if right else digest, url)


def altered(what: str, language: Language, fields: Fields) -> dict[str, Any]:
    """The fields with another amount, reference, terminal or outcome."""
    marks = language.marks
    if what in ("outcome", "half"):
        names = list(marks.codes)[: 1 if what == "half" else None]
        if not names or (what == "half" and len(marks.codes) < 2):
            raise NotTaken(f"notices of this gateway have no codes for {what}")
        return {**fields, **{name: _other(fields[name], marks.codes[name]) for name in names}}
    name = {"amount": marks.amount, "reference": marks.reference, "terminal": marks.terminal}[what]
    if name is None:
        raise NotTaken(f"notices of this gateway name no {what}")
    return {**fields, name: _changed(fields[name])}


def _other(value: Any, codes: tuple[Any, Any]) -> Any:
    success, failure = codes
    return failure if value == success else success


def _changed(value: Any) -> Any:
    if isinstance(value, int):
        return value + 100
    return str(int(value) + 100) if value.isdecimal() else f"{value}X"


def _replayed(language: Language, wire: Wire) -> Wire:
    return wire


def _truncated(language: Language, wire: Wire) -> Wire:
    if wire.method == "GET":
        return replace(wire, url=wire.url[: -len(wire.url) // 4])
    return replace(wire, content=wire.content[: -len(wire.content) // 4])


def _doubled(language: Language, wire: Wire) -> Wire:
    name = language.marks.amount
    if wire.method == "GET":
        return replace(wire, url=f"{wire.url}&{name}=100")
    said = json.loads(wire.content)
    name = name if name in said else next(iter(said))
    return replace(wire, content=wire.content[:-1] + f',"{name}":100}}'.encode())


def _reordered(language: Language, wire: Wire) -> Wire:
    if wire.method == "GET":
        base, _, query = wire.url.partition("?")
        return replace(wire, url=f"{base}?{'&'.join(reversed(query.split('&')))}")
    body = dict(reversed(json.loads(wire.content).items()))
    return replace(wire, content=json.dumps(body, ensure_ascii=False).encode())


def _reencoded(language: Language, wire: Wire) -> Wire:
    if wire.method == "GET":
        base, _, query = wire.url.partition("?")
        return replace(wire, url=f"{base}?{query.replace('+', '%20')}")
    return replace(wire, content=json.dumps(json.loads(wire.content), ensure_ascii=True, indent=1).encode())


_SPELLED: Mapping[Forgery, Callable[[Language, Wire], Wire]] = {
    "replayed": _replayed,
    "truncated": _truncated,
    "doubled": _doubled,
    "reordered": _reordered,
    "reencoded": _reencoded,
}

__all__ = ["OTHER_KEY", "altered", "forged"]
