"""Calls that tell another system of a change: which there are, how they are signed, where they may go."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import EventKind, State

BEGINNING = "whsec_"
"""What every key of an endpoint begins with (Standard Webhooks)."""
GIVEN_UP_AFTER = timedelta(days=3)
OVERLAP = timedelta(hours=24)
"""How long the secret before is signed with besides the new one."""
LONGEST_URL = 500
_WAITS = (1, 5, 15, 60)  # minutes after the first, second, … failure; then every three hours
_EVERY_AFTER = 180
_EMBEDS_IPV4 = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")))
"""NAT64, 6to4, IPv4-compatible: an address of IPv4, which may be private, is inside."""
_RELAYS = ip_network("192.88.99.0/24")  # of 6to4, to wherever

Address = IPv4Address | IPv6Address


class WebhookEvent(StrEnum):
    """What a call tells."""

    RECEIVED = "dossier.received"
    STATUS_CHANGED = "dossier.status_changed"
    FINISHED = "dossier.finished"
    RETURNED = "dossier.returned"
    DEADLINE_CHANGED = "dossier.deadline_changed"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told last of a dossier: its state, its due date in the vocabulary's digits."""

    state: State
    due: str


_MOVES_NOTHING = frozenset({
    EventKind.NOTED, EventKind.REPRINTED, EventKind.URGED, EventKind.REMINDED, EventKind.RATED,
    EventKind.HANDOVER_CONFIRMED, EventKind.HANDOVER_REJECTED, EventKind.TAKEN_BACK,
    EventKind.APOLOGY_DRAFTED, EventKind.APOLOGY_EDITED, EventKind.APOLOGY_REJECTED,
    EventKind.LATENESS_EXPLAINED, EventKind.PERSONAL_ERASED, EventKind.MARKED_AT_SOURCE, EventKind.DISPUTED,
    EventKind.DISPUTE_ENDED, EventKind.MATCHED, EventKind.SIGHTED, EventKind.RESULT_DIGITISED,
})  # fmt: skip
_MOVES_THE_DATE = frozenset({
    EventKind.DUE_CHANGED, EventKind.REAPPOINTED, EventKind.CORRECTED, EventKind.CORRECTED_AT_WORK,
})  # fmt: skip


def event_of(kind: EventKind, before: Told | None, after: Told) -> WebhookEvent | None:
    """What is to be told once this has happened; None when nothing that is told has changed.

    before: what was told last. Where nothing was, what has happened says what it may have moved.
    """
    if before is None and kind in _MOVES_NOTHING:
        return None
    if before is None and kind in _MOVES_THE_DATE:
        return WebhookEvent.DEADLINE_CHANGED
    if before is not None and before.state is after.state:
        return None if before.due == after.due else WebhookEvent.DEADLINE_CHANGED
    if after.state is State.FINISHED:
        return WebhookEvent.FINISHED
    if after.state is State.RETURNED:
        return WebhookEvent.RETURNED
    return WebhookEvent.RECEIVED if kind is EventKind.RECEIVED else WebhookEvent.STATUS_CHANGED


def wait_after(failures: int) -> timedelta:
    """How long to wait after that many failures in a row, at least one."""
    return timedelta(minutes=_WAITS[failures - 1] if failures <= len(_WAITS) else _EVERY_AFTER)


def secret_of(key: str, endpoint_id: int, salt: str) -> str:
    """The secret of an endpoint, derived from the installation's key: the database alone signs nothing."""
    said = f"webhook.{endpoint_id}.{salt}".encode()
    return BEGINNING + base64.b64encode(hmac.digest(key.encode(), said, hashlib.sha256)).decode()


def signature(secret: str, event_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 over id, moment and body, as Standard Webhooks has it."""
    said = f"{event_id}.{timestamp}.{body}".encode()
    made = hmac.digest(base64.b64decode(secret.removeprefix(BEGINNING)), said, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


@dataclass(frozen=True)
class Allowed:
    """Hosts and networks that may be called although they are not of the public Internet, or without TLS."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[str]) -> Allowed:
        """From names and networks, e.g. `lgsp.tinh.local` and `10.20.0.0/16`.

        Raises:
            ValueError: a network that is none.
        """
        hosts, networks = set(), []
        for part in filter(None, (part.strip().lower() for part in parts)):
            if part[0].isdigit() or ":" in part:
                networks.append(ip_network(part))
            else:
                hosts.add(part)
        return cls(frozenset(hosts), tuple(networks))

    def admits(self, host: str, address: Address) -> bool:
        """Whether this address, to which the host's name leads, may be connected to."""
        plain = _plain(address)
        return host in self.hosts or any(plain in network for network in self.networks) or is_public(address)

    def names(self, host: str) -> bool:
        """Whether the host itself is named, or is an address within a network that is."""
        try:
            address = _plain(ip_address(host))
        except ValueError:
            return host in self.hosts
        return any(address in network for network in self.networks)


def _plain(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 only wraps."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """Whether an address is of the public Internet: not loopback, private, shared, link-local."""
    plain = _plain(address)
    if plain.is_multicast or not plain.is_global or plain in _RELAYS:
        return False
    return isinstance(plain, IPv4Address) or not any(plain in network for network in _EMBEDS_IPV4)


def checked_url(text: str, allowed: Allowed) -> str:
    """An address that may be called.

    Raises:
        InvalidInput: `url`, with what is wrong.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InvalidInput("url", "Địa chỉ này không đọc được.") from None
    if len(url) > LONGEST_URL or not url.isascii() or any(letter <= " " for letter in url) or not host:
        raise InvalidInput("url", "Hãy ghi địa chỉ đầy đủ, không dấu, dạng https://he-thong.gov.vn/nhan.")
    if parts.username is not None or parts.fragment or port == 0:
        raise InvalidInput("url", "Địa chỉ không có tên người dùng, mật khẩu hay dấu #.")
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed.names(host)):
        raise InvalidInput("url", "Địa chỉ phải bắt đầu bằng https://.")
    if _is_address(host) and not allowed.admits(host, ip_address(host)):
        raise InvalidInput("url", "Không gọi được địa chỉ trong mạng nội bộ; xem TTHC_WEBHOOK_ALLOW.")
    return url


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
