"""The list of dossiers that were received while another system was down."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, outages
from tthc_tracker.queries.keptlist import EVERY_ACT, NARROWS, Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.outages import OutageView, Part
from tthc_tracker.wording import outagelists


def outage_of(session: Session, asked: Asked) -> OutageView:
    """The outage that is asked about.

    Raises:
        NotFound: none, or none of this reader's.
    """
    number = asked.question.get("outage", "")
    known = number.isascii() and number.isdigit() and len(number) < 16
    return outages.find(session, int(number) if known else 0, asked.scope)


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    if "outage" not in asked.question:  # of none, no dossiers
        return Page((), "")
    found = outages.touched(
        session, outage_of(session, asked), asked.scope, asked.now, part=outages.part_of(asked.question),
        filters=listing.read_filters(asked.question), after=after, size=size,
    )  # fmt: skip
    return Page(found.rows, found.after)


def _count(session: Session, asked: Asked) -> Count:
    if "outage" not in asked.question:
        return Count(0, more=False)
    filters = listing.read_filters(asked.question)
    found = outages.counted(session, outage_of(session, asked), asked.scope, asked.now, filters)
    numbers = {Part.ALL: found.all, Part.LEFT: found.left, Part.ENTERED: found.all - found.left}
    return Count(numbers[outages.part_of(asked.question)], more=False)


_NARROWS = ("agency", *NARROWS, "officer")
TOUCHED = KeptList(
    outagelists.COLUMNS, Permission.VIEW_DOSSIERS, (*_NARROWS, "outage", "xem"), _page, _count, _NARROWS,
    EVERY_ACT,
)  # fmt: skip
