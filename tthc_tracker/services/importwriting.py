"""Write judged rows: new dossiers in bulk, changes one event each."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import case, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.exchangerow import LONGEST_NAME, ExchangeRow, day_of
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import WAITING, Channel, EventKind, ReturnMethod, State
from tthc_tracker.domain.rowfaults import RowWarning
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.services import (
    bulkrows,
    deadlines,
    events,
    importcatalogue,
    importupdating,
    numbering,
    search,
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
    importcatalogue.take_up(session, register, [item.row for item in coming if item.row is not None])
    if new := [item for item in coming if not item.again]:
        _write_new(session, register, new, batch_id=batch_id, as_of=as_of, now=now)
    for item in coming:
        if item.again:
            _bring_again(session, register, item, batch_id=batch_id, as_of=as_of, now=now)
    for item in judged:
        if item.outcome is Outcome.UPDATED:
            importupdating.update(session, register, item, as_of=as_of, now=now)
    _remember(session, register, judged, batch_id)
    seen = [item.known.dossier.id for item in judged if item.known and item.outcome is Outcome.UNCHANGED]
    if seen:
        session.execute(update(Dossier).where(Dossier.id.in_(seen)).values(source_as_of=as_of))


def _write_new(
    session: Session,
    register: Register,
    items: Sequence[Judged],
    *,
    batch_id: int,
    as_of: dt.datetime,
    now: dt.datetime,
) -> None:
    rows = [item.row for item in items if item.row is not None]
    names = [fold(row.owner_name) for row in rows]
    people = numbering.next_person_ids(session, len(rows))
    bulkrows.insert(session, Person, [
        _person(row, name) | {"id": person_id}
        for row, name, person_id in zip(rows, names, people, strict=True)
    ])  # fmt: skip
    ids = _ids(session, [day_of(row.accepted_at or row.submitted_at or as_of).year for row in rows])
    dossiers = [
        _dossier(register, row, dossier_id, person_id, as_of, now)
        for row, dossier_id, person_id in zip(rows, ids, people, strict=True)
    ]
    bulkrows.insert(session, Dossier, dossiers)
    # In the order of the codes: two that bring the same ones wait for each other on one side only.
    bulkrows.insert(session, DossierCode, [
        {"code": d["code"], "dossier_id": d["id"], "source_id": register.source.id}
        for d in sorted(dossiers, key=itemgetter("code"))
    ])  # fmt: skip
    desks = [dossier["receiving_agency_id"] for dossier in dossiers]
    bulkrows.insert(session, DossierEvent, _events(register, dossiers, batch_id, now), desks)
    bulkrows.insert(session, ReceptionRound, [_round(d) for d in dossiers if d["reception_due_at"]])
    bulkrows.insert(session, Pause, [
        _pause(d) for d in dossiers if d["accepted_at"] and d["state"] in WAITING
    ])  # fmt: skip
    search.index_dossiers(session, [
        (d["id"], [name], (d["receiving_agency_id"], d["resolving_agency_id"]))
        for d, name in zip(dossiers, names, strict=True)
    ])  # fmt: skip
    for item, stored in zip(items, dossiers, strict=True):
        item.dossier_id = stored["id"]
        if row_needs_calendar(item.row) and stored["reception_due_at"] is None:
            item.warnings.append(RowWarning.UNKNOWN_CALENDAR)


def _bring_again(
    session: Session, register: Register, item: Judged, *, batch_id: int, as_of: dt.datetime, now: dt.datetime
) -> None:
    """Let a dossier stand again that was taken back with its file: under its code, as this file has it."""
    assert item.row is not None
    assert item.known is not None
    row, dossier = item.row, item.known.dossier
    owner = Person(**_person(row, fold(row.owner_name)))
    session.add(owner)
    session.flush()
    values = _dossier(register, row, dossier.id, owner.id, as_of, now)
    for name in values.keys() - {"id", "code", "version", "recorded_at", "due_version"}:
        setattr(dossier, name, values[name])
    dossier.due_version += 1  # another promise: what was alerted before is alerted anew
    for table in (ReceptionRound, Pause):
        session.execute(delete(table).where(table.dossier_id == dossier.id))
    if values["reception_due_at"] is not None:
        session.execute(insert(ReceptionRound), [_round(values)])
    if values["accepted_at"] and values["state"] in WAITING:
        session.execute(insert(Pause), [_pause(values)])
    agencies = {dossier.receiving_agency_id, dossier.resolving_agency_id}
    search.index_again(session, dossier.id, [owner.name_folded], agencies)
    told = _event(register, values, _facts(values["state"], batch_id), now)
    events.append(
        session, dossier, EventKind.IMPORTED, actor=events.Actor(None, register.source.name), now=now,
        occurred_at=told["occurred_at"], facts=told["facts"],
    )  # fmt: skip
    item.dossier_id = dossier.id


def _ids(session: Session, years: Sequence[int]) -> list[int]:
    """An id for each row, of the year it was first known in."""
    fresh = {
        year: iter(numbering.next_dossier_ids(session, year, amount))
        for year, amount in Counter(years).items()
    }
    return [next(fresh[year]) for year in years]


def row_needs_calendar(row: ExchangeRow | None) -> bool:
    """Whether a row has a reception clock."""
    return row is not None and row.channel is Channel.ONLINE and row.submitted_at is not None


def _person(row: ExchangeRow, folded: str) -> dict[str, Any]:
    return {
        "kind": row.owner_kind, "full_name": row.owner_name,
        "name_folded": folded[:LONGEST_NAME],
        "id_number": row.owner_id, "id_reversed": row.owner_id[::-1] if row.owner_id else None,
        "phone": row.owner_phone, "phone_reversed": row.owner_phone[::-1] if row.owner_phone else None,
        "email": row.owner_email, "birth_on": None, "sex": None, "address": None,
    }  # fmt: skip


def _dossier(
    register: Register,
    row: ExchangeRow,
    dossier_id: int,
    person_id: int,
    as_of: dt.datetime,
    now: dt.datetime,
) -> dict[str, Any]:
    facts = register.procedures[short_procedure_code(row.procedure_code) or ""]
    resolving, receiving = register.agencies[row.resolving], register.agencies[row.receiving]
    values = {
        "id": dossier_id, "code": row.code, "version": 1, "state": row.state, "recorded_at": now,
        "source_id": register.source.id, "source_as_of": as_of, "procedure_id": facts.procedure_id,
        "procedure_version_id": facts.version_id, "sector_id": facts.sector_id, "channel": row.channel,
        "abstract": row.abstract, "applicant_id": person_id, "owner_id": person_id,
        "receiving_agency_id": receiving, "resolving_agency_id": resolving, "returning_agency_id": receiving,
        "submitted_at": row.submitted_at, "held_since": row.accepted_at,
        "returned_at": row.returned_at, "result_kind": importupdating.result_of(row),
        "return_method": ReturnMethod.COUNTER if row.returned_at else None,
    }  # fmt: skip
    values |= deadlines.imported_reception(register.calendar, row, as_of)
    values |= deadlines.imported_resolution(register.calendar, row, values, as_of=as_of, now=now)
    return values


def _events(
    register: Register, dossiers: Sequence[dict[str, Any]], batch_id: int, now: dt.datetime
) -> list[dict[str, Any]]:
    facts = {state: _facts(state, batch_id) for state in State}  # one for all that say the same
    return [_event(register, dossier, facts[dossier["state"]], now) for dossier in dossiers]


def _event(
    register: Register, dossier: dict[str, Any], facts: dict[str, Any], now: dt.datetime
) -> dict[str, Any]:
    occurred = dossier["accepted_at"] or dossier["submitted_at"] or now
    return {
        "dossier_id": dossier["id"], "seq": 1, "kind": EventKind.IMPORTED, "occurred_at": occurred,
        "recorded_at": now, "actor_id": None, "actor_name": register.source.name, "reason": "",
        "facts": facts,
    }  # fmt: skip


def _facts(state: State, batch_id: int) -> dict[str, Any]:
    return {"batch": batch_id, "state": str(state)}


def _round(dossier: dict[str, Any]) -> dict[str, Any]:
    answered = dossier["reception_answered_at"]
    return {
        "dossier_id": dossier["id"], "round": 1, "started_at": dossier["submitted_at"],
        "due_at": dossier["reception_due_at"], "late_from": dossier["reception_late_from"],
        "answered_at": answered,
        "answer": importupdating.answer_of(answered, dossier["accepted_at"], dossier["state"]),
    }  # fmt: skip


def _pause(dossier: dict[str, Any]) -> dict[str, Any]:
    return importupdating.pause_values(dossier["id"], dossier["state"], dossier["accepted_at"])


def _remember(session: Session, register: Register, judged: Sequence[Judged], batch_id: int) -> None:
    """Keep what the source said last of each code, and which files brought, changed and saw it."""
    new = [
        _kept(register, item, batch_id) for item in judged if item.outcome is Outcome.NEW and not item.again
    ]
    bulkrows.insert(session, ImportedRow, new)
    known = [
        _kept(register, item, batch_id)
        for item in judged
        if item.outcome in {Outcome.UPDATED, Outcome.UNCHANGED} or item.again
    ]
    if known:
        session.execute(_keep_again(session.get_bind().dialect.name), known)


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
