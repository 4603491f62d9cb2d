"""What every correction of a reception does: the new facts over the old, and both kept for the history."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import procedures
from tthc_tracker.queries.reception import facts_of
from tthc_tracker.services import reception, receptionfacts, search

LONGEST_REASON = 500


@dataclass(frozen=True)
class Revision:
    """The facts of a reception before and after, as a correction has laid them down."""

    before: ReceptionFacts
    after: ReceptionFacts
    old: "Shown"

    @property
    def moves_the_promise(self) -> bool:
        """Whether something has changed that a promise follows from."""
        return any(
            getattr(self.before, name) != getattr(self.after, name)
            for name in ("procedure_code", "case_code", "channel", "resolving_agency_id", "arrived_at")
        )


def reason_of(text: str) -> str:
    """Why something is put right, in one line.

    Raises:
        InvalidInput: none, or more than people read.
    """
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("reason", f"Hãy ghi lý do, nhiều nhất {LONGEST_REASON} ký tự.")
    return reason


def facts_given(dossier: Dossier, given: ReceptionFacts) -> ReceptionFacts:
    """What was typed in a correction, checked as at the reception; whoever is not named is the desk.

    How an online dossier came is a fact: only its rest can be put right.

    Raises:
        InvalidInput: a field, by its name in ReceptionFacts.
    """
    assert dossier.accepted_at is not None
    online = dossier.channel is Channel.ONLINE
    if online:
        given = replace(given, channel=Channel.ONLINE, arrived_at=dossier.submitted_at)
    facts, desk = (
        receptionfacts.checked(given, dossier.accepted_at, online=online), dossier.receiving_agency_id,
    )  # fmt: skip
    return replace(
        facts,
        resolving_agency_id=facts.resolving_agency_id or desk,
        returning_agency_id=facts.returning_agency_id or desk,
    )


def revise(session: Session, dossier: Dossier, after: ReceptionFacts) -> Revision:
    """Write people, papers and places; procedure, case, channel and the clock are `reclassify`'s.

    Raises:
        InvalidInput: an agency that is not at work, or nothing changed.
    """
    assert dossier.accepted_at is not None
    before = facts_of(session, dossier)
    places = receptionfacts.places(session, dossier.receiving_agency_id, after, dossier.accepted_at.date())
    if after == before:
        raise InvalidInput("reason", "Chưa có gì thay đổi so với lần tiếp nhận.")
    revision = Revision(before, after, _shown(session, dossier, before))
    dossier.resolving_agency_id, dossier.returning_agency_id = places.resolving.id, places.returning.id
    _put_people(session, dossier, after)
    receptionfacts.put(dossier, after)
    if after.papers != before.papers:
        session.execute(delete(DossierComponent).where(DossierComponent.dossier_id == dossier.id))
        reception.write_papers(session, dossier.id, after.papers)
    return revision


def reclassify(session: Session, dossier: Dossier, after: ReceptionFacts) -> None:
    """Take procedure, case and channel, in the version that was in force at the acceptance.

    Raises:
        InvalidInput: no such procedure on that day, or no such case.
    """
    assert dossier.accepted_at is not None
    procedure = reception.procedure_on(session, after, dossier.accepted_at.date())
    dossier.procedure_id, dossier.procedure_version_id = procedure.procedure_id, procedure.version_id
    dossier.sector_id = procedure.sector_id
    dossier.case_code = reception.case_on(session, procedure, after.case_code)
    if dossier.channel is not Channel.ONLINE:
        dossier.channel, dossier.arrived_at = after.channel, after.arrived_at


def told(session: Session, dossier: Dossier, revision: Revision) -> tuple[dict[str, Any], dict[str, Any]]:
    """Old and new of every line that has changed: what may be kept for ever, and what may be erased."""
    new = _shown(session, dossier, revision.after)
    return _changes(revision.old.facts, new.facts), _changes(revision.old.private, new.private)


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


# --- what the history shows


@dataclass(frozen=True)
class Shown:
    """The values of a reception by name: those that may be kept for ever, and those that may be erased."""

    facts: dict[str, Any]
    private: dict[str, Any]


def _shown(session: Session, dossier: Dossier, facts: ReceptionFacts) -> Shown:
    name = select(ProcedureVersion.name).where(ProcedureVersion.id == dossier.procedure_version_id)
    plain: dict[str, Any] = {
        "procedure": session.execute(name).scalar_one(),
        "case": dict(procedures.cases_of(session, dossier.procedure_version_id)).get(dossier.case_code, ""),
        "channel": facts.channel.value,
        "arrived_at": facts.arrived_at and facts.arrived_at.isoformat(),
        "sets": facts.sets,
        "quantity": facts.quantity and str(facts.quantity),
        "by_portal": facts.by_portal,
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
    return Shown(plain, personal | {"abstract": facts.abstract, "note": facts.note})


def _party_shown(prefix: str, party: Party | None) -> dict[str, Any]:
    return {
        f"{prefix}{one.name}": None if party is None else _plain(getattr(party, one.name))
        for one in fields(Party)
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else (str(value) if value is not None else None)


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}
