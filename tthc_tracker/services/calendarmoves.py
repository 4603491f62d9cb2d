"""What a change of the calendar does to the open dossiers: reckoned beside them, then written at once.

Reckoning takes its time: batch by batch into `calendar_move`, which no date is read from, and gone on with
after a kill. Writing is one transaction with the calendar itself, so that whoever reads sees all or nothing
(decision 0030). What was under way meanwhile is looked at again afterwards, by the same two steps.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, case, delete, func, select, text, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.domain.calendarchanges import ChangeState, Effect, Notice
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.base import Base
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.process import StepRun
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.calendars import AsWritten
from tthc_tracker.queries.openclocks import STORED, changed_ids, clocks
from tthc_tracker.queries.revisions import forget_revisions, revision
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, bulkrows, calendars, calendartelling, calendaruntouched
from tthc_tracker.services.calendarreckoning import Reckoner
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.wording import calendarchanges as words

BATCH = 2000
LEANS_ON = ("calendar", "agencies", "settings", "catalogue")


@dataclass
class Run:
    """One change in the hands of one run: what it reads once, and goes by until it ends."""

    change_id: int
    calendars: AsWritten | None = None
    ids: list[int] = field(default_factory=list)
    after_id: int = 0
    more: bool = True
    overtaken: bool = False


def _held(session: Session, change_id: int, state: ChangeState) -> CalendarChange:
    statement = select(CalendarChange).where(CalendarChange.id == change_id).with_for_update()
    change = session.execute(statement.execution_options(populate_existing=True)).scalar_one()
    if change.state is not state:
        raise NotNow(f"the change is {change.state.value}")
    return change


def standing_of(session: Session) -> str:
    """The revisions of all that a date follows from besides its dossier."""
    return ".".join(str(revision(session, name)) for name in LEANS_ON)


def would_be(session: Session, lines: Sequence[calendars.Line]) -> AsWritten:
    """The calendars that these rows would make: written, read, and undone."""
    session.flush()
    savepoint = session.begin_nested()
    calendars.write_lines(session, lines)
    made = AsWritten(session)
    savepoint.rollback()
    session.expire_all()
    return made


def touched_agencies(session: Session, lines: Iterable[calendars.Line]) -> frozenset[int] | None:
    """Whose clocks rows of a calendar could move; None: everybody's."""
    named = {line.agency_id for line in lines}
    if None in named:
        return None
    return frozenset().union(*(subtree(session, each) for each in named if each is not None))


# --- reckoning


def judge_next(session: Session, run: Run, *, now: dt.datetime) -> None:
    """Reckon the next dossiers by a change; after the last, say what it comes to.

    Whatever dates follow from may itself have changed since the first batch: then it begins anew.

    Raises:
        NotNow: it is not being reckoned, or by another run. BadRows: its rows cannot be read any more.
    """
    change = _held(session, run.change_id, ChangeState.WAITING)
    if run.calendars is None or change.standing != standing_of(session):
        _begin(session, change, run)
    elif run.after_id != change.after_id:
        raise NotNow("another run has taken this change up")
    assert run.calendars is not None
    batch, run.ids = run.ids[:BATCH], run.ids[BATCH:]
    _stage(session, change, run.calendars, batch, now)
    if batch:
        change.examined += len(batch)
        change.after_id = run.after_id = batch[-1]
    if not run.ids:
        change.state, change.counts, run.more = ChangeState.JUDGED, counted(session, change.id), False


def _begin(session: Session, change: CalendarChange, run: Run) -> None:
    """Go on where a run before came to, if all is as it was; else from the start, with what it can touch."""
    standing, lines = standing_of(session), calendars.read_lines(session, change.rows)
    run.calendars, agencies = would_be(session, lines), touched_agencies(session, lines)
    if change.standing != standing:
        forget(session, change.id)
        change.standing, change.after_id = standing, 0
        change.examined = calendaruntouched.stage(session, change.id, agencies, run.calendars)
    run.after_id = change.after_id
    run.ids = changed_ids(session, change.id, agencies)
    change.total = change.examined + len(run.ids)


def _stage(
    session: Session,
    change: CalendarChange,
    made: AsWritten,
    ids: Sequence[int],
    now: dt.datetime,
    *,
    keeping: bool = False,
) -> None:
    """Put down how these dossiers stand and would stand. keeping: only what is touched."""
    if not ids:
        return
    reckoner = Reckoner(session, made, change.id, now)
    rows = [reckoner.move(one) for one in clocks(session, ids)]
    if keeping:
        rows = [row for row in rows if row["touched"]]
    _forget_before(session, change.id, [row["dossier_id"] for row in rows])
    bulkrows.insert(session, CalendarMove, rows)


def _forget_before(session: Session, change_id: int, ids: Sequence[int]) -> None:
    """Let go of what was put down of these dossiers before: at the first reckoning that is nothing.

    It is looked for as a stretch. A server that has not counted a table that is being filled takes it for
    empty, and compared each row of it with each of two thousand numbers: nine tenths of its work.
    """
    if not ids:
        return
    stretch = (CalendarMove.dossier_id >= min(ids), CalendarMove.dossier_id <= max(ids))
    known = select(CalendarMove.dossier_id).where(CalendarMove.change_id == change_id, *stretch)
    before = sorted(set(ids).intersection(session.execute(known).scalars()))
    if before:
        these: Any = among(CalendarMove.dossier_id, bindparam("ids", before, Ids()))
        session.execute(delete(CalendarMove).where(CalendarMove.change_id == change_id, these))


