"""A dossier's page and the acts on it: view = permission, form, one verb, redirect."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.services import handovers, personaldata, processing, release, steps
from tthc_tracker.web import acts
from tthc_tracker.web.access import requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.dossiers import forms, handoverforms, page
from tthc_tracker.web.dossiers.forms import ActionForm
from tthc_tracker.web.unit_of_work import reading

blueprint = Blueprint("dossiers", __name__, url_prefix="/ho-so")

CHANGED = (
    "Hồ sơ đã được cập nhật sau khi bạn mở trang. "
    "Nội dung bạn nhập vẫn còn; hãy xem việc vừa làm rồi gửi lại."
)
NOT_NOW = "Hồ sơ đã chuyển trạng thái nên không làm được việc này nữa. Trang đã hiện bản mới."


@blueprint.get("/<code>")
@requires(Permission.VIEW_DOSSIERS)
def show(code: str) -> ResponseReturnValue:
    """The page of a dossier."""
    return page.render(reading(), code, clock.now())


@blueprint.post("/<code>/hien-day-du")
@requires(Permission.VIEW_PERSONAL)
def show_personal(code: str) -> ResponseReturnValue:
    """The same page once, with the numbers of its people; that it was seen is noted first."""
    form = forms.ShowPersonalForm()
    try:
        acts.carry_out(form, personaldata.show, lambda: form.to_command(code), not_now=NOT_NOW)
    except RefusedError as no:
        return page.render(reading(), code, clock.now(), show_form=form), no.status
    return page.render(reading(), code, clock.now(), shown=True)


@blueprint.post("/<code>/phan-cong")
@requires(Permission.ASSIGN_DOSSIERS)
def assign(code: str) -> ResponseReturnValue:
    """Give it to a unit, an officer, or both."""
    return _carry_out(code, forms.AssignForm(), processing.assign, "Đã phân công.")


@blueprint.post("/<code>/chuyen")
@requires(Permission.HAND_OVER)
def hand_over(code: str) -> ResponseReturnValue:
    """Pass it on to another unit."""
    return _carry_out(code, forms.HandOverForm(), processing.hand_over, "Đã chuyển hồ sơ.")


@blueprint.post("/<code>/ghi-chu")
@requires(Permission.ADD_NOTE)
def note(code: str) -> ResponseReturnValue:
    """Write a remark into its history."""
    return _carry_out(code, forms.NoteForm(), processing.note, "Đã ghi.")


@blueprint.post("/<code>/xu-ly-xong")
@requires(Permission.FINISH_DOSSIER)
def finish(code: str) -> ResponseReturnValue:
    """The result is ready."""
    verb = partial(release.finish, mail_domain=_mail_domain())
    return _carry_out(code, forms.FinishForm(), verb, "Đã ghi nhận kết quả.")


@blueprint.post("/<code>/chuyen-ket-qua")
@requires(Permission.FINISH_DOSSIER)
def send_result(code: str) -> ResponseReturnValue:
    """The result goes to the desk, which confirms it."""
    done = "Đã chuyển kết quả, chờ một cửa xác nhận."
    return _carry_out(code, handoverforms.SendResultForm(), handovers.send_result, done)


@blueprint.post("/<code>/nhan-ket-qua")
@requires(Permission.FINISH_DOSSIER)
def confirm_result(code: str) -> ResponseReturnValue:
    """The result has arrived at the desk: the finish."""
    verb = partial(release.confirm_result, mail_domain=_mail_domain())
    return _carry_out(code, handoverforms.ConfirmResultForm(), verb, "Đã xác nhận kết quả về một cửa.")


@blueprint.post("/<code>/xac-nhan")
@requires(Permission.HAND_OVER)
def confirm_handover(code: str) -> ResponseReturnValue:
    """The papers have arrived."""
    return _carry_out(code, handoverforms.ConfirmHandoverForm(), handovers.confirm, "Đã xác nhận.")


@blueprint.post("/<code>/khong-nhan")
@requires(Permission.HAND_OVER)
def reject_handover(code: str) -> ResponseReturnValue:
    """What was handed over is not taken."""
    done = "Đã trả lại nơi chuyển."
    return _carry_out(code, handoverforms.RejectHandoverForm(), handovers.reject, done)


@blueprint.post("/<code>/lay-lai")
@requires(Permission.HAND_OVER)
def take_back(code: str) -> ResponseReturnValue:
    """Handed over by mistake, and nobody has answered."""
    return _carry_out(code, handoverforms.TakeBackForm(), handovers.take_back, "Đã lấy lại hồ sơ.")


@blueprint.post("/<code>/tra-mot-cua")
@requires(Permission.HAND_OVER)
def send_back(code: str) -> ResponseReturnValue:
    """Give it back to the desk."""
    return _carry_out(code, handoverforms.SendBackForm(), handovers.send_back, "Đã trả hồ sơ về một cửa.")


@blueprint.post("/<code>/chuyen-buoc")
@requires(Permission.HAND_OVER)
def next_step(code: str) -> ResponseReturnValue:
    """This step is done: on to the next."""
    done = "Đã chuyển bước tiếp theo."
    return _carry_out(code, handoverforms.NextStepForm(), steps.next_step, done)


@blueprint.post("/<code>/tra-buoc-truoc")
@requires(Permission.HAND_OVER)
def return_step(code: str) -> ResponseReturnValue:
    """Back to the step before."""
    return _carry_out(code, handoverforms.ReturnStepForm(), steps.return_step, "Đã trả lại bước trước.")


@blueprint.post("/<code>/nhac-nhan-ket-qua")
@requires(Permission.RETURN_RESULT)
def remind(code: str) -> ResponseReturnValue:
    """Tell the applicant once more that the result waits."""
    verb = partial(release.remind, mail_domain=_mail_domain())
    return _carry_out(code, handoverforms.RemindForm(), verb, "Đã gửi thư nhắc người nộp.")


@blueprint.post("/<code>/tra-ket-qua")
@requires(Permission.RETURN_RESULT)
def return_result(code: str) -> ResponseReturnValue:
    """The result is handed over."""
    return _carry_out(code, forms.ReturnForm(), release.return_result, "Đã trả kết quả.")


@blueprint.post("/<code>/so-hoa-ket-qua")
@requires(Permission.FINISH_DOSSIER)
def note_digitised(code: str) -> ResponseReturnValue:
    """Whether its result is kept digitised."""
    done = "Đã ghi việc số hóa kết quả."
    return _carry_out(code, forms.NoteDigitisedForm(), release.note_digitised, done)


@blueprint.post("/<code>/rut")
@requires(Permission.WITHDRAW_DOSSIER)
def withdraw(code: str) -> ResponseReturnValue:
    """The applicant takes it back."""
    return _carry_out(code, forms.WithdrawForm(), release.withdraw, "Đã ghi nhận việc rút hồ sơ.")


@blueprint.post("/<code>/mo-lai")
@requires(Permission.FINISH_DOSSIER)
def reopen(code: str) -> ResponseReturnValue:
    """A finish noted by mistake is taken back."""
    return _carry_out(code, forms.ReopenForm(), release.reopen, "Đã hoàn tác: hồ sơ đang xử lý như trước.")


def _mail_domain() -> str:
    return str(current_app.config["SETTINGS"].mail_domain)


def _carry_out(code: str, form: ActionForm, verb: Callable[..., Any], done: str) -> ResponseReturnValue:
    """Carry out one act; a refused one shows the page again with what was typed."""
    try:
        acts.carry_out(form, verb, lambda: form.to_command(code), not_now=NOT_NOW, changed=CHANGED)
    except RefusedError as no:
        since = form.version.data if no.status == 409 else None
        shown = page.render(reading(), code, clock.now(), refused=form, errors=no.errors, since=since)
        return shown, no.status
    flash(done, "success")
    return redirect(url_for("dossiers.show", code=code))
