"""Files that were sent to be read in: their history, one of them, and what the timed work takes up next."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.importing import TO_WORK_ON, BatchState, Whole, is_whole
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Membership, Permission, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import scoping
from tthc_tracker.wording.feeds import FETCHED

PAGE = 20


class Importer(Protocol):
    """Who asks: an account signed in."""

    @property
    def user_id(self) -> int: ...
    @property
    def memberships(self) -> tuple[Membership, ...]: ...


@dataclass(frozen=True)
class Batch:
    """A file, and what became of it."""

    id: int
    state: BatchState
    source: str
    source_code: str
    file_name: str
    sha256: str
    kind: str
    size: int
    stored: str | None
    warnings: tuple[str, ...]
    fault: str
    counts: dict[str, Any]
    rows_total: int
    rows_done: int
    sent_at: dt.datetime
    data_as_of: dt.datetime
    confirmed_at: dt.datetime | None
    pace_from: dt.datetime | None  # since when its rows are written without a pause,
    pace_rows: int  # and how many were before
    finished_at: dt.datetime | None
    undone_at: dt.datetime | None
    actor_id: int | None
    agency_id: int | None
    actor: str | None
    undone_by: str | None
    whole: bool  # a full list: what it lacks is no longer at its source
    columns_id: int | None  # the map by which it is read (queries.columnmaps)

    @property
    def is_in_work(self) -> bool:
        """Whether it waits for the timed work, or is being worked on."""
        return self.state in TO_WORK_ON


@dataclass(frozen=True)
class Task:
    """A file that the timed work is to take up."""

    id: int
    state: BatchState
    source_code: str
    stored: str | None
    sha256: str
    data_as_of: dt.datetime
    actor_id: int | None
    feed_id: int | None
    undone_by_id: int | None
    rows_done: int
    in_runs_of: int  # the order in which they were done
    errors_size: int
    counts: dict[str, Any]
    columns_id: int | None  # the map by which it is read (queries.columnmaps)


def homes(memberships: Iterable[Membership]) -> list[int]:
    """The agencies at which these roles may import."""
    return [held.agency_id for held in memberships if Permission.IMPORT_DOSSIERS in PERMISSIONS_OF[held.role]]


def scope_of_user(session: Session, user_id: int) -> Scope:
    """Whose dossiers an account may bring or change by a file, as its roles are now."""
    statement = (
        select(MembershipRow.role, MembershipRow.agency_id)
        .join(User, User.id == MembershipRow.user_id)
        .where(MembershipRow.user_id == user_id, User.active)
        .order_by(MembershipRow.id)
    )
    held = [Membership(role, agency_id) for role, agency_id in session.execute(statement)]
    return scoping.scope_of(session, homes(held))


def name_of(session: Session, user_id: int) -> str:
    """Who an account is; '' for none."""
    return session.execute(select(User.full_name).where(User.id == user_id)).scalar_one_or_none() or ""


def visible(session: Session, person: Importer) -> ColumnElement[bool]:
    """The files a person may see: his own, and those sent from the agencies at or below which he imports.

    One read in by command belongs to the whole province: to whoever imports for every agency.
    """
    scope = scoping.scope_of(session, homes(person.memberships))
    conditions: list[ColumnElement[bool]] = [
        ImportBatch.actor_id == person.user_id,
        ImportBatch.agency_id.in_(sorted(scope.agency_ids)),
    ]
    if scope.all:
        conditions.append(ImportBatch.agency_id.is_(None))
    return or_(*conditions)


def may_take_errors(session: Session, shown: Batch, person: Importer) -> bool:
    """Whether a person may take a file's errors, whose rows are people's: its sender, and whoever may export
    personal data at the sender's agency or above it.
    """
    if shown.actor_id == person.user_id:
        return True
    may_export = Permission.EXPORT_PERSONAL
    held = [each.agency_id for each in person.memberships if may_export in PERMISSIONS_OF[each.role]]
    scope = scoping.scope_of(session, held)
    return scope.all or shown.agency_id in scope.agency_ids


def sources(session: Session) -> list[tuple[str, str]]:
    """(code, name) of the sources whose exports can be read in."""
    statement = select(Source.code, Source.name).where(Source.kind == SourceKind.MIRROR).order_by(Source.id)
    return [(code, name) for code, name in session.execute(statement)]


def batch(session: Session, batch_id: int, person: Importer) -> Batch | None:
    """One file; None when there is none that this person may see."""
    row = session.execute(_batches().where(ImportBatch.id == batch_id, visible(session, person))).first()
    return _batch(row) if row else None


def history(session: Session, person: Importer, *, before: int | None = None) -> tuple[list[Batch], bool]:
    """Twenty files, the newest first, and whether there are more; `before`: the last one seen."""
    statement = _batches().where(visible(session, person)).order_by(ImportBatch.id.desc()).limit(PAGE + 1)
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    found = [_batch(row) for row in session.execute(statement)]
    return found[:PAGE], len(found) > PAGE


def same_file(session: Session, shown: Batch, person: Importer) -> Batch | None:
    """The last file of the same content and source that was written."""
    statement = _batches().where(
        ImportBatch.sha256 == shown.sha256, ImportBatch.id != shown.id, ImportBatch.state == BatchState.DONE,
        Source.code == shown.source_code, visible(session, person),
    )  # fmt: skip
    row = session.execute(statement.order_by(ImportBatch.id.desc()).limit(1)).first()
    return _batch(row) if row else None


def brought(batch_id: int) -> ColumnElement[bool]:
    """Rows whose dossiers this file brought and that stand."""
    return and_(ImportedRow.first_batch_id == batch_id, ImportedRow.content_hash != "")


def untouched(batch_id: int) -> ColumnElement[bool]:
    """Nobody has acted on the dossier since, and no later file has spoken of it."""
    return and_(ImportedRow.batch_id == batch_id, Dossier.version == ImportedRow.dossier_version)


def in_the_way(session: Session, batch_id: int, limit: int) -> list[str]:
    """Codes of the dossiers because of which a file cannot be taken back: touched since, or changed by it."""
    touched = and_(brought(batch_id), ~untouched(batch_id))
    changed = and_(ImportedRow.changed_batch_id == batch_id, ImportedRow.first_batch_id != batch_id)
    statement = (
        select(ImportedRow.code)
        .join(Dossier, Dossier.id == ImportedRow.dossier_id)
        .where(or_(touched, changed))
        .order_by(ImportedRow.code)
        .limit(limit)
    )
    return list(session.execute(statement).scalars())


def standing(session: Session, batch_id: int) -> int:
    """How many of the dossiers that a file brought stand."""
    return session.execute(select(func.count()).where(brought(batch_id))).scalar_one()


def next_task(session: Session) -> Task | None:
    """What has waited longest for the timed work."""
    statement = (
        select(ImportBatch, Source.code)
        .join(Source, Source.id == ImportBatch.source_id)
        .where(
            ImportBatch.state.in_(sorted(TO_WORK_ON)),
            or_(ImportBatch.stored.is_not(None), ImportBatch.state == BatchState.UNDOING),
        )
        .order_by(ImportBatch.id)
        .limit(1)
    )
    row = session.execute(statement).first()
    return None if row is None else _task(*row)


def broken_off(session: Session, source_code: str, sha256: str, whole: Whole) -> Task | None:
    """What a source sent last, if it was this very file, by command, and was not read to its end."""
    statement = (
        select(ImportBatch, Source.code)
        .join(Source, Source.id == ImportBatch.source_id)
        .where(Source.code == source_code)
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )
    row = session.execute(statement).first()
    if row is None:
        return None
    last: ImportBatch = row[0]
    unfinished = last.state is BatchState.CONFIRMED and last.finished_at is None and last.stored is None
    same = (last.sha256, last.whole) == (sha256, whole)
    return _task(*row) if unfinished and same else None


def _task(found: ImportBatch, code: str) -> Task:
    return Task(
        found.id, found.state, code, found.stored, found.sha256, found.data_as_of, found.actor_id,
        found.feed_id, found.undone_by_id, found.rows_done, found.in_runs_of,
        found.errors_size, dict(found.counts),
        found.source_columns_id,
    )  # fmt: skip


def kept_files(session: Session) -> frozenset[str]:
    """The names of the files that are needed still."""
    kept = select(ImportBatch.stored).where(ImportBatch.stored.is_not(None))
    return frozenset(name for name in session.execute(kept).scalars() if name)


def _batches() -> Any:
    undoer = aliased(User)
    return (
        select(ImportBatch, Source.name, Source.code, Source.sends, User.full_name, undoer.full_name)
        .join(Source, Source.id == ImportBatch.source_id)
        .outerjoin(User, User.id == ImportBatch.actor_id)
        .outerjoin(undoer, undoer.id == ImportBatch.undone_by_id)
    )


def _batch(row: Any) -> Batch:
    found, source, code, sends, actor, undoer = row
    return Batch(
        id=found.id, state=found.state, source=source, source_code=code, file_name=found.file_name,
        sha256=found.sha256, kind=found.kind, size=found.size, stored=found.stored,
        warnings=tuple(found.warnings), fault=found.fault, counts=dict(found.counts),
        rows_total=found.rows_total, rows_done=found.rows_done, sent_at=found.started_at,
        data_as_of=found.data_as_of, confirmed_at=found.confirmed_at,
        pace_from=found.pace_from, pace_rows=found.pace_rows, finished_at=found.finished_at,
        undone_at=found.undone_at, actor_id=found.actor_id, agency_id=found.agency_id,
        actor=FETCHED if found.feed_id is not None else actor,
        undone_by=undoer, whole=is_whole(found.whole, sends),
        columns_id=found.source_columns_id,
    )  # fmt: skip
