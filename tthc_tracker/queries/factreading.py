"""Reading what the daily facts come to: whose rows count, from which sums; nobody folds meanwhile unseen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.stretches import Grain, Piece
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.fact import FactLedger
from tthc_tracker.queries import factsums
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.factsums import Made
from tthc_tracker.queries.onceaunit import once
from tthc_tracker.queries.scoping import all_agencies
from tthc_tracker.queries.statisticscells import Question

Found = TypeVar("Found")

_TRIES = 3
_LEDGER = select(FactLedger.turn, FactLedger.standing)


def settled(session: Session, read: Callable[[int], Found | None]) -> Found | None:
    """What `read` finds at a turn, once more where the turn has changed; None where the facts cannot tell."""
    before = once(session, "the turn of the facts", lambda: _turn(session))
    for _ in range(_TRIES):
        if before is None:
            return None
        found, after = read(before), _turn(session)
        if found is None or after == before:
            return found
        before = after
    return None


def _turn(session: Session) -> int | None:
    ledger = session.execute(_LEDGER).one()
    return ledger.turn if ledger.standing == "ready" else None


def sees_all(session: Session, question: Question) -> bool:
    """Whether no agency is hidden from who asks."""
    return question.scope.all or question.scope.agency_ids >= all_agencies(session)


def counting_agencies(session: Session, question: Question) -> frozenset[int] | None:
    """The agencies whose rows count; None: all of them."""
    asked, scope = cells.asked_agencies(session, question), question.scope
    if sees_all(session, question):
        return asked
    return scope.agency_ids if asked is None else scope.agency_ids & asked


@dataclass(frozen=True)
class Counting:
    """Whose rows count for a question, looked up once."""

    session: Session
    question: Question

    @cached_property
    def agencies(self) -> frozenset[int] | None:
        """The agencies; None: all of them."""
        return counting_agencies(self.session, self.question)

    @cached_property
    def units(self) -> list[int] | None:
        """The unit that is asked about, as the sums name it; None: whatever holds it."""
        if not self.question.unit:
            return None
        statement = select(Unit.id).where(Unit.id.in_(cells.units_called(self.question.unit)))
        return list(self.session.execute(statement.order_by(Unit.id)).scalars())


Source = tuple[str, str, str]
"""A table, its column with the key of a row, and the condition."""


def signed(names: Sequence[str], piece: Piece) -> str:
    """The columns of a piece: what it is less by is read with the other sign."""
    return ", ".join(names if piece.sign > 0 else (f"-{name} AS {name}" for name in names))


def source(made: Made, piece: Piece, dimension: str, agencies: frozenset[int] | None) -> Source:
    """Where the sums of a piece stand by a dimension: of some agencies, or of the province (None)."""
    ids = ", ".join(map(str, sorted(agencies or ())))
    if dimension == "agency" or agencies is None:
        kept = of_series(dimension, piece)
        return made.name, "member", kept if agencies is None else f"{kept} AND member IN ({ids})"
    if piece.grain is Grain.DAY:
        days = f"day >= '{piece.first}' AND day < '{piece.before}'"
        return made.days, factsums.OF_AN_AGENCY[dimension], f"agency_id IN ({ids}) AND {days}"
    series = ", ".join(f"'{agency}:{dimension}'" for agency in sorted(agencies))
    return made.name, "member", f"series IN ({series}) AND {_begins(piece)}"


def of_series(series: str, piece: Piece) -> str:
    """The condition of the sums of one series."""
    return f"series = '{series}' AND {_begins(piece)}"


def _begins(piece: Piece) -> str:
    return f"grain = '{piece.grain}' AND start >= '{piece.first}' AND start < '{piece.before}'"
