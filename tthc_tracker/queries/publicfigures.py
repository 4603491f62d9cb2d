"""The rates that everybody may see: by level and agency, without the rows that would tell a small number.

One table is read and its levels are put together from it: two that are a minute apart would differ by what
came in that minute (decision 0051).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.disclosure import TOTAL, Row, Share, withheld_rows
from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import statistics
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import By, Question

SHOWN = (RateName.ON_TIME, RateName.RECEPTION, RateName.ONLINE)


@dataclass(frozen=True)
class PublicRow:
    """A name and its rates; None where one is kept back."""

    key: str | None
    label: str
    rates: tuple[Rate | None, ...]


@dataclass(frozen=True)
class PublicFigures:
    """The rows of the page; those of levels end with the total."""

    levels: tuple[PublicRow, ...]
    agencies: tuple[PublicRow, ...]


def of_table(session: Session, table: Statistics, question: Question) -> PublicFigures:
    """What of a table by agency may be shown. One query."""
    level_of = _levels(session)
    known = {line.key or "": line for line in (*table.rows, *table.reception_rows)}
    order = [(list(Level).index(level), code) for code, level in level_of.items() if code in known]
    agencies = [known[code] for _, code in sorted(order)]
    by_level = Question(question.start, question.end, By.LEVEL, question.scope)
    levels = statistics.levels_of(session, table, by_level)
    lines = {line.key or "": line for line in (*levels.rows, *levels.reception_rows)}
    hidden = {name: _hidden(agencies, level_of, name) for name in SHOWN}
    return PublicFigures(
        tuple(
            [_row(lines[level], (level, ""), hidden) for level in Level if level in lines]
            + [_row(levels.total, TOTAL, hidden)]
        ),
        tuple(
            _row(line, (level_of[line.key or ""], line.key or ""), hidden)
            for line in agencies
            if any(line.rates[name].den for name in SHOWN)
        ),
    )


def _levels(session: Session) -> dict[str, Level]:
    return dict(session.execute(select(Agency.code, Agency.level).order_by(Agency.code)).all())


def _hidden(agencies: Iterable[Line], level_of: Mapping[str, Level], name: RateName) -> frozenset[Row]:
    groups: dict[str, dict[str, Share]] = {}
    for line in agencies:
        key, rate = line.key or "", line.rates[name]
        groups.setdefault(level_of[key], {})[key] = Share(rate.num, rate.den)
    return withheld_rows(groups)


def _row(line: Line, row: Row, hidden: Mapping[RateName, frozenset[Row]]) -> PublicRow:
    shown = (None if row in hidden[name] else line.rates[name] for name in SHOWN)
    return PublicRow(line.key, line.label, tuple(shown))
