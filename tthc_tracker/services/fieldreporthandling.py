"""What becomes of a field report: accepted, passed on or back, answered, published or not, rated."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotFound, NotNow, StaleVersion
from tthc_tracker.domain.fieldreports import NEEDS, ReportAct, ReportState, possible
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportPassage
from tthc_tracker.services import audit, fieldreportalerts
from tthc_tracker.services.acting import Person
from tthc_tracker.services.fieldreports import agency_of, demand
from tthc_tracker.services.supplements import words
from tthc_tracker.wording import fieldreports as said

LONGEST_REASON, LONGEST_ANSWER = 500, 4000

_ACTIONS = {
    ReportAct.ACCEPT: "field_report_accepted",
    ReportAct.FORWARD: "field_report_forwarded",
    ReportAct.HAND_BACK: "field_report_handed_back",
    ReportAct.ANSWER: "field_report_answered",
    ReportAct.PUBLISH: "field_report_published",
    ReportAct.WITHDRAW: "field_report_withdrawn",
    ReportAct.RATE: "field_report_rated",
}


@dataclass(frozen=True)
class HandleReport:
    """One act on a report, as its form showed it. agency: a code, to forward; said: the answer or the reason;
    satisfied: to rate."""

    code: str
    version: int
    act: ReportAct
    said: str = ""
    agency: str = ""
    satisfied: bool | None = None


def handle(session: Session, command: HandleReport, *, person: Person, now: dt.datetime) -> None:
    """Carry one act out and note it.

    Raises:
        NotFound: none of this code in scope. NotAllowed: not at the agency that has it. NotNow: not as it
        stands. StaleVersion: somebody was faster. InvalidInput: a field, by its name in the command.
    """
    report = held(session, command.code, person)
    demand(session, person, NEEDS[command.act], report.handling_agency_id)
    if report.version != command.version:
        raise StaleVersion
    passed_on = report.passed_by_id is not None
    if command.act not in possible(report.state, passed_on=passed_on, published=report.published):
        raise NotNow(command.act.value)
    agency_id, facts = report.handling_agency_id, _carried_out(session, report, command, person, now)
    report.version += 1
    fieldreportalerts.close_of(session, report, now)
    audit.note(
        session, _ACTIONS[command.act], actor_id=person.user_id, now=now, object_type="field_report",
        object_id=report.code, agency_id=agency_id, facts=facts,
    )  # fmt: skip


def held(session: Session, code: str, person: Person) -> FieldReport:
    """The report of a code, locked, if it lies in the person's scope.

    Raises:
        NotFound: it does not.
    """
    if "\0" in code:  # PostgreSQL holds no such text
        raise NotFound(code)
    found = select(FieldReport).where(FieldReport.code == code).with_for_update(of=FieldReport)
    report = session.execute(found.execution_options(populate_existing=True)).scalar_one_or_none()
    if report is None or not person.scope.sees({report.handling_agency_id, report.receiving_agency_id}):
        raise NotFound(code)
    return report


def _carried_out(
    session: Session, report: FieldReport, command: HandleReport, person: Person, now: dt.datetime
) -> dict[str, object]:
    """Do it; what is to be noted of it besides."""
    match command.act:
        case ReportAct.ACCEPT:
            report.state, report.accepted_at = ReportState.ACCEPTED, now
        case ReportAct.FORWARD:
            return _pass(session, report, command, _next(session, report, command, now), person, now)
        case ReportAct.HAND_BACK:
            assert report.passed_by_id is not None, "possible() has seen that there is somebody"
            return _pass(session, report, command, report.passed_by_id, person, now)
        case ReportAct.ANSWER:
            report.answer = words("said", command.said, LONGEST_ANSWER, missing=said.NO_ANSWER)
            report.state, report.answered_at, report.answered_by_id = (
                ReportState.ANSWERED,
                now,
                person.user_id,
            )
            return {"late": now >= report.late_from}
        case ReportAct.PUBLISH | ReportAct.WITHDRAW:
            report.published = command.act is ReportAct.PUBLISH
        case ReportAct.RATE:
            if command.satisfied is None:
                raise InvalidInput("satisfied", said.NO_RATING)
            report.satisfied = command.satisfied
            return {"satisfied": command.satisfied}
    return {}


def _next(session: Session, report: FieldReport, command: HandleReport, now: dt.datetime) -> int:
    if not command.agency:
        raise InvalidInput("agency", said.NO_AGENCY)
    agency_id = agency_of(session, command.agency, now.date())
    if agency_id == report.handling_agency_id:
        raise InvalidInput("agency", said.SAME_AGENCY)
    return agency_id


def _pass(
    session: Session, report: FieldReport, command: HandleReport, to: int, person: Person, now: dt.datetime
) -> dict[str, object]:
    """Let it lie with another agency; the citizen's date stays."""
    reason = words("said", command.said, LONGEST_REASON, missing=said.NO_REASON)
    last = select(func.max(FieldReportPassage.seq)).where(FieldReportPassage.report_id == report.id)
    before, number = report.handling_agency_id, (session.execute(last).scalar_one() or 0) + 1
    session.add(
        FieldReportPassage(
            report_id=report.id, seq=number, act=command.act, from_agency_id=before, to_agency_id=to,
            reason=reason, at=now, by_id=person.user_id,
        )
    )  # fmt: skip
    report.handling_agency_id, report.passed_by_id = to, before
    report.state, report.accepted_at = ReportState.RECEIVED, None
    codes = dict(session.execute(select(Agency.id, Agency.code).where(Agency.id.in_([before, to]))).all())
    return {"given_by": codes[before], "given_to": codes[to]}
