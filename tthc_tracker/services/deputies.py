"""Somebody is away, and somebody else stands in: alerts and new work go to him, for a head he signs.

What follows from it follows by state: whoever was not told by a scan that did not run is told by the next.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.domain.deputies import HEADS, SignatureForm
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.deputy import Deputyship, DeputyWork
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import deputies
from tthc_tracker.queries.deputies import StandIn
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts, audit, events
from tthc_tracker.services.acting import Person
from tthc_tracker.services.events import Actor
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.wording import deputies as words

LONGEST = dt.timedelta(days=366)
BATCH = 500


@dataclass(frozen=True)
class NameDeputy:
    """`deputy_id` stands in for `user_id` on these days. Of a head also how he signs (form), the titles that
    a signature prints, and the paper that gives the right."""

    user_id: int
    deputy_id: int
    from_day: dt.date
    to_day: dt.date
    form: SignatureForm | None = None
    user_title: str = ""
    deputy_title: str = ""
    basis: str = ""


def name(session: Session, command: NameDeputy, *, person: Person, now: dt.datetime) -> int:
    """Note who stands in for whom; its id. Entered by whoever is away or by his head.

    Raises:
        NotAllowed: neither is this person. InvalidInput: a field, by its name; somebody is away or stands in
        already on one of these days.
    """
    users = _locked(session, command.user_id, command.deputy_id)
    user, deputy = users.get(command.user_id), users.get(command.deputy_id)
    held = _held(session, command.user_id)
    if user is None or not enters_for(person, user.id, held):
        raise NotAllowed("entered by whoever is away or by his head")
    _check_days(command, now)
    if deputy is None or not deputy.active or deputy.id == user.id or not _together(session, held, deputy):
        raise InvalidInput("deputy_id", words.WRONG_DEPUTY)
    form = _signs(command, held)
    _check_free(session, command)
    row = Deputyship(
        user_id=user.id, deputy_id=deputy.id, from_day=command.from_day, to_day=command.to_day, form=form,
        user_title=command.user_title.strip() if form else "",
        deputy_title=command.deputy_title.strip() if form else "",
        basis=command.basis.strip(), entered_at=now, entered_by_id=person.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, "deputy_named", row, held, person, now)
    return row.id


def end(session: Session, deputyship_id: int, *, person: Person, now: dt.datetime) -> None:
    """Whoever was away is back, or does not go: from now on nobody stands in.

    Raises:
        NotFound: none that this person may end. NotNow: it is over.
    """
    row = session.get(Deputyship, deputyship_id, with_for_update=True)
    held = _held(session, row.user_id) if row else []
    if row is None or not enters_for(person, row.user_id, held):
        raise NotFound(str(deputyship_id))
    if row.ended_at is not None or row.to_day < now.date():
        raise NotNow("it is over")
    row.ended_at = now
    _note(session, "deputy_ended", row, held, person, now)


def enters_for(person: Person, user_id: int, held: Iterable[Membership]) -> bool:
    """Whether this person says that somebody with these roles is away: himself, or his head.

    A head of unit for his unit's people, a head of agency for everybody of it but himself.
    """
    return person.user_id == user_id or any(
        _heads(mine, his) for mine in person.memberships if mine.deputyship is None for his in held
    )


def _heads(mine: Membership, his: Membership) -> bool:
    if mine.agency_id != his.agency_id or his.role is Role.HEAD_OF_AGENCY:
        return False
    if mine.role is Role.HEAD_OF_AGENCY:
        return True
    unit = mine.unit_id in {None, his.unit_id}
    return mine.role is Role.HEAD_OF_UNIT and unit and his.role is not Role.HEAD_OF_UNIT


# --- checks


def _locked(session: Session, *ids: int) -> dict[int, User]:
    """Both people, locked: two forms at once do not both find them free."""
    found = select(User).where(User.id.in_(sorted(ids))).order_by(User.id).with_for_update()
    return {user.id: user for user in session.execute(found).scalars()}


def _held(session: Session, user_id: int) -> list[Membership]:
    row = MembershipRow
    found = select(row.role, row.agency_id, row.unit_id).where(row.user_id == user_id).order_by(row.id)
    return [Membership(*one) for one in session.execute(found)]


def _together(session: Session, held: list[Membership], deputy: User) -> bool:
    return not {one.agency_id for one in held}.isdisjoint(one.agency_id for one in _held(session, deputy.id))


def _check_days(command: NameDeputy, now: dt.datetime) -> None:
    if command.to_day < command.from_day:
        raise InvalidInput("to_day", words.BACKWARDS)
    if command.from_day < now.date():
        raise InvalidInput("from_day", words.PAST)
    if command.to_day - command.from_day > LONGEST:
        raise InvalidInput("to_day", words.TOO_LONG)


def _signs(command: NameDeputy, held: list[Membership]) -> SignatureForm | None:
    if not any(one.role in HEADS for one in held):
        return None
    if command.form is None:
        raise InvalidInput("form", words.NO_FORM)
    for field, typed in (("user_title", command.user_title), ("deputy_title", command.deputy_title)):
        if not typed.strip():
            raise InvalidInput(field, words.NO_TITLE)
    if command.form is SignatureForm.TUQ and not command.basis.strip():
        raise InvalidInput("basis", words.NO_BASIS)
    return command.form


def _check_free(session: Session, command: NameDeputy) -> None:
    both = (command.user_id, command.deputy_id)
    for one in deputies.overlapping(session, both, command.from_day, command.to_day):
        if one.user_id == command.user_id:
            raise InvalidInput("from_day", words.overlaps(one))
        if one.user_id == command.deputy_id:
            raise InvalidInput("deputy_id", words.deputy_away(one))
        if one.deputy_id == command.user_id:
            raise InvalidInput("from_day", words.stands_in(one))


def _note(
    session: Session, action: str, row: Deputyship, held: list[Membership], person: Person, now: dt.datetime
) -> None:
    facts = {
        "deputy": row.deputy_id, "from": row.from_day.isoformat(), "to": row.to_day.isoformat(),
        "signs": row.form.value if row.form else "", "basis": row.basis,
    }  # fmt: skip
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="user", object_id=row.user_id,
        agency_id=held[0].agency_id if held else None, facts=facts,
    )  # fmt: skip
    raise_revision(session, "deputies")


# --- new work


def taker(session: Session, officer: User | None, now: dt.datetime) -> tuple[User | None, StandIn | None]:
    """Who gets what is meant for an officer now: himself, or who stands in for him."""
    one = deputies.in_place_of(session, officer.id, now.date()) if officer is not None else None
    deputy = session.get(User, one.deputy_id) if one is not None else None
    return (deputy, one) if deputy is not None and deputy.active else (officer, None)


def keep(session: Session, dossier: Dossier, one: StandIn) -> None:
    """Note that a dossier went to a deputy: when he stands in no more, it goes to whom it was meant for."""
    if session.get(DeputyWork, (one.id, dossier.id)) is None:
        session.add(DeputyWork(deputyship_id=one.id, dossier_id=dossier.id))


# --- taking effect


def take_effect(session: Session, directory: Directory, *, now: dt.datetime) -> bool:
    """Let alerts follow one who has begun, or ceased, to stand in; whether another may wait.

    What was given to a deputy in the other's place goes back when he comes back, with an event each.
    """
    row, today = Deputyship, now.date()
    runs = and_(row.ended_at.is_(None), row.from_day <= today, row.to_day >= today)
    due = select(row).where(row.applied != runs).order_by(row.id).limit(1)
    one = session.execute(due.with_for_update(skip_locked=True)).scalar_one_or_none()
    if one is None:
        return False
    over = one.applied
    if over and _give_back(session, one, now) == BATCH:
        return True  # the rest with the next
    _readdress(session, one, directory, now)
    one.applied = not over
    return True


def _readdress(session: Session, one: Deputyship, directory: Directory, now: dt.datetime) -> None:
    """The alerts of both: those of dossiers by looking at these again, the others here."""
    concern = exists().where(
        AlertRecipient.alert_id == Alert.id, AlertRecipient.user_id.in_((one.user_id, one.deputy_id)),
        AlertRecipient.open,
    )  # fmt: skip
    standing = select(Alert).where(Alert.closed_at.is_(None), concern)
    scanned = and_(Alert.dossier_id.is_not(None), Alert.rule.not_in(DEEDS))
    again = standing.where(scanned).with_only_columns(Alert.dossier_id)
    session.execute(update(Dossier).where(Dossier.id.in_(again)).values(next_check_at=now))
    others = session.execute(standing.where(~scanned).order_by(Alert.id)).scalars()
    wanted = {
        alert.id: directory.of(alert.rule, _place(alert), alert.rung).user_ids
        for alert in others
        if alert.acknowledged_at is None
    }
    if wanted:
        alerts.readdress(session, wanted, now)


def _place(alert: Alert) -> Place:
    return Place(alert.agency_id, alert.agency_id, alert.unit_id)


def _give_back(session: Session, one: Deputyship, now: dt.datetime) -> int:
    """Give what is still with the deputy to whom it was meant for; how many were looked at."""
    work = select(DeputyWork).where(DeputyWork.deputyship_id == one.id)
    rows = list(session.execute(work.order_by(DeputyWork.dossier_id).limit(BATCH)).scalars())
    user, deputy = session.get_one(User, one.user_id), session.get_one(User, one.deputy_id)
    for row in rows:
        dossier = session.get_one(Dossier, row.dossier_id, with_for_update=True)
        if user.active and dossier.officer_id == deputy.id and dossier.closed_at is None:
            dossier.officer_id, dossier.held_since = user.id, now
            facts: dict[str, Any] = {"officer": [deputy.full_name, user.full_name], "back": True}
            actor = Actor(None, words.BY_ITSELF)
            events.append(session, dossier, EventKind.ASSIGNED, actor=actor, now=now, facts=facts)
        session.delete(row)
    return len(rows)
