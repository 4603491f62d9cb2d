"""Keep the search index: names without marks, and the three agencies of a dossier as words."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

Entry = tuple[int, Sequence[str], Iterable[int]]

_SQLITE = text("INSERT INTO dossier_search (rowid, names, places) VALUES (:id, :names, :places)")
_POSTGRESQL = text(
    "INSERT INTO dossier_search (dossier_id, document) "
    "VALUES (:id, to_tsvector('simple', :names) || to_tsvector('simple', :places)) "
    "ON CONFLICT (dossier_id) DO UPDATE SET document = EXCLUDED.document"
)
_FORGET = text("DELETE FROM dossier_search WHERE rowid = :id")


def index_dossier(session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int]) -> None:
    """Make one dossier findable; see `index_dossiers`."""
    index_dossiers(session, [(dossier_id, names, agency_ids)])


def index_dossiers(session: Session, entries: Sequence[Entry]) -> None:
    """Make new dossiers findable by the folded names of owner and applicant, within their agencies."""
    rows = [
        {"id": dossier_id, "names": " ".join(dict.fromkeys(names)), "places": places(agency_ids)}
        for dossier_id, names, agency_ids in entries
    ]
    session.execute(_POSTGRESQL if _is_postgresql(session) else _SQLITE, rows)


def index_again(session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int]) -> None:
    """Replace what one dossier is found by: its owner or its agencies have changed."""
    if not _is_postgresql(session):
        session.execute(_FORGET, {"id": dossier_id})
    index_dossier(session, dossier_id, names, agency_ids)


def places(agency_ids: Iterable[int]) -> str:
    """Agencies as the index's words."""
    return " ".join(f"a{agency_id}" for agency_id in sorted(set(agency_ids)))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
