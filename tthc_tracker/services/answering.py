"""Answer what was submitted online or brought by post: accept, ask once and completely, or refuse.

Only these three stop the reception clock of a round (docs/law.md, clocks). Each is told to the applicant
(services.applicantmails). Dossiers of other systems are answered there; here the desk marks that it has.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow
from tthc_tracker.domain.lifecycle import WAITING, Action
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.models.reception import ReceptionRound, SourceMark
from tthc_tracker.queries import procedures
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import (
    acting,
    alertclosing,
    applicantmails,
    deadlines,
    events,
    reception,
    supplements,
)
from tthc_tracker.services.acting import Act, Person, Target
from tthc_tracker.services.registration import open_round
from tthc_tracker.services.supplements import LONGEST, AskSupplement, words


@dataclass(frozen=True)
class Sender:
    """What a letter to an applicant needs of this installation: the domain of its sender, and the secret
    that receipt tokens are derived from."""

    mail_domain: str
    secret: str


@dataclass(frozen=True)
class AcceptDossier:
    """The dossier is complete and correct: the resolution clock starts. case_code: None for the one noted."""

    target: Target
    case_code: str | None = None


@dataclass(frozen=True)
class RefuseDossier:
    """It is not accepted."""

    target: Target
    reason: str


@dataclass(frozen=True)
class NoteResubmission:
    """The applicant has brought what was missing. at: when, if not just now (None)."""

    target: Target
    at: dt.datetime | None = None


@dataclass(frozen=True)
class MarkAtSource:
    """The desk has accepted a mirrored dossier over there; its source's next file says so, or does not."""

    target: Target


def accept(
    session: Session, command: AcceptDossier, *, person: Person, sender: Sender, now: dt.datetime
) -> Dossier:
    """Accept: the promise by the version in force today, the receipt's token, the letter.

    One that was waiting for its applicant has been completed at this moment: a round of its own, answered.

    Raises:
        InvalidInput: no promise can be made (field `procedure`). And what `_begin` raises.
    """
    act = _begin(session, command.target, Action.ACCEPT, person=person, now=now)
    dossier, at = act.dossier, _minute(now)
    if dossier.state in WAITING:
        open_round(session, dossier, at, field="procedure")
        session.flush()
    case_code = dossier.case_code if command.case_code is None else command.case_code
    procedure = _take_version(session, dossier, case_code, at.date())
    act.apply_state()
    reception.promise_or_refuse(session, dossier, at)
    dossier.received_by_id, dossier.held_since = person.user_id, at
    assert dossier.due_at is not None
    facts: dict[str, Any] = {
        "procedure": procedure,
        "channel": dossier.channel.value,
        "due_at": dossier.due_at.isoformat(),
        "clock": deadlines.terms_of(dossier),
    }
    _answer(session, act, "receipt", at, now=now)
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, facts=facts)
    _tell(session, dossier, ApplicantLetter.RECEIPT, sender, now)
    return dossier


def ask_supplement(
    session: Session, command: AskSupplement, *, person: Person, sender: Sender, now: dt.datetime
) -> Dossier:
    """Ask for everything that is missing; the clock of this round has its answer.

    Raises:
        InvalidInput: nothing asked for, no reason or basis, no day in the future, or asked again without
        saying why. And what `_begin` raises.
    """
    act = _begin(session, command.target, Action.ASK_SUPPLEMENT, person=person, now=now)
    dossier, at = act.dossier, _minute(now)
    request = supplements.checked(session, command, dossier, at.date())
    act.apply_state()
    _answer(session, act, "supplement", at, now=now)
    facts = {
        "round": dossier.reception_round,
        "reply_by": request.reply_by.isoformat(),
        "again": bool(request.again_because),
    }
    asked = events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, reason=request.reason,
        facts=facts,
    )  # fmt: skip
    supplements.write(session, dossier, asked, request)
    _tell(session, dossier, ApplicantLetter.SUPPLEMENT, sender, now)
    return dossier


