"""Chain what a transaction wrote of history: in one place, right before it commits, whoever wrote it.

Every write session is attended (`attend`): events, their personal parts and audit entries are seen as they
are flushed, and covered by one link a chain just before the commit. The head of a chain is a hot row: it is
taken last, in the order of agencies, and held for two statements and the commit (decision 0016).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, bindparam, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, sessionmaker
from sqlalchemy.orm.util import identity_key

from tthc_tracker.domain import trail
from tthc_tracker.domain.trail import AuditText, EventText, Kind, Link, LinkKind, Member, PrivateText
from tthc_tracker.models.base import UNHEEDED, Base
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import AuditEntry, DossierEvent, EventPrivate
from tthc_tracker.models.trail import TrailHead, TrailLink
from tthc_tracker.queries import trailrows
from tthc_tracker.services.trailkeys import Key, Keyring

MOST_MEMBERS = 5000  # a link is read whole when it is verified
MOST_HELD = 50_000  # rows of all chains together that `begin` holds, some 40 MB
_WAITING = "trail"
_MODELS: Mapping[str, type[Base]] = {
    model.__tablename__: model for model in (DossierEvent, EventPrivate, AuditEntry)
}
Row = EventText | PrivateText | AuditText


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


# Put together once: every transaction that writes history runs them.
_HEAD = _table(TrailHead)
_HOLD = (
    select(_HEAD.c.agency_id, _HEAD.c.seq, _HEAD.c.hash, _HEAD.c.key_id)
    .where(_HEAD.c.agency_id.in_(bindparam("agencies", expanding=True)))
    .order_by(_HEAD.c.agency_id)
    .with_for_update()
)
_ADD = insert(_table(TrailLink))
_MOVE = update(_HEAD).where(_HEAD.c.agency_id == bindparam("agency"))
_MOVE = _MOVE.values(seq=bindparam("to_seq"), hash=bindparam("to_hash"), key_id=bindparam("to_key"))


class _Waiting(NamedTuple):
    """A row that the commit will chain, and the savepoint it goes with if that is undone."""

    row: Row
    digest: bytes  # of a personal part: empty, for it takes the key
    recorded: str
    savepoint: SessionTransaction | None
    desk: int | None = None  # the agency whose chain it belongs to, as far as known when it was written


def attend(makers: sessionmaker[Session], keyring: Keyring) -> None:
    """See to it that whatever these sessions write of history is chained when they commit."""

    def chain(session: Session) -> None:
        if not session.in_nested_transaction():
            session.flush()
            if waiting := session.info.pop(_WAITING, None):
                _chain(session, keyring, waiting)

    event.listen(makers, "after_flush", _see_flushed)
    event.listen(makers, "do_orm_execute", _see_inserted)
    event.listen(makers, "after_soft_rollback", _forget)
    event.listen(makers, "before_commit", chain)


def cover_events(session: Session, rows: Sequence[Mapping[str, Any]], desks: Iterable[int | None]) -> None:
    """Chain many events as `cover` does; what they share is written out once. desks: of their dossiers."""
    facts, moments = _Once(trail.stored_json), _Once(trail.moment_text)
    texts = (
        EventText(
            row["dossier_id"], row["seq"], str(row["kind"]), moments.text_of(row["occurred_at"]),
            moments.text_of(row["recorded_at"]), row.get("actor_id"), row.get("actor_name", ""),
            row.get("reason", ""), facts.text_of(row.get("facts", _NOTHING)),
        )
        for row in rows
    )  # fmt: skip
    cover_texts(session, texts, desks)


def cover_texts(session: Session, events: Iterable[EventText], desks: Iterable[int | None]) -> None:
    """Chain events that are written out already. desks: of their dossiers."""
    savepoint = session.get_nested_transaction()
    waiting = session.info.setdefault(_WAITING, [])
    for text, desk in zip(events, desks, strict=True):
        waiting.append(_Waiting(text, trail.digest(text), text.recorded_at, savepoint, desk))


_NOTHING: Mapping[str, Any] = {}


class _Once:
    """The text of each object, written when it is met first. The rows keep the objects, so an id is one."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write, self._known = write, dict[int, str]()

    def text_of(self, value: Any) -> str:
        """Its text."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._write(value)
        return known


def cover(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], desk: int | None = None
) -> None:
    """Chain rows written past the unit of work (COPY, a driver's own statement) with this transaction.

    Rows name their columns; what they leave out is the model's default. An event's personal part must bring
    its salt, an audit entry its id. desk: of the dossier, to spare the look at it.
    """
    if model is DossierEvent:
        cover_events(session, rows, repeat(desk, len(rows)))
        return
    savepoint = session.get_nested_transaction()
    waiting = session.info.setdefault(_WAITING, [])
    if model is EventPrivate:
        for row in rows:
            private = PrivateText(
                row["dossier_id"], row["seq"], row["salt"], trail.stored_json(row["payload"])
            )
            waiting.append(_Waiting(private, b"", "", savepoint, desk))
    else:
        for row in rows:
            entry = _audit_text(row)
            waiting.append(_Waiting(entry, trail.digest(entry), entry.at, savepoint))


def _audit_text(row: Mapping[str, Any]) -> AuditText:
    return AuditText(
        row["id"], trail.moment_text(row["at"]), row.get("actor_id"), row.get("agency_id"), row["action"],
        row.get("object_type", ""), row.get("object_id", ""), trail.stored_json(row.get("facts", {})),
    )  # fmt: skip


def _see_flushed(session: Session, _context: object) -> None:
    """Their keys and defaults are known by now; nothing may change them any more."""
    for written in session.new:
        if isinstance(written, DossierEvent | EventPrivate | AuditEntry):
            values = {column.key: getattr(written, column.key) for column in written.__table__.columns}
            desk = None if isinstance(written, AuditEntry) else _desk(session, written.dossier_id)
            cover(session, type(written), [values], desk)


def _desk(session: Session, dossier_id: int) -> int | None:
    """The receiving desk of a dossier that the session holds: new ones are not in its map yet."""
    known = session.identity_map.get(identity_key(Dossier, dossier_id))
    if known is not None:
        return known.receiving_agency_id
    fresh = (each for each in session.new if isinstance(each, Dossier) and each.id == dossier_id)
    return next((each.receiving_agency_id for each in fresh), None)


def _see_inserted(state: ORMExecuteState) -> None:
    if not state.is_insert:
        return
    model = _MODELS.get(cast(Any, state.statement).table.name)
    if model is None:
        return
    if not state.parameters:
        raise TypeError("rows of history are given beside the statement, so that they can be chained")
    cover(state.session, model, cast(Any, _listed(state.parameters)))


def _listed(parameters: Any) -> Sequence[Mapping[str, Any]]:
    return [parameters] if isinstance(parameters, Mapping) else parameters


def _forget(session: Session, undone: SessionTransaction) -> None:
    """What a savepoint undid never happened; without a savepoint nothing did."""
    waiting: list[_Waiting] | None = session.info.get(_WAITING)
    if not waiting:
        return
    if undone.nested:
        waiting[:] = [each for each in waiting if not _within(each.savepoint, undone)]
    else:
        waiting.clear()


def _within(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is undone:
            return True
        savepoint = savepoint.parent
    return False


# --- at the commit


def _chain(session: Session, keyring: Keyring, waiting: Sequence[_Waiting]) -> None:
    unknown = {
        each.row.dossier_id for each in waiting if each.desk is None and not isinstance(each.row, AuditText)
    }
    desks = trailrows.desks_of(session, sorted(unknown)) if unknown else {}
    by_agency: dict[int, list[_Waiting]] = defaultdict(list)
    for each in waiting:
        if isinstance(each.row, AuditText):
            by_agency[each.row.agency_id or trail.INSTALLATION].append(each)
        else:
            by_agency[each.desk or desks[each.row.dossier_id]].append(each)
    _append(session.connection(), keyring, by_agency, LinkKind.WORK)


def _append(
    connection: Connection, keyring: Keyring, by_agency: Mapping[int, Sequence[_Waiting]], kind: LinkKind
) -> None:
    heads = _hold(connection, sorted(by_agency))
    key = keyring.signing(max(head[2] for head in heads.values()))
    links: list[dict[str, Any]] = []
    for agency_id in sorted(by_agency):
        seq, last_hash, _ = heads[agency_id]
        for part in _parts(by_agency[agency_id]):
            seq += 1
            link = _link(key, agency_id, seq, kind, part, last_hash)
            last_hash = trail.link_hash(key.secret, link)
            links.append(_link_row(link, last_hash))
        heads[agency_id] = (seq, last_hash, key.id)
    connection.execute(_ADD, links)
    connection.execute(_MOVE, [
        {"agency": agency_id, "to_seq": seq, "to_hash": last_hash, "to_key": key_id}
        for agency_id, (seq, last_hash, key_id) in sorted(heads.items())
    ], execution_options=UNHEEDED)  # fmt: skip


def _hold(connection: Connection, agency_ids: Sequence[int]) -> dict[int, tuple[int, str, int]]:
    """The heads of these chains, held to the end of the transaction, always in the same order.

    New heads are made before any is held: whoever waits for one never holds what its maker waits for.
    """
    held = _held(connection, agency_ids) if len(agency_ids) == 1 else {}
    if len(held) < len(agency_ids):
        upsert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(_table(TrailHead))
        begun = {"seq": 0, "hash": trail.BEGINNING, "key_id": 0}
        connection.execute(
            upsert.on_conflict_do_nothing(), [{"agency_id": each} | begun for each in agency_ids]
        )
        held = _held(connection, agency_ids)
    return held


def _held(connection: Connection, agency_ids: Sequence[int]) -> dict[int, tuple[int, str, int]]:
    heads = connection.execute(_HOLD, {"agencies": agency_ids})
    return {agency_id: (seq, hashed, key_id) for agency_id, seq, hashed, key_id in heads}


def _parts(waiting: Sequence[_Waiting]) -> Iterator[Sequence[_Waiting]]:
    for start in range(0, max(len(waiting), 1), MOST_MEMBERS):
        yield waiting[start : start + MOST_MEMBERS]


def _link(
    key: Key, agency_id: int, seq: int, kind: LinkKind, part: Sequence[_Waiting], prev_hash: str
) -> Link:
    members = trail.pack(_member(key, each) for each in part)
    at = max((each.recorded for each in part), default="") or _LONG_AGO
    return Link(agency_id, seq, kind, at, key.id, members, prev_hash)


_LONG_AGO = "1970-01-01 00:00:00.000000"  # a link that covers nothing: the genesis of an empty database


def _member(key: Key, each: _Waiting) -> Member:
    row = each.row
    if isinstance(row, PrivateText):
        return Member(Kind.PRIVATE, row.dossier_id, row.seq, trail.private_digest(key.secret, row))
    if isinstance(row, EventText):
        return Member(Kind.EVENT, row.dossier_id, row.seq, each.digest)
    return Member(Kind.AUDIT, row.id, 0, each.digest)


def _link_row(link: Link, hashed: str) -> dict[str, Any]:
    return {
        "agency_id": link.agency_id, "seq": link.seq, "kind": link.kind,
        "at": trail.moment_of(link.at), "key_id": link.key_id, "members": link.members,
        "prev_hash": link.prev_hash, "hash": hashed,
    }  # fmt: skip


# --- what stood there before


def begin(session: Session, keyring: Keyring) -> int:
    """Chain, once, what stands in the tables without a chain: the genesis. How many rows.

    Only the first run does anything: afterwards a row without a link is a finding, not work. What it holds
    does not grow with what stands there: the longest chain is written when enough wait.
    """
    if trailrows.has_genesis(session):
        return 0
    covered = trailrows.covered(session)
    held: dict[int, list[_Waiting]] = defaultdict(list, {trail.INSTALLATION: []})
    many = waiting = 0
    for agency_id, row in trailrows.everything(session):
        if (type(row), row[0], 0 if isinstance(row, AuditText) else row[1]) in covered:
            continue
        held[agency_id].append(_found(row))
        many, waiting = many + 1, waiting + 1
        if len(held[agency_id]) == MOST_MEMBERS or waiting == MOST_HELD:
            longest = max(held, key=lambda each: len(held[each]))
            waiting -= len(held[longest])
            _append(session.connection(), keyring, {longest: held.pop(longest)}, LinkKind.GENESIS)
    _append(session.connection(), keyring, held, LinkKind.GENESIS)
    return many


def _found(row: Row) -> _Waiting:
    if isinstance(row, PrivateText):
        return _Waiting(row, b"", "", None)
    at = row.recorded_at if isinstance(row, EventText) else row.at
    return _Waiting(row, trail.digest(row), at, None)
