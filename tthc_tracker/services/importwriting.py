"""Write judged rows: new dossiers in bulk, changes one event each."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.exchangekept import says_more
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import WAITING, EventKind, State
from tthc_tracker.domain.rowfaults import Refusal, RowWarning
from tthc_tracker.domain.trail import EventText, moment_text, stored_json
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import Pause
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries.scoping import visible
from tthc_tracker.services import (
    bulkrows,
    claims,
    events,
    importcatalogue,
    importsightings,
    importupdating,
    integrity,
    numbering,
    search,
    sourcewords,
    unseen,
)
from tthc_tracker.services.importedvalues import (
    DOSSIER,
    PAUSE,
    PERSON,
    ROUND,
    Made,
    Terms,
    dossier_values,
    made,
    pause_values,
    person_values,
    round_values,
)
from tthc_tracker.services.importjudging import Judged, Outcome, Register


def write(
    session: Session,
    register: Register,
    judged: Sequence[Judged],
    *,
    batch_id: int,
    as_of: dt.datetime,
    now: dt.datetime,
) -> None:
    """Write a judged batch. New rows: a handful of statements for all of them together."""
    coming = [item for item in judged if item.outcome is Outcome.NEW]
    importcatalogue.take_up(session, register, coming)
    if new := [item for item in coming if not item.again]:
        _write_new(session, register, new, batch_id=batch_id, as_of=as_of, now=now)
    for item in coming:
        if item.again:
            _bring_again(session, register, item, batch_id=batch_id, as_of=as_of, now=now)
    for item in judged:
        if item.outcome is Outcome.UPDATED and item.known is not None:
            put = importsightings.put if item.known.sighted else importupdating.update
            put(session, register, item, as_of=as_of, now=now)
    _flag_backward(session, judged, now)
    claims.note(session, register, judged, batch_id=batch_id, as_of=as_of, now=now)
    _remember(session, register, judged, batch_id, now)
    unchanged = [
        (item.code, item.known) for item in judged if item.known and item.outcome is Outcome.UNCHANGED
    ]
    if own := [known.dossier.id for _, known in unchanged if not known.sighted]:
        fresh = update(Dossier).where(Dossier.id.in_(own))
        session.execute(fresh.values(source_as_of=as_of, refused_since=None))
    if others := [code for code, known in unchanged if known.sighted]:
        importsightings.see(session, register.source.id, others, as_of)


def _write_new(
    session: Session,
    register: Register,
    items: Sequence[Judged],
    *,
    batch_id: int,
    as_of: dt.datetime,
    now: dt.datetime,
) -> None:
    terms = Terms(register.nation, as_of, now, register.offset, register.places)
    new = [item.made or made(item.row, terms) for item in items]
    people = numbering.next_person_ids(session, len(new))
    bulkrows.insert_driven(session, Person, ("id", *PERSON), [
        (number, *one.person) for number, one in zip(people, new, strict=True)
    ])  # fmt: skip
    ids = _ids(session, [one.year for one in new])
    given = [_given(register, item, person_id) for item, person_id in zip(items, people, strict=True)]
    source = (register.source.id, terms.text(as_of), terms.text(now), 1)
    bulkrows.insert_driven(session, Dossier, _DOSSIER, [
        (number, *source, *put, *one.dossier) for number, put, one in zip(ids, given, new, strict=True)
    ])  # fmt: skip
    # In the order of the codes: two that bring the same ones wait for each other on one side only.
    codes = sorted(zip((item.code for item in items), ids, strict=True))
    bulkrows.insert_driven(session, DossierCode, ("code", "dossier_id", "source_id"), [
        (code, number, register.source.id) for code, number in codes
    ])  # fmt: skip
    numbered = list(zip(ids, new, strict=True))
    desks = [put.receiving_agency_id for put in given]
    bulkrows.insert_events(session, _events(register, numbered, batch_id, now), desks)
    bulkrows.insert_driven(session, ReceptionRound, ("dossier_id", *ROUND), [
        (number, *one.round) for number, one in numbered if one.round
    ])  # fmt: skip
    bulkrows.insert_driven(session, Pause, ("dossier_id", *PAUSE), [
        (number, *one.pause) for number, one in numbered if one.pause
    ])  # fmt: skip
    sourcewords.keep(session, [
        (number, item.row.kept) for number, item in zip(ids, items, strict=True) if says_more(item.raw)
    ])  # fmt: skip
    search.index_dossiers(session, [
        (number, [one.folded], (put.receiving_agency_id, put.resolving_agency_id), item.code)
        for number, put, one, item in zip(ids, given, new, items, strict=True)
    ])  # fmt: skip
    for item, number, one in zip(items, ids, new, strict=True):
        item.dossier_id = number
        if one.beyond_calendar:
            item.warnings.append(RowWarning.UNKNOWN_CALENDAR)


def _flag_backward(session: Session, judged: Sequence[Judged], now: dt.datetime) -> None:
    """Tell the controller of each dossier whose status a row would have turned back."""
    backward = [
        item.known.dossier
        for item in judged
        if item.known is not None
        and Refusal.BACKWARD_STATUS in (item.refusal, *(reason for reason, _ in item.more_refusals))
    ]
    if backward:
        integrity.flag_backward(session, backward, now)


class _Given(NamedTuple):
    """What only the register knows of a dossier, by column."""

    procedure_id: int
    procedure_version_id: int
    sector_id: int
    applicant_id: int
    owner_id: int
    receiving_agency_id: int
    resolving_agency_id: int
    returning_agency_id: int


_DOSSIER = ("id", "source_id", "source_as_of", "recorded_at", "version", *_Given._fields, *DOSSIER)


def _given(register: Register, item: Judged, person_id: int) -> _Given:
    facts, desk = register.procedures[item.procedure], register.agencies[item.receiving]
    return _Given(
        facts.procedure_id, facts.version_id, facts.sector_id, person_id, person_id,
        desk, register.agencies[item.resolving], desk,
    )  # fmt: skip


def _events(
    register: Register, new: Iterable[tuple[int, Made]], batch_id: int, now: dt.datetime
) -> list[EventText]:
    """One event a dossier: that it was imported, and as what."""
    facts = {state.value: stored_json(_facts(state, batch_id)) for state in State}
    kind, recorded, name = EventKind.IMPORTED.value, moment_text(now), register.source.name
    return [
        EventText(number, 1, kind, one.occurred or recorded, recorded, None, name, "", facts[one.state])
        for number, one in new
    ]


def _bring_again(
    session: Session, register: Register, item: Judged, *, batch_id: int, as_of: dt.datetime, now: dt.datetime
) -> None:
    """Let a dossier stand again that was taken back with its file: under its code, as this file has it."""
    assert item.known is not None
    row, dossier = item.row, item.known.dossier
    terms = Terms(register.nation, as_of, now, register.offset, register.places)
    owner = Person(**person_values(row, fold(row.owner_name)))
    session.add(owner)
    session.flush()
    said = dossier_values(row, terms)
    values = said | _given(register, item, owner.id)._asdict()
    values |= {"source_id": register.source.id, "source_as_of": as_of, "refused_since": None}
    values |= {"limit_amount": None, "limit_unit": None, "paused_since": None}
    for name in values.keys() - {"id", "code", "due_version"}:
        setattr(dossier, name, values[name])
    dossier.due_version += 1  # another promise: what was alerted before is alerted anew
    for table in (ReceptionRound, Pause):
        session.execute(delete(table).where(table.dossier_id == dossier.id))
    if values["reception_due_at"] is not None:
        session.execute(insert(ReceptionRound), [{"dossier_id": dossier.id, **round_values(values)}])
    if row.accepted_at and row.state in WAITING:
        paused = pause_values(row.state, row.accepted_at)
        session.execute(insert(Pause), [{"dossier_id": dossier.id, **paused}])
    sourcewords.put(session, dossier, row.kept)
    agencies = {dossier.receiving_agency_id, dossier.resolving_agency_id}
    search.index_again(session, dossier.id, [owner.name_folded], agencies)
    events.append(
        session, dossier, EventKind.IMPORTED, actor=events.Actor(None, register.source.name), now=now,
        occurred_at=row.accepted_at or row.submitted_at or now, facts=_facts(row.state, batch_id),
    )  # fmt: skip
    item.dossier_id = dossier.id


def _ids(session: Session, years: Sequence[int]) -> list[int]:
    """An id for each row, of the year it was first known in."""
    fresh = {
        year: iter(numbering.next_dossier_ids(session, year, amount))
        for year, amount in Counter(years).items()
    }
    return [next(fresh[year]) for year in years]


def _facts(state: State, batch_id: int) -> dict[str, Any]:
    return {"batch": batch_id, "state": str(state)}


def _remember(
    session: Session, register: Register, judged: Sequence[Judged], batch_id: int, now: dt.datetime
) -> None:
    """Keep what the source said last of each code, and which files brought, changed and saw it."""
    bulkrows.insert_driven(session, ImportedRow, _KEPT, sorted(
        (item.code, register.source.id, item.dossier_id, item.content_hash, *(batch_id,) * 3, 1, item.number)
        for item in judged
        if item.outcome is Outcome.NEW and not item.again
    ))  # fmt: skip
    known = [
        _kept(register, item, batch_id)
        for item in judged
        if item.outcome in {Outcome.UPDATED, Outcome.UNCHANGED} or item.again
    ]
    if known:
        session.execute(_keep_again(session.get_bind().dialect.name), known)
        unseen.see(session, register.source.id, [one["dossier_id"] for one in known], now=now)
    refused = sorted({item.code for item in judged if item.outcome is Outcome.REFUSED and item.code})
    if refused:  # what cannot be taken is there all the same
        rows = (ImportedRow.source_id == register.source.id, ImportedRow.code.in_(refused))
        session.execute(update(ImportedRow).where(*rows).values(batch_id=batch_id))
        its = select(ImportedRow.dossier_id).where(*rows)
        its_own = (Dossier.id.in_(its), Dossier.source_id == register.source.id, visible(register.scope))
        unsaid = update(Dossier).where(*its_own, Dossier.refused_since.is_(None))
        session.execute(unsaid.values(refused_since=now).execution_options(synchronize_session="fetch"))


_KEPT = (
    "code", "source_id", "dossier_id", "content_hash", "batch_id", "first_batch_id", "changed_batch_id",
    "dossier_version", "row_number",
)  # fmt: skip


def _kept(register: Register, item: Judged, batch_id: int) -> dict[str, Any]:
    return {
        "source_id": register.source.id, "code": item.code, "content_hash": item.content_hash,
        "dossier_id": item.dossier_id or (item.known.dossier.id if item.known else 0),
        "batch_id": batch_id, "first_batch_id": batch_id, "changed_batch_id": batch_id,
        "dossier_version": item.known.dossier.version if item.known else 1, "row_number": item.number,
    }  # fmt: skip


def _keep_again(dialect: str) -> Any:
    """Of a code that was known: who brought it stays, and who changed it where the content is the same."""
    upsert = (postgresql if dialect == "postgresql" else sqlite).insert(ImportedRow)
    given, kept = upsert.excluded, ImportedRow
    set_ = {
        "content_hash": given.content_hash, "batch_id": given.batch_id, "row_number": given.row_number,
        "first_batch_id": case((kept.content_hash == "", given.first_batch_id), else_=kept.first_batch_id),
        "changed_batch_id": case(
            (kept.content_hash != given.content_hash, given.changed_batch_id), else_=kept.changed_batch_id
        ),
        "dossier_version": case(
            (kept.content_hash != given.content_hash, given.dossier_version), else_=kept.dossier_version
        ),
    }  # fmt: skip
    return upsert.on_conflict_do_update(index_elements=["source_id", "code"], set_=set_)
