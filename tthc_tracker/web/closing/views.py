"""Chốt ngày: look at the desk's day, hand everything over, print the slip of each unit."""

import datetime as dt

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, DuplicateSubmission, InvalidInput, NotFound
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import handover_slip
from tthc_tracker.queries import bulk, deskdays
from tthc_tracker.queries.deskdays import DeskDay
from tthc_tracker.queries.handoverslips import SLIP, Taker, handover_sheet
from tthc_tracker.services.dayclosing import hand_over_day
from tthc_tracker.web.access import requires
from tthc_tracker.web.closing import page
from tthc_tracker.web.closing.blueprint import blueprint
from tthc_tracker.web.papers import Outgoing, pdf, printed
from tthc_tracker.web.unit_of_work import reading, transaction

NOTHING = "Trong ngày chưa có hồ sơ nào của phòng này để in giấy bàn giao."
SENT = "Danh sách này đã được bàn giao trước đó. Trang đã hiện phần còn lại."


def _which(where: dict[str, str]) -> DeskDay:
    desk, day = where.get("quay"), where.get("ngay")
    return deskdays.desk_day(reading(), current_user.memberships, desk, day, clock.now())


@blueprint.get("")
@requires(Permission.RECEIVE_DOSSIERS)
def day() -> ResponseReturnValue:
    """What the day came to, and what is left."""
    return page.render(reading(), _which(request.args))


@blueprint.post("/ban-giao")
@requires(Permission.RECEIVE_DOSSIERS)
def hand_over() -> ResponseReturnValue:
    """Hand over what is ticked; the page then says what became of each row."""
    at = _which(request.form)
    try:
        with transaction() as session:
            command = page.command_of(request, at.desk.id)
            results = hand_over_day(session, command, person=current_user, now=at.now)
    except InvalidInput as error:
        return page.render(reading(), at, problem=error.message), 422
    except (DuplicateSubmission, ConflictingSubmission):
        flash(SENT, "info")
        return redirect(url_for("closing.day", quay=at.desk.code, ngay=at.day.isoformat()), 303)
    return page.render(reading(), at, results=results)


@blueprint.get("/giay-ban-giao.pdf")
@requires(Permission.RECEIVE_DOSSIERS)
def slip() -> ResponseReturnValue:
    """The slip that goes with the dossiers to one unit; that it was printed is noted."""
    at = _which(request.args)
    try:
        return _slip(at, page.taker_of(request.args))
    except NotFound:
        flash(NOTHING, "info")
        return redirect(url_for("closing.day", quay=at.desk.code, ngay=at.day.isoformat()), 303)


def _slip(at: DeskDay, taker: Taker) -> Response:
    sheet = handover_sheet(reading(), at.desk.id, taker, at.day, clerk=current_user.name, now=at.now)
    codes = [line.code for line in sheet.lines]
    facts = {"unit": taker.unit_id, "agency": taker.agency_id, "day": at.day.isoformat()}
    one = Outgoing(
        handover_slip.paper(sheet), SLIP, f"agency:{at.desk.id}/{taker.agency_id}:{taker.unit_id or 0}",
        tuple(bulk.ids(reading(), codes, current_user.scope)),
        dt.datetime.combine(at.day, dt.time(), at.now.tzinfo), action="handover_slip_printed",
        about=("agency", at.desk.id), agency_id=at.desk.id, facts=facts | {"dossiers": len(codes)},
    )  # fmt: skip
    return pdf(printed(one), f"giay-ban-giao-{at.day.isoformat()}-{taker.unit_id or taker.agency_id}")
