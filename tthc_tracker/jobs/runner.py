"""Run one job and say what became of it: the only place that catches everything."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError

from tthc_tracker import clock
from tthc_tracker.engine import is_full
from tthc_tracker.jobs.timetable import Job
from tthc_tracker.jobs.work import Interrupted, JobFault, Work, patient_unit
from tthc_tracker.queries import operations
from tthc_tracker.services import jobruns
from tthc_tracker.services.leases import LeaseLost
from tthc_tracker.wording import faults

log = logging.getLogger(__name__)

TRIES, PAUSE = 3, 1.0
"""How often a job is begun in a run while others hold what it needs, and the seconds between."""
_GIVEN_UP_FOR_OTHERS = ("55P03", "40P01", "40001")  # waited too long for a lock, deadlock, serialization


@dataclass(frozen=True)
class Result:
    """How a run ended; `error` empty for a good end."""

    name: str
    error: str
    counts: dict[str, Any] = field(default_factory=dict)
    run_id: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it came to its end."""
        return not self.error


def run(job: Job, work: Work) -> Result:
    """Run a job to its end, whatever happens in it, and note the run and the sign of life."""
    started, began = clock.now(), time.monotonic()
    run_id = None if job.quiet and work.token is not None else _start(job, work)
    try:
        counts, error = _done(job, work), ""
    except Exception as fault:  # noqa: BLE001 (a fault of one run must not end the next ones)
        counts, error = {}, _words(job, fault)
    duration = round(1000 * (time.monotonic() - began))
    try:
        run_id = _finish(job, work, Result(job.name, error, counts, run_id), started, duration)
    except Exception as fault:  # noqa: BLE001 (the database is away: the next run finds the same work)
        log.error("run not noted", extra={"job": job.name, "fault": _kind(fault)})
        error = error or _kind(fault)
    return Result(job.name, error, counts, run_id)


def _done(job: Job, work: Work) -> dict[str, Any]:
    """What a job did; begun anew a few times where PostgreSQL gave it up for others who held what it needs.

    It finds its work by state: what an earlier try has committed the next one does not find again.
    """
    for more in reversed(range(TRIES)):
        try:
            return job.do(work)
        except DBAPIError as fault:
            given_up = getattr(fault.orig, "sqlstate", None) in _GIVEN_UP_FOR_OTHERS
            if not (given_up and more) or work.stopping.wait(PAUSE):
                raise
            log.info("job begins anew", extra={"job": job.name, "why": type(fault.orig).__name__})
    raise AssertionError("a try ends or raises")


def _start(job: Job, work: Work) -> int | None:
    try:
        with patient_unit(work.stopping) as session:
            return jobruns.start(session, job.name, token=work.token or 0, now=clock.now())
    except Exception as fault:  # noqa: BLE001 (the job itself will say what is wrong)
        log.error("run not noted", extra={"job": job.name, "fault": type(fault).__name__})
        return None


def _words(job: Job, fault: Exception) -> str:
    """What may be shown and logged of a fault: our own sentences; of others the kind and the place."""
    if isinstance(fault, Interrupted | LeaseLost):
        log.info("job given up", extra={"job": job.name, "why": str(fault)})
        return str(fault)
    if isinstance(fault, JobFault):
        return str(fault)
    log.error("job failed", exc_info=fault, extra={"job": job.name})
    return _kind(fault)


def _kind(fault: Exception) -> str:
    return faults.NO_ROOM if is_full(fault) else type(fault).__name__


def _finish(job: Job, work: Work, result: Result, started: Any, duration: int) -> int | None:
    now = clock.now()
    with patient_unit(work.stopping) as session:
        before = operations.signs(session).get(job.name)
        sign = {"last_tick_at": now, "last_duration_ms": duration, "last_error": result.error[:500]}
        good = {"last_ok_at": started, "last_counts": result.counts} if result.ok else {}
        jobruns.beat(session, job.name, sign | good)
        run_id = result.run_id
        if run_id is None and _is_news(result, before.last_error if before else ""):
            run_id = jobruns.start(session, job.name, token=work.token or 0, now=started)
        if run_id is not None:
            jobruns.finish(session, run_id, counts=result.counts, error=result.error, now=now)
    if result.error and (before is None or before.last_error != result.error):
        log.warning("job ends with a fault", extra={"job": job.name, "fault": result.error})
    return run_id


def _is_news(result: Result, last_error: str) -> bool:
    """Whether a quiet job has anything to say: it did something, or fails in a new way."""
    if result.error:
        return result.error != last_error
    return any(isinstance(value, int) and value for value in result.counts.values())
