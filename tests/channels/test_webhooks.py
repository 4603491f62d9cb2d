"""A call ends after its time, however slowly the other side speaks."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.smtp import CERTIFICATE
from tthc_tracker.channels import webhooks
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
