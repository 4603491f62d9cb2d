"""Calls that must leave: written in the transaction that causes them, numbered once committed, settled.

At least once: a call that was answered as the process ended is made again under the same event id. Numbers
are given to committed rows only, so that none appears behind one that was sent already (as decision 0011).
"""

import datetime as dt
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.exchangeobject import exchange_object
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.webhooks import (
    GIVEN_UP_AFTER,
    Told,
    WebhookEvent,
    event_of,
    secret_of,
    wait_after,
)
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.webhook import WebhookDelivery, WebhookEndpoint, WebhookStanding
from tthc_tracker.queries.exchange import sent_dossier
from tthc_tracker.queries.webhooks import Listener, listening
from tthc_tracker.services import audit

TOLD = (
    "MaHoSo", "MaTTHC", "KenhThucHien", "TrangThaiHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra",
    "NgayTuChoi", "NgayKetThucXuLy", "NgayTra", "NoiNopHoSo", "DonViXuLy",
)  # fmt: skip
"""What a call says of a dossier: nothing that names or describes a person."""
KEPT = dt.timedelta(days=30)
ROUND = 200  # calls of one endpoint that are numbered and sent in one go


@dataclass(frozen=True)
class Call:
    """A call that is due: where to, what, signed with which secrets."""

    id: int
    endpoint_id: int
    url: str
    event_id: str
    event: str
    sequence: int
    data: str
    created_at: dt.datetime
    signing: tuple[str, ...]


def note(session: Session, dossier: Dossier, kind: EventKind, now: dt.datetime) -> None:
    """Write what the systems that sent a dossier are to be told of what has happened to it.

    Where nobody listens, nothing more is asked of the database.
    """
    listeners = listening(session)
    if not listeners:
        return
    sent = select(ImportedRow.source_id, ImportedRow.code).where(ImportedRow.dossier_id == dossier.id)
    for source_id, code in session.execute(sent.order_by(ImportedRow.source_id)).all():
        heard = listeners.get(source_id, ())
        stored = sent_dossier(session, source_id, code) if heard else None
        if stored is None:
            continue
        fields = exchange_object(stored.facts)
        after = Told(stored.facts.state, fields["NgayHenTra"] or "")
        body = json.dumps({name: fields[name] for name in TOLD}, ensure_ascii=False)
        for listener in heard:
            _write(session, listener, dossier.id, kind, after, body, now)


