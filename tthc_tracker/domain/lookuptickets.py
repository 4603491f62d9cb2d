"""What a look-up that succeeded hands out, so that its page can ask for more without the proof in it.

A ticket stands in a page that is kept by nobody, opens one dossier as its code and proof did, and dies soon.
It holds no number and no receipt's token, and cannot be guessed or made to open another dossier.
"""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

LIFE = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which dossier was opened, and by which of its codes it was asked for."""

    dossier_id: int
    code: str


def issue(secret: str, ticket: Ticket, now: dt.datetime) -> str:
    """The ticket as text, good for `LIFE`."""
    content = f"{int((now + LIFE).timestamp())}|{ticket.dossier_id}|{ticket.code}"
    return f"{_mac(secret, content)}|{content}"


def read(secret: str, text: str, now: dt.datetime) -> Ticket | None:
    """What a ticket opens; None for one that is none of ours or has run out."""
    mac, _, content = text.partition("|")
    if not hmac.compare_digest(mac.encode(), _mac(secret, content).encode()):
        return None
    until, dossier_id, code = content.split("|", 2)
    return Ticket(int(dossier_id), code) if now.timestamp() < int(until) else None


def _mac(secret: str, content: str) -> str:
    return hmac.new(secret.encode(), f"lookup-ticket:{content}".encode(), hashlib.sha256).hexdigest()
