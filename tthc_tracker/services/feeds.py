"""Where a source is fetched from, as administrators set it; the token that opens it is kept sealed."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.feeds import (
    EVERY,
    LONGEST_TOKEN,
    FeedKind,
    checked_address,
    checked_folder,
    origin_of,
)
from tthc_tracker.domain.sealedsecrets import NONCE, seal, unseal
from tthc_tracker.domain.webhooks import Allowed
from tthc_tracker.models.feed import SourceFeed
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.services import audit
from tthc_tracker.services.apitokens import may_manage
from tthc_tracker.services.imports import find_source

NO_ROOT = "Máy chủ chưa đặt thư mục gốc (TTHC_FEED_ROOT) nên chưa lấy được từ thư mục."
CREDENTIAL_AGAIN = "Đổi máy chủ thì phải ghi lại mã truy cập: mã cũ không gửi tới nơi khác."
BAD_CREDENTIAL = "Mã truy cập là chữ, số và dấu không có khoảng trắng, dài nhất 500 ký tự."


@dataclass(frozen=True)
class Premises:
    """The installation: what may be called, whether folders have a root, what secrets are sealed with."""

    allowed: Allowed
    has_root: bool
    key: str


@dataclass(frozen=True)
class SetFeed:
    """A feed as it is wanted. token: '' keeps the present one, None takes it away."""

    source_code: str
    kind: FeedKind
    place: str
    every_minutes: int
    enabled: bool = True
    token: str | None = ""
    from_start: bool = False  # ask for everything again


def set_feed(
    session: Session, command: SetFeed, version: int | None, premises: Premises, *,
    actor: Identity | None, now: dt.datetime,
) -> None:  # fmt: skip
    """Set where a source is fetched from; `version` of the form, None from the command line.

    Raises:
        NotAllowed: not an administrator of all agencies (`actor` None: the command line).
        NotFound: no such source. StaleVersion: somebody was faster. InvalidInput: a field.
    """
    _check_right(session, actor)
    source = find_source(session, command.source_code)
    place = _checked_place(command, premises)
    if not EVERY[0] <= command.every_minutes <= EVERY[1]:
        raise InvalidInput("every_minutes", f"Nhập số phút từ {EVERY[0]} đến {EVERY[1]}.")
    feed = session.execute(_of(source.id).with_for_update()).scalar_one_or_none()
    if version is not None and version != (feed.version if feed else 0):
        raise StaleVersion
    if feed is None:
        feed = SourceFeed(source_id=source.id, kind=command.kind, place=place, version=0, sealed_token="")
        session.add(feed)
    before = {"kind": feed.kind.value, "place": feed.place}
    sealed = _sealed(feed, command, place, premises.key)
    if command.from_start or (feed.kind, feed.place) != (command.kind, place):
        feed.cursor = ""
    feed.kind, feed.place, feed.sealed_token = command.kind, place, sealed
    feed.every_minutes, feed.enabled = command.every_minutes, command.enabled
    feed.version, feed.failures, feed.next_look_at = feed.version + 1, 0, now
    feed.last_error, feed.last_error_at = "", None
    feed.set_by_id = actor.user_id if actor else None
    session.flush()
    facts = {
        "source": source.code, "kind": [before["kind"], command.kind.value],
        "place": [before["place"], place], "enabled": command.enabled,
        "token_changed": bool(command.token) or command.token is None,
    }  # fmt: skip
    _note(session, "feed_set", source.code, actor, now, facts)


def look_now(session: Session, source_code: str, *, actor: Identity | None, now: dt.datetime) -> None:
    """Have a source looked at with the next run, whatever it waits for.

    Raises:
        NotAllowed: as `set_feed`. NotFound: it is fetched from nowhere, or not at present.
    """
    _check_right(session, actor)
    found = select(SourceFeed).join(Source, Source.id == SourceFeed.source_id)
    statement = found.where(Source.code == source_code, SourceFeed.enabled).with_for_update(of=SourceFeed)
    feed = session.execute(statement).scalar_one_or_none()
    if feed is None:
        raise NotFound(source_code)
    feed.next_look_at = min(feed.next_look_at, now)
    _note(session, "feed_asked", source_code, actor, now, {})


def token_of(sealed: str, source_code: str, key: str) -> str | None:
    """The token that a feed was given, '' for none; None where another key of the installation sealed it."""
    return unseal(key, _purpose(source_code), sealed) if sealed else ""


def _purpose(source_code: str) -> str:
    return f"feed.{source_code}"


def _of(source_id: int) -> Select[SourceFeed]:
    return select(SourceFeed).where(SourceFeed.source_id == source_id)


def _checked_place(command: SetFeed, premises: Premises) -> str:
    if command.kind is FeedKind.HTTP:
        return checked_address(command.place, premises.allowed)
    if not premises.has_root:
        raise InvalidInput("place", NO_ROOT)
    return checked_folder(command.place)


def _sealed(feed: SourceFeed, command: SetFeed, place: str, key: str) -> str:
    """The token as it is kept: it opens the place it was given for, and is told to no other."""
    if command.kind is not FeedKind.HTTP or command.token is None:
        return ""
    if command.token:
        token = command.token.strip()
        if not token.isascii() or not token.isprintable() or " " in token or len(token) > LONGEST_TOKEN:
            raise InvalidInput("token", BAD_CREDENTIAL)
        return seal(key, _purpose(command.source_code), token, secrets.token_bytes(NONCE))
    if feed.sealed_token and origin_of(place) != origin_of(feed.place):
        raise InvalidInput("token", CREDENTIAL_AGAIN)
    return feed.sealed_token


def _check_right(session: Session, actor: Identity | None) -> None:
    if actor is not None and not may_manage(session, actor):
        raise NotAllowed


def _note(
    session: Session, action: str, source_code: str, actor: Identity | None, now: dt.datetime,
    facts: dict[str, object],
) -> None:  # fmt: skip
    audit.note(
        session, action, actor_id=actor.user_id if actor else None, now=now, object_type="source_feed",
        object_id=source_code, facts=facts,
    )  # fmt: skip
