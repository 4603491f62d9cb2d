"""What rules that hold for every agency share: who sets them, and which procedure one speaks of."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services.acting import Person


def may_set(session: Session, person: Person) -> bool:
    """Whether somebody keeps the catalogue of every agency there is: the rules are everybody's."""
    keeps = Permission.MANAGE_CATALOGUE
    return scope_of(session, [m.agency_id for m in person.memberships if keeps in PERMISSIONS_OF[m.role]]).all


def procedure_named(session: Session, full: str) -> int | None:
    """The procedure of a code, or None for all.

    Raises:
        InvalidInput: no such procedure.
    """
    if not full.strip():
        return None
    code = short_procedure_code(full.strip())
    found = session.execute(select(Procedure.id).where(Procedure.code == (code or ""))).scalar_one_or_none()
    if found is None:
        raise InvalidInput("procedure_code", f"Không có thủ tục mã {full.strip()}.")
    return found
