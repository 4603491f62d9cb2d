"""What a mail about alerts says, read at the moment it leaves: codes, procedures, masked names, no more."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.alertrules import LEAVES_AT_ONCE, STATUTORY, Delivery
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.people import listed_name
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import listing, risks, unitload
from tthc_tracker.queries.calendars import worked_since
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.operations import last_scan
from tthc_tracker.queries.risks import AtRisk
from tthc_tracker.queries.unitload import Overview

MOST_ROWS = 50
DIGEST = "digest"
ABOUT_ALERTS = (DIGEST, "at_once", "text")
"""The kinds of messages that count alerts of whoever gets them."""

# The worst severity first.
severity_rank = case(
    {severity: len(Severity) - place for place, severity in enumerate(Severity)}, value=Alert.severity
)


class Part(StrEnum):
    """A part of a digest: what has become somebody's since the one before, and what he had then."""

    NEW = "new"
    BEFORE = "before"


@dataclass(frozen=True)
class MailLine:
    """One alert in a mail. `code` is that of a dossier; of a unit's backlog `place` says which unit.

    overdue_there: of a backlog, what narrows the list of what is overdue to that unit or agency.
    """

    alert_id: int
    rule: Rule
    severity: Severity
    code: str | None
    procedure_code: str | None
    procedure: str | None
    owner: str | None  # masked
    place: str
    due_at: dt.datetime | None
    from_before: bool
    source: str | None  # of a mirrored dossier only
    source_as_of: dt.datetime | None
    minutes_late: int | None = None  # working time, of a late reception
    report_code: str | None = None
    overdue_there: dict[str, str] | None = None

    def days_late(self, today: dt.date) -> int | None:
        """Calendar days since the deadline; negative before it, None without one."""
        return (today - self.due_at.date()).days if self.due_at else None


@dataclass(frozen=True)
class AlertMail:
    """The content of a digest or of a mail at once.

    oldest: the earliest deadline that has passed. overview: by unit, of a leader's digest alone.
    """

    kind: str
    name: str
    now: dt.datetime
    scanned_at: dt.datetime | None
    new: tuple[MailLine, ...]  # raised since the last digest; in a mail at once: all
    others: tuple[MailLine, ...]
    counts: dict[Rule, int]
    new_total: int  # of all alerts, how many are new, shown or not
    oldest: dt.datetime | None = None
    overview: Overview | None = None
    only_statutory: bool = False
    at_risk: AtRisk | None = None  # of a head's digest; it is no reason to write by itself

    @property
    def total(self) -> int:
        """How many alerts stand, shown or not."""
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """How many of them the mail does not show."""
        return self.total - len(self.new) - len(self.others)

    @property
    def sources(self) -> list[tuple[str, dt.datetime | None]]:
        """The mirrored sources that the lines come from, each with its oldest data."""
        oldest = dict(self.overview.sources) if self.overview else {}
        for line in (*self.new, *self.others):
            if line.source is not None:
                known = oldest.get(line.source, line.source_as_of)
                both = [moment for moment in (known, line.source_as_of) if moment]
                oldest[line.source] = min(both) if both else None
        return sorted(oldest.items())


def content(
    session: Session,
    kind: str,
    user_id: int,
    context: dict[str, Any],
    *,
    created_at: dt.datetime,
    now: dt.datetime,
) -> AlertMail | None:
    """What the mail says now; None when nothing of it is true any more or a later digest says it."""
    if kind == DIGEST:
        return _digest(session, user_id, context, created_at, now)
    return _mail(session, kind, user_id, [_told_at_once(kind, context)], (), now)


def counted_in(session: Session, mail_id: int, user_id: int, part: Part | None) -> Select[int]:
    """The alerts that somebody's mail counts, of those that stand for him now; none of another's mail."""
    asked = select(OutboxMessage.kind, OutboxMessage.context).where(
        OutboxMessage.id == mail_id, OutboxMessage.user_id == user_id
    )
    found = session.execute(asked).one_or_none()
    mine = _mine(user_id).correlate(None)
    if found is None or found.kind not in ABOUT_ALERTS:
        return mine.where(false())
    if found.kind != DIGEST:
        return mine.where(_told_at_once(found.kind, found.context))
    since = dt.datetime.fromisoformat(found.context["since"])
    newly = _newly(since)
    if found.context.get("statutory"):
        mine = mine.where(statutory_since(since))
    return mine if part is None else mine.where(newly if part is Part.NEW else not_(newly))


