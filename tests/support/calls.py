"""Calls to other systems that nobody took."""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.webhooks import GIVEN_UP_AFTER, Allowed, WebhookEvent
from tthc_tracker.services import webhookoutbox, webhooks


def give_up(session: Session, code: str, now: dt.datetime, answer: str = "503 Service Unavailable") -> None:
    """A call of a dossier to the first address that nobody took for three days."""
    body = f'{{"MaHoSo": "{code}"}}'
    webhookoutbox.enqueue(session, 1, WebhookEvent.FINISHED, body, now - GIVEN_UP_AFTER)
    session.flush()
    (call,) = webhookoutbox.due(session, key="k" * 40, now=now)
    webhookoutbox.postpone(session, call, code=503, error=answer, now=now)
    assert webhookoutbox.expire(session, now) == 1


def call_in_vain(session: Session, now: dt.datetime) -> None:
    """A system with a long name and address, the first that is told, did not take what it was told."""
    name = "Hệ thống liên thông nghiệp vụ giải quyết thủ tục hành chính của Ủy ban nhân dân tỉnh"
    address = f"https://lgsp.example.vn/{'nhan' * 30}"
    asked = webhooks.RegisterEndpoint("provincial-portal", name, address, frozenset(WebhookEvent))
    webhooks.register(session, asked, key="k" * 40, allowed=Allowed(), actor=None, now=now)
    give_up(session, "H50.18880-261116-0001", now)
