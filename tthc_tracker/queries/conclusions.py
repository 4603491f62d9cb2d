"""Conclusions of sessions as the screens and the report tell of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.conclusions import Progress, progress
from tthc_tracker.domain.errors import CalendarHorizonError, NotFound
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.models.conclusion import Conclusion
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar

PAGE = 50


@dataclass(frozen=True)
class ConclusionView:
    """A conclusion and how it stands. agency: who held the session, owner: who is to carry it out."""

    id: int
    agency_id: int
    agency: str
    period_key: str
    held_on: dt.date
    words: str
    owner_id: int
    owner_code: str
    owner: str
    duty: str
    first_due_on: dt.date
    due_on: dt.date
    noted_at: dt.datetime
    noted_by: str
    done_on: dt.date | None
    done_note: str
    done_by: str | None
    version: int
    progress: Progress

    @property
    def code(self) -> str:
        """Its number, as its page is addressed."""
        return str(self.id)


def listed(
    session: Session, scope: Scope, today: dt.date, *, period_key: str = "", after: int | None = None
) -> tuple[ConclusionView, ...]:
    """Conclusions that a scope sees, of a quarter or of all, the newest first; one more than a page holds."""
    statement = rows().where(seen(scope)).order_by(Conclusion.id.desc()).limit(PAGE + 1)
    if period_key:
        statement = statement.where(Conclusion.period_key == period_key)
    if after is not None:
        statement = statement.where(Conclusion.id < after)
    return views(session, session.execute(statement).all(), today)


def of_report(
    session: Session, scope: Scope, before: str, this: str, today: dt.date
) -> tuple[ConclusionView, ...]:
    """Those of two quarters' sessions, and what is still open of those earlier, by their days.

    before, this: keys of quarters, whose order is that of their words.
    """
    earlier = and_(Conclusion.done_on.is_(None), Conclusion.period_key < this)
    which = or_(Conclusion.period_key.in_([before, this]), earlier)
    statement = rows().where(seen(scope), which).order_by(Conclusion.due_on, Conclusion.id)
    return views(session, session.execute(statement).all(), today)


def open_ones(session: Session, today: dt.date, terms: Terms) -> tuple[ConclusionView, ...]:
    """All that nobody has carried out, by the terms of the day."""
    statement = rows().where(Conclusion.done_on.is_(None)).order_by(Conclusion.due_on, Conclusion.id)
    return views(session, session.execute(statement).all(), today, terms)


def find(session: Session, conclusion_id: int, scope: Scope, today: dt.date) -> ConclusionView:
    """One conclusion.

    Raises:
        NotFound: none, or none of this scope's.
    """
    found = session.execute(rows().where(Conclusion.id == conclusion_id, seen(scope))).all()
    if not found:
        raise NotFound(str(conclusion_id))
    return views(session, found, today)[0]


def views(
    session: Session, rows: Sequence[Any], today: dt.date, terms: Terms | None = None
) -> tuple[ConclusionView, ...]:
    """What `rows` found, each with how it stands."""
    known = terms or Terms(session, today)
    return tuple(_view(session, row, today, known) for row in rows)


def _view(session: Session, row: Any, today: dt.date, terms: Terms) -> ConclusionView:
    one: Conclusion = row.Conclusion
    soon = terms.of(Rule.CONCLUSION_DUE_SOON, one.owner_id).thresholds["days"]
    try:
        stands = progress(one.due_on, one.done_on, soon, today, work_calendar(session, one.owner_id))
    except CalendarHorizonError:  # an unknown year accuses nobody
        stands = Progress.OPEN
    return ConclusionView(
        one.id, one.agency_id, row.agency, one.period_key, one.held_on, one.words, one.owner_id,
        row.owner_code, row.owner, one.duty, one.first_due_on, one.due_on, one.noted_at, row.noted_by,
        one.done_on, one.done_note, row.done_by, one.version, stands,
    )  # fmt: skip


def seen(scope: Scope) -> ColumnElement[bool]:
    """Owed by an agency in scope or by one above it, or concluded in scope."""
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id.in_(ids))
    return or_(Conclusion.owner_id.in_(ids), Conclusion.agency_id.in_(ids), Conclusion.owner_id.in_(above))


def rows() -> Any:
    """Conclusions with the names that a view tells, to be narrowed and ordered."""
    owner, held, noted, done = aliased(Agency), aliased(Agency), aliased(User), aliased(User)
    return (
        select(
            Conclusion, owner.code.label("owner_code"), owner.name.label("owner"), held.name.label("agency"),
            noted.full_name.label("noted_by"), done.full_name.label("done_by"),
        )
        .join(owner, owner.id == Conclusion.owner_id)
        .join(held, held.id == Conclusion.agency_id)
        .join(noted, noted.id == Conclusion.noted_by_id)
        .outerjoin(done, done.id == Conclusion.done_by_id)
    )  # fmt: skip
