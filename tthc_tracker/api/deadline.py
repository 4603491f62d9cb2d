"""When would it be due: the engine of the counter, for systems that promise a date before they send."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, jsonify

from tthc_tracker.api import schemas
from tthc_tracker.api.blueprint import blueprint, documented
from tthc_tracker.api.guarding import needs
from tthc_tracker.api.problems import FieldError, invalid
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidLimit
from tthc_tracker.domain.exchange import channel_of
from tthc_tracker.domain.exchangeobject import iso, stamp
from tthc_tracker.domain.exchangerow import moment
from tthc_tracker.domain.ledger import Step
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.rowfaults import RowRefusedError
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.extensions import database
from tthc_tracker.queries.foretelling import Question, foretell
from tthc_tracker.queries.promises import Promise
from tthc_tracker.wording import problems as words
from tthc_tracker.wording import reckoning
from tthc_tracker.wording.labels import label


@blueprint.route("/deadline", methods=["GET"], tags=["deadline"])
@needs(ApiScope.DEADLINE)
@documented(ApiScope.DEADLINE)
@blueprint.arguments(schemas.DeadlineQuestion, location="query")
@blueprint.response(200, schemas.DeadlineAnswer, description="Ngày hẹn trả và cách tính")
def deadline(asked: dict[str, str]) -> Response:
    """Hỏi ngày hẹn trả của một thủ tục hoặc một thời hạn, nếu tiếp nhận vào lúc đã cho."""
    question = _question(asked)
    try:
        with database.reading() as session:
            promise = foretell(session, question)
    except CalendarHorizonError as error:
        message = reckoning.horizon(error.looked_at, error.year)
        raise invalid([FieldError("NgayTiepNhan", message)]) from None
    return jsonify(_answer(promise))


def _question(asked: dict[str, str]) -> Question:
    try:
        start = moment(asked["NgayTiepNhan"])
    except RowRefusedError:
        start = None
    if start is None:
        raise invalid([FieldError("NgayTiepNhan", words.BAD_MOMENT)])
    channel = channel_of(asked["KenhThucHien"]) or Channel.COUNTER
    limit = _limit(asked["ThoiHan"], asked["DonViThoiHan"])
    return Question(start, channel, asked["MaTTHC"], limit, asked["DonViXuLy"], asked["TruongHop"])


def _limit(amount: str, unit: str) -> TimeLimit | None:
    if not amount:
        return None
    try:
        return TimeLimit(Decimal(amount), LimitUnit(unit))
    except (InvalidOperation, InvalidLimit):
        raise invalid([FieldError("ThoiHan", words.BAD_AMOUNT)]) from None


def _answer(promise: Promise) -> dict[str, Any]:
    deadline, limit = promise.deadline, promise.limit
    return {
        "NgayHenTra": stamp(deadline.due_at),
        "limit": {"amount": f"{limit.amount.normalize():f}", "unit": limit.unit.value},
        "rounding": promise.rounding.value,
        "overdue_from": iso(deadline.overdue_from),
        "provisional": deadline.provisional,
        "steps": [_step(step) for step in deadline.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": iso(step.from_at), "to": iso(step.to_at), "counted": step.counted, "skipped": step.skipped,
        "unit": step.unit.value, "reason": step.reason.value, "words": label(step.reason),
    }  # fmt: skip