def _write(
    session: Session, listener: Listener, dossier_id: int, kind: EventKind, after: Told, body: str,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Say it if it is news to this listener; remember what it was told."""
    told = session.get(WebhookStanding, (listener.id, dossier_id))
    event = event_of(kind, None if told is None else Told(State(told.state), told.due), after)
    if event is None:
        return
    if told is None:
        told = WebhookStanding(endpoint_id=listener.id, dossier_id=dossier_id, state="", due="")
        session.add(told)
    told.state, told.due = after.state.value, after.due
    if event in listener.events:
        enqueue(session, listener.id, event, body, now)


def enqueue(session: Session, endpoint_id: int, event: WebhookEvent, body: str, now: dt.datetime) -> None:
    """Write a call in the transaction that decides on it."""
    session.add(
        WebhookDelivery(
            endpoint_id=endpoint_id, event_id=f"evt_{secrets.token_hex(16)}", event=event.value, data=body,
            next_at=now, created_at=now, expires_at=now + GIVEN_UP_AFTER,
        )
    )  # fmt: skip


def expire(session: Session, now: dt.datetime) -> int:
    """Give up what could not be delivered in three days, and what nobody listens to any more. How many."""
    stopped = select(WebhookEndpoint.id).where(WebhookEndpoint.stopped_at.isnot(None))
    paused = select(WebhookEndpoint.id).where(WebhookEndpoint.paused_at.isnot(None))
    late = (WebhookDelivery.expires_at <= now) & WebhookDelivery.endpoint_id.not_in(paused)
    over = late | WebhookDelivery.endpoint_id.in_(stopped)
    given_up = update(WebhookDelivery).where(WebhookDelivery.status == "pending", over)
    rows = session.execute(given_up.values(status="dead", settled_at=now).returning(WebhookDelivery.id))
    return len(rows.all())


def due(session: Session, *, key: str, now: dt.datetime) -> list[Call]:
    """The calls that are due, those of an endpoint in their order; new ones get their numbers first."""
    ready = select(WebhookEndpoint).where(
        WebhookEndpoint.stopped_at.is_(None),
        WebhookEndpoint.paused_at.is_(None),
        WebhookEndpoint.rest_until.is_(None) | (WebhookEndpoint.rest_until <= now),
    )
    found: list[Call] = []
    for endpoint in session.execute(ready.order_by(WebhookEndpoint.id).with_for_update()).scalars():
        waiting = select(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == endpoint.id,
            WebhookDelivery.status == "pending",
            WebhookDelivery.next_at <= now,
        )
        signing = _secrets(endpoint, key, now)
        for row in session.execute(waiting.order_by(WebhookDelivery.id).limit(ROUND)).scalars():
            if row.sequence is None:
                endpoint.sequence += 1
                row.sequence = endpoint.sequence
            found.append(
                Call(
                    row.id, endpoint.id, endpoint.url, row.event_id, row.event, row.sequence, row.data,
                    row.created_at, signing,
                )
            )  # fmt: skip
    return found


def _secrets(endpoint: WebhookEndpoint, key: str, now: dt.datetime) -> tuple[str, ...]:
    """The secret; after it the one before, while the receiver may still hold that."""
    salts = [endpoint.salt]
    if endpoint.salt_before and endpoint.salt_before_until and now < endpoint.salt_before_until:
        salts.append(endpoint.salt_before)
    return tuple(secret_of(key, endpoint.id, salt) for salt in salts)


def mark_taken(session: Session, call: Call, *, code: int, now: dt.datetime) -> None:
    """The receiver has it."""
    delivery = session.get_one(WebhookDelivery, call.id)
    delivery.status, delivery.settled_at, delivery.last_code, delivery.last_error = "sent", now, code, ""
    delivery.attempts += 1
    endpoint = session.get_one(WebhookEndpoint, call.endpoint_id)
    endpoint.failures, endpoint.rest_until, endpoint.last_ok_at, endpoint.last_error = 0, None, now, ""


def postpone(session: Session, call: Call, *, code: int | None, error: str, now: dt.datetime) -> None:
    """Try again later. Where nobody answered, the whole address rests: what is behind waits as long."""
    delivery = session.get_one(WebhookDelivery, call.id)
    delivery.attempts += 1
    delivery.last_code, delivery.last_error = code, error
    delivery.next_at = now + wait_after(delivery.attempts)
    endpoint = session.get_one(WebhookEndpoint, call.endpoint_id)
    endpoint.last_error = error
    if code is None:
        endpoint.failures += 1
        endpoint.rest_until = now + wait_after(endpoint.failures)


def retry(
    session: Session, endpoint_id: int, *, actor_id: int | None, now: dt.datetime,
    delivery_id: int | None = None,
) -> int:  # fmt: skip
    """Let what was given up for an address, and what waits, leave now; or one of it. How many."""
    endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
    if endpoint is None or endpoint.stopped_at is not None:
        return 0
    endpoint.failures, endpoint.rest_until = 0, None
    stuck = update(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.status != "sent"
    )
    if delivery_id is not None:
        stuck = stuck.where(WebhookDelivery.id == delivery_id)
    values = {
        "status": "pending", "attempts": 0, "next_at": now, "expires_at": now + GIVEN_UP_AFTER,
        "settled_at": None,
    }  # fmt: skip
    many = len(session.execute(stuck.values(values).returning(WebhookDelivery.id)).all())
    audit.note(
        session, "webhook_retried", actor_id=actor_id, now=now, object_type="webhook_endpoint",
        object_id=endpoint_id, facts={"calls": many},
    )  # fmt: skip
    return many


def sweep(session: Session, now: dt.datetime) -> int:
    """Forget calls that were settled a month ago; what was given up by then nobody asks for. How many."""
    old = delete(WebhookDelivery).where(
        WebhookDelivery.created_at < now - KEPT, WebhookDelivery.status != "pending"
    )
    return int(getattr(session.execute(old), "rowcount", 0))
