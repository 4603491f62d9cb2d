"""The one way to write history: an event and the dossier's new version, together."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.matching import Matched
from tthc_tracker.domain.personaldata import REASON, without
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.person import Person
from tthc_tracker.services import changes, claims, custody, deadlines, sightings, singlerows, webhookoutbox


@dataclass(frozen=True)
class Actor:
    """Who does it: an account, or (user_id None) a source or the system under a name."""

    user_id: int | None
    name: str
    on_behalf: str = ""  # of a head, whose deputy this account is


def append(  # noqa: PLR0913 (an event has this many facts; each is named by the caller)
    session: Session,
    dossier: Dossier,
    kind: EventKind,
    *,
    actor: Actor,
    now: dt.datetime,
    occurred_at: dt.datetime | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
) -> DossierEvent:
    """Append what happened to `dossier` and raise its version to the event's number.

    `occurred_at`: when it happened (default now); `now`: when it is recorded. `facts`: nothing personal;
    `private`: the personal values (names, ids, phones), kept apart so that they can be erased; so is a reason
    that names who the dossier is of: the event keeps it without them (decision 0026). Custody and step clocks
    follow (services.custody): append it when the dossier is where the act has put it.
    """
    said = plain(session, dossier, reason)
    if said != reason:
        private = (private or {}) | {REASON: reason}
    dossier.version += 1
    deadlines.look_again(dossier, now)
    event = DossierEvent(
        dossier_id=dossier.id,
        seq=dossier.version,
        kind=kind,
        occurred_at=occurred_at or now,
        recorded_at=now,
        actor_id=actor.user_id,
        actor_name=actor.name,
        reason=said,
        facts=(facts or {}) | ({"on_behalf": actor.on_behalf} if actor.on_behalf else {}),
    )
    if inspect(dossier).transient:  # its row is written with its first event
        singlerows.write(session, dossier)
        singlerows.write(session, event, dossier.receiving_agency_id)
    else:
        session.add(event)
    # With its first event nobody can have read it yet.
    sent = event.seq > 1 and changes.mark(session, dossier.id)
    if private:
        session.flush()
        session.add(EventPrivate(dossier_id=dossier.id, seq=event.seq, payload=private))
    custody.follow(session, dossier, kind, occurred_at or now)
    if dossier.matched is Matched.KEPT:
        sightings.follow(session, dossier, now)
    if dossier.claimed:
        claims.follow(session, dossier, now)
    if sent:
        webhookoutbox.note(session, dossier, kind, now)
    return event


def plain(session: Session, dossier: Dossier, text: str) -> str:
    """A text about a dossier without the people it is of."""
    return without(text, known_of(session, dossier)) if text else ""


def known_of(session: Session, dossier: Dossier) -> list[str]:
    """What is known of the people of a dossier and might stand in a text about it."""
    known: list[str | None] = []
    for person_id in {dossier.owner_id, dossier.applicant_id}:
        one = session.get_one(Person, person_id)
        known += [one.full_name, one.id_number, one.phone, one.email, one.address, one.post_address]
    return [each for each in known if each]
