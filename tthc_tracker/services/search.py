"""Keep the search index: names without marks, and the three agencies of a dossier as words."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

Entry = tuple[int, Sequence[str], Iterable[int]]

_SQLITE = "INSERT INTO dossier_search (rowid, names, places) VALUES (?, ?, ?)"
_POSTGRESQL = text(
    "INSERT INTO dossier_search (dossier_id, document) "
    "SELECT id, to_tsvector('simple', names) || to_tsvector('simple', places) "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS text[]), CAST(:places AS text[])) "
    "AS entry (id, names, places) "
    "ON CONFLICT (dossier_id) DO UPDATE SET document = EXCLUDED.document"
)
_FORGET_POSTGRESQL = text("DELETE FROM dossier_search WHERE dossier_id = :id")
_FORGET = text("DELETE FROM dossier_search WHERE rowid = :id")


def index_dossier(session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int]) -> None:
    """Make one dossier findable; see `index_dossiers`."""
    index_dossiers(session, [(dossier_id, names, agency_ids)])


def index_dossiers(session: Session, entries: Sequence[Entry]) -> None:
    """Make new dossiers findable by the folded names of owner and applicant, within their agencies."""
    rows = [
        (dossier_id, " ".join(dict.fromkeys(names)), places(agency_ids))
        for dossier_id, names, agency_ids in entries
    ]
    if not rows:
        return
    if _is_postgresql(session):
        columns = zip(("ids", "names", "places"), map(list, zip(*rows, strict=True)), strict=True)
        session.execute(_POSTGRESQL, dict(columns))
    else:
        session.connection().exec_driver_sql(_SQLITE, rows)


def index_again(session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int]) -> None:
    """Replace what one dossier is found by: its owner or its agencies have changed."""
    if not _is_postgresql(session):
        session.execute(_FORGET, {"id": dossier_id})
    index_dossier(session, dossier_id, names, agency_ids)


def forget(session: Session, dossier_ids: Sequence[int]) -> None:
    """Dossiers that nobody is named on any more are found by their codes alone."""
    if dossier_ids:
        gone = _FORGET_POSTGRESQL if _is_postgresql(session) else _FORGET
        session.execute(gone, [{"id": dossier_id} for dossier_id in dossier_ids])


def places(agency_ids: Iterable[int]) -> str:
    """Agencies as the index's words."""
    return _words(frozenset(agency_ids))


@lru_cache(maxsize=4096)  # the same few agencies stand on most dossiers of a file
def _words(agency_ids: frozenset[int]) -> str:
    return " ".join(f"a{agency_id}" for agency_id in sorted(agency_ids))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
