"""Papers of collecting: the day's list to sign, the slip of one result, what units brought on a day."""

import datetime as dt
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import collecting as forms
from tthc_tracker.queries import collecting, dossiers, printouts
from tthc_tracker.services import audit
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.collection.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.get("/ket-qua-cho-tra/so-ky-nhan.pdf")
@requires(Permission.RETURN_RESULT)
def sheet() -> ResponseReturnValue:
    """What this desk gave out on a day, with a place for each signature."""
    session, now, day, desk = reading(), clock.now(), _day(), _desk()
    rows = collecting.collected_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.SHEET, day)
    body = forms.collection_sheet(head, day, rows, now)
    _note("collection_sheet_printed", "agency", desk, day=day.isoformat(), dossiers=len(rows))
    return _pdf(body, f"so-ky-nhan-{day:%Y%m%d}")


@blueprint.get("/ket-qua-cho-tra/ban-giao-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def brought() -> ResponseReturnValue:
    """Results that units handed to this desk on a day, a page for each unit."""
    session, now, day, desk = reading(), clock.now(), _day(), _desk()
    rows = collecting.brought_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.BROUGHT, day)
    body = forms.result_handover(head, day, rows, now)
    _note("result_handover_printed", "agency", desk, day=day.isoformat(), dossiers=len(rows))
    return _pdf(body, f"ban-giao-ket-qua-{day:%Y%m%d}")


@blueprint.get("/ho-so/<code>/bien-nhan-tra-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def slip(code: str) -> ResponseReturnValue:
    """The slip that says who collected the result of a dossier."""
    demand(Permission.RETURN_RESULT, code)
    session, now = reading(), clock.now()
    view = dossiers.find(session, code, current_user.scope)
    given = collecting.collection_of(session, view.dossier.id) or abort(404)
    day = given.collected_at.date()
    head = printouts.desk_head(session, view.returning.id, forms.SLIP, day)
    body = forms.collection_receipt(head, given, now)
    _note("collection_slip_printed", "dossier", view.dossier.code)
    return _pdf(body, f"bien-nhan-{view.dossier.code}")


def _note(action: str, object_type: str, object_id: object, **facts: Any) -> None:
    """What names people on paper leaves a trace."""
    with transaction() as session:
        audit.note(
            session, action, actor_id=current_user.user_id, now=clock.now(), object_type=object_type,
            object_id=object_id, facts=facts,
        )  # fmt: skip


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
