"""Sources that are fetched from: where, how often, how far; and what came of it."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.feeds import ArrivalState, FeedKind
from tthc_tracker.models.base import Base, one_of


class SourceFeed(Base):
    """Where a source's data is fetched, and how that goes.

    cursor: up to where its changes are written here; it moves once those are, never before.
    failures in a row put `next_look_at` off. silent_since: silent for longer than usual, as an alert says.
    """

    __tablename__ = "source_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), unique=True)
    kind: Mapped[FeedKind] = mapped_column(one_of(FeedKind, "feed_kind"))
    place: Mapped[str] = mapped_column(String(500))  # a folder below the root, or an address
    sealed_token: Mapped[str] = mapped_column(Text, default="")
    every_minutes: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    cursor: Mapped[str] = mapped_column(String(500), default="")
    next_look_at: Mapped[dt.datetime]
    failures: Mapped[int] = mapped_column(default=0)
    last_ok_at: Mapped[dt.datetime | None]  # a look that came to its end
    last_news_at: Mapped[dt.datetime | None]  # one that brought something new
    last_error: Mapped[str] = mapped_column(String(300), default="")
    last_error_at: Mapped[dt.datetime | None]
    silent_since: Mapped[dt.datetime | None]


class FeedArrival(Base):
    """A file of a folder, or a stretch of pages, kept under `batch_id` once it was taken in.

    A file is itself by name, size and time while it lies there.
    """

    __tablename__ = "feed_arrival"
    __table_args__ = (
        Index(
            "uq_feed_arrival_file", "feed_id", "name", "size", "mtime_ns", unique=True,
            sqlite_where=text("gone_at IS NULL"), postgresql_where=text("gone_at IS NULL"),
        ),
        Index(
            "ix_feed_arrival_taken", "feed_id",
            sqlite_where=text("state = 'taken'"), postgresql_where=text("state = 'taken'"),
        ),
        Index("ix_feed_arrival_feed_id", "feed_id", "id"),
        Index(
            "ix_feed_arrival_news", "feed_id", "id",
            sqlite_where=text("is_news"), postgresql_where=text("is_news"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("source_feed.id"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    mtime_ns: Mapped[int]  # of pages the moment they were asked for
    sha256: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[ArrivalState] = mapped_column(one_of(ArrivalState, "arrival_state"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    feed_version: Mapped[int]  # as whose settings it was found
    cursor: Mapped[str] = mapped_column(String(500), default="")  # behind the last of its pages
    more: Mapped[bool] = mapped_column(default=False)
    is_news: Mapped[bool] = mapped_column(default=False)  # something in it was new
    seen_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    gone_at: Mapped[dt.datetime | None]  # no longer in its folder: what lies there again is another arrival
    fault: Mapped[str] = mapped_column(String(500), default="")
