"""A period month by month: each row is the table of a calendar month, as far as it lies in the period.

What a month carries over stood open in the one before, so rows do not add up to the whole.
"""

import datetime as dt
from dataclasses import replace

from tthc_tracker.domain import periods
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.queries.statisticscells import By, Question

MOST = 60
"""Months that are told one by one: five years."""


def number(first: dt.date, last: dt.date) -> int:
    """Of how many months some day lies in a period."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def months(question: Question, today: dt.date) -> list[tuple[Period, Question]]:
    """The months of a period that have begun, each with what is asked of it."""
    found: list[tuple[Period, Question]] = []
    month = periods.period_of(PeriodKind.MONTH, question.start)
    while month.start <= min(question.end, today) and len(found) < MOST:
        found.append((month, _part(question, month)))
        month = periods.following(month)
    return found


def of_row(question: Question, key: str) -> Question:
    """What is asked of the row of a month ('' the whole): a total, whatever stands beside it."""
    month = periods.parse_period(key)
    if month is None or month.kind is not PeriodKind.MONTH:
        return replace(question, by=_rows(question))
    return _part(question, month)


def _part(question: Question, month: Period) -> Question:
    start, end = max(question.start, month.start), min(question.end, month.end)
    return replace(question, start=start, end=max(start, end), by=_rows(question))


def _rows(question: Question) -> By:
    """The rows whose total costs the fewest: there are three channels, but of each agency asked about."""
    whole = question.scope.all and not question.agency and not question.level
    return By.CHANNEL if whole else By.LEVEL
