"""The statutory table from the daily facts: sums of a few stretches of days, however many the dossiers are.

Some dossiers are taken out of the sums and counted from what they are, so that a table is right at every
moment: those that wait in the queue (their sums are old), and those that passed to another agency within the
period (they stand whole in the row of the last). Those whose hour comes later on this very day stand as
overdue already in its sum: they are put back, counted by row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.dailyfacts import AGED, MEASURES, STILL
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.stretches import Piece, pieces, pieces_before
from tthc_tracker.queries import factreading, factsums, statisticscounting, statisticsodd
from tthc_tracker.queries.factsums import Made
from tthc_tracker.queries.scoping import agency_ids
from tthc_tracker.queries.statisticscells import By, Question, Span
from tthc_tracker.queries.statisticscounting import Numbers, Sums

_DAY = dt.timedelta(days=1)
_FIRST_OF_LEVELS = "SELECT id, MIN(id) OVER (PARTITION BY level) AS first FROM agency"
_STANDING = frozenset({"open", "undue", "reappointed_open", "paused", "overdue", "second_overdue"})
_OF_THE_FORM = frozenset({
    "open", "undue", "reappointed_open", "paused", "overdue", "second_overdue", "online", "direct",
    "undue_received", "reappointed_received", "early", "on_time", "late", "withdrawn", "stopped", "refused",
    "set_aside_in_time", "second_early", "second_on_time", "second_late", "second_set_aside",
})  # fmt: skip
_OF_A_TABLE = frozenset(MEASURES) - AGED.keys() - STILL.keys()
_RECEPTION = frozenset(name for name in MEASURES if name.startswith("reception_"))
_SECOND = frozenset(name for name in MEASURES if name.startswith("second_"))
# What is read together: of what was before only what stands, of what is to come the answers due. Each number
# that SQLite adds up costs as much as reading it.
_READ: tuple[tuple[str, frozenset[str]], ...] = (
    ("before", _STANDING),
    ("within", frozenset(MEASURES)),
    ("to_come", _RECEPTION),
)


@dataclass(frozen=True)
class _Parts:
    """The days of a question: before the period, in it as far as it has come, and what is to come of it."""

    start: dt.date
    end: dt.date
    today: dt.date
    last: dt.date  # of the period, come or not

    def part(self, day: dt.date) -> str:
        """Which of them a day is in; '' of none."""
        if day < self.start:
            return "before"
        if day > self.last:
            return ""
        return "to_come" if day > self.end else "within"

    def pieces(self) -> Iterable[tuple[str, Piece]]:
        """The sums that each is made of."""
        yield from (("before", piece) for piece in pieces_before(self.start, self.today))
        yield from (("within", piece) for piece in pieces(self.start, self.end, self.today))
        if self.end < self.last:
            yield from (("to_come", piece) for piece in pieces(self.end + _DAY, self.last, self.today))


Raw = defaultdict[int, dict[str, dict[str, int]]]
"""By key and part of the days, what each measure comes to."""


def count(
    session: Session, question: Question, span: Span, now: dt.datetime, *, moved: bool, form: bool = False
) -> defaultdict[int, Sums] | None:
    """What a period comes to by key, as `statisticscounting.count` has it; None where the facts cannot tell.

    form: no more than the columns of the statutory form need to be right.
    """
    found = count_each(session, [question], span, now, moved=moved, form=form)
    return None if found is None else found[0]


def count_each(
    session: Session, asked: Sequence[Question], span: Span, now: dt.datetime, *, moved: bool, form: bool
) -> list[defaultdict[int, Sums]] | None:
    """The same of several questions of one period, scope and kind of rows, in as many statements as of one.

    Nobody folds meanwhile unseen: where the turn has changed, all is read again.
    """
    if span.start > now.astimezone(VIETNAM).date():
        return None
    return factreading.settled(
        session, lambda turn: _count(session, asked, span, now, turn, moved=moved, form=form)
    )


def _count(
    session: Session,
    asked: Sequence[Question],
    span: Span,
    now: dt.datetime,
    turn: int,
    *,
    moved: bool,
    form: bool,
) -> list[defaultdict[int, Sums]] | None:
    odd = statisticsodd.odd_ones(session, asked[0], span, turn, moved=moved)
    if odd is None:
        return None
    today = now.astimezone(VIETNAM).date()
    last = span.end if form else max(asked[0].end, span.end)
    parts = _Parts(span.start, span.end, today, last)
    readers = [_Reader(session, question, parts, form) for question in asked]
    added = statisticsodd.added(session, odd, turn)
    later = statisticsodd.late_later(session, asked[0].by, span, odd)
    found = []
    for reader, raw in zip(readers, _read(session, readers), strict=True):
        sums = reader.sums(raw, later, odd, added, now)
        if odd:
            live = statisticscounting.count(session, reader.question, span, now, moved=moved, only=odd)
            for key, one in live.items():
                sums[key].take(one)
        found.append(sums)
    return found


# --- the sums


def _read(session: Session, readers: Sequence["_Reader"]) -> list[Raw]:
    """What every measure that is asked for comes to in every part, for each of them: a statement a part."""
    found: list[Raw] = [defaultdict(lambda: defaultdict(dict)) for _ in readers]
    for part, counted in _READ:
        names = [name for name in MEASURES if name in counted & readers[0].measures]
        statement = _added(part, names, readers)
        if not statement:
            continue
        for place, own, *numbers in session.connection().exec_driver_sql(statement).all():
            told = zip(names, numbers, strict=True)
            found[place][own][part] = {name: number for name, number in told if number}
    return found


def _added(part: str, names: Sequence[str], readers: Sequence["_Reader"]) -> str:
    """The sums of a part; '' where the questions have no such days."""
    key, known = readers[0].rows
    places = enumerate(readers)
    sources = [source for place, reader in places for source in reader.sources(place, part, names)]
    if not sources or not names:
        return ""
    sums = ", ".join(f"SUM({name})" for name in names)
    return (
        f"SELECT place, {key}, {sums} FROM ({' UNION ALL '.join(sources)}) AS sums{known} "  # noqa: S608 (columns of ours, and what sources() reads)
        f"GROUP BY place, {key}"
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the sums of a question."""

    session: Session
    question: Question
    parts: _Parts
    form: bool

    def sums(
        self,
        raw: Raw,
        later: Sequence[statisticsodd.Later],
        odd: Sequence[int],
        added: Sequence[statisticsodd.Adding],
        now: dt.datetime,
    ) -> defaultdict[int, Sums]:
        """What the sums come to without the odd ones. later: what is overdue only by the end of today."""
        sums: defaultdict[int, Sums] = defaultdict(Sums)
        self.read_lengths(sums)
        self.take_out(added, raw, sums)
        for key, parts in raw.items():
            sums[key].counts = _counts(parts, second=self.question.second)
        for agency, key, number in later:
            if self._allowed is None or agency in self._allowed:
                sums[key].counts["open_within"] += number
                sums[key].counts["open_overdue"] -= number
        for desk, key, number in self.waiting(now, odd):
            if self._allowed is None or desk in self._allowed:
                sums[key].counts["reception_waiting"] += number
                sums[key].counts["reception_waiting_late"] -= number
        return sums

    @cached_property
    def measures(self) -> frozenset[str]:
        """What is asked for of every day."""
        asked = _OF_THE_FORM if self.form else _OF_A_TABLE
        return asked if self.question.second else asked - _SECOND

    def sources(self, place: int, wanted: str, names: Sequence[str]) -> list[str]:
        """What makes up a part of the days, by key; marked with its place among the questions."""
        allowed = self._allowed
        if allowed == frozenset():
            return []
        return [
            f"SELECT {place} AS place, {member} AS own, {columns} FROM {table} WHERE {kept}"  # noqa: S608 (tables and columns of ours; days and ids are numbers)
            for part, piece in self.parts.pieces()
            if part == wanted
            for table, member, kept in [self._source(factsums.FACTS, piece, allowed)]
            for columns in [factreading.signed(names, piece)]
        ]

    def read_lengths(self, sums: defaultdict[int, Sums]) -> None:
        """How long what was finished in the period took. One statement."""
        if self.form or (allowed := self._allowed) == frozenset():
            return
        sources = [
            f"SELECT {member} AS own, tenths, {number} FROM {table} WHERE {kept}"  # noqa: S608 (tables and columns of ours; days and ids are numbers)
            for part, piece in self.parts.pieces()
            if part == "within"
            for table, member, kept in [self._source(factsums.LENGTHS, piece, allowed)]
            for number in [factreading.signed(factsums.LENGTHS.numbers, piece)]
        ]
        key, known = self.rows
        statement = (
            f"SELECT {key}, tenths, SUM(number) FROM ({' UNION ALL '.join(sources)}) AS sums{known} "  # noqa: S608 (columns of ours, and what sources() reads)
            f"GROUP BY {key}, tenths"
        )
        for own, tenths, number in self.session.connection().exec_driver_sql(statement).all():
            sums[own].tenths[tenths] = number

    def take_out(self, added: Sequence[statisticsodd.Adding], raw: Raw, sums: defaultdict[int, Sums]) -> None:
        """Take what these dossiers have added out of the sums again."""
        allowed = self._allowed
        for facts, lengths in added:
            for fact in facts:
                if part := self._part(fact.agency, fact.day, allowed):
                    counts = raw[self._key(fact)][part]
                    for place, number in fact.numbers.items():
                        counts[MEASURES[place]] = counts.get(MEASURES[place], 0) - number
            for length in () if self.form else lengths:
                if self._part(length.agency, length.day, allowed) == "within":
                    sums[self._key(length)].tenths[length.tenths] -= 1

    def waiting(self, now: dt.datetime, odd: Sequence[int]) -> Sequence[statisticsodd.Later]:
        """How many receptions due today wait in time still, but for those of the odd ones."""
        today = self.parts.today
        if self.form or not self.question.start <= today <= self.question.end:
            return ()
        return statisticsodd.waiting(self.session, self.question.by, today, now, odd)

    def _part(self, agency: int, day: dt.date, allowed: frozenset[int] | None) -> str:
        return self.parts.part(day) if allowed is None or agency in allowed else ""

    def _key(self, fact: Any) -> int:
        by = self.question.by
        found: int = fact.agency if by in _BY_AGENCY else getattr(fact.keys, by.value)
        return found

    @property
    def rows(self) -> tuple[str, str]:
        """What rows are told apart by: where they are levels, one agency stands for each."""
        if self.question.by is By.LEVEL:
            return "first", f" JOIN ({_FIRST_OF_LEVELS}) AS known ON known.id = own"
        return "own", ""

    @cached_property
    def _allowed(self) -> frozenset[int] | None:
        return factreading.counting_agencies(self.session, self.question)

    @cached_property
    def _level(self) -> str:
        """The level by whose sectors is asked, where all of its agencies count; or ''."""
        question = self.question
        if question.by is not By.SECTOR or question.level not in set(Level):
            return ""
        every = factreading.sees_all(self.session, question)
        return question.level if every and agency_ids(self.session, question.agency) is None else ""

    def _source(self, made: Made, piece: Piece, allowed: frozenset[int] | None) -> factreading.Source:
        dimension = "agency" if self.question.by in _BY_AGENCY else self.question.by.value
        if self._level:
            return made.name, "member", factreading.of_series(f"{self._level}/{dimension}", piece)
        return factreading.source(made, piece, dimension, allowed)


