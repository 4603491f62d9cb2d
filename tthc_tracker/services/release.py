"""The end of a dossier: finish with a result, tell its applicant, return it, withdraw, take a finish back."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.handovers import CollectAuthority, HandoverAnswer
from tthc_tracker.domain.lifecycle import Action, Channel, EventKind, ResultKind, ReturnMethod
from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Collection
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.services import (
    acting,
    alertclosing,
    applicantmails,
    deadlines,
    events,
    handovers,
    integrity,
    pausing,
    ratings,
)
from tthc_tracker.services.acting import Person, Target


@dataclass(frozen=True)
class FinishDossier:
    """The result is ready at the one-stop. `finished_at` None: now.

    electronic: whether every hand-over and the result were electronic; digitised: whether the result is kept
    as an electronic file. None: nobody said.
    """

    target: Target
    kind: ResultKind
    number: str = ""
    result_on: dt.date | None = None
    reason: str = ""
    finished_at: dt.datetime | None = None
    electronic: bool | None = None
    digitised: bool | None = None


@dataclass(frozen=True)
class ReturnResult:
    """The result is collected. By post, `paper_number` is that of the parcel; else that of the authority.

    rating: what the applicant said of the service, if he was asked.
    """

    target: Target
    receiver: str
    method: ReturnMethod
    note: str = ""
    authority: CollectAuthority = CollectAuthority.SELF
    paper_number: str = ""
    paper_on: dt.date | None = None
    rating: Rating | None = None


@dataclass(frozen=True)
class ConfirmResult:
    """The result that a unit sent has arrived at the desk. electronic, digitised: as of `FinishDossier`."""

    target: Target
    electronic: bool | None = None
    digitised: bool | None = None


@dataclass(frozen=True)
class NoteDigitised:
    """Say afterwards, or put right, whether the result is kept digitised. None: it is not known after all."""

    target: Target
    digitised: bool | None


@dataclass(frozen=True)
class RemindApplicant:
    """A result waits, and its applicant is told so once more."""

    target: Target


@dataclass(frozen=True)
class WithdrawDossier:
    """The applicant takes the dossier back; the decision is taken now."""

    target: Target
    reason: str


@dataclass(frozen=True)
class ReopenDossier:
    """A finish was noted by mistake and nobody has acted on it."""

    target: Target
    reason: str


def finish(
    session: Session, command: FinishDossier, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Dossier:
    """End the resolution clock with a result; a refusal is a result with a deadline (NĐ 61/2018 Đ19.8).

    mail_domain: of our sender; with it the applicant is told by mail.

    Raises:
        InvalidInput: a refusal without its reason, a moment before acceptance or in the future, or paper
            that was electronic throughout; an electronic result that is not digitised.
    """
    act = acting.begin(session, command.target, Action.FINISH, person=person, now=now)
    dossier = act.dossier
    moment = (command.finished_at or now).replace(second=0, microsecond=0)
    if command.kind is ResultKind.REFUSED and not command.reason.strip():
        raise InvalidInput("reason", "Từ chối giải quyết phải ghi lý do.")
    if moment > now:
        raise InvalidInput("finished_at", "Thời điểm xử lý xong không thể ở tương lai.")
    if dossier.accepted_at is not None and moment < dossier.accepted_at:
        raise InvalidInput("finished_at", "Thời điểm xử lý xong không thể trước khi tiếp nhận.")
    held = pausing.end_by_closing(session, act, moment, now, field="finished_at")
    act.apply_state()
    dossier.result_kind, dossier.result_number = command.kind, command.number.strip()[:60] or None
    dossier.result_on = command.result_on
    facts = held | _note_form(dossier, command.electronic, command.digitised)
    handovers.lapse(session, act, now)
    _close(session, dossier, moment, now)
    facts |= {
        "result": command.kind.value,
        "class": dossier.finish_class and dossier.finish_class.value,
    }
    if dossier.result_number:
        facts["number"] = dossier.result_number
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=moment,
        reason=command.reason.strip()[:500], facts=facts,
    )  # fmt: skip
    integrity.flag_late_finish(session, dossier, now)
    _tell(session, dossier, ApplicantLetter.RESULT_READY, mail_domain, now)
    return dossier


def confirm_result(
    session: Session, command: ConfirmResult, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Dossier:
    """The desk has the result: this, and not its sending, is the finish (docs/law.md, clocks).

    Raises:
        What acting.begin raises: NotNow if no result waits for this person's confirmation.
        InvalidInput: paper that was electronic throughout; an electronic result that is not digitised.
    """
    act = acting.begin(session, command.target, Action.CONFIRM_RESULT, person=person, now=now)
    dossier, sent = act.dossier, handovers.settle(session, act, HandoverAnswer.CONFIRMED, now=now)
    assert sent.result_kind is not None
    moment = now.replace(second=0, microsecond=0)
    held = pausing.end_by_closing(session, act, moment, now, field="")
    act.apply_state()
    dossier.result_kind, dossier.result_number, dossier.result_on = (
        sent.result_kind, sent.result_number, sent.result_on,
    )  # fmt: skip
    facts = held | _note_form(dossier, command.electronic, command.digitised)
    _close(session, dossier, moment, now)
    facts |= {
        "result": sent.result_kind.value,
        "class": dossier.finish_class and dossier.finish_class.value,
        "number": sent.result_number,
        "sent_at": sent.handed_at.isoformat(),
    }
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, reason=sent.note, facts=facts)
    _tell(session, dossier, ApplicantLetter.RESULT_READY, mail_domain, now)
    return dossier


def _note_form(dossier: Dossier, electronic: bool | None, digitised: bool | None) -> dict[str, bool]:
    """Keep how it was worked on and how its result is kept, for two rates (docs/law.md); what is told."""
    if electronic and dossier.channel is not Channel.ONLINE:
        raise InvalidInput("electronic", "Hồ sơ nộp bằng giấy thì không hoàn toàn điện tử. Hãy chọn lại.")
    facts = {}
    if electronic is not None:
        dossier.fully_electronic = facts["electronic"] = electronic
        digitised = True if digitised is None and electronic else digitised  # there is nothing to digitise
    _check_digitised(dossier, digitised)
    dossier.result_digitised = digitised
    return facts if digitised is None else facts | {"result_digitised": digitised}


def _check_digitised(dossier: Dossier, digitised: bool | None) -> None:
    if digitised is False and dossier.fully_electronic:
        raise InvalidInput("digitised", "Kết quả là bản điện tử thì không phải số hóa nữa. Hãy chọn lại.")


def note_digitised(session: Session, command: NoteDigitised, *, person: Person, now: dt.datetime) -> Dossier:
    """Say of a result that is out whether it is kept digitised, or put right what was said.

    Raises:
        InvalidInput: it is said already, or an electronic result that is not digitised.
    """
    act = acting.begin(session, command.target, Action.NOTE_DIGITISED, person=person, now=now)
    before = act.dossier.result_digitised
    if command.digitised is before:
        raise InvalidInput("digitised", "Đã ghi như vậy rồi. Hãy chọn lại nếu cần sửa.")
    _check_digitised(act.dossier, command.digitised)
    act.dossier.result_digitised = command.digitised
    facts = {"result_digitised": [before, command.digitised]}
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, facts=facts)
    return act.dossier


def remind(
    session: Session, command: RemindApplicant, *, person: Person, now: dt.datetime, mail_domain: str
) -> Dossier:
    """Tell the applicant once more that the result waits; at most once a day.

    Raises:
        InvalidInput: reminded today already, nobody to write to, or a result that goes by post or online.
    """
    act = acting.begin(session, command.target, Action.REMIND, person=person, now=now)
    if act.dossier.by_post or act.dossier.by_portal:
        way = "qua bưu chính" if act.dossier.by_post else "trực tuyến"
        raise InvalidInput("reminder", f"Người nộp đăng ký nhận {way}. Hãy gửi kết quả rồi ghi đã trả.")
    if _reminded_today(session, act.dossier, now):
        raise InvalidInput("reminder", "Hôm nay đã nhắc rồi. Hãy gọi điện cho người nộp.")
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now)
    if not _tell(session, act.dossier, ApplicantLetter.STILL_WAITING, mail_domain, now):
        raise InvalidInput("reminder", "Người nộp không có thư điện tử. Hãy gọi điện.")
    return act.dossier


def _reminded_today(session: Session, dossier: Dossier, now: dt.datetime) -> bool:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = select(DossierEvent.seq).where(
        DossierEvent.dossier_id == dossier.id,
        DossierEvent.kind == EventKind.REMINDED,
        DossierEvent.occurred_at >= midnight,
    )
    return session.execute(today.limit(1)).first() is not None


def _tell(
    session: Session, dossier: Dossier, letter: ApplicantLetter, mail_domain: str, now: dt.datetime
) -> bool:
    return bool(mail_domain) and applicantmails.tell(session, dossier, letter, domain=mail_domain, now=now)


def return_result(session: Session, command: ReturnResult, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand the result over to the applicant or whoever collects it, by the right that he shows.

    Raises:
        InvalidInput: nobody named, or somebody authorised without his paper.
    """
    act = acting.begin(session, command.target, Action.RETURN_RESULT, person=person, now=now)
    dossier, receiver = act.dossier, " ".join(command.receiver.split())
    if not receiver or len(receiver) > 200:
        raise InvalidInput("receiver", "Hãy ghi tên người nhận kết quả (nhiều nhất 200 ký tự).")
    authority, number = _authority(command), command.paper_number.strip()[:60]
    _check_paper(command, authority, number, now)
    act.apply_state()
    dossier.returned_at, dossier.returned_to = now, receiver
    dossier.return_method = command.method
    session.add(
        Collection(
            dossier_id=dossier.id, agency_id=dossier.returning_agency_id, collected_at=now,
            given_by_id=person.user_id, receiver=receiver, method=command.method, authority=authority,
            paper_number=number, paper_on=command.paper_on,
        )
    )  # fmt: skip
    facts = {"method": command.method.value, "authority": authority.value}
    if number:
        facts["paper"] = number
    if command.paper_on:
        facts["paper_on"] = command.paper_on.isoformat()
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, reason=command.note.strip()[:500],
        facts=facts, private={"receiver": receiver},
    )  # fmt: skip
    if command.rating is not None:
        ratings.keep(session, dossier, command.rating, RatedAt.DESK, actor=act.actor, now=now)
    return dossier


