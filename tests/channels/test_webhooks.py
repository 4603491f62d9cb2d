"""A call ends after its time, however slowly the other side speaks, and none leads into this machine."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.smtp import CERTIFICATE
from tthc_tracker.channels import webhooks
from tthc_tracker.channels.calling import NOT_ALLOWED
from tthc_tracker.channels.webhooks import SILENCE, Answer, Message
from tthc_tracker.domain.webhooks import Allowed

HERE = Allowed.of(["127.0.0.0/8"])
MESSAGE = Message("evt_1", 1700000000, "{}", ("whsec_c2VjcmV0",))
A_RECORD = b"\x16\x03\x03\x3f\xff"  # of a handshake of TLS, 16 KB long
A_BEGINNING = b"HTTP/1.1 "


@contextmanager
def dripping(first: bytes, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that says something and then one byte every while, until the caller hangs up; its port.

    tls: it shakes hands as it should before that.
    """
    hung_up = threading.Event()

    def drip() -> None:
        line, _ = listener.accept()
        with line if tls is None else tls.wrap_socket(line, server_side=True) as line:
            line.sendall(first)
            while not hung_up.wait(0.02):
                try:
                    line.sendall(b"a")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        speaker = threading.Thread(target=drip)
        speaker.start()
        try:
            yield listener.getsockname()[1]
        finally:
            hung_up.set()
            speaker.join()


@pytest.mark.parametrize(
    ("scheme", "first"),
    [
        pytest.param("https", A_RECORD, id="before the first word, over TLS"),
        pytest.param("http", A_BEGINNING, id="in its first line"),
    ],
)
def test_a_receiver_that_drips_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, scheme: str, first: bytes
) -> None:
    monkeypatch.setattr(webhooks, "SILENT", 300)
    monkeypatch.setattr(webhooks, "LONGEST", 0.2)
    with dripping(first) as port:
        assert webhooks.post(f"{scheme}://127.0.0.1:{port}/", MESSAGE, HERE) == Answer(None, SILENCE)


def test_a_receiver_that_drips_after_the_handshake_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SILENT", 300)
    monkeypatch.setattr(webhooks, "LONGEST", 0.3)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with dripping(A_BEGINNING, tls) as port:
        assert webhooks.post(f"https://127.0.0.1:{port}/", MESSAGE, HERE) == Answer(None, SILENCE)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0", "0.0.0.0",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "169.254.169.254",
        "2852039166", "[fd00::1]", "[fe80::1]",
    ],
)  # fmt: skip
def test_nobody_is_called_in_here_however_his_address_is_written(host: str) -> None:
    """The system's own resolver reads them, as it would for any caller."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        port = listener.getsockname()[1]
        answer = webhooks.post(f"https://{host}:{port}/", MESSAGE, Allowed())
        assert answer == Answer(None, NOT_ALLOWED)
        with pytest.raises(BlockingIOError):
            listener.accept()
