"""Field reports: one with its history, the kinds there are, and how many of a period stand in which cell."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.dossiercode import tidy_code
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.fieldreports import (
    NEEDS,
    ReportAct,
    ReportChannel,
    ReportState,
    is_code,
    possible,
)
from tthc_tracker.domain.lifecycle import ApplicantKind
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.people import listed_name, mask_phone
from tthc_tracker.domain.permissions import Membership, Permission, Scope
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind, FieldReportPassage
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.scoping import rights_on

OBJECT = "field_report"
"""What audit entries call a report; it goes by its code there."""


class Kind(NamedTuple):
    """A kind with its limit."""

    code: str
    name: str
    amount: Decimal
    unit: LimitUnit


class SentReport(NamedTuple):
    """A report as the system that sent it may know it."""

    code: str
    state: ReportState
    handling_code: str
    due_at: dt.datetime
    late_from: dt.datetime
    answered_at: dt.datetime | None
    answer: str
    published: bool


class Passage(NamedTuple):
    """A report went on or back."""

    at: dt.datetime
    act: ReportAct
    by: str
    from_agency: str
    to_agency: str
    reason: str


class Deed(NamedTuple):
    """An entry of the audit about the report."""

    at: dt.datetime
    action: str
    actor: str | None
    facts: dict[str, Any]


@dataclass(frozen=True)
class Contact:
    """Who reported, in full or masked; empty where nobody said."""

    name: str
    phone: str
    email: str

    @property
    def given(self) -> bool:
        """Whether there is any."""
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True)
class ReportView:
    """A report as its page shows it. contact: masked; erased_at: when it was freed of what is personal."""

    id: int
    code: str
    version: int
    state: ReportState
    channel: ReportChannel
    source: str | None
    kind: str
    limit_amount: Decimal
    limit_unit: LimitUnit
    place: str
    words: str
    receiving: str
    handling_id: int
    handling_code: str
    handling: str
    passed_by: str | None
    received_at: dt.datetime
    recorded_at: dt.datetime
    recorded_by: str | None
    due_at: dt.datetime
    soon_from: dt.datetime
    late_from: dt.datetime
    accepted_at: dt.datetime | None
    answered_at: dt.datetime | None
    answered_by: str | None
    answer: str
    published: bool
    satisfied: bool | None
    contact: Contact
    photo: str | None
    erased_at: dt.datetime | None
    passages: tuple[Passage, ...] = field(default=())
    deeds: tuple[Deed, ...] = field(default=())

    def standing(self, now: dt.datetime) -> str:
        """Where its clock stands, by the name of a badge."""
        return standing(self.late_from, self.soon_from, self.answered_at, now)

    @property
    def possible(self) -> frozenset[ReportAct]:
        """What may be done to it as it stands, by whoever may."""
        return possible(self.state, passed_on=self.passed_by is not None, published=self.published)


def standing(
    late_from: dt.datetime, soon_from: dt.datetime, answered_at: dt.datetime | None, now: dt.datetime
) -> str:
    """Where the clock of a report stands, by the name of a badge."""
    if answered_at is not None:
        return "on_time" if answered_at < late_from else "late"
    if now >= late_from:
        return "overdue"
    return "due_soon" if now >= soon_from else "on_track"


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition on `field_report`: taken in by, or lying with, an agency of the scope."""
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    return or_(FieldReport.handling_agency_id.in_(ids), FieldReport.receiving_agency_id.in_(ids))


def kinds(session: Session) -> list[Kind]:
    """The kinds in use, as they stand in their table."""
    columns = FieldReportKind.code, FieldReportKind.name, FieldReportKind.amount, FieldReportKind.unit
    used = select(*columns).where(FieldReportKind.active)
    return [Kind(*row) for row in session.execute(used.order_by(FieldReportKind.id))]


def show(session: Session, code: str, scope: Scope) -> ReportView:
    """One report with its history. Three queries.

    Raises:
        NotFound: none of this code in the scope.
    """
    row = session.execute(_one(code).where(visible(scope))).one_or_none() if "\0" not in code else None
    if row is None:
        raise NotFound(code)
    report = row.FieldReport
    return ReportView(
        report.id, report.code, report.version, report.state, report.channel, row.source, row.kind,
        report.limit_amount, report.limit_unit, report.place, report.words, row.receiving,
        report.handling_agency_id, row.handling_code, row.handling, row.passed_by, report.received_at,
        report.recorded_at, row.recorded_by, report.due_at, report.soon_from, report.late_from,
        report.accepted_at, report.answered_at, row.answered_by, report.answer, report.published,
        report.satisfied, masked(report), report.photo, report.erased_at,
        _passages(session, report.id), _deeds(session, report.code),
    )  # fmt: skip


def sent(session: Session, source_id: int, code: str) -> SentReport | None:
    """A report that this source sent; None if it sent none of this code."""
    row = FieldReport
    found = (
        select(
            row.code, row.state, Agency.code, row.due_at, row.late_from, row.answered_at, row.answer,
            row.published,
        )
        .join(Agency, Agency.id == row.handling_agency_id)
        .where(row.code == code, row.source_id == source_id)
    )  # fmt: skip
    one = session.execute(found).one_or_none() if "\0" not in code else None
    return SentReport(*one) if one else None


def is_seen(session: Session, code: str, scope: Scope) -> bool:
    """Whether a report lies in a scope: passed on, it may not any more."""
    found = select(FieldReport.id).where(FieldReport.code == code, visible(scope))
    return session.execute(found).first() is not None


def code_of(session: Session, typed: str, scope: Scope) -> str | None:
    """The code of the report that somebody typed or scanned as one, if it lies in the scope."""
    code = tidy_code(typed)
    return code if is_code(code) and is_seen(session, code, scope) else None


