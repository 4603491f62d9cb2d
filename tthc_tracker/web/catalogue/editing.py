"""Editing agencies and units."""

from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import agencies
from tthc_tracker.services import agencyediting
from tthc_tracker.web.access import requires
from tthc_tracker.web.catalogue.blueprint import blueprint
from tthc_tracker.web.catalogue.forms import AgencyForm, UnitForm
from tthc_tracker.web.conflicts import Saved, save
from tthc_tracker.web.forms import show, version_of
from tthc_tracker.web.unit_of_work import reading, transaction


def _page_or_404(code: str) -> agencies.AgencyPage:
    return agencies.agency_page(reading(), code) or abort(404)


def editable_or_403(code: str) -> agencies.AgencyPage:
    """The agency, if this person may edit it."""
    page = _page_or_404(code)
    if page.id not in agencyediting.catalogued_by(reading(), current_user):
        abort(403)
    return page


@blueprint.route("/danh-muc/co-quan/<code>/them", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def add_agency(code: str) -> ResponseReturnValue:
    """Add an agency below another."""
    above, form = editable_or_403(code), AgencyForm(parent_code=code)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                added = agencyediting.add_agency(
                    session, form.to_command(), actor=current_user, now=clock.now()
                )
            flash("Đã thêm cơ quan.", "success")
            return redirect(url_for("catalogue.agency", code=added))
        except InvalidInput as error:
            show(form, error)
    status = 422 if request.method == "POST" else 200
    return render_template("catalogue/agency_form.html", form=form, above=above, page=None), status


@blueprint.route("/danh-muc/co-quan/<code>/sua", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def edit_agency(code: str) -> ResponseReturnValue:
    """Change an agency."""
    page, saved = editable_or_403(code), Saved(200)
    form = AgencyForm.of(page)
    if request.method == "POST":
        verb = partial(agencyediting.edit_agency, actor=current_user, now=clock.now())
        stored = AgencyForm.of(page, formdata=None)
        saved = save(form, stored, lambda session: verb(session, code, version_of(form), form.to_command()))
    if saved.status == 303:
        flash("Đã lưu cơ quan.", "success")
        return redirect(url_for("catalogue.agency", code=code))
    shown: dict[str, Any] = {"form": form, "above": None, "page": page, "both": saved.both}
    return render_template("catalogue/agency_form.html", **shown), saved.status


@blueprint.route("/danh-muc/co-quan/<code>/don-vi", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def add_unit(code: str) -> ResponseReturnValue:
    """Add a unit to an agency."""
    return _unit_form(editable_or_403(code), None)


@blueprint.route("/danh-muc/co-quan/<code>/don-vi/<int:unit_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def edit_unit(code: str, unit_id: int) -> ResponseReturnValue:
    """Change a unit of an agency."""
    page = editable_or_403(code)
    unit = next((unit for unit in page.units if unit.id == unit_id), None) or abort(404)
    return _unit_form(page, unit)


def _unit_form(page: agencies.AgencyPage, unit: agencies.UnitLine | None) -> ResponseReturnValue:
    form, saved = UnitForm(obj=unit), Saved(200)
    if request.method == "POST":
        verb = partial(agencyediting.save_unit, actor=current_user, now=clock.now())
        unit_id, stored = unit.id if unit else None, UnitForm(formdata=None, obj=unit)
        saved = save(
            form,
            stored,
            lambda session: verb(session, page.code, unit_id, version_of(form), form.to_command()),
        )
    if saved.status == 303:
        flash("Đã lưu đơn vị.", "success")
        return redirect(url_for("catalogue.agency", code=page.code))
    shown: dict[str, Any] = {"form": form, "page": page, "unit": unit, "both": saved.both}
    return render_template("catalogue/unit_form.html", **shown), saved.status
