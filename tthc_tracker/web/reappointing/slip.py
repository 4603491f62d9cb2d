"""The letter of apology as PDF."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.apologyslips import apology_sheet
from tthc_tracker.web.access import demand, requires
from tthc_tracker.web.apologyletters import apology_letter
from tthc_tracker.web.papers import pdf, printed, size_asked
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading


@blueprint.get("/ho-so/<code>/van-ban-xin-loi.pdf")
@requires(Permission.DRAFT_APOLOGIES)
def letter(code: str) -> ResponseReturnValue:
    """The letter that was approved, on A4 or with ?size=a5."""
    demand(Permission.DRAFT_APOLOGIES, code)
    sheet = apology_sheet(reading(), code, current_user.scope)
    dossier_id = dossiers.find(reading(), sheet.code, current_user.scope).dossier.id
    return pdf(printed(apology_letter(sheet, dossier_id, size_asked("a4"))), f"van-ban-xin-loi-{sheet.code}")
