"""What people do with a file they send: hand it in, agree to it, drop it, take it back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.importing import BatchState, Whole
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.queries import imports as queries
from tthc_tracker.services import audit, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.imports import find_source
from tthc_tracker.wording import importing as words

NAMED = 5  # dossiers in the way that a refusal names

Verb = Callable[..., None]

UNDOABLE = frozenset({BatchState.DONE, BatchState.FAILED})
DROPPABLE = frozenset({BatchState.UNMAPPED, BatchState.WAITING, BatchState.CHECKED, BatchState.UNUSABLE})


@dataclass(frozen=True)
class SendFile:
    """A file as it was sent. `stored`: its name where it is kept; `name`: what its owner calls it.

    columns_id: the map of its source by which it is read; unmapped: somebody has to make one first.
    """

    submission_key: str
    source_code: str
    name: str
    stored: str
    sha256: str
    size: int
    kind: str
    whole: Whole = Whole.AS_DECLARED
    columns_id: int | None = None
    unmapped: bool = False


def send(session: Session, command: SendFile, *, person: Person, now: dt.datetime) -> int:
    """Take a file in to be judged; gives its number.

    Raises:
        InvalidInput: no such source, or one whose dossiers are made here. NotAllowed: no right to import.
        DuplicateSubmission, ConflictingSubmission: the same form again.
    """
    homes = queries.homes(person.memberships)
    if not homes:
        raise NotAllowed
    content = submissions.fingerprint({"source": command.source_code, "sha256": command.sha256})
    submissions.claim(
        session,
        command.submission_key,
        user_id=person.user_id,
        action="import.send",
        content=content,
        now=now,
    )
    try:
        source = find_source(session, command.source_code)
    except NotFound:
        raise InvalidInput("source", "Hãy chọn nguồn của tệp.") from None
    batch = ImportBatch(
        source_id=source.id, file_name=command.name[:200], sha256=command.sha256,
        data_as_of=now.replace(second=0, microsecond=0), started_at=now, actor_id=person.user_id,
        state=BatchState.UNMAPPED if command.unmapped else BatchState.WAITING, agency_id=homes[0],
        stored=command.stored, kind=command.kind,
        size=command.size, whole=command.whole, source_columns_id=command.columns_id,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    submissions.settle(session, command.submission_key, kind="import", result=str(batch.id), now=now)
    _note(session, "import.send", batch, person, now)
    return batch.id


def confirm(session: Session, batch_id: int, sha256: str, *, person: Person, now: dt.datetime) -> None:
    """Agree to the very file that was judged; a second time changes nothing.

    Raises:
        NotFound: not this person's to see. InvalidInput: another file than the page showed.
        NotNow: its rows are not judged.
    """
    batch = held(session, batch_id, person)
    if batch.sha256 != sha256:
        raise InvalidInput("sha256", words.OTHER_SHA)
    if batch.state in {BatchState.CONFIRMED, BatchState.DONE}:
        return
    if batch.state is not BatchState.CHECKED:
        raise NotNow
    batch.state, batch.confirmed_at, batch.rows_done, batch.counts = BatchState.CONFIRMED, now, 0, {}
    _note(session, "import.confirm", batch, person, now)


def drop(session: Session, batch_id: int, *, person: Person, now: dt.datetime) -> str | None:
    """Give a file up before anything of it was written; gives the name under which it was kept.

    Raises:
        NotFound: not this person's to see. NotNow: it is being written, or was.
    """
    batch = held(session, batch_id, person)
    if batch.state is BatchState.DROPPED:
        return None
    if batch.state not in DROPPABLE:
        raise NotNow
    stored, batch.stored, batch.state = batch.stored, None, BatchState.DROPPED
    _note(session, "import.drop", batch, person, now)
    return stored


def begin_undo(session: Session, batch_id: int, *, person: Person, now: dt.datetime) -> None:
    """Have a file taken back, if nothing stands in the way; a second time changes nothing.

    Raises:
        NotFound: not this person's to see. NotNow: not a file that was written. InvalidInput: says what
        stands in the way.
    """
    batch = held(session, batch_id, person)
    if batch.state in {BatchState.UNDOING, BatchState.UNDONE}:
        return
    if batch.state not in UNDOABLE or not batch.sha256:  # what comes by wire is no file
        raise NotNow
    if codes := queries.in_the_way(session, batch.id, NAMED + 1):
        raise InvalidInput("undo", words.in_the_way(codes, NAMED))
    if not queries.standing(session, batch.id):
        raise InvalidInput("undo", words.NOTHING_TO_UNDO)
    batch.state, batch.undone_by_id, batch.undone_at, batch.rows_done = (
        BatchState.UNDOING, person.user_id, now, 0,
    )  # fmt: skip
    _note(session, "import.undo", batch, person, now)


def note_download(session: Session, batch_id: int, *, person: Person, now: dt.datetime) -> None:
    """Keep who took the file of errors: its rows are people's."""
    _note(session, "import.errors", session.get_one(ImportBatch, batch_id), person, now)


def held(session: Session, batch_id: int, person: Person) -> ImportBatch:
    """A file, locked.

    Raises:
        NotFound: not this person's to see.
    """
    statement = select(ImportBatch).where(ImportBatch.id == batch_id, queries.visible(session, person))
    batch = session.execute(statement.with_for_update()).scalar_one_or_none()
    if batch is None:
        raise NotFound
    return batch


def _note(session: Session, action: str, batch: ImportBatch, person: Person, now: dt.datetime) -> None:
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="import_batch", object_id=batch.id,
        agency_id=batch.agency_id, facts={"sha256": batch.sha256, "counts": dict(batch.counts)},
    )  # fmt: skip
