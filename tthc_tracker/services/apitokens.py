"""Keys by which other systems speak for their source: issued once, kept as a hash, revoked at any time."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.apitokens import PREFIX, ApiScope, is_token, scopes_as_text
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow, UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.api import ApiToken
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.queries.apitokens import Caller, caller_by_hash, successors
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import audit, submissions, throttling

LONGEST_LIFE = 730  # days; a key that nobody renews within two years is one that nobody knows of
LONGEST_OVERLAP = 168  # hours; a week is enough to bring a new key to every machine
RATE = 600  # requests of one key within RATE_WINDOW
RATE_WINDOW = dt.timedelta(minutes=1)
_SEEN_EVERY = dt.timedelta(minutes=1)
REPLACED = "Khoá này đã có khoá thay thế. Hãy đổi khoá mới ấy, hoặc cấp khoá khác."


@dataclass(frozen=True)
class IssueToken:
    """A key as it is asked for.

    `days`: how long it is valid, from 1 to LONGEST_LIFE. `submission_key`: a form's, so that sent twice it
    issues one key. `agency_code`: whose figures it reads; a key that reads figures has one, no other does.
    """

    source_code: str
    name: str
    scopes: frozenset[ApiScope]
    days: int = 365
    submission_key: str = ""
    agency_code: str = ""


@dataclass(frozen=True)
class RotateToken:
    """A key to take the place of another; the old one goes on for so many hours, 0 for none."""

    token_id: int
    hours: int = 24
    submission_key: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key may still ask: of `limit` requests `remaining`, more in `reset` seconds."""

    limit: int
    remaining: int
    reset: int


def token_hash(token: str) -> str:
    """What is kept of a key: its SHA-256; 256 random bits need no slow one."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_manage(session: Session, actor: Identity) -> bool:
    """Whether somebody administers every agency there is: a source's dossiers lie in any of them."""
    held = [m.agency_id for m in actor.memberships if Permission.MANAGE_API_TOKENS in PERMISSIONS_OF[m.role]]
    return scope_of(session, held).all


def issue(
    session: Session, command: IssueToken, *, actor: Identity | None, now: dt.datetime
) -> tuple[int, str]:
    """Issue a key; gives its number and its text, which is kept nowhere.

    Raises:
        NotAllowed: not an administrator of all agencies (`actor` None: the command line).
        InvalidInput: source, name, scopes or days.
        DuplicateSubmission, ConflictingSubmission: the form issued its key already.
    """
    _check_right(session, actor)
    said = {"source": command.source_code, "name": command.name, "scopes": scopes_as_text(command.scopes)}
    said |= {"days": str(command.days), "agency": command.agency_code}
    claim(session, "issue_api_token", command.submission_key, said, actor=actor, now=now)
    name = _checked_name(command.name)
    if not command.scopes:
        raise InvalidInput("scopes", "Hãy chọn ít nhất một quyền cho khoá.")
    if not 1 <= command.days <= LONGEST_LIFE:
        raise InvalidInput("days", f"Thời hạn của khoá từ 1 đến {LONGEST_LIFE} ngày.")
    source = session.execute(select(Source).where(Source.code == command.source_code)).scalar_one_or_none()
    if source is None:
        raise InvalidInput("source", f"Không có nguồn mã «{command.source_code}».")
    token, text = _made(
        session, source_id=source.id, name=name, scopes=scopes_as_text(command.scopes), created_at=now,
        created_by_id=actor.user_id if actor else None, expires_at=now + dt.timedelta(days=command.days),
        agency_id=_agency(session, command),
    )  # fmt: skip
    facts = {"source": source.code, "scopes": token.scopes, "days": command.days}
    if command.agency_code:
        facts["agency"] = command.agency_code
    _note(session, "api_token_issued", token.id, actor=actor, now=now, facts=facts)
    return token.id, text


