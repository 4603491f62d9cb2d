"""An agency ends: its last day, who takes over what from it, and the decision that says so.

Its dossiers follow once the day has passed (services.transfers); nothing moves before.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.folding import clean
from tthc_tracker.models.agency import Agency, AgencySuccession, SuccessionSector
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries import successions
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.successions import Preview
from tthc_tracker.services import audit
from tthc_tracker.services.agencies import note_change
from tthc_tracker.services.agencyediting import catalogued_by
from tthc_tracker.wording import successions as words

LONGEST_DECISION = 200


@dataclass(frozen=True)
class EndAgency:
    """What a form or a command says. Heirs by code: `rest` takes whatever no sector gives to another."""

    code: str
    version: int | None  # None: whichever it is now
    last_day: dt.date | None
    decision: str
    rest: str
    by_sector: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """A command that has been found sound."""

    agency: Agency
    last_day: dt.date
    decision: str
    rest: Agency
    by_sector: Mapping[int, Agency]


def check(session: Session, command: EndAgency, *, actor: Identity | None) -> Ending:
    """Read a command and refuse what cannot be, changing nothing. actor None: whoever has the machine.

    Raises:
        NotFound, StaleVersion; NotAllowed: not an agency of the actor's. InvalidInput: a field.
    """
    agency = session.execute(select(Agency).where(Agency.code == command.code)).scalar_one_or_none()
    if agency is None:
        raise NotFound(command.code)
    editable = None if actor is None else catalogued_by(session, actor)
    if editable is not None and agency.id not in editable:
        raise NotAllowed
    if command.version is not None and agency.version != command.version:
        raise StaleVersion
    last_day, decision = _last_day(agency, command.last_day), clean(command.decision)
    if not decision or len(decision) > LONGEST_DECISION:
        raise InvalidInput("decision", words.NO_DECISION)
    since = last_day + dt.timedelta(days=1)
    rest = _heir(session, agency, command.rest, since, editable, "rest")
    shares = {
        _sector(session, sector): _heir(session, agency, heir, since, editable, f"sector_{sector}")
        for sector, heir in command.by_sector.items()
    }
    return Ending(agency, last_day, decision, rest, shares)


def _last_day(agency: Agency, last_day: dt.date | None) -> dt.date:
    if last_day is None:
        raise InvalidInput("last_day", words.NO_LAST_DAY)
    if agency.active_from and last_day < agency.active_from:
        raise InvalidInput("last_day", words.BEFORE_FIRST_DAY)
    return last_day


def _sector(session: Session, code: str) -> int:
    sector = session.execute(select(Sector.id).where(Sector.code == code)).scalar_one_or_none()
    if sector is None:
        raise InvalidInput("rest", words.no_sector(code))
    return sector


def _heir(
    session: Session, agency: Agency, code: str, since: dt.date, editable: frozenset[int] | None, place: str
) -> Agency:
    heir = session.execute(select(Agency).where(Agency.code == clean(code))).scalar_one_or_none()
    if heir is None or (editable is not None and heir.id not in editable):
        raise InvalidInput(place, words.no_agency(clean(code)))
    if heir is agency:
        raise InvalidInput(place, words.ITSELF)
    if (heir.active_to and heir.active_to < since) or (heir.active_from and heir.active_from > since):
        raise InvalidInput(place, words.not_working(heir.name, since))
    return heir


def foresee(session: Session, ending: Ending) -> Preview:
    """What would go where, changing nothing."""
    sectors = select(Sector.id, Sector.code).where(Sector.id.in_(ending.by_sector))
    shares = {
        code: (ending.by_sector[sector].code, ending.by_sector[sector].name)
        for sector, code in session.execute(sectors)
    }
    return successions.preview(session, ending.agency.id, (ending.rest.code, ending.rest.name), shares)


def end(session: Session, command: EndAgency, *, actor: Identity | None, now: dt.datetime) -> Ending:
    """Give an agency its last day and its heirs. Said again, it holds for what has not moved yet.

    Raises:
        What `check` raises.
    """
    ending = check(session, command, actor=actor)
    agency, since = ending.agency, ending.last_day + dt.timedelta(days=1)
    agency.active_to, agency.version = ending.last_day, agency.version + 1
    named = {ending.rest.id: ending.rest, **{heir.id: heir for heir in ending.by_sector.values()}}
    known = select(AgencySuccession).where(AgencySuccession.predecessor_id == agency.id)
    rows = {row.successor_id: row for row in session.execute(known).scalars()}
    session.execute(
        update(AgencySuccession).where(AgencySuccession.predecessor_id == agency.id).values(takes_rest=False)
    )
    for heir_id in named:
        row = rows.get(heir_id) or AgencySuccession(predecessor_id=agency.id, successor_id=heir_id)
        row.on, row.decision, row.takes_rest = since, ending.decision, heir_id == ending.rest.id
        session.add(row)
    session.execute(delete(SuccessionSector).where(SuccessionSector.predecessor_id == agency.id))
    session.add_all(
        SuccessionSector(predecessor_id=agency.id, sector_id=sector, successor_id=heir.id)
        for sector, heir in ending.by_sector.items()
    )
    session.flush()
    note_change(session)
    audit.note(
        session, "agency_ended", actor_id=actor.user_id if actor else None, now=now, object_type="agency",
        object_id=agency.code, agency_id=agency.id,
        facts={
            "last_day": ending.last_day.isoformat(), "decision": ending.decision,
            "heirs": sorted(heir.code for heir in named.values()),
        },
    )  # fmt: skip
    return ending
