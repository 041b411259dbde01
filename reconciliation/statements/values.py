"""A layout as SQL: cells of text -> a canonical line, or the name of what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from reconciliation.layout import Amount, AnyLayout, Column, Row
from reconciliation.lines import Kind, Status

MOST_DONG = 10**15
_BLANK = "''"
_LINE = "'line'"
LINE = (
    "kind", "reference", "gateway_reference", "refund_reference", "amount", "fee", "status", "moment", "subject",
)  # fmt: skip
Cell = Callable[[Column], str]


def text(value: str) -> str:
    """A literal."""
    return "'" + value.replace("'", "''") + "'"


def cleaned(cell: str) -> str:
    """Composed (NFC), without spaces around it; absent is empty."""
    return f"coalesce(trim(nfc_normalize({cell}), ' \t\u00a0'), '')"


def begins(row: Row, cell: Cell) -> str:
    """Whether a row is of this sort. Letter case does not matter."""
    return f"starts_with(lower({cell(row.column)}), lower({text(row.starts_with)}))"


def number(bare: str, amount: Amount) -> str:
    """The number in a clean cell, in dong and with its sign, or NULL where it is none or not whole."""
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
    joined = cells[0] if len(cells) == 1 else f"trim(concat_ws(' ', {', '.join(cells)}))"
    forms = "[" + ", ".join(text(one) for one in formats) + "]"
    parsed = f"try_strptime({joined}, {forms})"
    return parsed if offset == 7 else f"({parsed} + INTERVAL ({7 - offset}) HOUR)"


def word(cell: str, words: Mapping[str, str]) -> str:
    """What a word of the file means, or NULL."""
    arms = " ".join(f"WHEN {text(said)} THEN {text(meaning)}" for said, meaning in words.items())
    return f"CASE {cell} {arms} END"


class Form(Enum):
    """What must be done to cells before they are looked at."""

    ANY = "{all}"  # composed, and without what stands around texts
    SPACED = "trim({cell})"  # ASCII without tabs: nothing to compose, and only spaces to cut
    BARE = "{cell}"  # the same where no text is spaced; one that is, is a flaw


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the cells come from: a relation with `columns` (`c0`, `c4`, ...) and `also`.

    `width`: how many a row must have; then `also` names the column that says how many it has.
    """

    relation: str
    columns: Sequence[str]
    also: Sequence[str] = ()
    form: Form = Form.ANY
    width: int | None = None

    def clean(self) -> str:
        """A relation of the same columns, as the form says."""
        if self.form is Form.BARE:
            return self.relation
        clean = (self.form.value.format(cell=one, all=cleaned(one)) for one in self.columns)
        columns = [*self.also, *(f"{made} AS {one}" for made, one in zip(clean, self.columns, strict=True))]
        return f"(SELECT {', '.join(columns)} FROM {self.relation})"


def lines(layout: AnyLayout, cell: Cell, cells: Cells, formats: Sequence[str], reach: tuple[datetime, datetime]) -> str:
    """A SELECT: `also` of the cells, what sort of row, the canonical columns, and `flaw`."""
    also = "".join(f"{one}, " for one in cells.also)
    return f"""
        SELECT {also}sort, {", ".join(LINE)}, written, {_flaw(layout, cells, reach)} AS flaw
        FROM (
            SELECT * REPLACE (
                {_signed_kind(layout)} AS kind,
                {_signed_status(layout)} AS status,
                abs(written) {"+ fee" if layout.amount.net else ""} AS amount)
            FROM ({_parsed(layout, cell, cells, formats)}))
    """


def _parsed(layout: AnyLayout, cell: Cell, cells: Cells, formats: Sequence[str]) -> str:
    named = layout.columns
    sorts = "".join(f"WHEN {begins(row, cell)} THEN 'ignored' " for row in layout.ignore)
    if layout.totals is not None:
        sorts += f"WHEN {begins(layout.totals, cell)} THEN 'totals' "

    def key(column: Column | None, prefix: str | None = None) -> str:
        if column is None:
            return "NULL::VARCHAR"
        bare = cell(column) if prefix is None else f"regexp_replace({cell(column)}, {text(f'^(?:{prefix})')}, '')"
        return f"nullif({bare}, '')"

    amount = "NULL::BIGINT" if named.amount is None else number(cell(named.amount), layout.amount)
    fee = "NULL::BIGINT" if named.fee is None else number(cell(named.fee), layout.amount)
    time = [cell(one) for one in named.times()]
    kinds = {said: str(meaning) for said, meaning in layout.kinds.items()}
    statuses = {said: str(meaning) for said, meaning in layout.statuses.items()}
    return f"""
        SELECT {"".join(f"{one}, " for one in cells.also)}{f"CASE {sorts} ELSE 'line' END" if sorts else _LINE} AS sort,
            {text(layout.kind) if named.kind is None else word(cell(named.kind), kinds)} AS kind,
            {key(named.reference, layout.prefix)} AS reference,
            {key(named.gateway_reference)} AS gateway_reference,
            {key(named.refund_reference, layout.prefix)} AS refund_reference,
            {amount} AS written, written AS amount, {fee} AS fee,
            {_filled(named.fee, cell)} AS has_fee,
            {text(layout.status) if named.status is None else word(cell(named.status), statuses)} AS status,
            {moment(time, formats, layout.time.offset) if time else "NULL::TIMESTAMP"} AS moment,
            {key(named.subject)} AS subject,
            {"true" if named.currency is None else f"upper({cell(named.currency)}) = 'VND'"} AS is_dong,
            {_spaced(layout, cell) if cells.form is Form.BARE else "false"} AS spaced
        FROM {cells.clean()}"""


def _filled(column: Column | None, cell: Cell) -> str:
    return "false" if column is None else f"{cell(column)} <> {_BLANK}"


def _spaced(layout: AnyLayout, cell: Cell) -> str:
    """Whether a text has spaces around it. Numbers, times and words of the layout would not be understood with them."""
    named = layout.columns
    texts = [named.reference, named.gateway_reference, named.refund_reference, named.subject]
    rows = [*layout.ignore, *([layout.totals] if layout.totals is not None else [])]
    columns = dict.fromkeys(cell(one) for one in (*texts, *(row.column for row in rows)) if one is not None)
    return " OR ".join(f"({one} > '' AND {one} < '!') OR ends_with({one}, ' ')" for one in columns)


def _signed_kind(layout: AnyLayout) -> str:
    if layout.amount.negative != "refund":
        return "kind"
    return f"CASE WHEN written < 0 AND kind = '{Kind.PAYMENT}' THEN '{Kind.REFUND}' ELSE kind END"


def _signed_status(layout: AnyLayout) -> str:
    if layout.amount.negative != "reversed":
        return "status"
    return f"CASE WHEN written < 0 AND kind = '{Kind.PAYMENT}' THEN '{Status.REVERSED}' ELSE status END"


def _flaw(layout: AnyLayout, cells: Cells, reach: tuple[datetime, datetime]) -> str:
    tests = [("spaced", "'spaced'")] if cells.form is Form.BARE else []
    tests += [("sort <> 'line'", "NULL")] if layout.totals is not None or layout.ignore else []
    tests += [] if cells.width is None else [(f"width <> {cells.width}", "'width'")]
    tests += [] if layout.columns.amount is None else [("written IS NULL", "'amount'")]
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


__all__ = ["LINE", "Cells", "Form", "begins", "cleaned", "lines", "moment", "number", "text", "word"]
