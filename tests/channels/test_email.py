"""Handing a letter over: what each answer of a server means, and that nothing takes longer than it may."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.moments import at
from tests.support.smtp import CERTIFICATE, Fault, Mailbox, serving
from tthc_tracker.channels.email import Server, SmtpChannel, WrongServerAddress
from tthc_tracker.channels.letters import Envelope, UnsafeHeader, Verdict, compose
from tthc_tracker.channels.mailtext import Letter

DECIDED = at("Mon 2026-11-23 07:00")
LETTER = Letter(
    "12 hồ sơ quá hạn lâu, 3 hồ sơ chậm tiếp nhận, 41 hồ sơ quá hạn (tổng hợp sáng 23/11/2026)",
    "Kính gửi ông Trưởng phòng,\nmột dòng dài: " + "hồ sơ " * 60 + "\n",
    "<!doctype html><p>Kính gửi ông <b>Trưởng phòng</b>, " + "hồ sơ " * 300 + "</p>",
)


def envelope(**more: str) -> Envelope:
    facts = {
        "sender": "tthc@coquan.test",
        "recipient": "truong.phong@coquan.test",
        "message_id": "<d.1@tthc.test>",
    }
    return Envelope(**(facts | more), decided_at=DECIDED, attempt=2)


def channel(smtp: Mailbox, **more: float) -> SmtpChannel:
    return SmtpChannel(Server.parse(smtp.url), **more)


def test_a_letter_arrives_whole_in_text_and_html(smtp: Mailbox) -> None:
    outcome = channel(smtp).send(compose(LETTER, envelope()), lambda: True)
    assert (outcome.verdict, outcome.code) == (Verdict.SENT, 250)
    (letter,) = smtp.letters
    assert letter.subject == LETTER.subject
    assert letter.body().replace("\r\n", "\n") == LETTER.text
    assert letter.body("html").strip() == LETTER.html
    headers = {
        name: str(letter.message[name]) for name in ("Message-ID", "Auto-Submitted", "X-Attempt", "Date")
    }
    assert headers == {
        "Message-ID": "<d.1@tthc.test>",
        "Auto-Submitted": "auto-generated",
        "X-Attempt": "2",
        "Date": "Mon, 23 Nov 2026 07:00:00 +0700",
    }


def test_a_letter_is_plain_ascii_in_short_lines_on_the_wire() -> None:
    wire = compose(LETTER, envelope()).as_bytes()
    assert wire.isascii()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [
        pytest.param(Fault.BUSY, Verdict.LATER, 421, id="busy: later"),
        pytest.param(Fault.BANNER_BUSY, Verdict.LATER, 421, id="busy before anything is said: later"),
        pytest.param(Fault.RECIPIENT_LATER, Verdict.LATER, 450, id="greylisted: later"),
        pytest.param(Fault.TEMPORARY, Verdict.LATER, 451, id="not now, after the letter: later"),
        pytest.param(Fault.RECIPIENT_UNKNOWN, Verdict.NEVER, 550, id="no such recipient: never"),
        pytest.param(Fault.FULL, Verdict.NEVER, 552, id="no room, after the letter: never"),
        pytest.param(Fault.FAILED, Verdict.NEVER, 554, id="failed, after the letter: never"),
        pytest.param(Fault.REFUSE_CONNECTION, Verdict.LATER, None, id="hangs up before greeting: later"),
    ],
)
def test_what_a_server_says_decides_whether_to_try_again(
    smtp: Mailbox, fault: Fault, verdict: Verdict, code: int | None
) -> None:
    smtp.fault = fault
    outcome = channel(smtp).send(compose(LETTER, envelope()), lambda: True)
    assert (outcome.verdict, outcome.code) == (verdict, code)


def test_a_letter_taken_without_an_answer_is_sent_again(smtp: Mailbox) -> None:
    smtp.fault = Fault.DROP_AFTER_DATA
    outcome = channel(smtp).send(compose(LETTER, envelope()), lambda: True)
    assert outcome.verdict is Verdict.LATER
    assert len(smtp.letters) == 1


def test_a_server_that_says_nothing_is_left_at_the_deadline(smtp: Mailbox) -> None:
    smtp.fault = Fault.SLOW
    outcome = channel(smtp, deadline=0.5).send(compose(LETTER, envelope()), lambda: True)
    assert (outcome.verdict, outcome.reply) == (Verdict.LATER, "no end within the time allowed")


def test_a_server_that_greets_byte_by_byte_is_left_at_the_deadline() -> None:
    with _dripping() as port:
        server = Server.parse(f"smtp://127.0.0.1:{port}")
        outcome = SmtpChannel(server, deadline=0.5).send(compose(LETTER, envelope()), lambda: True)
    assert outcome.verdict is Verdict.LATER


def test_a_server_that_closes_its_half_is_later() -> None:
    with _half_closing() as port:
        server = Server.parse(f"smtp://127.0.0.1:{port}")
        outcome = SmtpChannel(server, deadline=5).send(compose(LETTER, envelope()), lambda: True)
    assert (outcome.verdict, outcome.code) == (Verdict.LATER, None)


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("host", "known", "verdict"),
    [
        pytest.param("127.0.0.1", False, Verdict.OUR_SETTINGS, id="a certificate signed by nobody we know"),
        pytest.param("localhost", True, Verdict.OUR_SETTINGS, id="a certificate for another name"),
        pytest.param("127.0.0.1", True, Verdict.SENT, id="the right certificate"),
    ],
)
def test_a_letter_goes_only_to_who_shows_the_right_certificate(
    monkeypatch: pytest.MonkeyPatch, encryption: str, host: str, known: bool, verdict: Verdict
) -> None:
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(encryption=encryption) as mailbox:
        server = Server.parse(mailbox.url.replace("127.0.0.1", host))
        outcome = SmtpChannel(server).send(compose(LETTER, envelope()), lambda: True)
    assert outcome.verdict is verdict, outcome.reply
    assert len(mailbox.letters) == (verdict is Verdict.SENT)


def test_nobody_at_the_port_is_later_and_not_never() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = Server.parse(f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        outcome = SmtpChannel(server).send(compose(LETTER, envelope()), lambda: True)
    assert (outcome.verdict, outcome.code) == (Verdict.LATER, None)


def test_without_the_lease_nothing_is_handed_over(smtp: Mailbox) -> None:
    outcome = channel(smtp).send(compose(LETTER, envelope()), lambda: False)
    assert outcome.verdict is Verdict.LEASE_LOST
    assert smtp.letters == []


def test_a_server_without_encryption_is_a_fault_of_our_settings(smtp: Mailbox) -> None:
    server = Server.parse(f"smtp://{smtp.host}:{smtp.port}?tls=starttls")
    outcome = SmtpChannel(server).send(compose(LETTER, envelope()), lambda: True)
    assert outcome.verdict is Verdict.OUR_SETTINGS
    assert smtp.letters == []


def test_a_server_that_knows_no_sign_in_is_a_fault_of_our_settings_and_no_password_is_told(
    smtp: Mailbox,
) -> None:
    server = Server.parse(f"smtp://ai:bi-mat@{smtp.host}:{smtp.port}?tls=none")
    outcome = SmtpChannel(server).send(compose(LETTER, envelope()), lambda: True)
    assert outcome.verdict is Verdict.OUR_SETTINGS
    assert "bi-mat" not in outcome.reply + repr(server) + str(server)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"recipient": "a@b.test\r\nBcc: x@y.test"}, id="a line break in the recipient"),
        pytest.param({"recipient": "a@b.test, x@y.test"}, id="two recipients"),
        pytest.param({"recipient": "An <a@b.test>"}, id="a display name"),
        pytest.param({"sender": "a b@c.test"}, id="a blank in the sender"),
        pytest.param({"message_id": "<x>\nX-Evil: 1"}, id="a line break in the message id"),
    ],
)
def test_nothing_can_be_put_into_a_header(more: dict[str, str]) -> None:
    with pytest.raises(UnsafeHeader):
        compose(LETTER, envelope(**more))


@pytest.mark.parametrize("evil", ["\r\nBcc: x@y.test", "\nX: 1", "\x00", "\u2028Bcc: x"])
def test_a_subject_holds_no_line_break(evil: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(Letter("Cảnh báo" + evil, "", ""), envelope())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "smtp://u:p%40ss@mail.test:2525",
            ("mail.test", 2525, "starttls", "u", "p@ss"),
            id="starttls unless asked",
        ),
        pytest.param(
            "smtp://mail.test?tls=none", ("mail.test", 587, "none", "", ""), id="plain text when asked"
        ),
        pytest.param(
            "smtp://127.0.0.1:25", ("127.0.0.1", 25, "none", "", ""), id="plain text to this machine"
        ),
        pytest.param(
            "smtps://mail.test", ("mail.test", 465, "tls", "", ""), id="encrypted from the first byte"
        ),
    ],
)
def test_the_address_of_a_server_says_how_to_speak_with_it(url: str, expected: tuple[object, ...]) -> None:
    server = Server.parse(url)
    assert (server.host, server.port, server.encryption, server.user, server.password) == expected


@pytest.mark.parametrize("url", ["http://mail.test", "smtp://", "smtp://mail.test?tls=maybe"])
def test_another_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(WrongServerAddress, match="SMTP_URL"):
        Server.parse(url)


@contextmanager
def _half_closing() -> Iterator[int]:
    """A server that greets, and then says that it will say no more, while it goes on listening."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 mail.test\r\n")
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1000):
                    pass

        thread = threading.Thread(target=greet)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            thread.join()


@contextmanager
def _dripping() -> Iterator[int]:
    """A server that greets one byte at a time and never comes to the end of the line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                while not over.wait(0.05):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            thread.join()


def test_the_date_of_a_letter_is_when_it_was_decided() -> None:
    made = compose(LETTER, Envelope("a@b.test", "c@d.test", "<x@y>", DECIDED - dt.timedelta(days=1), 1))
    assert str(made["Date"]) == "Sun, 22 Nov 2026 07:00:00 +0700"
