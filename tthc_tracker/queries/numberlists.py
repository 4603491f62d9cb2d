"""The lists of what stands behind a number of the tables."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import statisticslists
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.keptlist import Asked, AtOnce, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.statisticslists import Behind, Line, Row
from tthc_tracker.queries.statisticsportions import Portion, PortionKind
from tthc_tracker.wording import countedlists
from tthc_tracker.wording.columns import Columns

ASKS = ("from", "to", "period", "by", "agency", "level", "unit", "key", "cell", "portion", "date", "known-on")


def behind(asked: Asked) -> Behind:
    """The number that is asked about.

    Raises:
        NotAllowed: it is one person's, and this one neither leads nor oversees anybody.
    """
    question = questions.read_narrow(asked.question, asked.now.date()).question(asked.scope)
    portion = Portion.read(asked.question.get("portion", ""))
    if portion and portion.kind is PortionKind.OFFICER and not _oversees(asked):
        raise NotAllowed("reads what one officer has resolved")
    return Behind(
        question, asked.question.get("key", "")[: questions.KEY], questions.cell_of(asked.question), portion
    )


def _oversees(asked: Asked) -> bool:
    return any(Permission.VIEW_SUPERVISION in one.permissions for one in asked.memberships)


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    found = statisticslists.page(session, behind(asked), asked.now, after=after, size=size)
    return Page(found.rows, found.after)


def _count(session: Session, asked: Asked) -> Count:
    return statisticslists.count(session, behind(asked), asked.now)


def _keys(session: Session, asked: Asked) -> Sequence[Line] | None:
    return statisticslists.all_lines(session, behind(asked), asked.now)


def _rows(session: Session, asked: Asked, keys: Sequence[Line]) -> tuple[Row, ...]:
    return statisticslists.of_lines(session, behind(asked), keys, asked.now)


def _counted(columns: Columns) -> KeptList:
    return KeptList(
        columns, Permission.VIEW_REPORTS, ASKS, _page, _count, at_once=AtOnce(keys=_keys, rows=_rows)
    )


LISTS: tuple[KeptList, ...] = tuple(map(_counted, countedlists.COLUMNS.values()))
