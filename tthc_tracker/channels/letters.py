"""A letter in its envelope: headers that nobody can inject into, a text part always, a stable Message-ID."""

import datetime as dt
import re
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from tthc_tracker.channels.mailtext import PICTURE, Letter

# One address without display name, quoting, comments or spaces: what an account may have.
_ADDRESS = re.compile(r"\A[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}\Z")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class _Folding(EmailPolicy):
    """Folds a header of other than ASCII by RFC 2047 in whole.

    The standard policy loses the blank between two encoded words when a line ends there: «hẹntrả».
    """

    def fold(self, name: str, value: Any) -> str:
        """The header as lines."""
        if str(value).isascii():
            return str(super().fold(name, value))
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes: folded lines are ASCII."""
        return self.fold(name, value).encode("ascii")


POLICY = _Folding(linesep="\r\n")


class UnsafeHeader(ValueError):
    """A header that would hold a line break or an address that is none: the letter is not made."""


class Verdict(StrEnum):
    """What became of a letter that was handed over."""

    SENT = "sent"
    LATER = "later"  # the server is away, busy or slow, or its answer was lost: send the same again
    NEVER = "never"  # the server will not take this letter
    OUR_SETTINGS = "our_settings"  # sign-in or encryption: no letter would go through
    LEASE_LOST = "lease_lost"  # somebody else has it: it was not sent


@dataclass(frozen=True)
class Outcome:
    """The verdict, with what the server said; after_text: once it had the whole letter."""

    verdict: Verdict
    code: int | None = None
    reply: str = ""
    after_text: bool = False


@dataclass(frozen=True)
class Envelope:
    """Where a letter goes and how it is known for ever."""

    sender: str
    recipient: str
    message_id: str
    decided_at: dt.datetime
    attempt: int
    fewer_url: str = ""  # where a POST asks for fewer such mails, without signing in


def checked_address(address: str) -> str:
    """The address itself.

    Raises:
        UnsafeHeader: it is not a single plain address.
    """
    if not _ADDRESS.match(address):
        raise UnsafeHeader("not a plain e-mail address")
    return address


def checked_header(value: str) -> str:
    """The value itself.

    Raises:
        UnsafeHeader: it holds a line break or another control character.
    """
    if _UNPRINTABLE.search(value):
        raise UnsafeHeader("a control character in a header")
    return value


def compose(letter: Letter, envelope: Envelope) -> EmailMessage:
    """The message to hand over: multipart/alternative of text and HTML, all in 7-bit lines.

    Raises:
        UnsafeHeader: see `checked_address` and `checked_header`.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = checked_address(envelope.sender)
    message["To"] = checked_address(envelope.recipient)
    message["Subject"] = checked_header(letter.subject)
    message["Date"] = format_datetime(envelope.decided_at)
    message["Message-ID"] = checked_header(envelope.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Attempt"] = str(envelope.attempt)
    if envelope.fewer_url:
        _offer_fewer(message, checked_header(envelope.fewer_url))
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.picture:
        html: Any = message.get_payload(1)
        html.add_related(
            letter.picture, "image", "png", cid=f"<{PICTURE}>", disposition="inline", filename="bieu-do.png"
        )
    return message


def _offer_fewer(message: EmailMessage, url: str) -> None:
    """RFC 2369, and RFC 8058 where its one condition holds: the address is https."""
    message["List-Unsubscribe"] = f"<{url}>"
    if url.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
