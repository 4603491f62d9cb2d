"""One call that tells another system of a change, with its signature; the answer's body is not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tthc_tracker.channels.calling import NO_NAME, NO_TLS, NOT_ALLOWED, SILENCE, CallFailed, speaking_with
from tthc_tracker.domain.webhooks import Allowed, signature

__all__ = ["NOT_ALLOWED", "NO_NAME", "NO_TLS", "SILENCE", "Answer", "Message", "post"]

SILENT = 10.0  # seconds without anything from the other side
LONGEST = 20.0  # seconds of one call, however slowly the other side speaks
AGENT = "tthc-tracker-webhook/1"

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


def post(url: str, message: Message, allowed: Allowed) -> Answer:
    """Make the call."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with speaking_with(parts, allowed, silent=SILENT, longest=LONGEST) as connection:
            headers = {"Host": parts.netloc, **message.headers()}
            connection.request("POST", path, message.body.encode(), headers)
            with connection.getresponse() as response:
                code = response.status
    except CallFailed as failure:
        return Answer(None, str(failure))
    return Answer(code) if 200 <= code < 300 else Answer(code, NOT_TAKEN.format(code=code))
