"""The rounds of reception behind the numbers of the statutory table that count rounds."""

import datetime as dt

from sqlalchemy import and_, or_, true

from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries.statisticscells import Cell, Condition, Span


def round_falls_in(span: Span, end: dt.date) -> Condition:
    """Rounds whose reception deadline falls in the period, answered or not: each submission has its own."""
    first, after = (
        dt.datetime.combine(day, dt.time(), VIETNAM) for day in (span.start, end + dt.timedelta(days=1))
    )
    return and_(ReceptionRound.due_at >= first, ReceptionRound.due_at < after)


def counts_at_reception() -> Condition:
    """Online dossiers, but for those entered by mistake: the rate is theirs alone."""
    return and_(Dossier.channel == Channel.ONLINE, Dossier.state != State.CANCELLED)


def round_in_cell(cell: Cell, now: dt.datetime) -> Condition:
    """What a cell asks of the round itself: an hour limit (late at its due moment) counts its very minute as
    in time, a day limit ends before."""
    answered, late = ReceptionRound.answered_at, ReceptionRound.late_from
    in_time = or_(answered < late, and_(answered == late, late == ReceptionRound.due_at))
    match cell:
        case Cell.RECEPTION_IN_TIME:
            return in_time
        case Cell.RECEPTION_LATE:
            return and_(answered.is_not(None), ~in_time)
        case Cell.RECEPTION_WAITING:
            return and_(answered.is_(None), late > now)
        case Cell.RECEPTION_WAITING_LATE:
            return and_(answered.is_(None), late <= now)
        case Cell.RECEPTION_WITHDRAWN:
            return answered.is_(None)
        case _:
            return true()


def dossier_of_round(cell: Cell) -> Condition:
    """What a cell asks of the dossier of a round beside `counts_at_reception`."""
    match cell:
        case Cell.RECEPTION_WAITING | Cell.RECEPTION_WAITING_LATE:
            return Dossier.closed_at.is_(None)
        case Cell.RECEPTION_WITHDRAWN:
            return Dossier.closed_at.is_not(None)
        case _:
            return true()
