"""Whether the daily facts are what the dossiers come to: each day of each agency, and every sum over days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.domain.stretches import Grain, stretch_of
from tthc_tracker.models.fact import KEYS, FactLedger, FactQueue, daily_fact, daily_length
from tthc_tracker.queries import factsources, factsums
from tthc_tracker.queries.factsources import Fact, Keys, Length
from tthc_tracker.queries.factsums import FACTS, Step
from tthc_tracker.queries.unhurried import take_time

BATCH = 2000
LENGTH, GROUPS = "length", "groups"
"""What is compared of a day besides its measures: how long what was finished took; and under which sector,
procedure, channel, source, unit and limit its numbers stand."""

_WIDTH = len(MEASURES) + 2  # with LENGTH and GROUPS
_NAMES = (*MEASURES, LENGTH, GROUPS)


@dataclass(frozen=True)
class Difference:
    """A number that is not what the dossiers come to. agency: its id, 0 of the province; of: '' of the day
    itself, else the sum over days that is wrong, and `day` its first."""

    agency: int
    day: dt.date
    measure: str
    kept: int
    found: int
    of: str = ""


@dataclass
class Report:
    """What a check came to. waiting: dossiers that wait in the queue; they are compared as they were."""

    dossiers: int = 0  # of which anything happened from the first day on
    waiting: int = 0
    standing: str = ""
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    """Which days, and whose."""

    first: dt.date
    last: dt.date
    agencies: frozenset[int] | None

    def holds(self, agency: int, day: dt.date) -> bool:
        """Whether a fact counts."""
        return self.first <= day <= self.last and (self.agencies is None or agency in self.agencies)


Days = dict[tuple[int, dt.date], list[int]]


def verify(
    session: Session,
    first: dt.date,
    last: dt.date,
    agencies: frozenset[int] | None = None,
    progress: Callable[[int], object] = bool,
) -> Report:
    """Count the days from `first` to `last` anew from every dossier, and compare; then every sum of whole
    stretches among them. agencies: only theirs."""
    if session.get_bind().dialect.name == "postgresql":  # one snapshot, as SQLite has it anyhow
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    take_time(session)
    report = Report(standing=session.execute(select(FactLedger.standing)).scalar_one())
    waiting = frozenset(session.execute(select(FactQueue.dossier_id).distinct()).scalars())
    report.waiting = len(waiting)
    found: Days = defaultdict(lambda: [0] * _WIDTH)
    asked = _Asked(first, last, agencies)
    for facts, lengths in _found(session, waiting, first, report, progress):
        _count(found, facts, lengths, asked)
    report.differences += _by_day(_kept(session, asked), found)
    if report.standing == "ready":
        for step in factsums.STEPS:
            report.differences += _of_sums(session, step, asked)
    return report


def _found(
    session: Session,
    waiting: frozenset[int],
    first: dt.date,
    report: Report,
    progress: Callable[[int], object],
) -> Iterator[tuple[list[Fact], list[Length]]]:
    """What each dossier adds, as it is now; of those that wait, what it had added."""
    after = 0
    while ids := factsources.next_ids(session, after, BATCH, first):
        after = ids[-1]
        for dossier_id, one in factsources.sourced(session, ids).items():
            if one is not None and dossier_id not in waiting:
                yield factsources.facts_in(*one)
        report.dossiers += len(ids)
        progress(len(ids))
    after = 0
    while texts := factsources.next_archived(session, after, BATCH):
        after = max(texts)
        yield from (factsources.facts_of(told) for number, told in texts.items() if number not in waiting)
    late = sorted(waiting)
    for start in range(0, len(late), BATCH):
        for told in factsources.kept_texts(session, late[start : start + BATCH]).values():
            yield factsources.facts_of(told)


def _count(days: Days, facts: Iterable[Fact], lengths: Iterable[Length], asked: _Asked) -> None:
    for agency, day, keys, its in facts:
        if asked.holds(agency, day):
            numbers = days[agency, day]
            for place, number in its.items():
                numbers[place] += number
                numbers[-1] += number * _mark(keys, place)
    for agency, day, keys, took in lengths:
        if asked.holds(agency, day):
            numbers = days[agency, day]
            numbers[-2] += took.tenths + 1
            numbers[-1] += _mark(keys, *took)


def _mark(keys: Keys, *of: int | str) -> int:
    """A number that tells apart which keys a measure, or a length, stands under, so that sums differ."""
    return hash((*keys, *of))


def _kept(session: Session, asked: _Asked) -> Days:
    days: Days = defaultdict(lambda: [0] * _WIDTH)
    connection = session.connection()
    for table in (daily_fact, daily_length):
        within = [table.c.day.between(asked.first, asked.last)]
        if asked.agencies is not None:
            within.append(table.c.agency_id.in_(sorted(asked.agencies)))
        statement = select(table).where(*within).order_by(*(table.c[key] for key in KEYS))
        for agency, day, *rest in connection.execution_options(stream_results=True).execute(statement):
            numbers, keys = days[agency, day], Keys(*rest[:5])
            if table is daily_length:
                *took, number = rest[5:]
                numbers[-2] += (took[0] + 1) * number
                numbers[-1] += number * _mark(keys, *took)
                continue
            for place, number in enumerate(rest[5:]):
                if number:
                    numbers[place] += number
                    numbers[-1] += number * _mark(keys, place)
    return days


def _by_day(kept: Days, found: Days) -> Iterator[Difference]:
    nothing = [0] * _WIDTH
    for agency, day in sorted({*kept, *found}):
        own, other = kept.get((agency, day), nothing), found.get((agency, day), nothing)
        if own == other:
            continue
        wrong = [place for place in range(_WIDTH - 1) if own[place] != other[place]]
        for place in wrong:
            yield Difference(agency, day, _NAMES[place], own[place], other[place])
        if not wrong:  # as many, but elsewhere
            yield Difference(agency, day, GROUPS, 0, 1)


# --- sums over days


def _of_sums(session: Session, step: Step, asked: _Asked) -> Iterator[Difference]:
    """What is wrong about the sums of one step that lie within the days."""
    days = _days_of(session, step, asked.first, asked.last)
    if not days:
        return
    dialect = session.get_bind().dialect.name
    summed, kept = factsums.summed(step, days, dialect), factsums.kept(step, days)
    found, standing = _only(session, step, summed, kept), _only(session, step, kept, summed)
    nothing = [0] * len(step.of.numbers)
    for key in sorted({*found, *standing}):
        agency = _agency_of(key)
        if asked.agencies is not None and agency not in asked.agencies:
            continue
        own, other = standing.get(key, nothing), found.get(key, nothing)
        names = (LENGTH,) if step.of is not FACTS else MEASURES
        of = " ".join(str(part) for part in (key[1], key[0], key[3], *key[4:]))
        for name, one, two in zip(names, own, other, strict=True):
            if one != two:
                yield Difference(agency, dt.date.fromisoformat(str(key[2])), name, one, two, of)


def _days_of(session: Session, step: Step, first: dt.date, last: dt.date) -> list[dt.date]:
    if step.grain is Grain.DAY:
        return [first, last]
    whole = []
    for day in factsums.days_known(session):
        begins, after = stretch_of(step.grain, day)
        if begins >= first and after <= last + dt.timedelta(days=1):
            whole.append(day)
    return whole


def _only(session: Session, step: Step, own: str, other: str) -> dict[tuple[Any, ...], list[int]]:
    """The rows that one statement gives and another does not, by their keys."""
    statement = f"SELECT * FROM ({own}) AS one EXCEPT SELECT * FROM ({other}) AS two"  # noqa: S608 (ours)
    width = len(factsums.SERIES) + len(step.of.keys)
    return {
        tuple(row[:width]): [number or 0 for number in row[width:]]
        for row in session.connection().exec_driver_sql(statement)
    }


def _agency_of(key: tuple[Any, ...]) -> int:
    series, member = key[0], key[3]
    if series == "agency":
        return int(member)
    return int(series.split(":")[0]) if ":" in series else 0
