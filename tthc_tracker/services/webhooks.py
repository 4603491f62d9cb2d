"""Addresses of other systems that are told of changes: registered, given another secret, stopped."""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.webhooks import (
    GIVEN_UP_AFTER,
    OVERLAP,
    Allowed,
    WebhookEvent,
    checked_url,
    secret_of,
)
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.webhook import WebhookDelivery, WebhookEndpoint
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.webhooks import REVISION
from tthc_tracker.services import audit, webhookoutbox
from tthc_tracker.services.apitokens import claim, may_manage
from tthc_tracker.services.revisions import raise_revision

LONGEST_NAME = 100


@dataclass(frozen=True)
class RegisterEndpoint:
    """An address as it is asked for."""

    source_code: str
    name: str
    url: str
    events: frozenset[WebhookEvent]
    submission_key: str = ""


def register(
    session: Session, command: RegisterEndpoint, *, key: str, allowed: Allowed, actor: Identity | None,
    now: dt.datetime,
) -> tuple[int, str]:  # fmt: skip
    """Register an address; gives its number and its secret. `key`: what secrets are derived from.

    Raises:
        NotAllowed: not an administrator of all agencies (`actor` None: the command line).
        InvalidInput: source, name, url or events.
        DuplicateSubmission, ConflictingSubmission: this form has been carried out.
    """
    _check_right(session, actor)
    said = {"source": command.source_code, "name": command.name, "url": command.url}
    claim(session, "register_webhook", command.submission_key, said, actor=actor, now=now)
    url = checked_url(command.url, allowed)
    source = session.execute(select(Source).where(Source.code == command.source_code)).scalar_one_or_none()
    if source is None:
        raise InvalidInput("source", f"Không có nguồn mã «{command.source_code}».")
    if not command.events:
        raise InvalidInput("events", "Hãy chọn ít nhất một loại tin báo.")
    endpoint = WebhookEndpoint(
        source_id=source.id, name=_checked_name(command.name), url=url, salt=secrets.token_hex(16),
        events=";".join(event.value for event in WebhookEvent if event in command.events),
        created_at=now, created_by_id=actor.user_id if actor else None,
    )  # fmt: skip
    session.add(endpoint)
    session.flush()
    raise_revision(session, REVISION)
    _note(session, "webhook_registered", endpoint.id, actor=actor, now=now, source=source.code)
    return endpoint.id, secret_of(key, endpoint.id, endpoint.salt)


def rotate(
    session: Session, endpoint_id: int, *, key: str, actor: Identity | None, now: dt.datetime,
    submission_key: str = "",
) -> str:  # fmt: skip
    """Give an address another secret; for a day, calls are signed with the one before too.

    Raises:
        NotAllowed: as `register`. NotFound: no such address, or it was stopped.
        DuplicateSubmission, ConflictingSubmission: as `register`; what the other system holds stays good.
    """
    endpoint = _running(session, endpoint_id, actor)
    said = {"endpoint": str(endpoint_id)}
    claim(session, "rotate_webhook", submission_key, said, actor=actor, now=now)
    endpoint.salt_before, endpoint.salt_before_until = endpoint.salt, now + OVERLAP
    endpoint.salt = secrets.token_hex(16)
    _note(session, "webhook_rotated", endpoint.id, actor=actor, now=now)
    return secret_of(key, endpoint.id, endpoint.salt)


def stop(session: Session, endpoint_id: int, *, actor: Identity | None, now: dt.datetime) -> None:
    """Tell an address nothing more.

    Raises:
        NotAllowed, NotFound: as `rotate`.
    """
    _running(session, endpoint_id, actor).stopped_at = now
    raise_revision(session, REVISION)
    _note(session, "webhook_stopped", endpoint_id, actor=actor, now=now)


def pause(session: Session, endpoint_id: int, *, actor: Identity | None, now: dt.datetime) -> None:
    """Call an address no more for the time being: what it is to be told waits.

    Raises:
        NotAllowed, NotFound: as `rotate`.
    """
    endpoint = _running(session, endpoint_id, actor)
    if endpoint.paused_at is None:
        endpoint.paused_at = now
        _note(session, "webhook_paused", endpoint_id, actor=actor, now=now)


def resume(session: Session, endpoint_id: int, *, actor: Identity | None, now: dt.datetime) -> None:
    """Call it again; what waited leaves with the next run, and has its three days from now on.

    Raises:
        NotAllowed, NotFound: as `rotate`.
    """
    endpoint = _running(session, endpoint_id, actor)
    if endpoint.paused_at is None:
        return
    endpoint.paused_at, endpoint.failures, endpoint.rest_until = None, 0, None
    waiting = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.status == "pending")
    again = update(WebhookDelivery).where(*waiting)
    session.execute(again.values(next_at=now, expires_at=now + GIVEN_UP_AFTER))
    _note(session, "webhook_resumed", endpoint_id, actor=actor, now=now)


def send_again(
    session: Session, endpoint_id: int, delivery_id: int | None, *, actor: Identity, now: dt.datetime
) -> int:
    """Let what was given up leave with the next run, or one call of it; how many.

    Raises:
        NotAllowed, NotFound: as `rotate`.
    """
    _running(session, endpoint_id, actor)
    return webhookoutbox.retry(session, endpoint_id, actor_id=actor.user_id, now=now, delivery_id=delivery_id)


def _running(session: Session, endpoint_id: int, actor: Identity | None) -> WebhookEndpoint:
    _check_right(session, actor)
    endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
    if endpoint is None or endpoint.stopped_at is not None:
        raise NotFound(str(endpoint_id))
    return endpoint


def _check_right(session: Session, actor: Identity | None) -> None:
    if actor is not None and not may_manage(session, actor):
        raise NotAllowed


def _checked_name(name: str) -> str:
    try:
        cleaned = clean(name)
    except UncleanText:
        raise InvalidInput("name", "Tên có ký tự lạ. Hãy gõ lại.") from None
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InvalidInput("name", f"Hãy đặt tên nơi nhận, dài nhất {LONGEST_NAME} ký tự.")
    return cleaned


def _note(
    session: Session, action: str, endpoint_id: int, *, actor: Identity | None, now: dt.datetime,
    **facts: object,
) -> None:  # fmt: skip
    audit.note(
        session, action, actor_id=actor.user_id if actor else None, now=now, object_type="webhook_endpoint",
        object_id=endpoint_id, facts=dict(facts),
    )  # fmt: skip
