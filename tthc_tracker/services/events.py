"""The one way to write history: an event and the dossier's new version, together."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.services import changes, custody


@dataclass(frozen=True)
class Actor:
    """Who does it: an account, or (user_id None) a source or the system under a name."""

    user_id: int | None
    name: str


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
    `private`: the personal values (names, ids, phones), kept apart so that they can be erased. Custody and
    step clocks follow (services.custody): append it when the dossier is where the act has put it.
    """
    dossier.version += 1
    event = DossierEvent(
        dossier_id=dossier.id,
        seq=dossier.version,
        kind=kind,
        occurred_at=occurred_at or now,
        recorded_at=now,
        actor_id=actor.user_id,
        actor_name=actor.name,
        reason=reason,
        facts=facts or {},
    )
    session.add(event)
    if event.seq > 1:  # with its first event nobody can have read it yet
        changes.mark(session, dossier.id)
    if private:
        session.flush()
        session.add(EventPrivate(dossier_id=dossier.id, seq=event.seq, payload=private))
    custody.follow(session, dossier, kind, occurred_at or now)
    return event
