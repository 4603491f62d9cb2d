"""What the charts draw besides the table: the last twelve months, and how old the overdue are."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.bands import OVERDUE_DAYS, band_of, edges
from tthc_tracker.domain.dailyfacts import AGED, STILL
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.stretches import Stretch
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import factflows, statisticstransfers
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticstrendscounting as counting
from tthc_tracker.queries.scoping import resolved_within
from tthc_tracker.queries.statisticsbymonth import last_months, month_of, stretches
from tthc_tracker.queries.statisticscells import Question, span_of

MONTHS = 12
_MEASURES = ("online", "direct", "early", "on_time", "late", "open")
_DAY = dt.timedelta(days=1)
_NONE: Mapping[str, int] = dict.fromkeys(_MEASURES, 0)
_NO_AGES: Mapping[str, int] = dict.fromkeys((*AGED, *STILL), 0)


@dataclass(frozen=True)
class Month:
    """What a calendar month received and resolved, and what was open at its end (or now)."""

    year: int
    number: int
    received: int
    resolved: int
    open: int


@dataclass(frozen=True)
class Band:
    """How many open dossiers were overdue from `first` to `last` calendar days (None: and more)."""

    first: int
    last: int | None
    number: int


def months(session: Session, question: Question, now: dt.datetime) -> tuple[Month, ...]:
    """Twelve calendar months up to the end of the period. Dossiers without a due date stand outside.

    From the daily facts: what is open is all that came and went before. Of an agency, each month goes by
    whose a dossier was at its own end.
    """
    wanted = last_months(question, now, MONTHS)
    asked = [factflows.until(wanted[0].start), *stretches(wanted)]
    flows = factflows.count(session, question, asked, _MEASURES)
    if flows is None:
        return months_counted_live(session, question, now)
    before, *each = (flows.get((0, place), _NONE) for place in range(len(asked)))
    passed, still_open, found = _passed_on(session, question, wanted), before["open"], []
    for place, (month, its) in enumerate(zip(wanted, each, strict=True)):
        still_open += its["open"]
        received = its["online"] + its["direct"] + passed[place]
        resolved = its["early"] + its["on_time"] + its["late"]
        found.append(Month(month.year, month.number, received, resolved, still_open))
    return tuple(found)


def months_counted_live(session: Session, question: Question, now: dt.datetime) -> tuple[Month, ...]:
    """The same from the dossiers alone: what the facts are held against."""
    wanted = last_months(question, now, MONTHS)
    counted = counting.months(session, question, wanted)
    return tuple(Month(one.year, one.number, *numbers) for one, numbers in zip(wanted, counted, strict=True))


def _passed_on(session: Session, question: Question, wanted: Sequence[Period]) -> Counter[int]:
    """By month, how many of what it received came to the agencies that are asked about before its end, less
    those that went: the facts have them where they were accepted.

    What passes on the first of a month was accepted in the one before: no dossier of those is looked at.
    """
    found: Counter[int] = Counter()
    start, end = wanted[0].start, wanted[-1].end
    below = cells.asked_agencies(session, question)
    if below is None or not statisticstransfers.any_since(session, start):
        return found
    moved_on = DossierTransfer.moved_on
    by = (DossierTransfer.from_agency_id, DossierTransfer.to_agency_id, month_of(moved_on, wanted))
    statement = (
        select(*by, func.count())
        .join(Dossier, Dossier.id == DossierTransfer.dossier_id)
        .where(
            moved_on.between(start, end), moved_on.not_in([one.start for one in wanted]),
            Dossier.accepted_on >= start, Dossier.accepted_on < moved_on,
            month_of(Dossier.accepted_on, wanted) == month_of(moved_on, wanted),
            (Dossier.closed_on >= moved_on) | Dossier.closed_on.is_(None),
            counting.is_counted(), resolved_within(question.scope), cells.of_unit(question),
        )
        .group_by(*by)
    )  # fmt: skip
    for giver, heir, place, number in session.execute(statement):
        found[place] += number * ((heir in below) - (giver in below))
    return found


# --- how old


def overdue_by_age(session: Session, question: Question, now: dt.datetime) -> tuple[Band, ...]:
    """The open overdue of the end of the period by how many calendar days their due date has passed.

    From the daily facts, however many those are; but for those whose hour comes later today.
    """
    span = span_of(question.start, question.end, now)
    asked = [factflows.until(span.end + _DAY)]
    asked += [_begun(span.end, band, days) for days in STILL.values() for band in edges(OVERDUE_DAYS)]
    flows = factflows.count(session, question, asked, (*AGED, *STILL))
    if flows is None:
        return overdue_counted_live(session, question, now)
    whole, *still = (flows.get((0, place), _NO_AGES) for place in range(len(asked)))
    aged = [*(whole[name] for name in AGED), 0]
    numbers = Counter({place: aged[place] - aged[place + 1] for place in range(len(AGED))})
    for name in STILL:
        of_bands, still = still[: len(AGED)], still[len(AGED) :]
        numbers.update({place: its[name] for place, its in enumerate(of_bands)})
    if span.end == now.astimezone(VIETNAM).date():
        numbers.subtract(_by_band(counting.late_later_by_day(session, question, span), span.end))
    return _bands(numbers)


def _begun(end: dt.date, band: tuple[int, int | None], days: int) -> Stretch:
    """The days on which began to be overdue what has the age of a band at the end of one: `days` after its
    due date."""
    youngest, oldest = band
    before = min(end, end + (days - youngest) * _DAY) + _DAY
    return factflows.until(before) if oldest is None else (end + (days - oldest) * _DAY, before)


def overdue_counted_live(session: Session, question: Question, now: dt.datetime) -> tuple[Band, ...]:
    """The same from the dossiers alone: what the facts are held against."""
    span = span_of(question.start, question.end, now)
    _closed_within, *left_open = cells.parts_of(span)
    return _bands(_by_band(counting.overdue_by_day(session, question, span, left_open), span.end))


def _by_band(due: Mapping[dt.date, int], end: dt.date) -> Counter[int]:
    numbers: Counter[int] = Counter()
    for due_on, number in due.items():
        numbers[band_of((end - due_on).days, OVERDUE_DAYS)] += number
    return numbers


def _bands(numbers: Mapping[int, int]) -> tuple[Band, ...]:
    return tuple(Band(first, last, numbers[place]) for place, (first, last) in enumerate(edges(OVERDUE_DAYS)))
