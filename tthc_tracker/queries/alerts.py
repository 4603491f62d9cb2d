"""Alerts as people see them: their own, worst first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.people import listed_name
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import listing
from tthc_tracker.queries.alertmail import minutes_late, severity_rank


class Shown(StrEnum):
    """Which of one's standing alerts."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Row:
    """One standing alert. `code` is None for the backlog of a unit."""

    id: int
    rule: Rule
    severity: Severity
    code: str | None
    procedure_code: str | None
    procedure: str | None
    owner: str | None  # masked
    place: str
    agency_code: str
    officer: str | None
    due_at: dt.datetime | None
    raised_at: dt.datetime
    from_before: bool
    source: str | None  # of a mirrored dossier only
    source_as_of: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    note: str
    rank: int
    minutes_late: int | None = None  # working time, of a late reception

    @property
    def since(self) -> dt.datetime:
        """The deadline it speaks of, or when it was raised."""
        return self.due_at or self.raised_at


@dataclass(frozen=True)
class Page:
    """One page of alerts, and where the next begins ('' on the last)."""

    rows: tuple[Row, ...]
    after: str


def open_count(session: Session, user_id: int) -> int:
    """How many alerts stand for this person: the bell."""
    return session.execute(_open_count(), {"user_id": user_id}).scalar_one()


@cache
def _open_count() -> Select[int]:
    """Asked with every page: put together once."""
    mine = (AlertRecipient.user_id == bindparam("user_id"), STANDS_OPEN)
    return select(func.count()).select_from(AlertRecipient).where(*mine)


def _mine(user_id: int, shown: Shown, rule: Rule | None) -> ColumnElement[bool]:
    mine = and_(AlertRecipient.user_id == user_id, Alert.closed_at.is_(None))
    if shown is Shown.OPEN:
        mine = and_(mine, STANDS_OPEN)
    else:
        mine = and_(mine, ~AlertRecipient.open, Alert.acknowledged_at.is_not(None))
    return and_(mine, Alert.rule == rule) if rule else mine


def counts(session: Session, user_id: int, shown: Shown) -> dict[Rule, int]:
    """How many of each rule."""
    statement = select(Alert.rule, func.count()).join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
    mine = statement.where(_mine(user_id, shown, None)).group_by(Alert.rule).order_by(Alert.rule)
    return dict(session.execute(mine).all())


def page(
    session: Session,
    user_id: int,
    now: dt.datetime,
    *,
    shown: Shown = Shown.OPEN,
    rule: Rule | None = None,
    after: str = "",
    size: int = listing.PAGE,
) -> Page:
    """One page: the worst severity first, in it the oldest deadline; paged by key."""
    since = func.coalesce(Alert.due_at, Alert.raised_at)
    ids = select(Alert.id).join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
    ids = ids.where(_mine(user_id, shown, rule)).order_by(severity_rank, since, Alert.id).limit(size + 1)
    if (start := _cursor(after)) is not None:
        rank, moment, last = start
        ids = ids.where(
            or_(
                severity_rank > rank,
                and_(severity_rank == rank, since > moment),
                and_(severity_rank == rank, since == moment, Alert.id > last),
            )
        )
    found = session.execute(ids).scalars().all()
    rows = _details(session, found[:size], now)
    more = len(found) > size
    return Page(rows, listing.encode_cursor(rows[-1].rank, rows[-1].since, rows[-1].id) if more else "")


def _cursor(after: str) -> tuple[int, dt.datetime, int] | None:
    match listing.decode_cursor(after):
        case [int(rank), str(moment), int(last)]:
            try:
                parsed = dt.datetime.fromisoformat(moment)
            except ValueError:
                return None
            return (rank, parsed, last) if parsed.tzinfo else None
        case _:
            return None


def _details(session: Session, ids: Sequence[int], now: dt.datetime) -> tuple[Row, ...]:
    owner, officer, answered = aliased(Person), aliased(User), aliased(User)
    statement = (
        select(
            Alert.id, Alert.rule, Alert.severity, Alert.due_at, Alert.raised_at, Alert.from_before,
            Alert.note, Alert.acknowledged_at, severity_rank.label("rank"),
            Dossier.code, Dossier.source_as_of, Dossier.receiving_agency_id,
            Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
            owner.full_name.label("owner"),
            owner.kind.label("owner_kind"), officer.full_name.label("officer"),
            Agency.name.label("agency"), Agency.code.label("agency_code"), Unit.name.label("unit"),
            Source.name.label("source"), Source.kind.label("source_kind"),
            answered.full_name.label("acknowledged_by"),
        )
        .join(Agency, Agency.id == Alert.agency_id)
        .outerjoin(Unit, Unit.id == Alert.unit_id)
        .outerjoin(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(Procedure, Procedure.id == Dossier.procedure_id)
        .outerjoin(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(owner, owner.id == Dossier.owner_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(Source, Source.id == Dossier.source_id)
        .outerjoin(answered, answered.id == Alert.acknowledged_by_id)
        .where(Alert.id.in_(ids))
        .order_by(severity_rank, func.coalesce(Alert.due_at, Alert.raised_at), Alert.id)
    )  # fmt: skip
    return tuple(_row(session, row, now) for row in session.execute(statement).all())


def _row(session: Session, row: Any, now: dt.datetime) -> Row:
    mirrored = row.source_kind == SourceKind.MIRROR
    return Row(
        id=row.id, rule=row.rule, severity=row.severity, code=row.code, procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind) if row.owner else None,
        place=f"{row.unit}, {row.agency}" if row.unit else row.agency, agency_code=row.agency_code,
        officer=row.officer, due_at=row.due_at, raised_at=row.raised_at, from_before=row.from_before,
        source=row.source if mirrored else None, source_as_of=row.source_as_of if mirrored else None,
        acknowledged_at=row.acknowledged_at, acknowledged_by=row.acknowledged_by, note=row.note,
        rank=row.rank, minutes_late=minutes_late(session, row, now),
    )  # fmt: skip
