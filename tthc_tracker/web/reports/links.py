"""Numbers that lead to exactly their dossiers, for tables that are not the statutory one."""

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import request, url_for

from tthc_tracker.domain.periods import Period
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.wording.formats import number


@dataclass(frozen=True)
class Linked:
    """Words of a cell, and where they lead; a number of nothing leads nowhere."""

    said: str
    url: str | None = None


def counted(
    question: Question, cell: str, value: int, *, key: str | None = None, portion: str = "",
    by: By | None = None,
) -> Linked:  # fmt: skip
    """A number of dossiers with the address of their list."""
    return Linked(number(value), behind(question, cell, key=key, portion=portion, by=by) if value else None)


def behind(
    question: Question, cell: str, *, key: str | None = None, portion: str = "", by: By | None = None
) -> str:
    """The list behind a cell of a question: of one row (`key` of `by`), of one portion."""
    parts = {
        "from": question.start.isoformat(), "to": question.end.isoformat(), "by": (by or question.by).value,
        "agency": question.agency, "level": question.level, "unit": question.unit, "key": key or "",
        "cell": cell, "portion": portion,
    }  # fmt: skip
    given = {name: said for name, said in parts.items() if said}
    return _dossiers(request.script_root) + "?" + urlencode(given)


def in_month(question: Question, month: Period) -> Question:
    """The same question of another stretch of days."""
    return replace(question, start=month.start, end=month.end)


def agency_page(code: str, period: Period) -> str:
    """The page of an agency."""
    return _agency_page(request.script_root, code, period.key)


@lru_cache(maxsize=16)
def _dossiers(_root: str) -> str:
    return url_for("reports.dossiers")


@lru_cache(maxsize=4096)
def _agency_page(_root: str, code: str, period: str) -> str:
    """Put together once below each root: a table has two hundred, the same at every look."""
    return url_for("reports.agency", code=code, period=period)


def unit_page(key: str, period: Period) -> str | None:
    """The page of a unit, by the key of its row; what no unit has been given has none."""
    code, _, unit = key.partition("/")
    return url_for("reports.unit", code=code, unit=unit, period=period.key) if unit else None
