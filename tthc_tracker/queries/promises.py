"""When a dossier would be due: the limit in force, the agency's calendar and settings, and the engine."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Deadline, Pause, Rounding, reckon, stated
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause as PauseRow
from tthc_tracker.models.procedure import ProcedureLimit, ProcedureVersion
from tthc_tracker.queries import settings
from tthc_tracker.queries.calendars import work_calendar


@dataclass(frozen=True)
class Promise:
    """A limit and what the engine makes of it."""

    limit: TimeLimit
    rounding: Rounding
    deadline: Deadline


def limit_of(session: Session, procedure_version_id: int, channel: Channel, case_code: str = "") -> TimeLimit:
    """The promised limit of a case of a procedure's version: of this channel, else of all channels.

    Raises:
        NotFound: the catalogue has no limit for it.
    """
    found = session.execute(
        _limits(), {"version_id": procedure_version_id, "channel": channel, "case": case_code}
    ).all()
    for amount, unit, _ in sorted(found, key=lambda limit: limit.channel is None):
        return TimeLimit(amount, unit)
    raise NotFound(f"no limit for procedure version {procedure_version_id}")


@cache
def _limits() -> Select[*tuple[Any, ...]]:
    """What a version promises on `channel` in a `case`. Asked with every reception: put together once."""
    limit = ProcedureLimit
    return (
        select(limit.promised_amount, limit.unit, limit.channel)
        .where(
            limit.version_id == bindparam("version_id"),
            limit.case_code == bindparam("case"),
            (limit.channel == bindparam("channel")) | limit.channel.is_(None),
        )
        .order_by(limit.id)
    )


def rounding_of(session: Session, procedure_version_id: int, agency_id: int | None, on: dt.date) -> Rounding:
    """The rounding of the procedure, else of the agency."""
    own = session.execute(_rounding(), {"version_id": procedure_version_id}).scalar_one()
    return Rounding(own or settings.setting(session, "rounding", agency_id, on))


@cache
def _rounding() -> Select[str | None]:
    return select(ProcedureVersion.rounding).where(ProcedureVersion.id == bindparam("version_id"))


def promised(
    session: Session,
    *,
    procedure_version_id: int,
    channel: Channel,
    agency_id: int,
    accepted_at: dt.datetime,
    case_code: str = "",
    with_steps: bool = True,
) -> Promise:
    """When a dossier accepted at this moment, resolved by this agency, is due.

    Raises:
        NotFound: no limit in the catalogue. CalendarHorizonError: the calendar is not known that far.
    """
    limit = limit_of(session, procedure_version_id, channel, case_code)
    day = accepted_at.date()
    rounding = rounding_of(session, procedure_version_id, agency_id, day)
    deadline = reckon(
        accepted_at,
        limit,
        work_calendar(session, agency_id),
        rounding=rounding,
        cutoff=settings.same_day_cutoff(session, agency_id, day),
        with_steps=with_steps,
    )
    return Promise(limit, rounding, deadline)


def pauses_of(session: Session, dossier_id: int) -> tuple[Pause, ...]:
    """The pauses whose dates are known, in order: what the engine counts."""
    return tuple(Pause(*row) for row in session.execute(_pauses(), {"dossier_id": dossier_id}))


@cache
def _pauses() -> Select[*tuple[Any, ...]]:
    """The pauses of the dossier `dossier_id`, as the engine takes them."""
    its = PauseRow.dossier_id == bindparam("dossier_id")
    return (
        select(PauseRow.started_at, PauseRow.ended_at, PauseRow.policy)
        .where(its, PauseRow.imported.is_(False))
        .order_by(PauseRow.started_at)
    )


def _terms(session: Session, dossier: Dossier) -> dict[str, Any] | None:
    """What the engine takes of a dossier, by argument; None for a promise taken as given, and for none.

    A second date (re-appointment) joins here, and is then in every date reckoned from a dossier's rows.
    """
    if dossier.due_given or dossier.accepted_at is None or dossier.limit_amount is None:
        return None
    assert dossier.limit_unit is not None
    agency_id = dossier.resolving_agency_id
    return {
        "start": dossier.accepted_at,
        "limit": TimeLimit(dossier.limit_amount, dossier.limit_unit),
        "calendar": work_calendar(session, agency_id),
        "pauses": pauses_of(session, dossier.id),
        "rounding": Rounding(dossier.rounding),
        "cutoff": settings.same_day_cutoff(session, agency_id, dossier.accepted_at.date()),
    }


@dataclass(frozen=True)
class Explained(Promise):
    """A stored promise reckoned again. deadline: with its working, an open pause taken to end now; stated:
    what ought to be stored."""

    stated: Deadline


def explained(session: Session, dossier: Dossier, as_of: dt.datetime) -> Explained | None:
    """The working of a stored due date, reckoned again; None for a promise taken as given.

    Raises:
        CalendarHorizonError: the calendar is not known that far any more.
    """
    terms = _terms(session, dossier)
    if terms is None:
        return None
    deadline = reckon(**terms, as_of=as_of)
    return Explained(terms["limit"], terms["rounding"], deadline, stated(**terms))


def restated(session: Session, dossier: Dossier) -> Promise | None:
    """What a dossier is promised by its rows alone; None for a promise taken as given, or none at all.

    Raises:
        CalendarHorizonError: the calendar is not known that far. InvalidPause: rows that cannot be.
    """
    terms = _terms(session, dossier)
    return None if terms is None else Promise(terms["limit"], terms["rounding"], stated(**terms))
