"""The list of conclusions of every session: what is open, overdue, done; filters, pages by key."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.models.conclusion import Conclusion
from tthc_tracker.queries import conclusions, listing
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.wording import conclusionlists

NARROWS = ("agency", "level", "from", "to")


class Tab(StrEnum):
    """Which conclusions: not carried out, overdue, carried out, all of them."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    ALL = "all"


_BY_DAY = frozenset({Tab.OPEN, Tab.OVERDUE})  # what is due first stands first; of the rest what was due last


@dataclass(frozen=True)
class Question:
    """The list as somebody asks for it; the two days are of when they are due, period a quarter's key."""

    tab: Tab
    filters: Filters
    period: str = ""

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Question":
        """From an address; what cannot be read narrows nothing."""
        tab = words.get("tab", "")
        return cls(
            Tab(tab) if tab in set(Tab) else Tab.OPEN, listing.read_filters(words), words.get("period", "")
        )


def page(
    session: Session, question: Question, scope: Scope, now: dt.datetime, *, after: str = "",
    size: int = listing.PAGE,
) -> Page:  # fmt: skip
    """One page: of what is open what is due first, of the rest what was due last."""
    rising = question.tab in _BY_DAY
    key = Conclusion.due_on, Conclusion.id
    statement = _wanted(session, question, scope, now, conclusions.rows())
    if (start := listing.day_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) > start if rising else tuple_(*key) < start)
    order = key if rising else tuple(one.desc() for one in key)
    found = session.execute(statement.order_by(*order).limit(size + 1)).all()
    rows = conclusions.views(session, found[:size], now.date())
    if len(found) <= size:
        return Page(rows, "")
    return Page(rows, listing.encode_cursor(rows[-1].due_on.isoformat(), rows[-1].id))


def count(session: Session, question: Question, scope: Scope, now: dt.datetime) -> Count:
    """How many rows it has, exactly up to ten thousand."""
    return listing.count(session, _wanted(session, question, scope, now, select(Conclusion.id)))


def counts(session: Session, question: Question, scope: Scope, now: dt.datetime) -> dict[Tab, int]:
    """How many each tab has by the same filters, at most ten thousand and one. One query."""
    return listing.counts(session, {
        tab: _wanted(session, replace(question, tab=tab), scope, now, select(Conclusion.id)) for tab in Tab
    })  # fmt: skip


def periods(session: Session, scope: Scope) -> tuple[str, ...]:
    """The keys of the quarters that have any, the newest first."""
    statement = select(Conclusion.period_key).where(conclusions.seen(scope)).distinct()
    return tuple(session.execute(statement.order_by(Conclusion.period_key.desc())).scalars())


def _wanted(
    session: Session, question: Question, scope: Scope, now: dt.datetime, statement: Select[Any]
) -> Select[Any]:
    filters = question.filters
    conditions = [conclusions.seen(scope), *_of_tab(question.tab, now.date())]
    conditions += listing.conditions(session, Filters(filters.agency, filters.level), _OWNER)
    if filters.start:
        conditions.append(Conclusion.due_on >= filters.start)
    if filters.end:
        conditions.append(Conclusion.due_on <= filters.end)
    if question.period:
        conditions.append(Conclusion.period_key == question.period)
    return statement.where(*conditions)


_OWNER: Any = Conclusion.owner_id


def _of_tab(tab: Tab, today: dt.date) -> list[ColumnElement[bool]]:
    match tab:
        case Tab.OPEN:
            return [Conclusion.done_on.is_(None)]
        case Tab.OVERDUE:
            return [Conclusion.done_on.is_(None), Conclusion.due_on < today]
        case Tab.DONE:
            return [Conclusion.done_on.is_not(None)]
        case Tab.ALL:
            return []


# --- as a list that people keep


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    return page(session, Question.of(asked.question), asked.scope, asked.now, after=after, size=size)


def _count(session: Session, asked: Asked) -> Count:
    return count(session, Question.of(asked.question), asked.scope, asked.now)


CONCLUSIONS = KeptList(
    conclusionlists.COLUMNS, Permission.VIEW_REPORTS, (*NARROWS, "period", "tab"), _page, _count,
    (*NARROWS, "period"), (),
)  # fmt: skip
