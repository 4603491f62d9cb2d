"""What ended in a period, from the daily facts: numbers beside its table, right at every moment.

A dossier that waits in the queue, or passed to another agency within the period, is taken out of the sums:
who asks counts it as it is now (queries.statisticsodd).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from tthc_tracker.domain.dailyfacts import MEASURES, Took
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.stretches import Piece, pieces
from tthc_tracker.queries import factreading, factsums, statisticsodd, statisticstransfers
from tthc_tracker.queries.factsums import Made
from tthc_tracker.queries.statisticscells import Question, Span

Found = TypeVar("Found")


def read(
    session: Session, question: Question, span: Span, now: dt.datetime, take: Callable[["Ended"], Found]
) -> Found | None:
    """What `take` finds in the sums of a turn; None where the facts cannot tell."""
    today = now.astimezone(VIETNAM).date()
    if span.start > today:
        return None
    moved = statisticstransfers.any_since(session, span.start)
    known = pieces(span.start, span.end, today)

    def at(turn: int) -> Found | None:
        odd = statisticsodd.passed_or_waiting(session, question, span, turn, moved=moved)
        return None if odd is None else take(Ended(session, question, span, known, odd, turn))

    return factreading.settled(session, at)


@dataclass(frozen=True)
class Ended(factreading.Counting):
    """The sums of a period at a turn. odd: the dossiers that they do not tell of."""

    span: Span
    pieces: Sequence[Piece]
    odd: Sequence[int]
    turn: int

    def measures(self, names: Sequence[str]) -> dict[str, int]:
        """What measures come to, without the odd. One statement."""
        dimension = "unit" if self.units is not None else "agency" if self.agencies is not None else "channel"
        found = dict.fromkeys(names, 0)
        for _own, *numbers in self._rows(factsums.FACTS, dimension, "", names, self.units):
            for name, number in zip(names, numbers, strict=True):
                found[name] += number or 0
        for facts, _lengths in self._added:
            for fact in facts:
                if self._holds(fact):
                    for place, number in fact.numbers.items():
                        if MEASURES[place] in found:
                            found[MEASURES[place]] -= number
        return found

    def lengths(self, made: Made, procedures: Sequence[int] | None = None) -> Iterator[tuple[Any, ...]]:
        """By procedure and the keys of the sums how many, the odd with the other sign. One statement.

        procedures: only of these.
        """
        keys = f", {', '.join(made.keys)}"
        yield from self._rows(made, factsums.OF_LIMITS, keys, made.numbers, procedures)
        for _facts, lengths in self._added:
            for length in lengths:
                if self._holds(length) and (procedures is None or length.keys.procedure in procedures):
                    yield length.keys.procedure, *self._keys(made, length.took), -1

    @staticmethod
    def _keys(made: Made, took: Took) -> tuple[Any, ...]:
        return tuple(getattr(took, key) for key in made.keys)

    def _rows(
        self, made: Made, dimension: str, keys: str, names: Sequence[str], members: Sequence[int] | None
    ) -> Sequence[Any]:
        if self.agencies == frozenset() or members == []:
            return []
        parts = []
        for piece in self.pieces:
            table, member, kept = factreading.source(made, piece, dimension, self.agencies)
            if members is not None:
                kept += f" AND {member} IN ({', '.join(map(str, members))})"
            columns = factreading.signed(names, piece)
            parts.append(f"SELECT {member} AS own{keys}, {columns} FROM {table} WHERE {kept}")  # noqa: S608 (tables and columns of ours; days and ids are numbers)
        sums = ", ".join(f"SUM({name})" for name in names)
        statement = f"SELECT own{keys}, {sums} FROM ({' UNION ALL '.join(parts)}) AS sums GROUP BY own{keys}"  # noqa: S608 (the same)
        return self.session.connection().exec_driver_sql(statement).all()

    @property
    def _added(self) -> Sequence[statisticsodd.Adding]:
        return statisticsodd.added(self.session, self.odd, self.turn)

    def _holds(self, one: Any) -> bool:
        """Whether what an odd one has added counts here."""
        theirs = self.agencies is None or one.agency in self.agencies
        held = self.units is None or one.keys.unit in self.units
        return theirs and held and self.span.start <= one.day <= self.span.end
