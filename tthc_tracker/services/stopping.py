"""Stop a dossier (dừng giải quyết): closed, a memo of the statistics, resumable (services.pausing)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.services import (
    acting,
    alertclosing,
    applicantmails,
    deadlines,
    events,
    handovers,
    pausing,
)
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.supplements import LONGEST, LONGEST_BASIS, words

LONGEST_REQUEST = 200


@dataclass(frozen=True)
class StopDossier:
    """Stop it. request: whose wish or which paper asked for it; given_back: papers and fees returned."""

    target: Target
    reason: str
    basis: str
    request: str = ""
    given_back: str = ""


def stop(
    session: Session, command: StopDossier, *, person: Person, now: dt.datetime, mail_domain: str = ""
) -> Dossier:
    """Stop on a decision taken now; an open pause ends with it.

    Raises:
        InvalidInput: no reason or basis. And what acting.begin raises.
    """
    act = acting.begin(session, command.target, Action.STOP, person=person, now=now)
    dossier = act.dossier
    reason = words("reason", command.reason, LONGEST, missing="Hãy ghi lý do dừng giải quyết.")
    basis = words("basis", command.basis, LONGEST_BASIS, missing="Hãy ghi căn cứ dừng giải quyết.")
    request = words("request", command.request, LONGEST_REQUEST)
    given_back = words("given_back", command.given_back, LONGEST)
    moment = now.replace(second=0, microsecond=0)
    held = pausing.end_by_closing(session, act, moment, now, field="reason")
    act.apply_state()
    handovers.lapse(session, act, now)
    deadlines.close(session, dossier, moment)
    alertclosing.close_for_dossier(session, dossier.id, now)
    private = {"request": request, "given_back": given_back}
    events.append(
        session, dossier, act.move.event, actor=act.actor, now=now, occurred_at=moment, reason=reason,
        facts=held | {"basis": basis},
        private={name: said for name, said in private.items() if said},
    )  # fmt: skip
    if mail_domain:
        applicantmails.tell(session, dossier, ApplicantLetter.STOPPED, domain=mail_domain, now=now)
    return dossier
