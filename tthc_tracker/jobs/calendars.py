"""Changes of the calendar: reckoned batch by batch, written at once, looked at again; resumable."""

import logging
from typing import Any

from tthc_tracker import clock
from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.extensions import database
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import calendarchanges as queries
from tthc_tracker.queries.calendarchanges import Task
from tthc_tracker.services import calendarmoves, calendarnotices, calendartelling
from tthc_tracker.services.calendarmoves import Run
from tthc_tracker.services.tablerows import BadRows
from tthc_tracker.wording import calendarchanges as words

log = logging.getLogger(__name__)


def change_calendar(work: Work) -> dict[str, Any]:
    """Take up every change that waits for us, the oldest first."""
    counts = {"judged": 0, "written": 0, "settled": 0, "letters": _send_letters(work)}
    while (task := _next()) is not None:
        try:
            counts[_take_up(work, task)] += 1
        except NotNow as why:  # somebody has moved it on: the next run sees how it stands
            log.info("change of the calendar left", extra={"change": task.id, "why": str(why)})
            break
    return counts


def _next() -> Task | None:
    with database.reading() as session:
        return queries.next_task(session, clock.now())


def _take_up(work: Work, task: Task) -> str:
    if task.state is ChangeState.DONE:
        with work.transaction() as session:
            calendarmoves.settle(session, task.id, now=clock.now(), last=task.last)
        return "settled"
    try:
        if task.state is ChangeState.WAITING:
            judge(work, task.id)
            return "judged"
        write(work, task.id)
    except BadRows:
        with work.transaction() as session:
            calendarmoves.give_up(session, task.id, words.BAD_ROWS, now=clock.now())
    return "written"


def judge(work: Work, change_id: int) -> None:
    """Say what a change would come to, from where a run before came to."""
    run = Run(change_id)
    while run.more:
        with work.transaction() as session:
            calendarmoves.judge_next(session, run, now=clock.now())


def write(work: Work, change_id: int) -> None:
    """Put an agreed change into force with all that it moves."""
    run, many = Run(change_id), True
    while many:
        with work.transaction() as session:
            many = calendarmoves.refresh(session, run, now=clock.now())
    if run.overtaken:
        return
    with database.reading() as session:
        prepared = calendartelling.prepare(session, change_id, now=clock.now())
    with work.transaction() as session:
        calendarmoves.carry_out(session, change_id, now=clock.now(), prepared=prepared)


def _send_letters(work: Work) -> int:
    """Hand approved letters to the outbox, batch by batch."""
    sent, more = 0, True
    while more:
        with work.transaction() as session:
            many, more = calendarnotices.send_next(session, now=clock.now(), domain=work.mail_domain)
        sent += many
    return sent
