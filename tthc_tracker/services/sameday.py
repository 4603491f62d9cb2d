"""Receive, finish and return in one go, for procedures whose result is given on the spot."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import Channel, ResultKind, ReturnMethod
from tthc_tracker.services import reception, release
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.reception import ReceiveDossier, Reception
from tthc_tracker.services.release import FinishDossier, ReturnResult

NOT_ON_THE_SPOT = "Thủ tục này không trả kết quả ngay tại quầy. Hãy bấm “Tiếp nhận”."
ELSEWHERE = "Chỉ giải quyết ngay khi quầy này vừa giải quyết vừa trả kết quả. Hãy bấm “Tiếp nhận”."
BY_POST = "Hồ sơ gửi bưu chính không giải quyết ngay tại quầy. Hãy bấm “Tiếp nhận”."

POSTED = "Giải quyết ngay là trả tại quầy. Hãy chọn nhận kết quả tại nơi trả, hoặc bấm “Tiếp nhận”."


@dataclass(frozen=True)
class ResolveAtOnce:
    """A reception whose result the applicant takes along; its number may be left to the book (empty)."""

    reception: ReceiveDossier
    result_number: str = ""


def resolve_at_once(
    session: Session, command: ResolveAtOnce, *, actor: Person, now: dt.datetime, secret: str = ""
) -> Reception:
    """Receive, finish and return: three events and one dossier, however many copies; all of it or nothing.

    The form's key is that of a reception: sent again it leads to the dossier it made.

    Raises:
        InvalidInput: the procedure gives no result on the spot, or other than here. And what
        reception.receive, release.finish and release.return_result raise.
    """
    asked = command.reception
    reception.claim(session, asked.submission_key, command, actor=actor, now=now)
    _refuse_unless_on_the_spot(session, asked, now)
    made = reception.receive_claimed(session, asked, actor=actor, now=now, secret=secret)
    target = Target(made.code, None)
    finish = FinishDossier(target, ResultKind.GRANTED, number=command.result_number, result_on=now.date())
    release.finish(session, finish, person=actor, now=now)
    receiver = " ".join(asked.facts.applicant.full_name.split())[:200]
    release.return_result(
        session, ReturnResult(target, receiver, ReturnMethod.COUNTER), person=actor, now=now
    )
    return made


def _refuse_unless_on_the_spot(session: Session, asked: ReceiveDossier, now: dt.datetime) -> None:
    facts, desk = asked.facts, asked.receiving_agency_id
    if not reception.procedure_on(session, facts, (asked.accepted_at or now).date()).same_day:
        raise InvalidInput("procedure", NOT_ON_THE_SPOT)
    if facts.channel is not Channel.COUNTER:
        raise InvalidInput("channel", BY_POST)
    if facts.applicant.post_address or facts.by_portal:
        raise InvalidInput("return_way", POSTED)
    if facts.resolving_agency_id not in {None, desk}:
        raise InvalidInput("resolving_agency", ELSEWHERE)
    if facts.returning_agency_id not in {None, desk}:
        raise InvalidInput("returning_agency", ELSEWHERE)
