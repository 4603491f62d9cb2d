"""Editing agencies and units."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, StaleVersion
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import agencies
from tthc_tracker.services import agencyediting
from tthc_tracker.web.access import requires
from tthc_tracker.web.catalogue.blueprint import blueprint
from tthc_tracker.web.catalogue.forms import AgencyForm, UnitForm
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
    page, status = editable_or_403(code), 422
    form = AgencyForm.of(page)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                agencyediting.edit_agency(
                    session, code, version_of(form), form.to_command(), actor=current_user, now=clock.now()
                )
            flash("Đã lưu cơ quan.", "success")
            return redirect(url_for("catalogue.agency", code=code))
        except (InvalidInput, StaleVersion) as error:
            status = show(form, error)
    status = status if request.method == "POST" else 200
    return render_template("catalogue/agency_form.html", form=form, above=None, page=page), status


@blueprint.route("/danh-muc/co-quan/<code>/don-vi", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def add_unit(code: str) -> ResponseReturnValue:
    """Add a unit to an agency."""
    return _unit_form(editable_or_403(code), None, UnitForm())


@blueprint.route("/danh-muc/co-quan/<code>/don-vi/<int:unit_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def edit_unit(code: str, unit_id: int) -> ResponseReturnValue:
    """Change a unit of an agency."""
    page = editable_or_403(code)
    unit = next((unit for unit in page.units if unit.id == unit_id), None) or abort(404)
    return _unit_form(page, unit, UnitForm(obj=unit))


def _unit_form(
    page: agencies.AgencyPage, unit: agencies.UnitLine | None, form: UnitForm
) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                agencyediting.save_unit(
                    session, page.code, unit.id if unit else None, version_of(form), form.to_command(),
                    actor=current_user, now=clock.now(),
                )  # fmt: skip
            flash("Đã lưu đơn vị.", "success")
            return redirect(url_for("catalogue.agency", code=page.code))
        except (InvalidInput, StaleVersion) as error:
            status = show(form, error)
    return render_template("catalogue/unit_form.html", form=form, page=page, unit=unit), status
