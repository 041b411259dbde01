"""An invented land registry that takes a dossier in one call."""

from __future__ import annotations

from pydantic import BaseModel

from lienthong import (
    Absent,
    Adapter,
    Capabilities,
    Context,
    Conversation,
    Delivered,
    Get,
    Lookup,
    Message,
    Post,
    Reject,
    classify,
    lookup,
    operation,
)


class Settings(BaseModel):
    """`office`: the code under which the registry knows this province."""

    office: str


class LandRegistry(Adapter):
    name = "land_registry"
    Settings = Settings
    capabilities = Capabilities(idempotent=True)

    @operation("dossier.submitted", on_unknown="lookup")
    def register(self, message: Message, context: Context) -> Conversation:
        request = Post("cases", json={"office": self.settings.office, "case": message.subject})
        reply = yield request
        if (verdict := classify(reply, request)) is not None:
            return verdict
        if reply.status == 202:
            return Reject("not-taken", "the registry keeps no cases of this kind", "/procedure")
        return Delivered(reference=str(reply.json()["number"]))

    @lookup("register")
    def find(self, message: Message, context: Context) -> Lookup:
        reply = yield Get("cases", params={"case": message.subject})
        return Absent() if reply.status == 404 else Delivered(reference=str(reply.json()["number"]))
