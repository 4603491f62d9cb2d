"""The way out while no mail server is set: each letter a file under var/mail, to be opened and read."""

import os
import re
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path

from tthc_tracker.channels.letters import Outcome, Verdict


class MailFiles:
    """Writes `<Message-ID>.eml`; the same letter again replaces its own file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, message: EmailMessage, before_data: Callable[[], bool]) -> Outcome:
        """Write the letter whole or not at all."""
        if not before_data():
            return Outcome(Verdict.LEASE_LOST)
        name = _file_name(str(message["Message-ID"]))
        draft = self._directory / f".{name}.{os.getpid()}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._directory / f"{name}.eml")
        except OSError as error:
            return Outcome(Verdict.OUR_SETTINGS, reply=f"{self._directory}: {error.strerror}")
        return Outcome(Verdict.SENT, reply="file")

    def abort(self) -> None:
        """Nothing to give up: a file is written at once."""

    def forget(self, message_ids: Iterable[str]) -> int:
        """Remove the letters of these ids; how many lay here."""
        paths = [self._directory / f"{_file_name(one)}.eml" for one in message_ids]
        lying = [path for path in paths if path.exists()]
        for path in lying:
            path.unlink(missing_ok=True)
        return len(lying)


def _file_name(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@_-]", "", message_id)
