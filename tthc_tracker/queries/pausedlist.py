"""The list of open pauses: since when, why, until when, and what the controller looks at. Longest first."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.pausing import LONG, PauseReason
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.queries import listing
from tthc_tracker.queries.described import told_by
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.scoping import visible


class Flag(StrEnum):
    """What may be looked at in a pause."""

    EXPIRED = "expired"
    LONG = "long"
    LAST_DAY = "last_day"
    ASKED_LATE = "asked_late"
    AGAIN = "again"


class PausedRow(NamedTuple):
    """A line: an open pause and its dossier. holds: its clock stands still."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    pause_id: int
    reason: PauseReason
    policy: PausePolicy
    note: str
    asked_of: str
    started_at: dt.datetime
    expires_at: dt.datetime | None
    by: str | None
    due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    holds: bool
    last_day: bool
    asked_late: bool
    again: bool
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None

    def flags(self, now: dt.datetime) -> tuple[Flag, ...]:
        """What the controller is told of it, the most pressing first."""
        raised = {
            Flag.EXPIRED: self.expires_at is not None and self.expires_at <= now,
            Flag.LONG: now - self.started_at > LONG,
            Flag.LAST_DAY: self.last_day,
            Flag.ASKED_LATE: self.asked_late,
            Flag.AGAIN: self.again,
        }
        return tuple(flag for flag, stands in raised.items() if stands)


def flag_of(question: Mapping[str, str]) -> Flag | None:
    """The flag of an address; what is none narrows nothing."""
    text = question.get("flag", "")
    return Flag(text) if text in set(Flag) else None


def count(session: Session, filters: Filters, flag: Flag | None, scope: Scope, now: dt.datetime) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    chosen = _chosen(session, filters, flag, scope, now)
    return listing.count(session, _joined(select(Pause.id)).where(*chosen))


def page(
    session: Session,
    filters: Filters,
    flag: Flag | None,
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[PausedRow]:
    """One page, the longest paused first; by key, so that the last page costs what the first does."""
    key = tuple_(Pause.started_at, Pause.id)
    statement = _details().where(*_chosen(session, filters, flag, scope, now))
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(key > start)
    found = session.execute(statement.order_by(Pause.started_at, Pause.id).limit(size + 1)).all()
    more, rows = len(found) > size, tuple(map(_row, found[:size]))
    return Page(rows, listing.encode_cursor(rows[-1].started_at, rows[-1].pause_id) if more else "")


def _organisation() -> Any:
    return Dossier.resolving_agency_id


def _joined(statement: Any) -> Any:
    return statement.join(Dossier, Dossier.id == Pause.dossier_id)


def _chosen(
    session: Session, filters: Filters, flag: Flag | None, scope: Scope, now: dt.datetime
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [
        Pause.ended_at.is_(None), Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None),
        visible(scope), *listing.conditions(session, filters, _organisation()),
    ]  # fmt: skip
    if filters.start:
        chosen.append(Pause.started_at >= _midnight(filters.start, now))
    if filters.end:
        chosen.append(Pause.started_at < _midnight(filters.end + dt.timedelta(days=1), now))
    if flag is not None:
        chosen.append(_raised(flag, now))
    return chosen


def _raised(flag: Flag, now: dt.datetime) -> ColumnElement[bool]:
    match flag:
        case Flag.EXPIRED:
            return and_(Pause.expires_at.is_not(None), Pause.expires_at <= now)
        case Flag.LONG:
            return Pause.started_at < now - LONG
        case Flag.LAST_DAY:
            return Pause.last_day.is_(True)
        case Flag.ASKED_LATE:
            return Pause.asked_late.is_(True)
        case Flag.AGAIN:
            return _again()


def _again() -> ColumnElement[bool]:
    """Whether this pause waits for what was asked for once more."""
    return exists().where(
        SupplementRequest.dossier_id == Pause.dossier_id,
        SupplementRequest.asked_at == Pause.started_at,
        SupplementRequest.again_because != "",
    )


def _midnight(day: dt.date, like: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), like.tzinfo)


def _details() -> Any:
    owner, officer, asker = aliased(Person), aliased(User), aliased(User)
    return (
        _joined(
            select(
                Dossier.id, Dossier.code, Dossier.version, Dossier.current_due_at, Dossier.due_at,
                told_at().label("source_as_of"), Dossier.paused_since, Pause.id.label("pause_id"),
                Pause.reason, Pause.policy, Pause.note,
                Pause.asked_of, Pause.started_at, Pause.expires_at, Pause.last_day, Pause.asked_late,
                _again().label("again"), asker.full_name.label("by"), Procedure.code.label("procedure_code"),
                ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"),
                owner.kind.label("owner_kind"),
                Agency.code.label("agency_code"), Agency.name.label("agency"), Unit.name.label("unit"),
                officer.full_name.label("officer"), Source.name.label("source"),
                Source.kind.label("source_kind"),
            )
        )
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(asker, asker.id == Pause.actor_id)
    )  # fmt: skip


def _row(row: Any) -> PausedRow:
    return PausedRow(
        **told_by(row), id=row.id, code=row.code, version=row.version, pause_id=row.pause_id,
        reason=PauseReason(row.reason),
        policy=row.policy, note=row.note, asked_of=row.asked_of, started_at=row.started_at,
        expires_at=row.expires_at, by=row.by, due_at=row.current_due_at, lawful_due_at=row.due_at,
        holds=row.paused_since is not None,
        last_day=row.last_day, asked_late=row.asked_late, again=bool(row.again), source=row.source,
        mirrored=row.source_kind == SourceKind.MIRROR, source_as_of=row.source_as_of,
    )  # fmt: skip
