"""Request and reply: a question to a system, answered while the caller waits, with evidence and without a trace of the
answer."""

from .answers import Answer, Failed
from .asked import Asked, may_ask
from .enrich import Enricher
from .queries import Queries, Source

__all__ = ["Answer", "Asked", "Enricher", "Failed", "Queries", "Source", "may_ask"]
