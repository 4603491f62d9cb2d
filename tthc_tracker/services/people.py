"""The people of an agency as its administrators keep them: roles, sessions, closed but never deleted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.folding import clean, fold
from tthc_tracker.domain.permissions import Membership
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import OneTimeLink, User
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.services import audit, exports, refusedaddresses
from tthc_tracker.services.accounts import (
    check_grants,
    checked_email,
    checked_name,
    end_sessions_of,
    facts_of,
    free_email,
    managed_by,
    person_to_manage,
)


def give_roles(
    session: Session,
    user_id: int,
    version: int,
    memberships: Sequence[Membership],
    *,
    actor: Identity | None,
    now: dt.datetime,
) -> None:
    """Replace somebody's roles within the actor's subtree; roles elsewhere stay as they are.

    Raises:
        NotFound: no such person.
        NotAllowed: one's own roles, or a role outside the actor's subtree.
        StaleVersion: somebody else changed this person meanwhile.
        InvalidInput: no role would be left.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    if actor is not None and actor.user_id == user_id:
        raise NotAllowed
    check_grants(session, memberships, actor)
    managed = managed_by(session, actor)
    rows = session.execute(select(MembershipRow).where(MembershipRow.user_id == user_id)).scalars().all()
    held = {Membership(row.role, row.agency_id, row.unit_id): row for row in rows}
    elsewhere = {one for one in held if one.agency_id not in managed}
    if held and len(elsewhere) == len(held):
        raise NotFound
    wanted = set(memberships)
    if not wanted | elsewhere:
        raise InvalidInput("keep", "Cần ít nhất một vai trò. Nếu người này thôi việc, hãy khoá tài khoản.")
    touch(user, version)
    for gone in held.keys() - wanted - elsewhere:
        session.delete(held[gone])
    for new in sorted(wanted - held.keys(), key=lambda one: (one.agency_id, one.role)):
        session.add(
            MembershipRow(user_id=user_id, role=new.role, agency_id=new.agency_id, unit_id=new.unit_id)
        )
    exports.forget_files_of(session, user_id)
    end_sessions_of(session, user_id, now)  # new rights begin with a new session (ASVS 7.2.4)
    audit.note(
        session,
        "roles_changed",
        actor_id=actor.user_id if actor else None,
        now=now,
        object_type="user",
        object_id=user_id,
        facts={"old": sorted(facts_of(tuple(held))), "new": sorted(facts_of((*elsewhere, *memberships)))},
    )


def touch(user: User, version: int) -> None:
    """Raise an account's version, if it is still the one the form was opened on.

    Raises:
        StaleVersion.
    """
    if user.version != version:
        raise StaleVersion
    user.version += 1


@dataclass(frozen=True)
class EditPerson:
    """What an administrator may write about somebody."""

    full_name: str
    email: str
    title: str
    phone: str


def edit(
    session: Session, user_id: int, version: int, command: EditPerson, *, actor: Identity, now: dt.datetime
) -> None:
    """Correct somebody's name, address, title or phone.

    Raises:
        NotFound, NotAllowed, StaleVersion; InvalidInput for a field.
    """
    user = person_to_manage(session, user_id, actor)
    touch(user, version)
    email = checked_email(command.email)
    if email != user.email:
        user.email = free_email(session, email)
        refusedaddresses.forget(user)
    user.full_name = checked_name(command.full_name)
    user.name_folded = fold(user.full_name)
    user.title, user.phone = clean(command.title)[:100], clean(command.phone)[:20]
    audit.note(
        session, "person_edited", actor_id=actor.user_id, now=now, object_type="user", object_id=user_id
    )


def set_active(
    session: Session, user_id: int, version: int, *, active: bool, actor: Identity, now: dt.datetime
) -> None:
    """Close an account (its sessions and links end at once) or open it again. Oneself cannot be closed.

    Raises:
        NotFound, NotAllowed, StaleVersion.
    """
    if actor.user_id == user_id:
        raise NotAllowed
    user = person_to_manage(session, user_id, actor)
    touch(user, version)
    user.active = active
    end_everything(session, user, now)
    action = "person_opened" if active else "person_closed"
    audit.note(session, action, actor_id=actor.user_id, now=now, object_type="user", object_id=user_id)


def end_sessions(session: Session, user_id: int, *, actor: Identity, now: dt.datetime) -> None:
    """Sign somebody out everywhere.

    Raises:
        NotFound, NotAllowed.
    """
    end_everything(session, person_to_manage(session, user_id, actor), now)
    audit.note(
        session, "sessions_ended", actor_id=actor.user_id, now=now, object_type="user", object_id=user_id
    )


def require_new_password(session: Session, user_id: int, *, actor: Identity, now: dt.datetime) -> None:
    """Make somebody choose a new password when he signs in next.

    Raises:
        NotFound, NotAllowed.
    """
    user = person_to_manage(session, user_id, actor)
    user.must_change_password = True
    end_everything(session, user, now)
    audit.note(
        session,
        "new_password_required",
        actor_id=actor.user_id,
        now=now,
        object_type="user",
        object_id=user_id,
    )


def end_everything(session: Session, user: User, now: dt.datetime) -> None:
    """End every session and link of an account."""
    user.auth_version += 1
    end_sessions_of(session, user.id, now)
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)))
