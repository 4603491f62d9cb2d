"""The people of an agency's subtree, as those who manage accounts see them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.models.account import LoginSession, User
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.queries.accounts import IDLE
from tthc_tracker.queries.agencies import escape

PAGE = 50
ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds, in words and in ids."""

    membership: Membership
    agency_code: str
    agency_name: str
    unit_name: str

    @property
    def key(self) -> str:
        """The role as a form names it: `clerk:12:` or `officer:12:40`."""
        unit = self.membership.unit_id or ""
        return f"{self.membership.role.value}:{self.membership.agency_id}:{unit}"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list."""

    id: int
    username: str
    full_name: str
    email: str
    title: str
    active: bool
    has_password: bool
    refused_at: dt.datetime | None = None  # since when a mail server refuses the address
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done to an account, or by it at the door."""

    at: dt.datetime
    action: str
    actor: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """All that is known of one account."""

    id: int
    username: str
    full_name: str
    email: str
    title: str
    phone: str
    active: bool
    has_password: bool
    must_change_password: bool
    refused_at: dt.datetime | None
    refused_reply: str
    created_at: dt.datetime
    version: int
    last_seen_at: dt.datetime | None
    open_sessions: int
    held: tuple[Held, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """What the list of people is narrowed to. `agency_ids`: the subtree looked at."""

    text: str = ""
    role: Role | None = None
    agency_ids: frozenset[int] = field(default_factory=frozenset)
    only_closed: bool = False
    only_refused: bool = False  # whose address takes no mail


def people(session: Session, search: PeopleSearch, *, after: int = 0, limit: int = PAGE) -> list[PersonLine]:
    """People with a role in one of these agencies, by name, after a person; one more than `limit`, if any."""
    statement = _narrowed(search)
    last = session.execute(select(User.name_folded, User.id).where(User.id == after)).first()
    if last is not None:
        later = or_(
            User.name_folded > last.name_folded, and_(User.name_folded == last.name_folded, User.id > last.id)
        )
        statement = statement.where(later)
    rows = session.execute(statement.order_by(User.name_folded, User.id).limit(limit + 1)).all()
    held = held_by(session, [row.id for row in rows])
    return [PersonLine(*row, tuple(held[row.id])) for row in rows]


def _narrowed(search: PeopleSearch) -> Select[int, str, str, str, str, bool, bool, dt.datetime | None]:
    holds = select(MembershipRow.id).where(
        MembershipRow.user_id == User.id, MembershipRow.agency_id.in_(sorted(search.agency_ids))
    )
    if search.role is not None:
        holds = holds.where(MembershipRow.role == search.role)
    has_password = User.password_hash.is_not(None)
    statement = select(
        User.id, User.username, User.full_name, User.email, User.title, User.active, has_password,
        User.mail_bounced_at,
    ).where(holds.exists(), User.active.is_(not search.only_closed))  # fmt: skip
    if search.only_refused:
        statement = statement.where(User.mail_bounced_at.is_not(None))
    for part in fold(search.text).split():
        pattern = f"%{escape(part)}%"
        columns = (User.name_folded, User.username, User.email)
        statement = statement.where(or_(*(column.like(pattern, escape="/") for column in columns)))
    return statement


def held_by(session: Session, user_ids: Iterable[int]) -> dict[int, list[Held]]:
    """The roles of several people."""
    held: dict[int, list[Held]] = defaultdict(list)
    found = (
        select(MembershipRow, Agency.code, Agency.name, Unit.name)
        .join(Agency, Agency.id == MembershipRow.agency_id)
        .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
        .where(MembershipRow.user_id.in_(sorted(user_ids)))
        .order_by(MembershipRow.id)
    )
    for row, code, name, unit in session.execute(found):
        membership = Membership(row.role, row.agency_id, row.unit_id)
        held[row.user_id].append(Held(membership, code, name, unit or ""))
    return held


def person_page(session: Session, user_id: int, now: dt.datetime) -> PersonPage | None:
    """One account with its roles, sessions and last entries; None when there is none."""
    user = session.get(User, user_id)
    if user is None:
        return None
    of_user = LoginSession.user_id == user_id
    last_seen = select(func.max(LoginSession.last_seen_at)).where(of_user)
    standing = select(func.count()).where(
        of_user,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
        LoginSession.last_seen_at > now - IDLE,
        LoginSession.auth_version == user.auth_version,
    )
    return PersonPage(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        email=user.email,
        title=user.title,
        phone=user.phone,
        active=user.active,
        has_password=user.password_hash is not None,
        must_change_password=user.must_change_password,
        refused_at=user.mail_bounced_at,
        refused_reply=user.mail_bounced_reply,
        created_at=user.created_at,
        version=user.version,
        last_seen_at=session.execute(last_seen).scalar_one(),
        open_sessions=session.execute(standing).scalar_one(),
        held=tuple(held_by(session, [user_id])[user_id]),
        entries=tuple(_entries(session, user_id)),
    )


def _entries(session: Session, user_id: int) -> list[Entry]:
    found = (
        select(AuditEntry.at, AuditEntry.action, User.full_name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.object_type == "user", AuditEntry.object_id == str(user_id))
        .order_by(AuditEntry.id.desc())
        .limit(ENTRIES)
    )
    return [Entry(*row) for row in session.execute(found)]
