"""Which procedures a desk keeps on its digit keys."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.models.reception import PinnedProcedure
from tthc_tracker.queries import procedures
from tthc_tracker.queries.commonprocedures import DIGITS
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person


@dataclass(frozen=True)
class PinProcedure:
    """Keep a procedure on a digit key of a desk; an empty code leaves the key to what is common."""

    agency_id: int
    digit: int
    procedure_code: str


def pin(session: Session, command: PinProcedure, *, person: Person, now: dt.datetime) -> None:
    """Pin or free one key of one's own desk; a procedure lies on one key at most.

    Raises:
        NotAllowed: not this person's desk. InvalidInput: no such key, or no such procedure today.
    """
    desk = command.agency_id
    if not may_act(
        person.memberships, Permission.RECEIVE_DOSSIERS, {desk}, lambda one: subtree(session, one)
    ):
        raise NotAllowed(f"agency {desk}")
    if command.digit not in DIGITS:
        raise InvalidInput("digit", "Phím phải là một chữ số.")
    choice = None
    if command.procedure_code:
        choice = procedures.by_code(session, command.procedure_code, now.date())
        if choice is None:
            raise InvalidInput("procedure", "Hãy chọn thủ tục trong danh mục: gõ rồi chọn một dòng.")
    replaced = PinnedProcedure.digit == command.digit
    if choice is not None:
        replaced = replaced | (PinnedProcedure.procedure_id == choice.procedure_id)
    session.execute(delete(PinnedProcedure).where(PinnedProcedure.agency_id == desk, replaced))
    if choice is not None:
        session.add(
            PinnedProcedure(
                agency_id=desk,
                digit=command.digit,
                procedure_id=choice.procedure_id,
                pinned_by_id=person.user_id,
                pinned_at=now,
            )
        )
    facts = {"digit": command.digit, "procedure": choice.code if choice else ""}
    audit.note(
        session, "digit_key_set", actor_id=person.user_id, now=now, object_type="agency", object_id=desk,
        agency_id=desk, facts=facts,
    )  # fmt: skip
