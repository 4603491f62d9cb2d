"""When a dossier would be due: the limit in force, the agency's calendar and settings, and the engine."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.deadlines import Deadline, Pause, Reappointment, Rounding, reckon, stated
from tthc_tracker.domain.errors import InvalidReappointment, NotFound
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause as PauseRow
from tthc_tracker.models.procedure import ProcedureLimit, ProcedureVersion
from tthc_tracker.queries import settings
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.revisions import Remembered
from tthc_tracker.queries.successions import promised_by


class _Limit(NamedTuple):
    """A row of `procedure_limit`; channel None: of all channels."""

    amount: Decimal
    unit: LimitUnit
    channel: Channel | None


# Asked with every reception; a version's rows change only with the catalogue.
_limits: Remembered[tuple[_Limit, ...]] = Remembered("catalogue")
_roundings: Remembered[str | None] = Remembered("catalogue")


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
    for amount, unit, of_channel in _limits_of(session, procedure_version_id, case_code):
        if of_channel in {channel, None}:
            return TimeLimit(amount, unit)
    raise NotFound(f"no limit for procedure version {procedure_version_id}")


def _limits_of(session: Session, version_id: int, case_code: str) -> tuple[_Limit, ...]:
    """What a version promises in a case; a channel's own limit stands before that of all channels."""

    def read() -> tuple[_Limit, ...]:
        of_case = (ProcedureLimit.version_id == version_id, ProcedureLimit.case_code == case_code)
        statement = select(ProcedureLimit.promised_amount, ProcedureLimit.unit, ProcedureLimit.channel)
        rows = session.execute(statement.where(*of_case).order_by(ProcedureLimit.id)).all()
        return tuple(_Limit(*row) for row in sorted(rows, key=lambda limit: limit.channel is None))

    return _limits.get(session, (version_id, case_code), read)


def rounding_of(session: Session, procedure_version_id: int, agency_id: int | None, on: dt.date) -> Rounding:
    """The rounding of the procedure, else of the agency."""

    def read() -> str | None:
        statement = select(ProcedureVersion.rounding).where(ProcedureVersion.id == procedure_version_id)
        return session.execute(statement).scalar_one()

    own = _roundings.get(session, procedure_version_id, read)
    return Rounding(own or settings.setting(session, "rounding", agency_id, on))


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


def _terms(
    session: Session, dossier: Dossier, pauses: tuple[Pause, ...] | None = None
) -> dict[str, Any] | None:
    """What the engine takes of a dossier, by argument; None for a promise taken as given, and for none."""
    if dossier.due_given or dossier.accepted_at is None or dossier.limit_amount is None:
        return None
    assert dossier.limit_unit is not None
    agency_id = promised_by(session, dossier)
    return {
        "start": dossier.accepted_at,
        "limit": TimeLimit(dossier.limit_amount, dossier.limit_unit),
        "calendar": work_calendar(session, agency_id),
        "pauses": pauses_of(session, dossier.id) if pauses is None else pauses,
        "reappointment": _second_date(session, dossier),
        "rounding": Rounding(dossier.rounding),
        "cutoff": settings.same_day_cutoff(session, agency_id, dossier.accepted_at.date()),
    }


def _second_date(session: Session, dossier: Dossier) -> Reappointment | None:
    """The second date of a dossier that was re-appointed."""
    if dossier.reappointed_at is None:
        return None
    approved = session.execute(_approved(), {"dossier_id": dossier.id}).scalar_one()
    return Reappointment(dossier.reappointed_at, approved)


@cache
def _approved() -> Select[dt.datetime]:
    """The second date of the dossier `dossier_id`."""
    its = Apology.dossier_id == bindparam("dossier_id")
    return select(Apology.due_at).where(its, Apology.state == ApologyState.APPROVED)


def reckoned(engine: Callable[..., Deadline], **terms: Any) -> Deadline:
    """What the engine says. A second date that the calendar has since overtaken moves nothing any more."""
    try:
        return engine(**terms)
    except InvalidReappointment:
        return engine(**(terms | {"reappointment": None}))


@dataclass(frozen=True)
class Explained(Promise):
    """A stored promise reckoned again. deadline: with its working, an open pause taken to end now; stated:
    what ought to be stored."""

    stated: Deadline


def explained(
    session: Session, dossier: Dossier, as_of: dt.datetime, pauses: tuple[Pause, ...] | None = None
) -> Explained | None:
    """The working of a stored due date, reckoned again; None for a promise taken as given.

    pauses: those of the dossier, where they have been read already.

    Raises:
        CalendarHorizonError: the calendar is not known that far any more.
    """
    terms = _terms(session, dossier, pauses)
    if terms is None:
        return None
    deadline = reckoned(reckon, **terms, as_of=as_of)
    return Explained(terms["limit"], terms["rounding"], deadline, reckoned(stated, **terms))


def restated(session: Session, dossier: Dossier) -> Promise | None:
    """What a dossier is promised by its rows alone; None for a promise taken as given, or none at all.

    Raises:
        CalendarHorizonError: the calendar is not known that far. InvalidPause: rows that cannot be.
    """
    terms = _terms(session, dossier)
    return None if terms is None else Promise(terms["limit"], terms["rounding"], reckoned(stated, **terms))
