"""The statutory table by the second date: what the re-appointed come to by the date they were given.

Statistics go by the lawful date (docs/law.md); nobody has confirmed that the second does not count, so both
can be had. Only dossiers with a second date differ, and they are few: each is moved from its cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, literal, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.domain.performance import ResultCell, finish_class
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.dossiers import limit_of
from tthc_tracker.queries.statisticscells import Question, Span
from tthc_tracker.queries.statisticsrows import key_column

_SET_ASIDE = frozenset({"withdrawn", "stopped"})
_IN_TIME = frozenset({FinishClass.EARLY.value, FinishClass.ON_TIME.value})


def count_again(rows: Iterable[Any], span: Span, counts: Mapping[int, MutableMapping[str, int]]) -> None:
    """Move every re-appointed dossier of the period to the cell that its second date gives it."""
    for row, before, after in _moves(rows, span):
        its = counts[row.key]
        its[before] -= 1
        its[after] += 1
        if row.closing in _SET_ASIDE:
            its["set_aside_in_time"] += (after in _IN_TIME) - (before in _IN_TIME)


Moved = Mapping[str, Sequence[int]]
"""The dossiers that their second date gives another cell, by that cell."""


def moved(session: Session, question: Question, span: Span, resolver: ColumnElement[int]) -> Moved:
    """Those of a question: the lists behind its numbers move what its table moves."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, _, after in _moves(session.execute(reappointed(session, question, span, resolver)), span):
        found[after].append(row.id)
    return found


def result_cell(span: Span, pauses: CTE, moved: Moved) -> ColumnElement[str | None]:
    """The result cell of each dossier, of the moved the one that they were moved to."""
    lawful = cells.result_cell(span, pauses)
    again = [
        (and_(true(), among(Dossier.id, literal(ids, Ids()))), literal(cell)) for cell, ids in moved.items()
    ]
    return case(*again, else_=lawful) if again else lawful


def _moves(rows: Iterable[Any], span: Span) -> Iterator[tuple[Any, str, str]]:
    """Each that is moved, from which cell and to which."""
    for row in rows:
        before, after = row.result, _cell(row, span)
        if before is not None and before != after:
            yield row, before, after


def _cell(row: Any, span: Span) -> str:
    if row.closed_on is not None and row.closed_on <= span.end:
        limit = limit_of(row)
        is_hour_limit = limit is not None and limit.is_hour_limit
        return finish_class(row.current_due_at, row.closed_at, is_hour_limit=is_hour_limit).value
    held = row.held_since is not None and row.held_since < row.overdue_from
    late = row.overdue_from < span.closes and not held
    return (ResultCell.OPEN_OVERDUE if late else ResultCell.OPEN_WITHIN).value


def reappointed(
    session: Session, question: Question, span: Span, resolver: ColumnElement[int]
) -> Select[Any]:
    """The dossiers of the period that had a second date by its end."""
    pauses = cells.open_pauses(span)
    return (
        select(
            Dossier.id,
            key_column(question.by, resolver).label("key"),
            cells.result_cell(span, pauses).label("result"),
            cells.closing(span).label("closing"),
            pauses.c.held_since,
            Dossier.closed_at, cells.closed_on(span).label("closed_on"),
            Dossier.current_due_at, Dossier.overdue_from,
            Dossier.limit_amount, Dossier.limit_unit,
        )
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(
            cells.reappointed(span), or_(*cells.parts_of(span)),
            cells.resolved_by(session, question, resolver),
        )
        .order_by(Dossier.id)
    )  # fmt: skip
