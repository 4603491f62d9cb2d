"""The end of a dossier: finish with a result, return it, withdraw, take a finish back."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Action, ResultKind, ReturnMethod
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import acting, alertclosing, deadlines, events, handovers
from tthc_tracker.services.acting import Person, Target


@dataclass(frozen=True)
class FinishDossier:
    """The result is ready at the one-stop. `finished_at` None: now."""

    target: Target
    kind: ResultKind
    number: str = ""
    result_on: dt.date | None = None
    reason: str = ""
    finished_at: dt.datetime | None = None
    electronic: bool | None = None


@dataclass(frozen=True)
class ReturnResult:
    """The result is handed over."""

    target: Target
    receiver: str
    method: ReturnMethod
    note: str = ""


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


def finish(session: Session, command: FinishDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """End the resolution clock with a result; a refusal is a result with a deadline (NĐ 61/2018 Đ19.8).

    Raises:
        InvalidInput: a refusal without its reason, or a moment before acceptance or in the future.
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
    act.apply_state()
    dossier.result_kind, dossier.result_number = command.kind, command.number.strip()[:60] or None
    dossier.result_on = command.result_on
    if command.electronic is not None:
        dossier.fully_electronic = command.electronic
    _close(session, act, moment, now)
    facts = {"result": command.kind.value, "class": dossier.finish_class and dossier.finish_class.value}
    if dossier.result_number:
        facts["number"] = dossier.result_number
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=moment,
        reason=command.reason.strip()[:500], facts=facts,
    )  # fmt: skip
    return dossier


def return_result(session: Session, command: ReturnResult, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand the result over to the applicant or whoever collects it.

    Raises:
        InvalidInput: nobody named.
    """
    act = acting.begin(session, command.target, Action.RETURN_RESULT, person=person, now=now)
    receiver = " ".join(command.receiver.split())
    if not receiver or len(receiver) > 200:
        raise InvalidInput("receiver", "Hãy ghi tên người nhận kết quả (nhiều nhất 200 ký tự).")
    act.apply_state()
    act.dossier.returned_at, act.dossier.returned_to = now, receiver
    act.dossier.return_method = command.method
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=command.note.strip()[:500],
        facts={"method": command.method.value}, private={"receiver": receiver},
    )  # fmt: skip
    return act.dossier


def withdraw(session: Session, command: WithdrawDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Close on the applicant's wish.

    Raises:
        InvalidInput: no reason.
    """
    act = acting.begin(session, command.target, Action.WITHDRAW, person=person, now=now)
    reason = command.reason.strip()
    if not reason:
        raise InvalidInput("reason", "Hãy ghi lý do rút hồ sơ.")
    act.apply_state()
    _close(session, act, now.replace(second=0, microsecond=0), now)
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason[:500])
    return act.dossier


def reopen(session: Session, command: ReopenDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Take back a finish that nobody has acted on; the clock runs as if it had not ended.

    Raises:
        InvalidInput: no reason.
    """
    act = acting.begin(session, command.target, Action.REOPEN, person=person, now=now)
    reason = command.reason.strip()
    if not reason:
        raise InvalidInput("reason", "Hãy ghi lý do mở lại.")
    act.apply_state()
    act.dossier.result_kind = act.dossier.result_number = act.dossier.result_on = None
    deadlines.reopen(act.dossier, now)
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason[:500])
    return act.dossier


def _close(session: Session, act: acting.Act, moment: dt.datetime, now: dt.datetime) -> None:
    handovers.lapse(session, act, now)
    deadlines.close(session, act.dossier, moment)
    alertclosing.close_for_dossier(session, act.dossier.id, now)
