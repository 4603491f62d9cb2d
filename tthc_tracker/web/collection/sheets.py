"""Papers of collecting: the day's list to sign, the slip of one result, what units brought on a day."""

import datetime as dt

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import collecting as forms
from tthc_tracker.queries import collecting, dossiers, printouts
from tthc_tracker.web.access import requires
from tthc_tracker.web.collection.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ket-qua-cho-tra/so-ky-nhan.pdf")
@requires(Permission.RETURN_RESULT)
def sheet() -> ResponseReturnValue:
    """What this desk gave out on a day, with a place for each signature."""
    session, now, day, desk = reading(), clock.now(), _day(), _desk()
    rows = collecting.collected_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.SHEET, day)
    return _pdf(forms.collection_sheet(head, day, rows, now), f"so-ky-nhan-{day:%Y%m%d}")


@blueprint.get("/ket-qua-cho-tra/ban-giao-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def brought() -> ResponseReturnValue:
    """Results that units handed to this desk on a day, a page for each unit."""
    session, now, day, desk = reading(), clock.now(), _day(), _desk()
    rows = collecting.brought_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.BROUGHT, day)
    return _pdf(forms.result_handover(head, day, rows, now), f"ban-giao-ket-qua-{day:%Y%m%d}")


@blueprint.get("/ho-so/<code>/bien-nhan-tra-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def slip(code: str) -> ResponseReturnValue:
    """The slip that says who collected the result of a dossier."""
    session, now = reading(), clock.now()
    view = dossiers.find(session, code, current_user.scope)
    given = collecting.collection_of(session, view.dossier.id) or abort(404)
    day = given.collected_at.date()
    head = printouts.desk_head(session, view.returning.id, forms.SLIP, day)
    return _pdf(forms.collection_receipt(head, given, now), f"bien-nhan-{view.dossier.code}")


def _desk() -> int:
    """The desk of the clerk who asks."""
    agency_id: int | None = current_user.home_agency_id
    return agency_id if agency_id is not None else abort(404)


def _day() -> dt.date:
    try:
        day = dt.date.fromisoformat(request.args.get("ngay", ""))
    except ValueError:
        return clock.now().date()
    return day if 1900 < day.year < 2500 else clock.now().date()


def _pdf(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(body, mimetype="application/pdf", headers=headers)
