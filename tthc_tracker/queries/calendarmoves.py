"""The dossiers whose dates a change of the calendar moves, before it is agreed to and afterwards."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.calendarchanges import ChangeState, Effect, Notice
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import listing
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.listing import Count, Page
from tthc_tracker.queries.scoping import visible


class Part(StrEnum):
    """Which of them."""

    ALL = "all"
    LATE = "late"
    RELIEVED = "relieved"
    EARLIER = "earlier"
    LETTERS = "letters"
    SILENT = "silent"  # nobody to write to: to be told in another way


@dataclass(frozen=True)
class Row:
    """A line: the date that people were told, and the one they are to be told."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency: str
    holder: str
    was: dt.datetime
    becomes: dt.datetime
    lawful_was: dt.datetime | None
    lawful: dt.datetime | None
    effect: Effect
    notice: Notice


@dataclass(frozen=True)
class Asked:
    """Which change (0: none), and which part of what it moves."""

    change_id: int
    part: Part

    @classmethod
    def of(cls, question: Mapping[str, str]) -> "Asked":
        """As an address says it."""
        change, part = question.get("change", ""), question.get("xem", "")
        number = int(change) if change.isascii() and change.isdigit() and len(change) < 16 else 0
        return cls(number, Part(part) if part in set(Part) else Part.ALL)


def _chosen(asked: Asked) -> ColumnElement[bool]:
    move = CalendarMove
    parts: dict[Part, ColumnElement[bool]] = {
        Part.ALL: and_(True),
        Part.LATE: move.effect == Effect.LATE,
        Part.RELIEVED: move.effect == Effect.RELIEVED,
        Part.EARLIER: move.current_due_at < move.was_current_due_at,
        Part.LETTERS: move.notice != Notice.NONE,
        Part.SILENT: and_(move.notice == Notice.NONE, move.current_due_at != move.was_current_due_at),
    }
    return and_(move.change_id == asked.change_id, move.moves.is_(True), parts[asked.part])


def _moves(session: Session, asked: Asked, filters: listing.Filters, scope: Scope) -> list[Any]:
    resolving: Any = Dossier.resolving_agency_id
    return [_chosen(asked), visible(scope), *listing.conditions(session, filters, resolving)]


def count(session: Session, asked: Asked, filters: listing.Filters, scope: Scope) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    joined = select(CalendarMove.dossier_id).join(Dossier, Dossier.id == CalendarMove.dossier_id)
    return listing.count(session, joined.where(*_moves(session, asked, filters, scope)))


def page(
    session: Session,
    asked: Asked,
    filters: listing.Filters,
    scope: Scope,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """One page, the date that comes first first."""
    key = (CalendarMove.was_current_due_at, CalendarMove.dossier_id)
    statement = _details().where(*_moves(session, asked, filters, scope))
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) > start)
    found = session.execute(statement.order_by(*key).limit(size + 1)).all()
    rows = tuple(map(_row, found[:size]))
    last = rows[-1] if len(found) > size else None
    return Page(rows, listing.encode_cursor(last.was, last.id) if last else "")


def _details() -> Any:
    moves = select(CalendarMove, Dossier.code, Dossier.version)
    return with_resolver(moves.join(Dossier, Dossier.id == CalendarMove.dossier_id))


def _row(row: Any) -> Row:
    move: CalendarMove = row.CalendarMove
    assert move.was_current_due_at is not None
    assert move.current_due_at is not None
    return Row(
        id=move.dossier_id, code=row.code, version=row.version, procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind), agency=row.agency,
        holder=row.officer or row.unit or "", was=move.was_current_due_at, becomes=move.current_due_at,
        lawful_was=move.was_due_at, lawful=move.due_at, effect=move.effect, notice=move.notice,
    )  # fmt: skip


# --- letters that wait for whoever signs


@dataclass(frozen=True)
class Waiting:
    """The letters of one change that wait at one agency."""

    change_id: int
    title: str
    decision: str
    done_at: dt.datetime | None
    agency_id: int
    agency_code: str
    agency: str
    letters: int


def waiting(session: Session, agencies: frozenset[int]) -> list[Waiting]:
    """The letters that wait at these agencies, change by change, the oldest first."""
    if not agencies:
        return []
    drafts = (
        CalendarMove.notice == Notice.DRAFT, CalendarMove.agency_id.in_(sorted(agencies)),
        CalendarChange.state == ChangeState.DONE,
    )  # fmt: skip
    grouped = (
        select(CalendarMove.change_id, CalendarMove.agency_id, func.count().label("letters"))
        .join(CalendarChange, CalendarChange.id == CalendarMove.change_id)
        .where(*drafts)
        .group_by(CalendarMove.change_id, CalendarMove.agency_id)
        .subquery()
    )
    statement = (
        select(
            grouped.c.change_id, CalendarChange.title, CalendarChange.decision, CalendarChange.done_at,
            grouped.c.agency_id, Agency.code, Agency.name, grouped.c.letters,
        )
        .join(CalendarChange, CalendarChange.id == grouped.c.change_id)
        .join(Agency, Agency.id == grouped.c.agency_id)
        .order_by(grouped.c.change_id, Agency.code)
    )  # fmt: skip
    return [Waiting(*row) for row in session.execute(statement)]
