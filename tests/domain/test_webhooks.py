"""Where a call may go, how it is signed, what it tells."""

import base64
import datetime as dt
import hashlib
import hmac
from ipaddress import ip_address

import pytest

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.webhooks import (
    Allowed,
    Told,
    WebhookEvent,
    checked_url,
    event_of,
    is_public,
    secret_of,
    signature,
    wait_after,
)

NOT_PUBLIC = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "::1", "::", "fc00::1", "fd12:3456::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:100.64.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
    "::7f00:1", "192.88.99.1",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "203.162.4.191", "2606:4700::1111", "::ffff:8.8.8.8")


def test_only_addresses_of_the_public_internet_are_called() -> None:
    assert [text for text in NOT_PUBLIC if is_public(ip_address(text))] == []
    assert [text for text in PUBLIC if not is_public(ip_address(text))] == []


def test_what_an_administrator_names_may_be_called_besides() -> None:
    allowed = Allowed.of(["lgsp.tinh.local", " 10.20.0.0/16 ", ""])
    assert allowed.admits("lgsp.tinh.local", ip_address("192.168.1.5"))
    assert allowed.admits("khac.tinh.local", ip_address("10.20.3.4"))
    assert allowed.admits("khac.tinh.local", ip_address("::ffff:10.20.3.4"))
    assert not allowed.admits("khac.tinh.local", ip_address("10.21.0.1"))
    assert allowed.admits("khac.gov.vn", ip_address("8.8.8.8"))
    with pytest.raises(ValueError, match="10"):
        Allowed.of(["10.20.0.0/99"])


ALLOWED = Allowed.of(["lgsp.local", "10.20.0.0/16"])
GOOD = (
    "https://a.gov.vn/nhan?x=1", "https://a.gov.vn:8443/", "http://lgsp.local/nhan", "http://10.20.1.1:8080/x",
    "https://10.20.1.1/", "https://8.8.8.8/",
)  # fmt: skip
BAD = (
    "", "a.gov.vn", "ftp://a.gov.vn", "http://a.gov.vn/", "https://u:p@a.gov.vn/", "https://a.gov.vn/#x",
    "https://127.0.0.1/", "https://[::1]/", "https://10.21.0.1/", "https://a.gov.vn:99999/", "https://[::1",
    "https://a.gov.vn/a b", "https://a.gov.vn:0/", "https://đ.vn/", "https://a.gov.vn/" + "x" * 500,
    "http://10.21.0.1/",
)  # fmt: skip


def test_an_address_that_cannot_be_called_is_refused_with_a_reason() -> None:
    for url in GOOD:
        assert checked_url(f" {url} ", ALLOWED) == url
    for url in BAD:
        with pytest.raises(InvalidInput) as refused:
            checked_url(url, ALLOWED)
        assert refused.value.field == "url", url


def test_a_signature_is_what_standard_webhooks_says() -> None:
    secret = secret_of("k" * 32, 7, "salt")
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.new(raw, b'evt_1.1700000000.{"a":1}', hashlib.sha256).digest()
    assert signature(secret, "evt_1", 1700000000, '{"a":1}') == f"v1,{base64.b64encode(wanted).decode()}"
    assert len({secret, secret_of("k" * 32, 8, "salt"), secret_of("k" * 32, 7, "other")}) == 3


def test_what_is_told_follows_from_what_was_told_before() -> None:
    now = Told(State.PROCESSING, "20261119100000")
    cases = (
        (EventKind.RECEIVED, None, Told(State.RECEIVED, ""), WebhookEvent.RECEIVED),
        (EventKind.ASSIGNED, Told(State.RECEIVED, ""), now, WebhookEvent.STATUS_CHANGED),
        (EventKind.NOTED, now, now, None),
        (EventKind.NOTED, None, now, None),
        (EventKind.REAPPOINTED, None, now, WebhookEvent.DEADLINE_CHANGED),
        (EventKind.HANDED_OVER, None, now, WebhookEvent.STATUS_CHANGED),
        (EventKind.DUE_CHANGED, Told(State.PROCESSING, "x"), now, WebhookEvent.DEADLINE_CHANGED),
        (EventKind.FINISHED, now, Told(State.FINISHED, now.due), WebhookEvent.FINISHED),
        (EventKind.SOURCE_UPDATED, now, Told(State.RETURNED, now.due), WebhookEvent.RETURNED),
    )
    for kind, before, after, told in cases:
        assert event_of(kind, before, after) is told, kind


def test_the_waits_grow_up_to_three_hours() -> None:
    minutes = [wait_after(failures) / dt.timedelta(minutes=1) for failures in (1, 2, 3, 4, 5, 50)]
    assert minutes == [1, 5, 15, 60, 180, 180]
