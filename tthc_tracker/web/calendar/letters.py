"""Letters about dates that a change of the calendar moved: whoever signs there approves them, or not."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import calendarmoves
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.services import calendarnotices
from tthc_tracker.web.access import requires
from tthc_tracker.web.calendar.views import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import calendarchanges as words


@blueprint.get("/lich/thu-bao")
@requires(Permission.DECIDE_APOLOGIES)
def letters() -> ResponseReturnValue:
    """What waits at the agencies where one signs."""
    waiting = calendarmoves.waiting(reading(), calendarnotices.decides_for(current_user))
    return render_template("calendar/letters.html", waiting=waiting, words=words)


@blueprint.post("/lich/thu-bao/<int:change_id>/<code>")
@requires(Permission.DECIDE_APOLOGIES)
def decide_letters(change_id: int, code: str) -> ResponseReturnValue:
    """Let the letters of one change at one agency leave, or not."""
    send, agency = request.form.get("viec") == "gui", agency_id(reading(), code)
    if agency not in calendarnotices.decides_for(current_user):
        abort(404)
    with transaction() as session:
        many = calendarnotices.decide(
            session, change_id, agency or 0, send=send, person=current_user, now=clock.now()
        )
    flash(words.letters(many, sent=send), "success" if many else "info")
    return redirect(url_for("calendar.letters"), 303)
