"""The list behind the bell: what is mine, what is new, what has climbed, who has not answered.

A person's own alerts are read by his index of what rings; what others leave unanswered, for who supervises
them, by the index of such alerts by agency. Both hold only what stands.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.indicators import period_of_number
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Permission, Scope, permissions_of
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.alert import (
    STANDS_OPEN,
    Alert,
    AlertRecipient,
    AlertSnooze,
    OutboxMessage,
    SourceDispute,
)
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import alertmail, listing
from tthc_tracker.queries.alertmail import Part, minutes_late, overdue_there, severity_rank
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.listing import Count, Filters, Page

CHOSEN = ("rule", "severity")
LINKED = ("tab", "person", "mail", "part")
"""What narrows it by a link only."""
_SINCE = func.coalesce(Alert.due_at, Alert.raised_at)  # the deadline it speaks of, or when it was raised
_DIGESTS_BACK = 14  # days in which one's last digest is looked for


class Tab(StrEnum):
    """Which standing alerts.

    MINE: that ring for me. NEW: of those, what came to me since my last digest, at least the last working
    day; nothing that was taken over as old. CLIMBED: mine that have climbed, to me or past me. UNANSWERED:
    past their ladder or their promise, and nobody has said what will be done; of my subtree if I supervise.
    ANSWERED: what I have promised. ASLEEP: put off. DISPUTED: resolved, says a head, and its source not yet.
    """

    MINE = "mine"
    NEW = "new"
    CLIMBED = "climbed"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    ASLEEP = "asleep"
    DISPUTED = "disputed"


class AlertLine(NamedTuple):
    """A line. code: the alert's own number, as its page is addressed; waits_for: who has not answered."""

    id: int
    code: str
    version: int
    rule: Rule
    severity: Severity
    rank: int
    since: dt.datetime
    dossier_code: str | None  # None of a unit, an agency, a source, a field report
    report_code: str | None
    procedure_code: str | None
    procedure: str | None
    owner: str | None  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    due_at: dt.datetime | None
    raised_at: dt.datetime
    from_before: bool
    rung: int
    source: str | None  # of a mirrored dossier, or that the alert is about
    source_as_of: dt.datetime | None
    answered_at: dt.datetime | None
    answered_by: str | None  # who has answered last, whether or not it still holds
    promised_on: dt.date | None
    note: str
    asleep_until: dt.date | None
    handed_to: str | None
    resolved_on: dt.date | None  # as its head says
    minutes_late: int | None
    waits_for: tuple[str, ...]
    overdue_there: dict[str, str] | None  # of a backlog, what narrows the list of what is overdue to it

    @property
    def board_key(self) -> str:
        """Of an alert of figures owed: the period of their board, as an address names it."""
        return period_of_number(self.version).key


@dataclass(frozen=True)
class Silent:
    """Somebody who has not answered: how many alerts wait for him, and since when the oldest."""

    user_id: int
    name: str
    agency: str
    unit: str | None
    number: int
    oldest: dt.datetime


@dataclass(frozen=True)
class Question:
    """The list as somebody asks for it. supervises: he sees what others of his scope leave unanswered; mail:
    only what that mail of his counts, or a part of it."""

    tab: Tab
    user_id: int
    scope: Scope
    supervises: bool
    filters: Filters = listing.EVERYTHING
    rule: Rule | None = None
    severity: Severity | None = None
    person: int | None = None
    sort: str = ""
    mail: int | None = None
    part: Part | None = None

    @classmethod
    def of(cls, asked: Asked) -> "Question":
        """What cannot be read narrows nothing."""
        words = asked.question
        rule, severity, part = (words.get(name, "") for name in ("rule", "severity", "part"))
        return cls(
            tab_of(words), asked.user_id, asked.scope,
            Permission.VIEW_SUPERVISION in permissions_of(asked.memberships),
            listing.read_filters(words),
            Rule(rule) if rule in set(Rule) else None,
            Severity(severity) if severity in set(Severity) else None,
            listing.number_of(words.get("person", "")),
            words.get("sort", ""),
            listing.number_of(words.get("mail", "")),
            Part(part) if part in set(Part) else None,
        )  # fmt: skip