def contact(session: Session, code: str, scope: Scope) -> Contact:
    """Who reported, in full: whoever asks has noted that he does (services.fieldreportprivacy)."""
    found = select(FieldReport).where(FieldReport.code == code, visible(scope))
    report = session.execute(found).scalar_one()
    return Contact(report.contact_name or "", report.contact_phone or "", report.contact_email or "")


def masked(report: FieldReport) -> Contact:
    """Who reported, as pages show it unasked."""
    name = listed_name(report.contact_name, ApplicantKind.CITIZEN) if report.contact_name else ""
    email = (report.contact_email or "").partition("@")
    return Contact(name, mask_phone(report.contact_phone or ""), f"…@{email[2]}" if email[0] else "")


def acts(session: Session, memberships: Iterable[Membership], view: ReportView) -> frozenset[ReportAct]:
    """What these roles may do to a report as it stands."""
    held = rights_on(session, memberships, {view.handling_id})
    return frozenset(act for act in view.possible if NEEDS[act] in held)


def rights(session: Session, memberships: Iterable[Membership], view: ReportView) -> frozenset[Permission]:
    """What these roles permit at the agency with which a report lies."""
    return rights_on(session, memberships, {view.handling_id})


def _one(code: str) -> Any:
    receiving, handling, passed = aliased(Agency), aliased(Agency), aliased(Agency)
    recorded, answered = aliased(User), aliased(User)
    return (
        select(
            FieldReport, FieldReportKind.name.label("kind"), Source.name.label("source"),
            receiving.name.label("receiving"), handling.name.label("handling"),
            handling.code.label("handling_code"), passed.name.label("passed_by"),
            recorded.full_name.label("recorded_by"), answered.full_name.label("answered_by"),
        )
        .join(FieldReportKind, FieldReportKind.id == FieldReport.kind_id)
        .join(receiving, receiving.id == FieldReport.receiving_agency_id)
        .join(handling, handling.id == FieldReport.handling_agency_id)
        .outerjoin(passed, passed.id == FieldReport.passed_by_id)
        .outerjoin(Source, Source.id == FieldReport.source_id)
        .outerjoin(recorded, recorded.id == FieldReport.recorded_by_id)
        .outerjoin(answered, answered.id == FieldReport.answered_by_id)
        .where(FieldReport.code == code)
    )  # fmt: skip


def _passages(session: Session, report_id: int) -> tuple[Passage, ...]:
    given, taken = aliased(Agency), aliased(Agency)
    row = FieldReportPassage
    statement = (
        select(row.at, row.act, User.full_name, given.name, taken.name, row.reason)
        .join(User, User.id == row.by_id)
        .join(given, given.id == row.from_agency_id)
        .join(taken, taken.id == row.to_agency_id)
        .where(row.report_id == report_id)
        .order_by(row.seq)
    )
    return tuple(Passage(*found) for found in session.execute(statement))


def _deeds(session: Session, code: str) -> tuple[Deed, ...]:
    statement = (
        select(AuditEntry.at, AuditEntry.action, User.full_name, AuditEntry.facts)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.object_type == OBJECT, AuditEntry.object_id == code)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return tuple(Deed(*found) for found in session.execute(statement))


def kept_photos(session: Session) -> frozenset[str]:
    """The names of the photos that reports need."""
    names = session.execute(select(FieldReport.photo).where(FieldReport.photo.is_not(None))).scalars()
    return frozenset(name for name in names if name)


# --- counted


@dataclass(frozen=True)
class ReportCounts:
    """A period's reports: each of `received` and `carried` stands in exactly one of the four cells.

    carried: taken in before the period and unanswered when it began. open_*: as at the end of the period, or
    now while it lasts. published, satisfied, dissatisfied: of those answered in it.
    """

    received: int = 0
    carried: int = 0
    answered_on_time: int = 0
    answered_late: int = 0
    open_within: int = 0
    open_overdue: int = 0
    published: int = 0
    satisfied: int = 0
    dissatisfied: int = 0

    @property
    def balances(self) -> bool:
        """Whether what came in is what was answered and what is open."""
        answered = self.answered_on_time + self.answered_late
        return self.received + self.carried == answered + self.open_within + self.open_overdue


def counted(
    session: Session, scope: Scope, start: dt.date, end: dt.date, *, now: dt.datetime | None = None
) -> ReportCounts:
    """How many field reports lie in which cell of a period, both days included, by the agency that handles.

    now: of a period that is not over, as at this moment (docs/law.md, field reports). One query.
    """
    begins = dt.datetime.combine(start, dt.time(), VIETNAM)
    ends = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), VIETNAM)
    until = min(ends, now) if now is not None else ends
    row = FieldReport
    answered = and_(row.answered_at.is_not(None), row.answered_at < ends)
    still = ~answered if now is None else or_(row.answered_at.is_(None), row.answered_at >= ends)
    late_at_end = row.late_from <= until if now is not None and now < ends else row.late_from < ends
    cells = (
        row.received_at >= begins, row.received_at < begins,
        and_(answered, row.answered_at < row.late_from), and_(answered, row.answered_at >= row.late_from),
        and_(still, ~late_at_end), and_(still, late_at_end),
        and_(answered, row.published), and_(answered, row.satisfied.is_(True)),
        and_(answered, row.satisfied.is_(False)),
    )  # fmt: skip
    here = true() if scope.all else row.handling_agency_id.in_(sorted(scope.agency_ids))
    in_it = and_(row.received_at < ends, or_(row.answered_at.is_(None), row.answered_at >= begins), here)
    sums = (func.coalesce(func.sum(case((cell, 1), else_=0)), 0) for cell in cells)
    return ReportCounts(*session.execute(select(*sums).where(in_it)).one())
