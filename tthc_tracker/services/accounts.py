"""Accounts: made by an invitation, opened by a one-time link, known by a password only their person has."""

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.folding import clean, fold
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Membership, Permission
from tthc_tracker.models.account import LoginSession, OneTimeLink, User
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.scoping import all_agencies, subtree
from tthc_tracker.services import audit, passwords
from tthc_tracker.services.logins import TOKEN_BYTES, login_key, token_hash

INVITATION_LASTS = dt.timedelta(hours=24)
RESET_LASTS = dt.timedelta(minutes=30)

# Known to everybody: the demo's accounts are listed on its sign-in page.
DEMO_PASSWORD = "mot cua dung hen"  # noqa: S105 (meant to be read)

_EMAIL = re.compile(r"\A[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+\Z")
_USERNAME = re.compile(r"\A[a-z0-9][a-z0-9._-]{2,79}\Z")


@dataclass(frozen=True)
class InvitePerson:
    """Somebody new with his roles; without `username` it is taken from the address."""

    email: str
    full_name: str
    memberships: tuple[Membership, ...]
    username: str = ""
    title: str = ""
    phone: str = ""


def managed_by(session: Session, actor: Identity | None) -> frozenset[int]:
    """The agencies whose people `actor` may manage; None is the operator at the machine, who may all."""
    if actor is None:
        return all_agencies(session)
    managing = [m for m in actor.memberships if Permission.MANAGE_ACCOUNTS in PERMISSIONS_OF[m.role]]
    return frozenset[int]().union(*(subtree(session, m.agency_id) for m in managing))


def invite(
    session: Session, command: InvitePerson, *, actor: Identity | None, now: dt.datetime
) -> tuple[int, str]:
    """Make an account without a password; gives its id and the token of its one-time link (24 hours).

    Raises:
        NotAllowed: a role outside the actor's own subtree.
        InvalidInput: an address or a name that is taken or none.
    """
    check_grants(session, command.memberships, actor)
    user = create(session, command, now=now)
    audit.note(
        session,
        "person_invited",
        actor_id=actor.user_id if actor else None,
        now=now,
        object_type="user",
        object_id=user.id,
        agency_id=command.memberships[0].agency_id if command.memberships else None,
        facts={"memberships": facts_of(command.memberships)},
    )
    return user.id, _issue(session, user.id, "invite", INVITATION_LASTS, now)


def create(
    session: Session,
    command: InvitePerson,
    *,
    now: dt.datetime,
    password: str | None = None,
    demo: bool = False,
) -> User:
    """Add an account with its roles. Only the demo gives a password here, and it may be an easy one."""
    email = checked_email(command.email)
    user = User(
        username=_username(
            session, command.username or email.partition("@")[0], given=bool(command.username)
        ),
        email=free_email(session, email),
        full_name=checked_name(command.full_name),
        name_folded=fold(command.full_name),
        title=clean(command.title),
        phone=clean(command.phone),
        password_hash=passwords.hash_password(password) if password else None,
        demo=demo,
        created_at=now,
    )
    session.add(user)
    session.flush()
    session.add_all(
        MembershipRow(user_id=user.id, role=held.role, agency_id=held.agency_id, unit_id=held.unit_id)
        for held in command.memberships
    )
    session.flush()
    return user


def checked_email(value: str) -> str:
    email = login_key(value)
    if len(email) > 254 or not _EMAIL.match(email):
        raise InvalidInput("email", "Địa chỉ thư điện tử không đúng; cần dạng ten@coquan.gov.vn.")
    return email


def free_email(session: Session, email: str) -> str:
    if session.execute(select(User.id).where(User.email == email)).first():
        raise InvalidInput("email", "Địa chỉ này đã có tài khoản; hãy tìm người đó rồi sửa vai trò.")
    return email


def _username(session: Session, wanted: str, *, given: bool) -> str:
    name = login_key(wanted) if given else re.sub(r"[^a-z0-9._-]+", "", fold(wanted))[:60].ljust(3, "0")
    if not _USERNAME.match(name):
        raise InvalidInput(
            "username", "Tên đăng nhập gồm 3 đến 80 chữ thường không dấu, chữ số, dấu chấm hoặc gạch."
        )
    taken = set(
        session.execute(
            select(User.username).where(User.username.startswith(name, autoescape=True))
        ).scalars()
    )
    if name not in taken:
        return name
    if given:
        raise InvalidInput("username", "Tên đăng nhập này đã có người dùng; hãy chọn tên khác.")
    return next(f"{name}{number}" for number in range(2, len(taken) + 3) if f"{name}{number}" not in taken)


