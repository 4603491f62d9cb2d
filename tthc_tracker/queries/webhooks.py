"""Calls to other systems: which addresses there are, and what waits for them or was given up."""

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.webhooks import WebhookEvent
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.webhook import WebhookDelivery, WebhookEndpoint
from tthc_tracker.queries.revisions import Remembered

REVISION = "webhooks"
PAGE = 50
STATUSES = ("pending", "sent", "dead")

_listening: Remembered[dict[int, tuple["Listener", ...]]] = Remembered(REVISION)


@dataclass(frozen=True, slots=True)
class Listener:
    """An address that is told of a source's dossiers, and of what."""

    id: int
    events: frozenset[WebhookEvent]


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """An address as the list shows it."""

    id: int
    name: str
    url: str
    source_code: str
    events: tuple[WebhookEvent, ...]
    stopped_at: dt.datetime | None
    paused_at: dt.datetime | None
    rest_until: dt.datetime | None
    last_ok_at: dt.datetime | None
    last_error: str
    waiting: int
    dead: int


def events_of(text: str) -> tuple[WebhookEvent, ...]:
    """The events of a stored text."""
    return tuple(WebhookEvent(part) for part in text.split(";") if part)


def listening(session: Session) -> dict[int, tuple[Listener, ...]]:
    """Who is told of the dossiers of which source; remembered, for it is asked at each of their events."""

    def read() -> dict[int, tuple[Listener, ...]]:
        found: dict[int, tuple[Listener, ...]] = {}
        statement = select(WebhookEndpoint).where(WebhookEndpoint.stopped_at.is_(None))
        for row in session.execute(statement.order_by(WebhookEndpoint.id)).scalars():
            one = Listener(row.id, frozenset(events_of(row.events)))
            found[row.source_id] = (*found.get(row.source_id, ()), one)
        return found

    return _listening.get(session, "all", read)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call as the list shows it. code, error: what the other system answered last."""

    id: int
    event: WebhookEvent
    dossier: str
    sequence: int | None
    status: str
    attempts: int
    created_at: dt.datetime
    next_at: dt.datetime
    settled_at: dt.datetime | None
    code: int | None
    error: str


def endpoint(session: Session, endpoint_id: int) -> EndpointLine | None:
    """One address; None where there is none."""
    return next((one for one in endpoints(session) if one.id == endpoint_id), None)


def deliveries(
    session: Session, endpoint_id: int, *, status: str = "", before: int | None = None
) -> tuple[list[Delivery], bool]:
    """The calls of an address, the newest first, a page of them, and whether there are more."""
    statement = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if status in STATUSES:
        statement = statement.where(WebhookDelivery.status == status)
    if before is not None:
        statement = statement.where(WebhookDelivery.id < before)
    found = session.execute(statement.order_by(WebhookDelivery.id.desc()).limit(PAGE + 1)).scalars().all()
    return [_delivery(one) for one in found[:PAGE]], len(found) > PAGE


def _delivery(one: WebhookDelivery) -> Delivery:
    return Delivery(
        one.id, WebhookEvent(one.event), str(json.loads(one.data).get("MaHoSo", "")), one.sequence,
        one.status, one.attempts, one.created_at, one.next_at, one.settled_at, one.last_code, one.last_error,
    )  # fmt: skip


def given_up(session: Session) -> list[EndpointLine]:
    """The addresses that are called still and for which calls were given up: for who administers all."""
    return [one for one in endpoints(session) if one.dead and one.stopped_at is None]


def endpoints(session: Session) -> list[EndpointLine]:
    """Every address that was ever registered, with how many calls wait and were given up."""
    counted = {
        (endpoint_id, status): many
        for endpoint_id, status, many in session.execute(
            select(WebhookDelivery.endpoint_id, WebhookDelivery.status, func.count())
            .where(WebhookDelivery.status != "sent")
            .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.status)
        )
    }
    statement = (
        select(WebhookEndpoint, Source.code)
        .join(Source, Source.id == WebhookEndpoint.source_id)
        .order_by(WebhookEndpoint.stopped_at.isnot(None), WebhookEndpoint.id)
    )
    return [
        EndpointLine(
            row.id, row.name, row.url, code, events_of(row.events), row.stopped_at, row.paused_at,
            row.rest_until, row.last_ok_at, row.last_error, counted.get((row.id, "pending"), 0),
            counted.get((row.id, "dead"), 0),
        )
        for row, code in session.execute(statement)
    ]  # fmt: skip
