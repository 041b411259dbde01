"""What an HTTP status of the receiver means: the table that `lienthong.classify` keeps, and 2xx is delivered."""

from __future__ import annotations

from lienthong import Delivered, Reply, Request, Single, classify


def verdict(reply: Reply, request: Request) -> Single:
    """The verdict of an answer; a `Location` is the receiver's reference."""
    return classify(reply, request) or Delivered(reply.headers.get("location"))
