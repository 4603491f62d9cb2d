"""Where the mail of an account goes: to its address, or, while that is refused, to who answers next."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.mailrhythm import MailChoice
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries.settings import superiors

# Of several roles, the one whose superiors are asked; and who they are, nearest first.
_NEXT = {
    Role.HEAD_OF_AGENCY: (Role.CONTROLLER, Role.ADMINISTRATOR),
    Role.HEAD_OF_UNIT: (Role.HEAD_OF_AGENCY, Role.CONTROLLER, Role.ADMINISTRATOR),
    Role.CONTROLLER: (Role.CONTROLLER, Role.ADMINISTRATOR),
    Role.OFFICER: (Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY, Role.CONTROLLER, Role.ADMINISTRATOR),
    Role.CLERK: (Role.HEAD_OF_AGENCY, Role.CONTROLLER, Role.ADMINISTRATOR),
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR,),
    Role.AUDITOR: (Role.ADMINISTRATOR,),
}
_RANK = tuple(_NEXT)


@dataclass(frozen=True)
class Destination:
    """An address; instead_of: whose mail it is, where that is not the address's own person."""

    address: str
    instead_of: str = ""


def destination(session: Session, user_id: int) -> Destination | None:
    """Where the mail of an account goes now; None where nobody above can be reached either."""
    own = select(User.email, User.full_name, User.mail_bounced_at).where(User.id == user_id)
    email, name, refused = session.execute(own).one()
    if refused is None:
        return Destination(email)
    for address in _above(session, user_id):
        return Destination(address, instead_of=name)
    return None


def _above(session: Session, user_id: int) -> Iterator[str]:
    """The addresses of who answers for somebody's work, nearest first."""
    held = select(Membership.role, Membership.agency_id, Membership.unit_id)
    held = held.where(Membership.user_id == user_id).order_by(Membership.id)
    first = min(session.execute(held).all(), key=lambda row: _RANK.index(row.role), default=None)
    if first is None:
        return
    for role in _NEXT[first.role]:
        for agency_id in superiors(session, first.agency_id):
            unit_id = first.unit_id if role is Role.HEAD_OF_UNIT else None
            yield from _reachable(session, role, agency_id, unit_id)


def _reachable(session: Session, role: Role, agency_id: int, unit_id: int | None) -> list[str]:
    found = (
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(User.active, User.mail_bounced_at.is_(None))
        .where(Membership.role == role, Membership.agency_id == agency_id)
        .order_by(Membership.id)
    )
    if role is Role.HEAD_OF_UNIT:
        found = found.where(Membership.unit_id == unit_id)
    return list(session.execute(found).scalars())


def keepers(session: Session, *roles: Role) -> list[int]:
    """Who holds one of these roles at the top: whom the whole installation concerns."""
    found = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(User.active, Agency.parent_id.is_(None), Membership.role.in_(roles))
        .distinct()
        .order_by(User.id)
    )
    return list(session.execute(found).scalars())


def administrators(session: Session, user_id: int) -> list[int]:
    """The administrators nearest to somebody whom mail reaches: who can mend his address."""
    places = select(Membership.agency_id).where(Membership.user_id == user_id).order_by(Membership.id)
    for home in session.execute(places.limit(1)).scalars():
        for agency_id in superiors(session, home):
            found = (
                select(User.id)
                .join(Membership, Membership.user_id == User.id)
                .where(User.active, User.mail_bounced_at.is_(None), User.id != user_id)
                .where(Membership.role == Role.ADMINISTRATOR, Membership.agency_id == agency_id)
                .order_by(User.id)
            )
            if nearest := list(session.execute(found).scalars()):
                return nearest
    return []


def choice_of(session: Session, user_id: int) -> MailChoice | None:
    """What somebody has chosen about his mails; None for an account that is closed or not there."""
    kept = select(User.mail_frequency, User.summary_mail).where(User.id == user_id, User.active)
    row = session.execute(kept).first()
    return MailChoice(*row) if row else None


@dataclass(frozen=True)
class Refused:
    """Somebody whose address a server refuses."""

    user_id: int
    name: str
    address: str
    since: dt.datetime | None
    reply: str


_REFUSED = (User.id, User.full_name, User.email, User.mail_bounced_at, User.mail_bounced_reply)


def refused(session: Session, agency_ids: frozenset[int], limit: int = 50) -> list[Refused]:
    """The open accounts of these agencies whose address is refused, the longest first."""
    works_there = select(Membership.id).where(
        Membership.user_id == User.id, Membership.agency_id.in_(sorted(agency_ids))
    )
    found = select(*_REFUSED).where(User.active, User.mail_bounced_at.is_not(None), works_there.exists())
    return [
        Refused(*row) for row in session.execute(found.order_by(User.mail_bounced_at, User.id).limit(limit))
    ]


def refused_account(session: Session, user_id: int) -> Refused | None:
    """One account, if its address is still refused."""
    found = select(*_REFUSED).where(User.id == user_id, User.active, User.mail_bounced_at.is_not(None))
    row = session.execute(found).first()
    return Refused(*row) if row else None


def phone_of(session: Session, user_id: int) -> str:
    """Where short texts to an account go; empty where they cannot."""
    kept = select(User.phone).where(User.id == user_id, User.active)
    return session.execute(kept).scalar_one_or_none() or ""