def _told_at_once(kind: str, context: dict[str, Any]) -> ColumnElement[bool]:
    return and_(
        Alert.id > int(context["after"]),
        Alert.id <= int(context["upto"]),
        Alert.delivery == Delivery.TEXT if kind == "text" else Alert.delivery.in_(LEAVES_AT_ONCE),
        ~Alert.from_before,
    )


def _newly(since: dt.datetime) -> ColumnElement[bool]:
    """What was taken over as old is not new."""
    return and_(_his_since() > since, ~Alert.from_before)


def _digest(
    session: Session, user_id: int, context: dict[str, Any], created_at: dt.datetime, now: dt.datetime
) -> AlertMail | None:
    later = select(OutboxMessage.id).where(
        OutboxMessage.kind == DIGEST,
        OutboxMessage.user_id == user_id,
        OutboxMessage.created_at > created_at,
    )
    if session.execute(later.limit(1)).first() is not None:
        return None
    since = dt.datetime.fromisoformat(context["since"])
    if context.get("statutory"):
        said = _mail(session, DIGEST, user_id, [statutory_since(since)], (), now)
        return replace(said, only_statutory=True) if said else None
    table = _overview(session, user_id, since, now)
    newly, at_risk = _newly(since), risks.told(session, user_id, now)
    return _mail(session, DIGEST, user_id, [newly], [not_(newly)], now, table, at_risk)


def _his_since() -> ColumnElement[Any]:
    """Since when an alert is somebody's: to whom it has climbed since it is new, however old."""
    return func.coalesce(AlertRecipient.since, Alert.raised_at)


def statutory_since(since: dt.datetime) -> ColumnElement[bool]:
    """What is told the next morning whatever somebody has chosen."""
    return and_(Alert.rule.in_(sorted(STATUTORY)), _his_since() > since)


def _overview(session: Session, user_id: int, since: dt.datetime, now: dt.datetime) -> Overview | None:
    led = unitload.led_by(session, user_id, now.date())
    return unitload.overview(session, led, since=since, now=now) if led else None


def _mail(
    session: Session,
    kind: str,
    user_id: int,
    new: Sequence[ColumnElement[bool]],
    others: Sequence[ColumnElement[bool]],
    now: dt.datetime,
    overview: Overview | None = None,
    at_risk: AtRisk | None = None,
) -> AlertMail | None:
    room = MOST_ROWS - (len(overview.lines) if overview else 0) - (len(at_risk.rows) if at_risk else 0)
    first = _lines(session, user_id, new, room, now)
    rest = _lines(session, user_id, others, room - len(first), now) if others else ()
    if not first and not rest and not (overview and overview.late):
        return None
    newly = _counts(session, user_id, new)
    return AlertMail(
        kind=kind,
        name=session.execute(select(User.full_name).where(User.id == user_id)).scalar_one(),
        now=now,
        scanned_at=last_scan(session),
        new=first,
        others=rest,
        counts=_counts(session, user_id, []) if others else newly,
        new_total=sum(newly.values()),
        oldest=_oldest(session, user_id, [] if others else new, now),
        overview=overview,
        at_risk=at_risk,
    )


def _mine(user_id: int) -> Select[Any]:
    """What stands for a person; a dossier that is very overdue for him is not also overdue."""
    worse, whose = aliased(Alert), aliased(AlertRecipient)
    said_already = exists().where(
        worse.dossier_id == Alert.dossier_id,
        worse.rule == Rule.VERY_OVERDUE,
        worse.closed_at.is_(None),
        whose.alert_id == worse.id,
        whose.user_id == user_id,
        whose.open,
    )
    return (
        select(Alert.id)
        .join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
        .where(AlertRecipient.user_id == user_id, STANDS_OPEN, Alert.closed_at.is_(None))
        .where(or_(Alert.rule != Rule.OVERDUE, ~said_already), Alert.delivery != Delivery.SCREEN)
    )


