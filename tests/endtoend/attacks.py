"""Requests at the door of a gateway's notices that must not change anything: what a stranger could send who reads along
and does not know the secret, and what was signed for somebody else. Pure: bytes and lines, nothing is sent here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import quote, urlencode

from simulators.gateway import GatewayState
from simulators.gateway.faults import Forgery
from simulators.gateway.forging import altered, forged
from simulators.gateway.notices import Wire
from simulators.gateway.orders import Order, Payment, Stand
from simulators.paygov.notices import PaygovNotices

from .cashier import MOMO, NATIONAL, PAYGOV, VNPAY, ZALOPAY

# what the door says: not the gateway's own; the gateway's own for somebody else; longer than the bus takes
Answer = Literal["forged", "foreign", "too-large"]
LIMIT = 200_000
_DEEP = 20_000
_PIPED = (NATIONAL, PAYGOV)
_SPELLED: tuple[Forgery, ...] = ("digest", "unsigned", "other_key", "amount", "reference", "truncated", "doubled")


@dataclass(frozen=True, slots=True)
class Victim:
    """An order that waits for its money at a gateway, and what the gateway would say if it came."""

    system: str
    gateway: GatewayState[Any]
    order: Order
    url: str

    def fields(self, number: str = "90000001", stand: Stand = "paid") -> dict[str, Any]:
        """The fields of a notice about a payment that the gateway does not have."""
        code = self.gateway.codes["pay" if stand == "paid" else "fail"]
        payment = Payment(number, self.order.amount, stand, code, self.gateway.clock())
        return self.gateway.language.fields(self.order, payment)

    def signed(self, fields: Mapping[str, Any]) -> Wire:
        """As the gateway itself would send it."""
        return self.gateway.language.wire(fields, self.gateway.language.sign(fields), self.url)

    def under(self, digest: str, fields: Mapping[str, Any]) -> Wire:
        """Under a digest of something else."""
        return self.gateway.language.wire(fields, digest, self.url)


def attacks(victim: Victim) -> Iterator[tuple[str, Wire, Answer]]:
    """Everything that is tried before the genuine notice, each with what it must be answered."""
    fields = victim.fields()
    for kind in _SPELLED:
        yield kind, forged(kind, victim.gateway.language, fields, victim.url), "forged"
    if victim.gateway.language.marks.codes:
        yield "outcome", forged("outcome", victim.gateway.language, fields, victim.url), "forged"
    yield from _altered(victim, fields)
    yield from _elsewhere(victim, fields)
    yield from _spelled(victim, victim.signed(fields))
    if victim.system in _PIPED:
        yield from _piped(victim, fields)
    if victim.system == MOMO:
        run_on = {**fields, "message": f"ok&orderId={fields['orderId']}&orderInfo=x", "orderInfo": "y"}
        yield "fields that run into each other", victim.signed(run_on), "forged"


def half(victim: Victim, response: str, status: str) -> Wire:
    """Rightly signed by VNPAY with these two codes, of which one says paid and the other that it is not."""
    return victim.signed({**victim.fields(), "vnp_ResponseCode": response, "vnp_TransactionStatus": status})


def alike(victim: Victim, genuine: Wire) -> Iterator[tuple[str, Wire]]:
    """The genuine notice again, said in other letters: it is the same notice."""
    language, fields = victim.gateway.language, victim.fields()
    yield "replayed", genuine
    yield "reordered", forged("reordered", language, fields, victim.url)
    yield "re-encoded", forged("reencoded", language, fields, victim.url)
    yield "by another method", replace(genuine, method="PUT" if genuine.method == "POST" else "POST")


def _altered(victim: Victim, fields: Mapping[str, Any]) -> Iterator[tuple[str, Wire, Answer]]:
    """Each field that is signed, changed or taken away under the old digest; the digest cut and lengthened."""
    digest = victim.gateway.language.sign(fields)
    for name, value in _covered(victim, fields).items():
        other = {**fields, name: value + 1 if isinstance(value, int) else f"{value}7"}
        yield f"{name} changed", victim.under(digest, other), "forged"
        if value not in ("", 0):
            yield f"{name} empty", victim.under(digest, {**fields, name: ""}), "forged"
            without = {key: one for key, one in fields.items() if key != name}
            yield f"{name} missing", victim.under(digest, without), "forged"
    zero = "%D9%A0" if victim.system == VNPAY else "\u0660"  # of the Arabic digits
    for wrong in (digest[:-1], f"{digest}0", digest[::-1], "0" * len(digest), f"{digest[:-1]}{zero}"):
        yield f"digest {wrong[:4]}", victim.under(wrong, fields), "forged"


def _covered(victim: Victim, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the digest covers; no others are believed."""
    digest = victim.gateway.language.sign(fields)
    changed = {name: {**fields, name: f"{value}7"} for name, value in fields.items()}
    return {name: fields[name] for name, other in changed.items() if victim.gateway.language.sign(other) != digest}


