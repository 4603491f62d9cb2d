"""Biểu 06 as its form has it: by level with the fields beneath, or in other rows; and what stands above."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.statutorytable import LETTERS, Group, Table, TableRow, added, shown_levels
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import printouts, statistics
from tthc_tracker.queries.statistics import Statistics
from tthc_tracker.queries.statisticscells import By, Question, span_of
from tthc_tracker.wording.formtables import FormHead
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.places import place_of
from tthc_tracker.wording.statutoryforms import EVERY_AGENCY, period_line


def table(session: Session, question: Question, now: dt.datetime) -> Table:
    """The table of a question."""
    if question.by is By.LEVEL and not question.level:
        return _by_level(session, question, now)
    found = statistics.of_the_form(session, question, now)
    return Table(found.start, found.end, found.as_of, found.by.value, (Group(_rows(found)),), found.total.row)


def _by_level(session: Session, question: Question, now: dt.datetime) -> Table:
    """The fields beneath each level; the total is what their rows come to."""
    tables = statistics.levels_of_the_form(session, question, now)
    found = {level: _rows(each) for level, each in zip(LETTERS, tables, strict=True)}
    shown = shown_levels(question.start, (level for level, rows in found.items() if rows))
    groups = tuple(Group(found[level], LETTERS[level], level.value, label(level)) for level in shown)
    total = added(each.row for group in groups for each in group.rows)
    as_of = span_of(question.start, question.end, now, question.known_on).end
    return Table(question.start, question.end, as_of, question.by.value, groups, total)


def _rows(found: Statistics) -> tuple[TableRow, ...]:
    return tuple(TableRow(line.key or "", line.label, line.row) for line in found.rows)


def head(session: Session, form_key: str, agency: str, period: Period, day: dt.date) -> FormHead:
    """What stands above and below a table of an agency ('' of all): as the form is called on the last day of
    the period. day: when it is made.

    Raises:
        NotFound: nobody has said what the form is called then; no such agency.
    """
    called = printouts.heading_on(session, form_key, period.end)
    name, superior = EVERY_AGENCY, ""
    if agency:
        found = session.execute(select(Agency).where(Agency.code == agency)).scalar_one_or_none()
        if found is None:
            raise NotFound(agency)
        name, superior = found.name, printouts.agency_name(session, found.parent_id)
    return FormHead(
        called.title, called.number, called.basis, period_line(period), name, superior or "…………………",
        place_of(name), day,
    )  # fmt: skip


def code_of(session: Session, agency_id: int) -> str:
    """The code of an agency."""
    return session.get_one(Agency, agency_id).code


def id_of(session: Session, agency: str) -> int:
    """The id of the agency of that code.

    Raises:
        NotFound: there is none.
    """
    found = session.execute(select(Agency.id).where(Agency.code == agency)).scalar_one_or_none()
    if found is None:
        raise NotFound(agency)
    return found
