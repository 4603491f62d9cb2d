"""Number the lines of a desk's book: 1, 2, 3 without a gap, and what was printed once never moves."""

import datetime as dt

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.orm import Session

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.printing import RegisterLine
from tthc_tracker.queries.registers import last_number, year_of

AT_A_TIME = 2_000


def number(session: Session, agency_id: int, year: int, zone: dt.tzinfo | None) -> int:
    """Give the next numbers of a book to what the desk has accepted since, oldest first; how many, at most
    2,000 in one transaction.

    A number is given when the book is printed, so that what is entered with an earlier moment afterwards
    follows instead of moving lines that are on paper. Cancelled ones keep their line.
    """
    if session.get_bind().dialect.name == "postgresql":  # writers of SQLite come one after the other
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("register", agency_id))))
    given = last_number(session, agency_id, year)
    start, end = year_of(year, zone)
    order = (Dossier.accepted_at, Dossier.id)
    new = (
        select(literal(agency_id), literal(year), given + func.row_number().over(order_by=order), Dossier.id)
        .where(
            Dossier.receiving_agency_id == agency_id,
            Dossier.accepted_at >= start,
            Dossier.accepted_at < end,
            ~exists().where(RegisterLine.dossier_id == Dossier.id),
        )
        .order_by(*order)
        .limit(AT_A_TIME)
    )
    columns = ["agency_id", "year", "number", "dossier_id"]
    session.execute(insert(RegisterLine).from_select(columns, new, include_defaults=False))
    return last_number(session, agency_id, year) - given