def _counts(session: Session, user_id: int, conditions: Sequence[ColumnElement[bool]]) -> dict[Rule, int]:
    mine = _mine(user_id).where(*conditions).with_only_columns(Alert.rule, func.count())
    return dict(session.execute(mine.group_by(Alert.rule).order_by(Alert.rule)).all())


def _oldest(
    session: Session, user_id: int, conditions: Sequence[ColumnElement[bool]], now: dt.datetime
) -> dt.datetime | None:
    late = (Alert.rule.in_((Rule.OVERDUE, Rule.VERY_OVERDUE)), Alert.due_at <= now)
    mine = _mine(user_id).where(*conditions, *late).with_only_columns(func.min(Alert.due_at))
    return session.execute(mine).scalar_one()


def _lines(
    session: Session,
    user_id: int,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    now: dt.datetime,
) -> tuple[MailLine, ...]:
    worst = (severity_rank, func.coalesce(Alert.due_at, Alert.raised_at), Alert.id)
    ids = _mine(user_id).where(*conditions).order_by(*worst).limit(limit)
    owner = aliased(Person)
    statement = (
        select(
            Alert.id, Alert.rule, Alert.severity, Alert.due_at, Alert.from_before, Alert.unit_id,
            Dossier.code, told_at().label("source_as_of"), Dossier.receiving_agency_id,
            Procedure.code.label("procedure_code"),
            ProcedureVersion.name.label("procedure"), owner.full_name.label("owner"),
            owner.kind.label("owner_kind"),
            Agency.name.label("agency"), Agency.code.label("agency_code"), Unit.name.label("unit"),
            Source.name.label("source"), Source.kind.label("source_kind"),
            FieldReport.code.label("report_code"),
        )
        .join(Agency, Agency.id == Alert.agency_id)
        .outerjoin(Unit, Unit.id == Alert.unit_id)
        .outerjoin(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(Procedure, Procedure.id == Dossier.procedure_id)
        .outerjoin(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(owner, owner.id == Dossier.owner_id)
        .outerjoin(Source, Source.id == Dossier.source_id)
        .outerjoin(FieldReport, FieldReport.id == Alert.field_report_id)
        .where(Alert.id.in_(ids.with_only_columns(Alert.id)))
        .order_by(*worst)
    )  # fmt: skip
    return tuple(_line(session, row, now) for row in session.execute(statement).all())


def minutes_late(session: Session, row: Any, now: dt.datetime) -> int | None:
    """How long a reception is late, by the working time that its clock counts; None for any other alert."""
    if row.rule is not Rule.LATE_RECEPTION or row.due_at is None or row.receiving_agency_id is None:
        return None
    return worked_since(session, row.receiving_agency_id, row.due_at, now)


def overdue_there(rule: Rule, unit_id: int | None, agency_code: str) -> dict[str, str] | None:
    """Of a backlog, what narrows the list of what is overdue to it: a unit's, or an agency's without one."""
    if rule is not Rule.BACKLOG:
        return None
    if unit_id is None:
        return {"only": agency_code, "unit": str(listing.NOBODYS)}
    return {"unit": str(unit_id)}


def _line(session: Session, row: Any, now: dt.datetime) -> MailLine:
    mirrored = row.source_kind == SourceKind.MIRROR
    return MailLine(
        alert_id=row.id,
        rule=row.rule,
        severity=row.severity,
        code=row.code,
        procedure_code=row.procedure_code,
        procedure=row.procedure,
        owner=listed_name(row.owner, row.owner_kind) if row.owner else None,
        place=f"{row.unit}, {row.agency}" if row.unit else row.agency,
        due_at=row.due_at,
        from_before=row.from_before,
        source=row.source if mirrored else None,
        source_as_of=row.source_as_of if mirrored else None,
        minutes_late=minutes_late(session, row, now),
        report_code=row.report_code,
        overdue_there=overdue_there(row.rule, row.unit_id, row.agency_code),
    )
