"""A stand-in for the personal document store (kho dữ liệu điện tử).

What it cannot show: the paths of search and download, the codes of `errorCode`, the answer to the log-in and the
`signature`, none of which is published (those here are inventions); the owner's consent; real papers.
"""

from .app import create
from .settings import DocumentStoreSettings

__all__ = ["DocumentStoreSettings", "create"]
