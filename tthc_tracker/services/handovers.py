"""Hand-overs: opened by whoever gives, ended by the other side, or taken back while nobody has answered.

The dossier stands at the receiving place from the moment it is given; until that place confirms, it waits
there (docs/law.md, hand-over). A result stays with its officer until the desk confirms it: the finish.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.handovers import Direction, HandoverAnswer, Place, works_in
from tthc_tracker.domain.lifecycle import Action, ResultKind
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.handover import Handover
from tthc_tracker.services import acting, deadlines, events
from tthc_tracker.services.acting import Act, Person, Target

LONGEST_REASON = 500


@dataclass(frozen=True)
class ConfirmHandover:
    """The papers have arrived."""

    target: Target


@dataclass(frozen=True)
class RejectHandover:
    """What was handed over is not taken: wrong place, papers missing, a result that is wrong."""

    target: Target
    reason: str


@dataclass(frozen=True)
class TakeBack:
    """Handed over by mistake, and nobody has answered yet."""

    target: Target
    reason: str = ""


@dataclass(frozen=True)
class SendBack:
    """Give a dossier back to the desk that received it."""

    target: Target
    reason: str


@dataclass(frozen=True)
class SendResult:
    """The work is done: its result goes to the desk that returns it. `reason`: of a refusal."""

    target: Target
    kind: ResultKind
    number: str = ""
    result_on: dt.date | None = None
    reason: str = ""


def confirm(session: Session, command: ConfirmHandover, *, person: Person, now: dt.datetime) -> Dossier:
    """Confirm that papers have arrived; the hand-over clock ends with it.

    Raises:
        What acting.begin raises: NotNow if nothing waits for this person's confirmation.
    """
    act = acting.begin(session, command.target, Action.CONFIRM_HANDOVER, person=person, now=now)
    row = settle(session, act, HandoverAnswer.CONFIRMED, now=now)
    if row.direction is Direction.FORWARD and row.to_unit_id is None and act.dossier.officer_id is None:
        act.dossier.officer_id = person.user_id  # nobody else holds it there until it is assigned
    facts = {"place": _name(session, Place(row.to_agency_id, row.to_unit_id))}
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, facts=facts)
    return act.dossier


def reject(session: Session, command: RejectHandover, *, person: Person, now: dt.datetime) -> Dossier:
    """Refuse to take what was handed over; it is where it was before.

    Raises:
        InvalidInput: no reason. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.REJECT_HANDOVER, person=person, now=now)
    reason = _reason(command.reason, "Hãy ghi lý do không nhận, để nơi chuyển biết phải làm gì.")
    return _undone(session, act, HandoverAnswer.REJECTED, reason, now)


def take_back(session: Session, command: TakeBack, *, person: Person, now: dt.datetime) -> Dossier:
    """Take back what nobody has answered yet.

    Raises:
        What acting.begin raises: NotNow once the other side has answered.
    """
    act = acting.begin(session, command.target, Action.TAKE_BACK, person=person, now=now)
    return _undone(session, act, HandoverAnswer.TAKEN_BACK, command.reason.strip()[:LONGEST_REASON], now)


def send_back(session: Session, command: SendBack, *, person: Person, now: dt.datetime) -> Dossier:
    """Give a dossier back to the desk, which confirms it like any hand-over.

    Raises:
        InvalidInput: no reason. And what acting.begin raises: NotNow if it lies at the desk already.
    """
    act = acting.begin(session, command.target, Action.SEND_BACK, person=person, now=now)
    reason = _reason(command.reason, "Hãy ghi lý do trả về một cửa.")
    settle_by_acting(session, act, now)
    dossier = act.dossier
    source, desk = place_of(dossier), Place(dossier.receiving_agency_id)
    if not works_in(person.memberships, desk):
        open_(session, act, Direction.BACK, desk, note=reason, now=now)
    else:
        deadlines.owe_handover(session, dossier, now)
    dossier.holding_unit_id = dossier.officer_id = dossier.step_agency_id = None
    dossier.held_since = now
    act.apply_state()
    facts = {"unit": [_name(session, source), _name(session, desk)]}
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=facts)
    return dossier


