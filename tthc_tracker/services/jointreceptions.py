"""Several dossiers that one person hands in together stand on one receipt with its list."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.receptionfacts import Party
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import JointReception
from tthc_tracker.services.acting import Person as Actor

MOST_TOGETHER = 50


def join(session: Session, dossier: Dossier, filer: Party, code: str, *, actor: Actor) -> bool:
    """Put a dossier just received on the receipt of an earlier one; whether it belongs there.

    It does if the same person (name and number) filed both at the same desk on the same day, within what
    the actor may see, and the receipt has room. If not, it simply has a receipt of its own: a clerk who
    opened the form for the same person and then scanned another's card has said enough.
    """
    first = _first(session, code)
    if first is None or not actor.scope.sees({first.receiving_agency_id}):
        return False
    if (first.receiving_agency_id, first.accepted_on) != (dossier.receiving_agency_id, dossier.accepted_on):
        return False
    earlier = session.get_one(Person, first.applicant_id)
    if (earlier.full_name, earlier.id_number or "") != (filer.full_name, filer.id_number):
        return False
    members = select(func.count()).where(JointReception.first_id == first.id)
    if session.execute(members).scalar_one() + 1 >= MOST_TOGETHER:
        return False
    session.add(JointReception(dossier_id=dossier.id, first_id=first.id))
    return True


def _first(session: Session, code: str) -> Dossier | None:
    """The dossier that heads the receipt on which this code stands."""
    if "\0" in code:  # PostgreSQL holds no such text
        return None
    found = (
        select(func.coalesce(JointReception.first_id, DossierCode.dossier_id))
        .select_from(DossierCode)
        .outerjoin(JointReception, JointReception.dossier_id == DossierCode.dossier_id)
        .where(DossierCode.code == code)
    )
    first_id = session.execute(found).scalar_one_or_none()
    return session.get(Dossier, first_id) if first_id is not None else None
