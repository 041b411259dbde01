"""Systems that speak CloudEvents themselves: every message type, in canonical form, one HTTP POST a message."""

from __future__ import annotations

from lienthong import Adapter, Capabilities, Context, Conversation, Message, Operation, Post, operation
from lienthong.ports import OnUnknown

from .codes import verdict
from .model import Settings
from .translate import to_event


class CloudEvents(Adapter):
    """Forwards a message as it was accepted. The receiver knows a repeat by `source` and `id`."""

    name = "cloudevents"
    Settings = Settings
    capabilities = Capabilities(idempotent=True)

    @operation("*")
    def forward(self, message: Message, context: Context) -> Conversation:
        """One event, structured mode."""
        request = Post(
            self.settings.path,
            content=to_event(message),
            headers={"content-type": "application/cloudevents+json; charset=utf-8"},
        )
        reply = yield request
        return verdict(reply, request)

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """As configured: only a receiver that drops repeats may be sent one."""
        found: OnUnknown = self.settings.on_unknown
        return found


__all__ = ["CloudEvents", "Settings"]