def _elsewhere(victim: Victim, fields: Mapping[str, Any]) -> Iterator[tuple[str, Wire, Answer]]:
    """For another merchant, with the right secret: of a province that has several."""
    if victim.gateway.language.marks.terminal is not None:
        yield "another terminal", victim.signed(altered("terminal", victim.gateway.language, fields)), "foreign"
    else:
        # PayGov names no partner in what it sends; its digest does
        other = victim.gateway.settings.model_copy(update={"partner": "PAYGOV-KHAC"})
        yield "another partner", victim.under(PaygovNotices(other).sign(fields), fields), "forged"


def _piped(victim: Victim, fields: Mapping[str, Any]) -> Iterator[tuple[str, Wire, Answer]]:
    """A `|` in what is joined by `|`: rightly signed, and shifted over the border of two fields."""
    covered, digest = _covered(victim, fields), victim.gateway.language.sign(fields)
    for name, value in covered.items():
        yield f"| in {name}", victim.signed({**fields, name: f"{value}|1"}), "forged"
    for left, right in pairwise(covered):
        shifted = {**fields, left: f"{fields[left]}|{fields[right]}", right: ""}
        yield f"{right} in {left}", victim.under(digest, shifted), "forged"


def _spelled(victim: Victim, genuine: Wire) -> Iterator[tuple[str, Wire, Answer]]:
    if genuine.method == "GET":
        yield from _query(victim, genuine)
    else:
        yield from _body(victim, genuine)


def _query(victim: Victim, genuine: Wire) -> Iterator[tuple[str, Wire, Answer]]:
    """Of a notice that stands in the address."""
    said = genuine.url.partition("?")[2]
    form = "application/x-www-form-urlencoded"
    many = "&".join(f"vnp_X{number}=1" for number in range(300))
    for name, query in {
        "nothing": "",
        "cut": said[: len(said) // 2],
        "more": f"{said}&vnp_Bonus=1",
        "amount before": f"vnp_Amount=100&{said}",
        "digest twice": f"{said}&vnp_SecureHash={said.rpartition('=')[2]}",
        "encoded twice": said.replace("+", "%2B"),
        "half encoded": said.replace("+", "%2"),
        "windows-1258": said.replace("+", "%D0"),
        "semicolons": said.replace("&", ";"),
        "capitals": said.replace("vnp_Amount", "VNP_AMOUNT"),
        "many": f"{said}&{many}",
        "long": f"{said}&vnp_Bill_Address={'a' * 20_000}",
    }.items():
        yield name, replace(genuine, url=f"{victim.url}?{query}"), "forged"
    yield "in the body", Wire("POST", victim.url, said.encode(), form), "forged"
    yield "in the body of a GET", Wire("GET", victim.url, said.encode(), form), "forged"
    yield "as JSON", Wire("POST", victim.url, json.dumps(dict(victim.fields())).encode()), "forged"
    yield "huge", Wire("POST", genuine.url, b"a" * (LIMIT + 1), form), "too-large"


def _body(victim: Victim, genuine: Wire) -> Iterator[tuple[str, Wire, Answer]]:
    """Of a notice that is a body."""
    body = genuine.content
    document = json.loads(body)
    text = {name: str(value) for name, value in document.items()}
    name = next(iter(document))
    for label, content in {
        "nothing": b"",
        "null": b"null",
        "{}": b"{}",
        "a list": b"[" + body + b"]",
        "cut": body[: len(body) // 2],
        "lengthened": body + body,
        "utf-16": body.decode().encode("utf-16"),
        "windows-1258": body[:-1] + ', "vùng": "Đà"}'.encode("windows-1258"),
        "not utf-8": b"\xff" + body,
        "deep": b"[" * _DEEP + b"]" * _DEEP,
        "deep inside": body[:-1] + b', "x": ' + b'{"a":' * _DEEP + b"1" + b"}" * _DEEP + b"}",
        "NaN": body[:-1] + b', "x": NaN}',
        "a member twice": body[:-1] + f", {json.dumps(name)}: {json.dumps(document[name])}}}".encode(),
        "long": json.dumps({**document, name: "a" * (LIMIT // 2)}).encode(),
        "lists": json.dumps({key: [value] for key, value in document.items()}).encode(),
        "as a form": urlencode(text).encode(),
    }.items():
        yield label, replace(genuine, content=content), "forged"
    yield "in the address", Wire("GET", f"{victim.url}?{urlencode(text)}"), "forged"
    yield "in the address as JSON", Wire("GET", f"{victim.url}?{quote(body)}"), "forged"
    yield "huge", replace(genuine, content=json.dumps({**document, name: "a" * LIMIT}).encode()), "too-large"
    if victim.system == ZALOPAY:
        data = json.loads(document["data"])
        for label, spelled in {
            "data anew": json.dumps(data, indent=1),
            "data reordered": json.dumps(dict(reversed(data.items()))),
            "data with a blank": f"{document['data']} ",
        }.items():
            yield label, replace(genuine, content=json.dumps({**document, "data": spelled}).encode()), "forged"


__all__ = ["LIMIT", "Answer", "Victim", "alike", "attacks", "half"]
