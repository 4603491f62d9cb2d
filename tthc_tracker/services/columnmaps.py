"""Say how the exports of a source are read whose columns are not the vocabulary's."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.columnmaps import FIXABLE, ColumnMap, lacking
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow, StaleVersion
from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.models.columnmap import SourceColumns
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import columnmaps as queries
from tthc_tracker.queries import imports, scoping
from tthc_tracker.services import audit, importbatches, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.imports import find_source
from tthc_tracker.wording import columnmaps as words

LONGEST_FIXED = 100

TO_BE_MAPPED = frozenset({BatchState.UNMAPPED, BatchState.CHECKED})
"""Where a file stands while one may still say how it is to be read."""


@dataclass(frozen=True)
class MapColumns:
    """How a file, and those of its source from now on, are read. seen_version: of the newest map that the
    form was made with, 0 for none.
    """

    submission_key: str
    batch_id: int
    how: ColumnMap
    seen_version: int


def save(session: Session, command: MapColumns, *, person: Person, now: dt.datetime) -> int:
    """Keep a map as the source's next version and have the file judged by it; gives the version.

    Whoever imports for every agency makes it for all files of the source; others for those from theirs.

    Raises:
        NotFound: not this person's file to see. NotNow: it is being written, or was. InvalidInput: a field
        that every row needs has no column. StaleVersion: somebody has saved another meanwhile.
        DuplicateSubmission, ConflictingSubmission: the same form again.
    """
    content = submissions.fingerprint({"batch": command.batch_id, "how": str(command.how)})
    submissions.claim(
        session, command.submission_key, user_id=person.user_id, action="import.map", content=content, now=now
    )
    batch = importbatches.held(session, command.batch_id, person)
    if batch.state not in TO_BE_MAPPED:
        raise NotNow
    _check(command.how)
    # One after the other for each source: two who save at once meet here, not at a constraint.
    source = session.get_one(Source, batch.source_id, with_for_update={"key_share": True})
    newest = queries.newest_version(session, source.code)
    if newest != command.seen_version:
        raise StaleVersion
    kept = _kept(session, command.how, source, newest + 1, person, now)
    batch.source_columns_id, batch.state, batch.fault = kept.id, BatchState.WAITING, ""
    batch.counts, batch.rows_done, batch.rows_total = {}, 0, 0
    submissions.settle(session, command.submission_key, kind="import", result=str(batch.id), now=now)
    _note(session, batch, kept, source, person, now)
    return kept.version


def save_for_source(
    session: Session, source_code: str, how: ColumnMap, *, user_id: int, now: dt.datetime
) -> int:
    """Keep a map as the source's next version, for all its later files; gives the version.

    For a command, in the name of an account that imports for every agency.

    Raises:
        NotFound, InvalidInput: no such source, or one received here. NotAllowed: not that account's to say.
    """
    if not imports.scope_of_user(session, user_id).all:
        raise NotAllowed("imports for some agencies only")
    _check(how)
    source = find_source(session, source_code)
    session.refresh(source, with_for_update={"key_share": True})
    version = queries.newest_version(session, source.code) + 1
    kept = _stored(session, how, source, version, None, user_id, now)
    audit.note(
        session, "import.map", actor_id=user_id, now=now, object_type="source", object_id=source.id,
        facts=_facts(kept, source),
    )  # fmt: skip
    return version


def _check(how: ColumnMap) -> None:
    if lacks := lacking(how):
        raise InvalidInput("columns", words.lacks(lacks))
    if not set(how.fields) <= set(FIELDS) or not set(how.fixed) <= set(FIXABLE):
        raise NotNow  # no form of ours
    if any(len(value) > LONGEST_FIXED for value in how.fixed.values()):
        raise InvalidInput("fixed", words.TOO_LONG)


def _kept(
    session: Session, how: ColumnMap, source: Source, version: int, person: Person, now: dt.datetime
) -> SourceColumns:
    homes = imports.homes(person.memberships)
    agency_id = None if scoping.scope_of(session, homes).all else homes[0]
    return _stored(session, how, source, version, agency_id, person.user_id, now)


def _stored(
    session: Session, how: ColumnMap, source: Source, version: int, agency_id: int | None, user_id: int,
    now: dt.datetime,
) -> SourceColumns:  # fmt: skip
    kept = SourceColumns(
        source_id=source.id, version=version, agency_id=agency_id, encoding=how.encoding, dates=how.dates,
        columns=dict(how.columns), fixed=dict(how.fixed),
        words={name: dict(known) for name, known in how.words.items()}, made_at=now, made_by_id=user_id,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def _note(
    session: Session,
    batch: ImportBatch,
    kept: SourceColumns,
    source: Source,
    person: Person,
    now: dt.datetime,
) -> None:
    audit.note(
        session, "import.map", actor_id=person.user_id, now=now, object_type="import_batch",
        object_id=batch.id, agency_id=batch.agency_id, facts=_facts(kept, source),
    )  # fmt: skip


def _facts(kept: SourceColumns, source: Source) -> dict[str, Any]:
    return {
        "source": source.code, "version": kept.version, "columns": kept.columns, "fixed": kept.fixed,
        "encoding": kept.encoding.value, "dates": kept.dates.value,
    }  # fmt: skip