def tab_of(words: Mapping[str, str]) -> Tab:
    """The tab of an address; what is none means the reader's own."""
    text = words.get("tab", "")
    return Tab(text) if text in set(Tab) else Tab.MINE


def new_since(session: Session, user_id: int, now: dt.datetime) -> dt.datetime:
    """Since when an alert is new for somebody: his last digest, or a working day ago if that was later."""
    days = [now.date() - dt.timedelta(days=back) for back in range(_DIGESTS_BACK)]
    keys = [f"digest:{user_id}:{day}" for day in days]
    digest = select(func.max(OutboxMessage.created_at)).where(OutboxMessage.dedup_key.in_(keys))
    last: dt.datetime | None = session.execute(digest).scalar_one()
    working_day_ago = listing.stale_before(session, now)
    return min(last, working_day_ago) if last else working_day_ago


def count(session: Session, question: Question, now: dt.datetime) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    return listing.count(session, _ids(session, question, now))


def counts(session: Session, question: Question, now: dt.datetime) -> dict[Tab, int]:
    """How many rows each tab has by the same filters, at most ten thousand and one of each. One query."""
    own = [tab for tab in Tab if tab is not Tab.UNANSWERED or question.supervises]
    return listing.counts(session, {tab: _ids(session, replace(question, tab=tab), now) for tab in own})


def page(
    session: Session, question: Question, now: dt.datetime, *, after: str = "", size: int = listing.PAGE
) -> Page[AlertLine]:
    """One page by key: worst first and in it the oldest deadline, or by when they were raised. 3 queries."""
    statement, by_age = _ids(session, question, now), question.sort in {"newest", "oldest"}
    start = _start(after, by_age=by_age)
    if by_age:
        key, newest = tuple_(Alert.raised_at, Alert.id), question.sort == "newest"
        if start is not None:
            statement = statement.where(key < start if newest else key > start)
        order: tuple[Any, ...] = (Alert.raised_at, Alert.id)
        statement = statement.order_by(*(one.desc() if newest else one for one in order))
    else:
        if start is not None:
            statement = statement.where(tuple_(severity_rank, _SINCE, Alert.id) > start)
        statement = statement.order_by(severity_rank, _SINCE, Alert.id)
    found = session.execute(statement.limit(size + 1)).scalars().all()
    rows = _lines(session, found[:size], now)
    if len(found) <= size:
        return Page(rows, "")
    last = rows[-1]
    cursor = (last.raised_at, last.id) if by_age else (last.rank, last.since, last.id)
    return Page(rows, listing.encode_cursor(*cursor))


def _start(after: str, *, by_age: bool) -> tuple[Any, ...] | None:
    if by_age:
        return listing.moment_and_id(after)
    match listing.decode_cursor(after):
        case [int(rank), str(moment), int(last)] if abs(rank) < 100:
            tail = listing.moment_and_id(listing.encode_cursor(moment, last))
            return (rank, *tail) if tail else None
        case _:
            return None


# --- which


def _ids(session: Session, question: Question, now: dt.datetime) -> Select[int]:
    found = select(Alert.id).where(Alert.closed_at.is_(None))
    match question.tab:
        case Tab.MINE:
            found = _rings(found, question)
        case Tab.NEW:
            came = func.coalesce(AlertRecipient.since, Alert.raised_at)
            since = new_since(session, question.user_id, now)
            found = _rings(found, question).where(came > since, ~Alert.from_before)
        case Tab.CLIMBED:
            found = _rings(found, question).where(Alert.rung > 0)
        case Tab.UNANSWERED:
            found = found.where(*_unanswered(question))
        case Tab.ANSWERED:
            found = found.where(
                Alert.acknowledged_by_id == question.user_id, Alert.acknowledged_at.is_not(None)
            )
        case Tab.ASLEEP:
            found = found.join(AlertSnooze, AlertSnooze.alert_id == Alert.id)
            found = found.where(AlertSnooze.woken_at.is_(None), _concerns(question))
        case Tab.DISPUTED:
            found = found.join(SourceDispute, SourceDispute.dossier_id == Alert.dossier_id)
            found = found.where(SourceDispute.ended_at.is_(None), _concerns(question))
    return _narrowed(session, found, question)


