"""Take in an export of another system: every row judged, nothing lost in silence, a second load adds nothing.

A source owns what it sent: its later files move its dossiers on, one event a change. What another source or
the desk recorded is never overwritten (docs/law.md, home and mirror).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.importing import BatchState, Whole, is_whole
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import imports as queries
from tthc_tracker.services import bulkrows, claims, importforecasts, importwriting, unseen
from tthc_tracker.services.importedvalues import Terms
from tthc_tracker.services.importjudging import Judged, Outcome, Register, Row, judge

_NAMES = {
    Outcome.NEW: "accepted",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REPEAT: "identical_repeats",
    Outcome.REFUSED: "refused",
}


@dataclass(frozen=True)
class ImportFile:
    """What is known of a file before it is read. `data_as_of`: the moment its data speaks of."""

    source_code: str
    name: str
    sha256: str
    data_as_of: dt.datetime
    whole: Whole = Whole.AS_DECLARED
    columns_id: int | None = None  # the map by which it is read (models.columnmap)


def find_source(session: Session, code: str) -> Source:
    """The source of that code, whose files may be taken in.

    Raises:
        NotFound: no such source. InvalidInput: what it knows is received here, and comes in no file.
    """
    source = session.execute(select(Source).where(Source.code == code)).scalar_one_or_none()
    if source is None:
        raise NotFound(code)
    if source.kind is SourceKind.HOME:
        raise InvalidInput("source", "Hồ sơ của nguồn này được tiếp nhận tại đây, không nạp từ tệp.")
    return source


def open_batch(session: Session, file: ImportFile, *, actor_id: int | None, now: dt.datetime) -> int:
    """Note that a file is being read in; gives the batch's id."""
    source = find_source(session, file.source_code)
    batch = ImportBatch(
        source_id=source.id,
        file_name=file.name[:200],
        sha256=file.sha256,
        data_as_of=file.data_as_of,
        started_at=now,
        actor_id=actor_id,
        whole=file.whole,
        source_columns_id=file.columns_id,
        state=BatchState.CONFIRMED,
    )
    session.add(batch)
    session.flush()
    return batch.id


def prepare(session: Session, source_code: str, scope: Scope = EVERYTHING) -> Register:
    """The register as the judging of one file needs it; `scope`: of whoever sends it."""
    return Register(session, find_source(session, source_code), scope)


def terms(session: Session, register: Register, *, as_of: dt.datetime, now: dt.datetime) -> Terms:
    """What a process beside needs to make the rows of a file ready for `take` (services.importreading): by
    what every agency counts, since it cannot ask."""
    register.meet(session, register.agencies.keys())
    return Terms(register.nation, as_of, now, register.offset, register.places)


def take(
    session: Session,
    register: Register,
    rows: Sequence[Row],
    *,
    batch_id: int,
    as_of: dt.datetime,
    now: dt.datetime,
) -> list[Judged]:
    """Judge and write one bounded batch of rows, in one transaction of the caller's.

    A code that another source brings at this very moment is judged as if it had been there before: the
    database lets the later writer wait, and he judges the batch again once the earlier one is done.

    Raises:
        IntegrityError: the database refuses it for another fault; the transaction cannot be gone on with.
    """
    bulkrows.make_room(session)
    fewest = len(rows) + 1
    while True:
        mark = register.mark()
        judged = judge(session, register, rows)
        try:
            with _undone_alone(session):
                importwriting.write(session, register, judged, batch_id=batch_id, as_of=as_of, now=now)
        except IntegrityError:
            new = sum(item.outcome is Outcome.NEW for item in judged)
            # Nobody has taken a code since the last try: the fault is another.
            if new >= fewest or _writes_alone(session):
                raise
            fewest = new
            register.return_to(mark, judged)
        else:
            return judged


def _undone_alone(session: Session) -> AbstractContextManager[Any]:
    """What fails is undone without the rest of the transaction, where it may be tried again."""
    return nullcontext() if _writes_alone(session) else session.begin_nested()


def _writes_alone(session: Session) -> bool:
    """SQLite's writer is, from his first moment; and a savepoint copies every page that is touched in it."""
    return session.get_bind().dialect.name == "sqlite"


