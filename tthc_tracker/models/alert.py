"""Alerts (decided once for ever by their identity) and the mail that leaves because of them."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnClause,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.alertrules import Delivery
from tthc_tracker.models.base import Base, one_of

_STANDING = text("closed_at IS NULL")
_SPREADS = text("done_at IS NULL")
_CLIMBS = text("closed_at IS NULL AND climbs_at IS NOT NULL")
_UNANSWERED = text("closed_at IS NULL AND acknowledged_at IS NULL AND (rung > 0 OR promised_on IS NOT NULL)")
_ANSWERED = text("closed_at IS NULL AND acknowledged_at IS NOT NULL")
_OF_SOURCE = text("closed_at IS NULL AND source_id IS NOT NULL")
_OF_REPORT = text("closed_at IS NULL AND field_report_id IS NOT NULL")
_OF_NO_DOSSIER = text("dossier_id IS NULL")
_ASLEEP = text("woken_at IS NULL")


class Alert(Base):
    """One rule met by one subject for one version of its due date (or episode of a unit).

    rung: how many steps of its rule's ladder it has climbed; climbs_at: when the next is due, while nobody
    has acknowledged it; counts_from: since when the hours of the ladder count, if not since it was raised.

    acknowledged_at: while the last answer holds. promised_on: by when it said that the matter would be done;
    once that day is over with the alert still standing, acknowledged_at is empty again and the promise stays.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "rule", "version"),
        CheckConstraint("subject_type IN ('dossier', 'unit', 'agency')", name="subject_type"),
        Index("ix_alert_dossier_id", "dossier_id", sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index(
            "ix_alert_agency_id", "agency_id", "raised_at", sqlite_where=_STANDING, postgresql_where=_STANDING
        ),
        Index("ix_alert_raised_at", "raised_at"),
        Index(
            "ix_alert_episode", "rule", "version",
            sqlite_where=_OF_NO_DOSSIER, postgresql_where=_OF_NO_DOSSIER,
        ),
        Index("ix_alert_climbs_at", "climbs_at", sqlite_where=_CLIMBS, postgresql_where=_CLIMBS),
        Index(
            "ix_alert_unanswered", "agency_id", "id", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED
        ),
        Index(
            "ix_alert_answered_by", "acknowledged_by_id", "id",
            sqlite_where=_ANSWERED, postgresql_where=_ANSWERED,
        ),
        Index("ix_alert_promised", "promised_on", sqlite_where=_ANSWERED, postgresql_where=_ANSWERED),
        Index(
            "uq_alert_source", "source_id", unique=True,
            sqlite_where=_OF_SOURCE, postgresql_where=_OF_SOURCE,
        ),
        Index(
            "ix_alert_field_report_id", "field_report_id",
            sqlite_where=_OF_REPORT, postgresql_where=_OF_REPORT,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    rule: Mapped[Rule] = mapped_column(one_of(Rule, "alert_rule"))
    version: Mapped[int]
    severity: Mapped[Severity] = mapped_column(one_of(Severity, "alert_severity"))
    delivery: Mapped[Delivery] = mapped_column(
        one_of(Delivery, "alert_delivery"), default=Delivery.DIGEST, server_default=Delivery.DIGEST.value
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_at: Mapped[dt.datetime | None]  # the deadline it speaks of
    raised_at: Mapped[dt.datetime]
    scan_token: Mapped[int] = mapped_column(default=0)
    from_before: Mapped[bool] = mapped_column(default=False)  # tồn từ trước: taken over by an import
    closed_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    note: Mapped[str] = mapped_column(String(500), default="")
    rung: Mapped[int] = mapped_column(default=0, server_default="0")
    climbs_at: Mapped[dt.datetime | None]
    promised_on: Mapped[dt.date | None]
    counts_from: Mapped[dt.datetime | None]
    source_id: Mapped[int | None]  # of "source not updated" only
    field_report_id: Mapped[int | None]  # what its agency has to answer (decision 0041)
    handed_to_id: Mapped[int | None]  # the last to whom somebody has handed it, and who did
    handed_by_id: Mapped[int | None]
    handed_at: Mapped[dt.datetime | None]


class AlertRecipient(Base):
    """Whose alert it is. `open` follows the alert, so that the bell is one index range.

    since: from when it is his; climbed: it has come up to him, because nobody below has acknowledged it.
    answered: he has answered it or handed it on; hushed: it is put off or disputed; neither rings.
    handed: somebody has handed it to him, so it stays his whoever else it concerns.
    answered_at, said, promised_on: his own last answer, whatever others answered after him.
    """

    __tablename__ = "alert_recipient"
    __table_args__ = (
        Index(
            "ix_alert_recipient_user_id",
            "user_id",
            "alert_id",
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("ix_alert_recipient_since", "since", sqlite_where=text("open"), postgresql_where=text("open")),
    )

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True, autoincrement=False)
    open: Mapped[bool] = mapped_column(default=True)
    since: Mapped[dt.datetime | None]
    climbed: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered: Mapped[bool] = mapped_column(default=False, server_default=false())
    hushed: Mapped[bool] = mapped_column(default=False, server_default=false())
    handed: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_at: Mapped[dt.datetime | None]
    said: Mapped[str] = mapped_column(String(500), default="", server_default="")
    promised_on: Mapped[dt.date | None]


class PastRecipient(Base):
    """Whose an alert was from `since` until `until`, and what he had answered by then.

    He is somebody's no more: it has gone to others, or he has it anew. Nothing but its own page reads it.
    """

    __tablename__ = "past_recipient"
    __table_args__ = (Index("ix_past_recipient_alert_id", "alert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    since: Mapped[dt.datetime | None]
    until: Mapped[dt.datetime]
    climbed: Mapped[bool]
    handed: Mapped[bool]
    answered_at: Mapped[dt.datetime | None]
    said: Mapped[str] = mapped_column(String(500))
    promised_on: Mapped[dt.date | None]


class AlertSnooze(Base):
    """An alert that is put off until a day: once, as the key says."""

    __tablename__ = "alert_snooze"
    __table_args__ = (
        Index("ix_alert_snooze_asleep", "until", sqlite_where=_ASLEEP, postgresql_where=_ASLEEP),
    )

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True, autoincrement=False)
    until: Mapped[dt.date]
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str] = mapped_column(String(500))
    woken_at: Mapped[dt.datetime | None]


class SourceDispute(Base):
    """A head says of a mirrored dossier: resolved, its source has not said so yet; until its next data."""

    __tablename__ = "source_dispute"
    __table_args__ = (
        Index(
            "uq_source_dispute_dossier_id", "dossier_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    resolved_on: Mapped[dt.date]
    at: Mapped[dt.datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    ended_at: Mapped[dt.datetime | None]


class AlertRuleChange(Base):
    """Terms that an agency has set or dropped, until they have reached all open dossiers of its subtree.

    after_id: the last dossier they have reached.
    """

    __tablename__ = "alert_rule_change"
    __table_args__ = (
        Index("ix_alert_rule_change_open", "id", sqlite_where=_SPREADS, postgresql_where=_SPREADS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[Rule] = mapped_column(one_of(Rule, "alert_rule_change_rule"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    made_at: Mapped[dt.datetime]
    after_id: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[dt.datetime | None]


STANDS_OPEN: ColumnClause[bool] = literal_column("alert_recipient.open")
"""That an alert of AlertRecipient stands, in the words of the partial index: SQLite does not see that
`open = 1`, as SQLAlchemy writes a boolean column there, is the same, and would read the whole table."""


class OutboxMessage(Base):
    """A message that must leave. `context` holds ids and codes only, nothing personal."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'leased', 'data', 'sent', 'dead', 'held', 'cancelled')", name="status"
        ),
        CheckConstraint("(status IN ('leased', 'data')) = (lease_until IS NOT NULL)", name="lease"),
        Index(
            "ix_outbox_due",
            "next_attempt_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_outbox_leased",
            "lease_until",
            sqlite_where=text("status IN ('leased', 'data')"),
            postgresql_where=text("status IN ('leased', 'data')"),
        ),
        Index("ix_outbox_created_at", "created_at"),
        Index(
            "ix_outbox_stuck",
            "id",
            sqlite_where=text("status IN ('dead', 'held')"),
            postgresql_where=text("status IN ('dead', 'held')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(20), default="email")
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    to_address: Mapped[str] = mapped_column(String(254))
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None]
    last_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