def _authority(command: ReturnResult) -> CollectAuthority:
    """What goes by post goes to the address given: nobody shows a paper."""
    return CollectAuthority.POST if command.method is ReturnMethod.POST else command.authority


def _check_paper(command: ReturnResult, authority: CollectAuthority, number: str, now: dt.datetime) -> None:
    if authority is CollectAuthority.AUTHORISED and not number and command.paper_on is None:
        raise InvalidInput(
            "paper_number", "Người được uỷ quyền nhận: hãy ghi số hoặc ngày của giấy uỷ quyền."
        )
    if command.paper_on is not None and command.paper_on > now.date():
        raise InvalidInput("paper_on", "Ngày của giấy tờ không thể ở tương lai.")


def withdraw(session: Session, command: WithdrawDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Close on the applicant's wish.

    Raises:
        InvalidInput: no reason.
    """
    act = acting.begin(session, command.target, Action.WITHDRAW, person=person, now=now)
    reason = command.reason.strip()
    if not reason:
        raise InvalidInput("reason", "Hãy ghi lý do rút hồ sơ.")
    moment = now.replace(second=0, microsecond=0)
    held = pausing.end_by_closing(session, act, moment, now, field="reason")
    act.apply_state()
    handovers.lapse(session, act, now)
    _close(session, act.dossier, moment, now)
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason[:500], facts=held
    )
    return act.dossier


def reopen(session: Session, command: ReopenDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Take back a finish that nobody has acted on; the clock runs as if it had not ended.

    Its alerts are looked at again by the next scan; what the applicant was to be told is called back unless
    it has left.

    Raises:
        InvalidInput: no reason.
    """
    act = acting.begin(session, command.target, Action.REOPEN, person=person, now=now)
    reason = command.reason.strip()
    if not reason:
        raise InvalidInput("reason", "Hãy ghi lý do hoàn tác.")
    act.apply_state()
    act.dossier.result_kind = act.dossier.result_number = act.dossier.result_on = None
    act.dossier.result_digitised = None
    if act.dossier.channel is Channel.ONLINE:
        act.dossier.fully_electronic = None
    deadlines.reopen(act.dossier)
    for letter in (ApplicantLetter.RESULT_READY, ApplicantLetter.STILL_WAITING):
        applicantmails.withdraw(session, act.dossier, letter)
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason[:500])
    return act.dossier


def _close(session: Session, dossier: Dossier, moment: dt.datetime, now: dt.datetime) -> None:
    deadlines.close(session, dossier, moment)
    alertclosing.close_for_dossier(session, dossier.id, now)
