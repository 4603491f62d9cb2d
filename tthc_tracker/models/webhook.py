"""Calls to other systems: where to, what was told last of each dossier, what waits to be told."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.models.base import Base


class WebhookEndpoint(Base):
    """An address of a source's system. Its secret is derived from the salt and the installation's key.

    `failures` in a row keep it from being called before `rest_until`; `sequence` is the number given last.
    While it is paused what it is to be told waits, and is not given up.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(200))  # dossier.received;dossier.finished
    salt: Mapped[str] = mapped_column(String(32))
    salt_before: Mapped[str | None] = mapped_column(String(32))
    salt_before_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    stopped_at: Mapped[dt.datetime | None]
    paused_at: Mapped[dt.datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    rest_until: Mapped[dt.datetime | None]
    last_ok_at: Mapped[dt.datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="")


class WebhookStanding(Base):
    """What an endpoint was told last of a dossier."""

    __tablename__ = "webhook_standing"

    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(30))
    due: Mapped[str] = mapped_column(String(14))


class WebhookDelivery(Base):
    """One call: written with what it tells, numbered once that is committed, sent until it is taken."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'sent', 'dead')", name="status"),
        Index("ix_webhook_delivery_waiting", "endpoint_id", "status", "id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"))
    event_id: Mapped[str] = mapped_column(String(40), unique=True)
    event: Mapped[str] = mapped_column(String(40))
    data: Mapped[str] = mapped_column(Text)  # JSON, as it is signed
    sequence: Mapped[int | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    last_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(200), default="")
