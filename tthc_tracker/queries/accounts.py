"""Who is signed in, and what is needed to let somebody in."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Membership, Permission, Role, Scope, permissions_of
from tthc_tracker.models.account import LoginSession, OneTimeLink, User
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.queries import deputies, scoping
from tthc_tracker.queries.revisions import in_one_column, note_revisions
from tthc_tracker.wording.labels import label

# A desk left alone is closed after half an hour; nobody stays in longer than a working day (ASVS 7.3).
IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)

# Of several roles, the one a person's start page and desk go by.
_RANK = (
    Role.CLERK,
    Role.OFFICER,
    Role.HEAD_OF_UNIT,
    Role.HEAD_OF_AGENCY,
    Role.CONTROLLER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a request, read anew each time: rights taken away are gone with the next request."""

    user_id: int
    username: str
    full_name: str
    memberships: tuple[Membership, ...]
    permissions: frozenset[Permission]
    scope: Scope
    role: Role | None
    home_agency_id: int | None
    home_agency_code: str
    home_agency_name: str
    home_unit_id: int | None
    home_unit_name: str
    must_change_password: bool
    session_hash: str
    last_seen_at: dt.datetime

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The name that history keeps beside what this person did."""
        return self.full_name

    @property
    def agency_name(self) -> str:
        """Where this person works."""
        return self.home_agency_name

    @property
    def role_label(self) -> str:
        """The role in words; empty for somebody without any."""
        return label(self.role) if self.role else ""

    def get_id(self) -> str:
        """What Flask-Login knows this person by: the session, not the account."""
        return self.session_hash


@cache
def _by_session() -> Select[*tuple[Any, ...]]:
    """Asked with every request: put together once, run with `token_hash`, `now` and `idle_since`."""
    return (
        select(
            User.id.label("user_id"),
            User.username,
            User.full_name,
            User.must_change_password,
            LoginSession.last_seen_at,
            MembershipRow.role,
            MembershipRow.agency_id,
            MembershipRow.unit_id,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Unit.name.label("unit_name"),
            in_one_column().label("revisions"),
        )
        .join(User, User.id == LoginSession.user_id)
        .outerjoin(MembershipRow, MembershipRow.user_id == User.id)
        .outerjoin(Agency, Agency.id == MembershipRow.agency_id)
        .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
        .where(
            LoginSession.id_hash == bindparam("token_hash"),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > bindparam("now"),
            LoginSession.last_seen_at > bindparam("idle_since"),
            LoginSession.auth_version == User.auth_version,
            User.active,
        )
        .order_by(MembershipRow.id)
    )


def identity_by_session(session: Session, token_hash: str, now: dt.datetime) -> Identity | None:
    """The person whose session this is, or None when it was never given out, has ended or was ended."""
    asked = {"token_hash": token_hash, "now": now, "idle_since": now - IDLE}
    rows = session.connection().execute(_by_session(), asked).all()  # plain columns: nothing for the session
    if not rows:
        return None
    note_revisions(session, rows[0].revisions)
    return _identity(session, rows, token_hash, now.date())


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do and see at this moment."""

    permissions: frozenset[Permission]
    scope: Scope
    memberships: tuple[Membership, ...] = ()


def rights_of(session: Session, user_id: int, on: dt.date | None = None) -> Rights:
    """The rights of an account without its session, for work done later in its name; none if it is closed.

    on: with what it holds in a head's place on that day.
    """
    statement = (
        select(MembershipRow.role, MembershipRow.agency_id, MembershipRow.unit_id)
        .join(User, User.id == MembershipRow.user_id)
        .where(User.id == user_id, User.active)
        .order_by(MembershipRow.id)
    )
    held = [Membership(*row) for row in session.execute(statement)]
    held += deputies.held_for_heads(session, user_id, on) if on and held else ()
    scope = scoping.scope_of(session, {one.agency_id for one in held})
    return Rights(permissions_of(held), scope, tuple(held))


def _identity(session: Session, rows: Sequence[Any], token_hash: str, on: dt.date) -> Identity:
    held = [row for row in rows if row.role is not None]
    own = tuple(Membership(row.role, row.agency_id, row.unit_id) for row in held)
    memberships = own + deputies.held_for_heads(session, rows[0].user_id, on)
    home = min(held, key=lambda row: _RANK.index(row.role), default=None)
    return Identity(
        user_id=rows[0].user_id,
        username=rows[0].username,
        full_name=rows[0].full_name,
        memberships=memberships,
        permissions=permissions_of(memberships),
        scope=scoping.scope_of(session, {membership.agency_id for membership in memberships}),
        role=home.role if home else None,
        home_agency_id=home.agency_id if home else None,
        home_agency_code=home.agency_code if home else "",
        home_agency_name=home.agency_name if home else "",
        home_unit_id=home.unit_id if home else None,
        home_unit_name=(home.unit_name or "") if home else "",
        must_change_password=rows[0].must_change_password,
        session_hash=token_hash,
        last_seen_at=rows[0].last_seen_at,
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is held against."""

    user_id: int
    username: str
    email: str
    password_hash: str | None
    active: bool
    auth_version: int


def _credentials() -> Any:
    return select(User.id, User.username, User.email, User.password_hash, User.active, User.auth_version)


def credentials_by_login(session: Session, login: str) -> Credentials | None:
    """By user name or e-mail address; both are kept in lower case (services.accounts)."""
    row = session.execute(
        _credentials().where(or_(User.username == login, User.email == login)).order_by(User.id).limit(1)
    ).first()
    return Credentials(*row) if row else None


def credentials_of(session: Session, user_id: int) -> Credentials | None:
    """Of an account that is known already."""
    row = session.execute(_credentials().where(User.id == user_id)).first()
    return Credentials(*row) if row else None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link that may still be used, and whose it is."""

    purpose: str
    user_id: int
    username: str
    full_name: str
    expires_at: dt.datetime


def invitation(session: Session, token_hash: str, now: dt.datetime) -> Invitation | None:
    """The link of this token, or None when there is none, it was used or its time is over."""
    row = session.execute(
        select(OneTimeLink.purpose, User.id, User.username, User.full_name, OneTimeLink.expires_at)
        .join(User, User.id == OneTimeLink.user_id)
        .where(
            OneTimeLink.token_hash == token_hash,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            User.active,
        )
    ).first()
    return Invitation(*row) if row else None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account of the demo, as the sign-in page lists it in demo mode."""

    username: str
    full_name: str
    role: Role
    agency_name: str

    @property
    def role_label(self) -> str:
        """The role in words."""
        return label(self.role)


def demo_people(session: Session) -> list[DemoPerson]:
    """The accounts of the demo, in the order they were made."""
    found = (
        select(User.username, User.full_name, MembershipRow.role, Agency.name)
        .join(MembershipRow, MembershipRow.user_id == User.id)
        .join(Agency, Agency.id == MembershipRow.agency_id)
        .where(User.demo, User.active)
        .order_by(User.id, MembershipRow.id)
        .limit(30)
    )
    return [DemoPerson(*row) for row in session.execute(found)]
