"""Keep the daily facts in step with the dossiers: out with what one had added, in with what it adds now.

Whoever writes a dossier only leaves its number in the queue (a trigger of the database does); the sums are
hot rows that nobody at a desk ever waits for. The queue is worked off in small batches by whoever holds the
ledger. What still waits in it is counted live by whoever reads (queries.statisticsfacts): nothing is old.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.dailyfacts import Took
from tthc_tracker.domain.stretches import Grain, stretch_of
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.archive import ArchivedFact
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fact import (
    DossierFact,
    FactLedger,
    FactQueue,
    daily_fact,
    daily_length,
    fact_sum,
    length_sum,
    limit_sum,
)
from tthc_tracker.queries import factsources, factsums
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.factsources import Fact, Keys, Length
from tthc_tracker.queries.unhurried import take_time

BATCH = 300
"""Dossiers a transaction: nobody who writes to SQLite waits for longer than a blink."""

SUMS = (fact_sum, length_sum, limit_sum)
FILLING, SUMMING, READY = "filling", "summing", "ready"

Numbers = dict[int, int]  # by the place of the measure
Day = tuple[int, dt.date, Keys]


@dataclass
class Run:
    """How far the work of a run is. many: notes worked off; more: whether some are left."""

    many: int = 0
    more: bool = True
    summed: str = ""  # the sums made last, where all of them are made anew


def fold_next(session: Session, run: Run, *, batch: int = BATCH) -> None:
    """Work off the next dossiers of the queue; where nothing is left and sums are wanting, make the next."""
    run.more, run.summed = False, ""
    ledger = session.execute(
        select(FactLedger).where(FactLedger.id == 1).with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if ledger is None:
        return  # somebody else is at it
    if ledger.standing == SUMMING:
        run.more = True
        _sum_next(session, ledger, run)
        return
    notes = select(FactQueue.id, FactQueue.dossier_id).order_by(FactQueue.id).limit(batch)
    waiting = session.execute(notes).all()
    if waiting:
        _fold(session, sorted({note.dossier_id for note in waiting}), ready=ledger.standing == READY)
        _forget(session, [note.id for note in waiting])
        ledger.turn += 1
        run.many += len(waiting)
    run.more = len(waiting) == batch
    if not run.more and ledger.standing == FILLING:
        ledger.standing, ledger.turn, ledger.step, run.more = SUMMING, ledger.turn + 1, 0, True


def begin_anew(session: Session) -> int:
    """Forget every fact and let all be counted anew; how many dossiers. Tables are counted live meanwhile."""
    session.execute(update(FactLedger).values(standing=FILLING, step=0, turn=FactLedger.turn + 1))
    for table in (*SUMS, daily_fact, daily_length, DossierFact, FactQueue):
        session.execute(delete(table))
    every = select(Dossier.id).order_by(Dossier.id)
    session.execute(insert(FactQueue).from_select(["dossier_id"], every))
    away = select(ArchivedFact.dossier_id).order_by(ArchivedFact.dossier_id)
    session.execute(insert(FactQueue).from_select(["dossier_id"], away))
    number: int = session.execute(select(func.count()).select_from(FactQueue)).scalar_one()
    return number


_IDS = bindparam("ids", type_=Ids())


def _forget(session: Session, notes: Sequence[int]) -> None:
    statement = delete(FactQueue).where(among(FactQueue.id, _IDS))
    session.execute(statement.execution_options(synchronize_session=False), {"ids": notes})


# --- a batch


@dataclass
class _Change:
    """What a batch adds to and takes from the days."""

    days: dict[Day, Numbers] = field(default_factory=lambda: defaultdict(dict))
    lengths: dict[tuple[Day, Took], int] = field(default_factory=lambda: defaultdict(int))

    def take(self, facts: Iterable[Fact], lengths: Iterable[Length], sign: int) -> None:
        """What a dossier adds, in (1) or out (-1)."""
        for agency, day, keys, numbers in facts:
            _add(self.days[agency, day, keys], numbers, sign)
        for agency, day, keys, took in lengths:
            self.lengths[(agency, day, keys), took] += sign


def _add(to: Numbers, numbers: Mapping[int, int], sign: int = 1) -> None:
    for place, number in numbers.items():
        to[place] = to.get(place, 0) + sign * number


def _fold(session: Session, ids: Sequence[int], *, ready: bool) -> None:
    before, after = factsources.kept_texts(session, ids), factsources.sourced(session, ids)
    gone = [dossier_id for dossier_id in ids if dossier_id not in after]
    archived = factsources.archived_texts(session, gone) if gone else {}
    change, changed = _Change(), {}
    for dossier_id in ids:
        old, one = before.get(dossier_id, ""), after.get(dossier_id)
        new = archived.get(dossier_id, "") if one is None else factsources.text_of(*one)
        if old != new:
            change.take(*factsources.facts_of(old), -1)
            change.take(*(factsources.facts_of(new) if one is None else factsources.facts_in(*one)), 1)
            changed[dossier_id] = new
    _keep(session, changed)
    days = {day: its for day, its in change.days.items() if any(its.values())}
    lengths = {key: number for key, number in change.lengths.items() if number}
    _write(session, "daily_fact", ((_key(day), its) for day, its in days.items()))
    _write(session, "daily_length", (((*_key(day), *took), {0: n}) for (day, took), n in lengths.items()))
    if ready:
        levels = _levels(session)
        _write(session, "fact_sum", _sums(days, levels))
        tenths, limits = _length_sums(lengths, levels)
        _write(session, "length_sum", tenths)
        _write(session, "limit_sum", limits)


def _keep(session: Session, changed: Mapping[int, str]) -> None:
    gone = [dossier_id for dossier_id, told in changed.items() if not told]
    kept = [{"dossier_id": dossier_id, "added": told} for dossier_id, told in changed.items() if told]
    if gone:
        statement = delete(DossierFact).where(among(DossierFact.dossier_id, _IDS))
        session.execute(statement.execution_options(synchronize_session=False), {"ids": gone})
    if kept:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        upsert = dialect.insert(DossierFact)
        upsert = upsert.on_conflict_do_update(
            index_elements=["dossier_id"], set_={"added": upsert.excluded.added}
        )
        session.connection().execute(upsert, kept)


def _key(day: Day) -> tuple[Any, ...]:
    agency, on, keys = day
    return (agency, on.isoformat(), *keys)


Row = tuple[tuple[Any, ...], Numbers]
"""The key of a row, and what is added to it."""


def _write(session: Session, table: str, rows: Iterable[Row]) -> None:
    """Add numbers to the rows of a table: each statement names the few columns that its rows change."""
    keys, names = (factsums.DAILY | factsums.SUMMED)[table]
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for key, numbers in rows:
        told = sorted((place, number) for place, number in numbers.items() if number)
        alike[tuple(names[place] for place, _ in told)].append((*key, *(number for _, number in told)))
    mark = "%s" if session.get_bind().dialect.name == "postgresql" else "?"
    for columns, values in alike.items():
        session.connection().exec_driver_sql(factsums.upsert(table, keys, columns, mark), sorted(values))


Levels = Mapping[int, Level]


def _levels(session: Session) -> Levels:
    """Of every agency, as it is now: who changes one waits for the ledger (a trigger has all made anew)."""
    return {row.id: row.level for row in session.execute(select(Agency.id, Agency.level))}


def _sums(days: Mapping[Day, Numbers], levels: Levels) -> Iterable[Row]:
    sums: dict[tuple[str, Grain, dt.date, int], Numbers] = defaultdict(dict)
    for (agency, day, keys), numbers in days.items():
        starts = [(grain, stretch_of(grain, day)[0]) for grain in Grain]
        for series, member, own in _series(agency, keys, levels):
            for grain, start in starts:
                if grain is not Grain.DAY or not own:
                    _add(sums[series, grain, start, member], numbers)
    for (series, grain, start, member), numbers in sums.items():
        if any(numbers.values()):
            yield (series, grain.value, start.isoformat(), member), numbers


def _length_sums(
    lengths: Mapping[tuple[Day, Took], int], levels: Levels
) -> tuple[Iterable[Row], Iterable[Row]]:
    """How long they took, and which limits they had."""
    tenths: dict[tuple[Any, ...], int] = defaultdict(int)
    limits: dict[tuple[Any, ...], int] = defaultdict(int)
    for ((agency, day, keys), took), number in lengths.items():
        of_limits = {(factsums.OF_LIMITS, False), (f"{agency}:{factsums.OF_LIMITS}", True)}
        for grain in Grain:
            start = stretch_of(grain, day)[0].isoformat()
            for series, member, own in _series(agency, keys, levels):
                if grain is Grain.DAY and own:
                    continue
                tenths[series, grain.value, start, member, took.tenths] += number
                if (series, own) in of_limits:
                    limits[(series, grain.value, start, member, *took[1:])] += number
    return _rows(tenths), _rows(limits)


def _rows(sums: Mapping[tuple[Any, ...], int]) -> Iterable[Row]:
    return ((key, {0: number}) for key, number in sums.items() if number)


def _series(agency: int, keys: Keys, levels: Levels) -> list[tuple[str, int, bool]]:
    """Every series in which a fact counts, with its member; whether it is the agency's own."""
    members = list(zip(factsums.OF_AN_AGENCY, (keys.sector, keys.procedure, *keys[2:]), strict=True))
    return [
        ("agency", agency, False),
        (f"{levels[agency]}/sector", keys.sector, False),
        *((dimension, member, False) for dimension, member in members),
        *((f"{agency}:{dimension}", member, True) for dimension, member in members),
    ]


# --- all of the sums


def _sum_next(session: Session, ledger: FactLedger, run: Run) -> None:
    """Make the next sums anew, from what the days have; after the last they can be read."""
    if ledger.step == 0:
        for table in SUMS:
            session.execute(delete(table))
    step = factsums.STEPS[ledger.step]
    days = factsums.days_known(session) if step.grain is not Grain.DAY else _ALL
    if days:
        statement = factsums.insertion(step, days, session.get_bind().dialect.name)
        take_time(session)
        session.connection().exec_driver_sql(statement)
    run.summed = step.name
    ledger.step += 1
    ledger.turn += 1
    if ledger.step == len(factsums.STEPS):
        ledger.standing = READY
        run.more = session.execute(select(exists(select(FactQueue.id)))).scalar_one()


_ALL = (dt.date.min, dt.date.max)
