"""Ask that what is held on one person leaves: it does when a second person consents (decision 0048)."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.services import personalrequests
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.personaldata import page
from tthc_tracker.web.personaldata.blueprint import blueprint
from tthc_tracker.web.personaldata.forms import ExportForm
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.post("/xuat")
@requires(Permission.EXPORT_PERSONAL)
def export() -> ResponseReturnValue:
    """A request that waits for its second person; a refusal keeps what was typed."""
    asked, form, now = page.asked(request.form), ExportForm(), clock.now()
    if asked is None:
        return page.forgotten()
    if not form.validate_on_submit():
        return page.render(reading(), asked, export=form), 422
    command = form.to_command(asked.number)
    try:
        with transaction() as session:
            number = personalrequests.ask_export(
                session, command, person=current_user, secret=secret(), now=now
            )
    except InvalidInput as fault:
        status = show(form, fault)
        return page.render(reading(), asked, export=form), status
    return page.sent(number)
