"""After a reception: put right what was typed wrongly, cancel what never was, print the receipt again."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Action, Channel
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import procedures
from tthc_tracker.queries.reception import facts_of
from tthc_tracker.services import (
    acting,
    alertclosing,
    deadlines,
    events,
    handovers,
    pausing,
    reception,
    receptionfacts,
    search,
)
from tthc_tracker.services.acting import Target

LONGEST_REASON = 500


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
    dossier, reason = act.dossier, _reason(command.reason)
    assert dossier.accepted_at is not None
    before = facts_of(session, dossier)
    online = dossier.channel is Channel.ONLINE  # how it came is a fact: only its rest can be put right
    given = replace(command.facts, channel=Channel.ONLINE, arrived_at=dossier.submitted_at)
    after = _with_places(
        dossier,
        receptionfacts.checked(given if online else command.facts, dossier.accepted_at, online=online),
    )
    places = receptionfacts.places(session, dossier.receiving_agency_id, after, dossier.accepted_at.date())
    if after == before:
        raise InvalidInput("reason", "Chưa có gì thay đổi so với lần tiếp nhận.")
    old = _shown(session, dossier, before)
    dossier.resolving_agency_id, dossier.returning_agency_id = places.resolving.id, places.returning.id
    _put_people(session, dossier, after)
    receptionfacts.put(dossier, after)
    if after.papers != before.papers:
        session.execute(delete(DossierComponent).where(DossierComponent.dossier_id == dossier.id))
        reception.write_papers(session, dossier.id, after.papers)
    clock: dict[str, Any] = {}
    if _asks_for_new_promise(before, after):
        _promise_again(session, dossier, after, now)
        clock = {"clock": deadlines.terms_of(dossier)}
    new = _shown(session, dossier, after)
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, reason=reason,
        facts=_changes(old.facts, new.facts) | clock, private=_changes(old.private, new.private),
    )  # fmt: skip
    return dossier


def cancel(session: Session, command: CancelReception, *, actor: acting.Person, now: dt.datetime) -> Dossier:
    """Cancel what was entered by mistake: before its due date, or with the controller's right.

    Raises:
        InvalidInput: no reason. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.CANCEL, person=actor, now=now)
    reason = _reason(command.reason)
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


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("reason", f"Hãy ghi lý do, nhiều nhất {LONGEST_REASON} ký tự.")
    return reason


def _with_places(dossier: Dossier, facts: ReceptionFacts) -> ReceptionFacts:
    """The facts with the desk named where it was left out, as they are kept."""
    desk = dossier.receiving_agency_id
    return replace(
        facts,
        resolving_agency_id=facts.resolving_agency_id or desk,
        returning_agency_id=facts.returning_agency_id or desk,
    )


def _put_people(session: Session, dossier: Dossier, after: ReceptionFacts) -> None:
    applicant = session.get_one(Person, dossier.applicant_id)
    receptionfacts.put_person(applicant, after.applicant)
    owner = applicant
    if after.owner is not None:
        owner = (
            Person()
            if dossier.owner_id == dossier.applicant_id
            else session.get_one(Person, dossier.owner_id)
        )
        receptionfacts.put_person(owner, after.owner)
        session.add(owner)
    session.flush()
    dossier.owner_id = owner.id
    search.index_again(session, dossier.id, receptionfacts.names(after), reception.agencies_of(dossier))


def _asks_for_new_promise(before: ReceptionFacts, after: ReceptionFacts) -> bool:
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("procedure_code", "case_code", "channel", "resolving_agency_id", "arrived_at")
    )


def _promise_again(session: Session, dossier: Dossier, after: ReceptionFacts, now: dt.datetime) -> None:
    assert dossier.accepted_at is not None
    procedure = reception.procedure_on(session, after, dossier.accepted_at.date())
    dossier.procedure_id, dossier.procedure_version_id = procedure.procedure_id, procedure.version_id
    dossier.sector_id = procedure.sector_id
    dossier.case_code = reception.case_on(session, procedure, after.case_code)
    if dossier.channel is not Channel.ONLINE:
        dossier.channel, dossier.arrived_at = after.channel, after.arrived_at
    promised = dossier.due_at
    reception.promise_or_refuse(session, dossier, dossier.accepted_at, now)
    if dossier.due_at != promised:
        dossier.due_version += 1
        alertclosing.close_for_dossier(session, dossier.id, now)


# --- what the history shows


@dataclass(frozen=True)
class _Shown:
    """The values of a reception by name: those that may be kept for ever, and those that may be erased."""

    facts: dict[str, Any]
    private: dict[str, Any]


def _shown(session: Session, dossier: Dossier, facts: ReceptionFacts) -> _Shown:
    name = select(ProcedureVersion.name).where(ProcedureVersion.id == dossier.procedure_version_id)
    plain: dict[str, Any] = {
        "procedure": session.execute(name).scalar_one(),
        "case": dict(procedures.cases_of(session, dossier.procedure_version_id)).get(dossier.case_code, ""),
        "channel": facts.channel.value,
        "arrived_at": facts.arrived_at and facts.arrived_at.isoformat(),
        "sets": facts.sets,
        "quantity": facts.quantity and str(facts.quantity),
        "fee_amount": facts.fee.amount,
        "fee_state": facts.fee.state,
        "fee_method": facts.fee.method,
        "due_at": dossier.due_at and dossier.due_at.isoformat(),
        "papers": [
            f"{paper.name} ({paper.originals}/{paper.certified}/{paper.copies})" for paper in facts.papers
        ],
        "digitised": [paper.name for paper in facts.papers if paper.digitised],
    }
    for place, agency_id in (
        ("resolving_agency", dossier.resolving_agency_id),
        ("returning_agency", dossier.returning_agency_id),
    ):
        plain[place] = session.get_one(Agency, agency_id).name
    personal = _party_shown("", facts.applicant) | _party_shown("owner_", facts.owner)
    return _Shown(plain, personal | {"abstract": facts.abstract, "note": facts.note})


def _party_shown(prefix: str, party: Party | None) -> dict[str, Any]:
    return {
        f"{prefix}{one.name}": None if party is None else _plain(getattr(party, one.name))
        for one in fields(Party)
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else (str(value) if value is not None else None)


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}
