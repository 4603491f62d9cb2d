"""One call to another system: to an address that was looked at first, with its signature; nothing followed.

The name is resolved, every address it leads to is looked at, and the connection goes to one of those: not to
the name again, which may lead elsewhere by then. TLS still asks for the name. The answer's body is not read.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tthc_tracker.domain.webhooks import Address, Allowed, signature

SILENT = 10.0  # seconds without anything from the other side
LONGEST = 20.0  # seconds of one call, however slowly the other side speaks
AGENT = "tthc-tracker-webhook/1"

NO_NAME = "Không tìm thấy máy chủ của địa chỉ này."
NOT_ALLOWED = "Địa chỉ dẫn tới mạng nội bộ hoặc mạng không được phép nên không gọi."
NO_TLS = "Chứng thư TLS của nơi nhận không hợp lệ."
SILENCE = "Nơi nhận không trả lời."
NOT_TAKEN = "Nơi nhận trả lời mã {code}."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, None where nobody answered; what is wrong, empty when it was taken."""

    code: int | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: its id, the moment of sending (seconds), the body, the secrets it is signed with."""

    event_id: str
    timestamp: int
    body: str
    secrets: Sequence[str]

    def headers(self) -> dict[str, str]:
        """As Standard Webhooks names them; a signature for each secret that the receiver may hold."""
        signed = (signature(secret, self.event_id, self.timestamp, self.body) for secret in self.secrets)
        return {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "Connection": "close",
            "webhook-id": self.event_id,
            "webhook-timestamp": str(self.timestamp),
            "webhook-signature": " ".join(signed),
        }


class _Refused(Exception):
    """A call that is not made, or that nobody answered; the message says why."""


def post(url: str, message: Message, allowed: Allowed) -> Answer:
    """Make the call."""
    parts = urlsplit(url)
    try:
        code = _spoken(parts, _address(parts, allowed), message)
    except _Refused as refusal:
        return Answer(None, str(refusal))
    except ssl.SSLCertVerificationError:
        return Answer(None, NO_TLS)
    except (OSError, http.client.HTTPException):
        return Answer(None, SILENCE)
    return Answer(code) if 200 <= code < 300 else Answer(code, NOT_TAKEN.format(code=code))


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _address(parts: SplitResult, allowed: Allowed) -> Address:
    """An address that the host's name leads to; refused if any of them must not be called."""
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" and not allowed.names(host):
        raise _Refused(NOT_ALLOWED)
    try:
        found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Refused(NO_NAME) from None
    addresses = [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    if not addresses or not all(allowed.admits(host, address) for address in addresses):
        raise _Refused(NOT_ALLOWED)
    return addresses[0]


def _spoken(parts: SplitResult, address: Address, message: Message) -> int:
    """Say it and read the status; the whole conversation ends after LONGEST."""
    host = parts.hostname or ""
    line = socket.create_connection((str(address), _port(parts)), timeout=SILENT)
    try:
        if _is_tls(parts):
            context = ssl.create_default_context()
            line = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        end = threading.Timer(LONGEST, _hang_up, [line])
        end.start()
        try:
            return _said(parts, line, message)
        finally:
            end.cancel()
    finally:
        line.close()


def _said(parts: SplitResult, line: socket.socket, message: Message) -> int:
    if isinstance(line, ssl.SSLSocket):
        line.do_handshake()
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    connection.sock = line
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, message.body.encode(), {"Host": parts.netloc, **message.headers()})
    return connection.getresponse().status


def _is_tls(parts: SplitResult) -> bool:
    return parts.scheme == "https"


def _hang_up(line: socket.socket) -> None:
    """End the conversation under whoever speaks. Of TLS the line below it: its own end takes two."""
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
