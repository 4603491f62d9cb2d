"""The slip that goes with a dossier from hand to hand, as PDF."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.errors import NotNow
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import control_slip
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.controlslips import FORM, control_sheet
from tthc_tracker.services.printing import of_dossier
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.errors import page as error_page
from tthc_tracker.web.papers import Outgoing, pdf, printed, size_asked
from tthc_tracker.web.printing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ho-so/<code>/phieu-kiem-soat.pdf")
@requires(Permission.HAND_OVER)
def control(code: str) -> ResponseReturnValue:
    """Phiếu kiểm soát on A5, or with ?size=a4."""
    demand(Permission.HAND_OVER, code)
    try:
        sheet = control_sheet(reading(), dossiers.find(reading(), code, current_user.scope).dossier.id)
    except NotNow:
        return error_page(409)
    one = Outgoing(
        control_slip.paper(sheet, size_asked()), FORM, of_dossier(sheet.dossier_id), (sheet.dossier_id,),
        action="control_slip_printed",
        about=("dossier", sheet.code),
    )  # fmt: skip
    return pdf(printed(one), f"phieu-kiem-soat-{sheet.code}")
