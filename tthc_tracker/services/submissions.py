"""Forms that may be sent twice and are carried out once (double click, back, refresh, two tabs, retry)."""

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from tthc_tracker.domain.errors import ConflictingSubmission, DuplicateSubmission, NotFound
from tthc_tracker.models.base import UNHEEDED, Base
from tthc_tracker.models.reception import Submission
from tthc_tracker.queries.revisions import in_one_column, note_revisions

_TABLE = Base.metadata.tables[Submission.__tablename__]


def fingerprint(fields: Mapping[str, Any]) -> str:
    """SHA-256 of a form's content: same content, same print, whatever the order or Unicode form."""
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(unicodedata.normalize("NFC", canonical).encode()).hexdigest()


def claim(session: Session, key: str, *, user_id: int, action: str, content: str, now: dt.datetime) -> None:
    """Take a form's key, first of all in the transaction. `key`: 32 hexadecimal digits made with the form.

    Raises:
        DuplicateSubmission: the same form was carried out; `.outcome` is what it made.
        ConflictingSubmission: the same key with other content.
        NotFound: somebody else's key.
    """
    row = {"key": key, "user_id": user_id, "action": action, "fingerprint": content, "created_at": now}
    connection = session.connection()
    if claimed := connection.execute(_claim(connection.dialect.name), row).first():
        note_revisions(session, claimed.revisions)
        return
    earlier = session.execute(select(Submission).where(Submission.key == key)).scalar_one()
    if (earlier.user_id, earlier.action) != (user_id, action):
        raise NotFound
    if earlier.fingerprint != content:
        raise ConflictingSubmission
    raise DuplicateSubmission(earlier.result)


def settle(session: Session, key: str, *, kind: str, result: str, now: dt.datetime) -> None:
    """Note what a claimed form has made, so that a repeat leads there."""
    row = {"claimed": key, "result_kind": kind, "result": result, "done_at": now}
    session.connection().execute(_settle(), row, execution_options=UNHEEDED)


def latest(session: Session) -> dt.datetime | None:
    """When the form was sent that was carried out last, of anybody; None before the first."""
    return session.execute(_latest()).scalar_one_or_none()


@cache
def _latest() -> Select[dt.datetime]:
    return select(Submission.created_at).order_by(Submission.created_at.desc()).limit(1)


# Both stand in every reception: put together once, and run on the table, past the unit of work.


@cache
def _claim(dialect: str) -> ReturningInsert[Any]:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = ("key", "user_id", "action", "fingerprint", "created_at")
    statement = insert(_TABLE).values({name: bindparam(name) for name in columns})
    return statement.on_conflict_do_nothing().returning(_TABLE.c.key, in_one_column().label("revisions"))


@cache
def _settle() -> Update:
    names = ("result_kind", "result", "done_at")
    return update(_TABLE).where(_TABLE.c.key == bindparam("claimed")).values({n: bindparam(n) for n in names})
