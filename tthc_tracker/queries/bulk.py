"""What is shown of several dossiers before something is done to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Membership, Permission, Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries.dossiers import officers_of, units_of
from tthc_tracker.queries.scoping import visible


@dataclass(frozen=True)
class Picked:
    """A chosen dossier."""

    code: str
    procedure: str
    owner: str  # masked
    holder: str


def picked(session: Session, codes: Sequence[str], scope: Scope) -> dict[str, Picked]:
    """The dossiers of these codes that are in scope, by code. One query."""
    owner, officer = aliased(Person), aliased(User)
    statement = (
        select(Dossier.code, ProcedureVersion.name, owner.full_name, owner.kind, Unit.name, officer.full_name)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .where(Dossier.code.in_(codes), visible(scope))
        .order_by(Dossier.id)
    )
    return {
        code: Picked(code, procedure, listed_name(name, kind), ", ".join(filter(None, (officer_name, unit))))
        for code, procedure, name, kind, unit, officer_name in session.execute(statement)
    }


def ids(session: Session, codes: Sequence[str], scope: Scope) -> list[int]:
    """The dossiers of these codes that are in scope, in the order of the codes."""
    statement = select(Dossier.code, Dossier.id).where(Dossier.code.in_(codes), visible(scope))
    found = dict(session.execute(statement.order_by(Dossier.id)).all())
    return [found[code] for code in codes if code in found]


@dataclass(frozen=True)
class Takers:
    """To whom dossiers may be given: (id, name) of units and officers."""

    units: list[tuple[int, str]]
    officers: list[tuple[int, str]]


def takers(session: Session, memberships: Sequence[Membership]) -> Takers:
    """The units and officers of the agencies where this person may assign."""
    held = [one for one in memberships if Permission.ASSIGN_DOSSIERS in one.permissions]
    agencies = dict.fromkeys(one.agency_id for one in held)
    return Takers(
        [unit for agency_id in agencies for unit in units_of(session, agency_id)],
        [officer for agency_id in agencies for officer in officers_of(session, agency_id)],
    )
