"""History as the bytes that are stored, for the trail: moments and facts as texts, whatever the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Select, String, Text, bindparam, cast, func, select, tuple_, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.trail import (
    INSTALLATION,
    AuditText,
    EventText,
    Kind,
    LinkKind,
    Member,
    PrivateText,
    unpack,
)
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent, EventPrivate
from tthc_tracker.models.trail import TrailHead, TrailLink

_ONCE = 400  # keys in a statement
_PAGE = 2000  # rows read at a time
Row = EventText | AuditText | PrivateText
TYPES: dict[Kind, type[Row]] = {Kind.EVENT: EventText, Kind.AUDIT: AuditText, Kind.PRIVATE: PrivateText}


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def moment(session: Session, column: Any) -> Any:
    """A moment as the trail writes it: SQLite keeps that very text."""
    if _is_postgresql(session):
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    return type_coerce(column, String)


def _json(session: Session, column: Any) -> Any:
    return cast(column, Text) if _is_postgresql(session) else type_coerce(column, String)


def _events(session: Session, event: Any = DossierEvent) -> Select[Any]:
    return select(
        event.dossier_id, event.seq, type_coerce(event.kind, String), moment(session, event.occurred_at),
        moment(session, event.recorded_at), event.actor_id, event.actor_name, event.reason,
        _json(session, event.facts),
    )  # fmt: skip


def _privates(session: Session, private: Any = EventPrivate) -> Select[Any]:
    return select(private.dossier_id, private.seq, private.salt, _json(session, private.payload))


def _audits(session: Session) -> Select[Any]:
    entry = AuditEntry
    return select(
        entry.id, moment(session, entry.at), entry.actor_id, entry.agency_id, entry.action,
        entry.object_type, entry.object_id, _json(session, entry.facts),
    )  # fmt: skip


@contextmanager
def bytes_as_they_are(session: Session) -> Iterator[None]:
    """Read texts that are no UTF-8 (somebody wrote into the file) as something other than an error."""
    raw: Any = session.connection().connection.driver_connection
    if _is_postgresql(session):
        yield
        return
    kept, raw.text_factory = raw.text_factory, lambda stored: stored.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = kept


def rows_of(
    session: Session, members: Sequence[Member], event: Any = DossierEvent, private: Any = EventPrivate
) -> dict[tuple[Kind, int, int], Row]:
    """The rows that members name, as far as they are there. event, private: those of an archive, not ours."""
    found: dict[tuple[Kind, int, int], Row] = {}
    by_kind: dict[Kind, list[Member]] = {kind: [] for kind in Kind}
    for member in members:
        by_kind[member.kind].append(member)
    for kind, model, statement in (
        (Kind.EVENT, event, _events(session, event)),
        (Kind.PRIVATE, private, _privates(session, private)),
    ):
        ids = [member.id for member in by_kind[kind]]
        seqs = [member.seq for member in by_kind[kind]]
        for row in _paired(session, statement, model, ids, seqs):
            found[kind, row[0], row[1]] = TYPES[kind](*row)
    for start in range(0, len(by_kind[Kind.AUDIT]), _ONCE):
        ids = [member.id for member in by_kind[Kind.AUDIT][start : start + _ONCE]]
        for row in session.execute(_audits(session).where(AuditEntry.id.in_(ids))):
            found[Kind.AUDIT, row[0], 0] = AuditText(*row)
    return found


def _paired(
    session: Session,
    statement: Select[Any],
    model: Any,
    ids: Sequence[int],
    seqs: Sequence[int],
) -> Iterator[Any]:
    for start in range(0, len(ids), _ONCE):
        pairs = list(zip(ids[start : start + _ONCE], seqs[start : start + _ONCE], strict=True))
        yield from session.execute(statement.where(tuple_(model.dossier_id, model.seq).in_(pairs)))


def desks_of(session: Session, dossier_ids: Sequence[int]) -> dict[int, int]:
    """The receiving desk of each of these dossiers."""
    found: dict[int, int] = {}
    for start in range(0, len(dossier_ids), _ONCE):
        ids = {"ids": dossier_ids[start : start + _ONCE]}
        found |= dict(session.connection().execute(_desks(), ids).all())
    return found


@cache
def _desks() -> Select[int, int]:
    """The receiving desks of the dossiers `ids`. Every commit of an event asks: put together once."""
    its = Dossier.id.in_(bindparam("ids", expanding=True))
    return select(Dossier.id, Dossier.receiving_agency_id).where(its)


def has_genesis(session: Session) -> bool:
    """Whether what was there before the trail has been chained."""
    first = select(TrailLink.seq).where(
        TrailLink.agency_id == INSTALLATION, TrailLink.kind == LinkKind.GENESIS
    )
    return session.execute(first.limit(1)).first() is not None


def covered(session: Session) -> set[tuple[type[Row], int, int]]:
    """The rows that stand under links already; few, for it is asked before the genesis only."""
    links = session.execute(select(TrailLink.members)).scalars()
    return {(TYPES[member.kind], member.id, member.seq) for packed in links for member in unpack(packed)}


def everything(session: Session) -> Iterator[tuple[int, Row]]:
    """Every row of history with the agency whose chain it belongs to, a page at a time."""
    for model, statement, made in (
        (DossierEvent, _events(session), EventText),
        (EventPrivate, _privates(session), PrivateText),
    ):
        keys = (model.dossier_id, model.seq)
        placed = statement.join(Dossier, Dossier.id == model.dossier_id).add_columns(
            Dossier.receiving_agency_id
        )
        for row in _pages(session, placed, keys):
            yield row[-1], made(*row[:-1])
    for row in _pages(session, _audits(session), (AuditEntry.id,)):
        yield row[3] or INSTALLATION, AuditText(*row)


def _pages(
    session: Session, statement: Select[Any], keys: tuple[InstrumentedAttribute[Any], ...]
) -> Iterator[Any]:
    after: tuple[Any, ...] | None = None
    while True:
        page = statement.order_by(*keys).limit(_PAGE)
        if after is not None:
            page = page.where(tuple_(*keys) > after)
        rows = session.execute(page).all()
        yield from rows
        if len(rows) < _PAGE:
            return
        after = tuple(rows[-1][: len(keys)])


def reached(session: Session) -> dict[str, int]:
    """How many links each chain has, by agency."""
    heads = select(TrailHead.agency_id, TrailHead.seq).order_by(TrailHead.agency_id)
    return {str(agency_id): seq for agency_id, seq in session.execute(heads)}
