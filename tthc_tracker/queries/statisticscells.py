"""The cells of the statutory table as SQL, for counting and listing: the partition of domain.performance."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import Channel, ResultKind, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.performance import Closing, RateName, ReceivedCell, ResultCell
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.queries import statisticsknown
from tthc_tracker.queries.scoping import agency_ids, received_within, resolved_within, with_heirs


class By(StrEnum):
    """What the rows of a table are."""

    LEVEL = "level"
    AGENCY = "agency"
    SECTOR = "sector"
    PROCEDURE = "procedure"
    UNIT = "unit"  # that holds it, or held it at its end
    CHANNEL = "channel"
    SOURCE = "source"
    MONTH = "month"  # of the calendar, each a table of its own (queries.statisticsmonths)


ADDING_UP = tuple(by for by in By if by is not By.MONTH)
"""The rows that add up to the whole: a dossier stands in one of them, but in every month in which it ran."""


@dataclass(frozen=True)
class Span:
    """A period as it can be known now: a day that has not come yet is not counted.

    `end` is the last day of the period or today; `closes` the moment up to which things are compared:
    midnight after the last day, or now. known: what was recorded from then on is not known (None: all is).
    """

    start: dt.date
    end: dt.date
    closes: dt.datetime
    known: dt.datetime | None = None


def span_of(start: dt.date, end: dt.date, now: dt.datetime, known_on: dt.date | None = None) -> Span:
    """The part that has passed at `now` (of one to come its first day), as known at the end of a day."""
    today = now.astimezone(VIETNAM).date()
    known = None if known_on is None else _midnight_after(known_on)
    return Span(start, max(start, min(end, today)), min(_midnight_after(min(end, today)), now), known)


def _midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM)


@dataclass(frozen=True)
class Question:
    """Which dossiers a table is about. `agency`: a code, with its subtree; '' is everything in scope.

    second: by the date of a re-appointment where there was one, not by the lawful one. level: only what
    agencies of this level resolve (or receive), '' of all. unit: only what a unit holds, or held at its end,
    by the key of its row (`queries.statisticsrows`), '' of all. known_on: only what had been recorded by the
    end of that day (`queries.statisticsknown`).
    """

    start: dt.date
    end: dt.date
    by: By
    scope: Scope
    agency: str = ""
    second: bool = False
    level: str = ""
    unit: str = ""
    known_on: dt.date | None = None


class Cell(StrEnum):
    """A number of the tables that has dossiers behind it."""

    RECEIVED = "received"
    FILED = "filed"  # received in the period, by whatever channel
    ACCEPTED, ACCEPTED_ONLINE = "accepted", "accepted_online"  # the same, with what has no due date
    ONLINE = "online"
    DIRECT = "direct"
    CARRIED = "carried"
    RESOLVED = "resolved"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    LATE_OR_OVERDUE = "late_or_overdue"  # resolved late, or open and overdue
    IN_TIME = "in_time"  # early or on time
    COMPLETED = "completed"  # resolved, but for the withdrawn and stopped
    COMPLETED_IN_TIME = "completed_in_time"
    OPEN = "open"
    OPEN_WITHIN = "open_within"
    OPEN_OVERDUE = "open_overdue"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REFUSED = "refused"
    REAPPOINTED = "reappointed"
    MEASURED = "measured"  # this and the next three: queries.statisticsends
    APOLOGISED = "apologised"
    APOLOGISED_LATE = "apologised_late"
    LATE_UNAPOLOGISED = "late_unapologised"
    TRANSFERRED_IN = "transferred_in"
    TRANSFERRED_OUT = "transferred_out"
    NO_DUE_DATE = "no_due_date"
    BROKEN = "broken"  # in a received cell and in no result cell
    UNPLACED = "unplaced"  # this or without a due date
    ELECTRONIC = "electronic"
    ELECTRONIC_KNOWN = "electronic_known"
    ELECTRONIC_UNKNOWN = "electronic_unknown"
    FEE_DUE = "fee_due"
    PAID_ONLINE = "paid_online"
    PAPERS_DIGITISED, PAPERS_KNOWN = "papers_digitised", "papers_known"  # of what was received in the period
    RESULT_DIGITISED = "result_digitised"  # of what was resolved
    RECEPTION_DUE = "reception_due"
    RECEPTION_IN_TIME = "reception_in_time"
    RECEPTION_LATE = "reception_late"  # answered, but late
    RECEPTION_WAITING = "reception_waiting"  # in time still
    RECEPTION_WAITING_LATE = "reception_waiting_late"
    RECEPTION_WITHDRAWN = "reception_withdrawn"  # ended before anybody answered
    RECEPTION_PAST = "reception_past"  # answered late, or waiting and late: a sum of two others
    DESK_RECEIVED = "desk_received"  # this and the next two: queries.deskcounts
    DESK_FOR_OTHERS = "desk_for_others"
    DESK_RETURNED = "desk_returned"


PARTS: Mapping[RateName, tuple[Cell, Cell]] = {
    RateName.ON_TIME: (Cell.IN_TIME, Cell.RESOLVED),
    RateName.ON_TIME_COMPLETED: (Cell.COMPLETED_IN_TIME, Cell.COMPLETED),
    RateName.OVERDUE_OPEN: (Cell.OPEN_OVERDUE, Cell.OPEN),
    RateName.ONLINE: (Cell.ONLINE, Cell.FILED),
    RateName.RECEPTION: (Cell.RECEPTION_IN_TIME, Cell.RECEPTION_DUE),
    RateName.ELECTRONIC: (Cell.ELECTRONIC, Cell.ELECTRONIC_KNOWN),
    RateName.ONLINE_PAYMENT: (Cell.PAID_ONLINE, Cell.FEE_DUE),
    RateName.COMPONENTS: (Cell.PAPERS_DIGITISED, Cell.PAPERS_KNOWN),
    RateName.RESULTS: (Cell.RESULT_DIGITISED, Cell.RESOLVED),
}
"""The cells of numerator and denominator of each rate."""

# Of these a number counts rounds, and so does the list behind it.
OF_RECEPTION = frozenset({
    Cell.RECEPTION_DUE, Cell.RECEPTION_IN_TIME, Cell.RECEPTION_LATE, Cell.RECEPTION_WAITING,
    Cell.RECEPTION_WAITING_LATE, Cell.RECEPTION_WITHDRAWN,
})  # fmt: skip

# Of these a number counts transfers (queries.statisticstransfers); a dossier may have gone through two heirs.
OF_TRANSFER = frozenset({Cell.TRANSFERRED_IN, Cell.TRANSFERRED_OUT})

Condition = ColumnElement[bool]


# --- which dossiers


def runs_in(span: Span) -> Condition:
    """A ≤ E and (F ≥ S or unfinished), and not entered by mistake."""
    return and_(
        Dossier.accepted_on <= span.end,
        or_(closed_on(span) >= span.start, closed_on(span).is_(None)),
        Dossier.state != State.CANCELLED,
        statisticsknown.acceptance(span.known),
    )


def closed_on(span: Span) -> ColumnElement[Any]:
    """The day on which a dossier ended, as far as it is known."""
    return statisticsknown.closed_on(span.known)


def parts_of(span: Span) -> tuple[Condition, ...]:
    """`runs_in` in parts that share no dossier, each with an index that any planner finds:
    closed in the period, not closed at all, closed after it; and closed before it, as was told too late."""
    kept = and_(Dossier.state != State.CANCELLED, statisticsknown.acceptance(span.known))
    begun = Dossier.accepted_on <= span.end
    parts = (
        and_(Dossier.closed_on.between(span.start, span.end), Dossier.accepted_at.is_not(None), kept),
        and_(Dossier.closed_on.is_(None), begun, kept),
        and_(Dossier.closed_on > span.end, begun, kept),
    )
    if span.known is None:
        return parts
    told_later = statisticsknown.ended_later(span.known)
    return (*parts, and_(Dossier.closed_on < span.start, begun, kept, told_later))


def asked_agencies(session: Session, question: Question) -> frozenset[int] | None:
    """The agencies that a question is about; None when that is every one."""
    below = agency_ids(session, question.agency)
    if not question.level:
        return below
    levels = [level for level in Level if level == question.level]
    of_level = frozenset(session.execute(select(Agency.id).where(Agency.level.in_(levels))).scalars())
    return of_level if below is None else below & of_level


def resolved_by(session: Session, question: Question, resolver: ColumnElement[int]) -> Condition:
    """Tables and rates go by the resolving agency's own row.

    resolver: whose row that is (queries.statisticstransfers); what one may see goes by the present agency.
    Where those are two, what was an agency's then is its own or an heir's now: that an index finds.
    """
    asked = asked_agencies(session, question)
    whose = and_(resolved_within(question.scope, asked, resolver), of_unit(question))
    if asked is None or resolver is Dossier.resolving_agency_id.expression:
        return whose
    return and_(whose, Dossier.resolving_agency_id.in_(sorted(with_heirs(session, asked))))


def received_by(session: Session, question: Question) -> Condition:
    """Reception goes by the receiving desk."""
    return and_(received_within(question.scope, asked_agencies(session, question)), of_unit(question))


def of_unit(question: Question) -> Condition:
    """What the unit holds that is asked about, or held at its end; everything where none is."""
    return Dossier.holding_unit_id.in_(units_called(question.unit)) if question.unit else true()


def units_called(key: str) -> Select[int]:
    """The unit of a key, `agency/unit`."""
    its = Agency.code + "/" + Unit.code
    return select(Unit.id).join(Agency, Agency.id == Unit.agency_id).where(its == key)


# --- which cell


def open_pauses(span: Span, theirs: Condition | None = None) -> CTE:
    """A row for every dossier with a pause open at the end: since when the clock has validly stood still.

    An imported pause and one whose policy lets the clock run hold nothing, but are paused all the same.
    theirs: which pauses are looked at, where it is not all of them.
    """
    holds = and_(Pause.policy != PausePolicy.RUNS, Pause.imported.is_(False))
    return (
        select(Pause.dossier_id, func.min(case((holds, Pause.started_at))).label("held_since"))
        .where(
            Pause.started_at < span.closes,
            or_(Pause.ended_at.is_(None), Pause.ended_at >= span.closes),
            true() if theirs is None else theirs,
        )
        .group_by(Pause.dossier_id)
        .cte("open_pause")
    )


def received_cell(span: Span) -> ColumnElement[str]:
    """Columns (4), (5), (6)."""
    return case(
        (Dossier.accepted_on < span.start, literal(ReceivedCell.CARRIED.value)),
        (Dossier.channel == Channel.ONLINE, literal(ReceivedCell.ONLINE.value)),
        else_=literal(ReceivedCell.DIRECT.value),
    )


def result_cell(span: Span, pauses: CTE) -> ColumnElement[str | None]:
    """Columns (8), (9), (10), (12), (13); NULL where a finish has no class, which breaks the identity.

    `late_from` is the due moment of an hour limit and 00:00 after the due date of any other, so one
    comparison with the end of the period serves both.
    """
    within = literal(ResultCell.OPEN_WITHIN.value)
    return case(
        (Dossier.due_at.is_(None), literal(Cell.NO_DUE_DATE.value)),
        (closed_on(span) <= span.end, type_coerce(Dossier.finish_class, String)),
        (pauses.c.held_since < Dossier.late_from, within),
        (Dossier.late_from < span.closes, literal(ResultCell.OPEN_OVERDUE.value)),
        else_=within,
    )


def has_fee(span: Span) -> Condition:
    """Received in the period, with a fee to pay or paid."""
    return and_(Dossier.accepted_on >= span.start, Dossier.fee_state.in_(["due", "paid"]))


def paid_online(span: Span) -> Condition:
    """Of these, paid, and online."""
    return and_(has_fee(span), Dossier.fee_state == "paid", Dossier.fee_method == "online")


def reappointed(span: Span) -> Condition:
    """It had a second date by the end, or by its own: `DossierFacts.reappointed_by` of domain.performance."""
    return and_(
        Dossier.current_due_at != Dossier.due_at,
        Dossier.reappointed_at.is_not(None),
        or_(Dossier.reappointed_at < span.closes, closed_on(span) <= span.end),
    )


def closing(span: Span) -> ColumnElement[str | None]:
    """What the closed were closed by, where it is not simply a result."""
    return case(
        (or_(closed_on(span).is_(None), closed_on(span) > span.end), None),
        (Dossier.state == State.WITHDRAWN, literal(Closing.WITHDRAWN.value)),
        (Dossier.state == State.STOPPED, literal(Closing.STOPPED.value)),
        (
            and_(
                Dossier.state.in_([State.FINISHED, State.RETURNED]),
                Dossier.result_kind == ResultKind.REFUSED,
            ),
            literal(Closing.REFUSED.value),
        ),
        else_=None,
    )


_RESULTS_OF = {
    Cell.EARLY: ("early",),
    Cell.ON_TIME: ("on_time",),
    Cell.IN_TIME: ("early", "on_time"),
    Cell.LATE: ("late",),
    Cell.RESOLVED: ("early", "on_time", "late"),
    Cell.OPEN_WITHIN: ("open_within",),
    Cell.OPEN_OVERDUE: ("open_overdue",),
    Cell.OPEN: ("open_within", "open_overdue"),
    Cell.LATE_OR_OVERDUE: ("late", "open_overdue"),
    Cell.NO_DUE_DATE: ("no_due_date",),
}
_RECEIVED_OF = {Cell.ONLINE: "online", Cell.DIRECT: "direct", Cell.CARRIED: "carried"}
_CLOSINGS = {Cell.WITHDRAWN: "withdrawn", Cell.STOPPED: "stopped", Cell.REFUSED: "refused"}


def in_cell(cell: Cell, span: Span, pauses: CTE, result: ColumnElement[str | None]) -> Condition:
    """The dossiers counted in a cell of no rounds or transfers; result: their cell, by whichever date."""
    return and_(runs_in(span), _of_resolution(cell, span, pauses, result))


def _of_resolution(cell: Cell, span: Span, pauses: CTE, result: ColumnElement[str | None]) -> Condition:
    counted = Dossier.due_at.is_not(None)
    if cell in _RESULTS_OF:
        return result.in_(_RESULTS_OF[cell])
    if cell in _RECEIVED_OF:
        return and_(counted, received_cell(span) == _RECEIVED_OF[cell])
    if cell in _CLOSINGS:
        return and_(counted, closing(span) == _CLOSINGS[cell])
    resolved, still_open = result.in_(_RESULTS_OF[Cell.RESOLVED]), result.in_(_RESULTS_OF[Cell.OPEN])
    filed = and_(counted, Dossier.accepted_on >= span.start)
    completed = func.coalesce(closing(span), "").not_in([Closing.WITHDRAWN, Closing.STOPPED])
    others = {
        Cell.COMPLETED: and_(resolved, completed),
        Cell.COMPLETED_IN_TIME: and_(result.in_(_RESULTS_OF[Cell.IN_TIME]), completed),
        Cell.FILED: filed,
        Cell.ACCEPTED: Dossier.accepted_on >= span.start,
        Cell.ACCEPTED_ONLINE: and_(Dossier.accepted_on >= span.start, Dossier.channel == Channel.ONLINE),
        Cell.FEE_DUE: has_fee(span),
        Cell.PAID_ONLINE: paid_online(span),
        Cell.PAUSED: and_(pauses.c.dossier_id.is_not(None), still_open),
        Cell.REAPPOINTED: and_(counted, reappointed(span)),
        Cell.BROKEN: result.is_(None),
        Cell.UNPLACED: or_(result.is_(None), ~counted),
        Cell.ELECTRONIC: and_(resolved, Dossier.fully_electronic.is_(True)),
        Cell.ELECTRONIC_KNOWN: and_(resolved, Dossier.fully_electronic.is_not(None)),
        Cell.ELECTRONIC_UNKNOWN: and_(resolved, Dossier.fully_electronic.is_(None)),
        Cell.PAPERS_DIGITISED: and_(filed, Dossier.components_digitised.is_(True)),
        Cell.PAPERS_KNOWN: and_(filed, Dossier.components_digitised.is_not(None)),
        Cell.RESULT_DIGITISED: and_(resolved, Dossier.result_digitised.is_(True)),
        Cell.RECEIVED: counted,
    }
    return others[cell]
