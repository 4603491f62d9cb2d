"""The statutory table from the daily facts: sums of a few stretches of days, however many the dossiers are.

Some dossiers are taken out of the sums and counted from what they are, so that a table is right at every
moment: those that wait in the queue (their sums are old), and those that passed to another agency within the
period (they stand whole in the row of the last). Those whose hour comes later on this very day stand as
overdue already in its sum: they are put back, counted by row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.stretches import Piece, pieces, pieces_before
from tthc_tracker.queries import factreading, factsums, statisticscounting, statisticsodd
from tthc_tracker.queries.factsums import Made
from tthc_tracker.queries.scoping import agency_ids
from tthc_tracker.queries.statisticscells import By, Question, Span
from tthc_tracker.queries.statisticscounting import Sums

_DAY = dt.timedelta(days=1)
_FIRST_OF_LEVELS = "SELECT id, MIN(id) OVER (PARTITION BY level) AS first FROM agency"
_RECEPTION = tuple(name for name in MEASURES if name.startswith("reception_"))
_DIGITISED = ("papers_digitised", "papers_undigitised", "result_digitised", "result_undigitised")
_BESIDE_THE_FORM = frozenset({
    "fee_due", "paid_online", "electronic", "electronic_known", "electronic_unknown", *_DIGITISED,
    *_RECEPTION,
})  # fmt: skip

_BESIDE_RECEPTIONS = frozenset(MEASURES) - {*_RECEPTION}


class Wanted(Enum):
    """Which columns of a table need to be right: all, those of the statutory form, those of receptions."""

    WHOLE = 1
    FORM = 2
    RECEPTIONS = 3


Columns = Mapping[str, Sequence[tuple[str, int]]]
"""By measure, the columns to which its number is added, or from which it is taken (-1)."""

_OVERDUE = (("open_overdue", 1), ("open_within", -1))
_FLOWS: Columns = {
    name: [(name, 1)]
    for name in (
        "online", "direct", "early", "on_time", "late", "withdrawn", "stopped", "refused",
        "set_aside_in_time", "fee_due", "paid_online", "electronic", "electronic_known",
        "electronic_unknown", "paused", *_DIGITISED, *_RECEPTION,
    )
}  # fmt: skip
# Of what was before only what stands, of what is to come the answers due: each number that SQLite adds up
# costs as much as reading it.
_COLUMNS: Mapping[str, Columns] = {
    "before": {
        "open": [("carried", 1), ("open_within", 1)], "overdue": _OVERDUE, "paused": [("paused", 1)],
        "undue": [("no_due_date", 1)], "reappointed_open": [("reappointed", 1)],
    },
    "within": {
        **_FLOWS, "open": [("open_within", 1)], "overdue": _OVERDUE, "undue_received": [("no_due_date", 1)],
        "reappointed_received": [("reappointed", 1)], "reception_unanswered": [("reception_waiting_late", 1)],
    },
    "to_come": {name: _FLOWS[name] for name in _RECEPTION} | {
        "reception_unanswered": [("reception_waiting", 1)],
    },
}  # fmt: skip
# By the second date, beside these.
_SECONDS: Mapping[str, Columns] = {
    "before": {"second_overdue": _OVERDUE},
    "within": {
        "second_overdue": _OVERDUE, "second_early": [("early", 1)], "second_on_time": [("on_time", 1)],
        "second_late": [("late", 1)], "second_set_aside": [("set_aside_in_time", 1)],
    },
    "to_come": {},
}  # fmt: skip
_BY_SECOND = {part: {**columns, **_SECONDS[part]} for part, columns in _COLUMNS.items()}


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


def count(
    session: Session,
    question: Question,
    span: Span,
    now: dt.datetime,
    *,
    moved: bool,
    wanted: Wanted = Wanted.WHOLE,
) -> defaultdict[int, Sums] | None:
    """What a period comes to by key, as `statisticscounting.count` has it; None where the facts cannot tell.

    wanted: which of its columns need to be right.
    """
    found = count_each(session, [question], span, now, moved=moved, wanted=wanted)
    return None if found is None else found[0]


def count_each(
    session: Session, asked: Sequence[Question], span: Span, now: dt.datetime, *, moved: bool, wanted: Wanted
) -> list[defaultdict[int, Sums]] | None:
    """The same of several questions of one period, scope and kind of rows, in as many statements as of one.

    Nobody folds meanwhile unseen: where the turn has changed, all is read again.
    """
    if span.start > now.astimezone(VIETNAM).date():
        return None
    return factreading.settled(
        session, lambda turn: _count(session, asked, span, now, turn, moved=moved, wanted=wanted)
    )


def _count(
    session: Session,
    asked: Sequence[Question],
    span: Span,
    now: dt.datetime,
    turn: int,
    *,
    moved: bool,
    wanted: Wanted,
) -> list[defaultdict[int, Sums]] | None:
    found_odd = statisticsodd.odd_ones(session, asked[0], span, turn, moved=moved)
    if found_odd is None:
        return None
    odd = found_odd.ids
    today = now.astimezone(VIETNAM).date()
    last = span.end if wanted is Wanted.FORM else max(asked[0].end, span.end)
    parts = _Parts(span.start, span.end, today, last)
    readers = [_Reader(session, question, parts, wanted) for question in asked]
    added = statisticsodd.added(session, odd, turn)
    receptions = wanted is Wanted.RECEPTIONS
    later = [] if receptions else found_odd.later
    found = []
    for reader, sums in zip(readers, _read(session, readers), strict=True):
        reader.put_right(sums, later, odd, added, now)
        if odd:
            live = statisticscounting.count(
                session, reader.question, span, now, moved=moved, only=odd, receptions=receptions
            )
            for key, one in live.items():
                sums[key].take(one)
        found.append(sums)
    return found


# --- the sums


def _read(session: Session, readers: Sequence["_Reader"]) -> list[defaultdict[int, Sums]]:
    """What the sums come to by key, for each question: a statement of all parts, and one of lengths for each.

    Of the receptions of today, all that wait are told as late.
    """
    found = [reader.read_lengths() for reader in readers]
    statement, targets = _added(readers)
    if not statement:
        return found
    for part, place, own, *numbers in session.connection().exec_driver_sql(statement).all():
        counts = found[place][own].counts
        had = counts.get
        for number, its in zip(numbers, targets[part], strict=False):  # behind its own a part has nothing
            if number:
                for column, sign in its:
                    counts[column] = had(column, 0) + sign * number
    return found


_Targets = list[list[Sequence[tuple[str, int]]]]
"""By the place of a part among those that are read, and of its number, the columns that it is added to."""


def _added(readers: Sequence["_Reader"]) -> tuple[str, _Targets]:
    """The sums of all parts, and what becomes of them; '' where the questions have no days.

    One statement: on PostgreSQL each is a journey. The widest part goes first and says of what kind the
    numbers are; the others have NULL where they have none.
    """
    key, known = readers[0].rows
    width, selects, targets = 0, list[str](), _Targets()
    for part, columns in sorted(readers[0].columns.items(), key=lambda one: -len(one[1])):
        names = list(columns)
        sources = [source for place, its in enumerate(readers) for source in its.sources(place, part, names)]
        if not sources or not names:
            continue
        width = width or len(names)
        sums = ", ".join([*(f"SUM({name})" for name in names), *["NULL"] * (width - len(names))])
        selects.append(
            f"SELECT {len(targets)}, place, {key}, {sums} "  # noqa: S608 (columns of ours, and what sources() reads)
            f"FROM ({' UNION ALL '.join(sources)}) AS sums{known} GROUP BY place, {key}"
        )
        targets.append(list(columns.values()))
    return " UNION ALL ".join(selects), targets


@dataclass(frozen=True)
class _Reader(factreading.Counting):
    """Reads the sums of a question."""

    parts: _Parts
    wanted: Wanted

    def put_right(
        self,
        sums: defaultdict[int, Sums],
        later: Sequence[statisticsodd.Later],
        odd: Sequence[int],
        added: Sequence[statisticsodd.Adding],
        now: dt.datetime,
    ) -> None:
        """Take the odd ones out of the sums. later: what is overdue only by the end of today."""
        self.take_out(added, sums)
        for agency, key, number in later:
            if self.agencies is None or agency in self.agencies:
                sums[key].counts["open_within"] += number
                sums[key].counts["open_overdue"] -= number
        for desk, key, number in self.waiting(now, odd):
            if self.agencies is None or desk in self.agencies:
                sums[key].counts["reception_waiting"] += number
                sums[key].counts["reception_waiting_late"] -= number

    @cached_property
    def columns(self) -> Mapping[str, Columns]:
        """What is asked for of every day, by the part of the days: the columns of each measure."""
        asked = _BY_SECOND if self.question.second else _COLUMNS
        if self.wanted is Wanted.WHOLE:
            return asked
        receptions = self.wanted is Wanted.RECEPTIONS
        left_out = _BESIDE_RECEPTIONS if receptions else _BESIDE_THE_FORM
        return {
            part: {name: its for name, its in columns.items() if name not in left_out}
            for part, columns in asked.items()
        }

    def sources(self, place: int, wanted: str, names: Sequence[str]) -> list[str]:
        """What makes up a part of the days, by key; marked with its place among the questions."""
        allowed = self.agencies
        if allowed == frozenset():
            return []
        return self._selects(
            factsums.FACTS, wanted, allowed,
            lambda piece: f"{place} AS place, {factreading.signed(names, piece)}",
        )  # fmt: skip

    def read_lengths(self) -> defaultdict[int, Sums]:
        """How long what was finished in the period took. One statement."""
        sums: defaultdict[int, Sums] = defaultdict(Sums)
        if self.wanted is not Wanted.WHOLE or (allowed := self.agencies) == frozenset():
            return sums
        sources = self._selects(
            factsums.LENGTHS, "within", allowed,
            lambda piece: f"tenths, {factreading.signed(factsums.LENGTHS.numbers, piece)}",
        )  # fmt: skip
        key, known = self.rows
        statement = (
            f"SELECT {key}, tenths, SUM(number) FROM ({' UNION ALL '.join(sources)}) AS sums{known} "  # noqa: S608 (columns of ours, and what sources() reads)
            f"GROUP BY {key}, tenths"
        )
        for own, tenths, number in self.session.connection().exec_driver_sql(statement).all():
            sums[own].tenths[tenths] = number
        return sums

    def _selects(
        self, made: Made, wanted: str, allowed: frozenset[int] | None, columns: Callable[[Piece], str]
    ) -> list[str]:
        """Each piece of a part of the days, from the sums that hold it, by key."""
        return [
            f"SELECT {member} AS own, {columns(piece)} FROM {table} WHERE {kept}"  # noqa: S608 (tables and columns of ours; days and ids are numbers)
            for part, piece in self.parts.pieces()
            if part == wanted
            for table, member, kept in [self._source(made, piece, allowed)]
        ]

    def take_out(self, added: Sequence[statisticsodd.Adding], sums: defaultdict[int, Sums]) -> None:
        """Take what these dossiers have added out of the sums again."""
        allowed = self.agencies
        for facts, lengths in added:
            for fact in facts:
                if part := self._part(fact.agency, fact.day, allowed):
                    counts, columns = sums[self._key(fact)].counts, self.columns[part]
                    for place, number in fact.numbers.items():
                        for column, sign in columns.get(MEASURES[place], ()):
                            counts[column] -= sign * number
            for length in lengths if self.wanted is Wanted.WHOLE else ():
                if self._part(length.agency, length.day, allowed) == "within":
                    sums[self._key(length)].tenths[length.took.tenths] -= 1

    def waiting(self, now: dt.datetime, odd: Sequence[int]) -> Sequence[statisticsodd.Later]:
        """How many receptions due today wait in time still, but for those of the odd ones."""
        today = self.parts.today
        if self.wanted is Wanted.FORM or not self.question.start <= today <= self.question.end:
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
