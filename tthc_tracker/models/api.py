"""The programming interface: keys of other systems, answers given once, the order of changes."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class ApiToken(Base):
    """A key of one source's system. Only its SHA-256 is kept; `hint` are its last four characters.

    agency_id: whose figures it reads, with those of the agencies below; None: it reads none.
    """

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(200))  # submit;update;read;deadline
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]


class ApiAnswer(Base):
    """What was answered to a request that bore an Idempotency-Key; the key belongs to its token."""

    __tablename__ = "api_answer"
    __table_args__ = (Index("ix_api_answer_created_at", "created_at"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]


class ChangeCounter(Base):
    """The number of the last change of a source's dossiers that has been put in order."""

    __tablename__ = "change_counter"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True, autoincrement=False)
    last: Mapped[int]
