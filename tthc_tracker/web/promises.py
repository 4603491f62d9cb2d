"""The promised date with its working, as the pages show it before anybody has promised it."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError, NotFound
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.queries import procedures, promises
from tthc_tracker.wording import formats, ledgers


def promise(
    session: Session,
    procedure_code: str,
    channel: Channel,
    agency_id: int,
    at: dt.datetime,
    case_code: str = "",
) -> Any:
    """What the panel of the promised date shows; None without a procedure."""
    choice = procedures.by_code(session, procedure_code, at.date()) if procedure_code else None
    if choice is None:
        return None
    shown: dict[str, Any] = {"procedure": choice, "at": at}
    cases = dict(procedures.cases_of(session, choice.version_id))
    if cases and case_code not in cases:
        choose = "Chọn trường hợp của thủ tục để biết thời hạn và ngày hẹn trả."
        return shown | {"choose": choose, "cases": list(cases.items())}
    shown["case"] = cases.get(case_code, "")
    try:
        made = promises.promised(
            session,
            procedure_version_id=choice.version_id,
            channel=channel,
            agency_id=agency_id,
            accepted_at=at,
            case_code=case_code,
        )
    except NotFound:
        return shown | {"problem": "Danh mục chưa có thời hạn giải quyết của thủ tục này."}
    except CalendarHorizonError as error:
        return shown | {"problem": f"Chưa tính được: chưa có lịch làm việc năm {error.year}."}
    return shown | {
        "limit": ledgers.limit_words(made.limit),
        "deadline": made.deadline,
        "due": formats.moment(made.deadline.due_at),
        "weekday": formats.weekday(made.deadline.due_at),
        "lines": ledgers.lines(made.deadline.steps),
        "result": ledgers.result(made.deadline, made.limit),
    }
