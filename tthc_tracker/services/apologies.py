"""Apologise for a dossier that will be, or is, late, and give it its one second date (NĐ 61/2018 Đ19.9).

Whoever works on it drafts, or it is drafted of itself (services.apologydrafts); the head of the resolving
unit edits, approves or rejects. An approval moves `current_due_at`, by services.reckoning like all that moves
a promise; `due_at`, by which statistics go, stays. The promise of a mirrored dossier is its source's.
"""

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tthc_tracker.domain import apologies as law
from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import (
    CalendarHorizonError,
    InvalidInput,
    InvalidReappointment,
    NotAllowed,
    NotNow,
)
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Membership
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.deputy import ApologySignature, Deputyship
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import apologies
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.dossiers import limit_of
from tthc_tracker.queries.successions import promised_by
from tthc_tracker.services import acting, applicantmails, events, lateness, reckoning, steads
from tthc_tracker.services.acting import Act, Person, Target
from tthc_tracker.services.reckoning import Moved
from tthc_tracker.services.supplements import LONGEST, words

WHY = "Hãy ghi lý do chưa giải quyết kịp; lý do được in trên văn bản."


@dataclass(frozen=True)
class WriteApology:
    """Why it cannot be done in time, and when it will be (due_at None: what the engine proposes)."""

    target: Target
    cause: LatenessCause
    reason: str
    due_at: dt.datetime | None = None


@dataclass(frozen=True)
class ReasonApology:
    """Why it cannot be done in time; the date of the draft stays."""

    target: Target
    cause: LatenessCause
    reason: str


@dataclass(frozen=True)
class ApproveApology:
    """Sign it: the promise moves."""

    target: Target


@dataclass(frozen=True)
class RejectApology:
    """No second date."""

    target: Target
    reason: str


def draft(session: Session, command: WriteApology, *, person: Person, now: dt.datetime) -> Apology:
    """Say that it cannot be done in time: the head finds the draft in his queue.

    Raises:
        InvalidInput: no reason; a limit of a day or less; a date that cannot be; a draft stands already. And
        what acting.begin raises (NotNow: it has its second date already).
    """
    act = acting.begin(session, command.target, Action.APOLOGISE, person=person, now=now)
    if apologies.open_on(session, act.dossier.id) is not None:
        raise InvalidInput("reason", "Hồ sơ đã có dự thảo xin lỗi. Hãy mở lại trang rồi sửa dự thảo ấy.")
    row = Apology(
        dossier_id=act.dossier.id, state=ApologyState.DRAFT, ground=Ground.SAID, drafted_at=now,
        drafted_by_id=act.actor.user_id,
    )  # fmt: skip
    _write(session, act, row, command, now)
    session.add(row)
    _told(session, act, row, now)
    return row


def edit(session: Session, command: WriteApology, *, person: Person, now: dt.datetime) -> Apology:
    """Change the draft: its reason, its cause, its date.

    Raises:
        InvalidInput: as `draft`. NotNow: there is no draft any more. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.EDIT_APOLOGY, person=person, now=now)
    row = _draft_on(session, act.dossier)
    _write(session, act, row, command, now)
    _told(session, act, row, now)
    return row


def give_reason(session: Session, command: ReasonApology, *, person: Person, now: dt.datetime) -> Apology:
    """Write cause and reason into the draft, as one does for several that lie late for the same cause.

    Raises:
        What `edit` raises.
    """
    act = acting.begin(session, command.target, Action.EDIT_APOLOGY, person=person, now=now)
    row = _draft_on(session, act.dossier)
    written = WriteApology(command.target, command.cause, command.reason, row.due_at)
    _write(session, act, row, written, now)
    _told(session, act, row, now)
    return row


def approve(
    session: Session, command: ApproveApology, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Moved | None:
    """Sign it: the promise moves, the applicant is told; what moved, or None where the promise is a source's.

    Signed after the closing of the last working day before the lawful date, it is marked late.

    Raises:
        InvalidInput: a draft without a reason, or whose date cannot be any more. NotAllowed: not the head of
        the resolving unit. NotNow: no draft, or a second date was given. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.APPROVE_APOLOGY, person=person, now=now)
    act, row, deputyship = _decidable(session, act, person)
    dossier, at = act.dossier, _minute(now)
    if not row.reason or row.cause is None:
        raise InvalidInput("reason", "Dự thảo chưa có lý do. Hãy sửa dự thảo rồi duyệt.")
    _check(session, dossier, row.due_at, now)
    row.state, row.decided_at, row.decided_by_id = ApologyState.APPROVED, now, act.actor.user_id
    row.moved_from = dossier.current_due_at
    row.late = law.comes_late(at, apologies.window_of(session, dossier))
    dossier.reappointed_at = at
    if deputyship is not None:
        session.add(ApologySignature(apology_id=row.id, deputyship_id=deputyship.id))
    session.flush()  # at most one: the constraint speaks here
    clock = {"approved": at.isoformat(), "second": row.due_at.isoformat()}
    facts = {"clock": clock, "cause": row.cause.value} | ({"late_apology": True} if row.late else {})
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, reason=row.reason, facts=facts)
    lateness.note_first(session, dossier, row.cause, row.reason, by=act.actor.user_id, now=now)
    moved = reckoning.reckon_or_refuse(session, dossier, now, actor=act.actor, field="due_at")
    if mail_domain:
        applicantmails.tell(session, dossier, ApplicantLetter.APOLOGY, domain=mail_domain, now=now)
    return moved


