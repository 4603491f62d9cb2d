"""A head says of a mirrored dossier that it is resolved: its alerts keep still until its source has spoken.

Shown apart; none of the facts changes, which are the source's (docs/law.md, home and mirror).
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alertanswers import Fault, dispute_fault
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.lifecycle import Action, EventKind
from tthc_tracker.models.alert import Alert, SourceDispute
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.services import acting, alerthush, alerts, events
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.events import Actor
from tthc_tracker.wording import alertanswers as words

BATCH = 200


@dataclass(frozen=True)
class DisputeSource:
    """Resolved on a day, says the head; the source has not said so yet."""

    target: Target
    resolved_on: dt.date | None


def dispute(session: Session, command: DisputeSource, *, person: Person, now: dt.datetime) -> Dossier:
    """Note it with an event; the alerts of the dossier stand apart until data newer than this has come.

    Raises:
        InvalidInput: no day, one to come, or one before the acceptance. NotNow: it is disputed already. And
        what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.DISPUTE, person=person, now=now)
    dossier = act.dossier
    fault = dispute_fault(command.resolved_on, dossier.accepted_on, now.date())
    if fault is not None or command.resolved_on is None:
        raise InvalidInput("resolved_on", words.DISPUTE[fault or Fault.MISSING])
    values = {
        "dossier_id": dossier.id, "resolved_on": command.resolved_on, "at": now, "by_id": person.user_id,
    }  # fmt: skip
    statement = alerts.insert_for(session, SourceDispute).values(values).on_conflict_do_nothing()
    if session.execute(statement.returning(SourceDispute.id)).scalar_one_or_none() is None:
        raise NotNow("disputed already")
    facts = {"resolved_on": command.resolved_on.isoformat()}
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, facts=facts)
    alerthush.hush(session, _standing(session, dossier.id))
    return dossier


def end_due(session: Session, *, now: dt.datetime, limit: int = BATCH) -> tuple[int, bool]:
    """End the disputes whose source has spoken since, or whose dossier has ended: how many, and whether
    more wait. What still stands rings again.
    """
    over = or_(Source.as_of >= SourceDispute.at, Dossier.closed_at.is_not(None))
    due = (
        select(SourceDispute, Dossier, Source.name)
        .join(Dossier, Dossier.id == SourceDispute.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(SourceDispute.ended_at.is_(None), over)
        .order_by(SourceDispute.id)
        .limit(limit)
        .with_for_update(of=(SourceDispute, Dossier), skip_locked=True)
    )
    found = session.execute(due.execution_options(populate_existing=True)).all()
    for disputed, dossier, source in found:
        disputed.ended_at = now
        session.flush()
        events.append(session, dossier, EventKind.DISPUTE_ENDED, actor=Actor(None, source), now=now)
        alerthush.let_ring(session, _standing(session, dossier.id), now=now)
    return len(found), len(found) == limit


def _standing(session: Session, dossier_id: int) -> list[int]:
    standing = select(Alert.id).where(Alert.dossier_id == dossier_id, Alert.closed_at.is_(None))
    return list(session.execute(standing.order_by(Alert.id)).scalars())
