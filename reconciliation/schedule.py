"""Which days are to be reconciled when. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from reconciliation.days import Calendar, Session, session
from schemas.base import ZONE
from schemas.quantities import Seconds

Kind = Literal["payments", "dossiers", "receipts"]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)]


def _pattern(value: str) -> str:
    try:
        named = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
        value.format(date=date(2026, 11, 20))
    except (ValueError, LookupError) as error:
        raise ValueError("is no pattern of a file; write for example /srv/vnpay/{date:%Y%m%d}.csv") from error
    if named != ["date"] * len(named) or not named:
        raise ValueError("has no {date} in it; write for example /srv/vnpay/{date:%Y%m%d}.csv")
    return value


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Job(_Closed):
    """One comparison that is made every day, for the session that ended before."""

    kind: Kind = "payments"
    system: Name = Field(description="the gateway or portal, as configured")
    at: time = Field(description="when it is due, Vietnamese time, e.g. 08:30")
    after: int = Field(default=1, ge=1, le=10, description="days after the session's last day: the file comes on T+1")
    statement: Annotated[str, AfterValidator(_pattern)] | None = Field(
        default=None, description="the other side's file, {date} being the session's day; its own answers if not given"
    )
    layout: str | None = Field(default=None, description="how that file is laid out")
    ask: bool = Field(default=False, description="have the bus ask about what is not answered")
    repair: bool = Field(default=False, description="have the bus ask about every difference")
    owner: str = Field(default="reconciliation", min_length=1, max_length=200, description="who gets what is left")
    close_by: time = Field(description="from when on a day that is not closed is an alert, e.g. 17:00")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.close_by <= self.at:
            raise ValueError("close_by is not after at; a day must be due before it is late")
        if self.ask and self.statement is not None:
            raise ValueError("ask is for jobs without a statement; write repair: true")
        return self

    def file(self, day: date, folder: Path) -> Path | None:
        """The statement of the session of that day; a relative one is beside the schedule."""
        return None if self.statement is None else folder / self.statement.format(date=day)


class Schedule(_Closed):
    """A schedule: section `reconciliation`, or a file of its own."""

    out: str = Field(default="reconciled", description="folder of the runs")
    metrics: str | None = Field(default=None, description="file for Prometheus; reconciliation.prom in `out` if unset")
    catch_up: int = Field(default=7, ge=1, le=90, description="how many days back a missed or open day is looked for")
    retry: Seconds = Field(default=600.0, ge=10, description="how long until what is due is looked for again")
    wait: Seconds = Field(default=600.0, description="longest wait for a gateway's answers")
    jobs: tuple[Job, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        named = [(job.kind, job.system) for job in self.jobs]
        if twice := next((one for one in named if named.count(one) > 1), None):
            raise ValueError(f"{twice[0]} of {twice[1]} stands twice; leave one")
        return self


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a session: when its last run was made, and whether that left nothing open."""

    made: datetime | None = None
    closed: bool = False


def sessions(job: Job, calendar: Calendar, now: datetime, back: int) -> Iterator[Session]:
    """Those that are due by `now` and not older than `back` days, oldest first."""
    local = now.astimezone(ZONE)
    day, seen = local.date() - timedelta(days=back + job.after), set[date]()
    while day <= local.date() - timedelta(days=job.after):
        found = session(day, calendar)
        day = found.day + timedelta(days=1)
        if found.day not in seen and _at(found, job, job.at) <= local:
            seen.add(found.day)
            yield found


def due(job: Job, calendar: Calendar, now: datetime, back: int, known: Callable[[date], Standing]) -> list[Session]:
    """What is to be run now: sessions without a run, and open ones whose last run is from before today's hour."""
    local = now.astimezone(ZONE)
    today = datetime.combine(local.date(), job.at, ZONE)
    since = today if local >= today else today - timedelta(days=1)
    return [one for one in sessions(job, calendar, now, back) if _again(known(one.day), since)]


def overdue(job: Job, calendar: Calendar, now: datetime, back: int, known: Callable[[date], Standing]) -> list[Session]:
    """Sessions that ought to be closed by now, and are not."""
    local = now.astimezone(ZONE)
    late = (one for one in sessions(job, calendar, now, back) if _at(one, job, job.close_by) <= local)
    return [one for one in late if not known(one.day).closed]


def _again(standing: Standing, since: datetime) -> bool:
    return standing.made is None or (not standing.closed and standing.made < since)


def _at(found: Session, job: Job, hour: time) -> datetime:
    return datetime.combine(found.day + timedelta(days=job.after), hour, ZONE)


__all__ = ["Job", "Kind", "Schedule", "Standing", "due", "overdue", "sessions"]
