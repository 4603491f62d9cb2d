"""Acting in a head's place: whether an act needs that, and for whom it is done."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Membership
from tthc_tracker.models.account import User
from tthc_tracker.models.deputy import Deputyship

Memberships = tuple[Membership, ...]


def in_stead(
    session: Session, memberships: Memberships, holds: Callable[[Memberships], bool]
) -> Deputyship | None:
    """By which deputyship somebody has a right that `holds` looks for; None: it is his own."""
    own = tuple(one for one in memberships if one.deputyship is None)
    if len(own) == len(memberships) or holds(own):
        return None
    used = (one.deputyship for one in memberships if one.deputyship is not None and holds((one,)))
    found = next(used, None)
    return session.get(Deputyship, found) if found is not None else None


def name_of(session: Session, row: Deputyship | None) -> str:
    """For whom; "" for nobody."""
    return session.get_one(User, row.user_id).full_name if row is not None else ""
