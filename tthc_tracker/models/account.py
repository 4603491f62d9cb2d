"""People who work here: accounts, what they may do where, sessions, throttles."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from tthc_tracker.domain.mailrhythm import MailFrequency
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.base import Base, one_of


class User(Base):
    """An account. `auth_version` is raised to end every session at once.

    mail_bounced_at: since when its address is refused, by which answer; None while mail arrives.
    """

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    auth_version: Mapped[int] = mapped_column(default=1)
    mail_bounced_at: Mapped[dt.datetime | None]
    mail_bounced_reply: Mapped[str] = mapped_column(String(300), default="", server_default="")
    mail_frequency: Mapped[MailFrequency] = mapped_column(
        one_of(MailFrequency, "mail_frequency"), default=MailFrequency.AT_ONCE,
        server_default=MailFrequency.AT_ONCE.value,
    )  # fmt: skip
    summary_mail: Mapped[bool] = mapped_column(default=True, server_default=true())
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)


class Membership(Base):
    """A role at an agency (its whole subtree) or, with `unit_id`, at one of its units."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_user_id", "user_id"),
        Index("ix_membership_agency_id", "agency_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "membership_role"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class OneTimeLink(Base):
    """An invitation or a password reset: 256 random bits, kept as a hash, used once, before `expires_at`."""

    __tablename__ = "one_time_link"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))  # invite|reset
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class LoginSession(Base):
    """A signed-in browser. The cookie holds 32 random bytes; here is only their SHA-256."""

    __tablename__ = "login_session"
    __table_args__ = (
        Index("ix_login_session_user_id", "user_id"),
        Index("ix_login_session_expires_at", "expires_at"),
    )

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    auth_version: Mapped[int]
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    mfa_at: Mapped[dt.datetime | None]
    ip_trunc: Mapped[str] = mapped_column(String(40), default="")
    agent_hash: Mapped[str] = mapped_column(String(64), default="")
    revoked_at: Mapped[dt.datetime | None]


class RateBucket(Base):
    """Tries counted per scope, key and window; raised before the try is looked at."""

    __tablename__ = "rate_bucket"
    __table_args__ = (Index("ix_rate_bucket_window_start", "window_start"),)

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[dt.datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
