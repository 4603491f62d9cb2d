"""The lists that the calendar brings: what a change of it moves, what falls due on a day."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import calendarmoves, dueload, listing
from tthc_tracker.queries.keptlist import NARROWS, Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording import calendarchanges
from tthc_tracker.wording import dueload as duewords

# --- what a change of the calendar moves


def _moved_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    which, filters = calendarmoves.Asked.of(asked.question), listing.read_filters(asked.question)
    found = calendarmoves.page(session, which, filters, asked.scope, after=after, size=size)
    return Page(found.rows, found.after)


def _moved_count(session: Session, asked: Asked) -> Count:
    filters = listing.read_filters(asked.question)
    return calendarmoves.count(session, calendarmoves.Asked.of(asked.question), filters, asked.scope)


MOVED = KeptList(
    calendarchanges.COLUMNS, Permission.VIEW_DOSSIERS, ("change", "xem", "agency", *NARROWS), _moved_page,
    _moved_count, NARROWS, ("remind", "receipts"),
)  # fmt: skip

# --- what falls due on a day


def _due_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    narrowed, filters = dueload.Narrowed.of(asked.question), listing.read_filters(asked.question)
    found = dueload.page(session, narrowed, filters, asked.scope, asked.now, after=after, size=size)
    return Page(found.rows, found.after)


def _due_count(session: Session, asked: Asked) -> Count:
    narrowed, filters = dueload.Narrowed.of(asked.question), listing.read_filters(asked.question)
    return dueload.count(session, narrowed, filters, asked.scope, asked.now)


DUE = KeptList(
    duewords.COLUMNS,
    Permission.VIEW_SUPERVISION,
    ("day", "until", "unit", "holder", "agency", "only", "held", *NARROWS),
    _due_page,
    _due_count,
    ("day", "agency", *NARROWS),
)

LISTS = (MOVED, DUE)
