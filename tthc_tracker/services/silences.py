"""No scan has come to its end for long: administrators are written to once, and once more when one has.

A dead scheduler cannot mail about its own death: jobs.lookout, in the web processes, asks here.
"""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Role
from tthc_tracker.queries import mailroutes, operations
from tthc_tracker.services import jobruns, outbox
from tthc_tracker.wording.jobs import STALE_AFTER

KIND = "silence"
_TOLD = "told-of-silence"


def is_to_be_told(session: Session, now: dt.datetime) -> bool:
    """Whether administrators do not know yet how it stands."""
    last = operations.last_scan(session)
    return last is not None and is_silent(last, now) != bool(jobruns.position(session, _TOLD))


def is_silent(last: dt.datetime, now: dt.datetime) -> bool:
    """Whether a scan that ended last then is so long ago that everybody sees the banner."""
    return now - last > STALE_AFTER


def tell(session: Session, *, now: dt.datetime, domain: str) -> int:
    """Write what administrators do not know yet; how many mails. Of several at once one does."""
    last = operations.last_scan(session)
    if last is None or not is_to_be_told(session, now):
        return 0
    since = jobruns.position(session, _TOLD)
    if is_silent(last, now):
        since, context = int(last.timestamp()), {"last": last.isoformat()}
    else:
        begun = dt.datetime.fromtimestamp(since, last.tzinfo)
        context = {"last": begun.isoformat(), "back": last.isoformat()}
    jobruns.move_on(session, _TOLD, 0 if "back" in context else since)
    which = "back" if "back" in context else "gone"
    return sum(
        outbox.enqueue(
            session, dedup_key=f"{KIND}:{which}:{since}:{user_id}", kind=KIND, user_id=user_id,
            context=context, domain=domain, now=now,
        )
        for user_id in mailroutes.keepers(session, Role.ADMINISTRATOR)
    )  # fmt: skip
