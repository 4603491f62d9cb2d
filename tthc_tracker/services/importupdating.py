"""Let a later file of its source move a mirrored dossier on: every field the source owns, one event."""

import datetime as dt
from contextlib import suppress
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy import update as change
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.exchangerow import ExchangeRow
from tthc_tracker.domain.lifecycle import WAITING, EventKind, ResultKind, State
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import successions
from tthc_tracker.services import deadlines, events, search, sourcewords
from tthc_tracker.services.clockvalues import imported_reception
from tthc_tracker.services.importedvalues import WAITS, answer_of, pause_values, result_of, way
from tthc_tracker.services.importjudging import Judged, Register


def update(
    session: Session, register: Register, item: Judged, *, as_of: dt.datetime, now: dt.datetime
) -> None:
    """Move a dossier on as its source says. Owner, procedure, channel and acceptance stay (judged before).

    What the file leaves empty stays as it was known. One event says all that changed; nothing changed, none.
    """
    assert item.row is not None
    assert item.known is not None
    row, dossier = item.row, item.known.dossier
    before, places = _said(dossier), _places(dossier)
    dossier.source_as_of, dossier.refused_since = as_of, None
    dossier.result_kind = _result(dossier, row)
    dossier.state, dossier.returned_at = row.state, row.returned_at
    _put_places(session, dossier, register.agencies[row.resolving], register.agencies[row.receiving], now)
    dossier.abstract = row.abstract or dossier.abstract
    _rounds(session, dossier, row, State(before["state"]), as_of)
    _reception(session, dossier, row, register)
    calendar = register.place(row.resolving).calendar
    deadlines.update_imported(dossier, row, calendar, as_of=as_of, now=now)
    _pauses(session, dossier, as_of)
    changes = _differences(before, _said(dossier))
    owner = session.get_one(Person, dossier.owner_id)
    if _places(dossier) != places:
        changes |= _places_changed(session, places, _places(dossier))
        search.index_again(session, dossier.id, [owner.name_folded], _places(dossier))
    words, typed = sourcewords.put(session, dossier, row.kept)
    if row.returned_at:
        dossier.return_method = way(by_post=dossier.by_post, by_portal=dossier.by_portal)
    changes |= words
    personal = _personal(owner, row) | typed
    if not changes and not personal:
        return
    occurred = row.closed_at if "closed_at" in changes and row.closed_at else as_of
    actor = events.Actor(None, register.source.name)
    events.append(
        session, dossier, EventKind.SOURCE_UPDATED, actor=actor, now=now,
        occurred_at=min(occurred, now), facts=changes, private=personal,
    )  # fmt: skip


def _result(dossier: Dossier, row: ExchangeRow) -> ResultKind | None:
    """What came out. A source that hands a result over says no more what it was: a refusal stays one."""
    if row.state is State.RETURNED and dossier.result_kind is ResultKind.REFUSED:
        return ResultKind.REFUSED
    return result_of(row)


def _put_places(session: Session, dossier: Dossier, resolving: int, receiving: int, now: dt.datetime) -> None:
    """Where its source says that it is. One that still names an agency that has ended says nothing new."""
    stands, on = dossier.resolving_agency_id, now.date()
    heir = successions.heir_of(session, resolving, dossier.sector_id, on)
    dossier.resolving_agency_id = stands if heir and heir.agency_id == stands else resolving
    desk = successions.heir_of(session, receiving, None, on)
    moved = desk is not None and desk.agency_id == dossier.returning_agency_id
    received = desk is not None and desk.agency_id == dossier.receiving_agency_id
    dossier.receiving_agency_id = dossier.receiving_agency_id if received else receiving
    dossier.returning_agency_id = dossier.returning_agency_id if moved else receiving


def _rounds(session: Session, dossier: Dossier, row: ExchangeRow, was: State, as_of: dt.datetime) -> None:
    """What two files show of reception: a request ends the round, what the applicant brought opens the next.

    The source dates neither, so both are taken as of its file.
    """
    if row.accepted_at is not None or dossier.reception_due_at is None:
        return
    if was is State.REGISTERED and dossier.state in WAITING:
        deadlines.answer_reception(session, dossier, "supplement", as_of)
    elif was in WAITING and dossier.state is State.REGISTERED:
        with suppress(CalendarHorizonError):  # no clock beyond the known years
            deadlines.open_reception_round(session, dossier, as_of)
            session.flush()


