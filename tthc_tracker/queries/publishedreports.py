"""The field reports that everybody may read: answered, published, without whoever reported.

Words and answer were read before they were published; numbers and addresses of people that were overlooked
are blotted out all the same. Photos stay inside: a street has faces and number plates.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.personaldata import blotted
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind
from tthc_tracker.queries import listing
from tthc_tracker.queries.keptlist import Page

PAGE = 20


@dataclass(frozen=True)
class PublishedReport:
    """A report as anybody reads it. satisfied: as the citizen said; None where nobody has asked him."""

    code: str
    kind: str
    place: str
    words: str
    answer: str
    agency: str
    received_on: dt.date
    answered_on: dt.date
    in_time: bool
    satisfied: bool | None


def page(session: Session, *, after: str = "") -> Page:
    """A page of them, the last answered first. One query."""
    key = tuple_(FieldReport.answered_at, FieldReport.id)
    statement = _published().order_by(FieldReport.answered_at.desc(), FieldReport.id.desc())
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(key < start)
    found = session.execute(statement.limit(PAGE + 1)).all()
    last = found[PAGE - 1].FieldReport if len(found) > PAGE else None
    return Page(_views(found[:PAGE]), listing.encode_cursor(last.answered_at, last.id) if last else "")


def find(session: Session, code: str) -> PublishedReport | None:
    """One of them; None where none of that code is public."""
    found = session.execute(_published().where(FieldReport.code == code)).all() if "\0" not in code else ()
    return next(iter(_views(found)), None)


def _published() -> Any:
    return (
        select(FieldReport, FieldReportKind.name.label("kind"), Agency.name.label("agency"))
        .join(FieldReportKind, FieldReportKind.id == FieldReport.kind_id)
        .join(Agency, Agency.id == FieldReport.handling_agency_id)
        .where(FieldReport.published, FieldReport.erased_at.is_(None))
    )


def _views(rows: Sequence[Any]) -> tuple[PublishedReport, ...]:
    return tuple(_view(row.FieldReport, row.kind, row.agency) for row in rows)


def _view(report: FieldReport, kind: str, agency: str) -> PublishedReport:
    answered = report.answered_at
    assert answered is not None, "nothing is published that has no answer (the table checks it)"
    place, words, answer = (
        blotted(text, [report.contact_name or ""]) for text in (report.place, report.words, report.answer)
    )
    return PublishedReport(
        report.code, kind, place, words, answer, agency, report.received_at.date(), answered.date(),
        answered < report.late_from, report.satisfied,
    )  # fmt: skip
