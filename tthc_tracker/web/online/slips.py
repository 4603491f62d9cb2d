"""The slips of an answer as PDF, on A5 or with ?size=a4."""

from flask import Response
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.slips import Slip, slip_sheet
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.answerslips import answer
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.papers import pdf, printed, size_asked
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ho-so/<code>/phieu-bo-sung.pdf")
@requires(Permission.PRINT_RECEIPT)
def supplement_slip(code: str) -> ResponseReturnValue:
    """What the applicant was asked for last."""
    return _response(Slip.SUPPLEMENT, code, "phieu-bo-sung")


@blueprint.get("/ho-so/<code>/phieu-tu-choi.pdf")
@requires(Permission.PRINT_RECEIPT)
def refusal_slip(code: str) -> ResponseReturnValue:
    """Why it was not accepted."""
    return _response(Slip.REFUSAL, code, "phieu-tu-choi")


@blueprint.get("/ho-so/<code>/thong-bao-dung.pdf")
@requires(Permission.PRINT_RECEIPT)
def stop_slip(code: str) -> ResponseReturnValue:
    """Why it is no longer dealt with."""
    return _response(Slip.STOP, code, "thong-bao-dung")


def _response(slip: Slip, code: str, name: str) -> Response:
    demand(Permission.PRINT_RECEIPT, code)
    sheet = slip_sheet(reading(), slip, code, current_user.scope)
    dossier_id = dossiers.find(reading(), sheet.code, current_user.scope).dossier.id
    return pdf(printed(answer(sheet, dossier_id, size_asked())), f"{name}-{sheet.code}")
