"""When the mails of an agency leave in the morning, and by which way its short texts go."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import settings
from tthc_tracker.services import mailhours
from tthc_tracker.services.mailhours import SetMailHours
from tthc_tracker.web.access import requires
from tthc_tracker.web.alertrules.views import agency_of, blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import mails as words


@blueprint.get("/gio-thu/<code>")
@requires(Permission.MANAGE_ALERT_RULES)
def hours(code: str) -> ResponseReturnValue:
    """What an agency has."""
    return _page(code, _kept(code), {})


@blueprint.post("/gio-thu/<code>")
@requires(Permission.MANAGE_ALERT_RULES)
def set_hours(code: str) -> ResponseReturnValue:
    """Set it for the agency and all below it, or take what is above again."""
    typed = {name: request.form.get(name, "") for name in ("digest_time", "text_channel")}
    wanted = dict.fromkeys(typed) if request.form.get("inherit") else typed
    try:
        with transaction() as session:
            command = SetMailHours(agency_of(code).code, wanted["digest_time"], wanted["text_channel"])
            mailhours.set_hours(session, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        return _page(code, typed, {fault.field: fault.message}), 422
    flash(words.HOURS_SAVED, "success")
    return redirect(url_for("alertrules.hours", code=code), 303)


def _kept(code: str) -> dict[str, str]:
    session, agency, today = reading(), agency_of(code), clock.now().date()
    names = ("digest_time", "text_channel")
    return {name: settings.setting(session, name, agency.id, today) for name in names}


def _page(code: str, values: dict[str, str], errors: dict[str, str]) -> str:
    agency = agency_of(code)
    own = agency.id in settings.set_at(reading(), "digest_time", clock.now().date())
    return render_template(
        "alertrules/hours.html", agency=agency, values=values, errors=errors, own=own, words=words
    )
