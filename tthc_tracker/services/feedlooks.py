"""What the timed work notes of the sources it fetches from; each a part of one transaction.

An arrival is a file of a folder or a stretch of pages. It is kept here and handed to the import in the very
transaction that says so, and the cursor of a source moves only once the rows before it are written: whatever
is ended in between, the next run finds where it stood.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.feeds import (
    SETTLED_AFTER,
    ArrivalState,
    FeedKind,
    FoundFile,
    wait_after,
)
from tthc_tracker.domain.importing import BatchState, Whole
from tthc_tracker.models.feed import FeedArrival, SourceFeed
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.queries import columnmaps
from tthc_tracker.queries.feeds import Ended, FeedTask
from tthc_tracker.services.imports import know, move_on
from tthc_tracker.services.importstages import Overtaken
from tthc_tracker.wording import feeds as words
from tthc_tracker.wording.importing import lacked

AGAIN = dt.timedelta(minutes=1)
"""When to look again at a folder in which something is not whole yet."""
PAGES_KEPT = dt.timedelta(days=366)
"""How long it is known which pages came; a file stays known, for it may be laid down again."""
_TAKEN = ("accepted", "updated", "unchanged", "identical_repeats")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file of a folder, and what is known of it."""

    id: int
    file: FoundFile
    state: ArrivalState
    is_whole: bool


class KeptCopy(Protocol):
    """What came, as it is kept here (spreadsheets.intake)."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pages that were fetched: what they are called, the cursor behind them, whether there are more."""

    name: str
    cursor: str
    more: bool
    asked_at: dt.datetime


def note_sighted(
    session: Session, task: FeedTask, found: Sequence[FoundFile], now: dt.datetime
) -> list[Sighting]:
    """What lies in a folder now, in the order in which it is taken; what is gone from it is forgotten."""
    known = _known(session, task.id, found)
    for file in found:
        if (file.name, file.size, file.mtime_ns) not in known:
            arrival = FeedArrival(
                feed_id=task.id, name=file.name, size=file.size, mtime_ns=file.mtime_ns,
                state=ArrivalState.SIGHTED, feed_version=task.version, seen_at=now,
            )  # fmt: skip
            known[file.name, file.size, file.mtime_ns] = arrival
            session.add(arrival)
    session.flush()
    lying = [arrival.id for arrival in known.values()]
    gone = (FeedArrival.feed_id == task.id, FeedArrival.gone_at.is_(None), FeedArrival.id.not_in(lying))
    session.execute(delete(FeedArrival).where(*gone, FeedArrival.state == ArrivalState.SIGHTED))
    session.execute(update(FeedArrival).where(*gone).values(gone_at=now))
    in_turn = sorted(found, key=lambda file: file.turn)
    return [_sighting(known[file.name, file.size, file.mtime_ns], file, now) for file in in_turn]


def _known(
    session: Session, feed_id: int, found: Sequence[FoundFile]
) -> dict[tuple[str, int, int], FeedArrival]:
    names = sorted({file.name for file in found})
    there = (FeedArrival.feed_id == feed_id, FeedArrival.gone_at.is_(None), FeedArrival.name.in_(names))
    statement = select(FeedArrival).where(*there)
    lying = {(file.name, file.size, file.mtime_ns) for file in found}
    every = session.execute(statement.order_by(FeedArrival.id)).scalars()
    return {key: one for one in every if (key := (one.name, one.size, one.mtime_ns)) in lying}


def _sighting(arrival: FeedArrival, file: FoundFile, now: dt.datetime) -> Sighting:
    return Sighting(arrival.id, file, arrival.state, now - arrival.seen_at >= SETTLED_AFTER)


def take_in_file(
    session: Session, task: FeedTask, arrival_id: int, kept: KeptCopy, *, now: dt.datetime
) -> bool:
    """Hand a file to the import; False where this very file was taken in before and says nothing new.

    Raises:
        Overtaken: another run was faster.
    """
    feed = _hold(session, task)
    arrival = session.get_one(FeedArrival, arrival_id, with_for_update=True)
    if arrival.state is not ArrivalState.SIGHTED:
        raise Overtaken(f"arrival {arrival_id} is {arrival.state.value}")
    arrival.sha256 = kept.sha256
    written = min(arrival.mtime_ns / 1e9, now.timestamp())  # by a clock that goes ahead of ours
    as_of = dt.datetime.fromtimestamp(written, now.tzinfo).replace(second=0, microsecond=0)
    if _was_taken_before(session, feed, arrival):
        arrival.state, arrival.settled_at = ArrivalState.DONE, now
        move_on(session, feed.source_id, as_of)
        know(session, feed.source_id, as_of)
        return False
    _begin(session, feed, arrival, kept, as_of=as_of, whole=Whole.AS_DECLARED, now=now)
    return True


