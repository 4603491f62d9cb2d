"""Dossiers that another system sends one by one: judged and written exactly as a row of its files is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import ConflictingDossier, InvalidInput, NotFound
from tthc_tracker.domain.exchangeobject import merged, undoes_acceptance
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.rowfaults import Refusal, RowWarning
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.match import Sighting
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.exchange import SentDossier, sent_dossier
from tthc_tracker.services import claims, importwriting, sightings
from tthc_tracker.services.importjudging import Judged, Outcome, Register, judge
from tthc_tracker.wording import exchanging as words

CONFLICTS = frozenset({
    Refusal.CONFLICT_WITH_SOURCE, Refusal.CONFLICT_WITH_STORED, Refusal.BACKWARD_STATUS,
    Refusal.ARCHIVED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a dossier that was sent: how it stands now, whether it is new, what to look at."""

    dossier: SentDossier
    new: bool
    warnings: tuple[RowWarning, ...]


def submit(session: Session, source_id: int, fields: Mapping[str, str], *, now: dt.datetime) -> Taken:
    """Take in one dossier; sent again unchanged, it is the same. `fields`: text by the vocabulary's names.

    Raises:
        InvalidInput: a field, by its name in the vocabulary.
        ConflictingDossier: the code is known with other content, or from another source.
    """

    def submitted() -> Taken:
        register, judged = _judged(session, source_id, fields)
        if judged.outcome is Outcome.UPDATED:
            raise ConflictingDossier("MaHoSo", words.OTHER_CONTENT)
        if register.source.kind is SourceKind.HOME and judged.outcome is Outcome.NEW:
            _check_registration(judged)
        with session.begin_nested():
            return _written(session, register, judged, now=now)

    try:
        return submitted()
    except IntegrityError:
        return (
            submitted()
        )  # another source has brought this code meanwhile: now it is known, and is judged so


def note_claim(session: Session, source_id: int, fields: Mapping[str, str], *, now: dt.datetime) -> None:
    """Keep what was refused because another source owns its code; nothing of what was refused otherwise."""
    source = session.get_one(Source, source_id)
    register = Register(session, source)
    judged = judge(session, register, [(1, fields)])
    as_of = now.replace(second=0, microsecond=0)
    claims.note(session, register, judged, batch_id=None, as_of=as_of, now=now)


def update_status(
    session: Session, source_id: int, code: str, fields: Mapping[str, str], *, now: dt.datetime
) -> Taken:
    """Move one of the source's dossiers on: its status and the moments that belong to it.

    Raises:
        NotFound: this source sent no such dossier.
        InvalidInput: a field.
        ConflictingDossier: backwards, or the desk's to decide.
    """
    stored = sent_dossier(session, source_id, code)
    if stored is None:
        raise NotFound(code)
    facts, sighting = stored.facts, session.get(Sighting, (source_id, code))
    if sighting is not None:  # what it has said itself, not what the dossier that is kept has come to
        facts = replace(facts, **{name: getattr(sighting, name) for name in sightings.SAID})
    elif undoes_acceptance(facts, dict(fields)):
        raise ConflictingDossier("TrangThaiHoSo", words.refusal(Refusal.BACKWARD_STATUS))
    register, judged = _judged(session, source_id, merged(facts, dict(fields)))
    if register.source.kind is SourceKind.HOME:
        raise ConflictingDossier("TrangThaiHoSo", words.DESK_DECIDES)
    return _written(session, register, judged, now=now)


def hold(session: Session, source_id: int, code: str) -> SentDossier | None:
    """One of the source's dossiers as it stands, held to the end of the transaction; None: it sent none."""
    session.execute(select(Source.id).where(Source.id == source_id).with_for_update(key_share=True))
    sent = select(ImportedRow.dossier_id).where(ImportedRow.source_id == source_id, ImportedRow.code == code)
    session.execute(select(Dossier.id).where(Dossier.id.in_(sent)).with_for_update())
    return sent_dossier(session, source_id, code)


def _judged(session: Session, source_id: int, fields: Mapping[str, str]) -> tuple[Register, Judged]:
    # What it knows of the catalogue may be as old as a file's is: importcatalogue finds what came meanwhile.
    register = Register(session, session.get_one(Source, source_id))
    # One after the other for each source: two requests with the same new code meet here, not at a constraint.
    held = select(Source).where(Source.id == source_id).with_for_update(key_share=True)
    session.execute(held.execution_options(populate_existing=True)).scalar_one()
    [judged] = judge(session, register, [(1, fields)])
    if judged.refusal is not None:
        raise _refused(judged)
    return register, judged


def _refused(judged: Judged) -> InvalidInput | ConflictingDossier:
    assert judged.refusal is not None
    sentence = words.refusal(judged.refusal)
    others = [(field, words.refusal(reason)) for reason, field in judged.more_refusals]
    if judged.refusal in CONFLICTS:
        return ConflictingDossier(judged.refused_field, sentence, others)
    return InvalidInput(judged.refused_field, sentence, others)


def _check_registration(judged: Judged) -> None:
    """What is filed with our own desk from outside is a registration: accepting it is the desk's."""
    if judged.row.state is not State.REGISTERED:
        raise InvalidInput("TrangThaiHoSo", words.ONLY_REGISTRATIONS)
    if RowWarning.NEW_PROCEDURE in judged.warnings:
        raise InvalidInput("MaTTHC", words.UNKNOWN_PROCEDURE)


def _written(session: Session, register: Register, judged: Judged, *, now: dt.datetime) -> Taken:
    source, as_of = register.source, now.replace(second=0, microsecond=0)
    batch = _batch_of_day(session, source, as_of, now)
    importwriting.write(session, register, [judged], batch_id=batch.id, as_of=as_of, now=now)
    name = {Outcome.NEW: "accepted", Outcome.UPDATED: "updated"}.get(judged.outcome, "unchanged")
    batch.counts = batch.counts | {each: batch.counts.get(each, 0) + 1 for each in ("rows", name)}
    batch.finished_at = now
    if judged.outcome is Outcome.NEW and judged.dossier_id is not None:  # to be looked at with the next round
        batch.matched_at, batch.matched_to = None, min(batch.matched_to, judged.dossier_id - 1)
    if source.as_of is None or source.as_of < as_of:
        source.as_of = as_of
    stored = sent_dossier(session, source.id, judged.code)
    assert stored is not None, "written just now"
    return Taken(stored, judged.outcome is Outcome.NEW, tuple(judged.warnings))


def _batch_of_day(session: Session, source: Source, as_of: dt.datetime, now: dt.datetime) -> ImportBatch:
    """What a source sends in a day stands as one batch in the history of imports."""
    name = words.batch_name(as_of)
    known = select(ImportBatch).where(ImportBatch.source_id == source.id, ImportBatch.file_name == name)
    # Locked: the job that looks at what came must not end with it meanwhile.
    locked = known.order_by(ImportBatch.id).limit(1).with_for_update()
    batch = session.execute(locked.execution_options(populate_existing=True)).scalar_one_or_none()
    if batch is None:
        batch = ImportBatch(
            source_id=source.id, file_name=name, sha256="", data_as_of=as_of, started_at=now, actor_id=None,
            counts={}, state=BatchState.DONE, kind="json",
        )  # fmt: skip
        session.add(batch)
        session.flush()
    batch.data_as_of = as_of
    return batch
