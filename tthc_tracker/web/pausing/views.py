"""Hold a clock, let it go on, stop a dossier: view = permission, form, one verb, redirect."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers
from tthc_tracker.services import pausing, stopping
from tthc_tracker.services.reckoning import Moved
from tthc_tracker.web import acts
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.pausing import forms, page
from tthc_tracker.web.pausing.blueprint import blueprint
from tthc_tracker.web.pausing.forms import PauseForm
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording.pausing import moved

NOT_NOW = "Hồ sơ đã chuyển trạng thái hoặc đang tạm dừng nên không làm được việc này nữa."
SAME_DATE = "Hồ sơ được giải quyết tiếp; ngày hẹn trả không đổi."


@blueprint.get("/ho-so/<code>/tam-dung")
@requires(Permission.PAUSE_DOSSIER)
def dossier(code: str) -> ResponseReturnValue:
    """What may be done to this clock, and what it would do to the promise."""
    demand(Permission.PAUSE_DOSSIER, code)
    return page.render(reading(), dossiers.find(reading(), code, current_user.scope), clock.now())


@blueprint.post("/ho-so/<code>/tam-dung/bo-sung")
@requires(Permission.PAUSE_DOSSIER)
def ask_supplement(code: str) -> ResponseReturnValue:
    """Ask for all that is missing; the slip is offered on the dossier's page."""
    said = "Đã yêu cầu bổ sung. Hãy in phiếu nếu cần giao tận tay."
    return _carry_out(code, forms.AskForm(), pausing.ask_supplement, said)


@blueprint.post("/ho-so/<code>/tam-dung/cho")
@requires(Permission.PAUSE_DOSSIER)
def wait(code: str) -> ResponseReturnValue:
    """Wait for payment, an opinion, a survey, a posting."""
    return _carry_out(code, forms.WaitForm(), pausing.pause, "Đã ghi nhận việc chờ.")


@blueprint.post("/ho-so/<code>/tam-dung/tiep-tuc")
@requires(Permission.PAUSE_DOSSIER)
def resume(code: str) -> ResponseReturnValue:
    """The answer has come: the clock goes on."""
    return _carry_out(code, forms.ResumeForm(), pausing.resume, SAME_DATE)


@blueprint.post("/ho-so/<code>/tam-dung/dung")
@requires(Permission.WITHDRAW_DOSSIER)
def stop(code: str) -> ResponseReturnValue:
    """Stop it; the notice is offered on the dossier's page."""
    said = "Đã dừng giải quyết. Hãy in thông báo cho người nộp."
    return _carry_out(code, forms.StopForm(), stopping.stop, said)


def _carry_out(code: str, form: PauseForm, verb: Callable[..., Any], said: str) -> ResponseReturnValue:
    """Carry out one act; a refused one shows the page again with what was typed."""

    def command() -> Any:
        view = dossiers.find(reading(), code, current_user.scope)
        return form.to_command(code, page.required_papers(reading(), view))

    done = partial(verb, mail_domain=str(current_app.config["SETTINGS"].mail_domain))
    try:
        outcome = acts.carry_out(form, done, command, not_now=NOT_NOW)
    except RefusedError as no:
        view = dossiers.find(reading(), code, current_user.scope)
        return page.render(reading(), view, clock.now(), refused=form, errors=no.errors), no.status
    flash(moved(outcome.old, outcome.new) if isinstance(outcome, Moved) else said, "success")
    return redirect(url_for("dossiers.show", code=code), 303)
