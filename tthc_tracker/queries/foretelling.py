"""When a dossier that nobody has received yet would be due: the counter's question, asked by a system."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Rounding, reckon
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.queries import procedures, promises, settings
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.promises import Promise


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. Either a procedure or a limit; agency empty: the national calendar and settings."""

    start: dt.datetime
    channel: Channel
    procedure: str
    limit: TimeLimit | None
    agency: str
    case: str = ""


def foretell(session: Session, question: Question) -> Promise:
    """The answer of the engine that promises dates at the counter, with its steps.

    Raises:
        InvalidInput: a field of the question, by its name in the vocabulary.
        CalendarHorizonError: the calendar is not known that far.
    """
    agency = _agency(session, question.agency)
    version = _version(session, question)
    limit = question.limit or _limit(session, version, question)
    day = question.start.date()
    rounding = (
        promises.rounding_of(session, version, agency, day)
        if version is not None
        else Rounding(settings.setting(session, "rounding", agency, day))
    )
    cutoff = settings.same_day_cutoff(session, agency, day)
    calendar = work_calendar(session, agency)
    return Promise(limit, rounding, reckon(question.start, limit, calendar, rounding=rounding, cutoff=cutoff))


def _agency(session: Session, code: str) -> int | None:
    found = agency_id(session, code) if code else None
    if code and found is None:
        raise InvalidInput("DonViXuLy", f"Không có cơ quan mã «{code}».")
    return found


def _version(session: Session, question: Question) -> int | None:
    if not question.procedure:
        return None
    found = procedures.by_code(session, question.procedure, question.start.date())
    if found is None:
        raise InvalidInput("MaTTHC", "Thủ tục này chưa có trong danh mục vào ngày đó.")
    return found.version_id


def _limit(session: Session, version: int | None, question: Question) -> TimeLimit:
    if version is None:
        raise InvalidInput("MaTTHC", "Hãy gửi mã thủ tục (MaTTHC), hoặc thời hạn (ThoiHan và DonViThoiHan).")
    try:
        return promises.limit_of(session, version, question.channel, question.case)
    except NotFound:
        if question.case:
            message = f"Danh mục chưa có thời hạn của trường hợp «{question.case}»; xem GET /procedures."
            raise InvalidInput("TruongHop", message) from None
        raise InvalidInput("MaTTHC", "Danh mục chưa có thời hạn của thủ tục này.") from None
