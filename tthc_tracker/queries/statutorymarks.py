"""Which dossiers stand in which cell and row of the statutory table: what is kept when a report is signed.

Read one by one from the dossiers themselves, never from sums that are kept of them.
"""

import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, case, select, union_all
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.performance import Closing, StatutoryRow
from tthc_tracker.domain.signedreports import cell, row, row_of
from tthc_tracker.domain.statutorytable import LETTERS, Group, Table, TableRow, shown_levels
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticstransfers
from tthc_tracker.queries.statistics import Heading, headings
from tthc_tracker.queries.statisticscells import By, Cell, Question, Span, span_of
from tthc_tracker.queries.statisticsrows import key_column
from tthc_tracker.queries.statisticstransfers import Move
from tthc_tracker.wording.labels import label

_OPEN = ("open_within", "open_overdue")
_IN_TIME = ("early", "on_time")
_COUNTED = frozenset(each.name for each in fields(StatutoryRow))
SIGNED = (By.LEVEL, By.AGENCY, By.SECTOR, By.PROCEDURE, By.UNIT)
"""The rows in which a report is signed."""

Place = tuple[int, int, int, int]  # agency, sector, procedure, unit


@dataclass
class Counted:
    """The dossiers of each mark, by ascending id, and how many stand in each place by their cells. moves: the
    transfers, in the column and the place of each."""

    question: Question
    span: Span
    marks: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    groups: Counter[tuple[Place, tuple[str, ...]]] = field(default_factory=Counter)
    moves: list[tuple[Place, str]] = field(default_factory=list)
    dossiers: int = 0


def counted(session: Session, question: Question, now: dt.datetime) -> Counted:
    """Every dossier that the tables of a period count. One query over what the period holds."""
    span = span_of(question.start, question.end, now)
    found = Counted(question, span)
    names = {by: {key: one.key for key, one in headings(session, by).items()} for by in SIGNED}
    rows = session.connection().execute(_statement(session, question, span))
    for dossier_id, *place, received, result, closing, reappointed, paused in rows:
        agency, sector, procedure, unit = place
        columns = _columns(received, result, closing, reappointed, paused)
        for column in columns:
            found.marks[cell(column)].append(dossier_id)
        keys = _keys(agency, sector, procedure, unit)
        for by, key in keys.items():
            found.marks[row(by.value, names[by][key])].append(dossier_id)
        found.groups[(agency, sector, procedure, unit), columns] += 1
        found.dossiers += 1
    if statisticstransfers.any_since(session, span.start):
        for move in statisticstransfers.each(session, question, span):
            _mark_move(found, move, names)
    return found


def _mark_move(found: Counted, move: Move, names: Mapping[By, Mapping[int, str]]) -> None:
    """A transfer's marks: a dossier stands in each once, however often it went through there."""
    dossier_id, column, *place = move
    marks = [row_of(column.value, row(by.value, names[by][key])) for by, key in _keys(*place).items()]
    for mark in (cell(column.value), *marks):
        held = found.marks[mark]
        if not held or held[-1] != dossier_id:
            held.append(dossier_id)
    found.moves.append(((move.agency, move.sector, move.procedure, move.unit), column.value))


def _statement(session: Session, question: Question, span: Span) -> Select[Any]:
    resolver, pauses = statisticstransfers.resolver_of(session, span), cells.open_pauses(span)
    marks = (
        select(
            Dossier.id, resolver.label("agency"), Dossier.sector_id, Dossier.procedure_id,
            key_column(By.UNIT, resolver).label("unit"),
            cells.received_cell(span).label("received"),
            cells.result_cell(span, pauses).label("result"),
            cells.closing(span).label("closing"),
            case((cells.reappointed(span), True), else_=False).label("reappointed"),
            pauses.c.dossier_id.is_not(None).label("paused"),
        )
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(cells.resolved_by(session, question, resolver))
    )  # fmt: skip
    marked = union_all(*(marks.where(part) for part in cells.parts_of(span))).subquery("marked")
    return select(*marked.c).order_by(marked.c.id)


def _keys(agency: int, sector: int, procedure: int, unit: int) -> dict[By, int]:
    """What a dossier's row is known by in each kind of rows."""
    return {
        By.LEVEL: agency, By.AGENCY: agency, By.SECTOR: sector, By.PROCEDURE: procedure, By.UNIT: unit,
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _columns(
    received: str, result: str | None, closing: str | None, reappointed: bool, paused: bool
) -> tuple[str, ...]:
    """The columns of `performance.columns_of`, of a finish without a class what breaks the balance."""
    if result == Cell.NO_DUE_DATE:
        return ("no_due_date",)
    columns = [received, result or "broken"]
    if reappointed:
        columns.append("reappointed")
    if result in _OPEN:
        return tuple([*columns, "paused"] if paused else columns)
    if closing is not None:
        columns.append(closing)
        if closing != Closing.REFUSED and result in _IN_TIME:
            columns.append("set_aside_in_time")
    return tuple(columns)


# --- the tables that they come to


def tables(session: Session, found: Counted) -> dict[str, Table]:
    """The tables of the period in every kind of rows, by its name."""
    return {by.value: _table(session, found, by) for by in SIGNED}


def _table(session: Session, found: Counted, by: By) -> Table:
    question = found.question
    groups = _levels(session, found) if by is By.LEVEL else (Group(_rows(session, found, by, "")),)
    total = sum((each.row for group in groups for each in group.rows), StatutoryRow())
    return Table(question.start, question.end, found.span.end, by.value, groups, total)


def _levels(session: Session, found: Counted) -> tuple[Group, ...]:
    levels = {key: Level(one.key) for key, one in headings(session, By.LEVEL).items()}
    filled = {levels[agency] for (agency, *_), _ in found.groups}
    return tuple(
        Group(_rows(session, found, By.SECTOR, level.value), LETTERS[level], level.value, label(level))
        for level in shown_levels(found.question.start, filled)
    )


def _rows(session: Session, found: Counted, by: By, level: str) -> tuple[TableRow, ...]:
    """The rows of the dossiers of one level, '' of all."""
    named, levels = headings(session, by), headings(session, By.LEVEL)
    sums: dict[Heading, Counter[str]] = defaultdict(Counter)
    for (place, columns), number in found.groups.items():
        if level and levels[place[0]].key != level:
            continue
        heading = named[_keys(*place)[by]]
        for column in columns:
            sums[heading][column] += number
    for place, column in found.moves:
        if not level or levels[place[0]].key == level:
            sums[named[_keys(*place)[by]]][column] += 1
    return tuple(
        TableRow(one.key, one.label, StatutoryRow(**{k: v for k, v in sums[one].items() if k in _COUNTED}))
        for one in sorted(sums, key=lambda heading: heading.place)
    )
