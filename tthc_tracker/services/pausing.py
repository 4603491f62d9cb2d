"""Hold the clock of an accepted dossier and let it go on: supplement, payment, opinion, survey, posting.

A pause begins when it is put down, never before; it ends when the answer came. The rule of its procedure and
reason (queries.pauses.rule_for) says what it does to the limit; services.reckoning moves the dates. Whatever
closes a dossier ends its open pause first.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidInput, NotNow
from tthc_tracker.domain.lifecycle import Action, State
from tthc_tracker.domain.pausing import PauseReason, end_of, on_last_day, ruling
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.queries import pauses
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.successions import promised_by
from tthc_tracker.services import (
    acting,
    applicantmails,
    deadlines,
    events,
    integrity,
    reckoning,
    supplements,
)
from tthc_tracker.services.acting import Act, Person, Target
from tthc_tracker.services.reckoning import Moved
from tthc_tracker.services.supplements import LONGEST, LONGEST_BASIS, AskSupplement, answer_by, words

LONGEST_ASKED = 200

ACTIONS = {
    PauseReason.PAYMENT: Action.ASK_PAYMENT,
    PauseReason.OPINION: Action.ASK_OPINION,
    PauseReason.SURVEY: Action.PAUSE,
    PauseReason.POSTING: Action.PAUSE,
}
"""What may be put down by `pause`, and the row of the lifecycle that each follows."""

LETTERS = {PauseReason.PAYMENT: ApplicantLetter.PAYMENT}
"""What the applicant is told besides the generic letter, where he himself has something to do."""


@dataclass(frozen=True)
class PauseDossier:
    """Hold the clock, or (an opinion) only note that somebody has been asked.

    basis, reply_by: the rule's own where they are left out. asked_of: whose opinion.
    """

    target: Target
    reason: PauseReason
    note: str
    basis: str
    reply_by: dt.date | None
    asked_of: str = ""


@dataclass(frozen=True)
class ResumeDossier:
    """The answer has come. at: when, if not just now (None)."""

    target: Target
    at: dt.datetime | None = None
    note: str = ""


def ask_supplement(
    session: Session, command: AskSupplement, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Dossier:
    """Ask at appraisal for everything that is missing; by the rule the limit begins anew, or goes on.

    Raises:
        InvalidInput: what supplements.checked finds. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.ASK_SUPPLEMENT, person=person, now=now)
    _accepted(act)
    dossier, at = act.dossier, _minute(now)
    request = supplements.checked(session, command, dossier, at.date())
    wait = _Wait(PauseReason.SUPPLEMENT, request.reason, request.basis, request.reply_by)
    row = _open(session, act, wait, at, now)
    asked = _told(
        session, act, row, at, now=now, reason=request.reason,
        facts={"reply_by": request.reply_by.isoformat(), "again": bool(request.again_because)},
    )  # fmt: skip
    supplements.write(session, dossier, asked, request)
    _tell(session, dossier, ApplicantLetter.SUPPLEMENT, mail_domain, now)
    return dossier


def pause(
    session: Session, command: PauseDossier, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Dossier:
    """Hold the clock for another reason than a supplement.

    Raises:
        InvalidInput: no words of why, no day, an opinion of nobody. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, ACTIONS[command.reason], person=person, now=now)
    dossier, at = act.dossier, _minute(now)
    note = words("note", command.note, LONGEST, missing="Hãy ghi lý do, nội dung chờ.")
    rule = pauses.rule_for(session, dossier.procedure_id, command.reason, at.date())
    basis = words("basis", command.basis, LONGEST_BASIS) or rule.basis
    by_rule = at.date() + dt.timedelta(days=rule.lasts_days)
    reply_by = answer_by(command.reply_by or by_rule, at.date())
    of = words("asked_of", command.asked_of, LONGEST_ASKED)
    if command.reason is PauseReason.OPINION and not of:
        raise InvalidInput("asked_of", "Hãy ghi tên cơ quan, đơn vị được lấy ý kiến.")
    row = _open(session, act, _Wait(command.reason, note, basis, reply_by, of), at, now)
    facts = {"until": reply_by.isoformat()} | ({"asked_of": of} if of else {})
    _told(session, act, row, at, now=now, reason=note, facts=facts)
    runs = row.policy is PausePolicy.RUNS
    if not runs and (command.reason in LETTERS or _holds(dossier, row)):
        _tell(session, dossier, LETTERS.get(command.reason, ApplicantLetter.PAUSED), mail_domain, now)
    return dossier


def resume(
    session: Session, command: ResumeDossier, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Moved | None:
    """Let the clock go on from when the answer came; what moved, or None if no date did.

    What was stopped goes on as if it had been paused from its stop.

    Raises:
        InvalidInput: a moment in the future or before the pause. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.RESUME, person=person, now=now)
    dossier, at = act.dossier, _minute(command.at or now)
    if at > now:
        raise InvalidInput("at", "Thời điểm tiếp tục không thể ở tương lai.")
    note = words("note", command.note, LONGEST)
    if dossier.state is State.STOPPED:
        clock = _from_stop(session, act, at)
    else:
        clock = _end(
            session, dossier, at, field="at", early="Thời điểm tiếp tục không thể trước khi tạm dừng."
        )
    act.apply_state()
    for letter in (ApplicantLetter.SUPPLEMENT, ApplicantLetter.PAYMENT, ApplicantLetter.PAUSED):
        applicantmails.withdraw(session, dossier, letter)  # no longer true
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, reason=note,
        facts={"clock": clock} if clock else {},
    )  # fmt: skip
    moved = reckoning.reckon_or_refuse(session, dossier, now, actor=act.actor, field="at")
    if moved is not None:
        _tell(session, dossier, ApplicantLetter.NEW_DATE, mail_domain, now)
    return moved


