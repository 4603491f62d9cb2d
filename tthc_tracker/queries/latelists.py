"""The lists of what is late, by its cause, and of what is likely to be."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import latenesses, listing, risks
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.keptlist import EVERY_ACT, NARROWS, Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording import latelists, risklists

# --- likely to be late


def _risk_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    filters = listing.read_filters(asked.question)
    found = risks.page(session, filters, asked.scope, asked.now, after=after, size=size)
    return Page(found.rows, found.after)


def _risk_count(session: Session, asked: Asked) -> Count:
    return risks.count(session, listing.read_filters(asked.question), asked.scope, asked.now)


_NARROWS = ("agency", "level", *NARROWS, "officer")
AT_RISK = KeptList(
    risklists.COLUMNS, Permission.VIEW_SUPERVISION, _NARROWS, _risk_page, _risk_count, _NARROWS
)

# --- late, by the cause


def _late_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    period = questions.read(asked.question, asked.now.date()).period
    found = latenesses.behind(session, asked.question, period, asked.scope, asked.now, after=after, size=size)
    return Page(found.rows, found.after)


def _late_count(session: Session, asked: Asked) -> Count:
    period = questions.read(asked.question, asked.now.date()).period
    return latenesses.count_behind(session, asked.question, period, asked.scope, asked.now)


_LATE_ASKS = ("from", "to", "period", "agency", "within", "unit", "cause")
LATE_CAUSES = KeptList(
    latelists.COLUMNS, Permission.VIEW_SUPERVISION, _LATE_ASKS, _late_page, _late_count, (),
    (*EVERY_ACT, "lateness"),
)  # fmt: skip

LISTS = (AT_RISK, LATE_CAUSES)
