"""Short texts by SMS or Zalo: each a file under var/tin-nhan, for a province to hand to its gateway.

A gateway of one's own is a class with the `send` and `abort` of `TextFiles`, named in
`jobs.mailing.channel_of`; or a program beside, which takes the files (docs/operations.md, "Short texts").
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tthc_tracker.channels.letters import Outcome, Verdict
from tthc_tracker.channels.mailtext import Around
from tthc_tracker.domain.folding import fold
from tthc_tracker.queries.alertmail import AlertMail
from tthc_tracker.wording import alerts as words

LONGEST = 160  # characters of one SMS without marks
_UNSAFE = re.compile(r"[^A-Za-z0-9.@_-]")


@dataclass(frozen=True)
class Text:
    """A short text: to whom, what, and its name for ever; nothing in it is personal but the number."""

    channel: str  # sms|zalo
    to: str  # the phone of an account, as it stands there
    words: str
    message_id: str


def _for_us_alone(path: str, flags: int) -> int:
    """A phone number is in it."""
    return os.open(path, flags, 0o600)


def write_text(mail: AlertMail, *, channel: str, around: Around) -> str:
    """What is said: how many of what, and where to look. SMS without marks, so that it is one message."""
    said = f"TTHC: {words.counted(mail.counts)}."
    link = f" Xem {around.alerts_url()}"
    if channel == "sms":
        said = fold(said).replace("tthc:", "TTHC:", 1)
    room = LONGEST - len(link)
    return (said if len(said) <= room else said[: room - 3].rstrip(" ,.") + "...") + link


class TextFiles:
    """Writes `<Message-ID>.json`; the same text again replaces its own file, so that none is sent twice."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, text: Text, before_data: Callable[[], bool]) -> Outcome:
        """Write the text whole or not at all."""
        if not before_data():
            return Outcome(Verdict.LEASE_LOST)
        name = _UNSAFE.sub("", text.message_id)
        draft = self._directory / f".{name}.{os.getpid()}"
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(draft, "w", encoding="utf-8", opener=_for_us_alone) as file:
                json.dump(asdict(text), file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._directory / f"{name}.json")
        except OSError as error:
            return Outcome(Verdict.OUR_SETTINGS, reply=f"{self._directory}: {error.strerror}")
        return Outcome(Verdict.SENT, reply="file")

    def abort(self) -> None:
        """Nothing to give up: a file is written at once."""
