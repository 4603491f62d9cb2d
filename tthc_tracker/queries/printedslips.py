"""What was printed of a dossier, and what a paper said."""

import datetime as dt
import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.models.account import User
from tthc_tracker.models.printing import PrintedAbout, PrintedContent, PrintedSlip
from tthc_tracker.models.setting import FormTitle


@dataclass(frozen=True)
class PrintedCopy:
    """One printing. kept: whether its words still are."""

    id: int
    kind: str
    title: str
    dated_at: dt.datetime
    copy: int
    size: str
    sha256: str
    printed_at: dt.datetime
    printed_by: str
    kept: bool


@dataclass(frozen=True)
class KeptPaper:
    """A paper as it was printed."""

    copy: PrintedCopy
    form: str
    form_version: str
    content: bytes


def of_dossier(session: Session, dossier_id: int) -> list[PrintedCopy]:
    """Every paper on which a dossier stands, the latest first. Two queries."""
    statement = (
        select(PrintedSlip, User.full_name, PrintedContent.id)
        .join(PrintedAbout, PrintedAbout.slip_id == PrintedSlip.id)
        .outerjoin(User, User.id == PrintedSlip.printed_by_id)
        .outerjoin(PrintedContent, PrintedContent.id == PrintedSlip.content_id)
        .where(PrintedAbout.dossier_id == dossier_id)
        .order_by(PrintedSlip.id.desc())
    )
    rows = session.execute(statement).all()
    titles = _titles(session, {row.kind for row, _, _ in rows})
    return [_copy(row, titles, name, content is not None) for row, name, content in rows]


def paper(session: Session, slip_id: int, dossier_id: int) -> KeptPaper:
    """What one of them said.

    Raises:
        NotFound: none of that number on which the dossier stands, or its words were erased.
    """
    statement = (
        select(PrintedSlip, User.full_name, PrintedContent)
        .join(PrintedAbout, PrintedAbout.slip_id == PrintedSlip.id)
        .join(PrintedContent, PrintedContent.id == PrintedSlip.content_id)
        .outerjoin(User, User.id == PrintedSlip.printed_by_id)
        .where(PrintedAbout.dossier_id == dossier_id, PrintedSlip.id == slip_id)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(str(slip_id))
    slip, name, content = row
    copy = _copy(slip, _titles(session, {slip.kind}), name, kept=True)
    return KeptPaper(copy, content.form, content.form_version, zlib.decompress(content.body))


def _titles(session: Session, kinds: set[str]) -> list[FormTitle]:
    statement = select(FormTitle).where(FormTitle.form_key.in_(sorted(kinds))) if kinds else None
    if statement is None:
        return []
    return list(session.execute(statement.order_by(FormTitle.valid_from.desc())).scalars())


def _copy(row: PrintedSlip, titles: list[FormTitle], name: str | None, kept: bool) -> PrintedCopy:
    day = row.dated_at.date()
    fits = (one.title for one in titles if one.form_key == row.kind and one.valid_from <= day)
    return PrintedCopy(
        row.id, row.kind, next(fits, row.kind), row.dated_at, row.copy, row.size, row.sha256, row.printed_at,
        name or "", kept,
    )  # fmt: skip
