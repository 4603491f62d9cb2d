"""The list of keys, a new key shown once, and a key revoked."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotNow,
)
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import apitokens as queries
from tthc_tracker.queries.catalogue import sources
from tthc_tracker.services import apitokens as services
from tthc_tracker.services.apitokens import RotateToken
from tthc_tracker.web.access import requires
from tthc_tracker.web.apitokens.forms import RotateForm, TokenForm
from tthc_tracker.web.forms import show
from tthc_tracker.web.unit_of_work import reading, transaction

blueprint = Blueprint("apitokens", __name__)

ONLY_THE_WHOLE = (
    "Khoá mở hồ sơ của cả nguồn ở mọi cơ quan, nên chỉ quản trị viên của cơ quan cao nhất cấp và thu hồi."
)
NO_VALID_KEY = "Khoá này không còn hiệu lực nên không đổi được; hãy cấp khoá mới."
ISSUED_ALREADY = "Khoá này đã cấp rồi và chỉ hiện một lần. Nếu chưa kịp chép, hãy thu hồi rồi cấp khoá khác."


def _form() -> TokenForm:
    form = TokenForm()
    form.offer(sources(reading()))
    return form


def _page(form: TokenForm, status: int = 200) -> ResponseReturnValue:
    session = reading()
    manages = services.may_manage(session, current_user)
    lines = queries.tokens(session) if manages else []
    body = render_template(
        "apitokens/index.html", form=form, lines=lines, manages=manages, now=clock.now(), why=ONLY_THE_WHOLE
    )
    return body, status


@blueprint.get("/khoa-ket-noi")
@requires(Permission.MANAGE_API_TOKENS)
def index() -> ResponseReturnValue:
    """Every key with its source, scopes and last use."""
    return _page(_form())


@blueprint.post("/khoa-ket-noi")
@requires(Permission.MANAGE_API_TOKENS)
def issue() -> ResponseReturnValue:
    """Issue a key; it is shown once and kept nowhere."""
    form = _form()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                command = form.to_command()
                _, token = services.issue(session, command, actor=current_user, now=clock.now())
            return _shown(token, f"«{command.name}»")
        except InvalidInput as error:
            show(form, error)
        except (DuplicateSubmission, ConflictingSubmission):
            form.form_errors.append(ISSUED_ALREADY)
        except NotAllowed:
            form.form_errors.append(ONLY_THE_WHOLE)
    return _page(form, 422)


def _shown(token: str, called: str) -> ResponseReturnValue:
    return render_template("apitokens/issued.html", token=token, called=called)


def _rotating(token_id: int, form: RotateForm, status: int = 200) -> ResponseReturnValue:
    """The page on which a key is replaced; without a right to it, or a valid key, the list says so."""
    session = reading()
    lines = queries.tokens(session) if services.may_manage(session, current_user) else []
    line = next((each for each in lines if each.id == token_id and each.is_valid(clock.now())), None)
    if line is None:
        flash(NO_VALID_KEY if lines else ONLY_THE_WHOLE, "danger")
        return redirect(url_for("apitokens.index"))
    form.offer()
    return render_template("apitokens/rotate.html", form=form, line=line), status


@blueprint.get("/khoa-ket-noi/<int:token_id>/doi-khoa")
@requires(Permission.MANAGE_API_TOKENS)
def rotate(token_id: int) -> ResponseReturnValue:
    """A new key in the place of an old one."""
    return _rotating(token_id, RotateForm())


@blueprint.post("/khoa-ket-noi/<int:token_id>/doi-khoa")
@requires(Permission.MANAGE_API_TOKENS)
def replace(token_id: int) -> ResponseReturnValue:
    """Issue the new key and show it once; the old one goes on for as long as was chosen."""
    form = RotateForm()
    if form.validate_on_submit():
        command = RotateToken(token_id, int(form.hours.data), form.submission_key.data or "")
        try:
            with transaction() as session:
                number, token = services.rotate(session, command, actor=current_user, now=clock.now())
            return _shown(token, f"số {number}, thay khoá số {token_id}")
        except (DuplicateSubmission, ConflictingSubmission):
            form.form_errors.append(ISSUED_ALREADY)
        except NotNow as refusal:
            form.form_errors.append(str(refusal))
        except (NotAllowed, NotFound):
            return _rotating(token_id, form)
    return _rotating(token_id, form, 422)


@blueprint.post("/khoa-ket-noi/<int:token_id>/thu-hoi")
@requires(Permission.MANAGE_API_TOKENS)
def revoke(token_id: int) -> ResponseReturnValue:
    """Make a key worth nothing from now on."""
    try:
        with transaction() as session:
            services.revoke(session, token_id, actor=current_user, now=clock.now())
        flash("Đã thu hồi khoá. Hệ thống dùng khoá này không gọi được nữa.", "success")
    except NotAllowed:
        flash(ONLY_THE_WHOLE, "danger")
    return redirect(url_for("apitokens.index"))
