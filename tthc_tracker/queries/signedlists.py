"""The list of dossiers that stand elsewhere than they did when a report was signed."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import signedreports
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording.signedreports import COLUMNS


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    found = signedreports.changed(session, asked.question, asked.scope, asked.now, after=after, size=size)
    return Page(found.rows, found.after)


def _count(session: Session, asked: Asked) -> Count:
    return signedreports.count_changed(session, asked.question, asked.scope, asked.now)


_ASKS = ("report_id", "cell", "way", "by", "key", "level")
RESTATED = KeptList(COLUMNS, Permission.VIEW_REPORTS, _ASKS, _page, _count, acts=())
LISTS = (RESTATED,)
