"""A layout as SQL: cells of text -> a canonical line, or the name of what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from reconciliation.layout import Amount, Column, Layout, Row
from reconciliation.lines import Kind, Status

MOST_DONG = 10**15
_BLANK = "''"
Cell = Callable[[Column], str]


def text(value: str) -> str:
    """A literal."""
    return "'" + value.replace("'", "''") + "'"


def cleaned(cell: str) -> str:
    """Composed (NFC), without spaces around it; absent is empty."""
    return f"coalesce(trim(nfc_normalize({cell}), ' \t\u00a0'), '')"


def begins(row: Row, cell: Cell) -> str:
    """Whether a row is of this sort. Letter case does not matter."""
    return f"starts_with(lower({cleaned(cell(row.column))}), lower({text(row.starts_with)}))"


def number(cell: str, amount: Amount) -> str:
    """The number as written, in dong and with its sign, or NULL where it is none or not whole."""
    bare = cleaned(cell)
    if amount.suffixes:
        ends = "|".join(re.escape(one) for one in amount.suffixes)
        pattern = text(rf"(?i)\s*(?:{ends})$")
        bare = f"regexp_replace({bare}, {pattern}, '')"
    thousands, decimal = re.escape(amount.thousands), re.escape(amount.decimal)
    whole = rf"\d{{1,3}}(?:{thousands}\d{{3}})+|\d{{1,18}}" if thousands else r"\d{1,18}"
    body = rf"(?:{whole})(?:{decimal}0+)?"
    shape = text(rf"(?:[-+−]?{body}|{body}-|\({body}\))")
    inner = f"regexp_replace(split_part({bare}, {text(amount.decimal)}, 1), '[^0-9]', '', 'g')"
    size = f"try_cast({inner} AS BIGINT)"
    units = amount.minor_units
    if units != 1:
        size = f"CASE WHEN {size} % {units} = 0 THEN {size} // {units} END"
    sign = f"CASE WHEN regexp_matches({bare}, '^[-−(]|-$') THEN -1 ELSE 1 END"
    plain = f"regexp_full_match({bare}, '[0-9]{{1,18}}')"  # most numbers, and a tenth of the time of what follows
    whole = f"CAST({bare} AS BIGINT)"
    if units != 1:
        whole = f"CASE WHEN {whole} % {units} = 0 THEN {whole} // {units} END"
    quick = f"WHEN {bare} = '' THEN NULL WHEN {plain} THEN {whole}"
    return f"CASE {quick} WHEN regexp_full_match({bare}, {shape}) THEN {sign} * ({size}) END"


def moment(cells: Sequence[str], formats: Sequence[str], offset: int) -> str:
    """Vietnamese wall-clock time, or NULL."""
    joined = "trim(concat_ws(' ', " + ", ".join(cleaned(cell) for cell in cells) + "))"
    forms = "[" + ", ".join(text(one) for one in formats) + "]"
    parsed = f"try_strptime({joined}, {forms})"
    return parsed if offset == 7 else f"({parsed} + INTERVAL ({7 - offset}) HOUR)"


def word(cell: str, words: Mapping[str, str]) -> str:
    """What a word of the file means, or NULL."""
    arms = " ".join(f"WHEN {text(said)} THEN {text(meaning)}" for said, meaning in words.items())
    return f"CASE {cleaned(cell)} {arms} END"


def lines(layout: Layout, cell: Cell, width: int, formats: Sequence[str], reach: tuple[datetime, datetime]) -> str:
    """A SELECT over `raw (line, cells, c0, c1, ...)`: what sort of row, the canonical columns, and `flaw`."""
    return f"""
        SELECT n, line, sort, kind, reference, gateway_reference, refund_reference, amount, fee, status, moment,
               subject, written, {_flaw(layout, width, reach)} AS flaw
        FROM (
            SELECT * REPLACE (
                {_signed_kind(layout)} AS kind,
                {_signed_status(layout)} AS status,
                abs(written) {"+ fee" if layout.amount.net else ""} AS amount)
            FROM ({_parsed(layout, cell, formats)}))
    """


def _parsed(layout: Layout, cell: Cell, formats: Sequence[str]) -> str:
    named = layout.columns
    sorts = "".join(f"WHEN {begins(row, cell)} THEN 'ignored' " for row in layout.ignore)
    if layout.totals is not None:
        sorts += f"WHEN {begins(layout.totals, cell)} THEN 'totals' "

    def key(column: Column | None) -> str:
        return "NULL::VARCHAR" if column is None else f"nullif({cleaned(cell(column))}, '')"

    fee = "NULL::BIGINT" if named.fee is None else number(cell(named.fee), layout.amount)
    time = [cell(one) for one in named.times()]
    kinds = {said: str(meaning) for said, meaning in layout.kinds.items()}
    statuses = {said: str(meaning) for said, meaning in layout.statuses.items()}
    return f"""
        SELECT n, line, cells, {f"CASE {sorts} ELSE 'line' END" if sorts else "'line'"} AS sort,
            {text(layout.kind) if named.kind is None else word(cell(named.kind), kinds)} AS kind,
            {key(named.reference)} AS reference, {key(named.gateway_reference)} AS gateway_reference,
            {key(named.refund_reference)} AS refund_reference,
            {number(cell(named.amount), layout.amount)} AS written, written AS amount, {fee} AS fee,
            {_filled(named.fee, cell)} AS has_fee,
            {text(layout.status) if named.status is None else word(cell(named.status), statuses)} AS status,
            {moment(time, formats, layout.time.offset) if time else "NULL::TIMESTAMP"} AS moment,
            {key(named.subject)} AS subject,
            {"true" if named.currency is None else f"upper({cleaned(cell(named.currency))}) = 'VND'"} AS is_dong
        FROM raw"""


def _filled(column: Column | None, cell: Cell) -> str:
    return "false" if column is None else f"{cleaned(cell(column))} <> {_BLANK}"


def _signed_kind(layout: Layout) -> str:
    if layout.amount.negative != "refund":
        return "kind"
    return f"CASE WHEN written < 0 AND kind = '{Kind.PAYMENT}' THEN '{Kind.REFUND}' ELSE kind END"


def _signed_status(layout: Layout) -> str:
    if layout.amount.negative != "reversed":
        return "status"
    return f"CASE WHEN written < 0 AND kind = '{Kind.PAYMENT}' THEN '{Status.REVERSED}' ELSE status END"


def _flaw(layout: Layout, width: int, reach: tuple[datetime, datetime]) -> str:
    tests = [("sort <> 'line'", "NULL"), (f"cells <> {width}", "'width'"), ("written IS NULL", "'amount'")]
    tests.append((f"abs(written) > {MOST_DONG}", "'amount'"))
    if layout.amount.negative == "refuse":
        tests.append(("written < 0", "'negative'"))
    tests.append(("has_fee AND fee IS NULL", "'fee'"))
    if layout.amount.net:
        tests.append(("fee IS NULL", "'fee'"))
    tests += [("kind IS NULL", "'kind'"), ("status IS NULL", "'status'"), ("NOT is_dong", "'currency'")]
    no_key = "coalesce(reference, gateway_reference, refund_reference) IS NULL"
    tests.append((f"{no_key} AND kind <> '{Kind.FEE}'", "'reference'"))
    if layout.columns.time is not None:
        tests.append(("moment IS NULL", "'time'"))
        if layout.outside == "refuse":
            since, until = (f"TIMESTAMP '{one:%Y-%m-%d %H:%M:%S}'" for one in reach)
            tests.append((f"moment < {since} OR moment >= {until}", "'outside'"))
    return "CASE " + " ".join(f"WHEN {test} THEN {name}" for test, name in tests) + " END"


__all__ = ["begins", "cleaned", "lines", "moment", "number", "text", "word"]
