"""Agencies and units as administrators edit them one by one, within their own subtree."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.folding import clean, fold
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.agency import Agency, AgencyScope, Unit
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit
from tthc_tracker.services.agencies import CODE, note_change


@dataclass(frozen=True)
class SaveAgency:
    """An agency as a form gives it. `parent_code` empty: nothing above it."""

    code: str
    name: str
    level: Level
    parent_code: str = ""
    active_from: dt.date | None = None
    active_to: dt.date | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class SaveUnit:
    """A unit as a form gives it."""

    code: str
    name: str
    active: bool = True


def catalogued_by(session: Session, actor: Identity) -> frozenset[int]:
    """The agencies whose entries `actor` may edit."""
    editing = [m for m in actor.memberships if Permission.MANAGE_CATALOGUE in PERMISSIONS_OF[m.role]]
    return frozenset[int]().union(*(subtree(session, m.agency_id) for m in editing))


def add_agency(session: Session, command: SaveAgency, *, actor: Identity, now: dt.datetime) -> str:
    """Add an agency below one of the actor's; gives its code.

    Raises:
        NotAllowed: not below an agency of the actor's.
        InvalidInput: a field.
    """
    agency = Agency(code=_free_code(session, command.code), name="", name_folded="", level=command.level)
    parent = _parent(session, command.parent_code)
    if parent is None or parent.id not in catalogued_by(session, actor):
        raise NotAllowed
    session.add(agency)
    _fill(agency, command, parent)
    session.flush()
    note_change(session)
    _note(session, "agency_added", agency.id, agency.code, actor, now)
    return agency.code


def edit_agency(
    session: Session, code: str, version: int, command: SaveAgency, *, actor: Identity, now: dt.datetime
) -> None:
    """Change an agency; its code stays for ever, for codes of dossiers carry it.

    Raises:
        NotFound, NotAllowed, StaleVersion; InvalidInput for a field.
    """
    agency = session.execute(select(Agency).where(Agency.code == code)).scalar_one_or_none()
    if agency is None:
        raise NotFound
    editable = catalogued_by(session, actor)
    if agency.id not in editable:
        raise NotAllowed
    if agency.version != version:
        raise StaleVersion
    parent = _parent(session, command.parent_code)
    new_parent_id = parent.id if parent else None
    if new_parent_id != agency.parent_id:
        _check_move(session, agency, parent, editable)
    _fill(agency, command, parent)
    agency.version += 1
    session.flush()
    note_change(session)
    _note(session, "agency_edited", agency.id, agency.code, actor, now)


def _check_move(session: Session, agency: Agency, parent: Agency | None, editable: frozenset[int]) -> None:
    if parent is None or parent.id not in editable:
        raise NotAllowed
    below = select(AgencyScope).where(
        AgencyScope.ancestor_id == agency.id, AgencyScope.descendant_id == parent.id
    )
    if session.execute(below).first() is not None:
        raise InvalidInput(
            "parent_code", "Cơ quan này nằm dưới cơ quan đang sửa, không thể làm cấp trên của nó."
        )


def _free_code(session: Session, text: str) -> str:
    code = clean(text)
    if not CODE.match(code):
        raise InvalidInput("code", "Mã chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch; dài nhất 40.")
    if session.execute(select(Agency.id).where(Agency.code == code)).first():
        raise InvalidInput("code", "Mã này đã có cơ quan khác dùng.")
    return code


def _parent(session: Session, code: str) -> Agency | None:
    if not code:
        return None
    parent = session.execute(select(Agency).where(Agency.code == code)).scalar_one_or_none()
    if parent is None:
        raise InvalidInput("parent_code", f"Không có cơ quan mã {code}.")
    return parent


def _fill(agency: Agency, command: SaveAgency, parent: Agency | None) -> None:
    name = clean(command.name)
    if not 2 <= len(name) <= 200:
        raise InvalidInput("name", "Hãy nhập tên cơ quan (2 đến 200 ký tự).")
    if command.active_from and command.active_to and command.active_to < command.active_from:
        raise InvalidInput("active_to", "Ngày kết thúc trước ngày bắt đầu hoạt động.")
    agency.name, agency.name_folded, agency.level = name, fold(name), command.level
    agency.parent_id = parent.id if parent else None
    agency.active_from, agency.active_to = command.active_from, command.active_to
    agency.address = clean(command.address)[:300] or None
    agency.phone = clean(command.phone)[:40] or None


def save_unit(
    session: Session,
    agency_code: str,
    unit_id: int | None,
    version: int,
    command: SaveUnit,
    *,
    actor: Identity,
    now: dt.datetime,
) -> None:
    """Add a unit (without `unit_id`) or change one. A unit is never deleted: dossiers were there.

    Raises:
        NotFound, NotAllowed, StaleVersion; InvalidInput for a field.
    """
    agency = session.execute(select(Agency).where(Agency.code == agency_code)).scalar_one_or_none()
    if agency is None:
        raise NotFound
    if agency.id not in catalogued_by(session, actor):
        raise NotAllowed
    unit = _unit(session, agency, unit_id, version)
    code, name = clean(command.code), clean(command.name)
    if not CODE.match(code):
        raise InvalidInput("code", "Mã chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch; dài nhất 40.")
    if not 2 <= len(name) <= 200:
        raise InvalidInput("name", "Hãy nhập tên đơn vị (2 đến 200 ký tự).")
    same = select(Unit.id).where(Unit.agency_id == agency.id, Unit.code == code, Unit.id != (unit.id or 0))
    with session.no_autoflush:
        if session.execute(same).first() is not None:
            raise InvalidInput("code", "Mã này đã có đơn vị khác của cơ quan dùng.")
    unit.code, unit.name, unit.active = code, name, command.active
    session.add(unit)
    session.flush()
    note_change(session)
    _note(session, "unit_saved", agency.id, f"{agency.code}/{unit.code}", actor, now)


def _unit(session: Session, agency: Agency, unit_id: int | None, version: int) -> Unit:
    if unit_id is None:
        return Unit(agency_id=agency.id)
    unit = session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency.id:
        raise NotFound
    if unit.version != version:
        raise StaleVersion
    unit.version += 1
    return unit


def _note(
    session: Session, action: str, agency_id: int, name: str, actor: Identity, now: dt.datetime
) -> None:
    audit.note(
        session,
        action,
        actor_id=actor.user_id,
        now=now,
        object_type="agency",
        object_id=name,
        agency_id=agency_id,
    )
