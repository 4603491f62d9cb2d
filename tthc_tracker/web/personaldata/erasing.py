"""Ask that a person is erased on the dossiers that were ticked."""

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
from tthc_tracker.web.personaldata.forms import EraseForm
from tthc_tracker.web.personaldata.views import secret
from tthc_tracker.web.unit_of_work import reading, transaction


@blueprint.post("/xoa")
@requires(Permission.ERASE_PERSONAL)
def erase() -> ResponseReturnValue:
    """A request that waits for its second person; a refusal keeps what was ticked and typed."""
    asked, form = page.asked(request.form), EraseForm()
    if asked is None:
        return page.forgotten()
    if not form.validate_on_submit():
        return page.render(reading(), asked, erase=form), 422
    command, now = form.to_command(asked.number), clock.now()
    try:
        with transaction() as session:
            number = personalrequests.ask_erasure(
                session, command, person=current_user, secret=secret(), now=now
            )
    except InvalidInput as fault:
        status = show(form, fault)
        return page.render(reading(), asked, erase=form), status
    return page.sent(number)
