"""Register a dossier that waits for the desk's answer: brought by post, or submitted online elsewhere."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    CodeSeriesExhausted,
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import reception
from tthc_tracker.services.registration import RegisterDossier
from tthc_tracker.services.registration import register as register_dossier
from tthc_tracker.web.access import requires
from tthc_tracker.web.reception import page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.reception.forms import RegistrationForm
from tthc_tracker.web.unit_of_work import reading, transaction

TEMPLATE = "reception/register.html"
TAKEN = "Biểu mẫu này đã được đăng ký trước đó: đây là hồ sơ đã có, không tạo hồ sơ mới."
EXHAUSTED = "Quầy đã dùng hết dải số trong ngày. Hãy báo quản trị viên đổi mẫu mã hồ sơ."


@blueprint.get("/tiep-nhan/cho-tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def register() -> ResponseReturnValue:
    """The empty page."""
    form = RegistrationForm(formdata=None)
    form.channel.data = form.channels[0].value
    return page.render_new(reading(), form, clock.minute(), template=TEMPLATE)


@blueprint.post("/tiep-nhan/cho-tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def register_form() -> ResponseReturnValue:
    """Register what was typed, once, and go to its answer."""
    form, earlier = RegistrationForm(), None
    try:
        if code := _registered(form):
            flash(f"Đã đăng ký {code}, chờ trả lời.", "success")
            return redirect(url_for("dossiers.show", code=code), 303)
    except DuplicateSubmission as error:
        flash(TAKEN, "info")
        return redirect(url_for("dossiers.show", code=error.outcome))
    except ConflictingSubmission:
        earlier = reception.made_by(reading(), form.submission_key.data or "", current_user.user_id)
    status = 409 if earlier else 422
    return page.render_new(reading(), form, clock.minute(), earlier=earlier, template=TEMPLATE), status


def _registered(form: RegistrationForm) -> str | None:
    """The code of the dossier that the form makes; None when the form has to be shown again."""
    now = clock.now()
    desk = page.offer(form, page.desks(reading(), now.date()))
    form.validate()
    facts = page.read_facts(reading(), form, now.date())
    if form.errors:
        return None
    command = RegisterDossier(form.submission_key.data or page.new_key(), desk.id, facts)
    try:
        with transaction() as session:
            made = register_dossier(session, command, person=current_user, now=now, secret=page.secret())
            return made.code
    except InvalidInput as error:
        form.refuse(error.field, error.message)
    except CodeSeriesExhausted:
        form.refuse("", EXHAUSTED)
    return None