def close_batch(
    session: Session, batch_id: int, counts: Mapping[str, int], *, now: dt.datetime
) -> dict[str, Any]:
    """Note what became of a file; its source's data is as of its moment now. What a full list lacked, and
    what will pass its date before the source speaks again."""
    bulkrows.give_room_back(session)
    batch = session.get_one(ImportBatch, batch_id)
    told = unseen.settle(session, batch, now=now) | importforecasts.foretell(session, batch, now=now)
    batch.counts, batch.finished_at, batch.state = dict(counts) | told, now, BatchState.DONE
    batch.rows_total = batch.rows_done = int(counts["rows"])
    if not batch.more_follows:
        move_on(session, batch.source_id, batch.data_as_of)
        if batch.actor_id is None or queries.scope_of_user(session, batch.actor_id).all:
            _know_all(session, batch, told)
    return told


def _know_all(session: Session, batch: ImportBatch, told: Mapping[str, Any]) -> None:
    """It speaks of the whole source, not of one agency's part."""
    source = session.get_one(Source, batch.source_id)
    whole = is_whole(batch.whole, source.sends)
    know(session, source.id, batch.data_as_of, since=batch.data_as_of if whole else None)
    if "unseen" in told:
        claims.forget_unsaid(session, batch)


def know(session: Session, source_id: int, as_of: dt.datetime, *, since: dt.datetime | None = None) -> None:
    """All that a source shows is known up to this moment; since: of what it has shown from then on."""
    newer = (Source.known_to.is_(None)) | (Source.known_to <= as_of)
    values = {"known_to": as_of} | ({"known_from": since} if since else {})
    session.execute(update(Source).where(Source.id == source_id, newer).values(values))


def move_on(session: Session, source_id: int, as_of: dt.datetime) -> None:
    """All that a source says is known up to this moment, or a later one that it spoke of before."""
    newer = (Source.as_of.is_(None)) | (Source.as_of < as_of)
    session.execute(update(Source).where(Source.id == source_id, newer).values(as_of=as_of))


def fall_back(session: Session, batch: ImportBatch) -> None:
    """A file is taken back: its source is as of what the files that are left say, if they say less."""
    source = session.get_one(Source, batch.source_id)
    left = select(ImportBatch.data_as_of).where(
        ImportBatch.source_id == source.id, ImportBatch.id != batch.id, ImportBatch.more_follows.is_(False),
        ImportBatch.state == BatchState.DONE,
    )  # fmt: skip
    of_all = left.where(
        or_(ImportBatch.actor_id.is_(None), ImportBatch.actor_id.in_(_speak_for_all(session, source)))
    )
    whole = of_all.where(ImportBatch.whole.in_([said for said in Whole if is_whole(said, source.sends)]))
    for name, statement in (("as_of", left), ("known_to", of_all), ("known_from", whole)):
        newest = session.execute(
            statement.order_by(ImportBatch.data_as_of.desc()).limit(1)
        ).scalar_one_or_none()
        if newest is None or newest < batch.data_as_of:
            setattr(source, name, newest)


def _speak_for_all(session: Session, source: Source) -> list[int]:
    """Whose files speak of the whole source, of those who have sent any."""
    its = select(ImportBatch.actor_id).where(ImportBatch.source_id == source.id)
    senders = session.execute(its.where(ImportBatch.actor_id.is_not(None)).distinct()).scalars()
    return sorted(one for one in senders if one is not None and queries.scope_of_user(session, one).all)


class Tally:
    """The sum of a file, in the terms of its report; `so_far`: what `counts` and `reasons` gave before."""

    def __init__(self, so_far: Mapping[str, Any] | None = None) -> None:
        before = so_far or {}
        self._outcomes = Counter({outcome: before.get(name, 0) for outcome, name in _NAMES.items()})
        self._warned: int = before.get("warnings", 0)
        self._reasons = Counter(before.get("reasons", {}))

    def add(self, judged: Iterable[Judged]) -> None:
        """Count a batch."""
        for item in judged:
            self._outcomes[item.outcome] += 1
            self._warned += bool(item.warnings) and item.outcome is Outcome.NEW
            if item.refusal is not None:
                self._reasons[item.refusal.value] += 1
            elif item.warnings:
                self._reasons.update(warning.value for warning in item.warnings)

    @property
    def rows(self) -> int:
        """How many there were."""
        return self._outcomes.total()

    def counts(self) -> dict[str, Any]:
        """rows = accepted + updated + unchanged + identical_repeats + refused; `warnings` among accepted."""
        counts = {name: self._outcomes[outcome] for outcome, name in _NAMES.items()}
        return {"rows": self.rows} | counts | {"warnings": self._warned}

    def reasons(self) -> dict[str, int]:
        """How many rows there are of each refusal and each warning, by code."""
        return dict(self._reasons)

    def kept(self) -> dict[str, Any]:
        """What is kept of it: the next one goes on from there."""
        return self.counts() | {"reasons": self.reasons()}
