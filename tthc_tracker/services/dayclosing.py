"""Hand over all that lies at a desk, each dossier to its unit, with an answer for every one."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, RefusedUse
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.queries.dayclosing import MOST
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, handingover, submissions
from tthc_tracker.services.acting import Person, Target

ACTION = "hand_over_day"


@dataclass(frozen=True)
class HandOver:
    """One dossier as the list showed it, and the unit chosen for it (None: nobody chose)."""

    target: Target
    unit_id: int | None


@dataclass(frozen=True)
class HandOverDay:
    """What a clerk sends off from a desk; at most `MOST` rows."""

    submission_key: str
    desk_id: int
    rows: tuple[HandOver, ...]


@dataclass(frozen=True)
class RowResult:
    """What became of one row; `refused` says why not."""

    code: str
    unit_id: int | None
    refused: RefusedUse | None = None


def hand_over_day(
    session: Session, command: HandOverDay, *, person: Person, now: dt.datetime
) -> tuple[RowResult, ...]:
    """Hand over row by row, in the order of codes: a refused row leaves nothing, the others go through.

    Raises:
        NotAllowed: not this person's desk. InvalidInput: no row, or too many.
        DuplicateSubmission, ConflictingSubmission: the list was sent before.
    """
    content = submissions.fingerprint(asdict(command))
    submissions.claim(
        session, command.submission_key, user_id=person.user_id, action=ACTION, content=content, now=now
    )
    desk = command.desk_id
    if not may_act(
        person.memberships, Permission.RECEIVE_DOSSIERS, {desk}, lambda one: subtree(session, one)
    ):
        raise NotAllowed(f"agency {desk}")
    if not 0 < len(command.rows) <= MOST:
        raise InvalidInput("rows", f"Hãy chọn từ 1 đến {MOST} hồ sơ để bàn giao.")
    # By code, whatever the order of the list: two clerks who send off one desk never wait crosswise.
    in_order = sorted(command.rows, key=lambda row: row.target.code)
    results = tuple(_row(session, row, person=person, now=now) for row in in_order)
    done = sum(result.refused is None for result in results)
    audit.note(
        session, "day_handed_over", actor_id=person.user_id, now=now, object_type="agency", object_id=desk,
        agency_id=desk, facts={"handed_over": done, "refused": len(results) - done},
    )  # fmt: skip
    submissions.settle(session, command.submission_key, kind="day", result=str(done), now=now)
    return results


def _row(session: Session, row: HandOver, *, person: Person, now: dt.datetime) -> RowResult:
    code = row.target.code
    if row.unit_id is None:
        return RowResult(code, None, InvalidInput("unit_id", "Chưa chọn phòng nhận."))
    try:
        with session.begin_nested():
            handingover.to_unit(session, row.target, row.unit_id, person=person, now=now)
    except RefusedUse as refused:
        return RowResult(code, row.unit_id, refused)
    return RowResult(code, row.unit_id)
