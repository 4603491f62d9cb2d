"""The hash chain over history: links, where each chain ends, and the daily seals."""

import datetime as dt

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class TrailLink(Base):
    """What one transaction wrote of one agency's history (agency 0: of none's). Never changed or deleted.

    `members` names every row covered, with its digest (domain.trail.Member); `hash` is an HMAC over it all.
    """

    __tablename__ = "trail_link"

    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[dt.datetime]
    key_id: Mapped[int]
    members: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class TrailHead(Base):
    """Where a chain ends. Held only from just before a commit to its end; its number only rises."""

    __tablename__ = "trail_head"

    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]


class TrailSeal(Base):
    """Where every chain ended on a day, over all seals before: what leaves by mail and file."""

    __tablename__ = "trail_seal"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    heads: Mapped[str] = mapped_column(Text)
    links: Mapped[int]
    prev_root: Mapped[str] = mapped_column(String(64))
    root: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]
    mark: Mapped[str] = mapped_column(String(64))
