"""What ran, when, with what result; and the signs of life of the timed work."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.models.job import Heartbeat, JobPosition, JobRun
from tthc_tracker.queries.operations import CLOCK
from tthc_tracker.wording.jobs import CLOCK_JUMPED, INTERRUPTED

KEPT = dt.timedelta(days=90)
_LONGEST_ERROR = 500


def start(session: Session, name: str, *, token: int, now: dt.datetime) -> int:
    """Note that a job begins; the id of its run."""
    run = JobRun(name=name, token=token, started_at=now, due_at=now, counts={})
    session.add(run)
    session.flush()
    return run.id


def finish(session: Session, run_id: int, *, counts: Mapping[str, Any], error: str, now: dt.datetime) -> None:
    """Note how a run ended: `error` empty for a good end."""
    values = {
        "finished_at": now,
        "status": "failed" if error else "ok",
        "counts": dict(counts),
        "error": error[:_LONGEST_ERROR],
    }
    session.execute(update(JobRun).where(JobRun.id == run_id).values(values))


def abandon(session: Session, *, now: dt.datetime) -> None:
    """Close the runs of an owner that is gone: whoever takes the lease over says so of them."""
    left = update(JobRun).where(JobRun.status == "running")
    session.execute(left.values(status="failed", finished_at=now, error=INTERRUPTED))


def note_jump(session: Session, minutes: int, *, token: int, now: dt.datetime) -> None:
    """Keep that the wall clock has jumped by so many minutes: it explains what else is odd of that hour."""
    run_id = start(session, CLOCK, token=token, now=now)
    finish(session, run_id, counts={}, error=CLOCK_JUMPED.format(minutes=minutes), now=now)


def beat(session: Session, component: str, values: Mapping[str, Any]) -> None:
    """Refresh a component's sign of life with these columns of `heartbeat`."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Heartbeat)
    row = {"component": component, "instance": "", "last_error": "", **values}
    session.execute(insert.values(row).on_conflict_do_update(index_elements=["component"], set_=dict(values)))


def position(session: Session, name: str) -> int:
    """How far work that goes round a table, a stretch a run, has come: the last id it has seen."""
    kept = select(JobPosition.after_id).where(JobPosition.name == name)
    return session.execute(kept).scalar_one_or_none() or 0


def move_on(session: Session, name: str, after_id: int) -> None:
    """Keep how far it has come; 0: the round is over, and the next begins."""
    if after_id == position(session, name):
        return
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(JobPosition)
    row = insert.values(name=name, after_id=after_id)
    kept = row.on_conflict_do_update(index_elements=["name"], set_={"after_id": after_id})
    session.execute(kept)


def sweep(session: Session, now: dt.datetime) -> int:
    """Remove the runs older than ninety days; how many."""
    old = delete(JobRun).where(JobRun.started_at < now - KEPT)
    return len(session.execute(old.returning(JobRun.id)).all())