def _rings(found: Select[int], question: Question) -> Select[int]:
    mine = found.join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
    return mine.where(AlertRecipient.user_id == question.user_id, STANDS_OPEN)


def _unanswered(question: Question) -> list[ColumnElement[bool]]:
    """In the words of the index ix_alert_unanswered."""
    past = and_(Alert.acknowledged_at.is_(None), or_(Alert.rung > 0, Alert.promised_on.is_not(None)))
    return [past, _within(question)]


def _within(question: Question) -> ColumnElement[bool]:
    if not question.supervises:
        return false()
    if question.scope.all:
        return Alert.agency_id.is_not(None)
    return Alert.agency_id.in_(sorted(question.scope.agency_ids))


def _concerns(question: Question) -> ColumnElement[bool]:
    his = exists().where(AlertRecipient.alert_id == Alert.id, AlertRecipient.user_id == question.user_id)
    return or_(his, _within(question))


def _narrowed(session: Session, found: Select[int], question: Question) -> Select[int]:
    against: Any = Alert.agency_id
    chosen = listing.conditions(session, question.filters, against)
    if question.filters.procedure or question.filters.source:
        found = found.join(Dossier, Dossier.id == Alert.dossier_id)
    if question.rule:
        chosen.append(Alert.rule == question.rule)
    if question.severity:
        chosen.append(Alert.severity == question.severity)
    if question.person is not None:
        waits = aliased(AlertRecipient)
        chosen.append(
            exists().where(waits.alert_id == Alert.id, waits.user_id == question.person, waits.open)
        )
    if question.mail is not None:
        counted = alertmail.counted_in(session, question.mail, question.user_id, question.part)
        chosen.append(Alert.id.in_(counted))
    return found.where(*chosen)


# --- who has not answered


def silent(session: Session, question: Question, *, most: int = 20) -> list[Silent]:
    """Who has not answered what has climbed past him, the most first; nobody for who supervises nobody."""
    if not question.supervises:
        return []
    number = func.count().label("number")
    statement = (
        select(
            User.id, User.full_name, Agency.name, Unit.name.label("unit"), number,
            func.min(Alert.raised_at).label("oldest"),
        )
        .select_from(Alert)
        .join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
        .join(User, User.id == AlertRecipient.user_id)
        .join(Agency, Agency.id == Alert.agency_id)
        .outerjoin(Unit, Unit.id == Alert.unit_id)
        .where(Alert.closed_at.is_(None), *_unanswered(question), STANDS_OPEN, ~AlertRecipient.climbed)
        .group_by(User.id, User.full_name, Agency.id, Agency.name, Unit.id, Unit.name)
        .order_by(number.desc(), User.full_name, User.id, Unit.id)
        .limit(most)
    )  # fmt: skip
    return [Silent(*row) for row in session.execute(statement)]


# --- what is shown


def _lines(session: Session, ids: Sequence[int], now: dt.datetime) -> tuple[AlertLine, ...]:
    if not ids:
        return ()
    known = {row.id: row for row in session.execute(_details().where(Alert.id.in_(ids)))}
    waits = _waiting(session, ids)
    return tuple(_line(session, known[alert_id], waits[alert_id], now) for alert_id in ids)


def one(session: Session, alert_id: int, now: dt.datetime) -> AlertLine | None:
    """One alert, standing or not, whoever asks: who may see it is the caller's to know."""
    found = session.execute(_details().where(Alert.id == alert_id)).first()
    return None if found is None else _line(session, found, _waiting(session, [alert_id])[alert_id], now)


