"""Why a dossier is late: asked once it is, from a list that all agencies share."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Action, FinishClass
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import acting, events
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.supplements import LONGEST, words


@dataclass(frozen=True)
class ExplainLateness:
    """The cause, and what there is to say besides."""

    target: Target
    cause: LatenessCause
    note: str = ""


def explain(
    session: Session,
    command: ExplainLateness,
    *,
    person: Person,
    now: dt.datetime,
    facts: Mapping[str, str] | None = None,
) -> Lateness:
    """Give the cause of a dossier that is late by its lawful date; a later word replaces an earlier one.

    facts: what its event says besides.

    Raises:
        InvalidInput: it is not late; another cause without words. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.EXPLAIN_LATENESS, person=person, now=now)
    if not is_late(act.dossier, now):
        raise InvalidInput("cause", "Hồ sơ này không trễ hạn nên không cần ghi lý do.")
    missing = "Hãy ghi rõ lý do khác là gì." if command.cause is LatenessCause.OTHER else ""
    note = words("note", command.note, LONGEST, missing=missing)
    row = session.get(Lateness, act.dossier.id)
    if row is None:
        row = Lateness(dossier_id=act.dossier.id)
        session.add(row)
    row.cause, row.note, row.given_at, row.given_by_id = command.cause, note, now, act.actor.user_id
    events.append(
        session, act.dossier, act.move.event, actor=act.actor, now=now, reason=note,
        facts={"cause": command.cause.value, **(facts or {})},
    )  # fmt: skip
    return row


def note_first(
    session: Session, dossier: Dossier, cause: LatenessCause, note: str, *, by: int | None, now: dt.datetime
) -> None:
    """What an apology says stands as the cause until somebody says otherwise; its event is the apology's."""
    if session.get(Lateness, dossier.id) is None:
        session.add(Lateness(dossier_id=dossier.id, cause=cause, note=note, given_at=now, given_by_id=by))


def is_late(dossier: Dossier, now: dt.datetime) -> bool:
    """Whether it is late by its lawful date: finished late, or open with the date passed."""
    if dossier.closed_at is not None:
        return dossier.finish_class is FinishClass.LATE
    return dossier.paused_since is None and dossier.late_from is not None and dossier.late_from <= now
