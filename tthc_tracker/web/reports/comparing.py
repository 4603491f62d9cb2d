"""A period beside the one before, the same a year earlier, and the target."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain import comparisons, periods
from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.queries import settings
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import PARTS
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.web.reports import pictures
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.tables import Addresses, Number
from tthc_tracker.wording import comparisons as words
from tthc_tracker.wording.comparisons import Said
from tthc_tracker.wording.formats import percent

LIFE = dt.timedelta(minutes=10)  # a period that has passed changes by corrections only
_earlier: Answers[Statistics] = Answers(LIFE)

# Whether more of it is better; None: neither.
_COUNTS = {"filed": None, "resolved": None, "late": False, "open_overdue": False}
_RATES = {
    RateName.ON_TIME: True, RateName.OVERDUE_OPEN: False, RateName.RECEPTION: True, RateName.ONLINE: True,
    RateName.ELECTRONIC: True, RateName.ONLINE_PAYMENT: True, RateName.COMPONENTS: True,
    RateName.RESULTS: True,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A count, or a rate with its two parts; each number with the address of its dossiers.

    said: what a rate comes to; empty of a count. change: against the period that is looked at.
    """

    numbers: tuple[Number, ...]
    said: str = ""
    change: Said | None = None


@dataclass(frozen=True)
class Compared:
    """A row: a figure of the period, what it was in each earlier one (None: nothing is known), the target."""

    label: str
    now: Figure
    earlier: tuple[Figure | None, ...]
    target: Said | None = None


@dataclass(frozen=True)
class Comparison:
    """Both tables: the figures of the whole, and the on-time rate of every row."""

    heads: tuple[tuple[str, str], ...]  # (what it is, which period)
    target: Decimal
    passed: int | None  # days of a period that runs
    total: tuple[Compared, ...]
    rows: tuple[Compared, ...]


@dataclass(frozen=True)
class _Table:
    """A table with the addresses of its dossiers and its lines by key."""

    table: Statistics
    addresses: Addresses
    lines: Mapping[str | None, Line]

    @classmethod
    def of(cls, asked: Asked, table: Statistics) -> "_Table":
        path = url_for("reports.dossiers")
        addresses = Addresses(path, table, asked.agency, asked.level, second=asked.second)
        return cls(table, addresses, {line.key: line for line in table.rows})

    def count(self, line: Line, cell: str) -> Number:
        return self.addresses.number("", _count(line, cell), cell, line.key)

    def rate(self, line: Line, name: RateName) -> Figure:
        rate, (num, den) = line.rates[name], PARTS[name]
        parts = (
            self.addresses.number("", rate.num, num, line.key),
            self.addresses.number("", rate.den, den, line.key),
        )
        return Figure(parts, percent(rate.percent))


def compared(
    session: Session, asked: Asked, table: Statistics, now: dt.datetime, *, each_row: bool
) -> Comparison:
    """The period beside two earlier ones; of one that has not ended, beside as many days of theirs.

    each_row: with the rows, which cost a thousand rates where they are agencies, or the whole alone.
    """
    period, today = asked.period, now.date()
    wholes = (periods.previous(period), periods.same_last_year(period))
    parts = tuple(comparisons.as_far_as(whole, period, today) for whole in wholes)
    earlier = tuple(_Table.of(asked, _reckoned(session, asked.with_period(part), now)) for part in parts)
    this = _Table.of(asked, table)
    target = Decimal(settings.setting(session, "on_time_target", None, period.end))
    return Comparison(
        heads=tuple(
            (words.EARLIER[name], words.earlier_name(part, whole))
            for name, part, whole in zip(words.EARLIER, parts, wholes, strict=True)
        ),
        target=target,
        passed=(today - period.start).days + 1 if period.start <= today < period.end else None,
        total=_total(this, earlier, target),
        rows=tuple(_row(this, line, earlier, target) for line in table.rows) if each_row else (),
    )


def _reckoned(session: Session, asked: Asked, now: dt.datetime) -> Statistics:
    question = asked.question(current_user.scope)
    return _earlier.get(session, question, now, lambda: pictures.table(session, question, now))


def _total(this: _Table, earlier: tuple[_Table, ...], target: Decimal) -> tuple[Compared, ...]:
    line, lines = this.table.total, [_known(one.table.total) for one in earlier]
    counts = []
    for cell, more in _COUNTS.items():
        beside = tuple(
            _count_beside(one, before, line, cell, more) for one, before in zip(earlier, lines, strict=True)
        )
        counts.append(Compared(words.COUNTS[cell], Figure((this.count(line, cell),)), beside))
    rates = (_rates_beside(this, line, earlier, lines, name, target) for name in _RATES)
    return (*counts, *rates)


def _row(this: _Table, line: Line, earlier: tuple[_Table, ...], target: Decimal) -> Compared:
    lines = [one.lines.get(line.key) for one in earlier]
    found = _rates_beside(this, line, earlier, lines, RateName.ON_TIME, target)
    return Compared(line.label, found.now, found.earlier, found.target)


def _rates_beside(
    this: _Table, line: Line, earlier: tuple[_Table, ...], lines: list[Line | None], name: RateName,
    target: Decimal,
) -> Compared:  # fmt: skip
    now = line.rates[name]
    aim = comparisons.to_target(now, target) if name is RateName.ON_TIME else None
    return Compared(
        words.SHARES[name],
        this.rate(line, name),
        tuple(_rate_beside(one, before, now, name) for one, before in zip(earlier, lines, strict=True)),
        words.to_target(aim) if aim else None,
    )


def _rate_beside(one: _Table, before: Line | None, now: Rate, name: RateName) -> Figure | None:
    if before is None:
        return None
    figure = one.rate(before, name)
    change = comparisons.of_rates(now, before.rates[name], more_is_better=_RATES[name])
    return Figure(figure.numbers, figure.said, words.change_of_rate(change) if change else None)


def _count_beside(one: _Table, before: Line | None, now: Line, cell: str, more: bool | None) -> Figure | None:
    if before is None:
        return None
    change = comparisons.of_counts(_count(now, cell), _count(before, cell), more_is_better=more)
    return Figure((one.count(before, cell),), change=words.change_of_count(change))


def _count(line: Line, cell: str) -> int:
    row = line.row
    return row.online + row.direct if cell == "filed" else int(getattr(row, cell))


def _known(line: Line) -> Line | None:
    """The line, unless nothing at all is known of its period: nobody has come down from nothing."""
    return line if line.row.received or line.reception.due else None
