"""The people of an administrator's subtree."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, StaleVersion
from tthc_tracker.domain.permissions import Permission, Role
from tthc_tracker.queries import people as queries
from tthc_tracker.queries import scoping
from tthc_tracker.queries.agencies import agency_id
from tthc_tracker.queries.people import PAGE, PeopleSearch, PersonPage
from tthc_tracker.services import accounts as services
from tthc_tracker.services import people as changes
from tthc_tracker.services import refusedaddresses
from tthc_tracker.web.access import requires
from tthc_tracker.web.accounts import peopleforms
from tthc_tracker.web.accounts.blueprint import blueprint
from tthc_tracker.web.accounts.peopleforms import EditForm, InviteForm, RolesForm, memberships_of
from tthc_tracker.web.conflicts import CHANGED, STORED, Difference, Saved, save
from tthc_tracker.web.forms import show, version_of
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording.accounts import action_words
from tthc_tracker.wording.mails import CLEARED


def _search() -> PeopleSearch:
    session, args = reading(), request.args
    managed = services.managed_by(session, current_user)
    chosen = agency_id(session, args.get("agency", "").strip())
    ids = managed & scoping.subtree(session, chosen) if chosen else managed
    role = args.get("role", "")
    return PeopleSearch(
        args.get("q", "").strip()[:100],
        Role(role) if role in set(Role) else None,
        ids,
        only_closed=args.get("state") == "closed",
        only_refused=args.get("state") == "refused",
    )


def _after() -> int:
    text = request.args.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@blueprint.get("/nguoi-dung")
@requires(Permission.MANAGE_ACCOUNTS)
def people() -> ResponseReturnValue:
    """Who works in the agencies one administers."""
    search, after = _search(), _after()
    lines = queries.people(reading(), search, after=after)
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after" and value}
    return render_template(
        "accounts/people.html",
        lines=lines[:PAGE],
        search=search,
        agency=request.args.get("agency", ""),
        roles=list(Role),
        next_url=url_for("accounts.people", **kept | {"after": lines[PAGE - 1].id})
        if len(lines) > PAGE
        else None,
        first_url=url_for("accounts.people", **kept) if after else None,
    )


@blueprint.route("/nguoi-dung/moi", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def invite() -> ResponseReturnValue:
    """Invite somebody; the link is shown once and kept nowhere."""
    form = InviteForm(agency=current_user.home_agency_code)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                command = form.to_command(session)
                user_id, token = services.invite(session, command, actor=current_user, now=clock.now())
            return _link_page(user_id, token)
        except InvalidInput as error:
            show(form, error)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/invite.html", form=form), status


def _link_page(user_id: int, token: str) -> str:
    page = queries.person_page(reading(), user_id, clock.now())
    link = f"{current_app.config['SETTINGS'].public_url}/lien-ket/{token}"
    return render_template("accounts/link.html", page=page, link=link)


def _manageable(user_id: int) -> PersonPage:
    """The person, if any of his roles lies where one administers."""
    session = reading()
    page = queries.person_page(session, user_id, clock.now()) or abort(404)
    managed = services.managed_by(session, current_user)
    if not any(held.membership.agency_id in managed for held in page.held):
        abort(404)
    return page


def _person(
    page: PersonPage,
    form: EditForm,
    roles: RolesForm,
    saved: Saved,
    both_roles: list[Difference] | None = None,
) -> ResponseReturnValue:
    managed = services.managed_by(reading(), current_user)
    body = render_template(
        "accounts/person.html",
        page=page,
        form=form,
        roles=roles,
        kept=peopleforms.kept_keys() if both_roles else None,
        both=saved.both,
        both_roles=both_roles or (),
        managed=managed,
        whole=all(held.membership.agency_id in managed for held in page.held),
        oneself=page.id == current_user.user_id,
        action_words=action_words,
    )
    return body, saved.status


@blueprint.route("/nguoi-dung/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def person(user_id: int) -> ResponseReturnValue:
    """One account; sent, its name, address, title and phone."""
    page, form, saved = _manageable(user_id), EditForm(), Saved(200)
    stored = EditForm(formdata=None, obj=page)
    if request.method == "POST":
        verb = partial(changes.edit, actor=current_user, now=clock.now())
        saved = save(
            form, stored, lambda session: verb(session, user_id, version_of(form), form.to_command())
        )
    if saved.status == 303:
        flash("Đã lưu thông tin.", "success")
        return redirect(url_for("accounts.person", user_id=user_id))
    shown = form if request.method == "POST" else stored
    return _person(page, shown, RolesForm(formdata=None), saved)


@blueprint.post("/nguoi-dung/<int:user_id>/vai-tro")
@requires(Permission.MANAGE_ACCOUNTS)
def give_roles(user_id: int) -> ResponseReturnValue:
    """Give somebody other roles; he signs in anew."""
    page, form = _manageable(user_id), RolesForm()
    status = _given(user_id, form)
    if status == 303:
        return redirect(url_for("accounts.person", user_id=user_id))
    both = peopleforms.beside(page, form) if status == 409 else []
    return _person(page, EditForm(formdata=None, obj=page), form, Saved(status), both)


def _given(user_id: int, form: RolesForm) -> int:
    """The status of the answer; 409 while two people's roles are to be chosen between."""
    if not form.validate():
        return 422
    if (chosen := peopleforms.chosen()) == STORED:
        flash("Giữ vai trò đang lưu, không đổi gì.", "info")
        return 303
    try:
        with transaction() as session:
            held, version = memberships_of(session, form), version_of(form)
            if chosen == "":
                raise StaleVersion
            changes.give_roles(session, user_id, version, held, actor=current_user, now=clock.now())
    except InvalidInput as error:
        return show(form, error)
    except StaleVersion:
        form.form_errors.append(CHANGED)
        return 409
    flash("Đã đổi vai trò. Người này cần đăng nhập lại.", "success")
    return 303


