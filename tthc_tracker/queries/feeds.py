"""Sources that are fetched from: how each stands, which are to be looked at, what usually comes when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.feeds import REMEMBERED, ArrivalState, FeedKind
from tthc_tracker.domain.importing import TO_WORK_ON, BatchState
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.feed import FeedArrival, SourceFeed
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source


@dataclass(frozen=True, slots=True)
class FeedLine:
    """How the fetching of a source stands, for people: whether there is a token, never which."""

    source_code: str
    source_name: str
    kind: FeedKind
    place: str
    has_token: bool
    every_minutes: int
    enabled: bool
    version: int
    next_look_at: dt.datetime
    failures: int
    last_ok_at: dt.datetime | None
    last_news_at: dt.datetime | None
    last_error: str
    last_error_at: dt.datetime | None
    silent_since: dt.datetime | None
    as_of: dt.datetime | None  # the moment the newest data speaks of
    is_taking: bool  # something that came is being written


@dataclass(frozen=True, slots=True)
class FeedTask:
    """A feed that is to be looked at."""

    id: int
    source_code: str
    kind: FeedKind
    place: str
    sealed_token: str
    cursor: str
    version: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What was taken in and has come to its end there."""

    id: int
    state: BatchState
    counts: dict[str, Any]
    fault: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at: where it belongs now, and what is to be said of it."""

    state: ArrivalState
    fault: str
    stored: str | None  # its copy here, beside which its errors lie
    remarks: int  # rows that were refused, or taken with a warning


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """Something that came, for people. batch_id: where what became of its rows can be seen."""

    name: str
    seen_at: dt.datetime
    state: ArrivalState
    fault: str
    batch_id: int | None
    counts: dict[str, Any]


_TAKING = exists().where(FeedArrival.feed_id == SourceFeed.id, FeedArrival.state == ArrivalState.TAKEN)


def _lines() -> Any:
    return (
        select(
            Source.code, Source.name, SourceFeed.kind, SourceFeed.place, SourceFeed.sealed_token != "",
            SourceFeed.every_minutes, SourceFeed.enabled, SourceFeed.version, SourceFeed.next_look_at,
            SourceFeed.failures, SourceFeed.last_ok_at, SourceFeed.last_news_at, SourceFeed.last_error,
            SourceFeed.last_error_at, SourceFeed.silent_since, Source.as_of, _TAKING,
        )
        .join(Source, Source.id == SourceFeed.source_id)
        .order_by(Source.id)
    )  # fmt: skip


def lines(session: Session) -> list[FeedLine]:
    """Every feed, in the order of the sources."""
    return [FeedLine(*row) for row in session.execute(_lines())]


def line(session: Session, source_code: str) -> FeedLine | None:
    """The feed of one source."""
    row = session.execute(_lines().where(Source.code == source_code)).first()
    return None if row is None else FeedLine(*row)


def arrivals(session: Session, source_code: str, limit: int = 10) -> list[ArrivalLine]:
    """What came last from a source, the newest first."""
    statement = (
        select(
            FeedArrival.name, FeedArrival.seen_at, FeedArrival.state, FeedArrival.fault,
            FeedArrival.batch_id, ImportBatch.counts,
        )
        .join(SourceFeed, SourceFeed.id == FeedArrival.feed_id)
        .join(Source, Source.id == SourceFeed.source_id)
        .outerjoin(ImportBatch, ImportBatch.id == FeedArrival.batch_id)
        .where(Source.code == source_code)
        .order_by(FeedArrival.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        ArrivalLine(name, seen_at, state, fault, batch_id, counts or {})
        for name, seen_at, state, fault, batch_id, counts in session.execute(statement)
    ]


def fetchable(session: Session, source_code: str) -> str | None:
    """What a source is called whose data others decide; None for any other, and for none."""
    named = select(Source.name).where(Source.code == source_code, Source.kind == SourceKind.MIRROR)
    return session.execute(named).scalar_one_or_none()


def due(session: Session, now: dt.datetime) -> FeedTask | None:
    """What has waited longest to be looked at; nothing whose last arrival is still being written."""
    columns = (
        SourceFeed.id, Source.code, SourceFeed.kind, SourceFeed.place, SourceFeed.sealed_token,
        SourceFeed.cursor, SourceFeed.version,
    )  # fmt: skip
    statement = (
        select(*columns)
        .join(Source, Source.id == SourceFeed.source_id)
        .where(SourceFeed.enabled, SourceFeed.next_look_at <= now, ~_TAKING)
        .order_by(SourceFeed.next_look_at, SourceFeed.id)
        .limit(1)
    )
    row = session.execute(statement).first()
    return None if row is None else FeedTask(*row)


def ended(session: Session) -> list[Ended]:
    """What was taken in and is no longer worked on."""
    statement = (
        select(FeedArrival.id, ImportBatch.state, ImportBatch.counts, ImportBatch.fault)
        .join(ImportBatch, ImportBatch.id == FeedArrival.batch_id)
        .where(FeedArrival.state == ArrivalState.TAKEN, ImportBatch.state.not_in(sorted(TO_WORK_ON)))
        .order_by(FeedArrival.id)
    )
    return [Ended(*row) for row in session.execute(statement)]


def looked_at(session: Session, arrival_id: int) -> Looked:
    """What became of a file that still lies in its folder."""
    statement = (
        select(FeedArrival.state, FeedArrival.fault, ImportBatch.stored, ImportBatch.counts)
        .outerjoin(ImportBatch, ImportBatch.id == FeedArrival.batch_id)
        .where(FeedArrival.id == arrival_id)
    )
    state, fault, stored, counts = session.execute(statement).one()
    said = counts or {}
    return Looked(state, fault, stored, said.get("refused", 0) + said.get("warnings", 0))


def news_of(session: Session, feed_id: int) -> list[dt.datetime]:
    """When a feed last brought something new, oldest first: as many as say what is usual."""
    newest = (
        select(FeedArrival.seen_at)
        .where(FeedArrival.feed_id == feed_id, FeedArrival.is_news)
        .order_by(FeedArrival.id.desc())
        .limit(REMEMBERED)
    )
    return list(session.execute(newest).scalars())[::-1]
