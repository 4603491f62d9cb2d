"""Keep what is printed: its words and their digest, which copy it is, whom it is about."""

import datetime as dt
import hashlib
import secrets
import zlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tthc_tracker.models.printing import PrintedAbout, PrintedContent, PrintedSlip

SALT = 16


@dataclass(frozen=True)
class PrintSlip:
    """A paper that is about to be printed.

    kind: the key of its title in the catalogue. subject: what it is of. dated_at: its own date; what has the
    same kind, subject and date is a copy. content: its words. dossier_ids: those that stand on it.
    earlier: copies that were counted elsewhere before papers were kept.
    """

    kind: str
    subject: str
    dated_at: dt.datetime
    size: str
    form: str
    form_version: str
    content: bytes
    dossier_ids: tuple[int, ...] = ()
    earlier: int = 0


@dataclass(frozen=True)
class Printed:
    """What became of it: which copy it is (1, 2, …), and the digest of its words."""

    copy: int
    sha256: str


def of_dossier(dossier_id: int) -> str:
    """The subject of a paper that is of one dossier."""
    return f"dossier:{dossier_id}"


def keep(session: Session, command: PrintSlip, *, person_id: int | None, now: dt.datetime) -> Printed:
    """Note one printing. Words that are those of the copy before are kept once.

    Who prints the same paper in the same moment waits, and prints the next copy.
    """
    last = _last(session, command)
    content = _same(session, last, command) or _new_content(session, command)
    slip = PrintedSlip(
        kind=command.kind, subject=command.subject, dated_at=command.dated_at,
        copy=max(last.copy if last else 0, command.earlier) + 1, size=command.size,
        sha256=digest(content.salt, command.content), content_id=content.id, printed_at=now,
        printed_by_id=person_id,
    )  # fmt: skip
    session.add(slip)
    session.flush()
    session.add_all(PrintedAbout(slip_id=slip.id, dossier_id=one) for one in sorted(set(command.dossier_ids)))
    return Printed(slip.copy, slip.sha256)


def keep_file(
    session: Session, kind: str, subject: str, dated_at: dt.datetime, sha256: str, *, person_id: int | None,
    now: dt.datetime,
) -> Printed:  # fmt: skip
    """Note one printing of a book: too long to be kept again, so the digest is that of the file."""
    command = PrintSlip(kind, subject, dated_at, "a4", "", "", b"")
    last = _last(session, command)
    slip = PrintedSlip(
        kind=kind, subject=subject, dated_at=dated_at, copy=last.copy + 1 if last else 1, size="a4",
        sha256=sha256, content_id=None, printed_at=now, printed_by_id=person_id,
    )  # fmt: skip
    session.add(slip)
    session.flush()
    return Printed(slip.copy, sha256)


def digest(salt: bytes, content: bytes) -> str:
    """What stays of erased words; without the salt, which goes with them, it says nothing."""
    return hashlib.sha256(salt + content).hexdigest()


def forget(session: Session, dossier_ids: tuple[int, ...]) -> int:
    """Erase the words of every paper on which one of these dossiers stands; how many papers lost theirs.

    That they were printed, when, by whom, and the digest stay.
    """
    slips = select(PrintedAbout.slip_id).where(PrintedAbout.dossier_id.in_(dossier_ids))
    contents = select(PrintedSlip.content_id).where(
        PrintedSlip.id.in_(slips), PrintedSlip.content_id.is_not(None)
    )
    gone = delete(PrintedContent).where(PrintedContent.id.in_(contents)).returning(PrintedContent.id)
    return len(session.execute(gone).all())


def _last(session: Session, command: PrintSlip) -> PrintedSlip | None:
    if session.get_bind().dialect.name == "postgresql":  # writers of SQLite come one after the other
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(command.subject, 0))))
    statement = (
        select(PrintedSlip)
        .where(
            PrintedSlip.subject == command.subject,
            PrintedSlip.kind == command.kind,
            PrintedSlip.dated_at == command.dated_at,
        )
        .order_by(PrintedSlip.copy.desc())
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def _same(session: Session, last: PrintedSlip | None, command: PrintSlip) -> PrintedContent | None:
    if last is None or last.content_id is None:
        return None
    found = session.get(PrintedContent, last.content_id)
    same = found is not None and digest(found.salt, command.content) == last.sha256
    return found if same else None


def _new_content(session: Session, command: PrintSlip) -> PrintedContent:
    content = PrintedContent(
        form=command.form, form_version=command.form_version, salt=secrets.token_bytes(SALT),
        body=zlib.compress(command.content, 9),
    )  # fmt: skip
    session.add(content)
    session.flush()
    return content
