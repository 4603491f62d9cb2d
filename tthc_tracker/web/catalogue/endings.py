"""An agency ends: who takes over what, looked at before it is done."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, StaleVersion
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import successions
from tthc_tracker.queries.agencies import AgencyPage
from tthc_tracker.queries.successions import Preview
from tthc_tracker.services import endings
from tthc_tracker.web.access import requires
from tthc_tracker.web.catalogue.blueprint import blueprint
from tthc_tracker.web.catalogue.editing import editable_or_403
from tthc_tracker.web.catalogue.endingforms import EndingForm, ending_form
from tthc_tracker.web.forms import show
from tthc_tracker.web.unit_of_work import reading, transaction

Sectors = Sequence[tuple[str, str, int]]


@blueprint.route("/danh-muc/co-quan/<code>/ket-thuc", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def end_agency(code: str) -> ResponseReturnValue:
    """Give an agency its last day and its heirs; the first sending only shows what would go where."""
    page = editable_or_403(code)
    sectors = successions.sectors_with_work(reading(), page.id)
    form, preview, status = ending_form(page, sectors), None, 422
    if form.validate_on_submit():
        try:
            if request.form.get("act") == "end":
                return _end(form)
            preview, status = _preview(form), 200
        except (InvalidInput, StaleVersion) as error:
            status = show(form, error)
    status = status if request.method == "POST" else 200
    return render_template(
        "catalogue/ending.html", form=form, page=page, sectors=sectors, preview=preview
    ), status


def _preview(form: EndingForm) -> Preview:
    session = reading()
    ending = endings.check(session, form.to_command(), actor=current_user)
    return endings.foresee(session, ending)


def _end(form: EndingForm) -> ResponseReturnValue:
    with transaction() as session:
        ending = endings.end(session, form.to_command(), actor=current_user, now=clock.now())
        code, last_day = ending.agency.code, ending.last_day
    later = last_day >= clock.now().date()
    flash(
        "Đã ghi. Hồ sơ đang mở sẽ tự chuyển sau ngày cuối cùng." if later
        else "Đã ghi. Hồ sơ đang mở được chuyển trong ít phút; xem số còn lại ở trang này.",
        "success",
    )  # fmt: skip
    return redirect(url_for("catalogue.agency", code=code))


def left_at(page: AgencyPage) -> int:
    """How many open dossiers still lie at an agency that has ended."""
    if page.active_to is None or page.active_to >= clock.now().date():
        return 0
    return sum(many for _, _, many in successions.sectors_with_work(reading(), page.id))