def _was_taken_before(session: Session, feed: SourceFeed, arrival: FeedArrival) -> bool:
    """Whether it is what came last, all of which stands as this source's files are read now.

    Of anything else the register may have moved on since, or lack what was refused or taken back.
    """
    last = (
        select(FeedArrival, ImportBatch)
        .join(ImportBatch, ImportBatch.id == FeedArrival.batch_id)
        .where(FeedArrival.feed_id == feed.id, FeedArrival.settled_at.is_not(None))
        .order_by(FeedArrival.id.desc())
        .limit(1)
    )
    row = session.execute(last).first()
    if row is None or row.FeedArrival.state is not ArrivalState.DONE:
        return False
    former, batch = row
    stands = batch.state is BatchState.DONE and not batch.counts.get("refused")
    read_so = batch.source_columns_id == columnmaps.id_for_all(session, feed.source_id)
    if not (stands and read_so and (former.name, former.sha256) == (arrival.name, arrival.sha256)):
        return False
    arrival.batch_id = batch.id
    return True


def take_in_pages(
    session: Session, task: FeedTask, pages: Stretch, kept: KeptCopy, *, now: dt.datetime
) -> None:
    """Hand fetched pages to the import.

    Raises:
        Overtaken: another run was faster, or somebody has set the source anew meanwhile.
    """
    feed = _hold(session, task)
    arrival = FeedArrival(
        feed_id=feed.id, name=pages.name, size=kept.size, sha256=kept.sha256,
        mtime_ns=int(pages.asked_at.timestamp() * 1e9), state=ArrivalState.SIGHTED, feed_version=feed.version,
        cursor=pages.cursor, more=pages.more, seen_at=now, gone_at=now,
    )  # fmt: skip
    session.add(arrival)
    as_of = pages.asked_at.replace(second=0, microsecond=0)
    _begin(session, feed, arrival, kept, as_of=as_of, whole=Whole.NO, now=now)


def _begin(
    session: Session, feed: SourceFeed, arrival: FeedArrival, kept: KeptCopy, *, as_of: dt.datetime,
    whole: Whole, now: dt.datetime,
) -> None:  # fmt: skip
    """As a file that somebody sent and agreed to: the same import takes it up (jobs.importing)."""
    batch = ImportBatch(
        source_id=feed.source_id, feed_id=feed.id, file_name=arrival.name[:200], sha256=kept.sha256,
        data_as_of=as_of, started_at=now, confirmed_at=now, state=BatchState.CONFIRMED, stored=kept.name,
        size=kept.size, whole=whole, more_follows=arrival.more,
        source_columns_id=columnmaps.id_for_all(session, feed.source_id),
    )  # fmt: skip
    session.add(batch)
    session.flush()
    arrival.state, arrival.batch_id = ArrivalState.TAKEN, batch.id


def refuse_file(session: Session, task: FeedTask, arrival_id: int, why: str, *, now: dt.datetime) -> None:
    """A file that cannot even be kept."""
    _hold(session, task)
    arrival = session.get_one(FeedArrival, arrival_id)
    arrival.state, arrival.fault, arrival.settled_at = ArrivalState.REFUSED, why[:500], now


def note_ended(session: Session, ended: Ended, *, now: dt.datetime) -> None:
    """The import of an arrival has come to its end: what it came to, and how the source goes on."""
    arrival = session.get_one(FeedArrival, ended.id, with_for_update=True)
    feed = session.get_one(SourceFeed, arrival.feed_id, with_for_update=True)
    if arrival.state is not ArrivalState.TAKEN:
        return
    counts, written = ended.counts, ended.state in {BatchState.DONE, BatchState.UNDONE}
    why = _nothing_taken(counts) if written else ended.fault or words.BROKEN_OFF
    arrival.state = ArrivalState.REFUSED if why else ArrivalState.DONE
    arrival.fault = why or (lacked(counts) if counts.get("too_many_unseen") else "")
    arrival.is_news = written and counts.get("accepted", 0) + counts.get("updated", 0) > 0
    arrival.settled_at = now
    if arrival.is_news:
        feed.last_news_at = now
    session.flush()
    if arrival.feed_version == feed.version:
        _go_on(session, feed, arrival, written=written, now=now)


