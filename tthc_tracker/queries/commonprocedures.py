"""The ten procedures of a desk that lie on its digit keys: those it pinned, and what it receives most."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.models.reception import PinnedProcedure
from tthc_tracker.queries import procedures
from tthc_tracker.queries.procedures import ProcedureChoice
from tthc_tracker.queries.reception import desk_source

DIGITS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
"""As they lie on a keyboard."""

LATEST = 500
"""How many dossiers back a desk's habits are read: a read of one index, whatever the register holds."""


@dataclass(frozen=True, slots=True)
class DigitKey:
    """A digit and the procedure on it; pinned, or there because it is common."""

    digit: int
    procedure: ProcedureChoice
    pinned: bool


def digit_keys(session: Session, desk_id: int, now: dt.datetime) -> tuple[DigitKey, ...]:
    """What lies on the digit keys of a desk today, in the order of the keyboard; free keys are left out.

    Keys stand still for a day: they follow what was received before it, on a first day what there is.
    """
    today = now.date()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    pinned = _chosen(session, pinned_codes(session, desk_id), today)
    taken = {choice.code for choice in pinned.values()}
    common = (
        choice
        for code in _common_codes(session, desk_id, midnight) or _common_codes(session, desk_id, now)
        if code not in taken and (choice := procedures.by_code(session, code, today)) is not None
    )
    keys = []
    for digit in DIGITS:
        choice = pinned.get(digit) or next(common, None)
        if choice is not None:
            keys.append(DigitKey(digit, choice, digit in pinned))
    return tuple(keys)


def pinned_codes(session: Session, desk_id: int) -> dict[int, str]:
    """The code of the procedure pinned on each digit of a desk."""
    statement = (
        select(PinnedProcedure.digit, Procedure.code)
        .join(Procedure, Procedure.id == PinnedProcedure.procedure_id)
        .where(PinnedProcedure.agency_id == desk_id)
        .order_by(PinnedProcedure.digit)
    )
    return {row.digit: row.code for row in session.execute(statement)}


def _chosen(session: Session, codes: dict[int, str], day: dt.date) -> dict[int, ProcedureChoice]:
    """Those in force on a day; the key of one that is not is free until somebody pins another."""
    found = ((digit, procedures.by_code(session, code, day)) for digit, code in codes.items())
    return {digit: choice for digit, choice in found if choice is not None}


def _common_codes(session: Session, desk_id: int, before: dt.datetime) -> list[str]:
    """The codes of what a desk itself received most among its latest dossiers, the commonest first."""
    latest = (
        select(Dossier.procedure_id, Dossier.source_id)
        .where(Dossier.receiving_agency_id == desk_id, Dossier.accepted_at <= before)
        .order_by(Dossier.accepted_at.desc())
        .limit(LATEST)
        .subquery()
    )
    statement = (
        select(Procedure.code)
        .join(latest, latest.c.procedure_id == Procedure.id)
        .where(latest.c.source_id == desk_source(session), Procedure.confirmed)
        .group_by(Procedure.code)
        .order_by(func.count().desc(), Procedure.code)
        .limit(2 * len(DIGITS))
    )
    return list(session.execute(statement).scalars())
