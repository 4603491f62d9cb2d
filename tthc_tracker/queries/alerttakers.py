"""To whom an alert may be handed: those within the giver's reach who can see it and answer it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission, Role, Scope
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency, AgencyScope, Unit

MOST = 300
_ANSWERING = [role for role in Role if Permission.ACKNOWLEDGE_ALERTS in PERMISSIONS_OF[role]]


@dataclass(frozen=True)
class Taker:
    """Somebody who may take an alert over. place: his unit, or his agency."""

    user_id: int
    name: str
    role: Role
    place: str


def takers(session: Session, agency_id: int, scope: Scope, *, but: int) -> list[Taker]:
    """Who may take over an alert that stands against an agency, by name; each once, by his first role."""
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id == agency_id)
    statement = (
        select(User.id, User.full_name, Membership.role, Unit.name.label("unit"), Agency.name.label("agency"))
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(User.active, User.id != but, Membership.role.in_(_ANSWERING), Membership.agency_id.in_(above))
        .order_by(User.name_folded, User.id, Membership.id)
        .limit(MOST)
    )
    if not scope.all:
        statement = statement.where(Membership.agency_id.in_(sorted(scope.agency_ids)))
    found: dict[int, Taker] = {}
    for row in session.execute(statement):
        found.setdefault(row.id, Taker(row.id, row.full_name, row.role, row.unit or row.agency))
    return sorted(found.values(), key=lambda one: (fold(one.name), one.user_id))
