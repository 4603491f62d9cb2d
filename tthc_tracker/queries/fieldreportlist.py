"""The list of field reports: what waits, what is due, what is answered; filters, pages by key."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.fieldreports import ReportState
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind
from tthc_tracker.queries import listing
from tthc_tracker.queries.fieldreports import Contact, masked, standing, visible
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.wording import fieldreportlists

NARROWS = ("agency", "level", "from", "to")


class Tab(StrEnum):
    """Which reports: unanswered, due soon, overdue, answered, all of them."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    ALL = "all"


_BY_CLOCK = frozenset({Tab.OPEN, Tab.SOON, Tab.OVERDUE})  # what is due first stands first


class ReportRow(NamedTuple):
    """A line. contact: masked."""

    id: int
    code: str
    version: int
    state: ReportState
    kind: str
    place: str
    words: str
    handling_code: str
    handling: str
    receiving: str
    received_at: dt.datetime
    due_at: dt.datetime
    late_from: dt.datetime
    answered_at: dt.datetime | None
    published: bool
    satisfied: bool | None
    has_photo: bool
    contact: Contact
    standing: str  # where its clock stands, by the name of a badge


@dataclass(frozen=True)
class Question:
    """The list as somebody asks for it; the two days are of when the report was taken in."""

    tab: Tab
    filters: Filters
    kind: str = ""

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Question":
        """From an address; what cannot be read narrows nothing."""
        tab = words.get("tab", "")
        kind = words.get("kind", "").replace("\0", "")[:40]
        return cls(Tab(tab) if tab in set(Tab) else Tab.OPEN, listing.read_filters(words), kind)


def page(
    session: Session, question: Question, scope: Scope, now: dt.datetime, *, after: str = "",
    size: int = listing.PAGE,
) -> Page:  # fmt: skip
    """One page: of what is open what is due first, of the rest the newest. One query, two with an agency."""
    by_clock = question.tab in _BY_CLOCK
    moment = FieldReport.late_from if by_clock else FieldReport.received_at
    statement, start = _wanted(session, question, scope, now, _joined()), listing.moment_and_id(after)
    key = tuple_(moment, FieldReport.id)
    if start is not None:
        statement = statement.where(key > start if by_clock else key < start)
    order = (moment, FieldReport.id) if by_clock else (moment.desc(), FieldReport.id.desc())
    found = [_row(one, now) for one in session.execute(statement.order_by(*order).limit(size + 1))]
    rows = found[:size]
    if len(found) <= size:
        return Page(rows, "")
    last = rows[-1].late_from if by_clock else rows[-1].received_at
    return Page(rows, listing.encode_cursor(last, rows[-1].id))


def count(session: Session, question: Question, scope: Scope, now: dt.datetime) -> Count:
    """How many rows it has, exactly up to ten thousand."""
    return listing.count(session, _wanted(session, question, scope, now, select(FieldReport.id)))


def counts(session: Session, question: Question, scope: Scope, now: dt.datetime) -> dict[Tab, int]:
    """How many each tab has by the same filters, at most ten thousand and one. One query."""
    return listing.counts(session, {
        tab: _wanted(session, replace(question, tab=tab), scope, now, select(FieldReport.id)) for tab in Tab
    })  # fmt: skip


def _wanted(
    session: Session, question: Question, scope: Scope, now: dt.datetime, statement: Select[Any]
) -> Select[Any]:
    conditions = [visible(scope), *_of_tab(question.tab, now), *_received(question.filters)]
    conditions += listing.conditions(
        session, Filters(question.filters.agency, question.filters.level), _HANDLING
    )
    if question.kind:
        of_kind = select(FieldReportKind.id).where(FieldReportKind.code == question.kind)
        conditions.append(FieldReport.kind_id.in_(of_kind))
    return statement.where(*conditions)


_HANDLING: Any = FieldReport.handling_agency_id


def _of_tab(tab: Tab, now: dt.datetime) -> list[ColumnElement[bool]]:
    is_open = FieldReport.answered_at.is_(None)
    match tab:
        case Tab.OPEN:
            return [is_open]
        case Tab.SOON:
            return [is_open, FieldReport.soon_from <= now, FieldReport.late_from > now]
        case Tab.OVERDUE:
            return [is_open, FieldReport.late_from <= now]
        case Tab.ANSWERED:
            return [FieldReport.answered_at.is_not(None)]
        case Tab.ALL:
            return []


def _received(filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.start:
        found.append(FieldReport.received_at >= dt.datetime.combine(filters.start, dt.time(), VIETNAM))
    if filters.end:
        day_after = filters.end + dt.timedelta(days=1)
        found.append(FieldReport.received_at < dt.datetime.combine(day_after, dt.time(), VIETNAM))
    return found


def _joined() -> Any:
    receiving, handling = aliased(Agency), aliased(Agency)
    return (
        select(
            FieldReport, FieldReportKind.name.label("kind"), handling.code.label("handling_code"),
            handling.name.label("handling"), receiving.name.label("receiving"),
        )
        .join(FieldReportKind, FieldReportKind.id == FieldReport.kind_id)
        .join(handling, handling.id == FieldReport.handling_agency_id)
        .join(receiving, receiving.id == FieldReport.receiving_agency_id)
    )  # fmt: skip


def _row(row: Any, now: dt.datetime) -> ReportRow:
    one = row.FieldReport
    return ReportRow(
        one.id, one.code, one.version, one.state, row.kind, one.place, one.words, row.handling_code,
        row.handling, row.receiving, one.received_at, one.due_at, one.late_from,
        one.answered_at, one.published, one.satisfied, one.photo is not None, masked(one),
        standing(one.late_from, one.soon_from, one.answered_at, now),
    )  # fmt: skip


# --- as a list that people keep


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    return page(session, Question.of(asked.question), asked.scope, asked.now, after=after, size=size)


def _count(session: Session, asked: Asked) -> Count:
    return count(session, Question.of(asked.question), asked.scope, asked.now)


FIELD_REPORTS = KeptList(
    fieldreportlists.COLUMNS, Permission.VIEW_DOSSIERS, (*NARROWS, "kind", "tab"), _page, _count,
    (*NARROWS, "kind"), (),
)  # fmt: skip
