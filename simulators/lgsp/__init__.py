"""A stand-in for a provincial LGSP or the national platform (NGSP): tokens, a gateway before other systems, categories.

What it cannot show:
- the gateway product itself: its throttling, its subscriptions and its own error bodies; a token that does not count
  gets HTTP 401 as RFC 6750 has it, a service that is not there 404;
- the meaning of `status` in the answer envelope, of which the table is not public: it is a setting, in two values;
- whether the envelope travels with the provider's HTTP status or with 200: that is a setting too;
- the fields of categories: only those of `qlvanbandieuhanhcap1` are published. The others have `Ma` and `Ten` here, so
  a client has to read `Metadata`, as it should;
- certificates, and the X-Road adapter of the national axis (`XrdAdapter`): see the national portal's simulator;
- speed: one process, in memory.
"""

from .app import create
from .settings import LgspSettings
from .store import State

__all__ = ["LgspSettings", "State", "create"]