def checked_name(value: str) -> str:
    name = clean(value)
    if not 2 <= len(name) <= 200:
        raise InvalidInput("full_name", "Hãy nhập họ và tên (2 đến 200 ký tự).")
    return name


def facts_of(memberships: Sequence[Membership]) -> list[str]:
    return [
        f"{held.role}@{held.agency_id}" + (f"/{held.unit_id}" if held.unit_id else "") for held in memberships
    ]


def check_grants(session: Session, memberships: Sequence[Membership], actor: Identity | None) -> None:
    managed = managed_by(session, actor)
    for held in memberships:
        if held.agency_id not in managed:
            raise NotAllowed
        if (
            held.unit_id is not None
            and not session.execute(
                select(Unit.id).where(Unit.id == held.unit_id, Unit.agency_id == held.agency_id)
            ).first()
        ):
            raise InvalidInput("unit_id", "Đơn vị này không thuộc cơ quan đã chọn.")


def _issue(session: Session, user_id: int, purpose: str, lasts: dt.timedelta, now: dt.datetime) -> str:
    """A new link; those given before are worth nothing."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None)))
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            user_id=user_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return token


def redeem_link(session: Session, hashed: str, password: str, *, now: dt.datetime) -> int:
    """Use a one-time link to set a password; gives whose account it is.

    Raises:
        NotFound: there is no such link, it was used, its time is over, or the account is closed.
        InvalidInput: the password is too easy to guess; the link stays good.
    """
    claimed = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == hashed, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .values(used_at=now)
        .returning(OneTimeLink.user_id)
    ).scalar_one_or_none()
    if claimed is None:
        raise NotFound
    set_own_password(session, claimed, password, now=now)
    return claimed


def set_own_password(session: Session, user_id: int, password: str, *, now: dt.datetime) -> None:
    """Give an account the password its person chose; every session of it ends.

    Raises:
        NotFound: no such account, or closed.
        InvalidInput: field `password`.
    """
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise NotFound
    passwords.check(password, names=(user.username, user.email.partition("@")[0], user.full_name))
    user.password_hash = passwords.hash_password(password)
    user.must_change_password = False
    user.auth_version += 1
    end_sessions_of(session, user.id, now)
    audit.note(session, "password_set", actor_id=user.id, now=now, object_type="user", object_id=user.id)


def end_sessions_of(session: Session, user_id: int, now: dt.datetime) -> None:
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def agency_id_of(session: Session, code: str) -> int:
    """The agency of a code.

    Raises:
        InvalidInput: field `agency`.
    """
    found = session.execute(select(Agency.id).where(Agency.code == code.strip())).scalar_one_or_none()
    if found is None:
        raise InvalidInput("agency", f"Không có cơ quan mã {code}; hãy nạp danh mục cơ quan trước.")
    return found


def user_id_of(session: Session, email: str) -> int:
    """The account of an address.

    Raises:
        InvalidInput: field `email`.
    """
    found = session.execute(select(User.id).where(User.email == login_key(email))).scalar_one_or_none()
    if found is None:
        raise InvalidInput("email", f"Không có tài khoản nào của {email}.")
    return found


def reset_link(session: Session, user_id: int, *, actor: Identity | None, now: dt.datetime) -> str:
    """A new one-time link for somebody who cannot sign in: 30 minutes, or 24 hours while never signed in.

    Raises:
        NotFound: no such person, or closed.
        NotAllowed: a role of this person lies outside the actor's subtree.
    """
    user = person_to_manage(session, user_id, actor)
    if not user.active:
        raise NotFound
    purpose, lasts = ("reset", RESET_LASTS) if user.password_hash else ("invite", INVITATION_LASTS)
    audit.note(
        session,
        "link_given",
        actor_id=actor.user_id if actor else None,
        now=now,
        object_type="user",
        object_id=user_id,
        facts={"purpose": purpose},
    )
    return _issue(session, user_id, purpose, lasts, now)


def person_to_manage(session: Session, user_id: int, actor: Identity | None) -> User:
    """The account, if all its roles lie where the actor may manage people.

    Raises:
        NotFound, NotAllowed.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    held = set(
        session.execute(select(MembershipRow.agency_id).where(MembershipRow.user_id == user_id)).scalars()
    )
    if not (held or all_agencies(session)) <= managed_by(session, actor):
        raise NotAllowed
    return user
