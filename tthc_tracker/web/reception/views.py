"""Receive a dossier, cancel it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    CodeSeriesExhausted,
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotNow,
    StaleVersion,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import reception
from tthc_tracker.services import reception as services
from tthc_tracker.services import receptionchanges as changes
from tthc_tracker.services import sameday
from tthc_tracker.services.acting import Target
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import STALE, version_of
from tthc_tracker.web.reception import page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.reception.forms import CancelForm, ReceptionForm
from tthc_tracker.web.unit_of_work import reading, transaction

TAKEN = "Biểu mẫu này đã được tiếp nhận trước đó: đây là hồ sơ đã có, không tạo hồ sơ mới."
EXHAUSTED = "Quầy đã dùng hết dải số trong ngày. Hãy báo quản trị viên đổi mẫu mã hồ sơ."
TOUCHED = "Hồ sơ đã có người xử lý hoặc đã đổi trạng thái nên không làm được việc này nữa."


@blueprint.get("/tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def receive() -> ResponseReturnValue:
    """The empty page, or the next one for the person of `theo`; `xong` is what was just given on the spot."""
    now = clock.minute()
    form = page.next_form(reading(), request.args.get("theo", ""), now)
    return page.render_new(reading(), form, now, done=request.args.get("xong", ""))


@blueprint.post("/tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def receive_form() -> ResponseReturnValue:
    """Receive what was typed, once, and go to the dossier; given on the spot, to the next reception."""
    form, at_once = ReceptionForm(), "at_once" in request.form
    try:
        code = _received(form, at_once=at_once)
    except DuplicateSubmission as error:
        flash(TAKEN, "info")
        return redirect(url_for("dossiers.show", code=error.outcome))
    except ConflictingSubmission:
        earlier = reception.made_by(reading(), form.submission_key.data or "", current_user.user_id)
        return page.render_new(reading(), form, clock.minute(), earlier=earlier), 409
    if code is None:
        return page.render_new(reading(), form, clock.minute()), 422
    after = url_for("reception.receive", xong=code) if at_once else url_for("dossiers.show", code=code, moi=1)
    return redirect(after, 303)


def _received(form: ReceptionForm, *, at_once: bool) -> str | None:
    """The code of the dossier that the form makes; None when the form has to be shown again."""
    now = clock.now()
    desk = page.offer(form, page.desks(reading(), now.date()))
    form.validate()
    facts = page.read_facts(reading(), form, now.date())
    if form.errors:
        return None
    key, along_with = form.submission_key.data or page.new_key(), form.along_with.data or ""
    command = services.ReceiveDossier(key, desk.id, facts, along_with=along_with)
    made = None if at_once else services.prepare_early(reading(), command, actor=current_user, now=now)
    asked: dict[str, Any] = {"actor": current_user, "now": now, "secret": page.secret()}
    try:
        with transaction(in_one_go=True) as session:
            if at_once:
                return sameday.resolve_at_once(session, sameday.ResolveAtOnce(command), **asked).code
            return services.receive(session, command, prepared=made, **asked).code
    except InvalidInput as error:
        form.refuse(error.field, error.message)
    except CodeSeriesExhausted:
        form.refuse("", EXHAUSTED)
    return None


@blueprint.post("/ho-so/<code>/huy-nhap-nham")
@requires(Permission.CANCEL_DOSSIER)
def cancel(code: str) -> ResponseReturnValue:
    """Cancel what was entered by mistake; without a reason, ask for it."""
    form = CancelForm()
    problem, status = _cancelled(form, code)
    if problem:
        asked_before = "reason" in request.form
        return render_template(
            "reception/cancel.html", form=form, code=code, problem=problem if asked_before else ""
        ), status
    flash("Đã huỷ hồ sơ nhập nhầm.", "success")
    return redirect(url_for("dossiers.show", code=code), 303)


def _cancelled(form: CancelForm, code: str) -> tuple[str, int]:
    """What stood in the way, in words, and the status of the answer; no words when it was cancelled."""
    command = changes.CancelReception(Target(code, version_of(form)), form.reason.data or "")
    try:
        with transaction() as session:
            changes.cancel(session, command, actor=current_user, now=clock.now())
    except InvalidInput as error:
        return error.message, 422
    except StaleVersion:
        return STALE, 409
    except NotNow:
        return f"{TOUCHED} Sau ngày hẹn trả chỉ người kiểm soát thủ tục được huỷ.", 409
    return "", 303