def refuse(
    session: Session, command: RefuseDossier, *, person: Person, sender: Sender, now: dt.datetime
) -> Dossier:
    """Refuse before acceptance; the dossier ends here.

    Raises:
        InvalidInput: no reason. And what `_begin` raises.
    """
    act = _begin(session, command.target, Action.REFUSE, person=person, now=now)
    reason = words("reason", command.reason, LONGEST, missing="Hãy ghi lý do từ chối.")
    at = _minute(now)
    act.apply_state()
    act.dossier.received_by_id = person.user_id
    _answer(session, act, "refusal", at, now=now)
    deadlines.close(session, act.dossier, at)
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, reason=reason
    )
    _tell(session, act.dossier, ApplicantLetter.REFUSAL, sender, now)
    return act.dossier


def note_resubmission(
    session: Session, command: NoteResubmission, *, person: Person, now: dt.datetime
) -> Dossier:
    """Put it back into the queue: a new round with its own limit begins when the applicant brought it.

    Raises:
        InvalidInput: a moment in the future or before the request. And what `_begin` raises.
    """
    act = _begin(session, command.target, Action.RESUBMIT, person=person, now=now)
    at = _minute(command.at or now)
    if at > now:
        raise InvalidInput("at", "Thời điểm bổ sung không thể ở tương lai.")
    answered = act.dossier.reception_answered_at
    if answered is not None and at < answered:
        raise InvalidInput("at", "Thời điểm bổ sung không thể trước khi yêu cầu bổ sung.")
    act.apply_state()
    applicantmails.withdraw(session, act.dossier, ApplicantLetter.SUPPLEMENT)  # no longer true
    open_round(session, act.dossier, at, field="at")
    facts = {"round": act.dossier.reception_round}
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, facts=facts)
    return act.dossier


def mark_at_source(session: Session, command: MarkAtSource, *, person: Person, now: dt.datetime) -> Dossier:
    """Note that the answer was given over there; none of the mirrored facts changes.

    Raises:
        What `_begin` raises.
    """
    act = _begin(session, command.target, Action.MARK_AT_SOURCE, person=person, now=now)
    dossier = act.dossier
    mark = session.get(SourceMark, dossier.id) or SourceMark(dossier_id=dossier.id)
    mark.marked_at, mark.marked_by_id = now, person.user_id
    session.add(mark)
    events.append(session, dossier, act.move.event, actor=act.actor, now=now)
    return dossier


def _begin(session: Session, target: Target, action: Action, *, person: Person, now: dt.datetime) -> Act:
    """What acting.begin checks, and that it is this person's own desk that answers.

    Raises:
        NotFound, StaleVersion, NotAllowed, NotNow: acting.begin. NotNow also for what was accepted already.
    """
    act = acting.begin(session, target, action, person=person, now=now)
    if act.dossier.accepted_at is not None:
        raise NotNow(f"{action} after acceptance")
    desk = {act.dossier.receiving_agency_id}
    permission = Permission.RECEIVE_DOSSIERS
    if not may_act(person.memberships, permission, desk, lambda one: subtree(session, one)):
        raise NotAllowed(f"{action} at another desk")
    return act


def _answer(session: Session, act: Act, answer: str, at: dt.datetime, *, now: dt.datetime) -> None:
    """Close the round with its kind of answer; late reception stands no longer."""
    started = select(ReceptionRound.started_at).where(
        ReceptionRound.dossier_id == act.dossier.id, ReceptionRound.round == act.dossier.reception_round
    )
    began = session.execute(started).scalar_one_or_none()
    deadlines.answer_reception(session, act.dossier, answer, max(at, began) if began else at)
    alertclosing.close_for_dossier(session, act.dossier.id, now)


def _tell(
    session: Session, dossier: Dossier, letter: ApplicantLetter, sender: Sender, now: dt.datetime
) -> None:
    if sender.secret:
        dossier.receipt_token_hash = token_hash(receipt_token(sender.secret, dossier.code))
    applicantmails.tell(session, dossier, letter, domain=sender.mail_domain, now=now)


def _take_version(session: Session, dossier: Dossier, case_code: str, day: dt.date) -> str:
    """Take the version of the procedure that is in force on the day of acceptance; gives its code."""
    code = session.get_one(Procedure, dossier.procedure_id).code
    choice = procedures.by_code(session, code, day)
    if choice is None:
        raise InvalidInput(
            "procedure", "Thủ tục này không còn hiệu lực. Hãy từ chối tiếp nhận, hoặc báo quản trị viên."
        )
    dossier.procedure_version_id, dossier.sector_id = choice.version_id, choice.sector_id
    dossier.case_code = reception.case_on(session, choice, case_code)
    return code


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
