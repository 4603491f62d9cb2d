"""How often somebody gets mail about alerts, and the link by which he gets less of it without signing in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_BYTES = 16
_TOKEN = re.compile(r"\A([1-9][0-9]{0,17})-(at_once|digest|weekly)-([a-z2-7]{26})\Z")


class MailFrequency(StrEnum):
    """From most to least. What is statutory (domain.alertrules) is told the next morning whatever it is."""

    AT_ONCE = "at_once"  # as each rule says, and every morning
    DAILY = "daily"  # every morning
    WEEKLY = "weekly"  # the first working morning of the week; others only when something statutory is new


class AlertMailKind(StrEnum):
    """The mails about alerts that somebody may want less of."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class MailChoice:
    """What somebody has chosen; summary: whether he wants the weekly summary, which is no alert."""

    frequency: MailFrequency = MailFrequency.AT_ONCE
    summary: bool = True

    def without(self, kind: AlertMailKind) -> MailChoice:
        """The choice of whoever no longer wants mails of a kind; asked a second time it changes nothing."""
        if kind is AlertMailKind.WEEKLY:
            return MailChoice(self.frequency, summary=False)
        if kind is AlertMailKind.DIGEST:
            return MailChoice(MailFrequency.WEEKLY, self.summary)
        at_once = self.frequency is MailFrequency.AT_ONCE
        return MailChoice(MailFrequency.DAILY if at_once else self.frequency, self.summary)


def only_statutory(frequency: MailFrequency, *, first_of_week: bool) -> bool:
    """Whether a morning's digest tells only what is statutory and new."""
    return frequency is MailFrequency.WEEKLY and not first_of_week


def is_first_of_week(day: date, works: Callable[[date], bool]) -> bool:
    """Whether no day from Monday to the one before was worked."""
    return not any(works(day - timedelta(days=back)) for back in range(1, day.weekday() + 1))


# --- the link


def fewer_token(secret: str, user_id: int, kind: AlertMailKind) -> str:
    """What proves that a link came with a mail of this kind to this account; it lasts as long as the mail."""
    return f"{user_id}-{kind.value}-{_mark(secret, user_id, kind)}"


def read_fewer_token(secret: str, token: str) -> tuple[int, AlertMailKind] | None:
    """Whose mails of which kind a link means; None for one that we never gave out."""
    found = _TOKEN.match(token)
    if found is None:
        return None
    user_id, kind = int(found[1]), AlertMailKind(found[2])
    return (user_id, kind) if hmac.compare_digest(found[3], _mark(secret, user_id, kind)) else None


def _mark(secret: str, user_id: int, kind: AlertMailKind) -> str:
    mac = hmac.new(secret.encode(), f"fewer-mails:{user_id}:{kind.value}".encode(), hashlib.sha256)
    return base64.b32encode(mac.digest()[:_BYTES]).decode().rstrip("=").lower()


# --- a server that refuses


_NO_MAILBOX = frozenset({550, 551, 553})
_NOT_THERE = frozenset({552, 554})
_OF_US_OR_THE_LETTER = re.compile(r"\A\s*5\.[67]\.[0-9]+")


def refuses_the_address(code: int | None, reply: str, *, after_text: bool = False) -> bool:
    """Whether a server's answer says that nothing reaches a mailbox, not that it dislikes us or the letter.

    RFC 5321 4.2.3: 550 no mailbox, 551 not here, 553 no such name; to the whole letter (`after_text`) 552 no
    room and 554 failed, for nothing reaches him there until somebody sees to it. RFC 3463: X.6.X is about
    what a letter holds, X.7.X is policy (a black list, relaying refused), whatever the code.
    """
    meant = _NOT_THERE if after_text else _NO_MAILBOX
    return code in meant and not _OF_US_OR_THE_LETTER.match(reply)