def _reception(session: Session, dossier: Dossier, row: ExchangeRow, register: Register) -> None:
    """The reception clock: of another moment of submission if that was corrected, and answered once it is."""
    dossier.reception_answered_at = dossier.reception_answered_at or row.accepted_at or row.refused_at
    number = max(dossier.reception_round, 1)
    if row.submitted_at and row.submitted_at != dossier.submitted_at and number == 1:
        dossier.submitted_at = row.submitted_at
        clock = imported_reception(register.place(row.receiving), row)
        for name in ("reception_round", "reception_due_at", "reception_due_on", "reception_late_from"):
            setattr(dossier, name, clock[name])
    if dossier.reception_due_at is None:
        return
    told = {
        "due_at": dossier.reception_due_at,
        "late_from": dossier.reception_late_from, "answered_at": dossier.reception_answered_at,
        "answer": answer_of(dossier.reception_answered_at, row.accepted_at, dossier.state),
    } | ({"started_at": dossier.submitted_at} if number == 1 else {})  # fmt: skip
    its_round = (ReceptionRound.dossier_id == dossier.id) & (ReceptionRound.round == number)
    if session.execute(select(ReceptionRound.round).where(its_round)).scalar_one_or_none():
        session.execute(change(ReceptionRound).where(its_round).values(told))
    else:
        session.execute(insert(ReceptionRound).values(dossier_id=dossier.id, round=1, **told))


def _pauses(session: Session, dossier: Dossier, as_of: dt.datetime) -> None:
    """A dossier that waits is paused from when its source said so; one that no longer waits is not."""
    open_one = (Pause.dossier_id == dossier.id) & Pause.ended_at.is_(None) & Pause.imported
    reason = WAITS.get(dossier.state) if dossier.accepted_at and dossier.state in WAITING else None
    held, since = session.execute(select(Pause.reason, Pause.started_at).where(open_one)).one_or_none() or (
        None, as_of,
    )  # fmt: skip
    if held == reason:
        return
    if held is not None:
        # A source whose clock is ahead has begun it later than now.
        session.execute(change(Pause).where(open_one).values(ended_at=max(as_of, since)))
    if reason is not None:
        session.execute(insert(Pause).values(dossier_id=dossier.id, **pause_values(dossier.state, as_of)))


def _personal(owner: Person, row: ExchangeRow) -> dict[str, list[Any]]:
    """Give the owner the number, phone and e-mail of the file, where it has others; old and new of each."""
    given = (("id_number", row.owner_id), ("phone", row.owner_phone), ("email", row.owner_email))
    changes = {
        name: [getattr(owner, name), value]
        for name, value in given
        if value not in {None, getattr(owner, name)}
    }
    for name, (_old, value) in changes.items():
        setattr(owner, name, value)
    owner.id_reversed = owner.id_number[::-1] if owner.id_number else None
    owner.phone_reversed = owner.phone[::-1] if owner.phone else None
    return changes


def _places(dossier: Dossier) -> tuple[int, int]:
    return dossier.receiving_agency_id, dossier.resolving_agency_id


def _places_changed(session: Session, old: tuple[int, int], new: tuple[int, int]) -> dict[str, list[Any]]:
    """The desk and the agency by name."""
    statement = select(Agency.id, Agency.name).where(Agency.id.in_({*old, *new})).order_by(Agency.id)
    name_of = dict(session.execute(statement).all())
    pairs = zip(("desk", "agency"), old, new, strict=True)
    return {field: [name_of[was], name_of[now]] for field, was, now in pairs if was != now}


def _said(dossier: Dossier) -> dict[str, Any]:
    """What a source may change, as an event shows it."""
    moments = {
        name: value.isoformat() if value else None
        for name, value in (
            ("submitted_at", dossier.submitted_at), ("accepted_at", dossier.accepted_at),
            ("due_at", dossier.due_at), ("closed_at", dossier.closed_at),
            ("returned_at", dossier.returned_at),
        )
    }  # fmt: skip
    return {"state": str(dossier.state), "abstract": dossier.abstract} | moments


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
