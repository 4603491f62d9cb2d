"""Put a reception right once work has begun: the promise moves, the work goes on where it is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.receptionfacts import ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import promises
from tthc_tracker.services import acting, applicantmails, deadlines, events, reception, reckoning
from tthc_tracker.services import receptionrevisions as revisions
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.reckoning import Moved

ELSEWHERE = (
    "Hồ sơ đang được giải quyết nên không đổi nơi giải quyết ở đây. Nếu chỉ một phần việc thuộc cơ quan "
    "khác, hãy chuyển bước của quy trình sang cơ quan ấy; nếu tiếp nhận sai nơi, hãy huỷ nhập nhầm rồi tiếp "
    "nhận lại."
)


@dataclass(frozen=True)
class CorrectAtWork:
    """Replace what was noted at the reception of a dossier that people work on already.

    Code, moment of acceptance, desk, resolving agency, the process that runs and who holds it stay.
    """

    target: Target
    facts: ReceptionFacts
    reason: str


def correct_at_work(
    session: Session, command: CorrectAtWork, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Moved | None:
    """Correct it; what the promise has moved from and to, or None if it stands.

    The lawful date is reckoned from the acceptance by the new limit, with every pause as it was. What the
    first receipt said stays `first_due_at`, and a second date stays given (docs/decisions/0025).

    Raises:
        InvalidInput: a field, no reason, nothing changed, another resolving agency. And what acting.begin
        raises.
    """
    act = acting.begin(session, command.target, Action.CORRECT_AT_WORK, person=person, now=now)
    dossier, reason = act.dossier, revisions.reason_of(command.reason)
    after = revisions.facts_given(dossier, command.facts)
    if after.resolving_agency_id != dossier.resolving_agency_id:
        raise InvalidInput("resolving_agency", ELSEWHERE)
    revision = revisions.revise(session, dossier, after)
    clock: dict[str, Any] = {}
    if revision.moves_the_promise:
        revisions.reclassify(session, dossier, after)
        clock = _new_terms(session, dossier)
    facts, private = revisions.told(session, dossier, revision)
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, reason=reason, facts=facts | clock,
        private=private,
    )  # fmt: skip
    moved = reckoning.reckon_or_refuse(
        session, dossier, now, actor=act.actor, field="procedure", reason=reason
    )
    if moved is not None and mail_domain:
        applicantmails.tell(session, dossier, ApplicantLetter.NEW_DATE, domain=mail_domain, now=now)
    return moved


def _new_terms(session: Session, dossier: Dossier) -> dict[str, Any]:
    """Take the limit and the rounding of what it is now; what the event keeps of them."""
    assert dossier.accepted_at is not None
    day, version = dossier.accepted_at.date(), dossier.procedure_version_id
    try:
        limit = promises.limit_of(session, version, dossier.channel, dossier.case_code)
    except NotFound:
        raise InvalidInput("procedure", reception.NO_LIMIT) from None
    rounding = promises.rounding_of(session, version, dossier.resolving_agency_id, day)
    dossier.limit_amount, dossier.limit_unit, dossier.rounding = limit.amount, limit.unit, rounding.value
    return {"clock": deadlines.terms_of(dossier)}
