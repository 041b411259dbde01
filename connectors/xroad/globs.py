"""Endpoint patterns of REST services: `*` is any run of characters without a slash, `**` any run at all.

`\\*` and `\\\\` are a star and a backslash; any other backslash stands for itself. The whole path has to match.
Source: endpoint access rights of the security server, as `listMethods` shows them.
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"\\[*\\]|\*\*|\*|.", re.DOTALL)
_STAR, _STARS = "*", "**"


def matches(pattern: str, path: str) -> bool:
    """Whether `path` (see `normalise_path`) matches. Takes time in proportion to pattern times path, whatever they
    are: patterns come from a partner."""
    pieces = _PIECE.findall(pattern)
    states = _skipping({0}, pieces)
    for character in path:
        states = _skipping(_after(states, pieces, character), pieces)
        if not states:
            return False
    return len(pieces) in states


def _after(states: set[int], pieces: list[str], character: str) -> set[int]:
    following: set[int] = set()
    for state in states:
        piece = pieces[state] if state < len(pieces) else None
        if piece == _STARS or (piece == _STAR and character != "/"):
            following.add(state)
        elif piece is not None and piece not in (_STAR, _STARS) and piece[-1] == character:
            following.add(state + 1)
    return following


def _skipping(states: set[int], pieces: list[str]) -> set[int]:
    """A star may also stand for nothing."""
    reached = set(states)
    for state in states:
        while state < len(pieces) and pieces[state] in (_STAR, _STARS):
            state += 1
            reached.add(state)
    return reached


__all__ = ["matches"]