@blueprint.post("/nguoi-dung/<int:user_id>/lien-ket")
@requires(Permission.MANAGE_ACCOUNTS)
def reset_link(user_id: int) -> ResponseReturnValue:
    """Give somebody a one-time link to set a password by."""
    _manageable(user_id)
    with transaction() as session:
        token = services.reset_link(session, user_id, actor=current_user, now=clock.now())
    return _link_page(user_id, token)


def _do(user_id: int, said: str, verb: Callable[[Session], None]) -> ResponseReturnValue:
    _manageable(user_id)
    try:
        with transaction() as session:
            verb(session)
        flash(said, "success")
    except StaleVersion:
        flash("Người khác vừa sửa tài khoản này. Hãy xem lại rồi làm tiếp.", "warning")
    return redirect(url_for("accounts.person", user_id=user_id))


@blueprint.post("/nguoi-dung/<int:user_id>/ket-thuc-phien")
@requires(Permission.MANAGE_ACCOUNTS)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""

    def verb(session: Session) -> None:
        changes.end_sessions(session, user_id, actor=current_user, now=clock.now())

    return _do(user_id, "Đã kết thúc mọi phiên đăng nhập.", verb)


@blueprint.post("/nguoi-dung/<int:user_id>/buoc-doi-mat-khau")
@requires(Permission.MANAGE_ACCOUNTS)
def require_new_password(user_id: int) -> ResponseReturnValue:
    """Make somebody choose a new password at the next sign-in."""

    def verb(session: Session) -> None:
        changes.require_new_password(session, user_id, actor=current_user, now=clock.now())

    return _do(user_id, "Lần đăng nhập tới, người này phải đổi mật khẩu.", verb)


@blueprint.post("/nguoi-dung/<int:user_id>/thu-nhan-duoc")
@requires(Permission.MANAGE_ACCOUNTS)
def clear_refused(user_id: int) -> ResponseReturnValue:
    """Say that somebody's address takes mail again."""

    def verb(session: Session) -> None:
        refusedaddresses.clear(session, user_id, actor=current_user, now=clock.now())

    return _do(user_id, CLEARED, verb)


@blueprint.post("/nguoi-dung/<int:user_id>/<any(khoa,'mo-lai'):what>")
@requires(Permission.MANAGE_ACCOUNTS)
def set_active(user_id: int, what: str) -> ResponseReturnValue:
    """Close an account, or open it again."""
    version, active = version_of(RolesForm()), what == "mo-lai"

    def verb(session: Session) -> None:
        changes.set_active(session, user_id, version, active=active, actor=current_user, now=clock.now())

    return _do(user_id, "Đã mở lại tài khoản." if active else "Đã khoá tài khoản.", verb)
