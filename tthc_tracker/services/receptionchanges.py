"""After a reception: put right what was typed wrongly, cancel what never was, print the receipt again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import acting, alertclosing, deadlines, events, handovers, pausing, reception
from tthc_tracker.services import receptionrevisions as revisions
from tthc_tracker.services.acting import Target


@dataclass(frozen=True)
class CorrectReception:
    """Replace what was noted at the reception; code, moment of acceptance and desk stay."""

    target: Target
    facts: ReceptionFacts
    reason: str


@dataclass(frozen=True)
class CancelReception:
    """Entered by mistake, or twice: out of all statistics, kept in the list of oversight."""

    target: Target
    reason: str


@dataclass(frozen=True)
class PrintReceipt:
    """Hand the receipt out: the original, or once more."""

    code: str


def correct(
    session: Session, command: CorrectReception, *, actor: acting.Person, now: dt.datetime
) -> Dossier:
    """Correct a reception that nobody has acted on; both versions stay readable in the history.

    A change of procedure, channel or resolving agency makes a new promise from the same acceptance.

    Raises:
        InvalidInput: a field, no reason, or nothing changed. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.CORRECT_RECEPTION, person=actor, now=now)
    dossier, reason = act.dossier, revisions.reason_of(command.reason)
    revision = revisions.revise(session, dossier, revisions.facts_given(dossier, command.facts))
    clock: dict[str, Any] = {}
    if revision.moves_the_promise:
        _promise_again(session, dossier, revision.after, now)
        clock = {"clock": deadlines.terms_of(dossier)}
    facts, private = revisions.told(session, dossier, revision)
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=facts | clock,
        private=private,
    )  # fmt: skip
    return dossier


def cancel(session: Session, command: CancelReception, *, actor: acting.Person, now: dt.datetime) -> Dossier:
    """Cancel what was entered by mistake: before its due date, or with the controller's right.

    Raises:
        InvalidInput: no reason. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.CANCEL, person=actor, now=now)
    reason = revisions.reason_of(command.reason)
    closed_at = now.replace(second=0, microsecond=0)
    held = pausing.end_by_closing(session, act, closed_at, now, field="reason")
    act.apply_state()
    handovers.lapse(session, act, now)
    deadlines.close(session, act.dossier, max(closed_at, act.dossier.accepted_at or closed_at))
    alertclosing.close_for_dossier(session, act.dossier.id, now)
    events.append(session, act.dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=held)
    return act.dossier


def print_receipt(
    session: Session, command: PrintReceipt, *, actor: acting.Person, now: dt.datetime, secret: str = ""
) -> Dossier:
    """Count a print; from the second on the history notes it.

    Raises:
        What acting.begin raises.
    """
    target = Target(command.code, version=None)
    act = acting.begin(session, target, Action.REPRINT_RECEIPT, person=actor, now=now)
    dossier = act.dossier
    dossier.receipt_prints += 1
    if secret:  # one received before the secret was set gets a code that works
        dossier.receipt_token_hash = token_hash(receipt_token(secret, dossier.code))
    if dossier.receipt_prints > 1 or dossier.due_version > 1:  # the date that it bears has moved
        facts = {"print": dossier.receipt_prints}
        events.append(session, dossier, act.move.event, actor=act.actor, now=now, facts=facts)
    return dossier


def _promise_again(session: Session, dossier: Dossier, after: ReceptionFacts, now: dt.datetime) -> None:
    """A promise made anew from the acceptance: nobody has acted on it, so nothing has moved it yet."""
    assert dossier.accepted_at is not None
    revisions.reclassify(session, dossier, after)
    promised = dossier.due_at
    reception.promise_or_refuse(session, dossier, dossier.accepted_at)
    if dossier.due_at != promised:
        dossier.due_version += 1
        alertclosing.close_for_dossier(session, dossier.id, now)
