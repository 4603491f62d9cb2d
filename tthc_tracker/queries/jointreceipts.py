"""Dossiers handed in together, and the one receipt that speaks of them all."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.reception import JointReception
from tthc_tracker.queries.printouts import ReceiptSheet, heading_on, limit_of, receipt_sheet
from tthc_tracker.queries.scoping import visible

LIST = "joint_list"


@dataclass(frozen=True)
class JointLine:
    """One dossier in the list of a joint receipt."""

    code: str
    procedure: str
    resolving: str
    owner: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    limit: TimeLimit | None
    sets: int


@dataclass(frozen=True)
class JointSheet:
    """The receipt of the first dossier, which says who filed, and the list of all."""

    first: ReceiptSheet
    list_title: str
    lines: tuple[JointLine, ...]


def together(session: Session, dossier_id: int, scope: Scope) -> tuple[str, ...]:
    """The codes of the dossiers on one receipt with this one, itself among them; none when it stands alone.

    One that was cancelled is on no receipt, nor one that was settled in the minute it was accepted: a result
    on the spot needs none unless it is asked for (NĐ 61/2018 Đ17.4).
    """
    if session.execute(_any_with(), {"dossier_id": dossier_id}).first() is None:
        return ()
    ids = _ids(session, dossier_id, scope)
    if len(ids) < 2:
        return ()
    codes = select(Dossier.code).where(Dossier.id.in_(ids)).order_by(Dossier.id)
    return tuple(session.execute(codes).scalars())


@cache
def _any_with() -> Select[int]:
    """Whether the dossier `dossier_id` shares a receipt; on every dossier's page, and mostly it does not."""
    its: BindParameter[int] = bindparam("dossier_id")
    shared = or_(JointReception.dossier_id == its, JointReception.first_id == its)
    return select(JointReception.first_id).where(shared).limit(1)


def _ids(session: Session, dossier_id: int, scope: Scope) -> list[int]:
    heads = select(JointReception.first_id).where(JointReception.dossier_id == dossier_id)
    first_id = session.execute(heads).scalar_one_or_none() or dossier_id
    others = select(JointReception.dossier_id).where(JointReception.first_id == first_id)
    statement = (
        select(Dossier.id)
        .where(
            or_(Dossier.id == first_id, Dossier.id.in_(others)),
            Dossier.state != State.CANCELLED,
            or_(Dossier.closed_at.is_(None), Dossier.closed_at > Dossier.accepted_at),
            visible(scope),
        )
        .order_by(Dossier.id)
    )
    return list(session.execute(statement).scalars())


def together_with(session: Session, code: str, scope: Scope) -> tuple[str, ...]:
    """The same by the code of any of them."""
    statement = select(DossierCode.dossier_id).where(DossierCode.code == code)
    dossier_id = session.execute(statement).scalar_one_or_none()
    return together(session, dossier_id, scope) if dossier_id is not None else ()


def joint_sheet(session: Session, dossier_id: int, scope: Scope) -> JointSheet:
    """The joint receipt as it stands now; of a dossier that stands alone, a list of one.

    Raises:
        NotFound: no such dossier, or it was never accepted.
    """
    ids = _ids(session, dossier_id, scope) or [dossier_id]
    statement = (
        select(
            Dossier.code, ProcedureVersion.name, Agency.name, Person.full_name, Dossier.accepted_at,
            Dossier.current_due_at, Dossier.limit_amount, Dossier.limit_unit, Dossier.sets,
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Person, Person.id == Dossier.owner_id)
        .where(Dossier.id.in_(ids), Dossier.accepted_at.is_not(None))
        .order_by(Dossier.id)
    )  # fmt: skip
    lines = tuple(
        JointLine(*row[:6], limit_of(row.limit_amount, row.limit_unit), row.sets)
        for row in session.execute(statement)
    )
    first = receipt_sheet(session, ids[0])
    return JointSheet(first, heading_on(session, LIST, first.accepted_at.date()).title, lines)
