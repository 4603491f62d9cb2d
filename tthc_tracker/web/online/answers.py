"""Answer a dossier of the queue: view = permission, form, one verb, redirect."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers
from tthc_tracker.services import answering
from tthc_tracker.services.answering import Sender
from tthc_tracker.web import acts
from tthc_tracker.web.access import requires
from tthc_tracker.web.acts import RefusedError
from tthc_tracker.web.online import forms, page
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.online.forms import AnswerForm
from tthc_tracker.web.unit_of_work import reading

NOT_NOW = "Hồ sơ đã được trả lời hoặc đã chuyển trạng thái nên không làm được việc này nữa."


@blueprint.get("/ho-so/<code>/tra-loi")
@requires(Permission.RECEIVE_DOSSIERS)
def answer(code: str) -> ResponseReturnValue:
    """The page of an answer; a dossier that has its answer is shown as it is."""
    view = dossiers.find(reading(), code, current_user.scope)
    if view.dossier.accepted_at is not None or view.dossier.closed_at is not None:
        return redirect(url_for("dossiers.show", code=code))
    return page.render(reading(), view, clock.now())


@blueprint.post("/ho-so/<code>/tra-loi/tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def accept(code: str) -> ResponseReturnValue:
    """Accept it; its receipt is offered on its page."""
    verb = partial(answering.accept, sender=_sender())
    done = redirect(url_for("dossiers.show", code=code, moi=1), 303)
    return _carry_out(code, forms.AcceptForm(), verb, "Đã tiếp nhận.", done)


@blueprint.post("/ho-so/<code>/tra-loi/bo-sung")
@requires(Permission.RECEIVE_DOSSIERS)
def ask_supplement(code: str) -> ResponseReturnValue:
    """Ask for all that is missing; the slip is offered on the dossier's page."""
    verb = partial(answering.ask_supplement, sender=_sender())
    return _carry_out(code, forms.AskForm(), verb, "Đã yêu cầu bổ sung. Hãy in phiếu nếu cần giao tận tay.")


@blueprint.post("/ho-so/<code>/tra-loi/tu-choi")
@requires(Permission.RECEIVE_DOSSIERS)
def refuse(code: str) -> ResponseReturnValue:
    """Refuse it; the slip is offered on the dossier's page."""
    verb = partial(answering.refuse, sender=_sender())
    said = "Đã từ chối tiếp nhận. Hãy in phiếu nếu cần giao tận tay."
    return _carry_out(code, forms.RefuseForm(), verb, said)


@blueprint.post("/ho-so/<code>/tra-loi/da-bo-sung")
@requires(Permission.RECEIVE_DOSSIERS)
def resubmit(code: str) -> ResponseReturnValue:
    """The applicant has brought what was missing: back to the page, to be answered."""
    done = redirect(url_for("online.answer", code=code), 303)
    said = "Đã ghi nhận bổ sung: hạn tiếp nhận được tính lại từ lúc bổ sung."
    return _carry_out(code, forms.ResubmitForm(), answering.note_resubmission, said, done)


@blueprint.post("/ho-so/<code>/tra-loi/da-tiep-nhan-o-nguon")
@requires(Permission.RECEIVE_DOSSIERS)
def mark_at_source(code: str) -> ResponseReturnValue:
    """Answered in its own source: marked until that source's next file."""
    done = redirect(url_for("online.queue"), 303)
    said = f"Đã đánh dấu {code}: đã tiếp nhận trên Cổng, chờ đồng bộ."
    return _carry_out(code, forms.MarkForm(), answering.mark_at_source, said, done)


def _sender() -> Sender:
    settings = current_app.config["SETTINGS"]
    return Sender(settings.mail_domain, settings.secret_key)


def _carry_out(
    code: str, form: AnswerForm, verb: Callable[..., Any], said: str, done: Any = None
) -> ResponseReturnValue:
    """Carry out one answer; a refused one shows the page again with what was typed."""

    def command() -> Any:
        view = dossiers.find(reading(), code, current_user.scope)
        return form.to_command(code, page.required_papers(reading(), view))

    try:
        acts.carry_out(form, verb, command, not_now=NOT_NOW)
    except RefusedError as no:
        view = dossiers.find(reading(), code, current_user.scope)
        return page.render(reading(), view, clock.now(), refused=form, errors=no.errors), no.status
    flash(said, "success")
    return done or redirect(url_for("dossiers.show", code=code), 303)
