"""Requests of other systems that may come twice and are carried out once (Idempotency-Key)."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import ConflictingSubmission
from tthc_tracker.models.api import ApiAnswer

# A system that could not reach us over a week-end's outage of its own still gets the same answer.
KEPT = dt.timedelta(hours=48)

_KEY = re.compile(r"\A[\x21-\x7e]{1,128}\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a request that was carried out; `body` holds nothing personal."""

    status: int
    body: dict[str, Any]


def is_key(text: str) -> bool:
    """Whether a text may be a key: 1 to 128 visible ASCII characters."""
    return _KEY.match(text) is not None


def claim(session: Session, token_id: int, key: str, *, content: str, now: dt.datetime) -> Answer | None:
    """Take a request's key, first of all in the transaction; gives the answer if it was carried out before.

    A request under way with the same key is waited for. One that was refused left no trace: it may be
    corrected and sent again with its key. `content`: the fingerprint of method, address and body.

    Raises:
        ConflictingSubmission: the key was used for other content.
    """
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(ApiAnswer)
    row = {"token_id": token_id, "key": key, "fingerprint": content, "created_at": now}
    if session.execute(insert.values(row).on_conflict_do_nothing().returning(ApiAnswer.key)).first():
        return None
    where = (ApiAnswer.token_id == token_id) & (ApiAnswer.key == key)
    earlier = session.execute(select(ApiAnswer).where(where)).scalar_one()
    if earlier.fingerprint != content:
        raise ConflictingSubmission
    assert earlier.status is not None, "claim and answer are one transaction"
    return Answer(earlier.status, earlier.body or {})


def keep(session: Session, token_id: int, key: str, answer: Answer) -> None:
    """Keep the answer of a claimed request, in the same transaction."""
    where = (ApiAnswer.token_id == token_id) & (ApiAnswer.key == key)
    session.execute(update(ApiAnswer).where(where).values(status=answer.status, body=answer.body))


def sweep(session: Session, now: dt.datetime) -> int:
    """Remove answers that have served their time; gives how many."""
    gone = session.execute(delete(ApiAnswer).where(ApiAnswer.created_at < now - KEPT))
    return int(getattr(gone, "rowcount", 0))
