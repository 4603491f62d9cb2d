"""The slips of an answer as PDF."""

from dataclasses import replace

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.receipttoken import lookup_link
from tthc_tracker.printouts import slip as slip_form
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.slips import Slip, SlipSheet, slip_sheet
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.online.blueprint import blueprint
from tthc_tracker.web.papers import Outgoing, pdf, printed
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
    sheet = _addressed(slip_sheet(reading(), slip, code, current_user.scope))
    dossier_id = dossiers.find(reading(), sheet.code, current_user.scope).dossier.id
    one = Outgoing(
        slip_form.paper(sheet), slip.value, of_dossier(dossier_id), (dossier_id,), action="slip_printed",
        about=("dossier", sheet.code), facts={"slip": slip.value},
    )  # fmt: skip
    return pdf(printed(one), f"{name}-{sheet.code}")


def _addressed(sheet: SlipSheet) -> SlipSheet:
    """The sheet with the address of the public look-up."""
    settings = current_app.config["SETTINGS"]
    link = lookup_link(settings.public_url, settings.secret_key, sheet.code, sheet.token_hash)
    if link is None:
        return replace(sheet, qr=sheet.code)
    return replace(sheet, qr=link, lookup_url=f"{settings.public_url}/tra-cuu")
