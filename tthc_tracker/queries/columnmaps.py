"""How exports are read whose columns are not the vocabulary's: the map in force, by version."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.columnmaps import ColumnMap
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.columnmap import SourceColumns
from tthc_tracker.models.procedure import Source


@dataclass(frozen=True)
class KeptMap:
    """A version of a map. own: of one agency's files only."""

    id: int
    version: int
    how: ColumnMap
    made_at: dt.datetime
    made_by: str
    own: bool


def in_force(session: Session, source_code: str, agency_ids: Collection[int] = ()) -> KeptMap | None:
    """The map by which a file of a source is read today: the newest of all files of the source, or of those
    sent from one of these agencies. None where nobody has made one.
    """
    of_source = Source.code == source_code
    found = _found(session, of_source, SourceColumns.agency_id.is_(None))
    own = _found(session, of_source, SourceColumns.agency_id.in_(sorted(agency_ids))) if agency_ids else None
    return own or found


def id_for_all(session: Session, source_id: int) -> int | None:
    """The map by which files of a source are read that nobody sends; None where there is none."""
    statement = (
        select(SourceColumns.id)
        .where(SourceColumns.source_id == source_id, SourceColumns.agency_id.is_(None))
        .order_by(SourceColumns.id.desc())
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def of_file(session: Session, columns_id: int | None) -> ColumnMap | None:
    """The map by which a file was judged, whatever has been saved since; None of one of the vocabulary."""
    kept = version_of_file(session, columns_id)
    return kept.how if kept else None


def version_of_file(session: Session, columns_id: int | None) -> KeptMap | None:
    """The same, with who saved it and when."""
    return None if columns_id is None else _found(session, SourceColumns.id == columns_id)


def newest_version(session: Session, source_code: str) -> int:
    """The number of the last map of a source; 0 where there is none."""
    statement = (
        select(func.coalesce(func.max(SourceColumns.version), 0))
        .join(Source, Source.id == SourceColumns.source_id)
        .where(Source.code == source_code)
    )
    return session.execute(statement).scalar_one()


def agency_codes(session: Session, names: Collection[str]) -> dict[str, str]:
    """Name, folded → code, of those names that one agency alone bears."""
    statement = (
        select(Agency.name_folded, func.min(Agency.code))
        .where(Agency.name_folded.in_(sorted(names)))
        .group_by(Agency.name_folded)
        .having(func.count() == 1)
        .order_by(Agency.name_folded)
    )
    return dict(session.execute(statement).all())


def _found(session: Session, *conditions: ColumnElement[bool]) -> KeptMap | None:
    statement = (
        select(SourceColumns, User.full_name)
        .join(Source, Source.id == SourceColumns.source_id)
        .join(User, User.id == SourceColumns.made_by_id)
        .where(*conditions)
        .order_by(SourceColumns.id.desc())
        .limit(1)
    )
    row = session.execute(statement).first()
    if row is None:
        return None
    kept, made_by = row
    how = ColumnMap(dict(kept.columns), dict(kept.fixed), kept.dates, dict(kept.words), kept.encoding)
    return KeptMap(kept.id, kept.version, how, kept.made_at, made_by, kept.agency_id is not None)
