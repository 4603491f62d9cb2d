"""The work between reception and result: assign, hand over, note."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.handovers import Direction, Place
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import acting, deputies, events, handovers
from tthc_tracker.services.acting import Person, Target

LONGEST_NOTE = 500


@dataclass(frozen=True)
class AssignDossier:
    """Give a dossier to a unit, an officer, or both. `note` may be empty."""

    target: Target
    unit_id: int | None
    officer_id: int | None
    note: str = ""


@dataclass(frozen=True)
class HandOverDossier:
    """Pass a dossier on; its officer is then the receiving unit's to name.

    unit_id: None for the resolving agency itself, where the dossier was received for another agency.
    """

    target: Target
    unit_id: int | None
    note: str = ""


@dataclass(frozen=True)
class NoteDossier:
    """Write a remark into the history."""

    target: Target
    text: str


def assign(session: Session, command: AssignDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Assign; the dossier is being processed from now on. Into other hands, it waits for their confirmation.
    What is meant for an officer who is away goes to whoever stands in for him.

    Raises:
        InvalidInput: neither unit nor officer, or not of the agency that works on it. And what acting.begin
        raises.
    """
    act = acting.begin(session, command.target, Action.ASSIGN, person=person, now=now)
    dossier = act.dossier
    if command.unit_id is None and command.officer_id is None:
        raise InvalidInput("unit_id", "Hãy chọn phòng hoặc cán bộ thụ lý.")
    agency_id = handovers.worked_at(dossier)
    unit = _unit(session, agency_id, command.unit_id)
    officer, stands_in = deputies.taker(session, _officer(session, agency_id, command.officer_id), now)
    before = holders(session, dossier)
    handovers.settle_by_acting(session, act, now)
    unit_id = unit.id if unit else (_unit_of(session, agency_id, officer) or dossier.holding_unit_id)
    place = Place(agency_id, unit_id)
    awaits = pass_on(session, act, place, officer, person=person, note=command.note, now=now)
    if stands_in is not None:
        deputies.keep(session, dossier, stands_in)
    meant_for = stands_in.user if stands_in else ""
    return moved(session, act, before, awaits=awaits, note=command.note, now=now, meant_for=meant_for)


def hand_over(session: Session, command: HandOverDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand over to another unit, or to the resolving agency; nobody there is in charge of it yet.

    Raises:
        InvalidInput: the unit is not one of the resolving agency, or holds it already.
    """
    act = acting.begin(session, command.target, Action.HAND_OVER, person=person, now=now)
    dossier = act.dossier
    unit = _unit(session, dossier.resolving_agency_id, command.unit_id)
    if (unit is None and not handovers.owes_handover(dossier)) or (
        unit and unit.id == dossier.holding_unit_id
    ):
        raise InvalidInput("unit_id", "Hãy chọn phòng khác với phòng đang giữ hồ sơ.")
    before = holders(session, dossier)
    handovers.settle_by_acting(session, act, now)
    place = Place(dossier.resolving_agency_id, unit.id if unit else None)
    awaits = pass_on(session, act, place, None, person=person, note=command.note, now=now)
    return moved(session, act, before, awaits=awaits, note=command.note, now=now)


def note(session: Session, command: NoteDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Add a remark; nothing else changes.

    Raises:
        InvalidInput: an empty or too long remark.
    """
    act = acting.begin(session, command.target, Action.NOTE, person=person, now=now)
    text = command.text.strip()
    if not text or len(text) > LONGEST_NOTE:
        raise InvalidInput("text", f"Hãy ghi nội dung, nhiều nhất {LONGEST_NOTE} ký tự.")
    # A remark may name people: it stays with what can be erased.
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, private={"note": text})
    return act.dossier


def pass_on(
    session: Session,
    act: acting.Act,
    place: Place,
    officer: User | None,
    *,
    person: Person,
    note: str,
    now: dt.datetime,
) -> bool:
    """Give it to its new holders; True if they have to confirm. What a source owns was never in our hands."""
    dossier, unit_id = act.dossier, place.unit_id
    awaits = not act.mirrored and handovers.crosses(dossier, place, person)
    if awaits:
        handovers.open_(session, act, Direction.FORWARD, place, note=note.strip()[:LONGEST_NOTE], now=now)
    elif handovers.owes_handover(dossier):
        dossier.handover_confirmed_at = now  # the resolving agency has taken it by itself
    dossier.holding_unit_id, dossier.officer_id = unit_id, officer.id if officer else None
    dossier.step_agency_id = None if place.agency_id == dossier.resolving_agency_id else place.agency_id
    if not awaits and unit_id is None and officer is None and not act.mirrored:
        dossier.officer_id = person.user_id  # taken by the agency itself: nobody else there holds it yet
    return awaits


def moved(
    session: Session,
    act: acting.Act,
    before: dict[str, str],
    *,
    awaits: bool,
    note: str,
    now: dt.datetime,
    step: tuple[str, str] | None = None,
    meant_for: str = "",
) -> Dossier:
    """Note that it has gone from `before` to where it is; step: from which of its process to which.

    meant_for: an officer who is away, and whose deputy got it.
    """
    act.apply_state()
    act.dossier.held_since = now
    after = holders(session, act.dossier)
    if awaits and not after["unit"]:
        after["unit"] = session.get_one(Agency, handovers.worked_at(act.dossier)).name
    facts: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    if awaits:
        facts["awaits"] = True
    if meant_for:
        facts["meant_for"] = meant_for
    if step:
        facts["step"] = list(step)
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=note.strip()[:LONGEST_NOTE],
        facts=facts,
    )  # fmt: skip
    return act.dossier


def holders(session: Session, dossier: Dossier) -> dict[str, str]:
    """Unit and officer by name, as the history shows them for ever."""
    unit = session.get(Unit, dossier.holding_unit_id) if dossier.holding_unit_id else None
    officer = session.get(User, dossier.officer_id) if dossier.officer_id else None
    return {"unit": unit.name if unit else "", "officer": officer.full_name if officer else ""}


def _unit(session: Session, agency_id: int, unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    unit = session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency_id or not unit.active:
        raise InvalidInput("unit_id", "Phòng này không thuộc cơ quan giải quyết. Hãy chọn lại.")
    return unit


def _officer(session: Session, agency_id: int, officer_id: int | None) -> User | None:
    if officer_id is None:
        return None
    works_there = select(Membership.id).where(
        Membership.user_id == officer_id, Membership.agency_id == agency_id
    )
    officer = session.get(User, officer_id)
    if officer is None or not officer.active or session.execute(works_there).first() is None:
        raise InvalidInput("officer_id", "Cán bộ này không thuộc cơ quan giải quyết. Hãy chọn lại.")
    return officer


def _unit_of(session: Session, agency_id: int, officer: User | None) -> int | None:
    if officer is None:
        return None
    statement = select(Membership.unit_id).where(
        Membership.user_id == officer.id,
        Membership.agency_id == agency_id,
        Membership.unit_id.is_not(None),
    )
    return session.execute(statement.order_by(Membership.id).limit(1)).scalar_one_or_none()
