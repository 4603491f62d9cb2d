"""Columns and density chosen, views saved, opened and removed."""

from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import keptlists
from tthc_tracker.queries.keptlists import DENSITIES
from tthc_tracker.services.keptlists import SaveView, SetColumns, remove_view, save_view, set_columns
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage, address_of
from tthc_tracker.web.lists.blueprint import blueprint
from tthc_tracker.web.lists.page import opened
from tthc_tracker.web.unit_of_work import reading, transaction

SAVED = "Đã lưu chế độ xem “{}”."


@blueprint.post("/danh-sach/<name>/cot")
@requires(Permission.VIEW_DOSSIERS)
def set_list_columns(name: str) -> ResponseReturnValue:
    """Keep which columns this list shows to me, and how dense lists are."""
    page = opened(name)
    reset = bool(request.form.get("reset"))
    keys = () if reset else tuple(column.key for column in page.kept.columns.chosen(_chosen()))
    command = SetColumns(name, keys, DENSITIES[0] if reset else request.form.get("density", DENSITIES[0]))
    try:
        with transaction() as session:
            set_columns(session, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        flash(fault.message, "error")
    return redirect(_address(page.name, page.addressed))


def _chosen() -> list[str]:
    return [key for key in request.form.getlist("column") if key]


@blueprint.post("/danh-sach/<name>/che-do-xem")
@requires(Permission.VIEW_DOSSIERS)
def save_list_view(name: str) -> ResponseReturnValue:
    """Keep filters, order, columns and density under a name."""
    page = opened(name)
    command = _to_save(page)
    try:
        with transaction() as session:
            view_id = save_view(session, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        flash(fault.message, "error")
        return redirect(address_of(name) + "?" + page.exact)
    flash(SAVED.format(command.name), "success")
    return redirect(url_for("lists.open_view", view_id=view_id))


def _to_save(page: ListPage) -> SaveView:
    keys = tuple(column.key for column in page.columns)
    typed, shared = request.form.get("name", ""), bool(request.form.get("shared"))
    return SaveView(page.name, " ".join(typed.split()), page.told, keys, page.density, shared)


@blueprint.get("/danh-sach/che-do-xem/<int:view_id>")
@requires(Permission.VIEW_DOSSIERS)
def open_view(view_id: int) -> ResponseReturnValue:
    """The list as the view keeps it."""
    view = keptlists.view(reading(), view_id, current_user.user_id, current_user.memberships)
    look = {"columns": ",".join(view.columns), "density": view.density}
    return redirect(_address(view.list_name, view.question | look))


@blueprint.post("/danh-sach/che-do-xem/<int:view_id>/xoa")
@requires(Permission.VIEW_DOSSIERS)
def remove_list_view(view_id: int) -> ResponseReturnValue:
    """Remove a view of mine."""
    with transaction() as session:
        name = remove_view(session, view_id, person=current_user, now=clock.now())
    flash("Đã xoá chế độ xem.", "success")
    return redirect(address_of(name))


def _address(name: str, question: dict[str, str]) -> str:
    return address_of(name) + ("?" + urlencode(question) if question else "")
