"""Keep the search index: names without marks; agencies of a dossier and the ends of its codes as words."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.dossiercode import tail_words
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.person import Person

WORDS = 1_000
"""Notes of new words that are carried over in a transaction."""

Entry = tuple[int, Sequence[str], Iterable[int], str]

_SQLITE = "INSERT INTO dossier_search (rowid, names, places) VALUES (?, ?, ?)"
_POSTGRESQL = text(
    "INSERT INTO dossier_search (dossier_id, document) "
    "SELECT id, to_tsvector('simple', names) || to_tsvector('simple', places) "
    "FROM unnest(CAST(:ids AS bigint[]), CAST(:names AS text[]), CAST(:places AS text[])) "
    "AS entry (id, names, places) "
    "ON CONFLICT (dossier_id) DO UPDATE SET document = EXCLUDED.document"
)
_FORGET = text("DELETE FROM dossier_search WHERE rowid = :id")
_FORGET_POSTGRESQL = text("DELETE FROM dossier_search WHERE dossier_id = :id")
_FORGET_BETWEEN = text("DELETE FROM dossier_search WHERE dossier_id BETWEEN :first AND :last")
_CARRY_WORDS = text("""
    WITH noted AS (
        DELETE FROM dossier_word_new WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM dossier_word_new ORDER BY term LIMIT :most FOR UPDATE SKIP LOCKED
        ))
        RETURNING term
    ), known AS (
        INSERT INTO dossier_word (term) SELECT DISTINCT term FROM noted ORDER BY term ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM noted
""")
_FORGET_ALL = text("DELETE FROM dossier_search")
_FORGET_ALL_SQLITE = text("INSERT INTO dossier_search (dossier_search) VALUES ('delete-all')")


def index_dossier(
    session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int], code: str
) -> None:
    """Make one dossier findable; see `index_dossiers`."""
    index_dossiers(session, [(dossier_id, names, agency_ids, code)])


def index_dossiers(session: Session, entries: Sequence[Entry]) -> None:
    """Make new dossiers findable by the folded names of owner and applicant and by the end of their code,
    within their agencies."""
    _write(session, [
        (dossier_id, " ".join(dict.fromkeys(names)), " ".join((places(agency_ids), *tail_words(code))))
        for dossier_id, names, agency_ids, code in entries
    ])  # fmt: skip


def _write(session: Session, rows: Sequence[tuple[int, str, str]]) -> None:
    if not rows:
        return
    if _is_postgresql(session):
        columns = zip(("ids", "names", "places"), map(list, zip(*rows, strict=True)), strict=True)
        session.execute(_POSTGRESQL, dict(columns))
    else:
        session.connection().exec_driver_sql(_SQLITE, rows)


def index_again(session: Session, dossier_id: int, names: Sequence[str], agency_ids: Iterable[int]) -> None:
    """Replace what one dossier is found by: its owner or its agencies have changed, or nobody is named on
    it any more."""
    if not _is_postgresql(session):
        session.execute(_FORGET, {"id": dossier_id})
    codes = select(DossierCode.code).where(DossierCode.dossier_id == dossier_id).order_by(DossierCode.code)
    tails = [word for code in session.execute(codes).scalars() for word in tail_words(code)]
    words = " ".join((places(agency_ids), *dict.fromkeys(tails)))
    _write(session, [(dossier_id, " ".join(dict.fromkeys(names)), words)])


def forget(session: Session, dossier_id: int) -> None:
    """Let one dossier be found by nothing any more."""
    session.execute(_FORGET_POSTGRESQL if _is_postgresql(session) else _FORGET, {"id": dossier_id})


def forget_between(session: Session, first: int, last: int) -> None:
    """Let the dossiers of a stretch of numbers be found by nothing any more, on PostgreSQL."""
    session.execute(_FORGET_BETWEEN, {"first": first, "last": last})


def forget_all(session: Session) -> None:
    """Empty the index, so that `index_from` can make it anew."""
    session.execute(_FORGET_ALL if _is_postgresql(session) else _FORGET_ALL_SQLITE)


def index_from(session: Session, after: int, most: int) -> int | None:
    """Make the next dossiers findable, in order of their ids, of a database whose index is empty; the id of
    the last, None when there are no more.
    """
    owner, applicant = aliased(Person), aliased(Person)
    next_ones = select(Dossier.id).where(Dossier.id > after).order_by(Dossier.id).limit(most).subquery()
    known = (
        select(
            Dossier.id, DossierCode.code, Dossier.receiving_agency_id, Dossier.resolving_agency_id,
            Dossier.returning_agency_id, applicant.name_folded.label("applicant"),
            owner.name_folded.label("owner"),
        )
        .join(next_ones, next_ones.c.id == Dossier.id)
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .order_by(Dossier.id, DossierCode.code)
    )  # fmt: skip
    rows = []
    for dossier_id, found in groupby(session.execute(known), key=lambda row: row.id):
        codes = list(found)
        one = codes[0]
        names = dict.fromkeys(name for name in (one.applicant, one.owner) if name)
        agencies = {one.receiving_agency_id, one.resolving_agency_id, one.returning_agency_id}
        tails = dict.fromkeys(word for row in codes for word in tail_words(row.code))
        rows.append((dossier_id, " ".join(names), " ".join((places(agencies), *tails))))
    _write(session, rows)
    return rows[-1][0] if rows else None


def carry_words(session: Session, most: int = WORDS) -> bool:
    """Put the next new words of PostgreSQL's index, which its trigger only notes, among those that are known;
    whether more wait.

    Whoever writes the index must not do so himself: two that bring the same words in another order would wait
    for each other. Known and noted are both asked (queries.searchindex), so nothing hangs on when this runs.
    """
    carried: int = session.execute(_CARRY_WORDS, {"most": most}).scalar_one()
    return carried == most


def places(agency_ids: Iterable[int]) -> str:
    """Agencies as the index's words."""
    return _words(frozenset(agency_ids))


@lru_cache(maxsize=4096)  # the same few agencies stand on most dossiers of a file
def _words(agency_ids: frozenset[int]) -> str:
    return " ".join(f"a{agency_id}" for agency_id in sorted(agency_ids))


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
