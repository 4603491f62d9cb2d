"""The work between reception and result: assign, hand over, note."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import acting, events
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
    """Pass a dossier on to another unit; its officer is then that unit's to name."""

    target: Target
    unit_id: int
    note: str = ""


@dataclass(frozen=True)
class NoteDossier:
    """Write a remark into the history."""

    target: Target
    text: str


def assign(session: Session, command: AssignDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Assign; the dossier is being processed from now on.

    Raises:
        InvalidInput: neither unit nor officer, or not of the resolving agency. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.ASSIGN, person=person, now=now)
    dossier = act.dossier
    if command.unit_id is None and command.officer_id is None:
        raise InvalidInput("unit_id", "Hãy chọn phòng hoặc cán bộ thụ lý.")
    unit = _unit(session, dossier, command.unit_id)
    officer = _officer(session, dossier, command.officer_id)
    before = _holders(session, dossier)
    dossier.holding_unit_id = (
        unit.id if unit else (_unit_of(session, dossier, officer) or dossier.holding_unit_id)
    )
    dossier.officer_id = officer.id if officer else None
    return _moved(session, act, before, note=command.note, now=now)


def hand_over(session: Session, command: HandOverDossier, *, person: Person, now: dt.datetime) -> Dossier:
    """Hand over to another unit of the resolving agency; nobody there is in charge of it yet.

    Raises:
        InvalidInput: the unit is not one of the resolving agency, or holds it already.
    """
    act = acting.begin(session, command.target, Action.HAND_OVER, person=person, now=now)
    dossier = act.dossier
    unit = _unit(session, dossier, command.unit_id)
    if unit is None or unit.id == dossier.holding_unit_id:
        raise InvalidInput("unit_id", "Hãy chọn phòng khác với phòng đang giữ hồ sơ.")
    before = _holders(session, dossier)
    dossier.holding_unit_id, dossier.officer_id = unit.id, None
    return _moved(session, act, before, note=command.note, now=now)


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


def _moved(
    session: Session, act: acting.Act, before: dict[str, str], *, note: str, now: dt.datetime
) -> Dossier:
    act.apply_state()
    act.dossier.held_since = now
    after = _holders(session, act.dossier)
    facts = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=note.strip()[:LONGEST_NOTE],
        facts=facts,
    )  # fmt: skip
    return act.dossier


def _holders(session: Session, dossier: Dossier) -> dict[str, str]:
    """Unit and officer by name, as the history shows them for ever."""
    unit = session.get(Unit, dossier.holding_unit_id) if dossier.holding_unit_id else None
    officer = session.get(User, dossier.officer_id) if dossier.officer_id else None
    return {"unit": unit.name if unit else "", "officer": officer.full_name if officer else ""}


def _unit(session: Session, dossier: Dossier, unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    unit = session.get(Unit, unit_id)
    if unit is None or unit.agency_id != dossier.resolving_agency_id or not unit.active:
        raise InvalidInput("unit_id", "Phòng này không thuộc cơ quan giải quyết. Hãy chọn lại.")
    return unit


def _officer(session: Session, dossier: Dossier, officer_id: int | None) -> User | None:
    if officer_id is None:
        return None
    works_there = select(Membership.id).where(
        Membership.user_id == officer_id, Membership.agency_id == dossier.resolving_agency_id
    )
    officer = session.get(User, officer_id)
    if officer is None or not officer.active or session.execute(works_there).first() is None:
        raise InvalidInput("officer_id", "Cán bộ này không thuộc cơ quan giải quyết. Hãy chọn lại.")
    return officer


def _unit_of(session: Session, dossier: Dossier, officer: User | None) -> int | None:
    if officer is None:
        return None
    statement = select(Membership.unit_id).where(
        Membership.user_id == officer.id,
        Membership.agency_id == dossier.resolving_agency_id,
        Membership.unit_id.is_not(None),
    )
    return session.execute(statement.order_by(Membership.id).limit(1)).scalar_one_or_none()
