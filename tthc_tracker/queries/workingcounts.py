"""What the working tables count of each agency in a period, beyond the columns of the statutory table."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.lifecycle import Channel, FinishClass
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import deskcounts, procedurecounts, statistics, statisticstransfers
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.statistics import Line
from tthc_tracker.queries.statisticscells import By, Question, Span, span_of

OPEN = ("open_within", "open_overdue")
CHANNELS = {Channel.ONLINE: "online", Channel.COUNTER: "counter", Channel.POST: "post"}


@dataclass
class Counts:
    """A row of a working table before it is laid out."""

    key: str
    label: str
    counts: Counter[str] = field(default_factory=Counter)


def by_agency(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """Every agency of the question: received by channel, resolved and open by class, paused and given back by
    class. One query over what the period holds."""
    span = span_of(question.start, question.end, now)
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for row in session.execute(_grouped(session, question, span)):
        for name in _names(row):
            sums[row.agency][name] += row.number
    return _named(session, By.AGENCY, sums)


def _grouped(session: Session, question: Question, span: Span) -> Select[Any]:
    resolver, pauses = statisticstransfers.resolver_of(session, span), cells.open_pauses(span)
    marks = (
        select(
            resolver.label("agency"),
            case((Dossier.accepted_on < span.start, literal("")), else_=Dossier.channel).label("channel"),
            cells.result_cell(span, pauses).label("result"),
            cells.closing(span).label("closing"),
            pauses.c.dossier_id.is_not(None).label("paused"),
        )
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(cells.resolved_by(session, question, resolver))
    )
    marked = union_all(*(marks.where(part) for part in cells.parts_of(span))).subquery("marked")
    return select(*marked.c, func.count().label("number")).group_by(*marked.c)


def _names(row: Any) -> list[str]:
    """The measures in which a group of dossiers counts."""
    if row.result == "no_due_date":
        return ["no_due_date"]
    names = [CHANNELS[Channel(row.channel)] if row.channel else "carried", row.result or "broken"]
    if row.result in OPEN and row.paused:
        names.append(row.result.replace("open", "paused"))
    if row.closing is not None and row.result not in OPEN:
        names.append(f"returned_{row.result}")
    return names


def _named(session: Session, by: By, sums: dict[int, Counter[str]]) -> list[Counts]:
    named = statistics.headings(session, by)
    found = sorted(sums, key=lambda key: named[key].place)
    return [Counts(named[key].key, named[key].label, sums[key]) for key in found]


def digitised(line: Line) -> dict[str, int]:
    """Of a line of the statutory table: received with papers digitised or not, resolved with the result kept
    digitised or not; of a result that nobody said is counted as not digitised, and told apart."""
    papers, results = line.components, line.results
    return {
        "filed": line.row.online + line.row.direct,
        "papers_undigitised": papers.den - papers.num,
        "papers_digitised": papers.num,
        "papers_unknown": line.components_unknown,
        "resolved": results.den,
        "results_undigitised": results.den - results.num,
        "results_unknown": line.results_unknown,
        "results_digitised": results.num,
    }


# --- desks


def desks(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """Of each desk what it received by channel, what of it for others, what it returned."""
    return _named(session, By.AGENCY, deskcounts.by_desk(session, question, now))


# --- procedures


def online_services(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """Of each agency: procedures of its level by how much of them can be done online, those of which
    dossiers came in the period, the dossiers, and how many of them online."""
    sums = procedurecounts.by_row(procedurecounts.at_agencies(session, question, now))
    return _named(session, By.AGENCY, sums)


def procedures(session: Session, question: Question, now: dt.datetime) -> list[Counts]:
    """Of each field: procedures by level, those of which desks of that level received dossiers in the period,
    and those with an electronic process."""
    sums = procedurecounts.by_row(procedurecounts.at_levels(session, question, now))
    return _named(session, By.SECTOR, sums)


# --- causes of lateness


def causes(session: Session, question: Question, now: dt.datetime) -> list[tuple[Counts, dict[str, int]]]:
    """Of each field the dossiers that were resolved late in the period or stood overdue at its end, by why:
    the cause's value, '' where nobody has said."""
    span = span_of(question.start, question.end, now)
    resolver, pauses = statisticstransfers.resolver_of(session, span), cells.open_pauses(span)
    late = (FinishClass.LATE.value, "open_overdue")
    parts = [
        select(Dossier.id, Dossier.sector_id)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(
            part, cells.result_cell(span, pauses).in_(late), cells.resolved_by(session, question, resolver)
        )
        for part in cells.parts_of(span)
    ]
    found = union_all(*parts).subquery("late")
    statement = (
        select(found.c.sector_id, Lateness.cause, func.count())
        .select_from(found)
        .outerjoin(Lateness, Lateness.dossier_id == found.c.id)
        .group_by(found.c.sector_id, Lateness.cause)
    )
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for sector, cause, number in session.execute(statement):
        sums[sector][cause.value if cause else ""] += number
    order = [*(cause.value for cause in LatenessCause), ""]
    return [
        (one, {cause: one.counts[cause] for cause in order if one.counts[cause]})
        for one in _named(session, By.SECTOR, sums)
    ]
