"""Which procedures lie on the digit keys of a desk."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import commonprocedures
from tthc_tracker.queries.reception import Desk
from tthc_tracker.services.digitkeys import PinProcedure, pin
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show as show_refusal
from tthc_tracker.web.reception import page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.reception.forms import whole
from tthc_tracker.web.unit_of_work import reading, transaction


class PinForm(FlaskForm):
    """A digit and the procedure for it; no procedure frees the key."""

    desk = StringField("Quầy")
    digit = StringField("Phím")
    procedure = StringField("Thủ tục")
    procedure_text = StringField("Thủ tục")


@blueprint.get("/tiep-nhan/phim-so")
@requires(Permission.RECEIVE_DOSSIERS)
def digit_keys() -> ResponseReturnValue:
    """What lies on each key today, and a form to pin."""
    return _page(PinForm(formdata=None), request.args.get("quay"))


@blueprint.post("/tiep-nhan/phim-so")
@requires(Permission.RECEIVE_DOSSIERS)
def pin_digit_key() -> ResponseReturnValue:
    """Pin a procedure to a key, or free the key."""
    form = PinForm()
    desk = _desk(form.desk.data)
    code = form.procedure.data or ""
    if not code and form.procedure_text.data:
        form.procedure.errors = ["Hãy chọn thủ tục trong danh mục: gõ rồi chọn một dòng."]
        return _page(form, desk.code), 422
    try:
        with transaction() as session:
            command = PinProcedure(desk.id, _digit(form), code)
            pin(session, command, person=current_user, now=clock.now())
    except InvalidInput as error:
        status = show_refusal(form, error)
        return _page(form, desk.code), status
    flash("Đã ghim." if code else "Đã bỏ ghim.", "success")
    return redirect(url_for("reception.digit_keys", quay=desk.code), 303)


def _digit(form: PinForm) -> int:
    number = whole(form.digit.data or "") if (form.digit.data or "").strip() else None
    return -1 if number is None else number


def _desk(code: str | None) -> Desk:
    return page.own_desk(page.desks(reading(), clock.now().date()), code)


def _page(form: PinForm, desk_code: str | None) -> str:
    desk = _desk(desk_code)
    keys = {key.digit: key for key in commonprocedures.digit_keys(reading(), desk.id, clock.now())}
    return render_template(
        "reception/digit_keys.html",
        form=form,
        desk=desk,
        keys=keys,
        digits=commonprocedures.DIGITS,
        digit_choices=[(digit, str(digit)) for digit in commonprocedures.DIGITS],
    )