def reject(session: Session, command: RejectApology, *, person: Person, now: dt.datetime) -> Apology:
    """Give no second date; nothing is drafted of itself again, whoever works on it may draft once more.

    Raises:
        InvalidInput: no reason. NotAllowed, NotNow: as `approve`.
    """
    act = acting.begin(session, command.target, Action.REJECT_APOLOGY, person=person, now=now)
    act, row, _ = _decidable(session, act, person)
    why = words("reason", command.reason, LONGEST, missing="Hãy ghi lý do không duyệt.")
    row.state, row.decided_at, row.decided_by_id = ApologyState.REJECTED, now, act.actor.user_id
    row.refused_because = why
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=why)
    return row


# --- rows


def _draft_on(session: Session, dossier: Dossier) -> Apology:
    row = apologies.open_on(session, dossier.id)
    if row is None:
        raise NotNow("no draft of an apology")
    return row


def _decidable(session: Session, act: Act, person: Person) -> tuple[Act, Apology, Deputyship | None]:
    """The draft that this person decides on, and by which deputyship if he is not its head himself."""
    dossier = act.dossier

    def heads(memberships: tuple[Membership, ...]) -> bool:
        return law.decides(memberships, dossier.resolving_agency_id, dossier.holding_unit_id)

    if not heads(person.memberships):
        raise NotAllowed("the head of the resolving unit signs an apology")
    deputyship = steads.in_stead(session, person.memberships, heads)
    actor = replace(act.actor, on_behalf=steads.name_of(session, deputyship))
    return replace(act, actor=actor), _draft_on(session, dossier), deputyship


def _write(session: Session, act: Act, row: Apology, command: WriteApology, now: dt.datetime) -> None:
    dossier = act.dossier
    if dossier.due_at is None:
        raise InvalidInput("due_at", "Hồ sơ chưa có ngày hẹn trả nên không có gì để hẹn lại.")
    if apologies.window_of(session, dossier) is None and limit_of(dossier) is not None:
        raise InvalidInput(
            "reason",
            "Hồ sơ có thời hạn từ một ngày trở xuống không hẹn lại. Hãy giải quyết ngay và ghi lý do "
            "trễ hạn.",
        )
    due_at = command.due_at or apologies.proposal(session, dossier, now)
    if due_at is None:
        raise InvalidInput(
            "due_at", "Chưa có lịch làm việc để tính ngày mới. Hãy báo quản trị viên nạp lịch."
        )
    _check(session, dossier, due_at, now)
    row.reason = words("reason", command.reason, LONGEST, missing=WHY)
    row.cause, row.due_at = command.cause, due_at


def _check(session: Session, dossier: Dossier, second: dt.datetime, now: dt.datetime) -> None:
    """Raises InvalidInput where this second date cannot be promised."""
    assert dossier.due_at is not None
    calendar = work_calendar(session, promised_by(session, dossier))
    try:
        law.check_second_date(second, now=now, due=dossier.due_at, calendar=calendar)
    except InvalidReappointment:
        raise InvalidInput(
            "due_at",
            "Ngày hẹn mới phải sau ngày hẹn theo luật và sau lúc này, trong giờ làm việc của một ngày làm "
            "việc, và không quá một năm. Hãy sửa dự thảo với ngày khác.",
        ) from None
    except CalendarHorizonError as error:
        raise InvalidInput(
            "due_at", f"Chưa có lịch làm việc năm {error.year}. Hãy chọn ngày sớm hơn hoặc báo quản trị viên."
        ) from None


def _told(session: Session, act: Act, row: Apology, now: dt.datetime) -> None:
    assert row.cause is not None
    facts = {"cause": row.cause.value, "proposed": row.due_at.isoformat()}
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=row.reason, facts=facts
    )


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
