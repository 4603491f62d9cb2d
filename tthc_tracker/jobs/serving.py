"""The scheduler process: one owner of the lease works, any other idles; it ends within seconds when told."""

import datetime as dt
import logging
import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from threading import Condition
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from tthc_tracker import clock, memory
from tthc_tracker.extensions import database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.guards import ClockGuard, Watchdog
from tthc_tracker.jobs.timetable import BY_NAME, TIMETABLE, Job
from tthc_tracker.jobs.work import LEASE, Work, is_gone, own_name, work_of
from tthc_tracker.logs import configure_logging
from tthc_tracker.queries import operations
from tthc_tracker.services import jobruns, leases
from tthc_tracker.services.trailkeys import NAME, Keyring
from tthc_tracker.wording.jobs import CLOCK_JUMPED

log = logging.getLogger(__name__)

RENEW_EVERY = 20.0  # seconds; the lease lasts ninety
ASK_EVERY = 5.0  # for one who idles, or who could not renew his
PULSE_EVERY = 20.0
SILENCE = 3 * PULSE_EVERY
WORTH_SAYING = dt.timedelta(minutes=1)  # by how much the next time of a job must have moved
PATIENCE = 3.0  # seconds that running jobs get to end
SCHEDULER = "scheduler"
CACHE = 1000  # KiB of pages a connection: a lane has one, and most are asked a few rows every some seconds


