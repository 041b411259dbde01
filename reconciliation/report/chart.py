"""Small charts as inline SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH, _ROW, _LABEL = 640, 26, 190


def bars(rows: Sequence[tuple[str, int]]) -> str:
    """A bar a row with its number behind it. Labels are HTML already."""
    most = max((count for _, count in rows), default=0) or 1
    drawn = "".join(_bar(label, count, place, most) for place, (label, count) in enumerate(rows))
    return f'<svg viewBox="0 0 {_WIDTH} {_ROW * len(rows)}" role="img">{drawn}</svg>'


def _bar(label: str, count: int, place: int, most: int) -> str:
    room = _WIDTH - _LABEL - 90
    # what is there is seen, however small it is beside the others
    length = max(2, room * count // most) if count else 0
    top = place * _ROW
    return (
        f'<text x="0" y="{top + 17}">{label}</text>'
        f'<rect x="{_LABEL}" y="{top + 5}" width="{length}" height="16" rx="2" fill="var(--calm)"/>'
        f'<text x="{_LABEL + length + 6}" y="{top + 17}">{count:,}</text>'
    )


def columns(counts: Sequence[int]) -> str:
    """A column an hour, from 0 to 23."""
    most, step, height = max(counts) or 1, _WIDTH / len(counts), 120
    drawn = "".join(
        f'<rect x="{hour * step + 2:.1f}" y="{height - height * count // most}" width="{step - 4:.1f}" '
        f'height="{height * count // most}" fill="var(--bad)"><title>{hour:02d}: {count:,}</title></rect>'
        f'<text x="{hour * step + step / 2:.1f}" y="{height + 16}" text-anchor="middle">{hour}</text>'
        for hour, count in enumerate(counts)
    )
    return f'<svg viewBox="0 0 {_WIDTH} {height + 22}" role="img">{drawn}</svg>'


__all__ = ["bars", "columns"]
