"""Years that lie in an archive: which, since when, by whom; and the dossiers of theirs that are asked for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, text
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import tidy_code
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.archive import ArchivedCode, ArchivedTable, ArchivedYear
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import yearclosure

_OPEN_TO_US = text(
    "SELECT coalesce(has_schema_privilege(to_regnamespace(quote_ident(:schema)), 'USAGE'), false)"
)
_THERE = text("SELECT to_regnamespace(quote_ident(:schema)) IS NOT NULL")

_TABLE_THERE = text(
    "SELECT to_regclass(format('%I.%I', CAST(:schema AS text), CAST(:name AS text))) IS NOT NULL"
)

_PLACES = (
    ArchivedCode.receiving_agency_id, ArchivedCode.resolving_agency_id, ArchivedCode.returning_agency_id,
)  # fmt: skip


def exists(unit: Session | Connection, schema: str, name: str = "") -> bool:
    """Whether there is such a schema, or such a table in it."""
    which = _TABLE_THERE if name else _THERE
    named = {"schema": schema, "name": name} if name else {"schema": schema}
    return bool(unit.execute(which, named).scalar_one())


def schema_of(year: int) -> str:
    """The schema that an archived year lies in."""
    return f"archive_{year}"


@dataclass(frozen=True)
class Archived:
    """A year in an archive. there: its schema is in this database still."""

    year: int
    at: dt.datetime
    by: str
    rows: dict[str, int]
    there: bool


def archived_years(session: Session) -> list[int]:
    """Which years lie in an archive."""
    return list(session.execute(select(ArchivedYear.year).order_by(ArchivedYear.year)).scalars())


def years(session: Session) -> list[Archived]:
    """Every archived year, in order."""
    rows: dict[int, dict[str, int]] = {}
    counted = select(ArchivedTable.year, ArchivedTable.name, ArchivedTable.rows).order_by(ArchivedTable.name)
    for year, name, many in session.execute(counted):
        rows.setdefault(year, {})[name] = many
    found = (
        select(ArchivedYear.year, ArchivedYear.at, User.full_name)
        .join(User, User.id == ArchivedYear.by_id)
        .order_by(ArchivedYear.year)
    )
    return [
        Archived(year, at, by, rows.get(year, {}), is_there(session, year))
        for year, at, by in session.execute(found).all()
    ]


def live_years(session: Session) -> dict[int, int]:
    """How many dossiers each year holds that serves."""
    year = Dossier.id // yearclosure.YEAR
    counted = select(year, func.count()).group_by(year).order_by(year)
    return dict(session.execute(counted).all())


def is_there(session: Session, year: int) -> bool:
    """Whether the schema of an archived year is in this database."""
    return exists(session, schema_of(year))


def may_read(session: Session, year: int) -> bool:
    """Whether it is, and this role may look into it."""
    return bool(session.execute(_OPEN_TO_US, {"schema": schema_of(year)}).scalar_one())


def name_in(unit: Session | Connection, name: str, year: int) -> str:
    """What a table is called in the archive of a year: as the part that it was, or as the table."""
    part = f"{name}_{year}"
    return part if exists(unit, schema_of(year), part) else name


@dataclass(frozen=True)
class ArchivedDossier:
    """A dossier of an archived year, as far as it is known without it: whom to ask."""

    code: str
    year: int
    at: dt.datetime
    desk: str
    phone: str
    agencies: tuple[int, int, int] = (0, 0, 0)


def find(
    session: Session, code: str, scope: Scope | None = None, source_id: int | None = None
) -> ArchivedDossier | None:
    """The archived dossier that bears a code. scope: only one of these agencies; source_id: only one that
    this source calls so; None: of all."""
    if "\0" in code:  # PostgreSQL holds no such text
        return None
    found = _found().where(ArchivedCode.code.in_((code, tidy_code(code)))).limit(1)
    if scope is not None and not scope.all:
        seen = sorted(scope.agency_ids)
        found = found.where(or_(*(place.in_(seen) for place in _PLACES)))
    if source_id is not None:
        found = found.where(ArchivedCode.source_id == source_id)
    row = session.execute(found).first()
    return None if row is None else _told(row)


def find_all(session: Session, codes: Sequence[str]) -> dict[str, ArchivedDossier]:
    """Which of these codes are an archived dossier's."""
    return {row.code: _told(row) for row in session.execute(_found().where(ArchivedCode.code.in_(codes)))}


def _found() -> Select[*tuple[Any, ...]]:
    return (
        select(ArchivedCode.code, ArchivedYear.year, ArchivedYear.at, Agency.name, Agency.phone, *_PLACES)
        .join(ArchivedYear, ArchivedYear.year == ArchivedCode.year)
        .join(Agency, Agency.id == ArchivedCode.receiving_agency_id)
        .order_by(ArchivedCode.code, ArchivedCode.source_id)
    )


def _told(row: Any) -> ArchivedDossier:
    code, year, at, desk, phone, *places = row
    return ArchivedDossier(code, year, at, desk, phone or "", (places[0], places[1], places[2]))