def serve(settings: Any) -> None:
    """Be the scheduler of this installation until told to end."""
    memory.share_heaps(1)  # threads wait for the database, not for each other's heap
    configure_logging()
    database.bind(settings.database_url, keyring=Keyring(settings.var / NAME), cache=CACHE)
    Service(work_of(settings)).serve()


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the library tells anything: that a job is still at work when its turn comes does not.

    A long job often is, as the first sums of a register are; its row of job_run says how long it took.
    """
    return "maximum number of running instances" not in record.getMessage()


class Service:
    """One scheduler process."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._owner = own_name()
        self._token: int | None = None
        self._is_sure = False  # the lease is ours, and was renewed when that was tried last
        self._running: dict[str, float] = {}
        self._awaited: set[str] = set()  # asked for and not begun
        self._idle = Condition()
        self._pulsed = self._renewed = time.monotonic()
        self._said_next: dict[str, dt.datetime] = {}
        self._guard = ClockGuard(work.holding)
        self._scheduler = _scheduler()

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._work.stopping.set())
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        logging.getLogger("apscheduler.scheduler").addFilter(is_news)
        for job in TIMETABLE:
            self._scheduler.add_job(self._fire, args=[job], id=job.name, executor=job.lane, **job.trigger)
        self._scheduler.add_job(
            self._pulse, id="pulse", executor="pulse", trigger="interval", seconds=PULSE_EVERY
        )
        Watchdog(self.silent, self._work.stopping).start()
        self._renew()
        if self._token is None:
            log.info("idles: another process holds the lease")
        self._scheduler.start()
        while not self._work.stopping.wait(RENEW_EVERY if self._is_sure else ASK_EVERY):
            self._renew()
        self._end()

    # --- the lease

    def _renew(self) -> None:
        try:
            with database.transaction() as session:
                token = leases.acquire(session, LEASE, self._owner, is_gone)
                if token is not None and token != self._token:
                    jobruns.abandon(session, now=clock.now())
        except SQLAlchemyError as fault:
            # Whether it is still ours is for the fence to say: jobs that write ask it first.
            log.warning("lease not renewed", extra={"fault": type(fault).__name__})
            self._renewed, self._is_sure = time.monotonic(), False
            return
        self._renewed, self._is_sure = time.monotonic(), token is not None
        if token != self._token:
            log.info("lease", extra={"token": token, "owner": self._owner})
            gained, self._token = token is not None, token
            if gained:
                self._catch_up()

    def _catch_up(self) -> None:
        """What should have run while nobody did runs now: by the runs on record, not by memory."""
        now = clock.now()
        for job in TIMETABLE:
            if self._is_late(job, now):
                self._run_soon(job)

    def _run_soon(self, job: Job) -> None:
        """Once more as soon as its lane is free; a lane runs one at a time, and one that waits is enough."""
        with self._idle:
            if job.name in self._awaited:
                return
            self._awaited.add(job.name)
        self._scheduler.add_job(
            self._fire_awaited, args=[job], id=f"{job.name} now", executor=job.lane, trigger="date",
            replace_existing=True, max_instances=2,  # one may still be ending when the next is asked for
        )  # fmt: skip

    def _is_late(self, job: Job, now: Any) -> bool:
        if job.max_age is None:
            return True
        with database.reading() as session:
            last = operations.last_good_run(session, job.name)
        return last is None or now - last > job.max_age

    # --- running

    def _fire_awaited(self, job: Job) -> None:
        with self._idle:
            self._awaited.discard(job.name)
        self._fire(job)

    def _fire(self, job: Job) -> None:
        token = self._token
        if token is None or self._work.stopping.is_set():
            return
        with self._idle:
            self._running[job.name] = time.monotonic()
        try:
            counts = runner.run(job, replace(self._work, token=token)).counts
            if counts.get("mails") or counts.get("written"):
                self._run_soon(BY_NAME[operations.DELIVERY])
        finally:
            with self._idle:
                del self._running[job.name]
                self._idle.notify_all()
            if not job.quiet:
                memory.give_back()  # a morning's job frees tens of MiB that nothing needs until the next

    def _pulse(self) -> None:
        """A tick of the scheduler's own thread: it lives, and the clock is looked at."""
        self._pulsed = time.monotonic()
        held = self._work.holding.is_set()
        jumped = self._guard.tick()
        if held and not jumped:
            self._run_soon(BY_NAME[operations.SCAN])
        if self._token is None:
            return
        sign = {
            "instance": self._owner,
            "last_tick_at": clock.now(),
            "wall_mono_offset": self._guard.offset,
            "last_error": CLOCK_JUMPED.format(minutes=jumped) if jumped else "",
        }
        due = self._due_next()
        try:
            with database.transaction() as session:
                jobruns.beat(session, SCHEDULER, sign)
                if jumped:
                    jobruns.note_jump(session, jumped, token=self._token, now=clock.now())
                for name, at in due.items():
                    jobruns.beat(session, name, {"next_at": at})
        except SQLAlchemyError as fault:
            log.warning("no sign of life noted", extra={"fault": type(fault).__name__})
        else:
            self._said_next |= due

    def _due_next(self) -> dict[str, dt.datetime]:
        """When each job is due next, where that is not what was said last: most pulses say nothing."""
        due = {
            job.id: job.next_run_time
            for job in self._scheduler.get_jobs()
            if job.id in BY_NAME and job.next_run_time is not None
        }
        said = self._said_next
        return {name: at for name, at in due.items() if name not in said or at - said[name] >= WORTH_SAYING}

    def silent(self) -> str:
        """Which sign of life is too old; '' for none."""
        now = time.monotonic()
        if now - self._pulsed > SILENCE:
            return "pulse"
        if now - self._renewed > SILENCE:
            return "lease"
        with self._idle:
            running = dict(self._running)
        for name, since in running.items():
            if now - since > BY_NAME[name].longest.total_seconds():
                return name
        return ""

    # --- the end

    def _end(self) -> None:
        self._scheduler.shutdown(wait=False)
        for give_up in list(self._work.on_stop):
            give_up()
        with self._idle:
            self._idle.wait_for(lambda: not self._running, PATIENCE)
            ended = not self._running
        if self._token is not None:
            with suppress(SQLAlchemyError), database.transaction() as session:
                leases.release(session, LEASE, self._owner, self._token)
        database.dispose()
        log.info("ended", extra={"cleanly": ended})
        if not ended:
            os._exit(0)  # a thread that waits for somebody else's server must not hold the process


def _scheduler() -> Any:
    lanes = {job.lane for job in TIMETABLE} | {"pulse"}
    return BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={lane: ThreadPoolExecutor(1) for lane in lanes} | {"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=clock.HANOI,
    )
