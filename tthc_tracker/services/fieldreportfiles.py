"""Field reports and their kinds from CSV files: every bad row named, all or nothing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import ConflictingDossier, InvalidInput, InvalidLimit
from tthc_tracker.domain.fieldreports import ReportChannel
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.domain.typeddates import UnreadableError, read_moment
from tthc_tracker.models.fieldreport import FieldReportKind
from tthc_tracker.services import audit
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.services.fieldreports import Reported, Sender, take_sent
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table
from tthc_tracker.wording.fieldreports import BAD_MOMENT, NO_SUCH_PHOTO

COLUMNS = ("code", "kind", "place", "words", "received_at")
"""What a file of reports must have; agency, photo and contact_name, _phone, _email may be missing."""


@dataclass(frozen=True)
class Enclosed:
    """The photos that came with a file. read: one by its name in the column `photo`; None: not among them."""

    album: Album
    read: Callable[[str], bytes | None]
    kept: list[str] = field(default_factory=list)

    def keep(self, name: str) -> str:
        """Lay one into the album; its name there.

        Raises:
            InvalidInput: `photo`: not enclosed, too large, or no picture that is taken.
        """
        data = self.read(name)
        if data is None:
            raise InvalidInput("photo", f"«{name}» {NO_SUCH_PHOTO}")
        self.kept.append(self.album.keep(data))
        return self.kept[-1]

    def forget(self) -> None:
        """Delete what was laid into the album for nothing."""
        for name in self.kept:
            self.album.forget(name)


def load_reports(
    session: Session, text: str, *, agency_id: int, actor_id: int | None, now: dt.datetime, photos: Enclosed
) -> Outcome:
    """Take in a file of reports for an agency; loaded again, it changes nothing.

    Raises:
        BadRows: with every reason. Nothing is loaded then, and no photo stays.
    """
    table, tally = read_table(text, COLUMNS), Tally()
    table.once("code", lambda row: row.cells["code"].strip())
    sender = Sender(ReportChannel.FILE, agency_id, user_id=actor_id)
    for row in table.rows:
        _take(session, row, sender, tally, now, photos)
    if table.faults:
        photos.forget()
    table.refuse_if_bad()
    if tally.added:
        audit.note(
            session, "field_reports_imported", actor_id=actor_id, now=now, object_type="agency",
            object_id=agency_id, agency_id=agency_id, facts={"rows": tally.added},
        )  # fmt: skip
    return tally.outcome()


def _take(
    session: Session, row: Row, sender: Sender, tally: Tally, now: dt.datetime, photos: Enclosed
) -> None:
    reported, photo = _reported(row), row.text("photo", longest=200)
    if any(fault.row == row.number for fault in row.faults):
        return
    try:
        report, new = take_sent(session, row.cells["code"], reported, sender, now=now)
        if new and photo:
            report.photo = photos.keep(photo)
    except (InvalidInput, ConflictingDossier) as fault:
        row.bad(fault.field, fault.message)
        return
    tally.added += new
    tally.unchanged += not new


def _reported(row: Row) -> Reported:
    return Reported(
        kind=row.text("kind", longest=40, required=True), place=row.text("place", longest=300, required=True),
        words=row.text("words", longest=2000, required=True), agency=row.text("agency", longest=40),
        received_at=_moment(row), contact_name=row.text("contact_name", longest=200),
        contact_phone=row.text("contact_phone", longest=40),
        contact_email=row.text("contact_email", longest=254),
    )  # fmt: skip


def _moment(row: Row) -> dt.datetime | None:
    """When it was taken in: `2024-01-15 09:30` or `15/01/2024 09:30`, local unless it says otherwise."""
    said = row.text("received_at", longest=40, required=True)
    for read in (dt.datetime.fromisoformat, read_moment):
        try:
            found = read(said)
        except (ValueError, UnreadableError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=VIETNAM)
    if said:
        row.bad("received_at", f"«{said}» {BAD_MOMENT}")
    return None


def load_kinds(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Take in kinds with their limits: what a file no longer names stays as it is.

    A report keeps the limit that it was taken in with. Raises BadRows.
    """
    table, tally = read_table(text, ("code", "name", "amount", "unit")), Tally()
    table.once("code", lambda row: row.cells["code"].strip())
    known = {kind.code: kind for kind in session.execute(select(FieldReportKind)).scalars()}
    for row in table.rows:
        _load_kind(session, row, known, tally)
    table.refuse_if_bad()
    if tally.added or tally.changed:
        audit.note(
            session, "field_report_kinds_loaded", actor_id=actor_id, now=now,
            facts={"rows": tally.added + tally.changed},
        )  # fmt: skip
    return tally.outcome()


def _load_kind(session: Session, row: Row, known: dict[str, FieldReportKind], tally: Tally) -> None:
    code = row.text("code", longest=40, required=True)
    limit = _limit(row)
    said = {
        "name": row.text("name", longest=200, required=True),
        "amount": limit.amount, "unit": limit.unit, "active": not row.flag("ended"),
    }  # fmt: skip
    kind = known.get(code)
    if kind is None:
        session.add(FieldReportKind(code=code, **said))
        tally.added += 1
    elif any(getattr(kind, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(kind, name, value)
        tally.changed += 1
    else:
        tally.unchanged += 1


def _limit(row: Row) -> TimeLimit:
    amount, unit = row.amount("amount"), row.choice("unit", LimitUnit)
    try:
        return TimeLimit(Decimal(-1) if amount is None else amount, unit or LimitUnit.WORKING_DAY)
    except InvalidLimit:
        row.bad("amount", "Thời hạn không dùng được: số không âm, tối đa hai chữ số lẻ.")
        return TimeLimit(Decimal(1), LimitUnit.WORKING_DAY)
