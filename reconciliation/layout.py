"""How a settlement file is laid out: gateways do not publish theirs, so it is described in YAML."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from reconciliation.days import Calendar
from reconciliation.lines import HEADER, TIME_FORMAT, Kind, Status
from schemas.vocabulary import DossierState

Column = Annotated[int, Field(ge=1, le=16_384)] | Annotated[str, Field(min_length=1, max_length=200)]
Cell = Annotated[str, Field(max_length=200)]


def _one(value: str) -> str:
    if len(value) != 1 or value.isalnum() or (value < " " and value != "\t"):
        raise ValueError('is not one character that can stand between cells; write for example "|"')
    return value


def _encoding(value: str) -> str:
    try:
        return codecs.lookup(value).name
    except LookupError as error:
        raise ValueError(f"no encoding is called {value}; write for example windows-1258") from error


def _format(value: str) -> str:
    if "%I" in value and "%p" not in value:
        raise ValueError("%I is the hour of a 12-hour clock and says nothing without %p; write %H")
    if not re.search("%[dj]", value) and "%Y" not in value:
        raise ValueError("a format of a time has at least a year and a day, e.g. %d/%m/%Y %H:%M:%S")
    return value


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnyColumns(_Closed):
    """Where each part of a line stands: the name in the header, or the number of the column from 1."""

    reference: Column | None = Field(default=None, description="the merchant's reference")
    gateway_reference: Column | None = Field(default=None, description="the gateway's reference")
    refund_reference: Column | None = Field(default=None, description="the merchant's reference of a refund")
    amount: Column | None = Field(default=None, description="what the payer paid, or got back")
    fee: Column | None = Field(default=None, description="the gateway's charge on this line")
    kind: Column | None = Field(default=None, description="payment, refund or fee, in the words of `kinds`")
    status: Column | None = Field(default=None, description="in the words of `statuses`")
    time: tuple[Column, ...] | Column | None = Field(default=None, description="several are joined with a space")
    subject: Column | None = Field(default=None, description="a business key; only shown")
    currency: Column | None = Field(default=None, description="must say VND")

    @model_validator(mode="after")
    def _has_key(self) -> Self:
        if self.reference is None and self.gateway_reference is None:
            raise ValueError("there is no key; name the column of reference or of gateway_reference")
        return self

    def times(self) -> tuple[Column, ...]:
        """The columns of the time."""
        if self.time is None:
            return ()
        return self.time if isinstance(self.time, tuple) else (self.time,)


class Columns(AnyColumns):
    """Money has an amount."""

    amount: Column = Field(description="what the payer paid, or got back")


class Amount(_Closed):
    """How numbers are written; fees too."""

    decimal: Annotated[str, AfterValidator(_one)] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    minor_units: Literal[1, 10, 100, 1000] = Field(default=1, description="100 where 15000000 means 150,000 dong")
    suffixes: tuple[Cell, ...] = Field(default=(), description="cut off, e.g. VND")
    negative: Literal["refuse", "refund", "reversed"] = Field(
        default="refuse", description="what a negative amount makes of a line"
    )
    net: bool = Field(default=False, description="the amount is what is left after the fee")

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands are the same; one of them is another character")
        return self


class Time(_Closed):
    """How times are written. Cells that a spreadsheet holds as dates need no format."""

    formats: tuple[Annotated[str, AfterValidator(_format)], ...] = Field(default=(TIME_FORMAT,), min_length=1)
    offset: int = Field(default=7, ge=-12, le=14, description="hours from UTC in which the file is written")


class Row(_Closed):
    """Rows that are told by how one of their cells begins."""

    column: Column
    starts_with: Annotated[str, Field(min_length=1, max_length=200)]


class Totals(Row):
    """The row at the end that counts and sums the others. What it says must hold."""

    count: Column | None = None
    amount: Column | None = Field(default=None, description="the sum of the amounts as written, signs included")
    fee: Column | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.count is None and self.amount is None:
            raise ValueError("a totals row proves nothing without count or amount; name one of the columns")
        return self


class AnyLayout(_Closed):
    """A layout of lines of whatever kind; their words are checked by the kinds below."""

    format: Literal["auto", "text", "xlsx", "json"] = "auto"
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(
        default=None, description="of a file that is not Unicode; UTF-8 and UTF-16 are recognised"
    )
    delimiter: Annotated[str, AfterValidator(_one)] | None = Field(default=None, description="found if not given")
    quote: Literal['"', "'", ""] = '"'
    sheet: str | None = Field(default=None, description="name of the sheet; the first one if not given")
    records: str = Field(default="", pattern=r"^(/[^/]+)*$", description="JSON pointer to the list of lines")
    header: bool = Field(default=True, description="columns are found by name, in any order, below any title")
    skip: int = Field(default=0, ge=0, le=1000, description="rows above the first line, where there is no header")
    columns: AnyColumns
    amount: Amount = Amount()
    time: Time = Time()
    kinds: Mapping[Cell, str] = Field(default_factory=dict)
    kind: str = Field(description="of every line, where there is no column")
    statuses: Mapping[Cell, str] = Field(default_factory=dict)
    status: str = Field(description="of every line, where there is no column")
    totals: Totals | None = None
    ignore: tuple[Row, ...] = Field(default=(), description="rows that are no lines, e.g. signatures")
    final_newline: bool = Field(
        default=True, description="the last line ends with a line break: one without is cut off"
    )
    prefix: str | None = Field(
        default=None,
        max_length=100,
        description="regular expression of what the gateway puts before our references; at ZaloPay the day",
    )
    allow_empty: bool = Field(default=False, description="a file without lines is a day without payments")
    outside: Literal["refuse", "keep"] = Field(default="refuse", description="lines of quite another day")
    calendar: Calendar = Calendar()

    @field_validator("prefix")
    @classmethod
    def _is_pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.header and (named := [one for one in self.needed() if isinstance(one, str)]):
            raise ValueError(f"{named[0]} is a name, and header is false; write the number of the column")
        for column, words, name in (
            (self.columns.kind, self.kinds, "kinds"),
            (self.columns.status, self.statuses, "statuses"),
        ):
            if column is not None and not words:
                raise ValueError(f"a column is given and {name} is empty; write what each of its words means")
        if self.amount.net and self.columns.fee is None:
            raise ValueError("net amounts need the column of the fee; name columns.fee")
        return self

    def needed(self) -> Iterator[Column]:
        """Every column that is looked at, maybe several times."""
        named = self.columns
        keys = (named.reference, named.gateway_reference, named.refund_reference)
        single = (*keys, named.amount, named.fee, named.kind, named.status)
        yield from (one for one in (*single, named.subject, named.currency) if one is not None)
        yield from named.times()
        yield from (row.column for row in self.ignore)
        if self.totals is not None:
            told = (self.totals.column, self.totals.count, self.totals.amount, self.totals.fee)
            yield from (one for one in told if one is not None)


class Layout(AnyLayout):
    """A layout of movements of money. The default is our own: our column names, dong, `2026-11-20 08:30:00`."""

    columns: Columns
    kinds: Mapping[Cell, Kind] = Field(default_factory=dict)
    kind: Kind = Field(default=Kind.PAYMENT, description="of every line, where there is no column")
    statuses: Mapping[Cell, Status] = Field(default_factory=dict)
    status: Status = Field(default=Status.PAID, description="of every line, where there is no column")


class DossierLayout(AnyLayout):
    """A layout of dossiers: `reference` is the code, `status` the state, `amount` how many steps are listed."""

    kinds: Mapping[Cell, Literal["dossier"]] = Field(default_factory=dict)
    kind: Literal["dossier"] = "dossier"
    statuses: Mapping[Cell, DossierState] = Field(default_factory=dict)
    status: DossierState = DossierState.PROCESSING
    outside: Literal["refuse", "keep"] = Field(default="keep", description="dossiers that were last moved another day")
    calendar: Calendar = Calendar(merge=False, margin=0)

    @model_validator(mode="after")
    def _has_state(self) -> Self:
        if self.columns.reference is None or self.columns.status is None:
            raise ValueError("a dossier has a code and a state; name columns.reference and columns.status")
        return self


CANONICAL = Layout(
    columns=Columns(**{name: name for name in HEADER}),
    kinds={kind.value: kind for kind in Kind},
    statuses={status.value: status for status in Status},
)
DOSSIERS = DossierLayout(
    columns=AnyColumns(**{name: name for name in HEADER}),
    kinds={"dossier": "dossier"},
    statuses={state.value: state for state in DossierState},
)

__all__ = [
    "CANONICAL",
    "DOSSIERS",
    "Amount",
    "AnyColumns",
    "AnyLayout",
    "Calendar",
    "Column",
    "Columns",
    "DossierLayout",
    "Layout",
    "Row",
    "Time",
    "Totals",
]
