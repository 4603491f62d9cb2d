"""What happened, newest first: events of the dossiers in somebody's scope, and what was done outside any.

Both lists show a stretch of days, never the whole table: the newest week unasked, a quarter at most.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, or_, select, true, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries import listing
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.scoping import visible

WEEK, QUARTER = 7, 92  # days


@dataclass(frozen=True)
class Narrowed:
    """What the history is narrowed to. clock: whose days they are; kind: of events, or an action; person: an
    account's number."""

    clock: dt.tzinfo | None
    first: dt.date
    last: dt.date
    kind: str = ""
    person: int | None = None

    @classmethod
    def of(cls, question: Mapping[str, str], now: dt.datetime) -> "Narrowed":
        """From an address; what cannot be read narrows nothing, and no stretch is longer than a quarter."""
        read, today = listing.read_filters(question), now.date()
        last = read.end or (max(read.start, today) if read.start else today)
        last = min(last, read.start + dt.timedelta(days=QUARTER - 1)) if read.start else last
        first = read.start or last - dt.timedelta(days=WEEK - 1)
        return cls(now.tzinfo, min(first, last), last, question.get("kind", "")[:60], read.officer)


class EventRow(NamedTuple):
    """An event of a dossier. Nothing personal: the private part of an event is read on its dossier's page."""

    code: str
    version: int
    dossier_id: int
    seq: int
    kind: EventKind
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    actor: str
    reason: str
    facts: dict[str, Any]
    procedure: str
    agency: str
    private: None = None


class DeedRow(NamedTuple):
    """What somebody did outside any dossier. code: of the dossier it was about, if of one; else ''."""

    id: int
    at: dt.datetime
    action: str
    actor: str | None
    username: str | None
    agency: str | None
    object_type: str
    object_id: str
    facts: dict[str, Any]
    version: int = 0

    @property
    def code(self) -> str:
        """Where a row leads: such a one leads nowhere."""
        return ""


@dataclass(frozen=True)
class Page:
    """One page, and where the next begins ('' on the last)."""

    rows: Sequence[Any]
    after: str


# --- of dossiers


def events(
    session: Session, narrowed: Narrowed, scope: Scope, *, after: str = "", size: int = listing.PAGE
) -> Page:
    """Events recorded in the stretch, newest first, paged by (moment, dossier, number)."""
    key = (DossierEvent.recorded_at, DossierEvent.dossier_id, DossierEvent.seq)
    statement = (
        _joined(
            Dossier.code, Dossier.version, DossierEvent.dossier_id, DossierEvent.seq, DossierEvent.kind,
            DossierEvent.occurred_at, DossierEvent.recorded_at, DossierEvent.actor_name, DossierEvent.reason,
            DossierEvent.facts, ProcedureVersion.name, Agency.name,
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .where(*_of_dossiers(narrowed, scope))
    )  # fmt: skip
    if (start := _event_cursor(after)) is not None:
        statement = statement.where(tuple_(*key) < start)
    found = session.execute(statement.order_by(*(part.desc() for part in key)).limit(size + 1)).all()
    rows, more = [EventRow(*row) for row in found[:size]], len(found) > size
    last = rows[-1] if more else None
    return Page(rows, listing.encode_cursor(last.recorded_at, last.dossier_id, last.seq) if last else "")


def count_events(session: Session, narrowed: Narrowed, scope: Scope) -> Count:
    """How many there are, exactly up to ten thousand."""
    return listing.count(session, _joined(DossierEvent.seq).where(*_of_dossiers(narrowed, scope)))


def _joined(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(DossierEvent).join(Dossier, Dossier.id == DossierEvent.dossier_id)


def _of_dossiers(narrowed: Narrowed, scope: Scope) -> list[ColumnElement[bool]]:
    chosen = [*_within(DossierEvent.recorded_at, narrowed), visible(scope)]
    if narrowed.kind in set(EventKind):
        chosen.append(DossierEvent.kind == EventKind(narrowed.kind))
    if narrowed.person is not None:
        chosen.append(DossierEvent.actor_id == narrowed.person)
    return chosen


def _event_cursor(after: str) -> tuple[dt.datetime, int, int] | None:
    match listing.decode_cursor(after):
        case [str(moment), int(dossier_id), int(seq)] if abs(seq) <= listing.BIGGEST_ID:
            start = listing.moment_and_id(listing.encode_cursor(moment, dossier_id))
            return (*start, seq) if start else None
        case _:
            return None


# --- outside dossiers


def deeds(
    session: Session, narrowed: Narrowed, scope: Scope, *, after: str = "", size: int = listing.PAGE
) -> Page:
    """What was done outside dossiers in the stretch, newest first, paged by (moment, id)."""
    statement = (
        select(
            AuditEntry.id, AuditEntry.at, AuditEntry.action, User.full_name, User.username, Agency.name,
            AuditEntry.object_type, AuditEntry.object_id, AuditEntry.facts,
        )
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Agency, Agency.id == AuditEntry.agency_id)
        .where(*_outside(narrowed, scope))
    )  # fmt: skip
    key = (AuditEntry.at, AuditEntry.id)
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) < start)
    found = session.execute(statement.order_by(*(part.desc() for part in key)).limit(size + 1)).all()
    rows, more = [DeedRow(*row) for row in found[:size]], len(found) > size
    return Page(rows, listing.encode_cursor(rows[-1].at, rows[-1].id) if more else "")


def count_deeds(session: Session, narrowed: Narrowed, scope: Scope) -> Count:
    """How many there are, exactly up to ten thousand."""
    return listing.count(session, select(AuditEntry.id).where(*_outside(narrowed, scope)))


def _outside(narrowed: Narrowed, scope: Scope) -> list[ColumnElement[bool]]:
    chosen = [*_within(AuditEntry.at, narrowed), _done_within(scope)]
    if narrowed.kind:
        chosen.append(AuditEntry.action == narrowed.kind)
    if narrowed.person is not None:
        chosen.append(AuditEntry.actor_id == narrowed.person)
    return chosen


def _done_within(scope: Scope) -> ColumnElement[bool]:
    """Done at, or by people of, the scope's agencies; what belongs to none is for those who see all."""
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    theirs = exists().where(Membership.user_id == AuditEntry.actor_id, Membership.agency_id.in_(ids))
    return or_(AuditEntry.agency_id.in_(ids), theirs)


def _within(moment: Any, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), narrowed.clock)

    return [moment >= midnight(narrowed.first), moment < midnight(narrowed.last + dt.timedelta(days=1))]


def person_name(session: Session, user_id: int, scope: Scope) -> str | None:
    """The name behind a filter's number, for those who may know that person."""
    statement = select(User.full_name).where(User.id == user_id)
    if not scope.all:
        theirs = Membership.agency_id.in_(sorted(scope.agency_ids))
        statement = statement.where(exists().where(Membership.user_id == User.id, theirs))
    return session.execute(statement).scalar_one_or_none()
