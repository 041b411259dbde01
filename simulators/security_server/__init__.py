"""A stand-in for a security server of X-Road: the consumer's side, which information systems call, and, on
`POST /_control/call`, the provider's side, which calls them.

What it cannot show:
- trust: no certificates, signatures, time-stamps, global configuration or message log; what depends on them is
  answered only as a fault that is switched on;
- two servers: one process plays both, so nothing is lost, slow or cut off between them unless a fault says so;
- access rights as they are administered: who may call what is a list in the settings;
- codes of requests that are broken in a rare way: the written protocol and the servers disagree on some of them, and
  what is here is our reading of 7.8 (`version` switches to the spelling that was used until 7.7);
- the server's own checks of XML, apart from those of the header and the body's one child;
- TLS, and the connection types of a subsystem: it speaks plain HTTP to anyone;
- attachments other than those that pass through unread;
- speed: one process, in memory, a tree of each SOAP message.
"""

from .app import create
from .settings import SecurityServerSettings, ServiceSettings
from .store import State

__all__ = ["SecurityServerSettings", "ServiceSettings", "State", "create"]
