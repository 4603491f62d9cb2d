"""The list of one person's dossiers. Whose they are is known to the reader's own session (decision 0022)."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, personaldata
from tthc_tracker.queries.keptlist import NARROWS, Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording import personlists

NUMBER = "person"


def _number(asked: Asked) -> str:
    """Whom the reader has looked for; '', whom nobody's number is, where his session knows of nobody."""
    return asked.question.get(NUMBER, "")


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    filters = listing.read_filters(asked.question)
    match listing.decode_cursor(after):
        case [int(last)] if abs(last) <= listing.BIGGEST_ID:
            before: int | None = last
        case _:
            before = None
    found = personaldata.listed(session, _number(asked), asked.scope, filters, before=before, most=size + 1)
    rows = found[:size]
    return Page(rows, listing.encode_cursor(rows[-1].id) if len(found) > size else "")


def _count(session: Session, asked: Asked) -> Count:
    filters = listing.read_filters(asked.question)
    return personaldata.count(session, _number(asked), asked.scope, filters)


_NARROWS = ("agency", *NARROWS, "officer")
OF_PERSON = KeptList(
    personlists.COLUMNS, Permission.FIND_PERSON, _NARROWS, _page, _count, _NARROWS, secret=(NUMBER,)
)
