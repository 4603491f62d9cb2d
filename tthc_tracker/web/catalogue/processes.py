"""Electronic processes of a procedure: looked at by everybody, changed by making the next version."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.processes import balance
from tthc_tracker.queries import processes
from tthc_tracker.queries.processes import CaseProcess, ProcessPage
from tthc_tracker.services import processes as services
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web.access import requires
from tthc_tracker.web.catalogue.blueprint import blueprint
from tthc_tracker.web.catalogue.processforms import ProcessForm
from tthc_tracker.web.catalogue.views import tabs
from tthc_tracker.web.conflicts import Saved, save
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.ledgers import limit_words

ONLY_THE_WHOLE = (
    "Quy trình dùng cho mọi cơ quan giải quyết thủ tục này, nên chỉ quản trị viên của cơ quan cao nhất sửa."
)


@blueprint.get("/danh-muc/quy-trinh.csv")
@requires(Permission.VIEW_CATALOGUE)
def processes_csv() -> ResponseReturnValue:
    """Every process in its latest version, as the command line loads it again."""
    text = "".join(csvtext.lines(processes.COLUMNS, processes.export_rows(reading())))
    head = {"Content-Disposition": 'attachment; filename="quy-trinh.csv"'}
    return Response(text, mimetype="text/csv", headers=head)


@blueprint.get("/danh-muc/thu-tuc/<code>/quy-trinh")
@requires(Permission.VIEW_CATALOGUE)
def process(code: str) -> ResponseReturnValue:
    """The processes of a procedure's cases, each with its versions."""
    page = _page_or_404(code)
    return render_template(
        "catalogue/process.html",
        tabs=tabs("catalogue.procedures"),
        page=page,
        balances={case.code: _balances(case) for case in page.cases},
        place=_place_of(page),
        limit_words=limit_words,
        manages=services.may_manage(reading(), current_user),
    )


@blueprint.route("/danh-muc/thu-tuc/<code>/quy-trinh/sua", methods=["GET", "POST"])
@requires(Permission.MANAGE_CATALOGUE)
def edit_process(code: str) -> ResponseReturnValue:
    """Make the next version of a case's process."""
    page, manages = _page_or_404(code), services.may_manage(reading(), current_user)
    case = _case_or_404(page)
    form, saved = ProcessForm.of(case, page.agencies), Saved(200)
    if manages and request.method == "POST":
        saved = _save(page, case, form)
    if saved.status == 303:
        return redirect(url_for("catalogue.process", code=code))
    shown: dict[str, Any] = {"page": page, "case": case, "form": form, "why": ONLY_THE_WHOLE}
    shown |= {"manages": manages, "both": saved.both}
    return render_template("catalogue/process_form.html", **shown), saved.status


def _save(page: ProcessPage, case: CaseProcess, form: ProcessForm) -> Saved:
    """Save what was typed as the next version, or put beside it what stands by now."""

    def verb(session: Session) -> None:
        command = form.to_command(page.procedure_code, case.code, services.agency_ids(session))
        number = services.save(session, command, actor=current_user, now=clock.now())
        flash(f"Quy trình đang ở phiên bản {number}. Hồ sơ đang chạy giữ quy trình cũ.", "success")

    return save(form, ProcessForm.of(case, page.agencies, formdata=None), verb, version="number")


def _page_or_404(code: str) -> ProcessPage:
    return processes.process_page(reading(), code, clock.now().date()) or abort(404)


def _case_or_404(page: ProcessPage) -> CaseProcess:
    wanted = request.args.get("truong-hop", "")
    return next((case for case in page.cases if case.code == wanted), None) or abort(404)


def _balances(case: CaseProcess) -> list[tuple[str, str, bool]]:
    """For each limit of the case: the limit, how the steps sum up to it, and whether that is as it should."""
    if case.latest is None:
        return []
    steps = [step.limit for step in case.latest.steps]
    found = [(limit, balance(steps, limit)) for limit in case.limits]
    return [(limit_words(limit), label(one), one.value == "even") for limit, one in found]


def _place_of(page: ProcessPage) -> dict[int, str]:
    """Who holds each step, in words, by the id of the step."""
    steps = [step for case in page.cases for version in case.versions for step in version.steps]
    return {step.id: _holder(step, page) for step in steps}


def _holder(step: processes.Step, page: ProcessPage) -> str:
    agency = page.agencies[step.agency_id][1] if step.agency_id else ""
    words = f"Đơn vị mã {step.unit_code}" if step.unit_code else label(step.holder)
    return f"{words}, {agency} (cơ quan khác)" if agency else words