def send_result(session: Session, command: SendResult, *, person: Person, now: dt.datetime) -> Dossier:
    """Send the result to the desk; the resolution clock runs until the desk confirms that it is there.

    Raises:
        InvalidInput: a refusal without its reason. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.SEND_RESULT, person=person, now=now)
    if command.kind is ResultKind.REFUSED and not command.reason.strip():
        raise InvalidInput("reason", "Từ chối giải quyết phải ghi lý do.")
    settle_by_acting(session, act, now)
    reason = command.reason.strip()[:LONGEST_REASON]
    desk = Place(act.dossier.returning_agency_id)
    row = open_(session, act, Direction.RESULT, desk, note=reason, now=now)
    row.result_kind, row.result_number = command.kind, command.number.strip()[:60] or None
    row.result_on = command.result_on
    act.apply_state()
    facts = {"result": command.kind.value, "place": _name(session, desk)}
    if row.result_number:
        facts["number"] = row.result_number
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=facts)
    return act.dossier


# --- what other verbs do with a hand-over


def place_of(dossier: Dossier) -> Place:
    """Where the papers are: with a unit or an officer where it is worked on, else at the receiving desk."""
    if (
        dossier.holding_unit_id is not None
        or dossier.officer_id is not None
        or dossier.step_agency_id is not None
    ):
        return Place(worked_at(dossier), dossier.holding_unit_id)
    return Place(dossier.receiving_agency_id)


def worked_at(dossier: Dossier) -> int:
    """The agency that works on it: of a step that runs elsewhere, else the resolving one."""
    return dossier.step_agency_id or dossier.resolving_agency_id


def owes_handover(dossier: Dossier) -> bool:
    """Whether it was accepted for another agency, which has not confirmed it yet."""
    return dossier.handover_due_at is not None and dossier.handover_confirmed_at is None


def crosses(dossier: Dossier, place: Place, person: Person) -> bool:
    """Whether going to this place takes it out of the hands of whoever moves it."""
    if works_in(person.memberships, place):
        return False
    return place_of(dossier) != place or owes_handover(dossier)


def open_(
    session: Session, act: Act, direction: Direction, destination: Place, *, note: str, now: dt.datetime
) -> Handover:
    """Begin a hand-over from where the papers are; call it before the dossier's holders change."""
    dossier, source = act.dossier, place_of(act.dossier)
    row = Handover(
        dossier_id=dossier.id, direction=direction, from_agency_id=source.agency_id,
        from_unit_id=source.unit_id, from_officer_id=dossier.officer_id, to_agency_id=destination.agency_id,
        to_unit_id=destination.unit_id, handed_at=now, handed_by_id=act.actor.user_id, note=note,
    )  # fmt: skip
    session.add(row)
    return row


def settle(
    session: Session, act: Act, answer: HandoverAnswer, *, now: dt.datetime, reason: str = ""
) -> Handover:
    """Answer the hand-over that stands on the dossier; there is one, or the table would have refused."""
    row = standing(session, act.dossier.id)
    assert row is not None
    row.answered_at, row.answered_by_id, row.answer, row.reason = now, act.actor.user_id, answer, reason
    if (
        answer is HandoverAnswer.CONFIRMED
        and row.direction is Direction.FORWARD
        and owes_handover(act.dossier)
    ):
        act.dossier.handover_confirmed_at = now
    if answer is HandoverAnswer.CONFIRMED and row.direction is Direction.BACK:
        deadlines.owe_handover(session, act.dossier, now)  # the desk has it, and is to hand it over again
    session.flush()  # before another one opens: one may stand at a time
    return row


def settle_by_acting(session: Session, act: Act, now: dt.datetime) -> None:
    """Whoever works on what waits for him has taken it; anybody else who moves it on takes it back first.

    A result that waits is taken back too: only its confirmation at the desk is the finish.
    """
    if act.underway is None:
        return
    if act.handing.to_us and not act.handing.of_result:
        settle(session, act, HandoverAnswer.CONFIRMED, now=now)
    else:
        _restore(act.dossier, settle(session, act, HandoverAnswer.TAKEN_BACK, now=now))


def lapse(session: Session, act: Act, now: dt.datetime) -> None:
    """The dossier has ended: whoever acts on what waits for him has it, for anybody else it is over."""
    if act.underway is not None:
        answer = HandoverAnswer.CONFIRMED if act.handing.to_us else HandoverAnswer.LAPSED
        row = settle(session, act, answer, now=now)
        if answer is HandoverAnswer.LAPSED:  # if the end is undone, it lies where it lay
            _restore(act.dossier, row)


def standing(session: Session, dossier_id: int) -> Handover | None:
    """The hand-over of a dossier that nobody has answered."""
    return session.execute(acting.unanswered(), {"dossier_id": dossier_id}).scalar_one_or_none()


def direction_of(session: Session, code: str) -> Direction | None:
    """What is on its way for the dossier of this code; None for nothing."""
    statement = (
        select(Handover.direction)
        .join(DossierCode, DossierCode.dossier_id == Handover.dossier_id)
        .where(DossierCode.code == code, Handover.answered_at.is_(None))
    )
    return session.execute(statement).scalar_one_or_none()


def _undone(session: Session, act: Act, answer: HandoverAnswer, reason: str, now: dt.datetime) -> Dossier:
    row = settle(session, act, answer, now=now, reason=reason)
    facts = {}
    if row.direction is not Direction.RESULT:
        _restore(act.dossier, row)
        act.dossier.held_since = now
        back = _name(session, Place(row.from_agency_id, row.from_unit_id))
        facts["unit"] = [_name(session, Place(row.to_agency_id, row.to_unit_id)), back]
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=facts)
    return act.dossier


def _restore(dossier: Dossier, row: Handover) -> None:
    if row.direction is not Direction.RESULT:
        dossier.holding_unit_id, dossier.officer_id = row.from_unit_id, row.from_officer_id
        at_desk = row.from_agency_id == dossier.receiving_agency_id and row.from_unit_id is None
        ours = row.from_agency_id == dossier.resolving_agency_id or at_desk
        dossier.step_agency_id = None if ours else row.from_agency_id


def _reason(text: str, missing: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("reason", missing if not reason else f"Dài nhất {LONGEST_REASON} ký tự.")
    return reason


def _name(session: Session, place: Place) -> str:
    if place.unit_id is not None:
        return session.get_one(Unit, place.unit_id).name
    return session.get_one(Agency, place.agency_id).name