def _nothing_taken(counts: dict[str, Any]) -> str:
    """What is to be said where rows came and every one was refused."""
    return words.NO_ROW if counts.get("refused") and not any(map(counts.get, _TAKEN)) else ""


def _go_on(
    session: Session, feed: SourceFeed, arrival: FeedArrival, *, written: bool, now: dt.datetime
) -> None:
    if feed.kind is FeedKind.HTTP and not written:
        _put_off(feed, arrival.fault, now)  # the cursor stays: the same pages are asked for again
        return
    if feed.kind is FeedKind.HTTP:
        feed.cursor = arrival.cursor
    if feed.failures:
        return  # what has failed since is told of, and waited out
    _tell(feed, _said_of_last(session, feed.id), now)
    if feed.kind is FeedKind.FOLDER or arrival.more:
        feed.next_look_at = min(feed.next_look_at, now)


def note_looked(
    session: Session, task: FeedTask, *, remark: str = "", soon: bool = False, now: dt.datetime
) -> None:
    """A look has come to its end. remark: what somebody should see to; soon: something is not whole yet."""
    feed = _hold(session, task)
    feed.failures = 0
    _tell(feed, remark or _said_of_last(session, feed.id), now)
    every = dt.timedelta(minutes=feed.every_minutes)
    feed.last_ok_at, feed.next_look_at = now, now + (min(AGAIN, every) if soon else every)


def _said_of_last(session: Session, feed_id: int) -> str:
    """What is wrong with what came last; '' for nothing."""
    last = (
        select(FeedArrival.name, FeedArrival.fault)
        .where(FeedArrival.feed_id == feed_id, FeedArrival.settled_at.is_not(None))
        .order_by(FeedArrival.id.desc())
        .limit(1)
    )
    row = session.execute(last).first()
    return f"{row.name}: {row.fault}" if row and row.fault else ""


def note_nothing_new(
    session: Session, task: FeedTask, cursor: str, *, asked_at: dt.datetime, now: dt.datetime
) -> None:
    """An address says that nothing has changed: what is known is as new as it was asked for."""
    feed = _hold(session, task)
    feed.cursor = cursor
    as_of = asked_at.replace(second=0, microsecond=0)
    move_on(session, feed.source_id, as_of)
    know(session, feed.source_id, as_of)
    note_looked(session, task, now=now)


def note_failed(session: Session, task: FeedTask, why: str, *, rest: int = 0, now: dt.datetime) -> None:
    """A look that came to nothing: put off, longer each time, and as long as the other side asks for."""
    feed = _hold(session, task)
    _put_off(feed, why, now)
    feed.next_look_at = max(feed.next_look_at, now + dt.timedelta(seconds=rest))


def _put_off(feed: SourceFeed, why: str, now: dt.datetime) -> None:
    feed.failures += 1
    feed.next_look_at = now + wait_after(feed.failures)
    _tell(feed, why, now)


def _tell(feed: SourceFeed, why: str, now: dt.datetime) -> None:
    """What is wrong with it, and since when; '' for nothing."""
    if feed.last_error != why[:300]:
        feed.last_error, feed.last_error_at = why[:300], now if why else None


def _hold(session: Session, task: FeedTask) -> SourceFeed:
    """The feed, locked, as it was when it was looked at.

    Raises:
        Overtaken: somebody has set it anew meanwhile: what was found is not what he wants.
    """
    found = select(SourceFeed).where(SourceFeed.id == task.id).with_for_update()
    feed = session.execute(found.execution_options(populate_existing=True)).scalar_one()
    if feed.version != task.version:
        raise Overtaken(f"feed {task.id} was set anew")
    return feed


def sweep(session: Session, now: dt.datetime) -> int:
    """Forget the pages of long ago."""
    pages = select(SourceFeed.id).where(SourceFeed.kind == FeedKind.HTTP)
    old = (FeedArrival.feed_id.in_(pages), FeedArrival.settled_at < now - PAGES_KEPT)
    return int(getattr(session.execute(delete(FeedArrival).where(*old)), "rowcount", 0))
