"""Remind whoever holds a dossier: an event in its history, and one mail for all that is reminded together."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import deputies
from tthc_tracker.services import acting, events, outbox
from tthc_tracker.services.acting import Target
from tthc_tracker.wording.keptlists import NO_HOLDER

KIND = "reminder"
LONGEST_NOTE = 500


@dataclass(frozen=True)
class RemindHolder:
    """Remind the holder of a dossier. together: what is reminded under one such word goes in one mail."""

    target: Target
    note: str
    together: str


def remind(
    session: Session, command: RemindHolder, *, person: acting.Person, domain: str, now: dt.datetime
) -> Dossier:
    """Note the reminder and write the mail: to the officer; without one to the heads of the unit, else of the
    agency. domain: of our sender.

    Raises:
        InvalidInput: nobody holds it, or the note is too long. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.URGE, person=person, now=now)
    note = command.note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("note", f"Lời nhắc dài nhất {LONGEST_NOTE} ký tự.")
    holders = _there(session, _holders(session, act.dossier), now)
    if not holders:
        raise InvalidInput("code", NO_HOLDER)
    names = ", ".join(holders.values())
    event = events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=note,
        facts={"reminded": ["", names]},
    )  # fmt: skip
    for user_id in holders:
        outbox.gather(
            session, dedup_key=f"{KIND}:{command.together}:{user_id}", kind=KIND, user_id=user_id,
            event=(act.dossier.id, event.seq), domain=domain, now=now,
        )  # fmt: skip
    return act.dossier


def _there(session: Session, holders: dict[int, str], now: dt.datetime) -> dict[int, str]:
    """For whoever is away, his deputy."""
    away = {one.user_id: one for one in deputies.standing(session, now.date())}
    return {
        away[user].deputy_id if user in away else user: away[user].deputy if user in away else name
        for user, name in holders.items()
    }


def _holders(session: Session, dossier: Dossier) -> dict[int, str]:
    """Whom it concerns, by id with the name."""
    officer = session.get(User, dossier.officer_id) if dossier.officer_id else None
    if officer is not None and officer.active:
        return {officer.id: officer.full_name}
    heads = select(User.id, User.full_name).join(Membership, Membership.user_id == User.id).where(User.active)
    of_unit = heads.where(
        Membership.role == Role.HEAD_OF_UNIT,
        Membership.agency_id == dossier.resolving_agency_id,
        Membership.unit_id == dossier.holding_unit_id,
    )
    of_agency = heads.where(
        Membership.role == Role.HEAD_OF_AGENCY, Membership.agency_id == dossier.resolving_agency_id
    )
    for statement in (of_unit, of_agency):
        if found := dict(session.execute(statement.distinct().order_by(User.id)).all()):
            return found
    return {}