def counted(session: Session, change_id: int) -> dict[str, int]:
    """What a change comes to, by name."""
    move = CalendarMove

    def many(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    columns = {
        "examined": func.count(),
        "moves": many(move.moves),
        "later": many(and_(move.moves, move.current_due_at > move.was_current_due_at)),
        "earlier": many(and_(move.moves, move.current_due_at < move.was_current_due_at)),
        "late": many(move.effect == Effect.LATE),
        "relieved": many(move.effect == Effect.RELIEVED),
        "unknown": many(move.effect == Effect.UNKNOWN),
        "quiet": many(and_(move.touched, move.moves.is_(False))),
        "letters": many(move.notice == Notice.DRAFT),
    }
    statement = select(*(column.label(name) for name, column in columns.items()))
    row = session.execute(statement.where(move.change_id == change_id)).one()
    return {name: int(getattr(row, name)) for name in columns}


# --- writing


def carry_out(
    session: Session,
    change_id: int,
    *,
    now: dt.datetime,
    prepared: calendartelling.Prepared = calendartelling.NOTHING,
) -> bool:
    """Put the agreed calendar into force and move every open dossier by it; False: it must be reckoned anew.

    All of it is this one transaction. What has happened to dossiers since they were reckoned is reckoned here
    (`refresh` leaves little of it). prepared: the events, where they have been written out already.

    Raises:
        NotNow: nobody has agreed to it, or it is done.
    """
    change = _held(session, change_id, ChangeState.AGREED)
    if change.standing != standing_of(session):
        _begin_anew(change)
        return False
    lines = calendars.read_lines(session, change.rows)
    calendars.write_lines(session, lines)
    raise_revision(session, "calendar")
    forget_revisions(session)
    made, agencies = AsWritten(session), touched_agencies(session, lines)
    _stage(session, change, made, changed_ids(session, change.id, agencies), now)
    moved = _write(session, change, now, prepared)
    change.state, change.done_at = ChangeState.DONE, now
    change.counts = counted(session, change.id)
    facts = {"change": change.id, "decision": change.decision, "moved": moved}
    audit.note(session, "calendar_changed", actor_id=change.agreed_by_id, now=now, facts=facts)
    return True


def _begin_anew(change: CalendarChange) -> None:
    """What was agreed to is not what would be written: whoever agreed is to see it again."""
    change.state, change.agreed_by_id, change.agreed_at = ChangeState.WAITING, None, None
    change.fault = words.OVERTAKEN


def refresh(session: Session, run: Run, *, now: dt.datetime) -> bool:
    """Reckon again some dossiers of an agreed change that moved on meanwhile; whether there were many."""
    change = _held(session, run.change_id, ChangeState.AGREED)
    if change.standing != standing_of(session):
        _begin_anew(change)
        run.overtaken = True
        return False
    lines = calendars.read_lines(session, change.rows)
    if run.calendars is None:
        run.calendars = would_be(session, lines)
    ids = changed_ids(session, change.id, touched_agencies(session, lines))[:BATCH]
    _stage(session, change, run.calendars, ids, now)
    return len(ids) == BATCH


def settle(session: Session, change_id: int, *, now: dt.datetime, last: bool) -> int:
    """After a change is in force: move what was under way then and leans on the calendar before. How many.

    A reception that read the old calendar may be committed after the new one is: nobody can lock out what he
    cannot see. Later changes have their own reckoning, by the calendar in force. last: nothing of then can be
    under way any more.
    """
    change = _held(session, change_id, ChangeState.DONE)
    if last:
        change.settled_at = now
    lines = calendars.read_lines(session, change.rows)
    ids = changed_ids(session, change.id, touched_agencies(session, lines))
    made = AsWritten(session)
    for start in range(0, len(ids), BATCH):
        _stage(session, change, made, ids[start : start + BATCH], now, keeping=True)
    many = _write(session, change, now)
    if last:
        _forget_untouched(session, change.id)
    return many


def give_up(session: Session, change_id: int, fault: str, *, now: dt.datetime) -> None:
    """A change whose rows cannot be read any more: an agency that it names is gone."""
    change = session.execute(
        select(CalendarChange).where(CalendarChange.id == change_id).with_for_update()
    ).scalar_one()
    change.state, change.fault, change.settled_at = ChangeState.FAILED, fault, now


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


_MOVE, _DOSSIER, _RUN, _ROUND = map(_table, (CalendarMove, Dossier, StepRun, ReceptionRound))


def _write(
    session: Session,
    change: CalendarChange,
    now: dt.datetime,
    prepared: calendartelling.Prepared = calendartelling.NOTHING,
) -> int:
    """Write what is staged and touched; how many promises moved."""
    _take_time(session)
    bulkrows.make_room(session)  # the indexes of what is open are gone through once for every row
    change.passes += 1
    this = change.passes
    session.flush()
    moved = _take(session, change.id, this)
    its = (_MOVE.c.change_id == change.id, _MOVE.c.written == this)
    _rows(session, its)
    _dossiers(session, its, now)
    calendartelling.tell(session, change, moved, prepared, now)
    _let_imports_look_again(session, its)
    _let_alerts_go(session, its, now)
    session.expire_all()
    bulkrows.give_room_back(session)
    return len(moved)


def _take_time(session: Session) -> None:
    """Let the statements of this transaction, and what is worked out between them, take their time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = '5min'"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '5min'"))


def _take(session: Session, change_id: int, this: int) -> list[Any]:
    """Lock the dossiers that stand as they were reckoned, mark their rows; the moved ones, and the version
    that they had.

    Whoever only writes of such a dossier (a printed slip, an alert) need not wait: no key moves.
    """
    as_seen = and_(
        _DOSSIER.c.id == _MOVE.c.dossier_id, _DOSSIER.c.version == _MOVE.c.version,
        _DOSSIER.c.closed_at.is_(None),
    )  # fmt: skip
    open_yet = (_MOVE.c.change_id == change_id, _MOVE.c.touched.is_(True), _MOVE.c.written == 0)
    columns = (_MOVE.c.dossier_id, _MOVE.c.version, _MOVE.c.moves, _DOSSIER.c.receiving_agency_id)
    locked = select(*columns).join(_DOSSIER, as_seen).where(*open_yet).order_by(_MOVE.c.dossier_id)
    rows = session.execute(locked.with_for_update(of=_DOSSIER, key_share=True)).all()
    session.execute(
        update(_MOVE)
        .where(*open_yet, select(_DOSSIER.c.id).where(as_seen).exists())
        .values(written=this, version=_MOVE.c.version + case((_MOVE.c.moves.is_(True), 1), else_=0))
    )
    return [row for row in rows if row.moves]


def _rows(session: Session, its: tuple[Any, ...]) -> None:
    """The rows beside the dossiers: the step that runs, the round that waits."""
    running = (_RUN.c.id == _MOVE.c.run_id, _RUN.c.closed_at.is_(None))
    due = {"due_at": _MOVE.c.run_due_at, "late_from": _MOVE.c.run_late_from}
    session.execute(update(_RUN).where(*its, *running).values(due))
    waiting = (
        _ROUND.c.dossier_id == _MOVE.c.dossier_id, _ROUND.c.round == _MOVE.c.reception_round,
        _ROUND.c.answered_at.is_(None), _MOVE.c.reception_due_at.is_not(None),
        _MOVE.c.reception_late_from.is_not(None),
    )  # fmt: skip
    answer = {"due_at": _MOVE.c.reception_due_at, "late_from": _MOVE.c.reception_late_from}
    session.execute(update(_ROUND).where(*its, *waiting).values(answer))


def _dossiers(session: Session, its: tuple[Any, ...], now: dt.datetime) -> None:
    """The dates themselves; the next scan looks at each."""
    one_more = case((_MOVE.c.moves.is_(True), 1), else_=0)
    values = {name: _MOVE.c[name] for name in STORED} | {
        "version": _DOSSIER.c.version + one_more,
        "due_version": _DOSSIER.c.due_version + one_more,
        "next_check_at": now,
    }
    session.execute(update(_DOSSIER).where(*its, _DOSSIER.c.id == _MOVE.c.dossier_id).values(values))


def _let_imports_look_again(session: Session, its: tuple[Any, ...]) -> None:
    """What the last file said of a moved dossier is compared with it anew."""
    ids = select(_MOVE.c.dossier_id).where(*its, _MOVE.c.moves.is_(True))
    changed = update(_table(ImportedRow)).where(_table(ImportedRow).c.dossier_id.in_(ids))
    session.execute(changed.values(change=None))


def _let_alerts_go(session: Session, its: tuple[Any, ...], now: dt.datetime) -> None:
    """A date that moved is another one: what stood on the old one ends, and the scan raises what is due."""
    alert, recipient = _table(Alert), _table(AlertRecipient)
    moved = select(_MOVE.c.dossier_id).where(*its, _MOVE.c.moves.is_(True))
    standing = (alert.c.closed_at.is_(None), alert.c.rule.not_in(DEEDS), alert.c.dossier_id.in_(moved))
    ids = select(alert.c.id).where(*standing)
    session.execute(update(recipient).where(recipient.c.alert_id.in_(ids)).values(open=False))
    session.execute(update(alert).where(*standing).values(closed_at=now))


def forget(session: Session, change_id: int) -> None:
    """Let go of all that was reckoned for a change that will not be."""
    session.execute(delete(CalendarMove).where(CalendarMove.change_id == change_id))


def _forget_untouched(session: Session, change_id: int) -> None:
    """Let go of the rows of dossiers that a change did nothing to: they told only what had been looked at."""
    session.execute(
        delete(CalendarMove).where(CalendarMove.change_id == change_id, CalendarMove.touched.is_(False))
    )