def _waiting(session: Session, ids: Sequence[int]) -> defaultdict[int, tuple[str, ...]]:
    """For whom each still rings, those to whom it has climbed last."""
    statement = (
        select(AlertRecipient.alert_id, User.full_name)
        .join(User, User.id == AlertRecipient.user_id)
        .where(AlertRecipient.alert_id.in_(ids), AlertRecipient.open)
        .order_by(AlertRecipient.alert_id, AlertRecipient.climbed, User.name_folded, User.id)
    )
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for alert_id, name in session.execute(statement):
        found[alert_id] += (name,)
    return found


def _details() -> Any:
    owner, officer, answered, taker = aliased(Person), aliased(User), aliased(User), aliased(User)
    about = aliased(Source)
    return (
        select(
            Alert, severity_rank.label("rank"), _SINCE.label("since"), Alert.rule, Alert.due_at,
            Dossier.code, told_at().label("source_as_of"), Dossier.receiving_agency_id,
            Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
            owner.full_name.label("owner"), owner.kind.label("owner_kind"),
            officer.full_name.label("officer"),
            Agency.name.label("agency"), Agency.code.label("agency_code"), Unit.name.label("unit"),
            Source.name.label("source"), Source.kind.label("source_kind"),
            about.name.label("about"), about.as_of.label("about_as_of"),
            FieldReport.code.label("report_code"), answered.full_name.label("answered_by"),
            taker.full_name.label("handed_to"), AlertSnooze.until, SourceDispute.resolved_on, Alert.id,
        )
        .join(Agency, Agency.id == Alert.agency_id)
        .outerjoin(Unit, Unit.id == Alert.unit_id)
        .outerjoin(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(Procedure, Procedure.id == Dossier.procedure_id)
        .outerjoin(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(owner, owner.id == Dossier.owner_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(Source, Source.id == Dossier.source_id)
        .outerjoin(about, about.id == Alert.source_id)
        .outerjoin(FieldReport, FieldReport.id == Alert.field_report_id)
        .outerjoin(answered, answered.id == Alert.acknowledged_by_id)
        .outerjoin(taker, taker.id == Alert.handed_to_id)
        .outerjoin(AlertSnooze, and_(AlertSnooze.alert_id == Alert.id, AlertSnooze.woken_at.is_(None)))
        .outerjoin(
            SourceDispute,
            and_(SourceDispute.dossier_id == Alert.dossier_id, SourceDispute.ended_at.is_(None)),
        )
    )  # fmt: skip


def _line(session: Session, row: Any, waits_for: tuple[str, ...], now: dt.datetime) -> AlertLine:
    alert, mirrored = row.Alert, row.source_kind is SourceKind.MIRROR
    return AlertLine(
        id=alert.id, code=str(alert.id), version=alert.version, rule=alert.rule, severity=alert.severity,
        rank=row.rank, since=row.since, dossier_code=row.code, report_code=row.report_code,
        procedure_code=row.procedure_code, procedure=row.procedure,
        owner=listed_name(row.owner, row.owner_kind) if row.owner else None,
        agency_code=row.agency_code, agency=row.agency, unit=row.unit, officer=row.officer,
        due_at=alert.due_at, raised_at=alert.raised_at, from_before=alert.from_before, rung=alert.rung,
        source=row.about or (row.source if mirrored else None),
        source_as_of=row.about_as_of or (row.source_as_of if mirrored else None),
        answered_at=alert.acknowledged_at, answered_by=row.answered_by, promised_on=alert.promised_on,
        note=alert.note, asleep_until=row.until, handed_to=row.handed_to, resolved_on=row.resolved_on,
        minutes_late=minutes_late(session, row, now), waits_for=waits_for,
        overdue_there=overdue_there(alert.rule, alert.unit_id, row.agency_code),
    )  # fmt: skip
