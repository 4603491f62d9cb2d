"""Sign in, sign out, one's own password, one-time links."""

import json

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.queries import accounts
from tthc_tracker.services import accounts as services
from tthc_tracker.services import logins
from tthc_tracker.web.access import local_path, public, signed_in
from tthc_tracker.web.accounts import session
from tthc_tracker.web.accounts.blueprint import blueprint
from tthc_tracker.web.accounts.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from tthc_tracker.web.unit_of_work import reading

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
TOO_MANY = (
    "Quá nhiều lần thử. Hãy đợi 15 phút rồi thử lại, hoặc nhờ quản trị viên gửi liên kết đặt lại mật khẩu."
)


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; for a script only its form, to be shown over the page left open."""
    form = SignInForm()
    if request.method != "POST":  # HEAD is answered as GET is
        if current_user.is_authenticated and not _over_a_page():
            return redirect(_home())
        return _sign_in_page(form)
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        token = session.sign_in(form.username.data or "", form.password.data or "")
    except session.WrongCredentialsError:
        return _sign_in_page(form, WRONG), 422
    except NotNow:
        return _sign_in_page(form, TOO_MANY), 429
    return session.keep(_let_in(), token)


def _over_a_page() -> bool:
    return bool(request.headers.get("HX-Request"))


def _home() -> str:
    return local_path(request.values.get("next")) or "/"


def _sign_in_page(form: SignInForm, problem: str = "") -> str:
    template = "accounts/_sign_in_form.html" if _over_a_page() else "accounts/sign_in.html"
    form.next.data = local_path(request.values.get("next")) or ""
    people = accounts.demo_people(reading()) if current_app.config["SETTINGS"].demo else []
    return render_template(
        template, form=form, problem=problem, people=people, demo_password=services.DEMO_PASSWORD
    )


def _let_in() -> Response:
    if not _over_a_page():
        return make_response(redirect(_home()))
    # The page stays as it is, everything typed in it too; its form tokens are given anew.
    response = make_response("", 204)
    response.headers["HX-Trigger"] = json.dumps({"tthc:signed-in": {"csrf": generate_csrf()}})
    return response


@blueprint.post("/dang-xuat")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session."""
    session.sign_out()
    return session.forget(make_response(redirect(url_for("accounts.sign_in"))))


@blueprint.get("/phien")
@signed_in
def still_there() -> ResponseReturnValue:
    """Answer a script that asks whether the session stands (otherwise the guard says 401)."""
    return "", 204


@blueprint.route("/tai-khoan/mat-khau", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password; every session of the account ends, this browser gets a new one."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            token = session.change_password(form.current.data or "", form.password.data or "")
        except InvalidInput as error:
            form[error.field].errors = [error.message]
        else:
            flash("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.", "success")
            return session.keep(make_response(redirect("/")), token)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/change_password.html", form=form), status


@blueprint.route("/lien-ket/<token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    """Set a password by a one-time link (invitation or reset)."""
    invitation = accounts.invitation(reading(), logins.token_hash(token), clock.now())
    if invitation is None:
        return render_template("accounts/link_over.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            return session.keep(make_response(redirect("/")), session.redeem(token, form.password.data or ""))
        except InvalidInput as error:
            form[error.field].errors = [error.message]
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/use_link.html", form=form, invitation=invitation, token=token), status
