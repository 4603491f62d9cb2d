"""A small office to test verbs in: a province, two communes, units, people of every role."""

import datetime as dt
import secrets
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.moments import at
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.permissions import Membership, Role, Scope
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.procedure import Procedure, ProcedureLimit, ProcedureVersion, Sector
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import catalogue
from tthc_tracker.services.agencies import rebuild_scope
from tthc_tracker.services.passwords import hash_password
from tthc_tracker.services.revisions import raise_revision

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
PASSWORD = "mot cau mat khau de thu"
OPENED = at("Mon 2026-11-16 07:00")


@dataclass(frozen=True)
class Worker:
    """Who acts in a test: what services ask of a signed-in person."""

    user_id: int
    name: str
    memberships: tuple[Membership, ...]
    scope: Scope


@dataclass(frozen=True)
class Office:
    """The ids of what `open_office` made."""

    province: int
    ward: int
    other: int
    land_unit: int
    civil_unit: int
    procedure: int  # 3 working days
    same_day: int
    clerk: Worker
    officer: Worker
    head: Worker
    stranger: Worker
    controller: Worker
    auditor: Worker


def open_office(session: Session) -> Office:
    """Make the office, in the transaction of the caller; a bare database is stocked first."""
    if session.execute(select(Sector.id).limit(1)).first() is None:
        catalogue.seed_reference(session, OPENED)
    (province,) = _agencies(session, Level.TINH, None, ("H50", "Uỷ ban nhân dân tỉnh"))
    ward, other = _agencies(
        session, Level.XA, province, ("H50.19000", "Phường Đông Hà"), ("H50.19001", "Xã Cam Lộ")
    )
    land, civil = _units(session, ward, ("DC", "Phòng Địa chính"), ("HT", "Phòng Hộ tịch"))
    rebuild_scope(session)
    session.flush()
    sector = session.execute(select(Sector).order_by(Sector.id)).scalars().first()
    assert sector is not None, "the shipped procedures bring their sectors"
    names = ("clerk", "officer", "head", "stranger", "controller", "auditor")
    people = _hire(
        session,
        ("Lê Thị Một Cửa", Role.CLERK, ward, None),
        ("Trần Văn Thụ Lý", Role.OFFICER, ward, land),
        ("Phạm Thị Trưởng", Role.HEAD_OF_UNIT, ward, land),
        ("Ngô Văn Nơi Khác", Role.CLERK, other, None),
        ("Đỗ Thị Kiểm Soát", Role.CONTROLLER, province, None),
        ("Vũ Văn Kiểm Tra", Role.AUDITOR, province, None),
    )
    work = dict(zip(names, people, strict=True))
    return Office(
        province, ward, other, land, civil,
        _procedure(session, "1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", 3, sector.id),
        _procedure(session, "2.000815", "Chứng thực bản sao từ bản chính", 0, sector.id),
        **work,
    )  # fmt: skip


# Thousands of tests open an office: what can be written together is.
def _agencies(session: Session, level: Level, parent: int | None, *each: tuple[str, str]) -> list[int]:
    made = [
        Agency(code=code, name=name, name_folded=fold(name), level=level, parent_id=parent)
        for code, name in each
    ]
    session.add_all(made)
    session.flush()
    return [agency.id for agency in made]


def _units(session: Session, agency: int, *each: tuple[str, str]) -> list[int]:
    made = [Unit(agency_id=agency, code=code, name=name) for code, name in each]
    session.add_all(made)
    session.flush()
    return [unit.id for unit in made]


_hash = ""


def _password_hash() -> str:
    global _hash  # noqa: PLW0603 (hashing is slow on purpose: once a run is enough)
    _hash = _hash or hash_password(PASSWORD)
    return _hash


def hire(session: Session, name: str, role: Role, agency: int, unit: int | None = None) -> Worker:
    """One more person at an agency, or at one unit of it."""
    (worker,) = _hire(session, (name, role, agency, unit))
    return worker


def _hire(session: Session, *each: tuple[str, Role, int, int | None]) -> list[Worker]:
    users = [
        User(
            username=role.value + str(agency),
            email=f"{role.value}{agency}@example.invalid",
            full_name=name,
            name_folded=fold(name),
            password_hash=_password_hash(),
            created_at=OPENED,
        )
        for name, role, agency, _unit in each
    ]
    session.add_all(users)
    session.flush()
    session.add_all(
        MembershipRow(user_id=user.id, role=role, agency_id=agency, unit_id=unit)
        for user, (_name, role, agency, unit) in zip(users, each, strict=True)
    )
    session.flush()
    scopes = {agency: scope_of(session, [agency]) for _name, _role, agency, _unit in each}
    return [
        Worker(user.id, name, (Membership(role, agency, unit),), scopes[agency])
        for user, (name, role, agency, unit) in zip(users, each, strict=True)
    ]


def _procedure(session: Session, code: str, name: str, days: int, sector_id: int) -> int:
    known = select(ProcedureVersion.id).join(Procedure).where(Procedure.code == code)
    if (found := session.execute(known).scalars().first()) is not None:
        return found
    procedure = Procedure(code=code)
    session.add(procedure)
    session.flush()
    version = ProcedureVersion(
        procedure_id=procedure.id, full_code=code, name=name, search_text=f"{code} {fold(name)}",
        sector_id=sector_id, levels="xa", valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    session.add(version)
    session.flush()
    limit = ProcedureLimit(version_id=version.id, promised_amount=Decimal(days), unit=LimitUnit.WORKING_DAY)
    session.add(limit)
    session.flush()
    return version.id


def add_second_case(session: Session, office: Office) -> None:
    """Promise 8 days beside the procedure's 3, where somebody has to be asked (`xac-minh`)."""
    session.add(
        ProcedureLimit(
            version_id=office.procedure, case_code="xac-minh", case_name="Phải xác minh",
            promised_amount=Decimal(8), unit=LimitUnit.WORKING_DAY,
        )
    )  # fmt: skip
    raise_revision(session, "catalogue")


def new_key() -> str:
    """The key of a form as it is rendered."""
    return secrets.token_hex(16)
