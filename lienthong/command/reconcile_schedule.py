"""`lienthong reconcile due` and `serve`: what a schedule says is due, once or for ever."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import Json, KeyFile, OptionalConfigPath, Url, as_json, show
from lienthong.command.reconcile_asking import Asking, EventSource, Looking
from lienthong.command.reconcile_run import Order, carried_out
from lienthong.command.reconciling import layout_of, ledger_of, tell
from lienthong.command.texts import chosen, t

if TYPE_CHECKING:
    from reconciliation.days import Session
    from reconciliation.layout import AnyLayout
    from reconciliation.schedule import Job, Schedule

_MOST_LOOKUPS = 5_000
File = Annotated[Path, typer.Option("--schedule", help=t("reconcile.schedule"))]


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("due", help=t("reconcile.due"))(due)
    app.command("serve", help=t("reconcile.serve"))(serve)


def due(
    schedule: File,
    config: OptionalConfigPath = None,
    source: EventSource = "/reconciliation",
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Exit code 0 if all that was due is closed, 1 if something is open or failed."""
    desk = _Desk.opened(schedule, config, source, url, key_file)
    runs = desk.carry_out()
    if json:
        show({"runs": runs, "overdue": desk.overdue})
    raise typer.Exit(Exit.OK if all(one.get("closed") for one in runs) else Exit.FAILED)


def serve(
    schedule: File,
    config: OptionalConfigPath = None,
    source: EventSource = "/reconciliation",
    url: Url = None,
    key_file: KeyFile = None,
    json: Json = False,
) -> None:
    """Until SIGTERM or SIGINT; a run that has begun is brought to its end."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    from schemas.base import ZONE

    desk = _Desk.opened(schedule, config, source, url, key_file)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # in all threads that follow
    # one thread: two runs at once would only wait for each other's disk and memory
    scheduler = BackgroundScheduler(
        timezone=ZONE,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for hour, minute in sorted({(job.at.hour, job.at.minute) for job in desk.schedule.jobs}):
        scheduler.add_job(desk.tick, CronTrigger(hour=hour, minute=minute, timezone=ZONE))
    every = IntervalTrigger(seconds=int(desk.schedule.retry), timezone=ZONE)
    scheduler.add_job(desk.tick, every, next_run_time=datetime.now(ZONE))
    scheduler.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    scheduler.shutdown(wait=True)


@dataclass
class _Desk:
    """A schedule and everything that its jobs need."""

    schedule: Schedule
    folder: Path
    layouts: dict[Job, AnyLayout]
    config: str | None
    ledger: str | None
    source: str
    url: str | None
    key_file: str | None
    failed: set[Job] = field(default_factory=set)
    overdue: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def opened(cls, path: Path, config: str | None, source: str, url: str | None, key_file: str | None) -> _Desk:
        """Raises `typer.Exit` or `Failure` for whatever is wrong with it."""
        from reconciliation.schedule_file import load_schedule

        found, findings = load_schedule(path)
        tell(findings)
        if found is None:
            raise typer.Exit(Exit.USAGE)
        folder = path.parent
        layouts = {job: layout_of(job.kind, None if job.layout is None else folder / job.layout) for job in found.jobs}
        return cls(found, folder, layouts, config, ledger_of(config), source, url, key_file)

    @property
    def out(self) -> Path:
        """The folder of the runs."""
        return self.folder / self.schedule.out

    def tick(self) -> None:
        """What is due now, for ever: a failure was said and is tried again."""
        for one in self.carry_out():
            if as_json():
                show(one)

    def carry_out(self) -> list[dict[str, Any]]:
        """Everything that is due, and the metrics after it. One record a session."""
        runs = [self._run(job, session) for job in self.schedule.jobs for session in self._due(job)]
        self._measure()
        return runs

    def _due(self, job: Job) -> list[Session]:
        from reconciliation.schedule import due

        return due(job, self.layouts[job].calendar, datetime.now(UTC), self.schedule.catch_up, self._standing(job))

    def _standing(self, job: Job) -> Any:
        from reconciliation.runs import Day
        from reconciliation.standing import standing

        return lambda day: standing(Day(self.out, job.kind, job.system, day))

    def _run(self, job: Job, session: Session) -> dict[str, Any]:
        told = {"kind": job.kind, "system": job.system, "day": session.day.isoformat()}
        try:
            done, more = carried_out(self._order(job, session.day))
        except Failure as failure:
            if failure.code.id != "LT121":  # somebody else is at it
                self.failed.add(job)
            self._say(told, failure.text(chosen()))
            return {**told, "closed": False, **failure.record(chosen())}
        self.failed.discard(job)
        said = "reconcile.closed" if done.books.closed else "reconcile.open"
        self._say(told, t(said, number=done.number, folder=done.folder))
        return {**told, "run": done.number, "closed": done.books.closed, "folder": str(done.folder), **more}

    def _say(self, told: dict[str, str], what: str) -> None:
        if not as_json():
            typer.echo(f"{told['kind']} {told['system']} {told['day']}: {what}", err=True)

    def _order(self, job: Job, day: date) -> Order:
        asks, statement = job.ask or job.repair, job.file(day, self.folder)
        where = (self.url, self.key_file, self.config)
        asking = Asking(*where, self.ledger, job.system, self.source, self.schedule.wait) if asks else None
        looks = job.kind == "dossiers" and statement is None
        return Order(
            job.kind, job.system, day, self.layouts[job], self.out, self.ledger, statement, None, asking,
            Looking(*where, job.system, _MOST_LOOKUPS) if looks else None, job.ask, job.repair, job.owner,
        )  # fmt: skip

    def _measure(self) -> None:
        from reconciliation.report.metrics import JobState, schedule_metrics
        from reconciliation.schedule import overdue, sessions

        now, back, states = datetime.now(UTC), self.schedule.catch_up, []
        self.overdue = []
        for job in self.schedule.jobs:
            calendar, standing = self.layouts[job].calendar, self._standing(job)
            late = overdue(job, calendar, now, back, standing)
            newest = max(sessions(job, calendar, now, back), key=lambda one: one.day, default=None)
            closed = None if newest is None else standing(newest.day).closed
            states.append(JobState(job.kind, job.system, closed, len(late), job in self.failed))
            self.overdue += [{"kind": job.kind, "system": job.system, "day": one.day.isoformat()} for one in late]
        target = self.folder / (self.schedule.metrics or Path(self.schedule.out) / "reconciliation.prom")
        _replace(target, schedule_metrics(states, now))


def _replace(target: Path, content: bytes) -> None:
    """At once: whoever collects it never sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)
