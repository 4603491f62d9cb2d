"""The line to another system: to an address that was looked at, for so long and no longer (decision 0052).

The name is resolved, every address it leads to is looked at, and the connection goes to one of those: not to
the name again, which may lead elsewhere by then. TLS still asks for the name. Nothing is followed.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import SplitResult

from tthc_tracker.domain.webhooks import Address, Allowed

NO_NAME = "Không tìm thấy máy chủ của địa chỉ này."
NOT_ALLOWED = "Địa chỉ dẫn tới mạng nội bộ hoặc mạng không được phép nên không gọi."
NO_TLS = "Chứng thư TLS của hệ thống kia không hợp lệ."
SILENCE = "Hệ thống kia không trả lời."


class CallFailed(Exception):
    """A call that is not made, or that nobody answered to its end; the message says why."""


@contextmanager
def speaking_with(
    parts: SplitResult, allowed: Allowed, *, silent: float, longest: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to speak over. silent: seconds without anything from there; longest: of all together.

    Raises:
        CallFailed: also for whatever goes wrong with the line while it is spoken over.
    """
    try:
        line = _line(parts, _address(parts, allowed), silent)
        end = threading.Timer(longest, _hang_up, [line])
        end.start()
        try:
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
            connection.sock = line
            yield connection
        finally:
            end.cancel()
            line.close()
    except ssl.SSLCertVerificationError:
        raise CallFailed(NO_TLS) from None
    except (OSError, http.client.HTTPException):
        raise CallFailed(SILENCE) from None


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _address(parts: SplitResult, allowed: Allowed) -> Address:
    """An address that the host's name leads to; refused if any of them must not be called."""
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" and not allowed.names(host):
        raise CallFailed(NOT_ALLOWED)
    try:
        found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallFailed(NO_NAME) from None
    addresses = [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    if not addresses or not all(allowed.admits(host, address) for address in addresses):
        raise CallFailed(NOT_ALLOWED)
    return addresses[0]


def _line(parts: SplitResult, address: Address, silent: float) -> socket.socket:
    line = socket.create_connection((str(address), _port(parts)), timeout=silent)
    if parts.scheme != "https":
        return line
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=parts.hostname, do_handshake_on_connect=False)


def _hang_up(line: socket.socket) -> None:
    """End the conversation under whoever speaks. Of TLS the line below it: its own end takes two."""
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
