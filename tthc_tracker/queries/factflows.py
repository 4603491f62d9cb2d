"""Some measures of the daily facts over stretches of days, right at every moment and whatever lies in them.

Months need no table of a period: what happens is dated by its day, and what stands open is all that came and
went before. So a dossier that waits in the queue is put right by what it adds now in place of what it had
added, and one that passed to another agency stands each day with whom it was.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.domain.stretches import Piece, Stretch, pieces, pieces_before
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import factreading, factsources, factsums, statisticsodd
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.factsources import Fact
from tthc_tracker.queries.onceaunit import once
from tthc_tracker.queries.statisticscells import Question

_DAY = dt.timedelta(days=1)
_ALL_DAYS = dt.date.min

Flows = Mapping[tuple[int, int], Mapping[str, int]]
"""By agency (0 where they are not told apart) and place of the stretch, what each measure comes to."""


def until(day: dt.date) -> Stretch:
    """All days before one."""
    return _ALL_DAYS, day


def count(
    session: Session,
    question: Question,
    stretches: Sequence[Stretch],
    measures: Sequence[str],
    *,
    by_agency: bool = False,
) -> Flows | None:
    """What the measures come to in each stretch of days; None where the facts cannot tell.

    Of a question it is asked whose, not when. One statement, and eight more where something waits, which a
    unit that only reads asks once.
    """
    if by_agency and question.unit:
        return None  # the sums of a unit do not say at which agency it held them
    reader = _Reader(session, question, stretches, measures, by_agency)
    return factreading.settled(session, reader.read)


_IDS = bindparam("ids", type_=Ids())
_PRESENT = select(Dossier.id, Dossier.resolving_agency_id).where(among(Dossier.id, _IDS)).order_by(Dossier.id)


@dataclass(frozen=True)
class _Odd:
    """What dossiers have added to the sums, and by the agency that has each now what it would add."""

    added: Sequence[Sequence[Fact]]
    adding: Sequence[tuple[int, Sequence[Fact]]]

    @classmethod
    def read(cls, session: Session, ids: Sequence[int], turn: int) -> Self:
        """Of these. Seven statements."""
        added = [facts for facts, _lengths in statisticsodd.added(session, ids, turn)]
        present = dict(session.execute(_PRESENT, {"ids": ids}).all())
        now = factsources.sourced(session, ids).items()
        adding = [(present[own], factsources.facts_in(*one)[0]) for own, one in now if one is not None]
        return cls(added, adding)


@dataclass(frozen=True)
class _Reader(factreading.Counting):
    """Reads measures over stretches."""

    stretches: Sequence[Stretch]
    measures: Sequence[str]
    by_agency: bool

    def read(self, turn: int) -> Flows | None:
        """The sums of a turn, with what waits as it is now."""
        since = min(before if first == _ALL_DAYS else first for first, before in self.stretches)
        odd = statisticsodd.unfolded(self.session, self.question, since, turn)
        if odd is None:
            return None
        found: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(self.measures, 0))
        for own, place, *numbers in self._sums():
            its = found[own, place]
            for name, number in zip(self.measures, numbers, strict=True):
                its[name] += number or 0
        if odd:
            self._put_right(found, self._odd(turn, odd))
        return found

    def _sums(self) -> Iterable[Sequence[int]]:
        if self.agencies == frozenset() or self.units == []:
            return []
        parts = [
            self._part(place, piece)
            for place, (first, before) in enumerate(self.stretches)
            for piece in (pieces_before(before) if first == _ALL_DAYS else pieces(first, before - _DAY))
        ]
        return self.session.connection().exec_driver_sql(" UNION ALL ".join(parts)).all()

    def _part(self, place: int, piece: Piece) -> str:
        table, member, kept = factreading.source(factsums.FACTS, piece, self._dimension, self.agencies)
        if self.units is not None:
            kept += f" AND {member} IN ({', '.join(map(str, self.units))})"
        own, by = (member, f" GROUP BY {member}") if self.by_agency else ("0", "")
        sign = "-" if piece.sign < 0 else ""
        sums = ", ".join(f"{sign}SUM({name})" for name in self.measures)
        return f"SELECT {own}, {place}, {sums} FROM {table} WHERE {kept}{by}"  # noqa: S608 (tables and columns of ours; days and ids are numbers)

    @property
    def _dimension(self) -> str:
        """The series that is read: of the province, the one with the fewest rows."""
        if self.question.unit:
            return "unit"
        return "agency" if self.by_agency or self.agencies is not None else "channel"

    # --- what waits, or has gone where one may not look

    def _odd(self, turn: int, ids: Sequence[int]) -> "_Odd":
        return once(self.session, ("what is odd", turn, *ids), lambda: _Odd.read(self.session, ids, turn))

    def _put_right(self, found: dict[tuple[int, int], dict[str, int]], odd: "_Odd") -> None:
        """Out with what these have added, in with what they add now."""
        for facts in odd.added:
            self._add(found, facts, -1, lambda _name, agency: self._counts(agency))
        asked, scope = cells.asked_agencies(self.session, self.question), self.question.scope
        for present, facts in odd.adding:
            seen = scope.all or present in scope.agency_ids

            def counts(name: str, agency: int, *, seen: bool = seen) -> bool:
                if name.startswith("reception_"):
                    return self._counts(agency)
                return seen and (asked is None or agency in asked)

            self._add(found, facts, 1, counts)

    def _counts(self, agency: int) -> bool:
        return self.agencies is None or agency in self.agencies

    def _add(
        self,
        found: dict[tuple[int, int], dict[str, int]],
        facts: Iterable[Fact],
        sign: int,
        counts: Callable[[str, int], bool],
    ) -> None:
        for fact in facts:
            if self.units is not None and fact.keys.unit not in self.units:
                continue
            for place in self._places(fact.day):
                its = found[fact.agency if self.by_agency else 0, place]
                for name, number in ((MEASURES[at], number) for at, number in fact.numbers.items()):
                    if name in its and counts(name, fact.agency):
                        its[name] += sign * number

    def _places(self, day: dt.date) -> list[int]:
        return [at for at, (first, before) in enumerate(self.stretches) if first <= day < before]