def rotate(
    session: Session, command: RotateToken, *, actor: Identity | None, now: dt.datetime
) -> tuple[int, str]:
    """Issue a key that opens the same for as long as the old one was issued for; its number and its text.

    Raises:
        NotAllowed: not an administrator of all agencies. NotFound: no key of this number is valid.
        NotNow: it has a successor; its own end has been brought forward, so that it tells no length of life.
        InvalidInput: the hours. DuplicateSubmission, ConflictingSubmission: as `issue`.
    """
    _check_right(session, actor)
    said = {"token": str(command.token_id), "hours": str(command.hours)}
    claim(session, "rotate_api_token", command.submission_key, said, actor=actor, now=now)
    if not 0 <= command.hours <= LONGEST_OVERLAP:
        raise InvalidInput("hours", f"Khoá cũ còn dùng từ 0 đến {LONGEST_OVERLAP} giờ.")
    valid = (ApiToken.id == command.token_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    old = session.execute(select(ApiToken).where(*valid).with_for_update()).scalar_one_or_none()
    if old is None:
        raise NotFound(str(command.token_id))
    if old.id in successors(session):
        raise NotNow(REPLACED)
    token, text = _made(
        session, source_id=old.source_id, name=old.name, scopes=old.scopes, agency_id=old.agency_id,
        created_at=now, created_by_id=actor.user_id if actor else None,
        expires_at=now + (old.expires_at - old.created_at),
    )  # fmt: skip
    old.expires_at = min(old.expires_at, now + dt.timedelta(hours=command.hours))
    facts: dict[str, Any] = {"successor": token.id, "hours": command.hours}
    _note(session, "api_token_rotated", old.id, actor=actor, now=now, facts=facts)
    return token.id, text


def _made(session: Session, **columns: Any) -> tuple[ApiToken, str]:
    """A new key and its text."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(token_hash=token_hash(text), hint=text[-4:], **columns)
    session.add(token)
    session.flush()
    return token, text


def _agency(session: Session, command: IssueToken) -> int | None:
    """Whose figures a key reads: named by whoever issues it, never everything by leaving a field empty."""
    if ApiScope.STATISTICS not in command.scopes:
        if command.agency_code:
            raise InvalidInput("agency", "Chỉ khoá đọc số liệu mới gắn với một cơ quan.")
        return None
    found = agency_id(session, command.agency_code) if command.agency_code else None
    if found is None:
        raise InvalidInput("agency", "Hãy ghi mã cơ quan mà khoá được đọc số liệu, ví dụ H50.19000.")
    return found


def revoke(session: Session, token_id: int, *, actor: Identity | None, now: dt.datetime) -> None:
    """Make a key worth nothing from the next request on; one that is revoked already stays as it is.

    Raises:
        NotAllowed: not an administrator of all agencies. NotFound: no such key.
    """
    _check_right(session, actor)
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound(str(token_id))
    if token.revoked_at is None:
        token.revoked_at = now
        _note(session, "api_token_revoked", token.id, actor=actor, now=now)


def recognise(session: Session, text: str, now: dt.datetime) -> Caller | None:
    """The system behind a key, or None. Reads only."""
    return caller_by_hash(session, token_hash(text), now) if is_token(text) else None


def admit(session: Session, caller: Caller, now: dt.datetime) -> Allowance:
    """Count a request, in a transaction of its own, and note that the key is in use; what it may still ask.

    Raises:
        NotNow: more than RATE requests of this key within RATE_WINDOW; roll back, then it is not counted.
    """
    taken = throttling.taken(session, "api", str(caller.token_id), window=RATE_WINDOW, now=now)
    if taken > RATE:
        raise NotNow
    if caller.last_used_at is None or now - caller.last_used_at >= _SEEN_EVERY:
        session.execute(update(ApiToken).where(ApiToken.id == caller.token_id).values(last_used_at=now))
    return Allowance(RATE, RATE - taken, 60 - now.second)


def _check_right(session: Session, actor: Identity | None) -> None:
    if actor is not None and not may_manage(session, actor):
        raise NotAllowed


def claim(
    session: Session, action: str, key: str, said: dict[str, str], *, actor: Identity | None, now: dt.datetime
) -> None:
    """Take the key of a form that makes a secret; a command has none.

    Raises:
        DuplicateSubmission, ConflictingSubmission: as `submissions.claim`.
    """
    if actor is None or not key:
        return
    content = submissions.fingerprint(said)
    submissions.claim(session, key, user_id=actor.user_id, action=action, content=content, now=now)


def _checked_name(name: str) -> str:
    try:
        cleaned = clean(name)
    except UncleanText:
        raise InvalidInput("name", "Tên khoá có ký tự lạ. Hãy gõ lại.") from None
    if not 1 <= len(cleaned) <= 100:
        raise InvalidInput("name", "Hãy đặt tên khoá, dài nhất 100 ký tự, ví dụ «Cổng tỉnh – máy chủ 1».")
    return cleaned


def _note(
    session: Session, action: str, token_id: int, *, actor: Identity | None, now: dt.datetime,
    facts: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.note(
        session, action, actor_id=actor.user_id if actor else None, now=now, object_type="api_token",
        object_id=token_id, facts=facts,
    )  # fmt: skip


def parsed_scopes(names: Collection[str]) -> frozenset[ApiScope]:
    """The scopes of these names.

    Raises:
        InvalidInput: a name that is none.
    """
    known = {scope.value for scope in ApiScope}
    for name in names:
        if name not in known:
            raise InvalidInput("scopes", f"Không có quyền «{name}»; dùng {', '.join(sorted(known))}.")
    return frozenset(ApiScope(name) for name in names)
