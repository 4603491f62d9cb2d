"""Files of lists: who asked for which, why, and how far the job that writes them has come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.models.keptlist import ListExport
from tthc_tracker.services import audit

FORMS = ("csv", "xlsx")
LONGEST_REASON = 200
KEPT = dt.timedelta(days=7)
MOST_WAITING = 5
MOST_ATTEMPTS = 3
BOOK = "register_book"
LATE_LIST = "late_list"
MOST_ON_PAPER = 5_000  # dossiers of a list for leaders, 1,000 to a file: more cannot be set in one go
BOOK_IN_ONE = 1_000  # lines of a volume; a longer book is a ZIP of its volumes


@dataclass(frozen=True)
class ExportList:
    """A file of a list: exactly these columns of exactly what answers the question, for this reason."""

    list_name: str
    question: Mapping[str, str]
    columns: tuple[str, ...]
    form: str
    reason: str


def note(session: Session, command: ExportList, *, user_id: int, now: dt.datetime) -> None:
    """Note in the audit that a list leaves as a file; the first thing of every export.

    Raises:
        InvalidInput: no reason, one too long, or a form that is none.
    """
    if command.form not in FORMS:
        raise InvalidInput("form", "Hãy chọn CSV hoặc Excel.")
    facts = {
        "list": command.list_name, "form": command.form, "reason": checked_reason(command.reason),
        "columns": list(command.columns), "question": dict(command.question),
    }  # fmt: skip
    audit.note(session, "export_list", actor_id=user_id, now=now, facts=facts)


def request(session: Session, command: ExportList, *, user_id: int, now: dt.datetime) -> int:
    """Ask for a file that is written in the background; its id.

    Raises:
        InvalidInput: as `note`, or five of this person's files are waiting already.
    """
    note(session, command, user_id=user_id, now=now)
    _refuse_a_sixth(session, user_id)
    export = ListExport(
        user_id=user_id, list_name=command.list_name, question=dict(command.question),
        columns=list(command.columns), form=command.form, reason=checked_reason(command.reason),
        created_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()
    return export.id


def keep_pdf(session: Session, list_name: str, rows: int, *, user_id: int, now: dt.datetime) -> int:
    """Note a file of papers that is written at once, in this transaction; its id."""
    export = ListExport(
        user_id=user_id, list_name=list_name, question={}, columns=[], form="pdf", status="ready",
        row_count=rows, created_at=now, ready_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()
    return export.id


def request_book(session: Session, agency: str, year: int, columns: tuple[str, ...], reason: str, total: int,
    *, user_id: int, now: dt.datetime,
) -> int:  # fmt: skip
    """Ask for a desk's book of a year, written in the background in volumes; its id.

    Raises:
        InvalidInput: as `request`.
    """
    _refuse_a_sixth(session, user_id)
    export = ListExport(
        user_id=user_id, list_name=BOOK, question={"agency": agency, "year": str(year), "total": str(total)},
        columns=list(columns), form="zip" if total > BOOK_IN_ONE else "pdf", reason=checked_reason(reason),
        created_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()
    return export.id


def request_late_list(
    session: Session,
    question: Mapping[str, str],
    agency: str,
    filters: str,
    *,
    long: bool,
    user_id: int,
    now: dt.datetime,
) -> int:
    """Ask for the list of what is late on paper, written in the background; its id.

    agency: whose head stands on it, by code; filters: what it is narrowed to, in words; long: longer than one
    file (BOOK_IN_ONE), so that it is a ZIP of several.

    Raises:
        InvalidInput: five of this person's files are waiting already.
    """
    _refuse_a_sixth(session, user_id)
    audit.note(
        session, "late_list_printed", actor_id=user_id, now=now, object_type="list", object_id="overdue",
        facts={"question": dict(question)},
    )  # fmt: skip
    asked = {"asked": dict(question), "agency": agency, "filters": filters}
    export = ListExport(
        user_id=user_id, list_name=LATE_LIST, question=asked, columns=[], form="zip" if long else "pdf",
        created_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()
    return export.id


def _refuse_a_sixth(session: Session, user_id: int) -> None:
    waiting = select(func.count()).where(ListExport.user_id == user_id, ListExport.status == "waiting")
    if session.execute(waiting).scalar_one() >= MOST_WAITING:
        raise InvalidInput("form", "Bạn đang chờ nhiều tệp. Hãy đợi các tệp trước xong rồi xuất tiếp.")


def checked_reason(typed: str) -> str:
    """The reason of a file, tidied.

    Raises:
        InvalidInput: none, or one too long.
    """
    try:
        reason = clean(typed)
    except UncleanText:
        raise InvalidInput("reason", "Có ký tự lạ trong lý do. Hãy gõ lại.") from None
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("reason", f"Hãy ghi lý do xuất tệp, nhiều nhất {LONGEST_REASON} ký tự.")
    return reason


# --- what the job does


def take(session: Session) -> int | None:
    """The oldest file that waits, its attempt counted; None when none does.

    One that has ended the process three times is given up, so that it never keeps the others waiting.
    """
    waiting = select(ListExport).where(ListExport.status == "waiting").order_by(ListExport.id).limit(1)
    while (export := session.execute(waiting).scalar_one_or_none()) is not None:
        if export.attempts < MOST_ATTEMPTS:
            export.attempts += 1
            return export.id
        export.status, export.error = "failed", "Không tạo được tệp. Hãy thu hẹp danh sách rồi xuất lại."
        session.flush()
    return None


def come_to(session: Session, export_id: int, rows: int) -> None:
    """So many rows are written."""
    waiting = update(ListExport).where(ListExport.id == export_id, ListExport.status == "waiting")
    session.execute(waiting.values(row_count=rows))


def finish(session: Session, export_id: int, rows: int, *, now: dt.datetime) -> None:
    """The file lies ready."""
    done = update(ListExport).where(ListExport.id == export_id, ListExport.status == "waiting")
    session.execute(done.values(status="ready", row_count=rows, ready_at=now))


def refuse(session: Session, export_id: int, why: str) -> None:
    """The file will not be written: `why`, in words for whoever asked."""
    refused = update(ListExport).where(ListExport.id == export_id, ListExport.status == "waiting")
    session.execute(refused.values(status="failed", error=why[:LONGEST_REASON]))


def fetched(session: Session, export_id: int, *, user_id: int, now: dt.datetime) -> None:
    """Its owner has taken it: the notice goes out, the audit says when."""
    audit.note(
        session, "export_fetched", actor_id=user_id, now=now, object_type="export", object_id=export_id
    )
    first = update(ListExport).where(ListExport.id == export_id, ListExport.fetched_at.is_(None))
    session.execute(first.values(fetched_at=now))


def forget_files_of(session: Session, user_id: int) -> None:
    """Somebody's rights have changed: what they let him export is no longer his to fetch."""
    session.execute(delete(ListExport).where(ListExport.user_id == user_id))


def sweep(session: Session, now: dt.datetime) -> int:
    """Forget the files older than a week; how many. The job removes what then belongs to none."""
    old = delete(ListExport).where(ListExport.created_at < now - KEPT)
    return len(session.execute(old.returning(ListExport.id)).all())