def end_by_closing(
    session: Session, act: Act, at: dt.datetime, now: dt.datetime, *, field: str
) -> dict[str, Any]:
    """End the open pause of a dossier that is about to be closed; the facts its closing event has to keep.

    The dates move before the finish is classed: what was waited for does not count (docs/law.md, pauses).

    Raises:
        InvalidInput: at `field`; it would be closed before its last pause began or ended.
    """
    dossier = act.dossier
    ended = select(func.max(Pause.ended_at)).where(Pause.dossier_id == dossier.id, Pause.imported.is_(False))
    last = session.execute(ended).scalar_one()
    early = "Thời điểm kết thúc không thể trước lần tạm dừng gần nhất."
    if last is not None and at < last:
        raise InvalidInput(field, early)
    clock = _end(session, dossier, at, field=field, early=early)
    if not clock:
        return {}
    reckoning.reckon_or_refuse(session, dossier, now, actor=act.actor, field=field)
    return {"clock": clock}


# --- rows


@dataclass(frozen=True)
class _Wait:
    """What is put down of a pause."""

    reason: PauseReason
    note: str
    basis: str
    reply_by: dt.date
    asked_of: str = ""


def _open(session: Session, act: Act, wait: _Wait, at: dt.datetime, now: dt.datetime) -> Pause:
    """Write the row, by the rule in force; the dossier's projections follow."""
    dossier = act.dossier
    assert dossier.accepted_at is not None
    rule = pauses.rule_for(session, dossier.procedure_id, wait.reason, at.date())
    try:
        ruled = ruling(rule, dossier.accepted_at, at, work_calendar(session, promised_by(session, dossier)))
    except CalendarHorizonError as error:
        raise InvalidInput(
            "reply_by", f"Chưa có lịch làm việc năm {error.year}. Hãy báo quản trị viên nạp lịch."
        ) from None
    row = Pause(
        dossier_id=dossier.id, policy=ruled.policy, reason=wait.reason.value, note=wait.note,
        basis=wait.basis, started_at=at, expires_at=end_of(wait.reply_by), actor_id=act.actor.user_id,
        asked_of=wait.asked_of,
        asked_late=ruled.asked_late, last_day=_on_last_day(dossier, ruled.policy, at),
    )  # fmt: skip
    session.add(row)
    act.apply_state()
    reckoning.reckon_or_refuse(session, dossier, now, actor=act.actor, field="reply_by")
    return row


def _on_last_day(dossier: Dossier, policy: PausePolicy, at: dt.datetime) -> bool:
    if policy is PausePolicy.RUNS or dossier.due_at is None or dossier.late_from is None:
        return False
    assert dossier.accepted_at is not None
    return on_last_day(dossier.accepted_at, at, dossier.due_at, dossier.late_from)


def _told(
    session: Session, act: Act, row: Pause, at: dt.datetime, *, now: dt.datetime, reason: str,
    facts: dict[str, Any],
) -> DossierEvent:  # fmt: skip
    clock = {"from": at.isoformat(), "policy": row.policy.value}
    flags = {name: True for name in ("last_day", "asked_late") if getattr(row, name)}
    if row.policy is not PausePolicy.RUNS and not _holds(act.dossier, row):
        flags["too_late"] = True
    event = events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, occurred_at=at, reason=reason,
        facts={"pause": row.reason, "clock": clock} | facts | flags,
    )  # fmt: skip
    if row.last_day:
        integrity.flag(session, act.dossier, Rule.PAUSED_ON_LAST_DAY, now)
    return event


def _holds(dossier: Dossier, row: Pause) -> bool:
    """Whether this pause holds the clock: by its rule, and begun before the dossier was late."""
    return row.policy is not PausePolicy.RUNS and dossier.paused_since is not None


def _end(session: Session, dossier: Dossier, at: dt.datetime, *, field: str, early: str) -> dict[str, str]:
    """End the open pause, if there is one; what the event has to keep of it."""
    row = pauses.open_on(session, dossier.id)
    if row is None:
        return {}
    if at < row.started_at:
        raise InvalidInput(field, early)
    row.ended_at = at
    return {"to": at.isoformat()}


def _from_stop(session: Session, act: Act, at: dt.datetime) -> dict[str, str]:
    """Open again what was stopped; the time in between is a pause like any other."""
    dossier = act.dossier
    stopped_at = dossier.closed_at
    assert stopped_at is not None
    if at < stopped_at:
        raise InvalidInput("at", "Thời điểm tiếp tục không thể trước khi dừng.")
    deadlines.reopen(dossier)
    if dossier.accepted_at is None:
        return {}
    dossier.paused_since = stopped_at  # if it was in time then; else the pause moves no date
    rule = pauses.rule_for(session, dossier.procedure_id, PauseReason.STOPPED, at.date())
    assert dossier.due_at is not None
    session.add(
        Pause(
            dossier_id=dossier.id, policy=rule.policy, reason=PauseReason.STOPPED.value, basis=rule.basis,
            started_at=stopped_at, ended_at=at, actor_id=act.actor.user_id,
            last_day=_on_last_day(dossier, rule.policy, stopped_at),
        )
    )  # fmt: skip
    return {"from": stopped_at.isoformat(), "to": at.isoformat(), "policy": rule.policy.value}


def _accepted(act: Act) -> None:
    if act.dossier.accepted_at is None:
        raise NotNow("a supplement before acceptance is an answer (services.answering)")


def _tell(
    session: Session, dossier: Dossier, letter: ApplicantLetter, mail_domain: str, now: dt.datetime
) -> None:
    if mail_domain:
        applicantmails.tell(session, dossier, letter, domain=mail_domain, now=now)


def _minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
