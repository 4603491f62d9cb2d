"""On to the next step of a dossier's electronic process, or back to the one before."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.handovers import Direction, Place, works_in
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.processes import RunOutcome, Spot, StepHolder
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import processes
from tthc_tracker.queries.processes import Step
from tthc_tracker.services import acting, custody, deadlines, handovers, processing, stepruns
from tthc_tracker.services.acting import Act, Person, Target
from tthc_tracker.services.handovers import LONGEST_REASON


@dataclass(frozen=True)
class NextStep:
    """This step is done; the next one begins with whoever holds it."""

    target: Target
    note: str = ""


@dataclass(frozen=True)
class ReturnStep:
    """The step before has something to put right."""

    target: Target
    reason: str


def next_step(session: Session, command: NextStep, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand over to whoever holds the next step; its clock runs from this moment, confirmed or not.

    Raises:
        InvalidInput: the agency has no such unit. And what acting.begin raises: NotNow without a next step.
    """
    act = acting.begin(session, command.target, Action.NEXT_STEP, person=person, now=now)
    return _go(session, act, 1, command.note.strip()[:LONGEST_REASON], person=person, now=now)


def return_step(session: Session, command: ReturnStep, *, person: Person, now: dt.datetime) -> Dossier:
    """Back to the step before, with the reason; it gets its whole limit again, from this moment.

    Raises:
        InvalidInput: no reason, or the agency has no such unit. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.RETURN_STEP, person=person, now=now)
    reason = " ".join(command.reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        problem = "Hãy ghi lý do trả lại, để bước trước biết phải sửa gì."
        raise InvalidInput("reason", problem if not reason else f"Dài nhất {LONGEST_REASON} ký tự.")
    return _go(session, act, -1, reason, person=person, now=now)


def _go(session: Session, act: Act, by: int, note: str, *, person: Person, now: dt.datetime) -> Dossier:
    dossier = act.dossier
    handovers.settle_by_acting(session, act, now)
    run = stepruns.running(session, dossier.id)
    assert run is not None  # the table of the lifecycle asks for one
    process, current = stepruns.process_of(session, run)
    step = process.steps[process.steps.index(current) + by]
    spot = _spot(session, dossier, step)
    before = processing.holders(session, dossier)
    awaits = _hand(session, act, step, spot, note, person=person, now=now)
    session.flush()
    outcome = RunOutcome.PASSED if by > 0 else RunOutcome.RETURNED
    reason = note if by < 0 else ""
    moment = now.replace(second=0, microsecond=0)
    stepruns.enter(session, dossier, step, spot, moment, outcome=outcome, reason=reason)
    words = (current.name, step.name)
    return processing.moved(session, act, before, awaits=awaits, note=note, now=now, step=words)


def _spot(session: Session, dossier: Dossier, step: Step) -> Spot:
    agencies = dossier.receiving_agency_id, dossier.resolving_agency_id
    (stop,) = processes.stops(session, [step], *agencies)
    if stop.spot is None:
        raise InvalidInput(
            "step",
            f"Bước “{step.name}” thuộc đơn vị mã {step.unit_code}, mà cơ quan giữ bước này không có đơn vị "
            "đó. "
            "Hãy dùng “Chuyển xử lý” để chọn đơn vị, và báo quản trị viên sửa quy trình.",
        )
    return stop.spot


def _hand(
    session: Session, act: Act, step: Step, spot: Spot, note: str, *, person: Person, now: dt.datetime
) -> bool:
    """Give it to the holder of a step; True if that side has to confirm."""
    dossier, place = act.dossier, Place(spot.agency_id, spot.unit_id)
    if spot.at_desk:
        return _to_desk(session, act, place, note, person=person, now=now)
    if custody.spot_of(session, dossier) == spot:  # the same place, another pair of hands
        dossier.officer_id = _leader(session, step, spot) or (None if spot.unit_id else dossier.officer_id)
        return False
    leader = session.get(User, _leader(session, step, spot) or 0)
    return processing.pass_on(session, act, place, leader, person=person, note=note, now=now)


def _leader(session: Session, step: Step, spot: Spot) -> int | None:
    return processes.leader_of(session, spot.agency_id) if step.holder is StepHolder.LEADER else None


def _to_desk(session: Session, act: Act, desk: Place, note: str, *, person: Person, now: dt.datetime) -> bool:
    dossier = act.dossier
    awaits = not works_in(person.memberships, desk)
    if awaits:
        handovers.open_(session, act, Direction.BACK, desk, note=note, now=now)
    else:
        deadlines.owe_handover(session, dossier, now)
    dossier.holding_unit_id = dossier.officer_id = dossier.step_agency_id = None
    return awaits
