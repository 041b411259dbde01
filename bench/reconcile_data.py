"""Two sides of a day with differences planted in every thousand lines: each kind once. Pure but for the writing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import gcd
from pathlib import Path

HEADER = "kind,reference,gateway_reference,refund_reference,amount,fee,status,time,subject\n"
EVERY = 1_000
PLANTED = ("missing_at_us", "missing_at_gateway", "amount", "status", "duplicate", "refund")
_BEGIN = datetime(2026, 11, 20, 0, 30)
_SPAN = 84_000  # seconds; the day without the minutes around the cut-off
_PRIME = 7_368_787


def planted(lines: int) -> dict[str, int]:
    """How many of each kind there are. `lines` is a multiple of a thousand."""
    return dict.fromkeys(PLANTED, lines // EVERY)


def write(folder: Path, lines: int) -> None:
    """`ours.csv` in order and `theirs.csv` in none, about `lines` lines each."""
    for name, rows in (("ours", _ours(lines)), ("theirs", _theirs(lines))):
        with (folder / f"{name}.csv").open("w", encoding="utf-8") as file:
            file.write(HEADER)
            file.writelines(rows)


def _ours(lines: int) -> Iterator[str]:
    for number in range(lines):
        match number % EVERY:
            case 1:
                continue
            case 4:
                yield _line(number, lines, status="failed")
            case _:
                yield _line(number, lines, subject=f"O-{number:09d}")


def _theirs(lines: int) -> Iterator[str]:
    step = _PRIME
    while gcd(step, lines) > 1:
        step += 1
    for place in range(lines):
        number = place * step % lines
        match number % EVERY:
            case 2:
                continue
            case 3:
                yield _line(number, lines, more=500)
                continue
            case 5:
                yield _line(number, lines, prefix="D")
            case 6:
                yield _line(number, lines, kind="refund", prefix="R")
        yield _line(number, lines)


def _line(
    number: int,
    lines: int,
    kind: str = "payment",
    prefix: str = "G",
    more: int = 0,
    status: str = "paid",
    subject: str = "",
) -> str:
    at = _BEGIN + timedelta(seconds=number * _SPAN // lines)
    amount = 10_000 + number % 9_000 + more
    return f"{kind},LT{number:010d},{prefix}{number:012d},,{amount},,{status},{at},{subject}\n"
