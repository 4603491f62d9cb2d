"""Signing in and out: throttle first, then the password, then a session that the database can end."""

import datetime as dt
import hashlib
import ipaddress
import secrets
import unicodedata

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotNow
from tthc_tracker.models.account import LoginSession, User
from tthc_tracker.queries.accounts import ABSOLUTE, Credentials
from tthc_tracker.services import audit, passwords, throttling

WINDOW = dt.timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_NETWORK = 200  # a whole office, or a province behind one address, signs in at 07:30

TOKEN_BYTES = 32
_SEEN_EVERY = dt.timedelta(minutes=1)


def login_key(login: str) -> str:
    """A user name or e-mail address in the form it is kept and looked up in."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def network_of(address: str | None) -> str:
    """The /24 (IPv4) or /56 (IPv6) an address belongs to: all that is kept of it."""
    return _part_of(address, 24, 56)


def household_of(address: str | None) -> str:
    """The address itself (IPv4) or its /64 (IPv6), in which one household may use any. Keep it blinded."""
    return _part_of(address, 32, 64)


def _part_of(address: str | None, prefix_of_4: int, prefix_of_6: int) -> str:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = prefix_of_4 if parsed.version == 4 else prefix_of_6
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def token_hash(token: str) -> str:
    """What is kept of a random token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def _account_key(credentials: Credentials | None, login: str) -> str:
    """One key for an account by whatever name it is tried; an account that is not there counts as well."""
    return f"user:{credentials.user_id}" if credentials else f"login:{login_key(login)}"


def count_try(
    session: Session, credentials: Credentials | None, *, login: str, network: str, now: dt.datetime
) -> None:
    """Count a try to sign in, in a transaction of its own that is committed before the password is looked at.

    Raises:
        NotNow: ten tries for this account, or too many from this network, within 15 minutes.
    """
    account = _account_key(credentials, login)
    by_account = throttling.take(session, "login", account, limit=TRIES_PER_ACCOUNT, window=WINDOW, now=now)
    by_network = throttling.take(
        session, "login-network", network, limit=TRIES_PER_NETWORK, window=WINDOW, now=now
    )
    if not (by_account and by_network):
        raise NotNow


def is_right(credentials: Credentials | None, password: str) -> bool:
    """Whether this password opens this account; as slow for an account that is not there."""
    verified = passwords.verify(credentials.password_hash if credentials else None, password)
    return verified and credentials is not None and credentials.active


def open_session(
    session: Session, credentials: Credentials, password: str, *, network: str, agent: str, now: dt.datetime
) -> str:
    """Open a session for somebody whose password was right; gives the token for the cookie, kept nowhere."""
    throttling.forgive(session, "login", _account_key(credentials, ""))
    throttling.sweep(session, now)
    session.execute(
        delete(LoginSession).where(LoginSession.user_id == credentials.user_id, LoginSession.expires_at < now)
    )
    if credentials.password_hash and passwords.is_outdated(credentials.password_hash):
        renewed = passwords.hash_password(password)
        session.execute(update(User).where(User.id == credentials.user_id).values(password_hash=renewed))
    audit.note(
        session,
        "signed_in",
        actor_id=credentials.user_id,
        now=now,
        object_type="user",
        object_id=credentials.user_id,
    )
    return _new_session(session, credentials, network=network, agent=agent, now=now)


def _new_session(
    session: Session, credentials: Credentials, *, network: str, agent: str, now: dt.datetime
) -> str:
    token = secrets.token_hex(TOKEN_BYTES)
    session.add(
        LoginSession(
            id_hash=token_hash(token),
            user_id=credentials.user_id,
            auth_version=credentials.auth_version,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
            ip_trunc=network[:40],
            agent_hash=hashlib.sha256(agent.encode()).hexdigest(),
        )
    )
    return token


def note_failure(
    session: Session, credentials: Credentials | None, *, network: str, now: dt.datetime
) -> None:
    """Note a wrong password in the log; what was typed is not kept."""
    audit.note(
        session,
        "sign_in_failed",
        actor_id=None,
        now=now,
        object_type="user",
        object_id=credentials.user_id if credentials else "",
        facts={"network": network},
    )


def must_note_presence(last_seen_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a minute has passed since this session was last noted as alive."""
    return now - last_seen_at >= _SEEN_EVERY


def note_presence(session: Session, id_hash: str, *, now: dt.datetime) -> None:
    """Keep a session from falling idle."""
    session.execute(update(LoginSession).where(LoginSession.id_hash == id_hash).values(last_seen_at=now))


def close_session(session: Session, id_hash: str, *, user_id: int, now: dt.datetime) -> None:
    """Sign out: this session is worth nothing from now on."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id_hash == id_hash, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    audit.note(session, "signed_out", actor_id=user_id, now=now, object_type="user", object_id=user_id)
