"""Decides a call: credentials, question, answer. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from ..carrying import Done
from ..wire import JSON
from . import answers, soap
from .asked import LOOKUP, VERIFY, NotTaken, Pull, Question, question
from .credentials import refusal
from .spoilt import spoilt
from .store import Arrival, State

FACADE = {
    "maYeuCau": "MaYeuCau",
    "maDVC": "MaDVC",
    "maCanBo": "MaCanBo",
    "soDinhDanh": "SoDinhDanh",
    "soCMND": "SoCMND",
    "hoVaTen": "HoVaTen",
}


class Desk:
    """Answers the calls of one service."""

    def __init__(self, state: State) -> None:
        self.state = state

    def soap(self, raw: bytes, headers: Mapping[str, str], call: Arrival) -> Done:
        """A call in SOAP."""
        why = refusal(headers, self.state.settings, self.state.clock())
        if why is not None:
            self.state.refuse(call, why)
            return Done(why.encode(), lambda: None, 401, "text/plain")
        try:
            answer = self._answer(raw, call)
        except NotTaken as error:
            self.state.refuse(call, "not-taken")
            return Done(soap.fault("Client", str(error)), lambda: None, 500)
        done = self._done(soap.envelope(answer, self.state.settings.namespace), call)
        fault = self.state.own_fault(call.service)
        if fault is None:
            return done
        changed = spoilt(fault, done.body)
        return Done(changed.body, done.answered, changed.status, changed.kind)

    def facade(self, raw: bytes, headers: Mapping[str, str], call: Arrival) -> Done:
        """A look-up at the JSON façade of a province, behind its bearer token."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token != (self.state.settings.bearer or token) or not token:
            self.state.refuse(call, "wrong-bearer")
            return Done(b'{"message":"Unauthorized"}', lambda: None, 401, JSON)
        try:
            asked = self._from_facade(raw)
            self._note(call, asked)
        except NotTaken as error:
            self.state.refuse(call, "not-taken")
            return Done(orjson.dumps({"message": str(error)}), lambda: None, 400, JSON)
        found = self.state.find(asked)
        call.result = "found" if found else "not-found"
        return self._done(answers.facade([found] if found else [], self.state.style), call)

    def _answer(self, raw: bytes, call: Arrival) -> Any:
        state, style = self.state, self.state.style
        asked = soap.read(raw, state.settings)
        self._note(call, asked)
        if isinstance(asked, Pull):
            page = state.changed(asked)
            call.result = f"changes:{len(page)}"
            return answers.changes(page, style, state.moment)
        found = state.find(asked)
        if asked.service == VERIFY:
            call.result = "true" if found else "false"
            return answers.verified(found is not None, style)
        call.result = "found" if found else "not-found"
        return answers.collection([answers.record(found, style)] if found else [], style, state.moment)

    def _note(self, call: Arrival, asked: Question | Pull) -> None:
        if not self.state.identify(call, asked) and self.state.settings.repeats == "refuse":
            raise NotTaken(f"MaYeuCau {asked.request_id} đã được sử dụng")

    def _from_facade(self, raw: bytes) -> Question:
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise NotTaken("Không phải JSON") from error
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
            raise NotTaken("Phải là đối tượng JSON, mọi giá trị là chuỗi")
        settings = self.state.settings.model_copy(update={"unit_required": False})
        fields = {field: body.get(name, "") for name, field in FACADE.items()}
        born = body.get("ngayThangNam", "")
        birth = {"Nam" if len(born) == 4 else "NgayThangNam": born}
        return question(LOOKUP, {**fields, "MaTichHop": settings.lookup_code}, birth, settings)

    def _done(self, body: bytes, call: Arrival) -> Done:
        def answered() -> None:
            call.answered = True

        return Done(body, answered)


__all__ = ["Desk"]
