"""Papers of collecting: the day's list to sign, the slip of one result, what units brought on a day."""

import datetime as dt

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.printouts import collecting as forms
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries import bulk, collecting, dossiers, printouts
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.collection.blueprint import blueprint
from tthc_tracker.web.papers import Outgoing, pdf, printed
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ket-qua-cho-tra/so-ky-nhan.pdf")
@requires(Permission.RETURN_RESULT)
def sheet() -> ResponseReturnValue:
    """What this desk gave out on a day, with a place for each signature."""
    if (day := _day()) is None:
        return _unread()
    session, now, desk = reading(), clock.now(), _desk()
    rows = collecting.collected_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.SHEET, day)
    paper = forms.collection_sheet(head, day, rows, now)
    one = _of_desk(paper, forms.SHEET, desk, day, [row.code for row in rows])
    return pdf(printed(one), f"so-ky-nhan-{day:%Y%m%d}")


@blueprint.get("/ket-qua-cho-tra/ban-giao-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def brought() -> ResponseReturnValue:
    """Results that units handed to this desk on a day, a page for each unit."""
    if (day := _day()) is None:
        return _unread()
    session, now, desk = reading(), clock.now(), _desk()
    rows = collecting.brought_on(session, desk, day, now)
    head = printouts.desk_head(session, desk, forms.BROUGHT, day)
    paper = forms.result_handover(head, day, rows, now)
    one = _of_desk(paper, forms.BROUGHT, desk, day, [row.code for row in rows])
    return pdf(printed(one), f"ban-giao-ket-qua-{day:%Y%m%d}")


@blueprint.get("/ho-so/<code>/bien-nhan-tra-ket-qua.pdf")
@requires(Permission.RETURN_RESULT)
def slip(code: str) -> ResponseReturnValue:
    """The slip that says who collected the result of a dossier."""
    demand(Permission.RETURN_RESULT, code)
    session, now = reading(), clock.now()
    view = dossiers.find(session, code, current_user.scope)
    given = collecting.collection_of(session, view.dossier.id) or abort(404)
    dossier = view.dossier
    head = printouts.desk_head(session, view.returning.id, forms.SLIP, given.collected_at.date())
    one = Outgoing(
        forms.collection_receipt(head, given, now), forms.SLIP, of_dossier(dossier.id), (dossier.id,),
        given.collected_at, action="collection_slip_printed", about=("dossier", dossier.code),
    )  # fmt: skip
    return pdf(printed(one), f"bien-nhan-{dossier.code}")


def _of_desk(paper: Printout, kind: str, desk: int, day: dt.date, codes: list[str]) -> Outgoing:
    """A list of a desk's day. What names people on paper leaves a trace."""
    ids = tuple(bulk.ids(reading(), codes, current_user.scope))
    midnight = dt.datetime.combine(day, dt.time(), clock.now().tzinfo)
    return Outgoing(
        paper, kind, f"agency:{desk}", ids, midnight, action=f"{kind}_printed", about=("agency", desk),
        facts={"day": day.isoformat(), "dossiers": len(codes)},
    )  # fmt: skip


def _desk() -> int:
    """The desk of the clerk who asks."""
    agency_id: int | None = current_user.home_agency_id
    return agency_id if agency_id is not None else abort(404)


def _day() -> dt.date | None:
    """The day asked for, today where none is; None for what cannot be read."""
    typed = request.args.get("ngay", "").strip()
    try:
        return read_day(typed) if typed else clock.now().date()
    except ValueError:
        return None


def _unread() -> ResponseReturnValue:
    """Back to the page, whose field shows what was typed and says how a day is typed."""
    return redirect(url_for("collection.waiting", ngay=request.args["ngay"]))