_BY_AGENCY = frozenset({By.AGENCY, By.LEVEL})


# --- the columns of a period

_FLOWS = (
    "online", "direct", "early", "on_time", "late", "withdrawn", "stopped", "refused", "set_aside_in_time",
    "fee_due", "paid_online", "electronic", "electronic_known", "electronic_unknown",
)  # fmt: skip
_SECONDS = {
    "early": "second_early", "on_time": "second_on_time", "late": "second_late",
    "set_aside_in_time": "second_set_aside",
}  # fmt: skip


def _counts(parts: dict[str, dict[str, int]], *, second: bool) -> Numbers[str]:
    """The columns of one row; of the receptions of today, all that wait are told as late."""
    before, within, to_come = (parts.get(name, _NOTHING) for name, _measures in _READ)
    had, its, due = before.get, within.get, to_come.get
    counts: Numbers[str] = Numbers({name: within[name] for name in _FLOWS if name in within})
    standing, overdue = had("open", 0) + its("open", 0), had("overdue", 0) + its("overdue", 0)
    if second:
        overdue += had("second_overdue", 0) + its("second_overdue", 0)
        for name, change in _SECONDS.items():
            counts[name] += its(change, 0)
    counts["carried"] = had("open", 0)
    counts["open_overdue"], counts["open_within"] = overdue, standing - overdue
    counts["paused"] = had("paused", 0) + its("paused", 0)
    counts["reappointed"] = had("reappointed_open", 0) + its("reappointed_received", 0)
    counts["no_due_date"] = had("undue", 0) + its("undue_received", 0)
    for name in _RECEPTION:
        counts[name] = its(name, 0) + due(name, 0)
    counts["reception_waiting"] = waiting = due("reception_unanswered", 0)
    counts["reception_waiting_late"] = counts.pop("reception_unanswered") - waiting
    return counts


_NOTHING: Mapping[str, int] = MappingProxyType({})
